//! Which of our types stands for which name of the schema.

use serde::{Serialize, de::DeserializeOwned};
use wire::{
    authentication, command::Command, connection, console, css, debugger, dom, event::Event, graphics, ids,
    internal, network, pause, point, recording, resource, session,
};

use crate::probe::{Shape, shape_of};

pub(crate) struct Table {
    pub(crate) entries: Vec<Entry>,
}

/// Our type for one type, parameter list, result or event.
pub(crate) struct Entry {
    /// `Domain.Name`, or `Domain.name(params)`, `(result)`, `(event)`.
    pub(crate) name: String,
    /// JSON text through our type and back.
    pub(crate) round_trip: fn(&str) -> serde_json::Result<String>,
    /// The fields it reads, if it is a struct.
    pub(crate) fields: Option<&'static [&'static str]>,
    /// The strings it knows, if it is an enum of strings.
    pub(crate) strings: Option<&'static [&'static str]>,
}

macro_rules! types {
    ($table:ident, $($name:literal $type:ty;)*) => { $($table.entry::<$type>($name);)* };
}

macro_rules! open_enums {
    ($table:ident, $($name:literal $type:ty;)*) => {
        $($table.entry::<$type>($name).strings = Some(<$type>::KNOWN);)*
    };
}

macro_rules! commands {
    ($table:ident, $domain:ident: $($command:ident)*) => { $($table.command::<$domain::$command>();)* };
}

macro_rules! events {
    ($table:ident, $domain:ident: $($event:ident)*) => { $($table.event::<$domain::$event>();)* };
}

impl Table {
    pub(crate) fn new() -> Self {
        let mut table = Self { entries: Vec::new() };
        table.add_ids();
        table.add_enums();
        table.add_types();
        table.add_commands();
        table.add_events();
        table
    }

    fn entry<T: Serialize + DeserializeOwned>(&mut self, name: impl Into<String>) -> &mut Entry {
        let (fields, strings) = match shape_of::<T>() {
            Some(Shape::Fields(fields)) => (Some(fields), None),
            Some(Shape::Strings(strings)) => (None, Some(strings)),
            None => (None, None),
        };
        let round_trip = |text: &str| serde_json::to_string(&serde_json::from_str::<T>(text)?);
        self.entries.push(Entry {
            name: name.into(),
            round_trip,
            fields,
            strings,
        });
        self.entries.last_mut().unwrap()
    }

    fn command<C: Command>(&mut self) {
        self.entry::<C>(format!("{}(params)", C::METHOD));
        self.entry::<C::Result>(format!("{}(result)", C::METHOD));
    }

    fn event<E: Event>(&mut self) {
        self.entry::<E>(format!("{}(event)", E::METHOD));
    }

    fn add_ids(&mut self) {
        types! { self,
            "Debugger.BreakpointId" ids::BreakpointId;
            "Debugger.EventHandlerType" ids::EventHandlerType;
            "Debugger.PersistentObjectId" ids::PersistentObjectId;
            "Debugger.SourceId" ids::SourceId;
            "Graphics.ScreenShotHash" ids::ScreenShotHash;
            "Network.RequestId" ids::RequestId;
            "Pause.FrameId" ids::FrameId;
            "Pause.ObjectId" ids::ObjectId;
            "Pause.PauseId" ids::PauseId;
            "Pause.ScopeId" ids::ScopeId;
            "Recording.BuildId" ids::BuildId;
            "Recording.ExecutionPoint" point::ExecutionPoint;
            "Recording.RecordingId" ids::RecordingId;
            "Recording.SourceMapId" ids::SourceMapId;
            "Recording.SourceMapTargetHash" ids::SourceMapTargetHash;
            "Resource.FileHash" ids::FileHash;
            "Resource.Token" ids::ResourceToken;
            "Session.FindPointsId" ids::FindPointsId;
            "Session.RunEvaluationId" ids::RunEvaluationId;
            "Session.SessionId" ids::SessionId;
        }
    }

    fn add_enums(&mut self) {
        open_enums! { self,
            "Console.MessageLevel" console::MessageLevel;
            "Console.MessageSource" console::MessageSource;
            "DOM.PseudoType" dom::PseudoType;
            "Debugger.ContentType" debugger::ContentType;
            "Debugger.PauseReason" debugger::PauseReason;
            "Debugger.SourceKind" debugger::SourceKind;
            "Graphics.MimeType" graphics::MimeType;
            "Pause.FrameType" pause::FrameType;
            "Pause.PromiseState" pause::PromiseState;
            "Pause.ScopeType" pause::ScopeType;
            "Recording.KeyboardEventKind" recording::KeyboardEventKind;
            "Recording.MouseEventKind" recording::MouseEventKind;
        }
        types! { self,
            "Pause.ObjectPreviewLevel" pause::ObjectPreviewLevel;
            "Session.FocusWindowRequestBias" session::FocusWindowRequestBias;
        }
    }

