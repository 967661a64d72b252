//! Domain Recording: times and points, what a person did during the recording, and the making of sessions.
//!
//! Nothing here carries `sessionId`: recordings and sessions are named in the parameters.

use crate::{
    command::Empty,
    error::SessionErrorCode,
    ids::{RecordingId, SessionId, SourceMapId, SourceMapTargetHash},
    point::ExecutionPoint,
    resource::Proof,
    session::{FocusWindowRequest, PointRangeFocusRequest},
};

/// Milliseconds since the recording began, fractions allowed.
pub type TimeStamp = f64;

message! {
    /// A range of points that may be open at either side.
    #[derive(Default)]
    pub struct PointLimits {
        /// First point in the range; absent means the beginning.
        pub begin: Option<ExecutionPoint>,
        /// First point after the range; absent means the end.
        pub end: Option<ExecutionPoint>,
    }

    /// A range of points.
    #[derive(Eq, Hash)]
    pub struct PointRange {
        /// First point.
        pub begin: ExecutionPoint,
        /// Last point.
        pub end: ExecutionPoint,
    }

    /// A point and when it was.
    #[derive(Default)]
    pub struct TimeStampedPoint {
        /// The point.
        pub point: ExecutionPoint,
        /// When it was.
        pub time: TimeStamp,
    }

    /// A range of points with their times.
    #[derive(Default)]
    pub struct TimeStampedPointRange {
        /// Where it begins.
        pub begin: TimeStampedPoint,
        /// Where it ends.
        pub end: TimeStampedPoint,
    }

    /// The mouse moved or was pressed.
    pub struct MouseEvent {
        /// Where in the execution.
        pub point: ExecutionPoint,
        /// When.
        pub time: TimeStamp,
        /// What happened.
        pub kind: MouseEventKind,
        /// Distance from the left of the window, CSS pixels.
        pub client_x: i32,
        /// Distance from the top of the window, CSS pixels.
        pub client_y: i32,
        /// Whether a script made the event rather than a person; false from peers that do not say.
        #[serde(default)]
        pub synthetic: bool,
    }

    /// A key went down or up.
    pub struct KeyboardEvent {
        /// Where in the execution.
        pub point: ExecutionPoint,
        /// When.
        pub time: TimeStamp,
        /// What happened.
        pub kind: KeyboardEventKind,
        /// The key, as `KeyboardEvent.key` has it.
        pub key: String,
        /// Whether a script made the event rather than a person; false from peers that do not say.
        #[serde(default)]
        pub synthetic: bool,
    }

    /// The page went somewhere else.
    pub struct NavigationEvent {
        /// Where in the execution.
        pub point: ExecutionPoint,
        /// When.
        pub time: TimeStamp,
        /// How it navigated; absent if unknown.
        pub kind: Option<String>,
        /// Where to.
        pub url: String,
    }

    /// A note that the recorded program or the server attached to a point.
    pub struct Annotation {
        /// Where in the execution.
        pub point: ExecutionPoint,
        /// When.
        pub time: TimeStamp,
        /// Who it is for, such as `redux-devtools-data`.
        pub kind: String,
        /// What it says, in a format of its kind, usually JSON.
        pub contents: String,
    }
}

open_enum! {
    /// What the mouse did.
    pub enum MouseEventKind {
        /// It moved.
        Mousemove = "mousemove",
        /// A button was pressed.
        Mousedown = "mousedown",
    }

    /// What a key did.
    pub enum KeyboardEventKind {
        /// It went down.
        Keydown = "keydown",
        /// It went up.
        Keyup = "keyup",
        /// It was pressed, from recorders that cannot tell down from up.
        Keypress = "keypress",
    }
}

commands! { None:
    write "Recording.createSession" CreateSession => CreateSessionResult;
    write "Recording.releaseSession" ReleaseSession => Empty;
    read "Recording.processRecording" ProcessRecording => Empty;
    write "Recording.addSourceMap" AddSourceMap => AddSourceMapResult;
    write "Recording.addOriginalSource" AddOriginalSource => Empty;
    write "Recording.globalExperimentalCommand" GlobalExperimentalCommand => GlobalExperimentalCommandResult;
}

