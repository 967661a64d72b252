//! What was done to a recording before it was handed on: which kinds of content were left out, which part was kept. It
//! stands in the manifest, so that whoever opens the file is told.

use serde::{Deserialize, Serialize};

use crate::{
    manifest::Manifest,
    point::{Micros, Point},
};

/// A kind of content that can be left out of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LeftOut {
    /// The texts of scripts, and their source maps.
    Sources,
    /// Bodies of requests and answers, and messages of websockets.
    Bodies,
    /// All headers of requests and answers.
    Headers,
    /// The values of headers that let whoever has them in.
    SecretHeaders,
    /// What was given to `console`, and notes of the program for tools.
    Console,
    /// Which keys were pressed, and what was typed by them.
    Typed,
    /// The words of the page: texts of its documents, and attributes that are read.
    Texts,
    /// Pictures of the page.
    Pictures,
    /// What follows the `?` in addresses.
    Queries,
    /// All texts that the program held.
    Values,
    /// What only a later version of this program knows.
    #[serde(other)]
    Other,
}

impl LeftOut {
    /// All that there are.
    pub const ALL: [Self; 10] = [
        Self::Sources,
        Self::Bodies,
        Self::Headers,
        Self::SecretHeaders,
        Self::Console,
        Self::Typed,
        Self::Texts,
        Self::Pictures,
        Self::Queries,
        Self::Values,
    ];

    /// Its name in the manifest and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Self::Sources => "sources",
            Self::Bodies => "bodies",
            Self::Headers => "headers",
            Self::SecretHeaders => "secretHeaders",
            Self::Console => "console",
            Self::Typed => "typed",
            Self::Texts => "texts",
            Self::Pictures => "pictures",
            Self::Queries => "queries",
            Self::Values => "values",
            Self::Other => "other",
        }
    }

    /// What it is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Sources => "the texts of scripts and their source maps",
            Self::Bodies => "the bodies of requests and answers",
            Self::Headers => "the headers of requests and answers",
            Self::SecretHeaders => "the values of headers that let others in",
            Self::Console => "what was given to the console",
            Self::Typed => "what was typed",
            Self::Texts => "the words of the page",
            Self::Pictures => "pictures of the page",
            Self::Queries => "the queries of addresses",
            Self::Values => "the texts that the program held",
            Self::Other => "something that this version does not know",
        }
    }
}

/// What was done to a recording before it was handed on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Which recording it was made from, by its id.
    pub of: String,
    /// When it was made, milliseconds since 1970.
    pub at: f64,
    /// What was left out.
    pub left_out: Vec<LeftOut>,
    /// Whether it is a part of that recording.
    pub is_part: bool,
    /// Where the part begins, if not at the beginning.
    pub part: Option<Part>,
}

/// Where the part of a recording begins that was kept. Points and times in it are those of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The first point of it.
    pub begin: Point,
    /// When that is.
    pub begin_time: Micros,
    /// The first chunk of it: those before say what was there when it began.
    pub first_chunk: u32,
    /// Steps taken before it.
    pub n_steps_before: u64,
}

impl Manifest {
    /// Whether a kind of content was left out before the recording was handed on.
    pub fn leaves_out(&self, what: LeftOut) -> bool {
        self.share
            .as_ref()
            .is_some_and(|share| share.left_out.contains(&what))
    }

    /// Where the part begins that is here, if not at the beginning.
    pub fn part(&self) -> Option<Part> {
        self.share.as_ref()?.part
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_a_later_version_leaves_out_is_no_error() {
        let read: Vec<LeftOut> = serde_json::from_str(r#"["sources", "dreams"]"#).unwrap();
        assert_eq!(read, [LeftOut::Sources, LeftOut::Other]);
    }

    #[test]
    fn names_are_those_of_the_manifest() {
        for what in LeftOut::ALL {
            assert_eq!(serde_json::to_string(&what).unwrap(), format!("{:?}", what.key()));
        }
    }
}
