//! A recording opened for one client: its focus window, its pauses, who listens, what is still being sent.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    rc::Rc,
    sync::Arc,
};

use recording::{
    point::{Micros, Point},
    reader::Reader,
};
use wire::{
    command::Empty,
    envelope::CallId,
    error::{ErrorCode, ProtocolError},
    ids::{BuildId, PauseId, ScreenShotHash, SessionId},
    recording::{TimeStampedPoint, TimeStampedPointRange},
    session::{
        CreatePause, CreatePauseResult, FocusWindowRequest, GetBuildId, GetBuildIdResult, GetEndpoint,
        GetEndpointResult, GetFocusWindow, GetFocusWindowResult, GetPointFrameSteps,
        GetPointFrameStepsResult, GetPointNearTime, GetPointNearTimeResult, GetPointStack,
        GetPointStackResult, GetPointsBoundingTime, GetPointsBoundingTimeResult, ListenForLoadChanges,
        ListenForProcessingProgress, PointRangeFocusRequest, PointStackFrame, ReleasePause,
        RequestFocusRange, RequestFocusRangeResult, RequestFocusWindow, RequestFocusWindowResult,
    },
};

use crate::{
    answer::{Answer, Failure, Outbox, refuse},
    breakpoints::Stops,
    console::{self, MessageStream},
    describe::{around_millis, from_millis, stamped},
    finding::Span,
    input::MouseStream,
    live::OpenList,
    pass::Pass,
    pause::{Pause, Scene, Sent},
    sources::search::Search,
    trace::Trace,
    waiting::Waiting,
};

/// A session.
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) trace: Rc<Trace>,
    /// Under which it was opened.
    pub(crate) pass: Option<Pass>,
    /// First and last point of the focus window.
    pub(crate) focus: (Point, Point),
    /// Whether the window reaches to the end, wherever that comes to be.
    pub(crate) is_focus_open: bool,
    /// Calls of `listenForLoadChanges`, unanswered while the session lives.
    pub(crate) load_listeners: Vec<CallId>,
    /// Calls of `listenForProcessingProgress`, likewise.
    pub(crate) progress_listeners: Vec<CallId>,
    /// How many chunks had their indexes read when the listeners were last told.
    pub(crate) chunks_told: Option<usize>,
    /// Lists of messages that are still being sent.
    pub(crate) streams: VecDeque<MessageStream>,
    /// Lists of the mouse's events, likewise.
    pub(crate) mouse_streams: VecDeque<MouseStream>,
    /// Lists of messages that are sent as far as the recording is made.
    pub(crate) resting_streams: Vec<MessageStream>,
    /// Lists of the mouse's events, likewise.
    pub(crate) resting_mouse_streams: Vec<MouseStream>,
    /// Other lists, likewise.
    pub(crate) lists: Vec<OpenList>,
    /// Requests that came before the indexes were read.
    pub(crate) waiting: VecDeque<Waiting>,
    /// Where the client wants to stop, and where not.
    pub(crate) stops: Stops,
    /// Searches of the program's text that still go on.
    pub(crate) searches: VecDeque<Search>,
    /// How many lists of messages were asked for.
    pub(crate) n_message_lists: u64,
    /// Pictures that `DOM.repaintGraphics` sent.
    pub(crate) repainted: HashSet<ScreenShotHash>,
    pauses: HashMap<PauseId, Pause>,
    n_pauses: u64,
    /// Pauses of messages that the client let go of. They are made when first asked about, so this keeps them away.
    released: HashSet<PauseId>,
}

impl Session {
    pub(crate) fn new(
        id: SessionId,
        reader: Arc<Reader>,
        pass: Option<Pass>,
        request: Option<PointRangeFocusRequest>,
    ) -> Answer<Self> {
        let trace = Trace::new(reader).confined(pass.as_ref().and_then(|pass| pass.range))?;
        let mut session = Self {
            id,
            focus: (trace.first_shown(), trace.last_shown()),
            is_focus_open: trace.last_shown() == trace.reader.end_point(),
            trace: Rc::new(trace),
            pass,
            load_listeners: Vec::new(),
            progress_listeners: Vec::new(),
            chunks_told: None,
            streams: VecDeque::new(),
            mouse_streams: VecDeque::new(),
            resting_streams: Vec::new(),
            lists: Vec::new(),
            resting_mouse_streams: Vec::new(),
            waiting: VecDeque::new(),
            stops: Stops::default(),
            searches: VecDeque::new(),
            n_message_lists: 0,
            repainted: HashSet::new(),
            pauses: HashMap::new(),
            n_pauses: 0,
            released: HashSet::new(),
        };
        if let Some(request) = request {
            session.focus_on(request);
        }
        Ok(session)
    }

