//! The program at the moment: its frames, the scopes of the selected one, where steps lead.
//!
//! The pause before stays until everything the first look at the next one needs is here, so stepping changes the page once
//! and never empties it. Each pause has an owner of its own; leaving it ends its subscription with it.

use std::{collections::VecDeque, rc::Rc, sync::Arc};

use client::Pause;
use leptos::prelude::*;
use wire::{
    debugger::{PauseDescription, PauseReason},
    ids::PauseId,
    pause::Frame,
    point::ExecutionPoint,
};

use super::{
    Intents, Step,
    objects::{ObjectStore, TreeKey},
};
use crate::logic::{
    place, scopes,
    tree::{Before, Rows},
};

/// Points of which it is remembered where steps lead: enough to go back and forth.
const N_TARGETS: usize = 256;

/// The tree of the scopes.
pub const SCOPES: TreeKey = TreeKey {
    name: "scopes",
    number: 0,
};

/// What there is to see of the program.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Look {
    /// Nothing: time is running, or no moment has been looked at yet.
    #[default]
    Away,
    /// The first moment is being looked at.
    Pending,
    /// The program is held.
    Held,
    /// It could not be held there, for this reason.
    Failed {
        /// The server's words.
        reason: String,
    },
}

/// The pause that is shown.
#[derive(Clone, Copy)]
pub struct PauseStore {
    look: RwSignal<Look>,
    pause: StoredValue<Option<Pause>, LocalStorage>,
    frames: StoredValue<Vec<Rc<Frame>>, LocalStorage>,
    /// Counts the pauses.
    shown: RwSignal<u32>,
    selected: RwSignal<usize>,
    targets: RwSignal<Option<Targets>>,
    /// Where steps led from the points looked at last, by the focus (its turn) and the point. At most [`N_TARGETS`], the
    /// oldest go first.
    known_targets: StoredValue<VecDeque<(u32, ExecutionPoint, Targets)>>,
    /// How many look at the scopes.
    n_watchers: RwSignal<usize>,
    rows: Memo<Arc<Rows>>,
    /// What the scopes of the moment before held, and of which frame.
    before: StoredValue<Option<(FrameKey, Arc<Before>)>>,
}

/// What makes a frame of one moment and one of the next the same call, as far as can be told.
type FrameKey = (usize, String);

/// Where each step leads, in the order of [`Step::ALL`]; None where there is nowhere to go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Targets {
    /// The targets.
    pub by_step: [Option<PauseDescription>; 4],
}

impl PauseStore {
    pub(super) fn new(objects: ObjectStore, intents: Intents) -> Self {
        let pause = StoredValue::new_local(None::<Pause>);
        let frames = StoredValue::new_local(Vec::<Rc<Frame>>::new());
        let (shown, selected) = (RwSignal::new(0), RwSignal::new(0));
        let n_watchers = RwSignal::new(0);
        let before = StoredValue::new(None::<(FrameKey, Arc<Before>)>);
        let rows = Memo::new(move |last: Option<&Arc<Rows>>| {
            shown.track();
            let frame = frames.with_value(|frames| frames.get(selected.get()).cloned());
            let pause = pause.get_value();
            match (pause, frame) {
                // Nobody looks, so nothing is asked for.
                _ if n_watchers.get() == 0 => Arc::default(),
                // The connection is lost: what was seen stays until it is back.
                (Some(pause), _) if pause.is_gone() => last.cloned().unwrap_or_default(),
                (Some(pause), Some(frame)) => {
                    let Some(later) = intents.later() else {
                        return Arc::default();
                    };
                    let key = frames.with_value(|frames| frame_key(frames, selected.get()));
                    let before = before
                        .get_value()
                        .filter(|(of, _)| Some(of) == key.as_ref())
                        .map(|(_, before)| before);
                    let last = last.map(Arc::as_ref);
                    Arc::new((later.scopes)(&objects, &pause, &frame, before.as_deref(), last))
                }
                _ => Arc::default(),
            }
        });
        Self {
            look: RwSignal::default(),
            pause,
            frames,
            shown,
            selected,
            targets: RwSignal::default(),
            known_targets: StoredValue::default(),
            n_watchers,
            rows,
            before,
        }
    }

