//! The rows of all tables, in step with the log: what happened in a chunk follows it.

use std::collections::VecDeque;

use recording::{
    error::ReadError,
    event::{Event, Keyboard, Message, Mouse, Navigation, Paint, Row, Tabled},
    network::NetworkEvent,
    page::{Annotation, Dispatch, DomChange, Layout, ListenerChange, StyleSheets},
    point::{Micros, Point},
    reader::Reader,
};

use crate::scrub::Scrub;

/// A table that is read batch by batch.
struct Table<'r, E> {
    batches: Box<dyn Iterator<Item = Result<Vec<Row<E>>, ReadError>> + 'r>,
    rows: VecDeque<Row<E>>,
}

impl<'r, E: Tabled> Table<'r, E> {
    fn of(reader: &'r Reader) -> Self {
        Self {
            batches: Box::new(reader.batches()),
            rows: VecDeque::new(),
        }
    }

    /// Takes the next row if it is not past a point.
    fn next_until(&mut self, until: Point) -> Result<Option<Row<E>>, ReadError> {
        while self.rows.is_empty() {
            match self.batches.next() {
                Some(batch) => self.rows.extend(batch?),
                None => return Ok(None),
            }
        }
        let is_in = self.rows.front().is_some_and(|row| row.point <= until);
        Ok(if is_in { self.rows.pop_front() } else { None })
    }

    /// The rows up to a point, without taking them.
    fn up_to(&mut self, until: Point) -> Result<impl Iterator<Item = &Row<E>>, ReadError> {
        while self.rows.back().is_none_or(|row| row.point <= until) {
            match self.batches.next() {
                Some(batch) => self.rows.extend(batch?),
                None => break,
            }
        }
        Ok(self.rows.iter().take_while(move |row| row.point <= until))
    }
}

macro_rules! tables {
    ($($table:ident $event:ident $kind:ident;)*) => {
        /// All tables.
        pub(crate) struct Tables<'r> {
            $($table: Table<'r, $event>,)*
        }

        impl<'r> Tables<'r> {
            pub(crate) fn of(reader: &'r Reader) -> Self {
                Self { $($table: Table::of(reader),)* }
            }

            /// Passes on every row up to a point that lies in a part, without what is left out.
            pub(crate) fn take_until<X: From<ReadError>>(
                &mut self,
                first: Point,
                until: Point,
                scrub: &mut Scrub,
                mut pass_on: impl FnMut(&mut Scrub, Point, Micros, Event) -> Result<(), X>,
            ) -> Result<(), X> {
                $(
                    while let Some(Row { point, time, event }) = self.$table.next_until(until)? {
                        if point >= first {
                            let mut event = Event::$kind(event);
                            scrub.event(&mut event);
                            pass_on(scrub, point, time, event)?;
                        }
                    }
                )*
                Ok(())
            }
        }
    };
}

tables! {
    messages Message Message;
    mouse Mouse Mouse;
    keyboard Keyboard Keyboard;
    navigations Navigation Navigation;
    paints Paint Paint;
    dom DomChange Dom;
    layouts Layout Layout;
    styles StyleSheets Styles;
    listeners ListenerChange Listener;
    dispatches Dispatch Dispatch;
    annotations Annotation Annotation;
    network NetworkEvent Network;
}

impl Tables<'_> {
    /// Takes note of what the nodes are for that come up to a point: the log mentions them, too.
    pub(crate) fn note_roles(
        &mut self,
        first: Point,
        until: Point,
        scrub: &mut Scrub,
    ) -> Result<(), ReadError> {
        for row in self.dom.up_to(until)? {
            if row.point >= first {
                scrub.roles.note(&row.event);
            }
        }
        Ok(())
    }
}
