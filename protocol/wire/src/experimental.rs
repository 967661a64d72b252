//! What commands outside the protocol take and give: the `params` and `rval` of `Session.experimentalCommand`, by the
//! names that Playhead's own server answers. Described in full, with examples, in `docs/experimental-commands.md`.
//!
//! Another server refuses these names; whoever asks must do without.

use crate::{
    debugger::{PauseDescription, PointDescription},
    ids::{FrameId, ObjectId, PauseId, ScopeId},
    pause::{PauseData, Value},
    point::ExecutionPoint,
    recording::{TimeStamp, TimeStampedPoint},
};

/// Name of the command that [`FindWrites`] asks.
pub const FIND_WRITES: &str = "findWrites";
/// Name of the command that [`ObjectAt`] asks.
pub const OBJECT_AT: &str = "objectAt";
/// Name of the command that [`ConsoleCalls`] asks.
pub const CONSOLE_CALLS: &str = "consoleCalls";
/// Name of the command that [`PauseAt`] asks.
pub const PAUSE_AT: &str = "pauseAt";
/// Name of the command that [`LiveState`] asks.
pub const LIVE_STATE: &str = "liveState";
/// Name of the command that [`Activity`] asks.
pub const ACTIVITY: &str = "activity";

/// Name of the command that [`About`] asks.
pub const ABOUT: &str = "about";

