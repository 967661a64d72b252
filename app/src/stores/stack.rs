//! What stands around the moment: the steps of a frame (`steps`), and who caused what runs: the callers of asynchronous functions, and of those, found through points without pausing.
//!
//! The outermost frame's first step has the stack of whoever called it; that stack's outermost frame is asked the same. A
//! service that cannot say so without a pause is asked through pauses.
//!
//! Keys and sizes: one chain is kept, with the steps of its first frame, so that steps within that frame ask for nothing; of
//! sources whose functions were asked for, the names, by source id.

mod steps;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    rc::Rc,
    sync::Arc,
};

use client::{CallError, Pause, Session};
use leptos::prelude::*;
use wire::{
    debugger::{FunctionOutline, Location, MappedLocation, PointDescription},
    ids::SourceId,
    pause::Frame,
    point::ExecutionPoint,
    recording::TimeStampedPoint,
    session::PointStackFrame,
};

pub use self::steps::FrameSteps;
use super::{
    Intents,
    errand::{Lane, Urgency},
    late::Late,
};
use crate::logic::{place, stack::FramePlace};

/// How many callers of callers are followed.
const N_PARTS: usize = 8;
/// How many frames of each are asked for.
const N_FRAMES: usize = 64;

/// A frame that is no longer on the stack, but without which what runs would not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParentFrame {
    /// The function's name, if it has one.
    pub name: Option<String>,
    /// Where it stood.
    pub location: MappedLocation,
    /// When it stood there; None if it cannot be gone to.
    pub point: Option<TimeStampedPoint>,
}

/// Everything above the stack.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parents {
    /// The callers, nearest first, each a stack with the youngest frame first.
    pub parts: Vec<Vec<ParentFrame>>,
    /// Whether there may be more that the focus leaves out.
    pub is_cut: bool,
}

/// The callers of asynchronous functions, and what of the stack is folded.
#[derive(Clone, Copy)]
pub struct StackStore {
    late: Late<Signals>,
    intents: Intents,
}

/// What is known of callers and steps.
#[derive(Clone, Copy)]
struct Signals {
    parents: RwSignal<Arc<Parents>>,
    open: RwSignal<HashSet<FramePlace>>,
    chain: StoredValue<Option<Chain>>,
    steps: RwSignal<FrameSteps>,
    frames: StoredValue<VecDeque<steps::KnownSteps>>,
    stacks: StoredValue<VecDeque<steps::PointStack>>,
    names: StoredValue<HashMap<SourceId, Arc<[FunctionOutline]>>>,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            parents: RwSignal::default(),
            open: RwSignal::default(),
            chain: StoredValue::new(None),
            steps: RwSignal::default(),
            frames: StoredValue::default(),
            stacks: StoredValue::default(),
            names: StoredValue::new(HashMap::new()),
        }
    }
}

/// The callers of one frame, and its steps, in order, by which it is known again.
#[derive(Clone)]
struct Chain {
    steps: Vec<ExecutionPoint>,
    parents: Arc<Parents>,
}

impl StackStore {
    pub(super) fn new(intents: Intents) -> Self {
        Self {
            late: Late::new(),
            intents,
        }
    }

    fn late(&self) -> Signals {
        self.late.get()
    }

    /// The callers of what runs at the moment, as far as they are known.
    pub fn parents(&self) -> Signal<Arc<Parents>> {
        self.late().parents.into()
    }

    /// Which runs of library frames are not folded, by their first frame.
    pub fn open(&self) -> Signal<HashSet<FramePlace>> {
        self.late().open.into()
    }

    /// Folds or unfolds a run.
    pub fn toggle(&self, first: FramePlace) {
        self.late().open.update(|open| {
            if !open.remove(&first) {
                open.insert(first);
            }
        });
    }

    /// Finds the steps of the selected frame of a pause, and who called its outermost one. Those of the pause before stay
    /// until then.
    pub(crate) fn want(&self, pause: &Pause, frames: Vec<Rc<Frame>>, selected: usize) {
        let (store, pause) = (*self, pause.clone());
        let lane = Some(Lane::named("stack"));
        let Some(outermost) = frames.last().cloned() else {
            return self.clear();
        };
        self.intents.run(Urgency::Visible, lane, async move |session, _| {
            store.bring_steps(&session, &pause, &frames, selected).await?;
            let found = match store.find(&session, &pause, frames.len()).await {
                Err(error) if error.code().is_some() && !error.is_session_gone() => {
                    by_pauses(&session, &pause, &outermost).await
                }
                found => found,
            };
            match found {
                Ok(parents) => {
                    store.late().parents.try_set(parents);
                    Ok(())
                }
                Err(error) if error.is_session_gone() => Err(error),
                // There are no callers to be had here.
                Err(_) => {
                    store.late().parents.try_set(Arc::default());
                    Ok(())
                }
            }
        });
    }

    /// Time runs on: nothing is on the stack.
    pub(super) fn clear(&self) {
        self.late().parents.try_set(Arc::default());
        self.late().steps.try_set(FrameSteps::None);
    }

    /// What the focus leaves out may be another part now.
    pub(super) fn ask_again(&self) {
        self.late().frames.try_update_value(VecDeque::clear);
        self.late().stacks.try_update_value(VecDeque::clear);
        self.late().chain.try_set_value(None);
    }

