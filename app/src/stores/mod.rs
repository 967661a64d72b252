//! The state of the viewer, one store per subject. Only a store writes its state; everyone else calls a verb or reads.
//!
//! Stores are handles: they are copied freely and live as long as the reactive owner they were made under. What takes the
//! server goes through [`Intents`] to the session driver ([`driver::run`]), which alone holds the session.

pub mod changes;
pub mod comments;
pub mod connection;
pub mod console;
pub mod driver;
pub mod elements;
pub mod errand;
pub mod evaluating;
pub mod events;
pub mod focus;
mod late;
pub mod later;
pub mod library;
pub mod network;
pub mod objects;
pub mod opening;
pub mod passing;
pub mod pause;
pub mod pictures;
pub mod playing;
pub mod points;
pub mod preferences;
pub mod protocol;
pub mod recording;
pub mod sharing;
pub mod sources;
pub mod stack;
pub mod timeline;
pub mod tracks;
pub mod uploading;
pub mod view;
pub mod visit;

use client::{CallError, Session};
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use leptos::prelude::*;
use wire::{debugger::PauseDescription, ids::RecordingId, point::ExecutionPoint};

use self::{
    changes::ChangeStore,
    comments::CommentStore,
    connection::{Busy, ConnectionStore},
    console::ConsoleStore,
    elements::ElementStore,
    errand::{Beside, Errand, Lane, Urgency},
    evaluating::EvaluatingStore,
    events::EventStore,
    focus::{Edge, FocusStore},
    later::Later,
    network::NetworkStore,
    objects::ObjectStore,
    passing::PassingStore,
    pause::PauseStore,
    pictures::PictureStore,
    playing::PlayingStore,
    points::PointStore,
    protocol::ProtocolStore,
    recording::RecordingStore,
    sources::SourceStore,
    stack::{FrameSteps, StackStore},
    timeline::TimelineStore,
    tracks::TrackStore,
    view::ViewStore,
    visit::VisitStore,
};

use crate::logic::{
    moment,
    stack::FramePlace,
    tracks::{MarkerAt, WALKED},
};

/// The stores of one recording's page.
#[derive(Clone, Copy)]
pub struct Stores {
    /// How we stand with the server.
    pub connection: ConnectionStore,
    /// What is known of the recording as a whole.
    pub recording: RecordingStore,
    /// Where we are in it.
    pub timeline: TimelineStore,
    /// How time runs.
    pub playing: PlayingStore,
    /// What happened, as tracks.
    pub tracks: TrackStore,
    /// What part of it the timeline shows.
    pub view: ViewStore,
    /// What a link asks for that is not there yet.
    pub visit: VisitStore,
    /// What part of it is in focus.
    pub focus: FocusStore,
    /// What the page looked like.
    pub pictures: PictureStore,
    /// The program at the moment.
    pub pause: PauseStore,
    /// Values of any pause, as trees.
    pub objects: ObjectStore,
    /// Who caused what runs.
    pub stack: StackStore,
    /// What steps pass over.
    pub passing: PassingStore,
    /// How values change.
    pub changes: ChangeStore,
    /// Its sources.
    pub sources: SourceStore,
    /// Print statements, breakpoints and watches.
    pub points: PointStore,
    /// The way to evaluate.
    pub evaluating: EvaluatingStore,
    /// Its messages.
    pub console: ConsoleStore,
    /// Its document.
    pub elements: ElementStore,
    /// Its requests.
    pub network: NetworkStore,
    /// What the person did to it, and what ran then.
    pub events: EventStore,
    /// What people said of moments.
    pub comments: CommentStore,
    /// What was said to the service and by it.
    pub protocol: ProtocolStore,
    intents: Intents,
}