    /// The points of the focus window.
    pub(crate) fn focus_span(&self) -> Span {
        Span {
            begin: self.focus.0,
            end: Point(self.focus.1.0 + 1),
        }
    }

    pub(crate) fn focus_window(&self) -> Answer<TimeStampedPointRange> {
        Ok(TimeStampedPointRange {
            begin: self.trace.stamped(self.focus.0)?,
            end: self.trace.stamped(self.focus.1)?,
        })
    }

    /// Whatever is asked about is read when it is, so the window is as asked, cut to the recording: nothing of it has to be
    /// left out, on either side, and its bias never matters.
    fn focus_on(&mut self, request: PointRangeFocusRequest) {
        let clamped = |point: TimeStampedPoint| self.trace.clamped_point(&point.point);
        let begin = request.begin.map_or(Point::BEGINNING, clamped);
        let end = request.end.map_or(self.trace.reader.end_point(), clamped);
        self.set_focus(begin, end);
    }

    /// Focuses on what lies between two times.
    pub(crate) fn focus_on_times(&mut self, request: FocusWindowRequest) -> Answer<()> {
        let begin = request.begin.map(|time| self.bounds(time)).transpose()?;
        let end = request.end.map(|time| self.bounds(time)).transpose()?;
        let begin = begin.map_or(Point::BEGINNING, |[before, _]| before.0);
        let end = end.map_or(self.trace.reader.end_point(), |[_, after]| after.0);
        self.set_focus(begin, end);
        Ok(())
    }

    fn set_focus(&mut self, begin: Point, end: Point) {
        let within = |point: Point| point.clamp(self.trace.first_shown(), self.trace.last_shown());
        let (begin, end) = (within(begin), within(end));
        self.focus = (begin.min(end), end.max(begin));
        self.is_focus_open = self.focus.1 == self.trace.reader.end_point();
    }

    pub(crate) fn listen_for_load_changes(
        &mut self,
        id: CallId,
        _: ListenForLoadChanges,
        outbox: &mut Outbox<'_>,
    ) -> Answer<()> {
        self.tell_loaded_regions(outbox)?;
        self.load_listeners.push(id);
        Ok(())
    }

    pub(crate) fn listen_for_processing_progress(
        &mut self,
        id: CallId,
        _: ListenForProcessingProgress,
        outbox: &mut Outbox<'_>,
    ) -> Answer<()> {
        self.tell_progress(outbox)?;
        self.progress_listeners.push(id);
        Ok(())
    }

    /// Whether something is under way for the client.
    pub(crate) fn is_busy(&self) -> bool {
        !self.streams.is_empty()
            || !self.mouse_streams.is_empty()
            || !self.searches.is_empty()
            || !self.waiting.is_empty()
    }

    /// Ends every call that is still open, for this reason.
    pub(crate) fn end(self, reason: &str, frames: &mut Vec<String>) {
        let streams = self.streams.into_iter().chain(self.resting_streams);
        let streams = streams.map(|stream| stream.call_id);
        let streams = streams.chain(self.lists.into_iter().map(|list| list.call_id));
        let mouse = self.mouse_streams.into_iter().chain(self.resting_mouse_streams);
        let streams = streams.chain(mouse.map(|stream| stream.call_id));
        let streams = streams.chain(self.searches.into_iter().map(|search| search.call_id));
        let waiting = self.waiting.into_iter().map(|waiting| waiting.call_id);
        for id in self
            .load_listeners
            .into_iter()
            .chain(self.progress_listeners)
            .chain(streams)
            .chain(waiting)
        {
            let error = ProtocolError::new(ErrorCode::SESSION_DESTROYED, reason);
            refuse(frames, &id, Failure(error));
        }
    }

    /// Does a little of what is left to do: sends on messages, else reads on, else answers what waited for that. Says
    /// whether there is more.
    pub(crate) fn poll(&mut self, outbox: &mut Outbox<'_>) -> bool {
        if self.search_on(outbox) {
            return true;
        }
        if let Some(mut stream) = self.streams.pop_front() {
            if !self.send_messages(&mut stream, outbox) {
                self.keep_stream(stream);
            }
            return true;
        }
        // Beside the indexes: searches wait for those, and are not to wait for a million moves.
        if let Some(mut stream) = self.mouse_streams.pop_front()
            && !self.send_mouse(&mut stream, outbox)
        {
            self.keep_mouse_stream(stream);
        }
        // An index that cannot be read fails the commands that need it; in the background there is nobody to tell.
        let has_more = self.load_some(outbox).unwrap_or(false) || self.answer_waiting(outbox);
        has_more || !self.mouse_streams.is_empty()
    }

