//! The CSS domain: which rules apply to a node, what they declare, and what its style came to.
//!
//! Rules are matched against the document as it is at the point, sheets as they were found last before it. Computed
//! styles are those of the last paint, like boxes. The browser's own sheet is not recorded.

mod applied;
mod commands;
mod declarations;
mod sheets;

use std::{
    cell::{OnceCell, RefCell},
    rc::Rc,
};

use recording::{error::ReadError, point::Point, reader::Reader};

pub(crate) use self::{
    declarations::{Declaration, inline_declarations, to_text},
    sheets::{RuleId, SheetList},
};
use crate::{answer::Answer, trace::Trace};

/// What was worked out of the log of style sheets.
#[derive(Default)]
pub(crate) struct StyleLog {
    sheets: OnceCell<RefCell<sheets::Sheets>>,
}

impl StyleLog {
    /// The same, once the recording has grown: rows are only ever added.
    pub(crate) fn grown(mut self, reader: &Reader) -> Result<Self, ReadError> {
        if let Some(sheets) = self.sheets.get_mut() {
            sheets.get_mut().grow(|| reader.styles())?;
        }
        Ok(self)
    }
}

impl Trace {
    /// The style sheets at a point; None if the recording says nothing of them by then.
    pub(crate) fn sheets_at(&self, point: Point) -> Answer<Option<Rc<SheetList>>> {
        let sheets = match self.styles.sheets.get() {
            Some(sheets) => sheets,
            None => {
                let sheets = sheets::Sheets::new(self.reader.styles()?);
                self.styles.sheets.get_or_init(|| RefCell::new(sheets))
            }
        };
        Ok(sheets.borrow_mut().at(point))
    }
}
