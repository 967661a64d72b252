//! The Console domain: what the program printed, and errors nobody caught, each with the pause it was made in.

use std::rc::Rc;

use recording::event::{self, Row};
use wire::{
    console::{
        FindMessages, FindMessagesInRange, FindMessagesInRangeResult, FindMessagesResult, Message,
        MessageLevel, MessageSource, NewMessage,
    },
    envelope::CallId,
    experimental::{ConsoleCall, ConsoleCalls, ConsoleCallsResult},
    ids::PauseId,
    pause::ObjectPreviewLevel,
};

use crate::{
    answer::{Answer, Outbox},
    code,
    describe::to_wire,
    pause::{Scene, Sent},
    session::Session,
    trace::Trace,
};

/// Bytes of messages sent before others get their turn.
const BYTES_PER_TURN: usize = 512 << 10;

/// Messages sent before others get their turn: what takes a few milliseconds where each stands in a chunk of its own.
const MESSAGES_PER_TURN: usize = 1_000;

/// Messages in one answer about a range; a long range is what `findMessages` is for.
const MAX_MESSAGES_IN_RANGE: usize = 10_000;

/// A list of messages on its way.
pub(crate) struct MessageStream {
    pub(crate) call_id: CallId,
    list: u64,
    next_row: usize,
}

/// Calls in one answer.
const MAX_CALLS: u32 = 10_000;

/// The end of a group says nothing by itself, and the protocol has no groups: `consoleCalls` tells of it.
fn is_message(row: &Row<event::Message>) -> bool {
    &*row.event.method != "groupEnd"
}

impl Session {
    /// Begins to send all messages.
    pub(crate) fn find_messages(
        &mut self,
        id: CallId,
        _: FindMessages,
        outbox: &mut Outbox<'_>,
    ) -> Answer<()> {
        self.load_all(outbox)?;
        self.trace.reader.messages()?;
        let mut stream = MessageStream {
            call_id: id,
            list: self.next_list(),
            next_row: 0,
        };
        if !self.send_messages(&mut stream, outbox) {
            self.keep_stream(stream);
        }
        Ok(())
    }

    /// Keeps a list that is not complete: for the next turn, or until the recording has grown.
    pub(crate) fn keep_stream(&mut self, stream: MessageStream) {
        let n_rows = self.trace.reader.messages().map_or(0, |rows| rows.len());
        match stream.next_row < n_rows {
            true => self.streams.push_back(stream),
            false => self.resting_streams.push(stream),
        }
    }

    fn next_list(&mut self) -> u64 {
        self.n_message_lists += 1;
        self.n_message_lists - 1
    }

    /// Sends some more messages, and the answer after the last. Says whether that was it.
    pub(crate) fn send_messages(&mut self, stream: &mut MessageStream, outbox: &mut Outbox<'_>) -> bool {
        match self.send_some(stream, outbox) {
            // More may come; they are gone on with when the recording grows.
            Ok(true) if self.is_live() => return false,
            Ok(true) => {
                outbox.respond::<FindMessages>(&stream.call_id, Ok(FindMessagesResult { overflow: false }))
            }
            Ok(false) => return false,
            Err(failure) => outbox.respond::<FindMessages>(&stream.call_id, Err(failure)),
        }
        true
    }

    fn send_some(&mut self, stream: &mut MessageStream, outbox: &mut Outbox<'_>) -> Answer<bool> {
        let rows = self.trace.reader.messages()?;
        let mut n_bytes = 0;
        for _ in 0..MESSAGES_PER_TURN {
            let Some(row) = rows.get(stream.next_row) else {
                return Ok(true);
            };
            if !is_message(row) || !self.trace.shows(row.point) {
                stream.next_row += 1;
                continue;
            }
            let pause_id = pause_id(stream.list, stream.next_row);
            // What stands in a lost chunk is left out; the recording's warnings tell of it.
            if let Ok(message) = message(&self.trace, row, pause_id, &mut Sent::default()) {
                n_bytes += outbox.event(&NewMessage { message })?;
            }
            stream.next_row += 1;
            if n_bytes > BYTES_PER_TURN {
                break;
            }
        }
        Ok(stream.next_row >= rows.len())
    }

    pub(crate) fn find_messages_in_range(
        &mut self,
        params: FindMessagesInRange,
        outbox: &mut Outbox<'_>,
    ) -> Answer<FindMessagesInRangeResult> {
        let range = params.range;
        let (begin, end) = (
            self.trace.clamped_point(&range.begin),
            self.trace.clamped_point(&range.end),
        );
        self.load_all(outbox)?;
        let list = self.next_list();
        let rows = self.trace.reader.messages()?;
        let mut messages = Vec::new();
        for (row_idx, row) in rows.iter().enumerate() {
            if row.point < begin || row.point > end || !is_message(row) {
                continue;
            }
            if messages.len() >= MAX_MESSAGES_IN_RANGE {
                return Ok(FindMessagesInRangeResult {
                    messages,
                    overflow: true,
                });
            }
            messages.push(message(
                &self.trace,
                row,
                pause_id(list, row_idx),
                &mut Sent::default(),
            )?);
        }
        Ok(FindMessagesInRangeResult {
            messages,
            overflow: false,
        })
    }
}

