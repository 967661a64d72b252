//! What a person and the browser did: mouse, keyboard, navigations.

use recording::event::{KeyKind, MouseKind};
use wire::{
    envelope::CallId,
    recording::{KeyboardEvent, KeyboardEventKind, MouseEvent, MouseEventKind, NavigationEvent},
    session::{
        FindKeyboardEvents, FindMouseEvents, FindNavigationEvents, KeyboardEvents, MouseEvents,
        NavigationEvents,
    },
};

use crate::{
    answer::{Answer, Outbox},
    describe,
    live::List,
    session::Session,
};

/// Rows in one message: at about 120 bytes each under 256 KiB.
const EVENTS_PER_EVENT: usize = 1_500;

impl Session {
    pub(crate) fn find_mouse_events(
        &mut self,
        id: CallId,
        _: FindMouseEvents,
        outbox: &mut Outbox<'_>,
    ) -> Answer<()> {
        self.begin_list(id, List::Mouse(0), outbox)
    }

    pub(crate) fn find_keyboard_events(
        &mut self,
        id: CallId,
        _: FindKeyboardEvents,
        outbox: &mut Outbox<'_>,
    ) -> Answer<()> {
        self.begin_list(id, List::Keyboard(0), outbox)
    }

    pub(crate) fn find_navigation_events(
        &mut self,
        id: CallId,
        _: FindNavigationEvents,
        outbox: &mut Outbox<'_>,
    ) -> Answer<()> {
        self.begin_list(id, List::Navigations(0), outbox)
    }

    pub(crate) fn send_mouse_events(&self, n_sent: &mut usize, outbox: &mut Outbox<'_>) -> Answer<()> {
        let rows = self.trace.reader.mouse()?;
        let events = rows.iter().skip(*n_sent).map(|row| MouseEvent {
            point: describe::to_wire(row.point),
            time: row.time.as_millis(),
            kind: match row.event.kind {
                MouseKind::Move => MouseEventKind::Mousemove,
                MouseKind::Down => MouseEventKind::Mousedown,
            },
            client_x: row.event.client_x.round() as i32,
            client_y: row.event.client_y.round() as i32,
            synthetic: row.event.is_synthetic,
        });
        outbox.batches(events, EVENTS_PER_EVENT, |events| MouseEvents { events })?;
        *n_sent = rows.len();
        Ok(())
    }

    pub(crate) fn send_keyboard_events(&self, n_sent: &mut usize, outbox: &mut Outbox<'_>) -> Answer<()> {
        let rows = self.trace.reader.keyboard()?;
        let events = rows.iter().skip(*n_sent).map(|row| KeyboardEvent {
            point: describe::to_wire(row.point),
            time: row.time.as_millis(),
            kind: match row.event.kind {
                KeyKind::Down => KeyboardEventKind::Keydown,
                KeyKind::Up => KeyboardEventKind::Keyup,
                KeyKind::Press => KeyboardEventKind::Keypress,
            },
            key: row.event.key.to_string(),
            synthetic: row.event.is_synthetic,
        });
        outbox.batches(events, EVENTS_PER_EVENT, |events| KeyboardEvents { events })?;
        *n_sent = rows.len();
        Ok(())
    }

    pub(crate) fn send_navigation_events(&self, n_sent: &mut usize, outbox: &mut Outbox<'_>) -> Answer<()> {
        let rows = self.trace.reader.navigations()?;
        let events = rows.iter().skip(*n_sent).map(|row| NavigationEvent {
            point: describe::to_wire(row.point),
            time: row.time.as_millis(),
            kind: (!row.event.kind.is_empty()).then(|| row.event.kind.to_string()),
            url: row.event.url.to_string(),
        });
        outbox.batches(events, EVENTS_PER_EVENT, |events| NavigationEvents { events })?;
        *n_sent = rows.len();
        Ok(())
    }
}
