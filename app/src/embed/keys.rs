//! Keys of the page around, as events name them.

/// What `KeyboardEvent.key` is of a chord that is one key, pressed alone or with Shift; None for others.
pub fn event_key(chord: &str) -> Option<String> {
    if chord.contains('+') && chord != "+" {
        return None;
    }
    Some(match chord {
        "Space" => " ".to_owned(),
        "Left" | "Right" | "Up" | "Down" => format!("Arrow{chord}"),
        chord if chord.chars().count() == 1 => chord.to_lowercase(),
        chord => chord.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::keys::{Press, chord};

    #[test]
    fn events_lead_back_to_their_chords() {
        for written in ["Space", "K", "Left", "Home", "7", "<", "+"] {
            let press = Press {
                key: event_key(written).unwrap_or_default(),
                ..Press::default()
            };
            assert_eq!(chord(&press, false).as_deref(), Some(written));
        }
        assert_eq!(event_key("Shift+Left"), None);
        assert_eq!(event_key("Mod+["), None);
    }
}
