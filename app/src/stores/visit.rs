//! What a link asks for that can only be done once something has come: the frame, when the moment's stack is there; the place
//! in a source, when the sources are. And what it asks for that cannot be done at all, in sentences.

use leptos::prelude::*;
use wire::{debugger::Location, point::ExecutionPoint};

use super::{Stores, later::Later};
use crate::{
    logic::place,
    url::{Link, Place},
};

/// More sentences than this are not kept.
const MAX_NOTICES: usize = 8;

/// What the last link asks for.
#[derive(Clone, Copy)]
pub struct VisitStore {
    notices: RwSignal<Vec<String>>,
    frame: StoredValue<Option<(ExecutionPoint, usize)>>,
    /// The place in a source that is still to be shown.
    source: RwSignal<Option<Place>>,
    /// The turn of the moment at which the source that is shown is the link's.
    source_turn: StoredValue<Option<u32>>,
    /// The turn of the moment that was looked at last.
    looked_turn: StoredValue<Option<u32>>,
    /// Counts the frames that a person has chosen.
    turn: RwSignal<u32>,
}

impl VisitStore {
    pub(super) fn new() -> Self {
        Self {
            notices: RwSignal::default(),
            frame: StoredValue::default(),
            source: RwSignal::default(),
            source_turn: StoredValue::default(),
            looked_turn: StoredValue::default(),
            turn: RwSignal::default(),
        }
    }

    /// What of the link could not be done, a sentence each.
    pub fn notices(&self) -> Signal<Vec<String>> {
        self.notices.into()
    }

    /// Takes the sentences away.
    pub fn dismiss(&self) {
        self.notices.set(Vec::new());
    }

    /// Says that something of the link cannot be done.
    pub fn tell(&self, sentence: String) {
        self.notices.try_update(|notices| {
            if notices.len() < MAX_NOTICES && !notices.contains(&sentence) {
                notices.push(sentence);
            }
        });
    }

    /// Counts the frames that a person has chosen.
    pub fn turn(&self) -> Signal<u32> {
        self.turn.into()
    }

    /// The place in a source that the link asks for and that has not been found yet.
    pub fn awaited_source(&self) -> Signal<Option<Place>> {
        self.source.into()
    }

    /// The frame that the link asks for at a point, while its stack has not come.
    pub fn awaited_frame(&self, point: &ExecutionPoint) -> Option<usize> {
        self.frame
            .try_with_value(|frame| {
                let (at, frame) = frame.as_ref()?;
                (at == point).then_some(*frame)
            })
            .flatten()
    }

    /// The frame to select at a point that has so many, once.
    pub(super) fn take_frame(&self, point: Option<&ExecutionPoint>, n_frames: usize) -> usize {
        let Some(frame) = point.and_then(|point| self.awaited_frame(point)) else {
            return 0;
        };
        self.frame.try_set_value(None);
        if frame >= n_frames {
            self.tell(format!(
                "The link's frame {frame} is not there: the stack has {n_frames}."
            ));
            return 0;
        }
        frame
    }

    /// Whether the source that is shown at a moment is the one that the link asks for.
    pub(super) fn has_source_at(&self, turn: u32) -> bool {
        self.source_turn.try_get_value().flatten() == Some(turn)
    }

    /// A moment is looked at; whether it is the one that was looked at before, which nobody has moved from.
    pub(super) fn look(&self, turn: u32) -> bool {
        let before = self.looked_turn.try_update_value(|looked| looked.replace(turn));
        before.flatten() == Some(turn)
    }

    pub(super) fn count_frame(&self) {
        self.turn.update(|turn| *turn += 1);
    }
}

impl Stores {
    /// Goes to where a link leads, without counting it as a move: the browser's history has made it already.
    pub fn visit(&self, link: &Link) {
        let moment = self.timeline.moment().get_untracked();
        let visit = self.visit;
        let frame = link.point.clone().zip(link.frame);
        let is_here = link.point.is_some() && link.point == moment.point && self.pause.is_at(&moment.point);
        visit.frame.set_value(frame.filter(|_| !is_here));
        visit.source.set(link.source.clone());
        visit
            .source_turn
            .set_value(link.source.is_some().then_some(moment.turn));
        match is_here {
            true => self.later_of_visit(|later| (later.show_frame)(self, link.frame.unwrap_or(0))),
            false => self.timeline.visit(link),
        }
        self.later_of_visit(|later| (later.find_awaited_source)(self));
    }

    /// Before what shows frames and sources has come there are none.
    fn later_of_visit(&self, with: impl FnOnce(Later)) {
        if let Some(later) = untrack(|| self.intents.later()) {
            with(later);
        }
    }

    /// Shows the place in a source that a link asks for, once the sources are known.
    pub(super) fn find_awaited_source(&self) {
        let Some(Some(wanted)) = self.visit.source.try_get_untracked() else {
            return;
        };
        let all = self.sources.all().get_untracked();
        if all.is_empty() {
            return;
        }
        self.visit.source.set(None);
        let found = place::of_link_name(&wanted.name, &all);
        match found.first() {
            Some(source) => self.sources.choose(Location {
                source_id: source.source_id.clone(),
                line: wanted.line.unwrap_or(0),
                column: wanted.column.map_or(0, |column| column - 1),
            }),
            None => {
                self.visit.source_turn.set_value(None);
                self.visit.tell(format!(
                    "The link's source, “{}”, is not in this recording.",
                    wanted.name
                ));
            }
        }
    }
}