    pub(crate) fn get_endpoint(&mut self, _: GetEndpoint, _: &mut Outbox<'_>) -> Answer<GetEndpointResult> {
        Ok(GetEndpointResult {
            endpoint: self.trace.stamped(self.trace.last_shown())?,
        })
    }

    pub(crate) fn get_point_near_time(
        &mut self,
        params: GetPointNearTime,
        _: &mut Outbox<'_>,
    ) -> Answer<GetPointNearTimeResult> {
        let time = from_millis(params.time);
        let [before, after] = self.trace.points_around(time)?;
        let is_nearer_after = after.1.0.saturating_sub(time.0) < time.0.saturating_sub(before.1.0);
        let nearest = if is_nearer_after { after } else { before };
        let (point, time) = self.shown(nearest)?;
        Ok(GetPointNearTimeResult {
            point: stamped(point, time),
        })
    }

    pub(crate) fn get_points_bounding_time(
        &mut self,
        params: GetPointsBoundingTime,
        _: &mut Outbox<'_>,
    ) -> Answer<GetPointsBoundingTimeResult> {
        let [before, after] = self.bounds(params.time)?;
        let (before, after) = (self.shown(before)?, self.shown(after)?);
        Ok(GetPointsBoundingTimeResult {
            after: stamped(after.0, after.1),
            before: stamped(before.0, before.1),
        })
    }

    /// Points at or before and at or after a time, which may lie between two microseconds.
    fn bounds(&self, millis: f64) -> Answer<[(Point, Micros); 2]> {
        let [earlier, later] = around_millis(millis);
        let [before, _] = self.trace.points_around(earlier)?;
        let [_, after] = self.trace.points_around(later)?;
        Ok([before, after])
    }

    /// A point, or the nearest to it that may be shown.
    fn shown(&self, (point, time): (Point, Micros)) -> Answer<(Point, Micros)> {
        let shown = point.clamp(self.trace.first_shown(), self.trace.last_shown());
        match shown == point {
            true => Ok((point, time)),
            false => Ok((shown, self.trace.time_of(shown)?)),
        }
    }

    /// How much of this session stays in memory because the client has not let go of it: pauses, breakpoints, calls.
    pub(crate) fn n_kept(&self) -> usize {
        self.pauses.len()
            + self.released.len()
            + self.stops.n_breakpoints()
            + self.load_listeners.len()
            + self.progress_listeners.len()
            + self.streams.len()
            + self.mouse_streams.len()
            + self.resting_streams.len()
            + self.resting_mouse_streams.len()
            + self.lists.len()
            + self.searches.len()
    }

    pub(crate) fn create_pause(
        &mut self,
        params: CreatePause,
        outbox: &mut Outbox<'_>,
    ) -> Answer<CreatePauseResult> {
        let point = self.trace.point(&params.point)?;
        self.load_all(outbox)?;
        // Reads the chunk now, so that a lost one fails here and not at every later question.
        let point = self.trace.moment(point)?.point;
        Ok(CreatePauseResult {
            pause_id: self.add_pause(point),
        })
    }

    /// Makes a pause at a point that exists.
    pub(crate) fn add_pause(&mut self, point: Point) -> PauseId {
        let pause_id = PauseId::from(format!("p{}", self.n_pauses));
        self.n_pauses += 1;
        self.pauses.insert(pause_id.clone(), Pause::new(point));
        pause_id
    }

    /// Takes a pause back whose id was told to nobody.
    pub(crate) fn forget_pause(&mut self, pause_id: &PauseId) {
        self.pauses.remove(pause_id);
    }

    pub(crate) fn release_pause(&mut self, params: ReleasePause, _: &mut Outbox<'_>) -> Answer<Empty> {
        let ReleasePause { pause_id } = params;
        if console::row_of_pause(&pause_id).is_some() {
            self.released.insert(pause_id.clone());
        } else if !self.pauses.contains_key(&pause_id) {
            return Err(unknown_pause(&pause_id));
        }
        self.pauses.remove(&pause_id);
        Ok(Empty {})
    }

