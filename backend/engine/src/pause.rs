//! The program held at one moment: what its commands answer, and what each pause was already told.
//!
//! A pause keeps no state of the program, only its point, what was sent and what evaluations made in it: everything else
//! is looked up again, from views that are usually still at hand. So pauses are cheap, and as many may stay open as the
//! client likes.

mod commands;
mod evaluation;
mod frames;
mod history;
mod interpreting;
mod looking;
mod nodes;
mod originals;
mod previews;
mod scopes;

pub(crate) use commands::AnswerInPause;
use nodes::PageObject;

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
    sync::Arc,
};

use recording::{
    error::ReadError,
    ids::{InstanceId, ObjectId},
    point::Point,
    value::ObjectState,
};
use wire::{
    ids,
    pause::{ObjectPreviewLevel, PauseData},
};

use crate::{
    environment::VisibleScope,
    stack::StackFrame,
    trace::{Moment, Trace},
};

/// A pause of a session.
pub(crate) struct Pause {
    /// Where the program is held.
    pub(crate) point: Point,
    /// What the client knows of it.
    pub(crate) sent: Sent,
}

impl Pause {
    pub(crate) fn new(point: Point) -> Self {
        Self {
            point,
            sent: Sent::default(),
        }
    }
}

/// What was sent of a pause. Nothing is sent twice.
#[derive(Default)]
pub(crate) struct Sent {
    frames: HashSet<InstanceId>,
    scopes: HashSet<ids::ScopeId>,
    objects: HashMap<ObjectKey, ObjectPreviewLevel>,
    news: Vec<News>,
    /// Scopes that frames named.
    named_scopes: HashMap<ids::ScopeId, NamedScope>,
    /// Objects that evaluations made here.
    made: evaluation::Made,
    /// The engine in which code ran here, with what that changed.
    running: Option<interpreting::Running>,
}

/// Something that the answer being gathered is the first to send.
enum News {
    Frame(InstanceId),
    Scope(ids::ScopeId),
    /// With how much of it was sent before.
    Object(ObjectKey, Option<ObjectPreviewLevel>),
}

impl Sent {
    /// Another answer is begun.
    pub(crate) fn begin(&mut self) {
        self.news.clear();
    }

    fn add_frame(&mut self, frame: InstanceId) {
        self.frames.insert(frame);
        self.news.push(News::Frame(frame));
    }

    fn add_scope(&mut self, scope: &ids::ScopeId) {
        self.scopes.insert(scope.clone());
        self.news.push(News::Scope(scope.clone()));
    }

    fn add_object(&mut self, object: ObjectKey, level: ObjectPreviewLevel) {
        let before = self.objects.insert(object, level);
        self.news.push(News::Object(object, before));
    }

    /// The answer was not given, so nothing of it was sent.
    pub(crate) fn take_back(&mut self) {
        while let Some(news) = self.news.pop() {
            match news {
                News::Frame(frame) => drop(self.frames.remove(&frame)),
                News::Scope(scope) => drop(self.scopes.remove(&scope)),
                News::Object(object, Some(level)) => drop(self.objects.insert(object, level)),
                News::Object(object, None) => drop(self.objects.remove(&object)),
            }
        }
    }
}

/// A scope that a frame named.
#[derive(Clone, Copy, Debug)]
enum NamedScope {
    /// Variables that recorded code declares.
    Lexical(VisibleScope),
    /// The same with the names of the original source.
    Original(VisibleScope),
    /// The global one: top-level variables of all classic scripts.
    Global,
}

/// An object of a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ObjectKey {
    /// One the program showed.
    Recorded(ObjectId),
    /// Stands for the global object: its properties are the top-level variables of classic scripts.
    Global,
    /// Something of the page: a rule, a pseudo element.
    Page(PageObject),
}

const GLOBAL: &str = "global";

/// The global object as a value of the recording has it, where no object has this number.
pub(crate) const GLOBAL_OBJECT: ObjectId = ObjectId(0);

impl ObjectKey {
    fn to_wire(self) -> ids::ObjectId {
        match self {
            Self::Recorded(object) => ids::ObjectId::from(object.0.to_string()),
            Self::Global => ids::ObjectId::from(GLOBAL),
            Self::Page(object) => object.to_wire(),
        }
    }

    fn from_wire(id: &ids::ObjectId) -> Option<Self> {
        match id.as_str() {
            GLOBAL => Some(Self::Global),
            text => match text.parse() {
                Ok(number) => Some(Self::Recorded(ObjectId(number))),
                Err(_) => PageObject::from_wire(text).map(Self::Page),
            },
        }
    }
}

/// A pause while a command is answered: the moment, and the data gathered for the answer.
pub(crate) struct Scene<'a> {
    trace: &'a Rc<Trace>,
    moment: Moment,
    /// Outermost frame first. Frames of no known function, which only a damaged log has, are left out.
    stack: Vec<StackFrame>,
    sent: &'a mut Sent,
    data: PauseData,
    /// Where in `data` each object stands.
    in_data: HashMap<ObjectKey, usize>,
    /// Objects that values referred to and that are still to be added.
    mentioned: Vec<ObjectKey>,
    /// The same, for objects that nobody looks into unless asked: prototypes, getters, setters.
    mentioned_by_name: Vec<ObjectKey>,
    states: HashMap<ObjectId, Option<Arc<ObjectState>>>,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(trace: &'a Rc<Trace>, point: Point, sent: &'a mut Sent) -> Result<Self, ReadError> {
        let moment = trace.moment(point)?;
        let mut stack = moment.stack();
        stack.retain(|frame| trace.reader.script_of_function(frame.function).is_some());
        Ok(Self {
            trace,
            moment,
            stack,
            sent,
            data: PauseData::default(),
            in_data: HashMap::new(),
            mentioned: Vec::new(),
            mentioned_by_name: Vec::new(),
            states: HashMap::new(),
        })
    }

    /// The frames, the running one first.
    pub(crate) fn call_stack(&self) -> Vec<ids::FrameId> {
        self.stack
            .iter()
            .rev()
            .map(|frame| frame_id(frame.instance))
            .collect()
    }

    /// Where the program is held.
    pub(crate) fn point(&self) -> Point {
        self.moment.point
    }

    /// What was gathered.
    pub(crate) fn into_data(self) -> PauseData {
        self.data
    }

    /// The state of an object, None if nothing is known of it by now or the chunk that told is lost.
    fn state(&mut self, object: ObjectId) -> Option<Arc<ObjectState>> {
        if let Some(made) = self.sent.made.get(object) {
            return Some(made);
        }
        if let Some(state) = self.states.get(&object) {
            return state.clone();
        }
        let state = self
            .trace
            .object(object, &self.moment)
            .ok()
            .flatten()
            .map(Arc::new);
        self.states.insert(object, state.clone());
        state
    }
}

/// An object of the recording as answers name it.
pub(crate) fn object_id(object: ObjectId) -> ids::ObjectId {
    ObjectKey::Recorded(object).to_wire()
}

fn frame_id(instance: InstanceId) -> ids::FrameId {
    ids::FrameId::from(instance.0.to_string())
}
