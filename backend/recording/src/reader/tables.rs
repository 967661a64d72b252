//! The tables of a recording: what happened around the program, row by row, and the bodies and pictures rows name.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::{Reader, Rows};
use crate::{
    archive::read_rows,
    error::ReadError,
    event::{Keyboard, Message, Mouse, Navigation, Paint, Row},
    names,
    network::NetworkEvent,
    page::{Annotation, Dispatch, DomChange, Layout, ListenerChange, StyleSheets},
};

impl Reader {
    /// Console messages, in the order they arrived.
    ///
    /// # Errors
    /// `Io`. Damaged batches are left out, with a warning.
    pub fn messages(&self) -> Result<Arc<Vec<Row<Message>>>, ReadError> {
        self.rows(&self.messages, names::MESSAGES)
    }

    /// Mouse events.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn mouse(&self) -> Result<Arc<Vec<Row<Mouse>>>, ReadError> {
        self.rows(&self.mouse, names::MOUSE)
    }

    /// Keyboard events.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn keyboard(&self) -> Result<Arc<Vec<Row<Keyboard>>>, ReadError> {
        self.rows(&self.keyboard, names::KEYBOARD)
    }

    /// Navigations.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn navigations(&self) -> Result<Arc<Vec<Row<Navigation>>>, ReadError> {
        self.rows(&self.navigations, names::NAVIGATIONS)
    }

    /// Paints, without their pictures.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn paints(&self) -> Result<Arc<Vec<Row<Paint>>>, ReadError> {
        self.rows(&self.paints, names::PAINTS)
    }

    /// Documents and their changes.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn dom(&self) -> Result<Arc<Vec<Row<DomChange>>>, ReadError> {
        self.rows(&self.dom, names::DOM)
    }

    /// Where elements stood, at moments when the page was painted.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn layouts(&self) -> Result<Arc<Vec<Row<Layout>>>, ReadError> {
        self.rows(&self.layouts, names::LAYOUTS)
    }

    /// The style sheets, whenever they were found changed.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn styles(&self) -> Result<Arc<Vec<Row<StyleSheets>>>, ReadError> {
        self.rows(&self.styles, names::STYLES)
    }

    /// Event listeners added and removed.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn listeners(&self) -> Result<Arc<Vec<Row<ListenerChange>>>, ReadError> {
        self.rows(&self.listeners, names::LISTENERS)
    }

    /// Dispatched events that the program listens for.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn dispatches(&self) -> Result<Arc<Vec<Row<Dispatch>>>, ReadError> {
        self.rows(&self.dispatches, names::DISPATCHES)
    }

    /// What the page's code noted for tools.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn annotations(&self) -> Result<Arc<Vec<Row<Annotation>>>, ReadError> {
        self.rows(&self.annotations, names::ANNOTATIONS)
    }

    /// What became of network requests.
    ///
    /// # Errors
    /// As [`Self::messages`].
    pub fn network(&self) -> Result<Arc<Vec<Row<NetworkEvent>>>, ReadError> {
        self.rows(&self.network, names::NETWORK)
    }

    /// The body of a request or an answer, by the hash its row names.
    ///
    /// # Errors
    /// `Missing`, `Damaged`, `Io`.
    pub fn body(&self, hash: &str) -> Result<Vec<u8>, ReadError> {
        self.archive.decompressed(&names::body(hash))
    }

    /// A paint's picture, by the hash its row names.
    ///
    /// # Errors
    /// `Missing`, `Damaged`, `Io`.
    pub fn paint_bytes(&self, hash: &str) -> Result<Vec<u8>, ReadError> {
        self.archive.bytes_by_prefix(&names::paint_stem(hash))
    }

    fn rows<E: DeserializeOwned>(&self, rows: &Rows<E>, kind: &str) -> Result<Arc<Vec<Row<E>>>, ReadError> {
        if let Some(rows) = rows.get() {
            return Ok(rows.clone());
        }
        let mut warnings = Vec::new();
        let read = Arc::new(read_rows(&self.archive, kind, &mut warnings)?);
        warnings.into_iter().for_each(|warning| self.warn(warning));
        Ok(rows.get_or_init(|| read).clone())
    }
}