impl Stores {
    /// Empty stores of a recording, under the current owner, and where their intents arrive.
    pub fn new(recording_id: RecordingId) -> (Self, UnboundedReceiver<Wish>) {
        let (sender, receiver) = unbounded();
        let connection = ConnectionStore::new();
        let intents = Intents {
            sender: StoredValue::new_local(sender),
            connection,
            later: RwSignal::new(later::at_once()),
        };
        let recording = RecordingStore::new(recording_id);
        let timeline = TimelineStore::new(intents);
        let sources = SourceStore::new(intents);
        let objects = ObjectStore::new(sources, intents);
        let focus = FocusStore::new(intents);
        let pause = PauseStore::new(objects, intents);
        let console = ConsoleStore::new(sources, focus, intents);
        let (network, points) = (NetworkStore::new(intents), PointStore::new(intents));
        let view = ViewStore::new(timeline);
        let comments = CommentStore::default();
        let known = tracks::Known {
            recording,
            console,
            points,
            sources,
            timeline,
            view,
            comments,
        };
        let tracks = TrackStore::new(known, network, intents);
        let stores = Self {
            connection,
            recording,
            timeline,
            playing: PlayingStore::default(),
            tracks,
            view,
            visit: VisitStore::new(),
            focus,
            pictures: PictureStore::new(intents),
            pause,
            objects,
            stack: StackStore::new(intents),
            passing: PassingStore::new(sources, intents),
            changes: ChangeStore::new(objects, timeline, intents),
            sources,
            points,
            evaluating: EvaluatingStore::new(),
            console,
            elements: ElementStore::new(objects, pause, intents),
            network,
            events: EventStore::new(recording, tracks, intents),
            comments,
            protocol: ProtocolStore::new(),
            intents,
        };
        stores.make_at_once();
        (stores, receiver)
    }

    /// Goes where a step leads, if the server has said so already, and else asks it.
    pub fn step(&self, step: Step) {
        match self.pause.target(step) {
            Some(target) => self.go_to_target(&target),
            None => self.intents.send(Intent::Step(step)),
        }
    }

    /// Goes to where a step leads.
    pub(crate) fn go_to_target(&self, target: &PauseDescription) {
        self.timeline.go_to(target.time, Some(target.point.clone()));
    }

    /// Shows a frame of the stack, with its source, because a person wants to.
    pub fn select_frame(&self, index: usize) {
        if self.pause.selected().get_untracked() != index {
            self.visit.count_frame();
        }
        self.show_frame(index);
    }

    /// Shows a frame of the stack, with its source.
    fn show_frame(&self, index: usize) {
        self.pause.select_frame(index);
        driver::look::want_targets(*self);
        let frame = untrack(|| self.pause.frame());
        if let Some(location) = frame.and_then(|frame| untrack(|| self.sources.preferred(&frame.location))) {
            self.sources.follow(location);
        }
    }

    /// Finds the steps of the selected frame, and who caused what runs at the moment. Tracked.
    pub fn want_stack(&self) {
        let selected = self.pause.selected().get();
        match self.pause.current() {
            Some(pause) => self.stack.want(&pause, self.pause.frames(), selected),
            None => self.stack.clear(),
        }
    }

    /// Goes to a step of the selected frame.
    pub fn go_to_frame_step(&self, index: usize) {
        let step = self.stack.steps().with_untracked(|steps| match steps {
            FrameSteps::Known { all, .. } => all.get(index).cloned(),
            FrameSteps::None | FrameSteps::Failed(_) => None,
        });
        if let Some(step) = step {
            self.timeline.go_to(step.time, Some(step.point));
        }
    }

    /// Goes to where a frame stood that caused what runs.
    pub fn go_to_parent(&self, at: FramePlace) {
        let parents = self.stack.parents().get_untracked();
        let part = at.part.checked_sub(1).and_then(|part| parents.parts.get(part));
        if let Some(point) = part
            .and_then(|part| part.get(at.frame))
            .and_then(|frame| frame.point.clone())
        {
            self.timeline.go_to(point.time, Some(point.point));
        }
    }