    /// What there is to see.
    pub fn look(&self) -> Signal<Look> {
        self.look.into()
    }

    /// The frames, the youngest first.
    pub fn frames(&self) -> Vec<Rc<Frame>> {
        self.shown.track();
        self.frames.get_value()
    }

    /// The index of the selected frame.
    pub fn selected(&self) -> Signal<usize> {
        self.selected.into()
    }

    /// The pause at the moment, tracked; None while there is none.
    pub(crate) fn current(&self) -> Option<Pause> {
        self.shown.track();
        self.pause
            .try_get_value()
            .flatten()
            .filter(|pause| !pause.is_gone())
    }

    /// The id of the pause at the moment, tracked.
    pub fn pause_id(&self) -> Option<PauseId> {
        self.current().map(|pause| pause.id().clone())
    }

    /// The selected frame, tracked.
    pub fn frame(&self) -> Option<Rc<Frame>> {
        let selected = self.selected.get();
        self.frames().get(selected).cloned()
    }

    /// The selected frame.
    pub(super) fn frame_untracked(&self) -> Option<Rc<Frame>> {
        let selected = self.selected.try_get_untracked()?;
        self.frames
            .try_with_value(|frames| frames.get(selected).cloned())
            .flatten()
    }

    /// The scopes of the selected frame as rows. They are read while somebody [watches](Self::watch_scopes).
    pub fn rows(&self) -> Memo<Arc<Rows>> {
        self.rows
    }

    /// Has the scopes read from now on, until the current owner is cleaned up.
    pub fn watch_scopes(&self) {
        let n_watchers = self.n_watchers;
        n_watchers.update(|n| *n += 1);
        on_cleanup(move || {
            n_watchers.try_update(|n| *n = n.saturating_sub(1));
        });
    }

    /// Whether a step leads anywhere; true while that is not known.
    pub fn can_step(&self, step: Step) -> bool {
        self.look.get() == Look::Held
            && self.targets.with(|targets| {
                targets
                    .as_ref()
                    .is_none_or(|targets| targets.by_step[step as usize].is_some())
            })
    }

    /// Shows another frame, from which steps are taken then.
    pub(super) fn select_frame(&self, index: usize) {
        self.selected.set(index);
        self.targets.set(None);
    }

    /// How many frames there are, and which further out is selected; None if the running one is, or another moment is
    /// looked at than this point.
    pub(super) fn selected_at(&self, point: &Option<ExecutionPoint>) -> Option<(usize, usize)> {
        let selected = self
            .selected
            .try_get_untracked()
            .filter(|selected| *selected > 0)?;
        let n_frames = self.frames.try_with_value(Vec::len)?;
        (self.is_at(point) && selected < n_frames).then_some((n_frames, selected))
    }

    pub(super) fn target(&self, step: Step) -> Option<PauseDescription> {
        self.targets
            .with_untracked(|targets| targets.as_ref()?.by_step[step as usize].clone())
    }

    /// A moment is being looked at; what is shown stays until it can be.
    pub(super) fn approach(&self) {
        self.targets.try_set(None);
        if self
            .look
            .try_get_untracked()
            .is_some_and(|look| look == Look::Away)
        {
            self.look.set(Look::Pending);
        }
    }

    /// Whether somebody looks at the scopes.
    pub(super) fn is_watched(&self) -> bool {
        self.n_watchers
            .try_get_untracked()
            .is_some_and(|n_watchers| n_watchers > 0)
    }

    /// Whether what is shown is the program at a point.
    pub(super) fn is_at(&self, point: &Option<ExecutionPoint>) -> bool {
        let shown = self.pause.try_with_value(|pause| {
            pause
                .as_ref()
                .is_some_and(|pause| pause.point() == point.as_ref())
        });
        point.is_some() && shown == Some(true)
    }

