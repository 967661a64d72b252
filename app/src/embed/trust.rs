//! Who may speak to a page in a frame, and who may read what it shows. The server says so in the page; a page that no server of ours
//! has written, as on a static host, knows nobody.

use crate::logic::opening::{host, is_loopback};

/// What the page knows of others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trust {
    /// The page's own origin: the one that its address names, even in a sandbox.
    pub own: String,
    /// Whose pages may speak to it, with spaces between: origins, `self` for its own, `*` for all. None: nobody has said.
    pub talkers: Option<String>,
    /// Whose pages may read what it shows.
    pub readers: String,
}

impl Trust {
    /// Whether a page of an origin may speak to this one. What it can do is what the person before it could.
    pub fn may_talk(&self, origin: &str) -> bool {
        let Some(talkers) = &self.talkers else { return true };
        talkers.split(' ').any(|talker| talker == "*") || self.is_listed(talkers, origin)
    }

    /// Whether it may read what is shown. Nobody may of whom nothing is known.
    pub fn may_read(&self, origin: &str) -> bool {
        self.is_own(origin) || self.is_listed(&self.readers, origin)
    }

    /// Whether the person is to be asked before something is opened that a page of an origin hands over.
    pub fn has_to_ask(&self, origin: &str) -> bool {
        let is_near = host(origin).is_some_and(is_loopback);
        let is_listed = self
            .talkers
            .as_ref()
            .is_some_and(|talkers| self.is_listed(talkers, origin));
        !(self.is_own(origin) || is_near || is_listed)
    }

    fn is_own(&self, origin: &str) -> bool {
        origin == self.own && origin != "null"
    }

    fn is_listed(&self, list: &str, origin: &str) -> bool {
        list.split(' ').any(|listed| match listed {
            "self" => self.is_own(origin),
            listed => listed == origin && origin != "null",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "https://playhead.example";

    fn trust(talkers: Option<&str>, readers: &str) -> Trust {
        Trust {
            own: OWN.to_owned(),
            talkers: talkers.map(str::to_owned),
            readers: readers.to_owned(),
        }
    }

    #[test]
    fn only_those_whom_the_server_names_may_speak_and_fewer_may_read() {
        let trust = trust(
            Some("self https://a.example https://b.example"),
            "self https://b.example",
        );
        let may = |origin: &str| {
            (
                trust.may_talk(origin),
                trust.may_read(origin),
                trust.has_to_ask(origin),
            )
        };
        assert_eq!(may(OWN), (true, true, false));
        assert_eq!(may("https://a.example"), (true, false, false));
        assert_eq!(may("https://b.example"), (true, true, false));
        for other in [
            "https://c.example",
            "https://a.example.evil",
            "http://a.example",
            "null",
            "self",
            "*",
            "",
        ] {
            assert_eq!(may(other), (false, false, true), "{other}");
        }
    }

    #[test]
    fn where_anybody_may_speak_nobody_may_read_and_what_they_hand_over_is_asked_about() {
        for trust in [trust(Some("*"), "self"), trust(None, "")] {
            for other in ["https://c.example", "null"] {
                assert!(trust.may_talk(other) && !trust.may_read(other) && trust.has_to_ask(other));
            }
            assert!(!trust.has_to_ask("http://localhost:3000") && !trust.has_to_ask(OWN));
        }
    }
}
