//! Which other recorder a recording was made from, and what that one does not record. It stands in the manifest, so that
//! whoever opens the file is told why a panel has nothing to show.

use serde::{Deserialize, Serialize};

use crate::manifest::Manifest;

/// A recording that was imported: it was made by somebody else's recorder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// Its name and version, as far as the file says: `Playwright 1.65.1`.
    pub recorder: String,
    /// What the file was, in words: `a Playwright trace`.
    pub file: String,
    /// What is not in the recording because it was not in the file.
    pub lacks: Vec<Lack>,
}

/// Something that a recording does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lack {
    /// What.
    pub what: Content,
    /// Why, a sentence.
    pub why: String,
}

/// A kind of content of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Content {
    /// Which statements of the page ran, with their frames.
    Execution,
    /// What variables held.
    Values,
    /// The texts of scripts.
    Sources,
    /// Pictures of the page.
    Pictures,
    /// The documents of the page.
    Documents,
    /// Where elements stood, and how they looked.
    Boxes,
    /// The rules of style sheets.
    Styles,
    /// Which handlers listened to events.
    Listeners,
    /// Console messages.
    Console,
    /// Requests.
    Network,
    /// What the mouse did.
    Mouse,
    /// What the keyboard did.
    Keyboard,
    /// Which pages were gone to.
    Navigations,
    /// What only a later version of this program knows.
    #[serde(other)]
    Other,
}

impl Content {
    /// Its name in the manifest.
    pub fn key(self) -> &'static str {
        match self {
            Self::Execution => "execution",
            Self::Values => "values",
            Self::Sources => "sources",
            Self::Pictures => "pictures",
            Self::Documents => "documents",
            Self::Boxes => "boxes",
            Self::Styles => "styles",
            Self::Listeners => "listeners",
            Self::Console => "console",
            Self::Network => "network",
            Self::Mouse => "mouse",
            Self::Keyboard => "keyboard",
            Self::Navigations => "navigations",
            Self::Other => "other",
        }
    }
}

impl Manifest {
    /// Why the recording lacks something, if its origin does not have it.
    pub fn lack(&self, what: Content) -> Option<&str> {
        let lacks = &self.origin.as_ref()?.lacks;
        lacks
            .iter()
            .find(|lack| lack.what == what)
            .map(|lack| lack.why.as_str())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_a_later_version_lacks_is_no_error() {
        let read: Vec<Content> = serde_json::from_str(r#"["console", "dreams"]"#).unwrap();
        assert_eq!(read, [Content::Console, Content::Other]);
    }

    #[test]
    fn names_are_those_of_the_manifest() {
        for what in [Content::Execution, Content::Listeners, Content::Navigations] {
            assert_eq!(serde_json::to_string(&what).unwrap(), format!("{:?}", what.key()));
        }
    }
}
