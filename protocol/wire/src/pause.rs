//! Domain Pause: the program held at one point, its frames, scopes, objects, and evaluation in it.
//!
//! Every command here carries `sessionId` and `pauseId`. Ids of frames, scopes and objects mean something only within
//! their pause.

mod value;

pub use value::{NamedValue, Property, PropertyConfigurationFlags, Value};

use crate::{
    css::{Rule, StyleDeclaration, StyleSheet},
    debugger::{MappedLocation, PointDescription},
    dom::Node,
    ids::{FrameId, ObjectId, PersistentObjectId, ScopeId},
};

/// The whole stack: ids of its frames, the running one first.
pub type CallStack = Vec<FrameId>;

message! {
    /// What a server adds about a pause to answers and events, asked for or not.
    ///
    /// Nothing is sent twice for one pause, so every block must be kept: together they describe the pause.
    #[derive(Default)]
    pub struct PauseData {
        /// Frames, in no particular order; [`CallStack`] orders them.
        pub frames: Vec<Frame> = [],
        /// Scopes, in no particular order.
        pub scopes: Vec<Scope> = [],
        /// Objects, in no particular order.
        pub objects: Vec<Object> = [],
    }

    /// A frame of the stack.
    pub struct Frame {
        /// Id of the frame.
        pub frame_id: FrameId,
        /// What kind of code runs in it.
        #[serde(rename = "type")]
        pub frame_type: FrameType,
        /// Name of the called function; absent for anonymous functions and for frames that are no call.
        pub function_name: Option<String>,
        /// Name of the called function in the original source, if source maps tell it.
        pub original_function_name: Option<String>,
        /// Where the called function begins; absent for frames that are no call.
        pub function_location: Option<MappedLocation>,
        /// Where the frame is stopped.
        pub location: MappedLocation,
        /// Scopes of the code that ran, innermost first.
        pub scope_chain: Vec<ScopeId>,
        /// Scopes as the original source has them; absent without a source map.
        pub original_scope_chain: Option<Vec<ScopeId>>,
        /// The value of `this`.
        pub this: Value,
        /// What the frame is about to return; present only for the topmost frame, stopped at a return.
        pub return_value: Option<Value>,
    }

    /// A scope, with its variables unless an object holds them.
    pub struct Scope {
        /// Id of the scope.
        pub scope_id: ScopeId,
        /// What kind of scope it is.
        #[serde(rename = "type")]
        pub scope_type: ScopeType,
        /// Whether this is the outermost lexical scope of a function.
        pub function_lexical: bool = false,
        /// The object whose properties are the variables of a `global` or `with` scope.
        pub object: Option<ObjectId>,
        /// Name of the function whose call made a `function` scope.
        pub function_name: Option<String>,
        /// The variables of a `function` or `block` scope; absent for the others.
        pub bindings: Option<Vec<NamedValue>>,
    }

    /// An object, with as much of its contents as was asked for.
    pub struct Object {
        /// Id of the object, within this pause.
        pub object_id: ObjectId,
        /// Name of its class, such as `Array` or `HTMLDivElement`.
        pub class_name: String,
        /// Its contents; absent means none were sent, not that it is empty.
        pub preview: Option<ObjectPreview>,
        /// Id of the same object across pauses, where the recording keeps track of it.
        pub persistent_id: Option<PersistentObjectId>,
    }

    /// Contents of an object, some or all. What does not apply to its class is absent.
    #[derive(Default)]
    pub struct ObjectPreview {
        /// Whether there is more, to be had by asking for the full preview.
        pub overflow: bool = false,
        /// The prototype; absent if there is none.
        pub prototype_id: Option<ObjectId>,
        /// Own properties.
        pub properties: Option<Vec<Property>>,
        /// Entries of a map, set, weak map or weak set.
        pub container_entries: Option<Vec<ContainerEntry>>,
        /// Results of getters, own and inherited, that could be run without side effects.
        pub getter_values: Option<Vec<NamedValue>>,
        /// How many entries a container has, sent or not.
        pub container_entry_count: Option<u64>,
        /// A regular expression as source text.
        pub regexp_string: Option<String>,
        /// A date, in milliseconds since 1970 UTC.
        pub date_time: Option<i64>,
        /// What a proxy stands before.
        pub proxy_state: Option<ProxyStateData>,
        /// How a promise stands.
        pub promise_state: Option<PromiseStateData>,
        /// A function's name; absent for anonymous functions.
        pub function_name: Option<String>,
        /// Names of a function's parameters.
        pub function_parameter_names: Option<Vec<String>>,
        /// Where a function begins.
        pub function_location: Option<MappedLocation>,
        /// Of a DOM node.
        pub node: Option<Node>,
        /// Of a CSS rule.
        pub rule: Option<Rule>,
        /// Of a CSS style declaration.
        pub style: Option<StyleDeclaration>,
        /// Of a style sheet.
        pub style_sheet: Option<StyleSheet>,
    }

    /// An entry of a map or set.
    pub struct ContainerEntry {
        /// Key of a map's entry; absent for sets.
        pub key: Option<Value>,
        /// The value, or the member of a set.
        pub value: Value,
    }

    /// How a promise stands.
    pub struct PromiseStateData {
        /// Whether and how it settled.
        pub state: PromiseState,
        /// What it was settled with; absent while pending.
        pub value: Option<Value>,
    }

    /// What a proxy was made of; both are null once it is revoked.
    pub struct ProxyStateData {
        /// The object behind the proxy.
        pub target: Value,
        /// The object with the traps.
        pub handler: Value,
    }

    /// How an evaluation or call ended: it returned, threw, or (`failed`) neither.
    #[derive(Default)]
    pub struct Result {
        /// What it returned.
        pub returned: Option<Value>,
        /// What it threw.
        pub exception: Option<Value>,
        /// Whether it could not be carried through: it touched something unsupported, or took too long.
        pub failed: bool = false,
        /// About the value.
        pub data: PauseData,
    }
}

