//! Domain Debugger: sources, locations in them, how often they ran, and where stepping leads.
//!
//! Every command and event here carries `sessionId`. Lines are 1-based, columns 0-based, in UTF-16 code units.
//! A long file because it is the largest domain: 23 types and 25 commands, each stated once.

use crate::{
    command::Empty,
    ids::{BreakpointId, EventHandlerType, SearchId, SourceId},
    point::ExecutionPoint,
    recording::{PointRange, TimeStamp},
};

/// One place in a generated source, followed by the places in original sources it was made from.
pub type MappedLocation = Vec<Location>;

/// A variable's name in the generated source, then in the original one.
pub type VariableMapping = [String; 2];

message! {
    /// A source file, or a text that was run as one.
    #[derive(Eq)]
    pub struct Source {
        /// Id of the source.
        pub source_id: SourceId,
        /// Where its text comes from.
        pub kind: SourceKind,
        /// Equal for sources of equal content; empty from peers that do not say.
        #[serde(default)]
        pub content_id: String,
        /// Its URL; absent for texts without one, such as those given to `eval`.
        pub url: Option<String>,
        /// The sources made from this one; empty unless this is an original or pretty-printed source.
        pub generated_source_ids: Vec<SourceId> = [],
        /// Hash of its content; absent for pretty-printed sources and from peers that do not say.
        pub content_hash: Option<String>,
    }

    /// A place in some source that is named elsewhere.
    #[derive(Copy, Eq, Hash, PartialOrd, Ord)]
    pub struct SourceLocation {
        /// Line, 1-based.
        pub line: u32,
        /// Column, 0-based. One beyond the line's length means its end.
        pub column: u32,
    }

    /// A stretch of some source that is named elsewhere.
    #[derive(Copy, Eq, Hash, PartialOrd, Ord)]
    pub struct SourceLocationRange {
        /// First place.
        pub begin: SourceLocation,
        /// First place after it.
        pub end: SourceLocation,
    }

    /// Places on one line.
    #[derive(Eq)]
    pub struct SameLineSourceLocations {
        /// Line, 1-based.
        pub line: u32,
        /// Columns, 0-based; ascending by the schema, unsorted from some servers.
        pub columns: Vec<u32>,
    }

    /// A place in a source.
    #[derive(Eq, Hash, PartialOrd, Ord)]
    pub struct Location {
        /// The source.
        pub source_id: SourceId,
        /// Line, 1-based.
        pub line: u32,
        /// Column, 0-based.
        pub column: u32,
    }

    /// A point and where the program was then.
    pub struct PointDescription {
        /// The point.
        pub point: ExecutionPoint,
        /// When it was.
        pub time: TimeStamp,
        /// Where the running frame was; absent if nothing ran.
        pub frame: Option<MappedLocation>,
        /// How many frames there are beside the running one; absent if nothing ran.
        pub frame_depth: Option<u32>,
    }

    /// A point where the program would stop.
    pub struct PauseDescription {
        /// The point.
        pub point: ExecutionPoint,
        /// When it was.
        pub time: TimeStamp,
        /// Where the running frame was; absent if nothing ran.
        pub frame: Option<MappedLocation>,
        /// How many frames there are beside the running one; absent if nothing ran.
        pub frame_depth: Option<u32>,
        /// Why it would stop there.
        pub reason: PauseReason,
    }

    /// How often a place was reached.
    pub struct HitCount {
        /// The place.
        pub location: Location,
        /// Times, within what was asked and is loaded.
        pub hits: u64,
    }

    /// How often handlers ran for a type of event.
    pub struct EventHandlerCount {
        /// The type of event.
        #[serde(rename = "type")]
        pub event_type: EventHandlerType,
        /// Times.
        pub count: u64,
    }

    /// A place where searched text was found.
    pub struct SearchSourceContentsMatch {
        /// The place.
        pub location: Location,
        /// Text around it.
        pub context: String,
        /// Where in `context` the found text begins.
        pub context_start: SourceLocation,
        /// Where in `context` the found text ends.
        pub context_end: SourceLocation,
    }

    /// A function whose name was searched.
    pub struct FunctionMatch {
        /// Where it is.
        pub loc: Location,
        /// What it is called.
        pub name: String,
    }

    /// A function or class of a source.
    #[derive(Eq)]
    pub struct SymbolOutline {
        /// Its name, possibly that of the variable it is assigned to; absent if anonymous.
        pub name: Option<String>,
        /// Where it stands.
        pub location: SourceLocationRange,
    }

    /// A function of a source.
    #[derive(Eq)]
    pub struct FunctionOutline {
        /// Its name, possibly that of the variable it is assigned to; absent if anonymous.
        pub name: Option<String>,
        /// Where it stands.
        pub location: SourceLocationRange,
        /// Its parameters as source text.
        pub parameters: Vec<String>,
        /// Where its body begins.
        pub body: Option<SourceLocation>,
        /// Where to count its calls; absent if no breakpoint can be set in it.
        pub breakpoint_location: Option<SourceLocation>,
        /// Name of the class it is written in, as a method or not.
        pub class_name: Option<String>,
    }

    /// A class of a source.
    #[derive(Eq)]
    pub struct ClassOutline {
        /// Its name, possibly that of the variable it is assigned to; absent if anonymous.
        pub name: Option<String>,
        /// Where it stands.
        pub location: SourceLocationRange,
        /// The function or class it is written in; absent at the top level.
        pub parent: Option<SymbolOutline>,
    }
}