impl Session {
    /// Which methods of `console` were called, and how deep in groups.
    pub(crate) fn console_calls(
        &mut self,
        params: ConsoleCalls,
        outbox: &mut Outbox<'_>,
    ) -> Answer<ConsoleCallsResult> {
        self.load_all(outbox)?;
        let reader = &self.trace.reader;
        let bound =
            |point: Option<_>, otherwise| point.map_or(otherwise, |point| self.trace.clamped_point(&point));
        let begin = bound(params.begin, self.trace.first_shown());
        let end = bound(params.end, self.trace.last_shown());
        let max_count = params.max_count.unwrap_or(MAX_CALLS).clamp(1, MAX_CALLS) as usize;
        let (rows, navigations) = (reader.messages()?, reader.navigations()?);
        let mut documents = navigations
            .iter()
            .filter(|row| &*row.event.kind == "load")
            .peekable();
        let mut calls = Vec::new();
        let mut depth: u32 = 0;
        for row in rows.iter().filter(|row| row.point <= end) {
            let method = &*row.event.method;
            if row.event.source != event::MessageSource::ConsoleApi || is_told_by_level(method) {
                continue;
            }
            // A new document has a console of its own.
            while documents.next_if(|document| document.point < row.point).is_some() {
                depth = 0;
            }
            if method == "groupEnd" || method == "clear" {
                depth = if method == "clear" {
                    0
                } else {
                    depth.saturating_sub(1)
                };
            }
            if row.point >= begin {
                if calls.len() >= max_count {
                    return Ok(ConsoleCallsResult {
                        calls,
                        next_begin: Some(to_wire(row.point)),
                    });
                }
                calls.push(ConsoleCall {
                    point: to_wire(row.point),
                    time: row.time.as_millis(),
                    method: method.to_owned(),
                    depth,
                });
            }
            if method == "group" || method == "groupCollapsed" {
                depth = depth.saturating_add(1);
            }
        }
        Ok(ConsoleCallsResult {
            calls,
            next_begin: None,
        })
    }
}

/// Whether a message's level says which method it is of.
fn is_told_by_level(method: &str) -> bool {
    matches!(method, "log" | "warn" | "error" | "trace" | "assert" | "")
}

/// The pause of a message, made only when it is asked about: which list, which row.
fn pause_id(list: u64, row_idx: usize) -> PauseId {
    PauseId::from(format!("m{list}.{row_idx}"))
}

/// Which list and row a pause belongs to, if a message's.
pub(crate) fn row_of_pause(id: &PauseId) -> Option<(u64, usize)> {
    let (list, row_idx) = id.as_str().strip_prefix('m')?.split_once('.')?;
    let (list, row_idx) = (list.parse().ok()?, row_idx.parse().ok()?);
    (pause_id(list, row_idx) == *id).then_some((list, row_idx))
}

/// A message as sent, with the frames it stands in and the objects it shows.
pub(crate) fn message(
    trace: &Rc<Trace>,
    row: &Row<event::Message>,
    pause_id: PauseId,
    sent: &mut Sent,
) -> Answer<Message> {
    let Row { point, time, event } = row;
    let mut description = trace.describe(&trace.moment(*point)?)?;
    description.point = to_wire(*point);
    // An uncaught error stands where it was thrown; its row tells when it was reported.
    if event.source != event::MessageSource::PageError {
        description.time = time.as_millis();
    }
    let mut scene = Scene::new(trace, *point, sent)?;
    let argument_values = event
        .arguments
        .iter()
        .map(|argument| scene.value(argument))
        .collect();
    scene.add_mentioned(ObjectPreviewLevel::CanOverflow, 1)?;
    scene.add_frames()?;
    let stack = scene.call_stack();
    let location = description.frame.as_ref().and_then(|frame| frame.first());
    let script = location.and_then(|location| trace.script_of_source(&location.source_id));
    let script = script.and_then(|script| trace.reader.script_info(script));
    let (url, source_id, line, column) = match location {
        Some(location) => (
            script
                .map(|script| script.url.clone())
                .filter(|url| !url.is_empty()),
            Some(location.source_id.clone()),
            Some(location.line),
            Some(location.column),
        ),
        None => (
            event.url.as_deref().map(str::to_owned),
            event
                .url
                .as_deref()
                .and_then(|url| only_script_at(trace, url))
                .map(code::source_id),
            event.position.map(|position| position.line),
            event.position.map(|position| position.column),
        ),
    };
    Ok(Message {
        source: match event.source {
            event::MessageSource::ConsoleApi => MessageSource::ConsoleApi,
            // The protocol has no word for messages of the browser itself.
            event::MessageSource::PageError | event::MessageSource::Browser => MessageSource::PageError,
        },
        level: match event.level {
            event::MessageLevel::Info => MessageLevel::Info,
            event::MessageLevel::Warning => MessageLevel::Warning,
            event::MessageLevel::Error => MessageLevel::Error,
            event::MessageLevel::Assert => MessageLevel::Assert,
            event::MessageLevel::Trace => MessageLevel::Trace,
        },
        text: event.text.as_deref().unwrap_or_default().to_owned(),
        url,
        source_id,
        line,
        column,
        point: description,
        pause_id,
        argument_values,
        stack: (!stack.is_empty()).then_some(stack),
        data: scene.into_data(),
    })
}

/// The script with this URL, if exactly one has it.
fn only_script_at(trace: &Trace, url: &str) -> Option<recording::ids::ScriptId> {
    let mut scripts = trace.reader.scripts().iter().filter(|script| script.url == url);
    match (scripts.next(), scripts.next()) {
        (Some(script), None) => Some(script.id),
        _ => None,
    }
}