open_enum! {
    /// What kind of code a frame runs.
    pub enum FrameType {
        /// A function.
        Call = "call",
        /// A script's top level.
        Global = "global",
        /// A module's top level.
        Module = "module",
        /// The text given to `eval`.
        Eval = "eval",
    }

    /// What kind of scope it is.
    pub enum ScopeType {
        /// The global object.
        Global = "global",
        /// The object of a `with` statement.
        With = "with",
        /// The variables of a function call.
        Function = "function",
        /// The variables of a block.
        Block = "block",
    }

    /// Whether and how a promise settled.
    pub enum PromiseState {
        /// Not yet.
        Pending = "pending",
        /// With a value.
        Fulfilled = "fulfilled",
        /// With a reason.
        Rejected = "rejected",
    }
}

/// How much of an object to send, from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ObjectPreviewLevel {
    /// The class name only.
    None,
    /// Everything but properties and entries; marked as overflowing.
    NoProperties,
    /// Some properties; marked as overflowing if there are more.
    CanOverflow,
    /// Everything, unless it is very large.
    Full,
}

commands! { Pause:
    write "Pause.evaluateInFrame" EvaluateInFrame => EvaluateInFrameResult;
    write "Pause.evaluateInGlobal" EvaluateInGlobal => EvaluateInGlobalResult;
    write "Pause.getObjectProperty" GetObjectProperty => GetObjectPropertyResult;
    write "Pause.callFunction" CallFunction => CallFunctionResult;
    write "Pause.callObjectProperty" CallObjectProperty => CallObjectPropertyResult;
    read "Pause.getObjectPreview" GetObjectPreview => GetObjectPreviewResult;
    read "Pause.getObjectPreviews" GetObjectPreviews => GetObjectPreviewsResult;
    read "Pause.getScope" GetScope => GetScopeResult;
    read "Pause.getTopFrame" GetTopFrame => GetTopFrameResult;
    read "Pause.getAllFrames" GetAllFrames => GetAllFramesResult;
    read "Pause.getFrameArguments" GetFrameArguments => GetFrameArgumentsResult;
    read "Pause.getFrameSteps" GetFrameSteps => GetFrameStepsResult;
    read "Pause.getExceptionValue" GetExceptionValue => GetExceptionValueResult;
}