open_enum! {
    /// Where a source's text comes from.
    pub enum SourceKind {
        /// A `script` element's own text.
        InlineScript = "inlineScript",
        /// A script named by URL.
        ScriptSource = "scriptSource",
        /// Anything else, such as text given to `eval`.
        Unspecified = "other",
        /// A page with scripts in it.
        Html = "html",
        /// An original source, by a source map.
        SourceMapped = "sourceMapped",
        /// A minified source laid out for reading.
        PrettyPrinted = "prettyPrinted",
    }

    /// What language a source's text is in.
    pub enum ContentType {
        /// JavaScript.
        Javascript = "text/javascript",
        /// HTML with scripts in it.
        Html = "text/html",
    }

    /// Why the program would stop at a point.
    pub enum PauseReason {
        /// It is the first or last point.
        Endpoint = "endpoint",
        /// A breakpoint is set there.
        Breakpoint = "breakpoint",
        /// There is a `debugger` statement.
        DebuggerStatement = "debuggerStatement",
        /// It is where the step leads.
        Step = "step",
    }
}

commands! { Session:
    read "Debugger.findSources" FindSources => Empty;
    read "Debugger.streamSourceContents" StreamSourceContents => Empty;
    read "Debugger.getSourceContents" GetSourceContents => GetSourceContentsResult;
    read "Debugger.getSourceMap" GetSourceMap => GetSourceMapResult;
    read "Debugger.getScopeMap" GetScopeMap => GetScopeMapResult;
    read "Debugger.mapExpressionToGeneratedScope" MapExpressionToGeneratedScope => MapExpressionToGeneratedScopeResult;
    read "Debugger.getPossibleBreakpoints" GetPossibleBreakpoints => GetPossibleBreakpointsResult;
    read "Debugger.getHitCounts" GetHitCounts => GetHitCountsResult;
    read "Debugger.getEventHandlerCount" GetEventHandlerCount => GetEventHandlerCountResult;
    read "Debugger.getEventHandlerCounts" GetEventHandlerCounts => GetEventHandlerCountsResult;
    read "Debugger.getAllEventHandlerCounts" GetAllEventHandlerCounts => GetAllEventHandlerCountsResult;
    read "Debugger.searchSourceContents" SearchSourceContents => Empty;
    read "Debugger.getMappedLocation" GetMappedLocation => GetMappedLocationResult;
    write "Debugger.setBreakpoint" SetBreakpoint => SetBreakpointResult;
    write "Debugger.removeBreakpoint" RemoveBreakpoint => Empty;
    read "Debugger.findResumeTarget" FindResumeTarget => FindResumeTargetResult;
    read "Debugger.findRewindTarget" FindRewindTarget => FindRewindTargetResult;
    read "Debugger.findReverseStepOverTarget" FindReverseStepOverTarget => FindReverseStepOverTargetResult;
    read "Debugger.findStepOverTarget" FindStepOverTarget => FindStepOverTargetResult;
    read "Debugger.findStepInTarget" FindStepInTarget => FindStepInTargetResult;
    read "Debugger.findStepOutTarget" FindStepOutTarget => FindStepOutTargetResult;
    write "Debugger.blackboxSource" BlackboxSource => Empty;
    write "Debugger.unblackboxSource" UnblackboxSource => Empty;
    read "Debugger.searchFunctions" SearchFunctions => Empty;
    read "Debugger.getSourceOutline" GetSourceOutline => GetSourceOutlineResult;
}