    async fn find(
        &self,
        session: &Session,
        pause: &Pause,
        n_frames: usize,
    ) -> Result<Arc<Parents>, CallError> {
        let Some(point) = pause.point() else {
            return Ok(Arc::default());
        };
        if let Some(parents) = self.known(point).filter(|_| n_frames == 1) {
            return Ok(parents);
        }
        let stack = self.stack_at(session, point, n_frames).await?;
        let Some(outermost) = stack.last().and_then(|frame| frame.point.clone()) else {
            return Ok(Arc::default());
        };
        if let Some(parents) = self.known(&outermost.point) {
            return Ok(parents);
        }
        let mut steps = self.steps_at(session, &outermost.point).await?;
        let own: Vec<ExecutionPoint> = steps.iter().map(|step| step.point.clone()).collect();
        let mut parents = Parents::default();
        let mut seen = HashSet::new();
        while let Some(first) = first_of(&steps).filter(|first| seen.insert(first.point.clone())) {
            let above = self.stack_at(session, &first.point, N_FRAMES).await?;
            parents.is_cut |= above.hit_focus_begin;
            // The first is the frame itself.
            let callers = above.frames.get(1..).unwrap_or_default();
            let Some(last) = callers.last() else { break };
            let mut part = Vec::with_capacity(callers.len());
            for caller in callers {
                part.push(self.parent(session, caller).await);
            }
            parents.parts.push(part);
            let Some(outermost) = last.point.clone().filter(|_| parents.parts.len() < N_PARTS) else {
                break;
            };
            steps = self.steps_at(session, &outermost.point).await?;
        }
        let parents = Arc::new(parents);
        let chain = Chain {
            steps: own,
            parents: Arc::clone(&parents),
        };
        self.late().chain.try_set_value(Some(chain));
        Ok(parents)
    }

    /// The callers of the frame that a step belongs to, if it is the one looked at before.
    fn known(&self, step: &ExecutionPoint) -> Option<Arc<Parents>> {
        self.late()
            .chain
            .try_get_value()?
            .filter(|chain| chain.steps.binary_search(step).is_ok())
            .map(|chain| chain.parents)
    }

    async fn parent(&self, session: &Session, frame: &PointStackFrame) -> ParentFrame {
        let name = match place::preferred(&frame.function_location) {
            Some(location) => self.name_at(session, location).await,
            None => None,
        };
        let point = frame.point.as_ref();
        ParentFrame {
            name,
            location: point
                .and_then(|point| point.frame.clone())
                .unwrap_or_else(|| frame.function_location.clone()),
            point: point.map(|point| TimeStampedPoint {
                point: point.point.clone(),
                time: point.time,
            }),
        }
    }

    /// What the function that begins at a place is called.
    async fn name_at(&self, session: &Session, location: &Location) -> Option<String> {
        let known = self
            .late()
            .names
            .try_with_value(|names| names.get(&location.source_id).cloned())?;
        let functions = match known {
            Some(functions) => functions,
            None => {
                let outline = session.get_source_outline(&location.source_id).await;
                let functions: Arc<[FunctionOutline]> = outline
                    .map(|outline| outline.functions)
                    .unwrap_or_default()
                    .into();
                let kept = Arc::clone(&functions);
                self.late()
                    .names
                    .try_update_value(|names| names.insert(location.source_id.clone(), kept));
                functions
            }
        };
        // The innermost function around the place is the one that begins last.
        let here = (location.line, location.column);
        functions
            .iter()
            .filter(|function| {
                let (begin, end) = (&function.location.begin, &function.location.end);
                (begin.line, begin.column) <= here && here <= (end.line, end.column)
            })
            .max_by_key(|function| (function.location.begin.line, function.location.begin.column))
            .and_then(|function| function.name.clone())
    }
}

/// The same through pauses, for services that know no other way.
async fn by_pauses(session: &Session, pause: &Pause, outermost: &Frame) -> Result<Arc<Parents>, CallError> {
    let mut parents = Parents::default();
    let (mut pause, mut frame_id) = (pause.clone(), outermost.frame_id.clone());
    while parents.parts.len() < N_PARTS {
        let steps = pause.until_ready(|pause| pause.frame_steps(&frame_id)).await?;
        let Some(first) = first_of(&steps) else { break };
        if pause.point() == Some(&first.point) {
            break;
        }
        pause = session.create_pause(&first.point).await?;
        let frames = pause.until_ready(Pause::frames).await?;
        let callers = frames.get(1..).unwrap_or_default();
        let Some(last) = callers.last() else { break };
        frame_id = last.frame_id.clone();
        let point = TimeStampedPoint {
            point: first.point.clone(),
            time: first.time,
        };
        let part = callers.iter().map(|frame| ParentFrame {
            name: Some(place::frame_name(frame)),
            location: frame.location.clone(),
            point: Some(point.clone()),
        });
        parents.parts.push(part.collect());
    }
    Ok(Arc::new(parents))
}

fn first_of(steps: &[PointDescription]) -> Option<&PointDescription> {
    steps.iter().min_by(|one, other| one.point.cmp(&other.point))
}