    /// Shows a pause, whose frames are known, with one of them selected.
    pub(super) fn show(&self, pause: Pause, selected: usize) {
        if self.pause.is_disposed() {
            return;
        }
        self.remember();
        self.frames.set_value(pause.frames().ready().unwrap_or_default());
        self.pause.set_value(Some(pause));
        self.selected.set(selected);
        self.look.set(Look::Held);
        self.shown.update(|n| *n += 1);
    }

    /// Keeps what the scopes hold, to mark what the next moment changes.
    fn remember(&self) {
        let selected = self.selected.get_untracked();
        let key = self.frames.with_value(|frames| frame_key(frames, selected));
        let rows = self.is_watched().then(|| self.rows.get_untracked());
        match (key, rows) {
            (Some(key), Some(rows)) if !rows.is_pending && !rows.rows.is_empty() => {
                self.before.set_value(Some((key, Arc::new(Before::new(&rows)))));
            }
            _ => self.before.set_value(None),
        }
    }

    /// Where steps lead from a point, if that was asked in this focus.
    pub(super) fn known_targets(&self, focus_turn: u32, point: &ExecutionPoint) -> Option<Targets> {
        let known = self.known_targets.try_with_value(|known| {
            known
                .iter()
                .find(|(turn, at, _)| *turn == focus_turn && at == point)
                .map(|(.., targets)| targets.clone())
        });
        known.flatten()
    }

    /// Remembers where steps lead from a point.
    pub(super) fn keep_targets(&self, focus_turn: u32, point: ExecutionPoint, targets: Targets) {
        self.known_targets.try_update_value(|known| {
            known.truncate(N_TARGETS - 1);
            known.push_front((focus_turn, point, targets));
        });
    }

    /// Where steps lead has changed.
    pub(super) fn forget_targets(&self) {
        self.known_targets.try_update_value(VecDeque::clear);
        self.targets.try_set(None);
    }

    pub(super) fn set_targets(&self, targets: Targets) {
        self.targets.try_set(Some(targets));
    }

    /// The moment cannot be looked at.
    pub(super) fn fail(&self, reason: String) {
        self.drop_pause();
        self.look.try_set(Look::Failed { reason });
        self.shown.try_update(|n| *n += 1);
    }

    /// Lets go of the pause: time runs on.
    pub(super) fn leave(&self) {
        self.drop_pause();
        self.look.try_set(Look::Away);
        self.targets.try_set(None);
        self.shown.try_update(|n| *n += 1);
    }

    fn drop_pause(&self) {
        self.frames.try_set_value(Vec::new());
        self.pause.try_set_value(None);
    }
}

impl Targets {
    /// From the answers, in the order of [`Step::ALL`]. A target that is an end of the recording leads nowhere.
    pub(super) fn new(answers: [Option<PauseDescription>; 4]) -> Self {
        Self {
            by_step: answers.map(|target| target.filter(|target| target.reason != PauseReason::Endpoint)),
        }
    }
}

pub(super) fn read_scopes(
    objects: &ObjectStore,
    pause: &Pause,
    frame: &Frame,
    before: Option<&Before>,
    last: Option<&Rows>,
) -> Rows {
    let state = objects.state(SCOPES);
    let looking = objects.look(pause);
    let scopes: Vec<_> = client::scope_ids(frame)
        .iter()
        .map(|id| looking.scope(id))
        .collect();
    let name_before = |path: &str| {
        let last = last?;
        let at = last.infos.iter().position(|info| info.path == path)?;
        last.rows.get(at).map(|row| row.name.clone())
    };
    let roots = scopes::groups(frame, &scopes, looking.exception().as_ref(), &name_before);
    looking.rows(&roots, &state.read(), before, last)
}

/// How far a frame is from the outermost, and where its function begins.
fn frame_key(frames: &[Rc<Frame>], selected: usize) -> Option<FrameKey> {
    let frame = frames.get(selected)?;
    let function = match frame.function_location.as_ref().and_then(|at| at.first()) {
        Some(at) => format!("{}:{}:{}", at.source_id.as_str(), at.line, at.column),
        None => place::frame_name(frame),
    };
    Some((frames.len() - selected, function))
}