    fn add_types(&mut self) {
        types! { self,
            "CSS.AppliedRule" css::AppliedRule;
            "CSS.ComputedStyleProperty" css::ComputedStyleProperty;
            "CSS.OriginalStyleSheetLocation" css::OriginalStyleSheetLocation;
            "CSS.Rule" css::Rule;
            "CSS.StyleDeclaration" css::StyleDeclaration;
            "CSS.StyleProperty" css::StyleProperty;
            "CSS.StyleSheet" css::StyleSheet;
            "Connection.CloseTimestamp" connection::CloseTimestamp;
            "Console.Message" console::Message;
            "DOM.Attr" dom::Attr;
            "DOM.BoxModel" dom::BoxModel;
            "DOM.ClipBounds" dom::ClipBounds;
            "DOM.EventListener" dom::EventListener;
            "DOM.Node" dom::Node;
            "DOM.NodeBounds" dom::NodeBounds;
            "DOM.Quads" dom::Quads;
            "DOM.Rect" dom::Rect;
            "Debugger.ClassOutline" debugger::ClassOutline;
            "Debugger.EventHandlerCount" debugger::EventHandlerCount;
            "Debugger.FunctionMatch" debugger::FunctionMatch;
            "Debugger.FunctionOutline" debugger::FunctionOutline;
            "Debugger.HitCount" debugger::HitCount;
            "Debugger.Location" debugger::Location;
            "Debugger.MappedLocation" debugger::MappedLocation;
            "Debugger.PauseDescription" debugger::PauseDescription;
            "Debugger.PointDescription" debugger::PointDescription;
            "Debugger.SameLineSourceLocations" debugger::SameLineSourceLocations;
            "Debugger.SearchSourceContentsMatch" debugger::SearchSourceContentsMatch;
            "Debugger.Source" debugger::Source;
            "Debugger.SourceLocation" debugger::SourceLocation;
            "Debugger.SourceLocationRange" debugger::SourceLocationRange;
            "Debugger.SymbolOutline" debugger::SymbolOutline;
            "Debugger.VariableMapping" debugger::VariableMapping;
            "Graphics.PaintPoint" graphics::PaintPoint;
            "Graphics.ScreenShot" graphics::ScreenShot;
            "Graphics.ScreenShotDescription" graphics::ScreenShotDescription;
            "Internal.OperationsData" internal::OperationsData;
            "Internal.RecordingData" internal::RecordingData;
            "Network.BodyData" network::BodyData;
            "Network.BodyRange" network::BodyRange;
            "Network.Header" network::Header;
            "Network.RequestBodyData" network::RequestBodyData;
            "Network.RequestBodyEvent" network::RequestEvent;
            "Network.RequestDestinationEvent" network::RequestEvent;
            "Network.RequestDoneEvent" network::RequestEvent;
            "Network.RequestEvent" network::RequestEvent;
            "Network.RequestEventInfo" network::RequestEventInfo;
            "Network.RequestFailedEvent" network::RequestEvent;
            "Network.RequestInfo" network::RequestInfo;
            "Network.RequestInitiator" network::RequestInitiator;
            "Network.RequestOpenEvent" network::RequestEvent;
            "Network.RequestRawHeaderEvent" network::RequestEvent;
            "Network.RequestResponseBodyEvent" network::RequestEvent;
            "Network.RequestResponseEvent" network::RequestEvent;
            "Network.RequestResponseRawHeaderEvent" network::RequestEvent;
            "Network.ResponseBodyData" network::ResponseBodyData;
            "Pause.CallStack" pause::CallStack;
            "Pause.ContainerEntry" pause::ContainerEntry;
            "Pause.Frame" pause::Frame;
            "Pause.NamedValue" pause::NamedValue;
            "Pause.Object" pause::Object;
            "Pause.ObjectPreview" pause::ObjectPreview;
            "Pause.PauseData" pause::PauseData;
            "Pause.PromiseStateData" pause::PromiseStateData;
            "Pause.Property" pause::Property;
            "Pause.PropertyConfigurationFlags" pause::PropertyConfigurationFlags;
            "Pause.ProxyStateData" pause::ProxyStateData;
            "Pause.Result" pause::Result;
            "Pause.Scope" pause::Scope;
            "Pause.Value" pause::Value;
            "Recording.Annotation" recording::Annotation;
            "Recording.KeyboardEvent" recording::KeyboardEvent;
            "Recording.MouseEvent" recording::MouseEvent;
            "Recording.NavigationEvent" recording::NavigationEvent;
            "Recording.PointLimits" recording::PointLimits;
            "Recording.PointRange" recording::PointRange;
            "Recording.TimeStamp" recording::TimeStamp;
            "Recording.TimeStampedPoint" recording::TimeStampedPoint;
            "Recording.TimeStampedPointRange" recording::TimeStampedPointRange;
            "Resource.Proof" resource::Proof;
            "Session.EventHandlerEntrypointSelector" session::PointSelector;
            "Session.ExceptionPointSelector" session::PointSelector;
            "Session.FocusWindowRequest" session::FocusWindowRequest;
            "Session.FrameStepsSelector" session::PointSelector;
            "Session.PointListSelector" session::PointSelector;
            "Session.PointLocationSelector" session::PointSelector;
            "Session.PointLocationsSelector" session::PointSelector;
            "Session.PointPageLimits" session::PointPageLimits;
            "Session.PointRangeFocusRequest" session::PointRangeFocusRequest;
            "Session.PointSelector" session::PointSelector;
            "Session.PointStackFrame" session::PointStackFrame;
            "Session.RunEvaluationPreload" session::RunEvaluationPreload;
            "Session.RunEvaluationResult" session::RunEvaluationResult;
        }
    }