message! {
    /// Finds every source; [`NewSource`] and [`NewSources`] events bring them before the answer.
    pub struct FindSources {}

    /// Asks for a source's text in pieces: one [`SourceContentsInfo`], then [`SourceContentsChunk`]s, then the answer.
    pub struct StreamSourceContents {
        /// The source. Its id is all that tells two streams apart.
        pub source_id: SourceId,
    }

    /// Asks for a source's text at once.
    pub struct GetSourceContents {
        /// The source.
        pub source_id: SourceId,
    }

    /// Answer to [`GetSourceContents`].
    pub struct GetSourceContentsResult {
        /// The text.
        pub contents: String,
        /// Its language.
        pub content_type: ContentType,
    }

    /// Asks for a source's source map.
    pub struct GetSourceMap {
        /// The generated source.
        pub source_id: SourceId,
    }

    /// Answer to [`GetSourceMap`].
    pub struct GetSourceMapResult {
        /// The map, JSON text; absent if the source has none.
        pub contents: Option<String>,
    }

    /// Asks what the variables at a place are called in the original source.
    pub struct GetScopeMap {
        /// A place in a generated source.
        pub location: Location,
    }

    /// Answer to [`GetScopeMap`].
    pub struct GetScopeMapResult {
        /// The names; absent without a source map.
        pub map: Option<Vec<VariableMapping>>,
    }

    /// Rewrites an expression from the names of an original source to those of the code that ran, as far as possible.
    pub struct MapExpressionToGeneratedScope {
        /// JavaScript source.
        pub expression: String,
        /// The place in the original source; a breakpoint must be possible there.
        pub location: Location,
    }

    /// Answer to [`MapExpressionToGeneratedScope`].
    pub struct MapExpressionToGeneratedScopeResult {
        /// JavaScript source.
        pub expression: String,
    }

    /// Asks where in a source breakpoints can be set.
    pub struct GetPossibleBreakpoints {
        /// The source.
        pub source_id: SourceId,
        /// First place of interest; absent means the source's begin.
        pub begin: Option<SourceLocation>,
        /// Last place of interest; absent means the source's end.
        pub end: Option<SourceLocation>,
    }

    /// Answer to [`GetPossibleBreakpoints`].
    pub struct GetPossibleBreakpointsResult {
        /// The places, by ascending line.
        pub line_locations: Vec<SameLineSourceLocations>,
    }

    /// Asks how often places of a source were reached.
    pub struct GetHitCounts {
        /// The places, as [`GetPossibleBreakpoints`] gives them.
        pub locations: Vec<SameLineSourceLocations>,
        /// The source.
        pub source_id: SourceId,
        /// Where to stop counting; absent means never.
        pub max_hits: Option<u64>,
        /// What part of the recording to count in; absent means all that is loaded.
        pub range: Option<PointRange>,
    }

    /// Answer to [`GetHitCounts`].
    pub struct GetHitCountsResult {
        /// The counts; a place that is missing was never reached.
        pub hits: Vec<HitCount>,
    }

    /// Asks how often handlers ran for one type of event.
    pub struct GetEventHandlerCount {
        /// The type.
        pub event_type: EventHandlerType,
        /// What part of the recording to count in; absent means all of it.
        pub range: Option<PointRange>,
    }

    /// Answer to [`GetEventHandlerCount`].
    pub struct GetEventHandlerCountResult {
        /// Times.
        pub count: u64,
    }

    /// Asks how often handlers ran for some types of event.
    pub struct GetEventHandlerCounts {
        /// The types.
        pub event_types: Vec<EventHandlerType>,
        /// What part of the recording to count in; absent means all of it.
        pub range: Option<PointRange>,
    }

    /// Answer to [`GetEventHandlerCounts`].
    pub struct GetEventHandlerCountsResult {
        /// One for each type asked.
        pub counts: Vec<EventHandlerCount>,
    }

    /// Asks how often handlers ran for every type of event there was.
    pub struct GetAllEventHandlerCounts {
        /// What part of the recording to count in; absent means all of it.
        pub range: Option<PointRange>,
    }

    /// Answer to [`GetAllEventHandlerCounts`].
    pub struct GetAllEventHandlerCountsResult {
        /// One for each type that occurred.
        pub counts: Vec<EventHandlerCount>,
    }

    /// Searches the text of sources; [`SearchSourceContentsMatches`] events bring what is found before the answer.
    pub struct SearchSourceContents {
        /// Chosen by the client; the events repeat it.
        pub search_id: SearchId,
        /// What to find.
        pub query: String,
        /// Where, in this order; absent means every source.
        pub source_ids: Option<Vec<SourceId>>,
        /// How many to find at most; absent leaves it to the server.
        pub limit: Option<u32>,
        /// Whether `query` is a regular expression.
        pub use_regex: bool = false,
        /// Whether only whole words count.
        pub whole_word: bool = false,
        /// Whether case counts.
        pub case_sensitive: bool = false,
    }

    /// Asks what a place corresponds to in generated and original sources.
    pub struct GetMappedLocation {
        /// The place.
        pub location: Location,
    }

    /// Answer to [`GetMappedLocation`].
    pub struct GetMappedLocationResult {
        /// The places.
        pub mapped_location: MappedLocation,
    }

    /// Sets a breakpoint, for [`FindResumeTarget`] and [`FindRewindTarget`] to stop at.
    pub struct SetBreakpoint {
        /// The place.
        pub location: Location,
        /// JavaScript that must be truthy there; absent means always.
        pub condition: Option<String>,
    }

    /// Answer to [`SetBreakpoint`].
    pub struct SetBreakpointResult {
        /// The new breakpoint.
        pub breakpoint_id: BreakpointId,
    }

    /// Removes a breakpoint.
    pub struct RemoveBreakpoint {
        /// The breakpoint.
        pub breakpoint_id: BreakpointId,
    }

    /// Asks where running forward would stop. An error if that is outside the focus window.
    pub struct FindResumeTarget {
        /// Where to run from.
        pub point: ExecutionPoint,
    }

    /// Answer to [`FindResumeTarget`].
    pub struct FindResumeTargetResult {
        /// Where it would stop.
        pub target: PauseDescription,
    }

    /// Asks where running backward would stop. An error if that is outside the focus window.
    pub struct FindRewindTarget {
        /// Where to run from.
        pub point: ExecutionPoint,
    }

    /// Answer to [`FindRewindTarget`].
    pub struct FindRewindTargetResult {
        /// Where it would stop.
        pub target: PauseDescription,
    }

    /// Asks where one step back leads, over calls. An error if that is outside the focus window.
    pub struct FindReverseStepOverTarget {
        /// Where to step from.
        pub point: ExecutionPoint,
    }

    /// Answer to [`FindReverseStepOverTarget`].
    pub struct FindReverseStepOverTargetResult {
        /// Where it leads.
        pub target: PauseDescription,
    }

    /// Asks where one step leads, over calls. An error if that is outside the focus window.
    pub struct FindStepOverTarget {
        /// Where to step from.
        pub point: ExecutionPoint,
    }

    /// Answer to [`FindStepOverTarget`].
    pub struct FindStepOverTargetResult {
        /// Where it leads.
        pub target: PauseDescription,
    }

    /// Asks where one step leads, into the first call. An error if that is outside the focus window.
    pub struct FindStepInTarget {
        /// Where to step from.
        pub point: ExecutionPoint,
    }

    /// Answer to [`FindStepInTarget`].
    pub struct FindStepInTargetResult {
        /// Where it leads.
        pub target: PauseDescription,
    }

    /// Asks where leaving the running function leads. An error if that is outside the focus window.
    pub struct FindStepOutTarget {
        /// Where to step from.
        pub point: ExecutionPoint,
    }

    /// Answer to [`FindStepOutTarget`].
    pub struct FindStepOutTargetResult {
        /// Where it leads.
        pub target: PauseDescription,
    }

    /// Makes resuming and stepping pass over a source or a part of it.
    pub struct BlackboxSource {
        /// The source.
        pub source_id: SourceId,
        /// First place to pass over; absent means the source's begin.
        pub begin: Option<SourceLocation>,
        /// Last place to pass over; absent means the source's end.
        pub end: Option<SourceLocation>,
    }

    /// Undoes [`BlackboxSource`] for a source or a part of it.
    pub struct UnblackboxSource {
        /// The source.
        pub source_id: SourceId,
        /// First place to stop at again; absent means the source's begin.
        pub begin: Option<SourceLocation>,
        /// Last place to stop at again; absent means the source's end.
        pub end: Option<SourceLocation>,
    }

    /// Searches functions by name; [`FunctionsMatches`] events bring what is found before the answer.
    pub struct SearchFunctions {
        /// Chosen by the client; the events repeat it.
        pub search_id: SearchId,
        /// What to find.
        pub query: String,
        /// Where, in this order; absent means every source.
        pub source_ids: Option<Vec<SourceId>>,
    }

    /// Asks for the functions and classes of a source.
    pub struct GetSourceOutline {
        /// The source.
        pub source_id: SourceId,
    }

    /// Answer to [`GetSourceOutline`].
    pub struct GetSourceOutlineResult {
        /// Every class.
        pub classes: Vec<ClassOutline>,
        /// Every function, methods included.
        pub functions: Vec<FunctionOutline>,
    }
}

