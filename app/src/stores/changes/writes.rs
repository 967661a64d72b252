//! When something was written: asked for around the moment, on from there page by page.

use std::{collections::HashSet, sync::Arc};

use client::CallError;
use leptos::prelude::*;
use wire::{
    experimental::{FIND_WRITES, FindWrites, FindWritesResult},
    ids::PauseId,
};

use super::{ChangeStore, command};
use crate::{
    logic::writes::{Page, Standing, WriteList, WriteRow, standing},
    stores::{
        driver::words,
        errand::{Lane, Urgency},
    },
};

/// Writes in one answer.
const N_WRITES: u32 = 50;

impl ChangeStore {
    /// The list of writes that was asked for last.
    pub fn writes(&self) -> Signal<Option<Arc<WriteList>>> {
        self.late().writes.into()
    }

    /// Finds the writes before and after the moment; `question` says of what.
    pub fn find(&self, title: String, question: FindWrites) {
        let moment = self.timeline.moment().get_untracked();
        let around = self
            .objects
            .pause(&question.pause_id)
            .and_then(|pause| pause.point().cloned())
            .or(moment.point);
        let Some(around) = around else { return };
        self.close_writes();
        self.late().writes.set(Some(Arc::new(WriteList {
            title,
            question,
            around,
            writes: Vec::new(),
            earlier: Page::Pending,
            later: Page::Pending,
            unknown_before: None,
            failure: None,
        })));
        self.ask_for_writes(true, None);
        self.ask_for_writes(false, None);
    }

    /// Brings the writes before the first or after the last of the list.
    pub fn find_more(&self, is_backward: bool) {
        let more = self.change_writes(|list| {
            let page = match is_backward {
                true => &mut list.earlier,
                false => &mut list.later,
            };
            match std::mem::take(page) {
                Page::More(from) => Some(from),
                other => {
                    *page = other;
                    None
                }
            }
        });
        if let Some(from) = more.flatten() {
            self.ask_for_writes(is_backward, Some(from));
        }
    }

    /// The session that found the list is gone: it is as long as it is.
    pub(super) fn end_writes(&self) {
        self.change_writes(|list| {
            if list.writes.is_empty() {
                list.failure = Some("the connection was lost; ask again".to_owned());
            }
            (list.earlier, list.later) = (Page::End, Page::End);
        });
    }

    /// Puts the list away.
    pub fn close_writes(&self) {
        let Some(list) = self.late().writes.try_update(Option::take).flatten() else {
            return;
        };
        let pauses: HashSet<PauseId> = list.writes.iter().map(|write| write.pause_id.clone()).collect();
        if !pauses.is_empty() {
            self.release(pauses.into_iter().collect());
        }
    }

    /// Where in the list the moment stands, tracked.
    pub fn standing(&self) -> Standing {
        let point = self.timeline.moment().with(|moment| moment.point.clone());
        self.late().writes.with(|list| match (list, point) {
            (Some(list), Some(point)) => standing(&list.writes, &point),
            _ => Standing::default(),
        })
    }

    /// Goes to the statement of a write.
    pub fn go_to_write(&self, index: usize) {
        let point = self.late().writes.with_untracked(|list| {
            let write = list.as_ref()?.writes.get(index)?;
            Some(write.point.clone())
        });
        if let Some(point) = point {
            self.timeline.go_to(point.time, Some(point.point));
        }
    }

    fn ask_for_writes(&self, is_backward: bool, from: Option<String>) {
        let Some(list) = self.late().writes.get_untracked() else {
            return;
        };
        let mut question = FindWrites {
            backward: is_backward,
            max_count: Some(N_WRITES),
            from,
            ..list.question.clone()
        };
        match is_backward {
            true => question.end = Some(list.around.clone()),
            false => question.begin = Some(list.around.clone()),
        }
        let lane = Lane {
            name: "changes.writes",
            number: u64::from(is_backward),
        };
        let store = *self;
        self.intents
            .run(Urgency::Now, Some(lane), async move |session, _| {
                let answer: Result<FindWritesResult, CallError> =
                    command(&session, FIND_WRITES, &question).await;
                match answer {
                    Ok(answer) => {
                        store.take_in(is_backward, answer);
                        Ok(())
                    }
                    Err(error) if error.is_session_gone() => Err(error),
                    Err(error) => {
                        store.change_writes(|list| {
                            list.failure = Some(words(&error));
                            list.earlier = Page::End;
                            list.later = Page::End;
                        });
                        Ok(())
                    }
                }
            });
    }

    fn take_in(&self, is_backward: bool, answer: FindWritesResult) {
        let FindWritesResult {
            writes,
            next,
            unknown_before,
            reached: _,
        } = answer;
        // An answer may bring nothing and yet not be all: it looked at a part only.
        let goes_on = writes.is_empty();
        let page = next.map_or(Page::End, Page::More);
        self.change_writes(|list| {
            let mut new: Vec<WriteRow> = writes.into_iter().map(WriteRow::new).collect();
            if is_backward {
                new.reverse();
                new.append(&mut list.writes);
                list.writes = new;
                list.earlier = page.clone();
                list.unknown_before = unknown_before.or(list.unknown_before.take());
            } else {
                list.writes.append(&mut new);
                list.later = page.clone();
            }
        });
        if goes_on && matches!(page, Page::More(_)) {
            self.find_more(is_backward);
        }
    }

    fn change_writes<R>(&self, change: impl FnOnce(&mut WriteList) -> R) -> Option<R> {
        self.late()
            .writes
            .try_update(|list| list.as_mut().map(|list| change(Arc::make_mut(list))))
            .flatten()
    }
}