message! {
    /// Evaluates an expression in a frame. What it changes stays changed in this pause.
    pub struct EvaluateInFrame {
        /// Where to evaluate.
        pub frame_id: FrameId,
        /// JavaScript source.
        pub expression: String,
        /// Refuse side effects; an error from recordings that cannot promise it.
        pub pure: bool = false,
        /// Resolve names as the original source has them rather than as the code that ran.
        pub use_original_scopes: bool = false,
    }

    /// Answer to [`EvaluateInFrame`].
    pub struct EvaluateInFrameResult {
        /// How it ended.
        pub result: Result,
    }

    /// Evaluates an expression in the global scope. What it changes stays changed in this pause.
    pub struct EvaluateInGlobal {
        /// JavaScript source.
        pub expression: String,
        /// Refuse side effects; an error from recordings that cannot promise it.
        pub pure: bool = false,
    }

    /// Answer to [`EvaluateInGlobal`].
    pub struct EvaluateInGlobalResult {
        /// How it ended.
        pub result: Result,
    }

    /// Reads a property as the program would, running its getter if it has one.
    pub struct GetObjectProperty {
        /// The object.
        pub object: ObjectId,
        /// Name of the property, own or inherited.
        pub name: String,
    }

    /// Answer to [`GetObjectProperty`].
    pub struct GetObjectPropertyResult {
        /// How it ended.
        pub result: Result,
    }

    /// Calls a function.
    pub struct CallFunction {
        /// The function.
        pub object: ObjectId,
        /// `this` of the call.
        pub this_value: Value,
        /// Arguments of the call.
        pub argument_values: Vec<Value>,
    }

    /// Answer to [`CallFunction`].
    pub struct CallFunctionResult {
        /// How it ended.
        pub result: Result,
    }

    /// Calls a method of an object.
    pub struct CallObjectProperty {
        /// The object, which is also `this`.
        pub object: ObjectId,
        /// Name of the method.
        pub name: String,
        /// Arguments of the call.
        pub argument_values: Vec<Value>,
    }

    /// Answer to [`CallObjectProperty`].
    pub struct CallObjectPropertyResult {
        /// How it ended.
        pub result: Result,
    }

    /// Asks for an object's contents.
    pub struct GetObjectPreview {
        /// The object.
        pub object: ObjectId,
        /// How much; absent means [`ObjectPreviewLevel::Full`].
        pub level: Option<ObjectPreviewLevel>,
    }

    /// Answer to [`GetObjectPreview`].
    pub struct GetObjectPreviewResult {
        /// The object, and others it refers to.
        pub data: PauseData,
    }

    /// Asks for the contents of many objects.
    pub struct GetObjectPreviews {
        /// The objects, 500 at most.
        pub objects: Vec<ObjectId>,
        /// How much of each; absent means [`ObjectPreviewLevel::Full`].
        pub level: Option<ObjectPreviewLevel>,
    }

    /// Answer to [`GetObjectPreviews`].
    pub struct GetObjectPreviewsResult {
        /// The objects, and others they refer to.
        pub data: PauseData,
    }

    /// Asks for a scope's variables.
    pub struct GetScope {
        /// The scope.
        pub scope: ScopeId,
    }

    /// Answer to [`GetScope`].
    pub struct GetScopeResult {
        /// The scope, and objects it refers to.
        pub data: PauseData,
    }

    /// Asks for the running frame alone.
    pub struct GetTopFrame {}

    /// Answer to [`GetTopFrame`].
    pub struct GetTopFrameResult {
        /// The running frame; absent if nothing runs.
        pub frame: Option<FrameId>,
        /// The frame, and what it refers to.
        pub data: PauseData,
    }

    /// Asks for the whole stack.
    pub struct GetAllFrames {}

    /// Answer to [`GetAllFrames`].
    pub struct GetAllFramesResult {
        /// Every frame, the running one first; empty if nothing runs.
        pub frames: CallStack,
        /// The frames, and what they refer to.
        pub data: PauseData,
    }

    /// Asks for the arguments of a call.
    pub struct GetFrameArguments {
        /// The frame.
        pub frame_id: FrameId,
    }

    /// Answer to [`GetFrameArguments`].
    pub struct GetFrameArgumentsResult {
        /// What the parameters hold now; absent for frames that are no call.
        pub argument_values: Option<Vec<Value>>,
        /// About the values.
        pub data: PauseData,
    }

    /// Asks for every step of a frame, over its whole life, the parts of a generator's or async function's included.
    pub struct GetFrameSteps {
        /// The frame.
        pub frame_id: FrameId,
    }

    /// Answer to [`GetFrameSteps`].
    pub struct GetFrameStepsResult {
        /// The steps in order, as far as they lie in loaded parts of the recording.
        pub steps: Vec<PointDescription>,
    }

    /// Asks what is being thrown at this point.
    pub struct GetExceptionValue {}

    /// Answer to [`GetExceptionValue`].
    pub struct GetExceptionValueResult {
        /// The thrown value; absent if nothing is thrown here.
        pub exception: Option<Value>,
        /// About the value.
        pub data: PauseData,
    }
}
