//! The protocol's opaque identifiers, one type each, so that one cannot be passed for another.
//!
//! Only the peer that made an id may read meaning into its text.

ids! {
    /// A recording. Globally unique, usually a version 4 UUID.
    pub struct RecordingId;

    /// The software that made a recording, conventionally `platform-runtime-date-…`.
    pub struct BuildId;

    /// A source map added to a recording.
    pub struct SourceMapId;

    /// A hash that says which sources an added source map is for; same format as [`FileHash`].
    pub struct SourceMapTargetHash;

    /// A secret of the server to be hashed in front of a file's content, proving that the sender has the file.
    pub struct ResourceToken;

    /// `sha256:` and the hash of a file's UTF-8 content in hex.
    pub struct FileHash;

    /// A recording loaded for inspection.
    pub struct SessionId;

    /// One run of `Session.findPoints`, chosen by the client; ties its events to it.
    pub struct FindPointsId;

    /// One run of `Session.runEvaluation`, chosen by the client; ties its events to it.
    pub struct RunEvaluationId;

    /// One search through sources or functions, chosen by the client; ties its events to it.
    pub struct SearchId;

    /// The content of an image: equal hashes mean equal images.
    pub struct ScreenShotHash;

    /// A source of a recording.
    pub struct SourceId;

    /// A breakpoint of a session.
    pub struct BreakpointId;

    /// A type of event that handlers run for, such as `event.mouse.click`.
    pub struct EventHandlerType;

    /// A JavaScript object over its whole life, the same in every pause.
    pub struct PersistentObjectId;

    /// The program held at one execution point.
    pub struct PauseId;

    /// A stack frame, within its pause.
    pub struct FrameId;

    /// A scope, within its pause.
    pub struct ScopeId;

    /// A JavaScript object, within its pause.
    pub struct ObjectId;

    /// A network request of the recording.
    pub struct RequestId;
}
