//! Domain Session: a recording loaded for inspection. Points and times, pauses, focus, searches over the execution.
//!
//! Every command and event here carries `sessionId`.

use serde::{Deserialize, Serialize};

use crate::{
    command::Empty,
    connection::CloseTimestamp,
    debugger::{Location, MappedLocation, PointDescription},
    ids::{BuildId, EventHandlerType, FindPointsId, PauseId, RunEvaluationId},
    pause::{PauseData, Value},
    point::ExecutionPoint,
    recording::{
        Annotation, KeyboardEvent, MouseEvent, NavigationEvent, TimeStamp, TimeStampedPoint,
        TimeStampedPointRange,
    },
};

/// Which points to find or to evaluate at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum PointSelector {
    /// Wherever a place runs.
    Location {
        /// The place.
        location: Location,
        /// Only while the frame of this point is on the stack; absent means always.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_stack_frame: Option<ExecutionPoint>,
    },
    /// Wherever one of some places runs.
    Locations {
        /// The places.
        locations: Vec<Location>,
    },
    /// Wherever a handler begins to run for one of some types of event.
    EventHandlers {
        /// The types.
        event_types: Vec<EventHandlerType>,
    },
    /// Wherever something is thrown.
    Exceptions {},
    /// These points.
    Points {
        /// The points.
        points: Vec<ExecutionPoint>,
    },
    /// Every step of every frame.
    FrameSteps {
        /// Only the first step of each frame.
        #[serde(default, skip_serializing_if = "crate::lenient::is_false")]
        only_frame_entry: bool,
        /// How many points to give for one place; absent means all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        location_limit: Option<u32>,
        /// Least frame depth; absent means any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min_frame_depth: Option<u32>,
        /// Greatest frame depth; absent means any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_frame_depth: Option<u32>,
    },
}

message! {
    /// What part of the found points to give.
    #[derive(Default)]
    pub struct PointPageLimits {
        /// First point in the range; absent means the beginning.
        pub begin: Option<ExecutionPoint>,
        /// First point after the range; absent means the end.
        pub end: Option<ExecutionPoint>,
        /// How many to give, the earliest first; absent leaves it to the server.
        pub max_count: Option<u64>,
    }

    /// How an evaluation ended at one of its points.
    pub struct RunEvaluationResult {
        /// What it returned.
        pub returned: Option<Value>,
        /// What it threw.
        pub exception: Option<Value>,
        /// Whether it could not be carried through.
        pub failed: bool = false,
        /// About the value, in the pause below.
        pub data: PauseData,
        /// Where it was evaluated.
        pub point: PointDescription,
        /// The pause that was made for it.
        pub pause_id: PauseId,
    }

    /// A value computed beforehand in the global scope for evaluations to use by name.
    pub struct RunEvaluationPreload {
        /// Name under which the evaluation sees it.
        pub name: String,
        /// JavaScript source.
        pub expression: String,
    }

    /// A frame of a stack that was found without making a pause.
    pub struct PointStackFrame {
        /// Where its function begins.
        pub function_location: MappedLocation,
        /// Its last step so far; absent if it has none that could be stopped at.
        pub point: Option<PointDescription>,
    }

    /// What part of the recording to load, by time.
    #[derive(Copy, Default)]
    pub struct FocusWindowRequest {
        /// Earliest time; absent means 0.
        pub begin: Option<TimeStamp>,
        /// Latest time; absent means the recording's end.
        pub end: Option<TimeStamp>,
        /// Which side to keep if all of it is too much; absent means the end.
        pub bias: Option<FocusWindowRequestBias>,
    }

    /// What part of the recording to load, by point.
    #[derive(Default)]
    pub struct PointRangeFocusRequest {
        /// Earliest point; absent means the recording's first.
        pub begin: Option<TimeStampedPoint>,
        /// Latest point; absent means the recording's last.
        pub end: Option<TimeStampedPoint>,
        /// Which side to keep if all of it is too much; absent means the end.
        pub bias: Option<FocusWindowRequestBias>,
    }
}

/// Which side of a focus window to keep if all of it is too much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FocusWindowRequestBias {
    /// The earlier part.
    Begin,
    /// The later part.
    #[default]
    End,
}