    /// Holds what is pinned against the moment. The moment is tracked, the pins are not.
    pub fn hold_pins_against_moment(&self) {
        let Some(pause) = self.pause.current() else { return };
        if let Some(point) = pause.point() {
            self.changes.hold_against(pause.id(), point);
        }
    }

    /// Begins or ends pointing out an element on the picture; whether it has begun. There has to be a moment to look at.
    pub fn toggle_picking(&self) -> bool {
        let is_wanted = !untrack(|| self.elements.is_picking());
        if is_wanted && self.timeline.is_playing().get_untracked() {
            self.timeline.stop();
        }
        self.elements.set_picking(is_wanted);
        is_wanted
    }

    /// Goes to the event after or before the moment, of those that are shown.
    pub fn go_to_marker(&self, is_forward: bool) {
        let now_ms = self.timeline.moment().with_untracked(|moment| moment.time_ms);
        if let Some(marker) = self.tracks.neighbour(WALKED, now_ms, is_forward) {
            self.go_to_marker_at(marker);
        }
    }

    /// Goes to one thing on a track.
    pub fn go_to_marker_at(&self, marker: MarkerAt) {
        if let Some((time_ms, point)) = self.tracks.moment(marker) {
            self.timeline.go_to(time_ms, point);
        }
    }

    /// Goes to the message of the console after or before the moment, of those that are shown.
    pub fn go_to_message(&self, is_forward: bool) {
        let moment = self.timeline.moment().get_untracked();
        let n_before = self.console.n_before(&moment);
        let index = match (is_forward, self.console.current(&moment)) {
            (true, _) => Some(n_before),
            (false, Some(current)) => current.checked_sub(1),
            (false, None) => n_before.checked_sub(1),
        };
        if let Some((line, _)) = index.and_then(|index| self.console.shown(index)) {
            self.timeline.go_to(line.time_ms, Some(line.point));
        }
    }

    /// Goes to the paint after or before the moment.
    pub fn go_to_paint(&self, is_forward: bool) {
        let now_ms = self.timeline.moment().with_untracked(|moment| moment.time_ms);
        self.recording.paints().with_untracked(|paints| {
            if let Some(paint) = moment::neighbour(paints, now_ms, is_forward).and_then(|at| paints.get(at)) {
                self.timeline.go_to(paint.time, Some(paint.point.clone()));
            }
        });
    }

    /// A session has been opened, the first or after a loss: every store asks again for what it waits for. Ids of pauses,
    /// frames and objects of the session before mean nothing any more.
    pub(crate) fn ask_again(&self) {
        self.focus.ask_again();
        self.sources.ask_again();
        self.passing.ask_again();
        self.stack.ask_again();
        self.changes.ask_again();
        self.evaluating.ask_again();
        self.console.ask_again();
        self.points.ask_again(*self);
        self.elements.ask_again();
        self.network.ask_again();
        self.events.ask_again();
        self.tracks.ask_again();
    }

    /// There is more of the recording than what was searched and counted: all of it is asked for again.
    pub(crate) fn grew(&self) {
        self.focus.grew();
        self.tracks.grew();
    }

    /// Asks for what the shown tracks of the timeline lack. Tracked: call it from an effect of whoever shows them.
    pub fn want_tracks(&self) {
        if let Some(later) = self.intents.later() {
            (later.tracks)(*self);
        }
    }

    /// Puts what is selected on the timeline into focus, else the part of the recording around the moment, or all of it if a
    /// part is.
    pub fn focus_around(&self) {
        /// How much of the recording.
        const SHARE: f64 = 0.3;
        if let Some(range) = self.view.selection().get_untracked() {
            let edge = |time_ms| Some(Edge { time_ms, point: None });
            self.view.selection().set(None);
            return self.focus.set(edge(range.begin_ms), edge(range.end_ms));
        }
        if self.focus.window().with_untracked(Option::is_some) {
            return self.focus.clear();
        }
        let (now_ms, all_ms) = (
            self.timeline.time_ms().get_untracked(),
            self.timeline.duration_ms().get_untracked(),
        );
        let edge = |time_ms: f64| {
            Some(Edge {
                time_ms: time_ms.clamp(0.0, all_ms),
                point: None,
            })
        };
        let half_ms = all_ms * SHARE / 2.0;
        self.focus.set(edge(now_ms - half_ms), edge(now_ms + half_ms));
    }

