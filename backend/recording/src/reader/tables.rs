//! The tables of a recording: what happened around the program, row by row, and the bodies and pictures rows name.

use std::sync::{Arc, Mutex};

use serde::de::DeserializeOwned;

use super::{Reader, lock};
use crate::{
    archive::{read_batch, read_rows, read_rows_from},
    error::ReadError,
    event::{Keyboard, Message, Mouse, Navigation, Paint, Row, Tabled},
    names,
    network::NetworkEvent,
    page::{Annotation, Dispatch, DomChange, Layout, ListenerChange, StyleSheets},
    share::LeftOut,
};

impl Reader {
    /// Console messages, in the order they arrived.
    ///
    /// # Errors
    /// `Io`. Damaged batches are left out, with a warning.
    pub fn messages(&self) -> Result<Arc<Vec<Row<Message>>>, ReadError> {
        self.rows(&self.file.messages, names::MESSAGES)
    }

    /// Mouse events.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn mouse(&self) -> Result<Arc<Vec<Row<Mouse>>>, ReadError> {
        self.rows(&self.file.mouse, names::MOUSE)
    }

    /// Keyboard events.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn keyboard(&self) -> Result<Arc<Vec<Row<Keyboard>>>, ReadError> {
        self.rows(&self.file.keyboard, names::KEYBOARD)
    }

    /// Navigations.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn navigations(&self) -> Result<Arc<Vec<Row<Navigation>>>, ReadError> {
        self.rows(&self.file.navigations, names::NAVIGATIONS)
    }

    /// Paints, without their pictures.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn paints(&self) -> Result<Arc<Vec<Row<Paint>>>, ReadError> {
        self.rows(&self.file.paints, names::PAINTS)
    }

    /// Documents and their changes.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn dom(&self) -> Result<Arc<Vec<Row<DomChange>>>, ReadError> {
        self.rows(&self.file.dom, names::DOM)
    }

    /// Where elements stood, at moments when the page was painted.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn layouts(&self) -> Result<Arc<Vec<Row<Layout>>>, ReadError> {
        self.rows(&self.file.layouts, names::LAYOUTS)
    }

    /// The style sheets, whenever they were found changed.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn styles(&self) -> Result<Arc<Vec<Row<StyleSheets>>>, ReadError> {
        self.rows(&self.file.styles, names::STYLES)
    }

    /// Event listeners added and removed.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn listeners(&self) -> Result<Arc<Vec<Row<ListenerChange>>>, ReadError> {
        self.rows(&self.file.listeners, names::LISTENERS)
    }

    /// Dispatched events that the program listens for.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn dispatches(&self) -> Result<Arc<Vec<Row<Dispatch>>>, ReadError> {
        self.rows(&self.file.dispatches, names::DISPATCHES)
    }

    /// What the page's code noted for tools.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn annotations(&self) -> Result<Arc<Vec<Row<Annotation>>>, ReadError> {
        self.rows(&self.file.annotations, names::ANNOTATIONS)
    }

    /// What became of network requests.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn network(&self) -> Result<Arc<Vec<Row<NetworkEvent>>>, ReadError> {
        self.rows(&self.file.network, names::NETWORK)
    }

    /// The body of a request or an answer, by the hash its row names.
    ///
    /// # Errors
    /// `Missing`, `Damaged`, `Io`.
    pub fn body(&self, hash: &str) -> Result<Vec<u8>, ReadError> {
        if hash.is_empty() {
            return Err(ReadError::LeftOut {
                kind: LeftOut::Bodies,
            });
        }
        self.file.archive.decompressed(&names::body(hash))
    }

    /// A paint's picture, by the hash its row names.
    ///
    /// # Errors
    /// `Missing`, `Damaged`, `Io`.
    pub fn paint_bytes(&self, hash: &str) -> Result<Vec<u8>, ReadError> {
        let stem = names::paint_stem(hash);
        match self.file.archive.bytes_by_prefix(&stem) {
            Err(ReadError::Missing { .. }) if self.manifest.leaves_out(LeftOut::Pictures) => {
                Err(ReadError::LeftOut {
                    kind: LeftOut::Pictures,
                })
            }
            bytes => bytes,
        }
    }

    /// The rows of a table batch by batch, none of them kept. Damaged batches are passed over, with a warning.
    pub fn batches<E: Tabled>(&self) -> impl Iterator<Item = Result<Vec<Row<E>>, ReadError>> + '_ {
        let archive = &self.file.archive;
        let numbers = archive.numbered(&format!("events/{}/", E::TABLE), ".json.zst");
        numbers.into_keys().map(move |batch_idx| {
            let mut warnings = Vec::new();
            let batch = read_batch(archive, E::TABLE, batch_idx, &mut warnings);
            warnings.into_iter().for_each(|warning| self.warn(warning));
            batch
        })
    }

    fn rows<E: DeserializeOwned + Clone>(
        &self,
        rows: &Rows<E>,
        kind: &str,
    ) -> Result<Arc<Vec<Row<E>>>, ReadError> {
        let archive = &self.file.archive;
        let mut read = lock(&rows.0);
        let n_entries = archive.n_entries();
        if read.n_entries == Some(n_entries) {
            return Ok(read.rows.clone());
        }
        let mut warnings = Vec::new();
        let (added, next_batch) = match read.n_entries {
            None => read_rows(archive, kind, &mut warnings)?,
            Some(_) => read_rows_from(archive, kind, read.next_batch, &mut warnings)?,
        };
        if !added.is_empty() {
            Arc::make_mut(&mut read.rows).extend(added);
        }
        (read.next_batch, read.n_entries) = (next_batch, Some(n_entries));
        warnings.into_iter().for_each(|warning| self.warn(warning));
        Ok(read.rows.clone())
    }
}

/// All rows of a table, once read. They stay: a table is small beside what shows it. In a recording that is still being
/// made they grow; those handed out before are as they were, and copied only while somebody holds them.
pub(super) struct Rows<E>(Mutex<ReadRows<E>>);

struct ReadRows<E> {
    rows: Arc<Vec<Row<E>>>,
    next_batch: u32,
    /// How many entries the file had when they were read; None before.
    n_entries: Option<usize>,
}

impl<E> Default for Rows<E> {
    fn default() -> Self {
        Self(Mutex::new(ReadRows {
            rows: Arc::default(),
            next_batch: 0,
            n_entries: None,
        }))
    }
}
