//! The DOM domain: the documents of the page at a point, their nodes, listeners and boxes.
//!
//! The recorder notes changes of documents as they are made, so documents are exact. It looks at boxes and styles only
//! when the page is painted: answers about them are those of the last paint at or before the point, which the protocol
//! has no place to say.

mod boxes;
mod commands;
mod history;
mod interfaces;
mod layouts;
mod listeners;
mod matching;
mod search;
mod tree;
mod xpath;

use std::{
    cell::{OnceCell, RefCell},
    rc::Rc,
};

use recording::{error::ReadError, point::Point, reader::Reader};
use wire::error::ErrorCode;

pub(crate) use self::{
    history::Dom,
    interfaces::class_name,
    layouts::LaidOut,
    matching::{Element, Matcher, Selectors, pseudo_text},
    tree::{DOCUMENT, Node, NodeIdx},
};
use self::{history::History, layouts::Layouts, listeners::Listeners};
use crate::{
    answer::{Answer, Failure},
    trace::Trace,
};

/// What was worked out of the page's tables.
#[derive(Default)]
pub(crate) struct PageLog {
    documents: OnceCell<RefCell<History>>,
    layouts: OnceCell<RefCell<Layouts>>,
    listeners: OnceCell<Listeners>,
}

impl PageLog {
    /// The same, once the recording has grown: rows are only ever added.
    pub(crate) fn grown(mut self, reader: &Reader) -> Result<Self, ReadError> {
        if let Some(documents) = self.documents.get_mut() {
            documents.get_mut().grow(|| reader.dom())?;
        }
        if let Some(layouts) = self.layouts.get_mut() {
            layouts.get_mut().grow(|| reader.layouts())?;
        }
        if let Some(listeners) = self.listeners.get_mut() {
            listeners.grow(|| reader.listeners())?;
        }
        Ok(self)
    }
}

impl Trace {
    /// The documents at a point; None if there is none yet, or the recording says nothing of them.
    pub(crate) fn dom_at(&self, point: Point) -> Answer<Option<Rc<Dom>>> {
        Ok(self.documents()?.borrow_mut().at(point))
    }

    /// The documents at a point.
    ///
    /// # Errors
    /// There are none.
    pub(crate) fn document_at(&self, point: Point) -> Answer<Rc<Dom>> {
        let mut documents = self.documents()?.borrow_mut();
        documents.at(point).ok_or_else(|| {
            let message = match documents.is_empty() {
                true => "this recording says nothing of documents",
                false => "there is no document yet at this point",
            };
            Failure::new(ErrorCode::DOCUMENT_IS_UNAVAILABLE, message)
        })
    }

    /// Whether the recording says anything of documents.
    pub(crate) fn has_documents(&self) -> Answer<bool> {
        Ok(!self.documents()?.borrow().is_empty())
    }

    /// Boxes and styles as they were when the page was last painted before a point; None if it was not.
    pub(crate) fn layout_at(&self, point: Point) -> Answer<Option<Rc<LaidOut>>> {
        let layouts = match self.page.layouts.get() {
            Some(layouts) => layouts,
            None => {
                let layouts = Layouts::new(self.reader.layouts()?);
                self.page.layouts.get_or_init(|| RefCell::new(layouts))
            }
        };
        Ok(layouts.borrow_mut().at(point))
    }

    fn documents(&self) -> Answer<&RefCell<History>> {
        if let Some(documents) = self.page.documents.get() {
            return Ok(documents);
        }
        let documents = History::new(self.reader.dom()?);
        Ok(self.page.documents.get_or_init(|| RefCell::new(documents)))
    }

    fn listeners(&self) -> Answer<&Listeners> {
        if let Some(listeners) = self.page.listeners.get() {
            return Ok(listeners);
        }
        let listeners = Listeners::new(self.reader.listeners()?);
        Ok(self.page.listeners.get_or_init(|| listeners))
    }
}
