//! The style sheets at any point, from the rows that tell when they were found changed.

use std::{cell::RefCell, collections::HashMap, rc::Rc, sync::Arc};

use recording::{
    error::ReadError,
    event::Row,
    page::{StyleRule, StyleSheet, StyleSheets},
    point::Point,
};

use crate::dom::Selectors;

/// Rules whose selectors are kept once read: at about 300 bytes each.
const MAX_PARSED: usize = 200_000;

/// A rule of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct RuleId {
    /// The sheet's number.
    pub(crate) sheet: u32,
    /// The rule's place in it.
    pub(crate) rule_idx: u32,
}

/// Row and place in it where a sheet stands.
type Place = (usize, usize);

type Parsed = RefCell<HashMap<Place, Rc<Vec<Option<Selectors>>>>>;

type ReadRows = Result<Arc<Vec<Row<StyleSheets>>>, ReadError>;

/// See the module.
pub(crate) struct Sheets {
    rows: Arc<Vec<Row<StyleSheets>>>,
    latest: Option<Rc<SheetList>>,
    parsed: Rc<Parsed>,
}

impl Sheets {
    pub(crate) fn new(rows: Arc<Vec<Row<StyleSheets>>>) -> Self {
        Self {
            rows,
            latest: None,
            parsed: Rc::default(),
        }
    }

    /// Goes on with the rows there are now. Those it had are let go of first: nobody else may need them as they were.
    pub(crate) fn grow(&mut self, rows: impl FnOnce() -> ReadRows) -> Result<(), ReadError> {
        drop(std::mem::take(&mut self.rows));
        self.latest = None;
        self.rows = rows()?;
        Ok(())
    }

    /// The sheets at a point; None if nothing is known of them by then.
    pub(crate) fn at(&mut self, point: Point) -> Option<Rc<SheetList>> {
        let n_rows = self.rows.partition_point(|row| row.point <= point);
        if n_rows == 0 {
            return None;
        }
        let latest = self.latest.take().filter(|latest| latest.n_rows <= n_rows);
        let mut list = latest.unwrap_or_else(|| {
            Rc::new(SheetList {
                rows: self.rows.clone(),
                n_rows: 0,
                places: HashMap::new(),
                parsed: self.parsed.clone(),
            })
        });
        if list.n_rows < n_rows {
            let changed = Rc::make_mut(&mut list);
            for (row_idx, row) in self.rows.iter().enumerate().take(n_rows).skip(changed.n_rows) {
                let sheets = row.event.sheets.iter().enumerate();
                changed
                    .places
                    .extend(sheets.map(|(idx, sheet)| (sheet.id, (row_idx, idx))));
            }
            changed.n_rows = n_rows;
        }
        self.latest = Some(list.clone());
        Some(list)
    }
}

/// The sheets at a point.
#[derive(Clone)]
pub(crate) struct SheetList {
    rows: Arc<Vec<Row<StyleSheets>>>,
    n_rows: usize,
    /// By number.
    places: HashMap<u32, Place>,
    parsed: Rc<Parsed>,
}

impl SheetList {
    /// The sheets that apply, in the order of the cascade.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = &StyleSheet> {
        let row = self
            .n_rows
            .checked_sub(1)
            .and_then(|row_idx| self.rows.get(row_idx));
        let order = row.map_or(&[][..], |row| &row.event.order);
        order.iter().filter_map(|sheet| self.sheet(*sheet))
    }

    /// A sheet, by its number.
    pub(crate) fn sheet(&self, sheet: u32) -> Option<&StyleSheet> {
        let (row_idx, idx) = self.places.get(&sheet)?;
        self.rows.get(*row_idx)?.event.sheets.get(*idx)
    }

    /// A rule.
    pub(crate) fn rule(&self, id: RuleId) -> Option<&StyleRule> {
        self.sheet(id.sheet)?.rules.as_ref()?.get(id.rule_idx as usize)
    }

    /// The selectors of a sheet's rules, in order; None where they cannot be read.
    pub(crate) fn selectors(&self, sheet: &StyleSheet) -> Rc<Vec<Option<Selectors>>> {
        let Some(place) = self.places.get(&sheet.id) else {
            return Rc::default();
        };
        if let Some(parsed) = self.parsed.borrow().get(place) {
            return parsed.clone();
        }
        let rules = sheet.rules.as_deref().unwrap_or_default();
        let parsed = rules.iter().map(|rule| Selectors::parse(&rule.selector));
        let parsed = Rc::new(parsed.collect::<Vec<_>>());
        let mut kept = self.parsed.borrow_mut();
        if kept.values().map(|rules| rules.len()).sum::<usize>() + parsed.len() > MAX_PARSED {
            kept.clear();
        }
        kept.insert(*place, parsed.clone());
        parsed
    }
}
