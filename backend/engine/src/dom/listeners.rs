//! Which event listeners there are at a point, from the log of their coming and going.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use recording::{error::ReadError, event::Row, ids::ObjectId, page::ListenerChange, point::Point};

type ReadRows = Result<Arc<Vec<Row<ListenerChange>>>, ReadError>;

/// See the module.
pub(crate) struct Listeners {
    rows: Arc<Vec<Row<ListenerChange>>>,
    /// Rows of each target, in order.
    by_target: BTreeMap<ObjectId, Vec<usize>>,
}

impl Listeners {
    pub(crate) fn new(rows: Arc<Vec<Row<ListenerChange>>>) -> Self {
        let mut by_target: BTreeMap<ObjectId, Vec<usize>> = BTreeMap::new();
        for (row_idx, row) in rows.iter().enumerate() {
            by_target.entry(row.event.target).or_default().push(row_idx);
        }
        Self { rows, by_target }
    }

    /// Goes on with the rows there are now. Those it had are let go of first: nobody else may need them as they were.
    pub(crate) fn grow(&mut self, rows: impl FnOnce() -> ReadRows) -> Result<(), ReadError> {
        let n_before = std::mem::take(&mut self.rows).len();
        self.rows = rows()?;
        for (row_idx, row) in (n_before..).zip(self.rows.iter().skip(n_before)) {
            self.by_target.entry(row.event.target).or_default().push(row_idx);
        }
        Ok(())
    }

    /// Whatever ever had a listener, by number.
    pub(crate) fn targets(&self) -> impl Iterator<Item = ObjectId> {
        self.by_target.keys().copied()
    }

    /// Listeners of a target at a point, in the order they were added. Adding one twice makes no second.
    pub(crate) fn at(&self, target: ObjectId, point: Point) -> Vec<&ListenerChange> {
        let rows = self.by_target.get(&target).map_or(&[][..], |rows| rows);
        let rows = rows.iter().filter_map(|row_idx| self.rows.get(*row_idx));
        let mut alive: HashMap<_, usize> = HashMap::new();
        let mut in_order: Vec<Option<&ListenerChange>> = Vec::new();
        for Row { event, .. } in rows.take_while(|row| row.point <= point) {
            let key = (&event.event_type, event.handler, event.capture);
            if event.is_added {
                alive.entry(key).or_insert_with(|| {
                    in_order.push(Some(event));
                    in_order.len() - 1
                });
            } else if let Some(slot) = alive.remove(&key).and_then(|idx| in_order.get_mut(idx)) {
                *slot = None;
            }
        }
        in_order.into_iter().flatten().collect()
    }
}