commands! { Session:
    read "Session.ensureProcessed" EnsureProcessed => Empty;
    read "Session.ensureRoutineAnnotations" EnsureRoutineAnnotations => Empty;
    read "Session.findMouseEvents" FindMouseEvents => Empty;
    read "Session.findKeyboardEvents" FindKeyboardEvents => Empty;
    read "Session.findNavigationEvents" FindNavigationEvents => Empty;
    read "Session.findAnnotations" FindAnnotations => Empty;
    read "Session.getAnnotationKinds" GetAnnotationKinds => GetAnnotationKindsResult;
    read "Session.hasAnnotationKind" HasAnnotationKind => HasAnnotationKindResult;
    read "Session.getEndpoint" GetEndpoint => GetEndpointResult;
    read "Session.getPointNearTime" GetPointNearTime => GetPointNearTimeResult;
    read "Session.getPointsBoundingTime" GetPointsBoundingTime => GetPointsBoundingTimeResult;
    read "Session.createPause" CreatePause => CreatePauseResult;
    write "Session.releasePause" ReleasePause => Empty;
    read "Session.findPoints" FindPoints => FindPointsResult;
    read "Session.runEvaluation" RunEvaluation => RunEvaluationAnswer;
    read "Session.getPointStack" GetPointStack => GetPointStackResult;
    read "Session.getPointFrameSteps" GetPointFrameSteps => GetPointFrameStepsResult;
    read "Session.listenForLoadChanges" ListenForLoadChanges => Empty;
    read "Session.listenForProcessingProgress" ListenForProcessingProgress => Empty;
    read "Session.requestFocusRange" RequestFocusRange => RequestFocusRangeResult;
    read "Session.requestFocusWindow" RequestFocusWindow => RequestFocusWindowResult;
    read "Session.getFocusWindow" GetFocusWindow => GetFocusWindowResult;
    read "Session.getBuildId" GetBuildId => GetBuildIdResult;
    write "Session.experimentalCommand" ExperimentalCommand => ExperimentalCommandResult;
}

