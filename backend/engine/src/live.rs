//! Recordings that are still being made, and lists that grow with them.
//!
//! A session sees the recording as it stood when its host last said that it had grown ([`crate::Engine::grew`]), so one answer
//! never mixes two states of it. Lists that the client asked for stay open and are gone on with at each growth; they are
//! answered once the recording ends.

use std::{collections::HashSet, rc::Rc, sync::Arc};

use recording::reader::Reader;
use wire::{
    command::Empty,
    envelope::CallId,
    experimental::{LiveState, LiveStateResult},
};

use crate::{
    answer::{Answer, Outbox},
    network::RequestsTold,
    session::Session,
    sources::SourceKey,
    trace::Trace,
};

/// A list that the client asked for, and how far it was sent.
pub(crate) enum List {
    /// Keyboard events: how many rows were sent.
    Keyboard(usize),
    /// Navigations, likewise.
    Navigations(usize),
    /// Paints, likewise.
    Paints(usize),
    /// Annotations of a kind, likewise.
    Annotations(String, usize),
    /// Sources: those that were told of.
    Sources(HashSet<SourceKey>),
    /// Requests: which, and up to which row.
    Requests(RequestsTold),
}

/// A list that goes on.
pub(crate) struct OpenList {
    pub(crate) call_id: CallId,
    list: List,
}

impl Session {
    /// Sends a list as far as it is known; it is complete unless the recording is still being made.
    pub(crate) fn begin_list(
        &mut self,
        call_id: CallId,
        mut list: List,
        outbox: &mut Outbox<'_>,
    ) -> Answer<()> {
        self.send_news(&mut list, outbox)?;
        match self.is_live() {
            true => self.lists.push(OpenList { call_id, list }),
            false => outbox.end(&call_id, Ok(Empty {})),
        }
        Ok(())
    }

    /// Whether the recording is still being made, as far as this session knows.
    pub(crate) fn is_live(&self) -> bool {
        self.trace.reader.is_live()
    }

    /// Goes on with the recording as it is now.
    pub(crate) fn grow(&mut self, reader: Arc<Reader>, outbox: &mut Outbox<'_>) {
        let range = self.pass.as_ref().and_then(|pass| pass.range);
        let bounds = self.trace.bounds;
        let mut fresh = Trace::new(reader.clone());
        fresh.bounds = bounds;
        let fresh = Rc::new(fresh);
        let before = std::mem::replace(&mut self.trace, fresh);
        self.trace.sources.set_added(before.sources.added());
        // Without what was known before, all is worked out again when it is asked for.
        let grown = Trace::grown(before, reader).and_then(|grown| grown.confined(range));
        if let Ok(grown) = grown {
            self.trace = Rc::new(grown);
        }
        if self.is_focus_open {
            self.focus.1 = self.trace.last_shown();
        }
        let is_live = self.is_live();
        for mut open in std::mem::take(&mut self.lists) {
            match self.send_news(&mut open.list, outbox) {
                Ok(()) if is_live => self.lists.push(open),
                outcome => outbox.end(&open.call_id, outcome.map(|()| Empty {})),
            }
        }
        self.streams.extend(self.resting_streams.drain(..));
        self.mouse_streams.extend(self.resting_mouse_streams.drain(..));
    }

    fn send_news(&mut self, list: &mut List, outbox: &mut Outbox<'_>) -> Answer<()> {
        match list {
            List::Keyboard(n_sent) => self.send_keyboard_events(n_sent, outbox),
            List::Navigations(n_sent) => self.send_navigation_events(n_sent, outbox),
            List::Paints(n_sent) => self.send_paints(n_sent, outbox),
            List::Annotations(kind, n_sent) => self.send_annotations(kind, n_sent, outbox),
            List::Sources(told) => self.send_sources(told, outbox),
            List::Requests(told) => self.send_requests(told, outbox),
        }
    }

    pub(crate) fn live_state(&mut self, _: LiveState) -> Answer<LiveStateResult> {
        Ok(LiveStateResult {
            is_live: self.is_live(),
        })
    }
}