events! { Session:
    "Debugger.newSource" NewSource;
    "Debugger.newSources" NewSources;
    "Debugger.sourceContentsInfo" SourceContentsInfo;
    "Debugger.sourceContentsChunk" SourceContentsChunk;
    "Debugger.searchSourceContentsMatches" SearchSourceContentsMatches;
    "Debugger.functionsMatches" FunctionsMatches;
}

/// One source that [`FindSources`] finds; its fields are those of the source.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct NewSource(pub Source);

message! {
    /// Some of the sources that [`FindSources`] finds.
    pub struct NewSources {
        /// The sources of this batch.
        pub sources: Vec<Source>,
    }

    /// How large the source is that [`StreamSourceContents`] is about to send.
    pub struct SourceContentsInfo {
        /// The source.
        pub source_id: SourceId,
        /// Its length in UTF-16 code units.
        pub code_unit_count: u64,
        /// Its lines.
        pub line_count: u32,
        /// Its language.
        pub content_type: ContentType,
    }

    /// A piece of a source's text. Pieces come in order; they may part a surrogate pair or a line end.
    pub struct SourceContentsChunk {
        /// The source.
        pub source_id: SourceId,
        /// 10,000 UTF-16 code units; the last piece may be shorter.
        pub chunk: String,
    }

    /// Some of what [`SearchSourceContents`] finds.
    pub struct SearchSourceContentsMatches {
        /// The search.
        pub search_id: SearchId,
        /// What this batch adds.
        pub matches: Vec<SearchSourceContentsMatch>,
        /// Whether there is more than the limit allows; set on the last event.
        #[serde(default)]
        pub overflow: bool,
    }

    /// Some of what [`SearchFunctions`] finds.
    pub struct FunctionsMatches {
        /// The search.
        pub search_id: SearchId,
        /// What this batch adds.
        pub matches: Vec<FunctionMatch>,
    }
}