message! {
    /// Asks what was done to the recording before it was handed on, and what people noted on it.
    pub struct About {}

    /// Answer to [`About`].
    pub struct AboutResult {
        /// The recording that this one was made from; absent for one as it was made.
        pub made_from: Option<String>,
        /// What was left out of it: `sources`, `bodies`, `headers`, `secretHeaders`, `console`, `typed`, `texts`, `pictures`,
        /// `queries`, `values`, or what later versions leave out.
        pub left_out: Vec<String> = [],
        /// Whether it is a part of that recording.
        pub is_part: bool = false,
        /// Where that part begins, in milliseconds; absent: at the beginning.
        pub begin: Option<TimeStamp>,
        /// What was taken out of it, in sentences, while it was recorded and since.
        pub redactions: Vec<String> = [],
        /// Comments that came with it, JSON text; absent if none did.
        pub comments: Option<String>,
    }

    /// Asks whether the recording is still being made. If so its lists are answered once it is not.
    pub struct LiveState {}

    /// Answer to [`LiveState`].
    pub struct LiveStateResult {
        /// Whether more of the recording will come.
        pub is_live: bool,
        /// Which other recorder it was imported from; absent for a recording that Playhead made.
        pub origin: Option<Origin>,
    }

    /// Which other recorder a recording was imported from.
    pub struct Origin {
        /// Its name and version.
        pub recorder: String,
        /// What the file was, in words: `a HAR file`.
        pub file: String,
        /// What is not in the recording because it was not in the file.
        pub lacks: Vec<Lack> = [],
    }

    /// Something that a recording does not have.
    pub struct Lack {
        /// What.
        pub what: RecordedContent,
        /// Why, a sentence.
        pub why: String,
    }

    /// Asks for a pause with what is seen of it first, in one answer: its stack, and the innermost scopes of the running
    /// frame. After a step, if one is named.
    pub struct PauseAt {
        /// Where to pause, or to step from.
        pub point: ExecutionPoint,
        /// Which step to take first; absent means none.
        pub step: Option<StepKind>,
        /// Scopes that come along, at most; never the global one. Absent means none, and 32 is the most.
        pub scope_count: Option<u32>,
    }

    /// Answer to [`PauseAt`].
    pub struct PauseAtResult {
        /// Where the step led; absent if none was asked for.
        pub target: Option<PauseDescription>,
        /// The pause; absent if the step led to an end of the recording.
        pub pause_id: Option<PauseId>,
        /// As `Pause.getAllFrames` has it.
        pub frames: Vec<FrameId> = [],
        /// About the frames and the scopes.
        pub data: PauseData,
    }

    /// Asks when a variable or an object changed. Exactly one of `variable`, `property` and `object` says what.
    pub struct FindWrites {
        /// The pause whose frames, scopes and objects the others name.
        pub pause_id: PauseId,
        /// A variable.
        pub variable: Option<VariableRef>,
        /// One property of an object.
        pub property: Option<PropertyRef>,
        /// An object: everything that changes it.
        pub object: Option<ObjectId>,
        /// Only what is not yet to be seen here; absent means the beginning of the recording.
        pub begin: Option<ExecutionPoint>,
        /// Only what is to be seen here; absent means the end of the recording.
        pub end: Option<ExecutionPoint>,
        /// The latest first; else the earliest first.
        pub backward: bool = false,
        /// Writes in one answer, at most; absent means 100, and 1,000 is the most.
        pub max_count: Option<u32>,
        /// Where the last answer ended, as its `next` says; all else must be as it was.
        pub from: Option<String>,
    }

    /// A variable as a frame sees it, or as a scope has it. With neither, a global one.
    pub struct VariableRef {
        /// Its name, in the language of the frame or scope named.
        pub name: String,
        /// The frame that sees it.
        pub frame_id: Option<FrameId>,
        /// The scope that has it; goes before the frame. A scope that a frame names as an original one has original names.
        pub scope_id: Option<ScopeId>,
        /// With a frame: the name is one of the original source.
        pub use_original_scopes: bool = false,
    }

    /// A property of an object.
    pub struct PropertyRef {
        /// The object.
        pub object: ObjectId,
        /// Its name: an index in decimal, a private name with its `#`, a symbol's description.
        pub name: String,
        /// Whether it is a symbol.
        pub is_symbol: bool = false,
    }

    /// Answer to [`FindWrites`].
    pub struct FindWritesResult {
        /// In the order asked for.
        pub writes: Vec<Write> = [],
        /// There may be more: to be given back as `from`. Absent: these were all.
        pub next: Option<String>,
        /// Up to where the answer tells everything, in the order asked for: the end of the range, or, with `next`, nearer.
        pub reached: ExecutionPoint,
        /// Writes before this point were not looked for: the loop whose rounds hand the variable on turned too often.
        pub unknown_before: Option<ExecutionPoint>,
    }

    /// A write.
    pub struct Write {
        /// What was done.
        pub kind: WriteKind,
        /// The statement that did it, and its frame: where to jump to. It stands before the write.
        pub point: PointDescription,
        /// The function that the statement is in, as the original source calls it where there is one; absent at top level.
        pub function_name: Option<String>,
        /// The first point after it, where the new value is seen.
        pub after: TimeStampedPoint,
        /// What the variable, property or entry holds now.
        pub value: Option<Value>,
        /// Which property, where the object was asked about.
        pub property: Option<WrittenProperty>,
        /// Which entry of a Map or Set.
        pub key: Option<Value>,
        /// Of a splice.
        pub splice: Option<Splice>,
        /// The pause at `after`, which the values belong to.
        pub pause_id: PauseId,
        /// About the values.
        pub data: PauseData,
    }

    /// A property of the object that was asked about.
    pub struct WrittenProperty {
        /// As in [`PropertyRef`].
        pub name: String,
        /// Whether it is a symbol.
        pub is_symbol: bool = false,
    }

    /// Elements taken out of an array and put in: `push`, `pop`, `shift`, `unshift`, `splice`.
    pub struct Splice {
        /// The first index concerned.
        pub start: u32,
        /// How many were taken out.
        pub removed_count: u32,
        /// What was put in.
        pub inserted: Vec<Value> = [],
    }

    /// Asks for an object of one pause as it is at another point.
    pub struct ObjectAt {
        /// A pause that showed it.
        pub pause_id: PauseId,
        /// The object.
        pub object_id: ObjectId,
        /// Where to look at it.
        pub at: ExecutionPoint,
    }

    /// Answer to [`ObjectAt`].
    pub struct ObjectAtResult {
        /// A pause at the point.
        pub pause_id: PauseId,
        /// The object in that pause; absent if the program had not shown it by then.
        pub object_id: Option<ObjectId>,
        /// With a full preview of the object.
        pub data: PauseData,
    }

    /// Asks which methods of `console` were called, as far as the levels of messages do not tell.
    #[derive(Default)]
    pub struct ConsoleCalls {
        /// The earliest point; absent means the beginning.
        pub begin: Option<ExecutionPoint>,
        /// The last point; absent means the end.
        pub end: Option<ExecutionPoint>,
        /// Calls in one answer, at most; absent means 10,000, which is the most.
        pub max_count: Option<u32>,
    }

    /// Answer to [`ConsoleCalls`].
    pub struct ConsoleCallsResult {
        /// In order.
        pub calls: Vec<ConsoleCall> = [],
        /// Where the next answer has to begin; absent: these were all.
        pub next_begin: Option<ExecutionPoint>,
    }

    /// A call of a method of `console` other than `log`, `warn`, `error`, `trace` and `assert`, which the level tells.
    pub struct ConsoleCall {
        /// Its point: the message of the same point is its message. `groupEnd` has none.
        pub point: ExecutionPoint,
        /// When, in milliseconds since the recording began.
        pub time: TimeStamp,
        /// `group`, `groupCollapsed`, `groupEnd`, `info`, `debug`, `table`, `dir`, `dirxml`, `count`, `timeLog`, `timeEnd`,
        /// `clear`, or what later recordings have.
        pub method: String,
        /// Open groups that the message itself stands in: a `group` is outside of its own. A `groupEnd` has the depth that
        /// follows.
        pub depth: u32,
    }

    /// Asks how busy the program was: how many steps it took in each of equal parts of a stretch of time.
    #[derive(Default)]
    pub struct Activity {
        /// Where the first part begins, in milliseconds; absent means the beginning.
        pub begin: Option<TimeStamp>,
        /// Where the last part ends; absent means the end. What lies outside of the recording is left out.
        pub end: Option<TimeStamp>,
        /// How many parts, 1 to 4,096.
        pub n_parts: u32,
    }

    /// Answer to [`Activity`].
    pub struct ActivityResult {
        /// Where the first part begins, in milliseconds.
        pub begin: TimeStamp,
        /// Where the last part ends.
        pub end: TimeStamp,
        /// Steps in each part. A step at the border of two belongs to the later one, one at the end to the last.
        pub steps: Vec<u64> = [],
    }
}

