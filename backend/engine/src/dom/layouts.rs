//! Where elements stood and how they looked, as it was when the page was last painted before a point.
//!
//! Rows say all, or what changed since the row before. The state at the row asked about last is kept and rolled forward;
//! a jump begins at the nearest row that says all.

use std::{collections::HashMap, rc::Rc, sync::Arc};

use recording::{
    error::ReadError,
    event::Row,
    ids::ObjectId,
    page::{ComputedStyle, ElementLayout, Layout},
    point::Point,
    value::Text,
};

type ReadRows = Result<Arc<Vec<Row<Layout>>>, ReadError>;

/// See the module.
pub(crate) struct Layouts {
    rows: Arc<Vec<Row<Layout>>>,
    /// Rows that say all.
    full: Vec<usize>,
    latest: Option<Rc<LaidOut>>,
}

impl Layouts {
    pub(crate) fn new(rows: Arc<Vec<Row<Layout>>>) -> Self {
        let full = rows.iter().enumerate().filter(|(_, row)| row.event.is_full);
        Self {
            full: full.map(|(row_idx, _)| row_idx).collect(),
            rows,
            latest: None,
        }
    }

    /// Goes on with the rows there are now. Those it had are let go of first: nobody else may need them as they were.
    pub(crate) fn grow(&mut self, rows: impl FnOnce() -> ReadRows) -> Result<(), ReadError> {
        let n_before = std::mem::take(&mut self.rows).len();
        self.latest = None;
        self.rows = rows()?;
        let added = (n_before..).zip(self.rows.iter().skip(n_before));
        let full = added.filter(|(_, row)| row.event.is_full);
        self.full.extend(full.map(|(row_idx, _)| row_idx));
        Ok(())
    }

    /// The layout at a point; None if the page was not painted yet.
    pub(crate) fn at(&mut self, point: Point) -> Option<Rc<LaidOut>> {
        let n_rows = self.rows.partition_point(|row| row.point <= point);
        let wanted = n_rows.checked_sub(1)?;
        let n_full = self.full.partition_point(|row_idx| *row_idx <= wanted);
        let full = n_full
            .checked_sub(1)
            .and_then(|idx| self.full.get(idx))
            .copied()
            .unwrap_or(0);
        let latest = self.latest.take();
        let latest = latest.filter(|latest| (full + 1..=n_rows).contains(&latest.n_rows));
        let mut state = latest.unwrap_or_else(|| Rc::new(LaidOut::new(self.rows.clone(), full)));
        if state.n_rows < n_rows {
            let changed = Rc::make_mut(&mut state);
            while changed.n_rows < n_rows {
                changed.advance();
            }
        }
        self.latest = Some(state.clone());
        Some(state)
    }
}

/// The state after some rows.
#[derive(Clone)]
pub(crate) struct LaidOut {
    rows: Arc<Vec<Row<Layout>>>,
    /// How many rows it has taken in; those before the last that says all do not count.
    n_rows: usize,
    /// Row and place in it where each element's layout stands.
    elements: HashMap<ObjectId, (usize, usize)>,
    /// Row that told the order.
    order: Option<usize>,
    /// Row and place in it where each style stands, by number, with what is asked of it most often.
    styles: Vec<(usize, usize, Marks)>,
}

/// What matters for where a click goes.
#[derive(Clone, Copy, Default)]
pub(crate) struct Marks {
    /// `visibility: hidden`
    pub(crate) is_hidden: bool,
    /// `pointer-events: none`
    pub(crate) ignores_pointer: bool,
}

impl LaidOut {
    fn new(rows: Arc<Vec<Row<Layout>>>, n_rows: usize) -> Self {
        Self {
            rows,
            n_rows,
            elements: HashMap::new(),
            order: None,
            styles: Vec::new(),
        }
    }

    /// Takes in the next row.
    fn advance(&mut self) {
        let rows = self.rows.clone();
        let row_idx = self.n_rows;
        self.n_rows += 1;
        let Some(Row { event: layout, .. }) = rows.get(row_idx) else {
            return;
        };
        if layout.is_full {
            self.elements.clear();
            self.styles.clear();
            self.order = None;
        }
        for gone in &layout.gone {
            self.elements.remove(gone);
        }
        for (idx, element) in layout.elements.iter().enumerate() {
            self.elements.insert(element.id, (row_idx, idx));
        }
        if layout.order.is_some() {
            self.order = Some(row_idx);
        }
        for (idx, style) in layout.styles.iter().enumerate() {
            let mut marks = self.marks(style.base.unwrap_or(u32::MAX));
            for (name, value) in &style.properties {
                match &**name {
                    "visibility" => marks.is_hidden = **value == *"hidden",
                    "pointer-events" => marks.ignores_pointer = **value == *"none",
                    _ => {}
                }
            }
            self.styles.push((row_idx, idx, marks));
        }
    }

    /// An element's layout; None if it is not laid out.
    pub(crate) fn element(&self, id: ObjectId) -> Option<&ElementLayout> {
        let (row_idx, idx) = self.elements.get(&id)?;
        self.rows.get(*row_idx)?.event.elements.get(*idx)
    }

    /// All elements that are laid out, the topmost first.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = &ElementLayout> {
        let row = self.order.and_then(|row_idx| self.rows.get(row_idx));
        let order = row.and_then(|row| row.event.order.as_deref()).unwrap_or_default();
        order.iter().filter_map(|id| self.element(*id))
    }

    /// What a style says of clicks.
    pub(crate) fn marks(&self, style: u32) -> Marks {
        let style = self.styles.get(style as usize);
        style.map_or(Marks::default(), |(_, _, marks)| *marks)
    }

    /// A computed style in full, by name.
    pub(crate) fn style(&self, style: u32) -> Vec<(Text, Text)> {
        let mut properties: HashMap<&Text, &Text> = HashMap::new();
        let mut next = Some(style);
        // What a style says itself goes before what it is based on.
        while let Some((number, style)) = next.and_then(|number| Some((number, self.own_style(number)?))) {
            for (name, value) in &style.properties {
                properties.entry(name).or_insert(value);
            }
            next = style.base.filter(|base| *base < number);
        }
        let mut properties: Vec<_> = properties
            .into_iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        properties.sort_unstable();
        properties
    }

    fn own_style(&self, number: u32) -> Option<&ComputedStyle> {
        let (row_idx, idx, _) = self.styles.get(number as usize)?;
        self.rows.get(*row_idx)?.event.styles.get(*idx)
    }
}
