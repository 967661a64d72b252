//! Where the panels stand: five docks, each a stack of panels of which one is seen; panels move between docks, docks fold.
//!
//! ```text
//! ┌─────────────┬──────────────────────┐
//! │ LeftTop     │ RightTop             │
//! ├─────────────┼───────────┬──────────┤
//! │ LeftBottom  │ MidBottom │ RightBottom │
//! └─────────────┴───────────┴──────────┘
//! ```

use serde::{Deserialize, Serialize};

/// A panel of a recording's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Panel {
    /// What the page looked like.
    Picture,
    /// What it said.
    Console,
    /// The text of its sources.
    Source,
    /// Who called whom.
    Stack,
    /// The variables of a frame.
    Scopes,
    /// Print statements, breakpoints and watched expressions.
    Points,
    /// An object at two moments, and when things changed.
    Compare,
    /// Its requests.
    Network,
    /// Its document.
    Elements,
    /// What the person did to it.
    Events,
    /// What people said of it.
    Comments,
    /// What the viewer and the service said to each other.
    Protocol,
}

impl Panel {
    /// Every panel, in the order in which menus list them.
    pub const ALL: [Self; 12] = [
        Self::Picture,
        Self::Console,
        Self::Source,
        Self::Stack,
        Self::Scopes,
        Self::Points,
        Self::Compare,
        Self::Network,
        Self::Elements,
        Self::Events,
        Self::Comments,
        Self::Protocol,
    ];

    /// What links, preferences and tests call it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Console => "console",
            Self::Source => "source",
            Self::Stack => "stack",
            Self::Scopes => "scopes",
            Self::Points => "points",
            Self::Compare => "compare",
            Self::Network => "network",
            Self::Elements => "elements",
            Self::Events => "events",
            Self::Comments => "comments",
            Self::Protocol => "protocol",
        }
    }

    /// What it is called on the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Picture => "Picture",
            Self::Console => "Console",
            Self::Source => "Sources",
            Self::Stack => "Call stack",
            Self::Scopes => "Scopes",
            Self::Points => "Points",
            Self::Compare => "Changes",
            Self::Network => "Network",
            Self::Elements => "Elements",
            Self::Events => "Events",
            Self::Comments => "Comments",
            Self::Protocol => "Protocol",
        }
    }

    /// The panels that a link means: one of ours by its key, or those that have what one of Replay's has. None for a name that
    /// nobody has given.
    pub fn of_link(key: &str) -> Option<&'static [Self]> {
        let at = Self::ALL.iter().position(|panel| panel.key() == key);
        if let Some(at) = at {
            return Self::ALL.get(at..=at);
        }
        Some(match key {
            "explorer" | "sources" | "search" => &[Self::Source],
            "debugger" => &[Self::Source, Self::Stack, Self::Scopes],
            "inspector" => &[Self::Elements],
            // What Replay has and this viewer does not: nothing is shown for it, and nothing is wrong with the link.
            "cypress" | "playwright" | "tour" | "passport" | "react" | "react-components"
            | "redux-devtools" => &[],
            _ => return None,
        })
    }

    /// The panel of a key.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|panel| panel.key() == key)
    }
}

/// A place for panels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dock {
    /// Above on the left.
    LeftTop,
    /// Below on the left.
    LeftBottom,
    /// Above on the right.
    RightTop,
    /// Below in the middle.
    MidBottom,
    /// Below on the right.
    RightBottom,
}

impl Dock {
    /// Every dock.
    pub const ALL: [Self; 5] = [
        Self::LeftTop,
        Self::LeftBottom,
        Self::RightTop,
        Self::MidBottom,
        Self::RightBottom,
    ];

    /// Where it is, in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::LeftTop => "top left",
            Self::LeftBottom => "bottom left",
            Self::RightTop => "top right",
            Self::MidBottom => "bottom middle",
            Self::RightBottom => "bottom right",
        }
    }
}

/// The panels of one dock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Stacked {
    /// In the order of their tabs. What a later version calls a panel is left out.
    #[serde(deserialize_with = "known_panels")]
    pub panels: Vec<Panel>,
    /// The index of the one that is seen.
    pub shown: usize,
    /// Whether only the tabs are seen.
    pub is_folded: bool,
}

