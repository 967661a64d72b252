//! Which page a person would have seen, where there were several: the one that was acted on last. And where pages went.

use std::collections::{HashMap, HashSet};

use super::events::{Picture, Snapshot};
use crate::{har::Entry, story::Story};

/// The page that is shown from each moment on.
#[derive(Default)]
pub(super) struct Pages {
    shown: Vec<(f64, String)>,
}

impl Pages {
    /// Snapshots are in the order of time: each is of a page that is acted on, or looked at.
    pub(super) fn of(snapshots: &[(f64, Box<Snapshot>)], pictures: &[(f64, Picture)]) -> Self {
        let mut pages = Self::default();
        let main = snapshots.iter().filter(|(_, snapshot)| snapshot.is_main_frame);
        for (at, snapshot) in main {
            if pages
                .shown
                .last()
                .is_none_or(|(_, page)| *page != snapshot.page_id)
            {
                pages.shown.push((*at, snapshot.page_id.clone()));
            }
        }
        if pages.shown.is_empty()
            && let Some((at, first)) = pictures.first()
        {
            pages.shown.push((*at, first.page_id.clone()));
        }
        pages
    }

    /// Whether this page is shown at this time; the first is from the beginning.
    pub(super) fn is_shown(&self, page_id: &str, at: f64) -> bool {
        let after = self.shown.partition_point(|(from, _)| *from <= at);
        let shown = self.shown.get(after.saturating_sub(1));
        shown.is_none_or(|(_, page)| page == page_id)
    }
}

/// Where the pages went: documents that were asked for, and other addresses that snapshots tell.
pub(super) fn navigations(
    snapshots: &[(f64, Box<Snapshot>)],
    entries: &[(f64, Entry)],
    pages: &Pages,
    story: &mut Story,
) {
    let main_frames: HashSet<&str> = snapshots
        .iter()
        .filter(|(_, snapshot)| snapshot.is_main_frame)
        .map(|(_, snapshot)| &*snapshot.frame_id)
        .collect();
    let is_main = |entry: &Entry| match entry.frame.as_deref() {
        Some(frame) if !main_frames.is_empty() => main_frames.contains(frame),
        _ => true,
    };
    let loads = entries
        .iter()
        .filter(|(_, entry)| entry.is_page() && is_main(entry));
    let mut loads = loads
        .map(|(at, entry)| (*at, entry.url(), entry.frame.as_deref().unwrap_or_default()))
        .peekable();
    // The last address of each frame.
    let mut urls: HashMap<&str, &str> = HashMap::new();
    for (at, snapshot) in snapshots.iter().filter(|(_, snapshot)| snapshot.is_main_frame) {
        while let Some((at, url, frame)) = loads.next_if(|(loaded_at, ..)| loaded_at <= at) {
            story.navigation(at, url, "load");
            urls.insert(frame, url);
        }
        let url = &*snapshot.frame_url;
        let before = urls.insert(&snapshot.frame_id, url);
        if before == Some(url) || url == "about:blank" && before.is_none() || url.is_empty() {
            continue;
        }
        if !pages.is_shown(&snapshot.page_id, *at) {
            continue;
        }
        let is_same = before.is_some_and(|before| without_fragment(before) == without_fragment(url));
        let kind = if is_same { "hashchange" } else { "load" };
        story.navigation(*at, url, kind);
    }
    for (at, url, _) in loads {
        story.navigation(at, url, "load");
    }
}

/// An address without what follows the `#`.
pub(super) fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or_default()
}
