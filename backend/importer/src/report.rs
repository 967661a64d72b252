//! What was taken from a file and what was not, to be told to whoever asked for the import.

use std::{collections::BTreeMap, fmt};

use recording::manifest::Manifest;

/// What came into the recording, and what did not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How many of what were taken; nothing is there of which there were none.
    pub taken: Vec<(u64, &'static str)>,
    /// What was left out.
    pub left: Vec<Left>,
}

/// Something that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// How many.
    pub n: u64,
    /// Of what, and why.
    pub what: &'static str,
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.n)
    }
}

/// What is left out, counted while it is met.
#[derive(Debug, Default)]
pub(crate) struct Leaving(BTreeMap<&'static str, u64>);

impl Leaving {
    /// One more.
    pub(crate) fn add(&mut self, what: &'static str) {
        self.add_many(what, 1);
    }

    /// So many more.
    pub(crate) fn add_many(&mut self, what: &'static str, n: u64) {
        if n > 0 {
            let count = self.0.entry(what).or_default();
            *count = count.saturating_add(n);
        }
    }

    pub(crate) fn into_left(self) -> Vec<Left> {
        self.0.into_iter().map(|(what, n)| Left { n, what }).collect()
    }
}

impl Report {
    /// What a recording came to hold, beside what was left out.
    pub(crate) fn new(manifest: &Manifest, n_requests: u64, n_bodies: u64, left: Vec<Left>) -> Self {
        let counts = &manifest.counts;
        let all = [
            (u64::from(counts.paints), "pictures"),
            (u64::from(counts.dom), "documents and changes of them"),
            (u64::from(counts.messages), "console messages"),
            (n_requests, "requests"),
            (n_bodies, "bodies"),
            (u64::from(counts.navigations), "navigations"),
            (u64::from(counts.mouse), "mouse events"),
            (u64::from(counts.keyboard), "keyboard events"),
            (u64::from(counts.annotations), "actions"),
            (u64::from(counts.scripts), "sources"),
        ];
        Self {
            taken: all.into_iter().filter(|(n, _)| *n > 0).collect(),
            left,
        }
    }
}