message! {
    /// Opens a recording. Answered once all of it has arrived at the server; [`UploadedData`] events report until then.
    pub struct CreateSession {
        /// The recording.
        pub recording_id: RecordingId,
        /// Settings outside the protocol; absent means none.
        pub experimental_settings: Option<serde_json::Value>,
        /// What to load first, by time. Older form; `focus_request` wins.
        pub focus_window: Option<FocusWindowRequest>,
        /// What to load first, by point; absent leaves it to the server.
        pub focus_request: Option<PointRangeFocusRequest>,
    }

    /// Answer to [`CreateSession`].
    pub struct CreateSessionResult {
        /// The new session.
        pub session_id: SessionId,
    }

    /// Ends a session.
    pub struct ReleaseSession {
        /// The session.
        pub session_id: SessionId,
    }

    /// Prepares a recording without opening it. Answered when that is done; [`ProcessRecordingProgress`] reports until then.
    pub struct ProcessRecording {
        /// The recording.
        pub recording_id: RecordingId,
        /// Settings outside the protocol; absent means none.
        pub experimental_settings: Option<serde_json::Value>,
    }

    /// Adds a source map for the sources that match every given hash.
    pub struct AddSourceMap {
        /// The recording.
        pub recording_id: RecordingId,
        /// Hash of the source's content; absent matches any.
        pub target_content_hash: Option<SourceMapTargetHash>,
        /// Hash of the source's URL; absent matches any.
        #[serde(rename = "targetURLHash")]
        pub target_url_hash: Option<SourceMapTargetHash>,
        /// Hash of the URL under which the source looks for its map; absent matches any.
        #[serde(rename = "targetMapURLHash")]
        pub target_map_url_hash: Option<SourceMapTargetHash>,
        /// The source map.
        pub resource: Proof,
        /// What relative paths in the map are relative to.
        #[serde(rename = "baseURL")]
        pub base_url: String,
    }

    /// Answer to [`AddSourceMap`].
    pub struct AddSourceMapResult {
        /// The new source map.
        pub id: SourceMapId,
    }

    /// Adds the text of an original source that a source map only names.
    pub struct AddOriginalSource {
        /// The recording.
        pub recording_id: RecordingId,
        /// The text.
        pub resource: Proof,
        /// The source map.
        pub parent_id: SourceMapId,
        /// Index in the map's `sources`.
        pub parent_offset: u32,
    }

    /// Something outside the protocol that concerns no session.
    pub struct GlobalExperimentalCommand {
        /// What to do.
        pub name: String,
        /// In a format of that name's; absent means none.
        pub params: Option<serde_json::Value>,
    }

    /// Answer to [`GlobalExperimentalCommand`].
    pub struct GlobalExperimentalCommandResult {
        /// In a format of that name's; absent means none.
        pub rval: Option<serde_json::Value>,
    }
}

events! { None:
    "Recording.uploadedData" UploadedData;
    "Recording.awaitingSourcemaps" AwaitingSourcemaps;
    "Recording.sessionError" SessionError;
    "Recording.processRecordingProgress" ProcessRecordingProgress;
}

message! {
    /// How much of a recording has arrived at the server.
    pub struct UploadedData {
        /// The recording.
        pub recording_id: RecordingId,
        /// Bytes so far, a total.
        pub uploaded: u64,
        /// Bytes in all; absent if unknown.
        pub length: Option<u64>,
    }

    /// The recording has arrived, its source maps have not.
    pub struct AwaitingSourcemaps {
        /// The recording.
        pub recording_id: RecordingId,
    }

    /// A session died on the server.
    pub struct SessionError {
        /// The session.
        pub session_id: SessionId,
        /// Why.
        pub code: SessionErrorCode,
        /// Why, for people.
        pub message: String,
    }

    /// How far the server is with a [`ProcessRecording`].
    pub struct ProcessRecordingProgress {
        /// The recording.
        pub recording_id: RecordingId,
        /// From 0 to 100.
        pub progress_percent: f64,
    }
}