    fn add_commands(&mut self) {
        commands! { self, recording: CreateSession ReleaseSession ProcessRecording AddSourceMap AddOriginalSource
        GlobalExperimentalCommand }
        commands! { self, resource: Token Exists Create }
        commands! { self, authentication: SetAccessToken }
        commands! { self, session: EnsureProcessed EnsureRoutineAnnotations FindMouseEvents FindKeyboardEvents
        FindNavigationEvents FindAnnotations GetAnnotationKinds HasAnnotationKind GetEndpoint GetPointNearTime
        GetPointsBoundingTime CreatePause ReleasePause FindPoints RunEvaluation GetPointStack GetPointFrameSteps
        ListenForLoadChanges ListenForProcessingProgress RequestFocusRange RequestFocusWindow GetFocusWindow
        GetBuildId ExperimentalCommand }
        commands! { self, graphics: FindPaints GetPaintContents GetDevicePixelRatio }
        commands! { self, debugger: FindSources StreamSourceContents GetSourceContents GetSourceMap GetScopeMap
        MapExpressionToGeneratedScope GetPossibleBreakpoints GetHitCounts GetEventHandlerCount
        GetEventHandlerCounts GetAllEventHandlerCounts SearchSourceContents GetMappedLocation SetBreakpoint
        RemoveBreakpoint FindResumeTarget FindRewindTarget FindReverseStepOverTarget FindStepOverTarget
        FindStepInTarget FindStepOutTarget BlackboxSource UnblackboxSource SearchFunctions GetSourceOutline }
        commands! { self, console: FindMessages FindMessagesInRange }
        commands! { self, pause: EvaluateInFrame EvaluateInGlobal GetObjectProperty CallFunction CallObjectProperty
        GetObjectPreview GetObjectPreviews GetScope GetTopFrame GetAllFrames GetFrameArguments GetFrameSteps
        GetExceptionValue }
        commands! { self, dom: GetDocument GetParentNodes QuerySelector GetEventListeners GetBoxModel
        GetBoundingClientRect GetAllBoundingClientRects PerformSearch RepaintGraphics }
        commands! { self, css: GetComputedStyle GetAppliedRules }
        commands! { self, network: GetRequestBody GetResponseBody FindRequests }
        commands! { self, internal: CreateRecording BeginRecordingUpload BeginRecordingMultipartUpload
        EndRecordingUpload EndRecordingMultipartUpload SetRecordingMetadata AddRecordingData FinishRecording
        BeginRecordingResourceUpload EndRecordingResourceUpload Echo ReportCrash }
    }

    fn add_events(&mut self) {
        events! { self, connection: MayDisconnect WillDisconnect }
        events! { self, recording: UploadedData AwaitingSourcemaps SessionError ProcessRecordingProgress }
        events! { self, session: MayDestroy WillDestroy MouseEvents KeyboardEvents NavigationEvents Annotations
        FindPointsResults RunEvaluationResults LoadedRegions ProcessingProgress }
        events! { self, graphics: PaintPoints }
        events! { self, debugger: NewSource NewSources SourceContentsInfo SourceContentsChunk
        SearchSourceContentsMatches FunctionsMatches }
        events! { self, console: NewMessage }
        events! { self, network: RequestBodyDataEvent ResponseBodyDataEvent Requests }
    }
}