open_enum! {
    /// A way to step, as `Debugger.find…Target` have it.
    pub enum StepKind {
        /// To the next statement of the frame.
        Over = "over",
        /// To the statement before.
        ReverseOver = "reverseOver",
        /// Into the next call.
        In = "in",
        /// To after the frame has returned.
        Out = "out",
    }

    /// A kind of content of a recording.
    pub enum RecordedContent {
        /// Which statements of the page ran, with their frames.
        Execution = "execution",
        /// What variables held.
        Values = "values",
        /// The texts of scripts.
        Sources = "sources",
        /// Pictures of the page.
        Pictures = "pictures",
        /// The documents of the page.
        Documents = "documents",
        /// Where elements stood, and how they looked.
        Boxes = "boxes",
        /// The rules of style sheets.
        Styles = "styles",
        /// Which handlers listened to events.
        Listeners = "listeners",
        /// Console messages.
        Console = "console",
        /// Requests.
        Network = "network",
        /// What the mouse did.
        Mouse = "mouse",
        /// What the keyboard did.
        Keyboard = "keyboard",
        /// Which pages were gone to.
        Navigations = "navigations",
    }

    /// What a write did.
    pub enum WriteKind {
        /// The variable or property was given `value`.
        Set = "set",
        /// The function was called with this argument.
        Argument = "argument",
        /// The first that the recording knows of the object: as a rule the statement made it.
        First = "first",
        /// The property or entry was deleted.
        Delete = "delete",
        /// The elements of an array moved: see `splice`.
        Splice = "splice",
        /// All entries of a Map or Set went.
        Clear = "clear",
        /// The recording knows only that it was so by then: what did it was not recorded. `point` is where it was noticed.
        Noticed = "noticed",
    }
}