impl Stacked {
    /// The panel that is seen.
    pub fn shown_panel(&self) -> Option<Panel> {
        self.panels.get(self.shown).or(self.panels.first()).copied()
    }
}

/// Where every panel stands. Each panel is in one dock, or hidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Arrangement {
    docks: [Stacked; 5],
    /// Panels that the person does not want to see.
    #[serde(deserialize_with = "known_panels")]
    hidden: Vec<Panel>,
}

impl Default for Arrangement {
    fn default() -> Self {
        let stacked = |panels: &[Panel]| Stacked {
            panels: panels.to_vec(),
            ..Stacked::default()
        };
        Self {
            docks: [
                stacked(&[Panel::Picture]),
                stacked(&[Panel::Console, Panel::Network, Panel::Events, Panel::Protocol]),
                stacked(&[Panel::Source, Panel::Elements]),
                stacked(&[Panel::Stack, Panel::Points]),
                stacked(&[Panel::Scopes, Panel::Compare, Panel::Comments]),
            ],
            hidden: Vec::new(),
        }
    }
}

impl Arrangement {
    /// The same with every panel in exactly one place: what was kept may come from another version.
    pub fn mended(mut self) -> Self {
        let mut seen = Vec::new();
        let mut is_new = |panel: &Panel| {
            let is_new = !seen.contains(panel);
            seen.push(*panel);
            is_new
        };
        for dock in &mut self.docks {
            let shown = dock.shown_panel();
            dock.panels.retain(&mut is_new);
            dock.shown = dock
                .panels
                .iter()
                .position(|panel| Some(*panel) == shown)
                .unwrap_or(0);
        }
        self.hidden.retain(&mut is_new);
        let default = Self::default();
        for panel in Panel::ALL {
            if let (false, Some(dock)) = (seen.contains(&panel), default.dock_of(panel)) {
                self.docks[dock as usize].panels.push(panel);
            }
        }
        self
    }

    /// The panels of a dock.
    pub fn dock(&self, dock: Dock) -> &Stacked {
        &self.docks[dock as usize]
    }

    /// Where a panel stands; None if it is hidden.
    pub fn dock_of(&self, panel: Panel) -> Option<Dock> {
        Dock::ALL
            .into_iter()
            .find(|dock| self.dock(*dock).panels.contains(&panel))
    }

    /// The panels that are hidden.
    pub fn hidden(&self) -> &[Panel] {
        &self.hidden
    }

    /// Whether a panel can be seen now, without pressing anything.
    pub fn is_seen(&self, panel: Panel) -> bool {
        self.dock_of(panel).is_some_and(|dock| {
            let dock = self.dock(dock);
            !dock.is_folded && dock.shown_panel() == Some(panel)
        })
    }

    /// The panels that are seen, of those that are not seen at first: what a link has to say.
    pub fn seen_by_choice(&self) -> Vec<Panel> {
        let first = Self::default();
        let is_chosen = |panel: &Panel| self.is_seen(*panel) && !first.is_seen(*panel);
        Panel::ALL.into_iter().filter(is_chosen).collect()
    }

    /// Brings a panel into sight, out of hiding if need be.
    pub fn show(&mut self, panel: Panel) {
        let dock = match self.dock_of(panel) {
            Some(dock) => dock,
            None => {
                let dock = Self::default().dock_of(panel).unwrap_or(Dock::LeftBottom);
                self.put(panel, dock);
                dock
            }
        };
        self.fold(dock, false);
        let dock = &mut self.docks[dock as usize];
        dock.shown = dock
            .panels
            .iter()
            .position(|other| *other == panel)
            .unwrap_or_default();
    }

    /// Moves a panel to the end of a dock's tabs and shows it there.
    pub fn put(&mut self, panel: Panel, dock: Dock) {
        self.take(panel);
        self.fold(dock, false);
        let dock = &mut self.docks[dock as usize];
        dock.panels.push(panel);
        dock.shown = dock.panels.len() - 1;
    }

    /// Moves a panel's tab one place forward or back in its dock.
    pub fn shift(&mut self, panel: Panel, is_forward: bool) {
        let Some(dock) = self.dock_of(panel) else { return };
        let dock = &mut self.docks[dock as usize];
        let Some(from) = dock.panels.iter().position(|other| *other == panel) else {
            return;
        };
        let to = match is_forward {
            true => (from + 1).min(dock.panels.len() - 1),
            false => from.saturating_sub(1),
        };
        dock.panels.swap(from, to);
        dock.shown = to;
    }

