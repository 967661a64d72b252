//! Documents of snapshots as rows of the recording, frame by frame.

use std::collections::HashMap;

use recording::{
    ids::ObjectId,
    page::{DomChange, DomOp, Relation},
};

use super::{
    events::Snapshot,
    pages::{Pages, without_fragment},
    snapshot::Snapshots,
    tree::Tree,
};
use crate::story::Story;

/// Adds the documents of all snapshots, which are in the order of time.
pub(super) fn tell(snapshots: Vec<(f64, Box<Snapshot>)>, pages: &Pages, story: &mut Story) {
    let mut frames: HashMap<String, Frame> = HashMap::new();
    let mut shown: Option<String> = None;
    let mut rest = &snapshots[..];
    while let Some((first, _)) = rest.split_first() {
        // Frames of a page are told of one by one: the page itself first.
        let moment = first.1.moment();
        let n_same = rest
            .iter()
            .take_while(|(_, snapshot)| snapshot.moment() == moment)
            .count();
        let (same, later) = rest.split_at(n_same.max(1));
        rest = later;
        let main = same.iter().filter(|(_, snapshot)| snapshot.is_main_frame);
        let inner = same.iter().filter(|(_, snapshot)| !snapshot.is_main_frame);
        for (at, snapshot) in main.chain(inner) {
            let frame = frames.entry(snapshot.frame_id.clone()).or_default();
            if frame.snapshots.add(snapshot.html.get()).is_err() {
                story.leaving.add("documents that cannot be read");
                continue;
            }
            if !pages.is_shown(&snapshot.page_id, *at) {
                story
                    .leaving
                    .add("documents of pages that were not acted on at that time");
                continue;
            }
            if !story.has_room() {
                story
                    .leaving
                    .add("documents and changes of them beyond some millions of nodes");
                continue;
            }
            let is_told = if snapshot.is_main_frame {
                let is_new_page = shown.as_ref() != Some(&snapshot.frame_id);
                shown = Some(snapshot.frame_id.clone());
                frame.show_page(*at, snapshot, is_new_page, story)
            } else {
                show_inner(&mut frames, *at, snapshot, story)
            };
            if is_told.is_none() {
                story
                    .leaving
                    .add("documents that are too large, or of frames that are not in the page");
            }
        }
    }
}

/// A document in a frame of the page. None if it cannot be told.
fn show_inner(
    frames: &mut HashMap<String, Frame>,
    at: f64,
    snapshot: &Snapshot,
    story: &mut Story,
) -> Option<()> {
    let mut others = frames.iter().filter(|(id, _)| **id != snapshot.frame_id);
    let host = others.find_map(|(_, frame)| frame.tree.host_of(&snapshot.frame_id))?;
    frames
        .get_mut(&snapshot.frame_id)?
        .show_in(at, snapshot, host, story)
}

/// A frame of a page with its snapshots so far.
#[derive(Default)]
struct Frame {
    snapshots: Snapshots,
    /// Its document as it was told last.
    tree: Tree,
    url: String,
    /// The element that its document was put into.
    host: Option<ObjectId>,
}

impl Frame {
    /// The document of the page: a new one, or changes of the one that was shown. None if it cannot be told.
    fn show_page(
        &mut self,
        at: f64,
        snapshot: &Snapshot,
        is_new_page: bool,
        story: &mut Story,
    ) -> Option<()> {
        let url = &snapshot.frame_url;
        let is_same_address = without_fragment(&self.url) == without_fragment(url);
        let goes_on =
            !is_new_page && is_same_address && !self.tree.is_empty() && !self.snapshots.is_last_whole();
        let url_changed = self.url != *url;
        url.clone_into(&mut self.url);
        if goes_on {
            let mut ops = self.tree.update(&self.snapshots, story)?;
            if url_changed {
                ops.push(DomOp::Url {
                    node: self.tree.document(),
                    url: url.as_str().into(),
                });
            }
            add_changes(at, ops, story);
            return Some(());
        }
        let nodes = self
            .tree
            .build(&self.snapshots, snapshot.doctype.as_deref(), story)?;
        let n_nodes = nodes.len();
        let change = DomChange::Document {
            url: url.as_str().into(),
            nodes,
        };
        story.document(at, change, n_nodes);
        Some(())
    }

    /// The document of a frame element. None if it cannot be told.
    fn show_in(&mut self, at: f64, snapshot: &Snapshot, host: ObjectId, story: &mut Story) -> Option<()> {
        let is_here = self.host == Some(host) && self.url == snapshot.frame_url;
        if is_here && !self.tree.is_empty() && !self.snapshots.is_last_whole() {
            let ops = self.tree.update(&self.snapshots, story)?;
            add_changes(at, ops, story);
            return Some(());
        }
        snapshot.frame_url.clone_into(&mut self.url);
        self.host = Some(host);
        let nodes = self
            .tree
            .build(&self.snapshots, snapshot.doctype.as_deref(), story)?;
        let document = self.tree.document();
        let insert = DomOp::Insert {
            parent: host,
            relation: Relation::ContentDocument,
            before: None,
            nodes,
        };
        let url = DomOp::Url {
            node: document,
            url: snapshot.frame_url.as_str().into(),
        };
        add_changes(at, vec![insert, url], story);
        Some(())
    }
}

fn add_changes(at: f64, ops: Vec<DomOp>, story: &mut Story) {
    if ops.is_empty() {
        return;
    }
    let n_nodes = ops.iter().map(|op| match op {
        DomOp::Insert { nodes, .. } => nodes.len(),
        _ => 1,
    });
    let n_nodes = n_nodes.sum();
    story.document(at, DomChange::Changes(ops), n_nodes);
}