message! {
    /// Answered once the recording is fully processed.
    pub struct EnsureProcessed {}

    /// Answered once the server has attached its own annotations to the recording. Experimental.
    pub struct EnsureRoutineAnnotations {}

    /// Finds what the mouse did; [`MouseEvents`] bring it before the answer.
    pub struct FindMouseEvents {}

    /// Finds what the keyboard did; [`KeyboardEvents`] bring it before the answer.
    pub struct FindKeyboardEvents {}

    /// Finds where the page went; [`NavigationEvents`] bring it before the answer.
    pub struct FindNavigationEvents {}

    /// Finds annotations; [`Annotations`] bring them before the answer.
    pub struct FindAnnotations {
        /// Only of this kind.
        pub kind: String,
    }

    /// Asks which kinds of annotations there are.
    pub struct GetAnnotationKinds {}

    /// Answer to [`GetAnnotationKinds`].
    pub struct GetAnnotationKindsResult {
        /// The kinds.
        pub kinds: Vec<String>,
    }

    /// Asks whether there are annotations of a kind.
    pub struct HasAnnotationKind {
        /// The kind.
        pub kind: String,
    }

    /// Answer to [`HasAnnotationKind`].
    pub struct HasAnnotationKindResult {
        /// Whether there are.
        pub has_kind: bool,
    }

    /// Asks for the recording's last point.
    pub struct GetEndpoint {}

    /// Answer to [`GetEndpoint`].
    pub struct GetEndpointResult {
        /// The last point.
        pub endpoint: TimeStampedPoint,
    }

    /// Asks for a point near a time. Works outside the focus window too.
    pub struct GetPointNearTime {
        /// The time.
        pub time: TimeStamp,
    }

    /// Answer to [`GetPointNearTime`].
    pub struct GetPointNearTimeResult {
        /// A point near it.
        pub point: TimeStampedPoint,
    }

    /// Asks for the points on either side of a time. Works outside the focus window too.
    pub struct GetPointsBoundingTime {
        /// The time.
        pub time: TimeStamp,
    }

    /// Answer to [`GetPointsBoundingTime`].
    pub struct GetPointsBoundingTimeResult {
        /// A point at or after the time.
        pub after: TimeStampedPoint,
        /// A point at or before the time.
        pub before: TimeStampedPoint,
    }

    /// Holds the program at a point, to be looked at with the commands of [`crate::pause`].
    pub struct CreatePause {
        /// Where.
        pub point: ExecutionPoint,
    }

    /// Answer to [`CreatePause`].
    pub struct CreatePauseResult {
        /// The new pause.
        pub pause_id: PauseId,
    }

    /// Lets go of a pause. Its ids mean nothing afterwards.
    pub struct ReleasePause {
        /// The pause.
        pub pause_id: PauseId,
    }

    /// Finds points; [`FindPointsResults`] events bring them, in order, before the answer.
    pub struct FindPoints {
        /// Chosen by the client; the events repeat it.
        pub find_points_id: FindPointsId,
        /// Which points.
        pub point_selector: PointSelector,
        /// What part of them, within the focus window; absent means all, up to the server's own limit.
        pub point_limits: Option<PointPageLimits>,
    }

    /// Answer to [`FindPoints`].
    pub struct FindPointsResult {
        /// Where to begin the next page; absent if there are no more.
        pub next_begin: Option<ExecutionPoint>,
    }

    /// Evaluates an expression at many points; [`RunEvaluationResults`] events bring the values before the answer.
    pub struct RunEvaluation {
        /// Chosen by the client; the events repeat it.
        pub run_evaluation_id: RunEvaluationId,
        /// At which points.
        pub point_selector: PointSelector,
        /// What part of them, within the focus window; absent means all, up to the server's own limit.
        pub point_limits: Option<PointPageLimits>,
        /// JavaScript source.
        pub expression: String,
        /// In which frame, 0 the running one, -1 the outermost; absent means the global scope.
        pub frame_index: Option<i32>,
        /// Whether to preview the properties of the value as fully as the value itself.
        pub full_returned_property_preview: bool = false,
        /// Whether evaluations may see each other's side effects, which is faster.
        pub share_processes: bool = false,
        /// Whether every evaluation must see the side effects of those before it.
        pub single_process: bool = false,
        /// Values to compute once for all evaluations.
        pub preload_expressions: Vec<RunEvaluationPreload> = [],
    }

    /// Answer to [`RunEvaluation`]; [`RunEvaluationResult`] is what the protocol calls a single value.
    pub struct RunEvaluationAnswer {
        /// Where to begin the next page; absent if there are no more.
        pub next_begin: Option<ExecutionPoint>,
    }

    /// Asks for the stack at a point without making a pause: faster, and only of frames that can be stopped in.
    pub struct GetPointStack {
        /// The point.
        pub point: ExecutionPoint,
        /// How many frames at most.
        pub max_count: u32,
    }

    /// Answer to [`GetPointStack`].
    pub struct GetPointStackResult {
        /// The frames, the running one first.
        pub frames: Vec<PointStackFrame>,
        /// Whether there may be more that the focus window leaves out.
        pub hit_focus_begin: bool,
    }

    /// Asks for every step of the frame at a point, as [`crate::pause::GetFrameSteps`] but without a pause.
    pub struct GetPointFrameSteps {
        /// A point in the frame.
        pub point: ExecutionPoint,
    }

    /// Answer to [`GetPointFrameSteps`].
    pub struct GetPointFrameStepsResult {
        /// The steps, in order.
        pub steps: Vec<PointDescription>,
    }

    /// Asks for [`LoadedRegions`] events. Not answered while the session lives.
    pub struct ListenForLoadChanges {}

    /// Asks for [`ProcessingProgress`] events. Not answered before the recording is fully processed.
    pub struct ListenForProcessingProgress {}

    /// Moves the focus window, by time.
    pub struct RequestFocusRange {
        /// What to load.
        pub range: FocusWindowRequest,
    }

    /// Answer to [`RequestFocusRange`].
    pub struct RequestFocusRangeResult {
        /// The focus window now, which may be smaller than asked.
        pub window: TimeStampedPointRange,
    }

    /// Moves the focus window, by point.
    pub struct RequestFocusWindow {
        /// What to load.
        pub request: PointRangeFocusRequest,
    }

    /// Answer to [`RequestFocusWindow`].
    pub struct RequestFocusWindowResult {
        /// The focus window now, which may be smaller than asked.
        pub window: TimeStampedPointRange,
    }

    /// Asks for the focus window.
    pub struct GetFocusWindow {}

    /// Answer to [`GetFocusWindow`].
    pub struct GetFocusWindowResult {
        /// The focus window now.
        pub window: TimeStampedPointRange,
    }

    /// Asks what made the recording.
    pub struct GetBuildId {}

    /// Answer to [`GetBuildId`].
    pub struct GetBuildIdResult {
        /// By convention `platform-runtime-date-…`.
        pub build_id: BuildId,
    }

    /// Something outside the protocol.
    pub struct ExperimentalCommand {
        /// What to do.
        pub name: String,
        /// In a format of that name's; absent means none.
        pub params: Option<serde_json::Value>,
    }

    /// Answer to [`ExperimentalCommand`].
    pub struct ExperimentalCommandResult {
        /// In a format of that name's; absent means none.
        pub rval: Option<serde_json::Value>,
    }
}