    /// Looks at the moment anew, where something else can be seen of it now.
    pub(crate) fn look_again(&self) {
        let Some(moment) = self.timeline.moment().try_get_untracked() else {
            return;
        };
        self.stack.ask_again();
        if !moment.is_dragged && moment.point.is_some() {
            self.intents.send(Intent::Go {
                time_ms: moment.time_ms,
                point: moment.point,
            });
        }
    }

    /// Tries to reach the server now, if it is being waited for.
    pub fn retry(&self) {
        self.intents.send(Intent::Retry);
    }

    /// Whether the timeline answers: it is known how long the recording is, or that it will not be known.
    pub fn answers(&self) -> bool {
        self.timeline
            .duration_ms()
            .try_get()
            .is_some_and(|duration_ms| duration_ms > 0.0)
            || self.connection.is_settled()
    }

    /// Whether everything asked for has arrived: what is shown will not change by itself.
    pub fn is_idle(&self) -> bool {
        self.connection.is_settled() && self.timeline.is_playing().try_get() == Some(false)
    }
}

/// A way to step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the next statement of the frame.
    Over,
    /// To the statement before.
    Back,
    /// Into the next call.
    In,
    /// To after the frame has returned.
    Out,
}

impl Step {
    /// Every way.
    pub const ALL: [Step; 4] = [Step::Over, Step::Back, Step::In, Step::Out];
}

/// What the driver is asked to do.
#[derive(Debug)]
pub enum Intent {
    /// Pause at a point, or near a time if there is none. A newer one replaces it.
    Go {
        /// When.
        time_ms: f64,
        /// Where, exactly.
        point: Option<ExecutionPoint>,
    },
    /// Find out where a step leads, and go there.
    Step(Step),
    /// Bring the pictures that are wanted.
    Pictures,
    /// Do what a store needs done with the session.
    Run(Errand),
    /// Take in what comes later, beside everything else, as long as the session lives; nobody waits for it.
    Beside(Beside),
    /// Ask for what panels show, now that it can be asked for.
    Begin,
    /// Do not wait any longer before connecting again.
    Retry,
}

/// An intent on its way to the driver. The page is busy until it has been heeded.
pub struct Wish {
    intent: Intent,
    busy: Busy,
}

/// The way from the stores to the driver.
#[derive(Clone, Copy)]
pub(crate) struct Intents {
    sender: StoredValue<UnboundedSender<Wish>, LocalStorage>,
    connection: ConnectionStore,
    later: RwSignal<Option<Later>>,
}

impl Intents {
    /// What comes after the timeline answers, once it has come; tracked.
    pub(super) fn later(self) -> Option<Later> {
        self.later.try_get().flatten()
    }

    pub(super) fn set_later(self, later: Later) {
        self.later.try_set(Some(later));
    }

    /// Lost if there is no driver any more: then the page is going away.
    pub(crate) fn send(self, intent: Intent) {
        let wish = Wish {
            intent,
            busy: self.connection.busy(),
        };
        self.sender
            .try_with_value(|sender| sender.unbounded_send(wish).ok());
    }
    /// Has something done with the session, when its urgency allows; see [`Errand`].
    pub(crate) fn run<F>(
        self,
        urgency: Urgency,
        lane: Option<Lane>,
        work: impl FnOnce(Session, Stores) -> F + 'static,
    ) where
        F: Future<Output = Result<(), CallError>> + 'static,
    {
        self.send(Intent::Run(Errand::new(urgency, lane, work)));
    }
}
