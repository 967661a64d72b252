//! What the address of a page in a frame says beside the moment: `?mode=mini&theme=dark&autoplay&panels=console,network`.

use super::message::{Keyboard, Mode, Settings};
use crate::url::Link;

/// What the address says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// How the page looks and behaves.
    pub settings: Settings,
    /// Whether time runs as soon as it can.
    pub plays: bool,
}

impl Options {
    /// Reads what a link says beside the moment. What cannot be used is left out: the page is in a frame, where nobody could mend it.
    pub fn of(link: &Link) -> Self {
        let get = |name: &str| {
            let found = link.unknown.iter().find(|(field, _)| field == name);
            found.map(|(_, value)| value.as_str())
        };
        let flag = |name: &str| get(name).map(|value| !matches!(value, "false" | "0"));
        Self {
            settings: Settings {
                mode: get("mode").and_then(|mode| match mode {
                    "mini" => Some(Mode::Mini),
                    "player" => Some(Mode::Player),
                    "devtools" => Some(Mode::Devtools),
                    _ => None,
                }),
                theme: link.theme.clone(),
                lang: get("lang").map(str::to_owned),
                keyboard: get("keyboard").and_then(|keyboard| match keyboard {
                    "focus" => Some(Keyboard::Focus),
                    "off" => Some(Keyboard::Off),
                    "global" => Some(Keyboard::Global),
                    _ => None,
                }),
                speed: get("speed").and_then(|speed| speed.parse().ok()),
                repeats: flag("loop"),
                skip_inactive: flag("skip-inactive"),
                panels: get("panels").map(|panels| {
                    let panels = panels.split([',', ' ']).filter(|panel| !panel.is_empty());
                    panels.take(16).map(str::to_owned).collect()
                }),
            },
            plays: flag("autoplay").unwrap_or(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_say_how_the_page_looks() {
        let query =
            "t=1&mode=mini&theme=dark&autoplay=&loop=false&panels=console,network&speed=soon&keyboard=loud";
        let options = Options::of(&Link::parse(query));
        assert!(options.plays);
        assert_eq!(
            options.settings,
            Settings {
                mode: Some(Mode::Mini),
                theme: Some("dark".to_owned()),
                repeats: Some(false),
                panels: Some(vec!["console".to_owned(), "network".to_owned()]),
                ..Settings::default()
            }
        );
        assert_eq!(Options::of(&Link::default()), Options::default());
    }
}