events! { Session:
    "Session.mayDestroy" MayDestroy;
    "Session.willDestroy" WillDestroy;
    "Session.mouseEvents" MouseEvents;
    "Session.keyboardEvents" KeyboardEvents;
    "Session.navigationEvents" NavigationEvents;
    "Session.annotations" Annotations;
    "Session.findPointsResults" FindPointsResults;
    "Session.runEvaluationResults" RunEvaluationResults;
    "Session.loadedRegions" LoadedRegions;
    "Session.processingProgress" ProcessingProgress;
}

message! {
    /// The server will end an idle session unless it is used. At most 30 minutes ahead.
    pub struct MayDestroy {
        /// When; absent takes an earlier notice back.
        pub time: Option<CloseTimestamp>,
    }

    /// The server will end the session whatever happens. A later notice may only bring it closer.
    pub struct WillDestroy {
        /// When.
        pub time: CloseTimestamp,
    }

    /// Some of what [`FindMouseEvents`] finds, in no promised order.
    pub struct MouseEvents {
        /// The events of this batch.
        pub events: Vec<MouseEvent>,
    }

    /// Some of what [`FindKeyboardEvents`] finds, in no promised order.
    pub struct KeyboardEvents {
        /// The events of this batch.
        pub events: Vec<KeyboardEvent>,
    }

    /// Some of what [`FindNavigationEvents`] finds, in no promised order.
    pub struct NavigationEvents {
        /// The events of this batch.
        pub events: Vec<NavigationEvent>,
    }

    /// Some of what [`FindAnnotations`] finds, in no promised order.
    pub struct Annotations {
        /// The annotations of this batch, all of one kind.
        pub annotations: Vec<Annotation>,
    }

    /// Some of what [`FindPoints`] finds.
    pub struct FindPointsResults {
        /// The search.
        pub find_points_id: FindPointsId,
        /// The points of this batch, in order and after those of earlier batches.
        pub points: Vec<PointDescription>,
    }

    /// Some of what [`RunEvaluation`] computes.
    pub struct RunEvaluationResults {
        /// The evaluation.
        pub run_evaluation_id: RunEvaluationId,
        /// The values of this batch, in no particular order.
        pub results: Vec<RunEvaluationResult>,
    }

    /// What is loaded now; replaces what was said before. Loaded and indexed regions lie within loading ones.
    #[derive(Default)]
    pub struct LoadedRegions {
        /// Ready for everything.
        pub loaded: Vec<TimeStampedPointRange>,
        /// Requested, usable but slow.
        pub loading: Vec<TimeStampedPointRange>,
        /// Ready for searches and hit counts.
        pub indexed: Vec<TimeStampedPointRange>,
    }

    /// How much of the recording is processed.
    pub struct ProcessingProgress {
        /// From 0 to 100.
        pub progress_percent: f64,
    }
}