    /// Takes a panel off the page.
    pub fn hide(&mut self, panel: Panel) {
        self.take(panel);
        self.hidden.push(panel);
    }

    /// Folds a dock to its tabs, or opens it. Docks side by side fold together: one alone would leave a hole.
    pub fn fold(&mut self, dock: Dock, is_folded: bool) {
        let beside: &[Dock] = match dock {
            Dock::MidBottom | Dock::RightBottom => &[Dock::MidBottom, Dock::RightBottom],
            _ => &[dock],
        };
        for dock in beside {
            self.docks[*dock as usize].is_folded = is_folded;
        }
    }

    fn take(&mut self, panel: Panel) {
        for dock in &mut self.docks {
            let shown = dock.shown_panel();
            dock.panels.retain(|other| *other != panel);
            dock.shown = dock
                .panels
                .iter()
                .position(|other| Some(*other) == shown)
                .unwrap_or_default();
        }
        self.hidden.retain(|other| *other != panel);
    }
}

fn known_panels<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Panel>, D::Error> {
    let keys = Vec::<String>::deserialize(deserializer)?;
    Ok(keys.iter().filter_map(|key| Panel::of_key(key)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panel_is_in_one_place_wherever_it_is_put() {
        let mut arrangement = Arrangement::default();
        arrangement.put(Panel::Network, Dock::RightBottom);
        assert_eq!(arrangement.dock_of(Panel::Network), Some(Dock::RightBottom));
        assert!(arrangement.is_seen(Panel::Network) && !arrangement.is_seen(Panel::Scopes));
        assert!(
            arrangement.is_seen(Panel::Console),
            "the dock it left shows what it showed"
        );
        arrangement.hide(Panel::Network);
        assert_eq!(arrangement.dock_of(Panel::Network), None);
        arrangement.show(Panel::Network);
        assert_eq!(arrangement.dock_of(Panel::Network), Some(Dock::LeftBottom));
        assert!(arrangement.is_seen(Panel::Network));
        assert_eq!(arrangement.clone().mended(), arrangement);
    }

    #[test]
    fn links_name_what_is_seen_by_choice() {
        let mut arrangement = Arrangement::default();
        assert_eq!(arrangement.seen_by_choice(), []);
        for panel in ["network", "debugger", "inspector"]
            .into_iter()
            .filter_map(Panel::of_link)
        {
            panel.iter().for_each(|panel| arrangement.show(*panel));
        }
        assert_eq!(arrangement.seen_by_choice(), [Panel::Network, Panel::Elements]);
        assert_eq!(Panel::of_link("comments"), Some(&[Panel::Comments][..]));
        assert_eq!(Panel::of_link("passport"), Some(&[][..]));
        assert_eq!(Panel::of_link("hologram"), None);
    }

    #[test]
    fn tabs_change_places() {
        let mut arrangement = Arrangement::default();
        arrangement.shift(Panel::Events, false);
        assert_eq!(
            arrangement.dock(Dock::LeftBottom).panels,
            [Panel::Console, Panel::Events, Panel::Network, Panel::Protocol]
        );
        arrangement.shift(Panel::Protocol, true);
        assert_eq!(
            arrangement.dock(Dock::LeftBottom).shown_panel(),
            Some(Panel::Protocol)
        );
    }

    #[test]
    fn what_another_version_kept_is_mended() {
        let kept = r#"{"docks":[{"panels":["console","console","hologram"],"shown":9},{},{},{},{}],"hidden":["picture"]}"#;
        let arrangement = serde_json::from_str::<Arrangement>(kept)
            .unwrap_or_default()
            .mended();
        assert_eq!(arrangement.hidden(), [Panel::Picture]);
        for panel in Panel::ALL {
            let places = Dock::ALL
                .into_iter()
                .filter(|dock| arrangement.dock(*dock).panels.contains(&panel))
                .count();
            assert_eq!(places, usize::from(panel != Panel::Picture), "{panel:?}");
        }
        assert!(arrangement.is_seen(Panel::Console));
    }
}