    /// Answers a command in one of the pauses.
    pub(crate) fn in_pause<T>(
        &mut self,
        pause_id: &PauseId,
        outbox: &mut Outbox<'_>,
        answer: impl FnOnce(Scene<'_>) -> Answer<T>,
    ) -> Answer<T> {
        self.load_all(outbox)?;
        if !self.pauses.contains_key(pause_id) {
            let pause = self
                .message_pause(pause_id)?
                .ok_or_else(|| unknown_pause(pause_id))?;
            self.pauses.insert(pause_id.clone(), pause);
        }
        let Some(pause) = self.pauses.get_mut(pause_id) else {
            return Err(unknown_pause(pause_id));
        };
        pause.sent.begin();
        let outcome = answer(Scene::new(&self.trace, pause.point, &mut pause.sent)?);
        if outcome.is_err() {
            pause.sent.take_back();
        }
        outcome
    }

    /// The pause that a message named, as it was when the message was sent.
    fn message_pause(&self, pause_id: &PauseId) -> Answer<Option<Pause>> {
        let Some((list, row_idx)) = console::row_of_pause(pause_id) else {
            return Ok(None);
        };
        if list >= self.n_message_lists || self.released.contains(pause_id) {
            return Ok(None);
        }
        let rows = self.trace.reader.messages()?;
        let Some(row) = rows.get(row_idx).filter(|row| self.trace.shows(row.point)) else {
            return Ok(None);
        };
        let mut sent = Sent::default();
        console::message(&self.trace, row, pause_id.clone(), &mut sent)?;
        Ok(Some(Pause {
            point: row.point,
            sent,
        }))
    }

    pub(crate) fn get_point_stack(
        &mut self,
        params: GetPointStack,
        outbox: &mut Outbox<'_>,
    ) -> Answer<GetPointStackResult> {
        let moment = self.trace.moment(self.trace.point(&params.point)?)?;
        self.load_all(outbox)?;
        let mut frames = Vec::new();
        let mut hit_focus_begin = false;
        let stack = moment.stack();
        for (frame_idx, frame) in stack.iter().rev().take(params.max_count as usize).enumerate() {
            let Some(function_location) = self
                .trace
                .location_in_function(frame.function, |function| function.start)?
            else {
                continue;
            };
            let point = match (frame_idx, frame.last_step) {
                (0, _) => Some(self.trace.describe(&moment)?),
                (_, Some((step, _))) if Point::before_step(step) < self.focus.0 => {
                    hit_focus_begin = true;
                    break;
                }
                (_, Some((step, _))) => Some(self.trace.describe_step_number(step)?),
                (_, None) => None,
            };
            frames.push(PointStackFrame {
                function_location,
                point,
            });
        }
        Ok(GetPointStackResult {
            frames,
            hit_focus_begin,
        })
    }

    pub(crate) fn get_point_frame_steps(
        &mut self,
        params: GetPointFrameSteps,
        outbox: &mut Outbox<'_>,
    ) -> Answer<GetPointFrameStepsResult> {
        let moment = self.trace.moment(self.trace.point(&params.point)?)?;
        self.load_all(outbox)?;
        let steps = match moment.stack().last() {
            Some(top) => self.trace.frame_steps(top.instance)?,
            None => Vec::new(),
        };
        Ok(GetPointFrameStepsResult { steps })
    }

    pub(crate) fn request_focus_range(
        &mut self,
        params: RequestFocusRange,
        outbox: &mut Outbox<'_>,
    ) -> Answer<RequestFocusRangeResult> {
        self.focus_on_times(params.range)?;
        self.focus_moved(outbox)?;
        Ok(RequestFocusRangeResult {
            window: self.focus_window()?,
        })
    }

    pub(crate) fn request_focus_window(
        &mut self,
        params: RequestFocusWindow,
        outbox: &mut Outbox<'_>,
    ) -> Answer<RequestFocusWindowResult> {
        self.focus_on(params.request);
        self.focus_moved(outbox)?;
        Ok(RequestFocusWindowResult {
            window: self.focus_window()?,
        })
    }

    fn focus_moved(&mut self, outbox: &mut Outbox<'_>) -> Answer<()> {
        self.void_waiting(outbox);
        match self.load_listeners.is_empty() {
            true => Ok(()),
            false => self.tell_loaded_regions(outbox),
        }
    }

    pub(crate) fn get_focus_window(
        &mut self,
        _: GetFocusWindow,
        _: &mut Outbox<'_>,
    ) -> Answer<GetFocusWindowResult> {
        Ok(GetFocusWindowResult {
            window: self.focus_window()?,
        })
    }

    pub(crate) fn get_build_id(&mut self, _: GetBuildId, _: &mut Outbox<'_>) -> Answer<GetBuildIdResult> {
        Ok(GetBuildIdResult {
            build_id: BuildId::from(&*self.trace.reader.head().build_id),
        })
    }
}

fn unknown_pause(pause_id: &PauseId) -> Failure {
    Failure::command(format!("no such pause: {pause_id}"))
}
