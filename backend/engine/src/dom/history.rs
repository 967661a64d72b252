//! The documents at any point, from the rows of the recording's log of them.
//!
//! The rows are applied one after another; on the way the tree is kept from time to time, which costs only the pages that
//! changed since. A jump begins at the nearest tree kept before it, or at the row that brought the document, and so
//! applies at most as many changes as the tree has nodes, or [`MIN_CHANGES_APART`] if that is more; in logs of more than
//! [`MAX_KEPT`] times that, a share of 2 / `MAX_KEPT` of the whole log.
//!
//! Measured on a document of 100,003 nodes and 1,000,000 changes all over it (these two files alone, opt-level 3, in processor
//! time because the machine was busy; 2026-11-21): the first document 26 ms, on to the end 415 ms, any jump after that 12 to
//! 45 ms; 20 MB for the tree, and as much for each one kept, because every page had changed.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use recording::{error::ReadError, event::Row, ids::ObjectId, page::DomChange, point::Point};

use super::tree::{Node, NodeIdx, Numbers, Tree};

/// Changes between two trees that are kept: about 3 ms of work.
const MIN_CHANGES_APART: usize = 8_192;

/// Trees that are kept: at worst so many copies of the whole document.
const MAX_KEPT: usize = 32;

type ReadRows = Result<Arc<Vec<Row<DomChange>>>, ReadError>;

/// The documents at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Dom {
    pub(crate) tree: Tree,
    numbers: Rc<RefCell<Numbers>>,
}

impl Dom {
    /// A node that is or was in a document, by its object.
    pub(crate) fn find(&self, id: ObjectId) -> Option<(NodeIdx, &Node)> {
        let idx = self.numbers.borrow().get(&id).copied()?;
        Some((idx, self.tree.node(idx)?))
    }

    /// The page's document.
    pub(crate) fn document(&self) -> Option<(NodeIdx, &Node)> {
        let idx = self.tree.document?;
        Some((idx, self.tree.node(idx)?))
    }
}

/// See the module.
pub(crate) struct History {
    rows: Arc<Vec<Row<DomChange>>>,
    /// Rows that brought a document.
    documents: Vec<usize>,
    numbers: Rc<RefCell<Numbers>>,
    /// By rising `n_rows`.
    kept: Vec<Kept>,
    /// What was asked for last.
    latest: Option<(usize, Rc<Dom>)>,
    min_changes_apart: usize,
}

/// A tree as it is after so many rows.
struct Kept {
    n_rows: usize,
    tree: Tree,
}

impl History {
    pub(crate) fn new(rows: Arc<Vec<Row<DomChange>>>) -> Self {
        let brings_document = |row: &Row<DomChange>| matches!(row.event, DomChange::Document { .. });
        let documents = rows
            .iter()
            .enumerate()
            .filter_map(|(row_idx, row)| brings_document(row).then_some(row_idx));
        Self {
            documents: documents.collect(),
            rows,
            numbers: Rc::default(),
            kept: Vec::new(),
            latest: None,
            min_changes_apart: MIN_CHANGES_APART,
        }
    }

    /// Goes on with the rows there are now. Those it had are let go of first: nobody else may need them as they were.
    pub(crate) fn grow(&mut self, rows: impl FnOnce() -> ReadRows) -> Result<(), ReadError> {
        let n_before = std::mem::take(&mut self.rows).len();
        self.rows = rows()?;
        let added = (n_before..).zip(self.rows.iter().skip(n_before));
        let documents = added.filter(|(_, row)| matches!(row.event, DomChange::Document { .. }));
        self.documents.extend(documents.map(|(row_idx, _)| row_idx));
        Ok(())
    }

    /// Whether the recording says anything of documents.
    pub(crate) fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// The documents at a point; None if there is none yet.
    pub(crate) fn at(&mut self, point: Point) -> Option<Rc<Dom>> {
        let n_rows = self.rows.partition_point(|row| row.point <= point);
        if let Some((latest_rows, dom)) = &self.latest
            && *latest_rows == n_rows
        {
            return Some(dom.clone());
        }
        let n_documents = self.documents.partition_point(|row_idx| *row_idx < n_rows);
        let document_row = *self.documents.get(n_documents.checked_sub(1)?)?;
        let (mut done, mut tree) = self.nearest(document_row, n_rows);
        let mut n_changes = 0;
        let rows = self.rows.clone();
        for row in rows.get(done..n_rows).unwrap_or_default() {
            n_changes += tree.apply(&row.event, &mut self.numbers.borrow_mut());
            done += 1;
            // None is kept between the nearest and here.
            if n_changes >= self.min_changes_apart.max(tree.n_nodes()) {
                n_changes = 0;
                self.keep(done, tree.clone());
            }
        }
        let numbers = self.numbers.clone();
        let dom = Rc::new(Dom { tree, numbers });
        self.latest = Some((n_rows, dom.clone()));
        Some(dom)
    }

    /// The tree to begin from: one that was kept, the latest, or none at the row of a document.
    fn nearest(&self, document_row: usize, n_rows: usize) -> (usize, Tree) {
        let n_kept = self.kept.partition_point(|kept| kept.n_rows <= n_rows);
        let kept = n_kept.checked_sub(1).and_then(|idx| self.kept.get(idx));
        let kept = kept.map(|kept| (kept.n_rows, &kept.tree));
        let latest = self.latest.as_ref().map(|(rows, dom)| (*rows, &dom.tree));
        kept.into_iter()
            .chain(latest)
            .filter(|(rows, _)| (document_row + 1..=n_rows).contains(rows))
            .max_by_key(|(rows, _)| *rows)
            .map_or((document_row, Tree::default()), |(rows, tree)| {
                (rows, tree.clone())
            })
    }

    fn keep(&mut self, n_rows: usize, tree: Tree) {
        let at = self.kept.partition_point(|kept| kept.n_rows < n_rows);
        self.kept.insert(at, Kept { n_rows, tree });
        if self.kept.len() > MAX_KEPT {
            let mut is_odd = false;
            self.kept.retain(|_| {
                is_odd = !is_odd;
                !is_odd
            });
            self.min_changes_apart *= 2;
        }
    }
}
