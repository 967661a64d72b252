//! What a person and the browser did: mouse, keyboard, navigations.

use recording::event::{KeyKind, Mouse, MouseKind, Row};
use wire::{
    command::Empty,
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

/// Rows in one message: at about 120 bytes each under 256 KiB, which a page takes in within a few milliseconds.
const EVENTS_PER_EVENT: usize = 1_500;

/// The events of the mouse on their way. There may be a million of them: other requests are answered in between.
pub(crate) struct MouseStream {
    pub(crate) call_id: CallId,
    next_row: usize,
}

impl Session {
    /// Begins to send what the mouse did.
    pub(crate) fn find_mouse_events(
        &mut self,
        id: CallId,
        _: FindMouseEvents,
        outbox: &mut Outbox<'_>,
    ) -> Answer<()> {
        self.trace.reader.mouse()?;
        let mut stream = MouseStream {
            call_id: id,
            next_row: 0,
        };
        if !self.send_mouse(&mut stream, outbox) {
            self.keep_mouse_stream(stream);
        }
        Ok(())
    }

    /// Keeps a list that is not complete: for the next turn, or until the recording has grown.
    pub(crate) fn keep_mouse_stream(&mut self, stream: MouseStream) {
        let n_rows = self.trace.reader.mouse().map_or(0, |rows| rows.len());
        match stream.next_row < n_rows {
            true => self.mouse_streams.push_back(stream),
            false => self.resting_mouse_streams.push(stream),
        }
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

    /// Sends some more events, and the answer after the last. Says whether that was it.
    pub(crate) fn send_mouse(&self, stream: &mut MouseStream, outbox: &mut Outbox<'_>) -> bool {
        match self.send_some_mouse(stream, outbox) {
            // More may come; they are gone on with when the recording grows.
            Ok(true) if self.is_live() => return false,
            Ok(true) => outbox.respond::<FindMouseEvents>(&stream.call_id, Ok(Empty {})),
            Ok(false) => return false,
            Err(failure) => outbox.respond::<FindMouseEvents>(&stream.call_id, Err(failure)),
        }
        true
    }

    fn send_some_mouse(&self, stream: &mut MouseStream, outbox: &mut Outbox<'_>) -> Answer<bool> {
        let rows = self.trace.reader.mouse()?;
        let begin = stream.next_row.min(rows.len());
        let some = rows.get(begin..).unwrap_or_default();
        let some = some.get(..EVENTS_PER_EVENT).unwrap_or(some);
        let shown = some.iter().filter(|row| self.trace.shows(row.point));
        let events: Vec<MouseEvent> = shown.map(mouse_event).collect();
        stream.next_row = begin + some.len();
        if !events.is_empty() {
            outbox.event(&MouseEvents { events })?;
        }
        Ok(stream.next_row >= rows.len())
    }

    pub(crate) fn send_keyboard_events(&self, n_sent: &mut usize, outbox: &mut Outbox<'_>) -> Answer<()> {
        let rows = self.trace.reader.keyboard()?;
        let shown = rows
            .iter()
            .skip(*n_sent)
            .filter(|row| self.trace.shows(row.point));
        let events = shown.map(|row| KeyboardEvent {
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
        let shown = rows
            .iter()
            .skip(*n_sent)
            .filter(|row| self.trace.shows(row.point));
        let events = shown.map(|row| NavigationEvent {
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

fn mouse_event(row: &Row<Mouse>) -> MouseEvent {
    MouseEvent {
        point: describe::to_wire(row.point),
        time: row.time.as_millis(),
        kind: match row.event.kind {
            MouseKind::Move => MouseEventKind::Mousemove,
            MouseKind::Down => MouseEventKind::Mousedown,
        },
        client_x: row.event.client_x.round() as i32,
        client_y: row.event.client_y.round() as i32,
        synthetic: row.event.is_synthetic,
    }
}
