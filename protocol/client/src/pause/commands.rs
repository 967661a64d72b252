//! Commands of a pause, and where in their answers the pause data is.

use wire::{
    command::Command,
    css::{GetAppliedRules, GetComputedStyle},
    dom::{
        GetAllBoundingClientRects, GetBoundingClientRect, GetBoxModel, GetDocument, GetEventListeners,
        GetParentNodes, PerformSearch, QuerySelector, RepaintGraphics,
    },
    ids::ObjectId,
    pause::{
        CallFunction, CallObjectProperty, EvaluateInFrame, EvaluateInGlobal, GetAllFrames, GetExceptionValue,
        GetFrameArguments, GetFrameSteps, GetObjectPreview, GetObjectPreviews, GetObjectProperty, GetScope,
        GetTopFrame, ObjectPreviewLevel, PauseData,
    },
};

/// A command that is asked of a pause.
pub trait PauseCommand: Command {
    /// The data that came with an answer, to be moved out.
    fn data(result: &mut Self::Result) -> Option<&mut PauseData>;

    /// Objects that the command asks for, and how fully: once it is answered, there is no more to be had at that level.
    fn about(&self) -> Vec<(ObjectId, ObjectPreviewLevel)> {
        Vec::new()
    }
}

macro_rules! pause_commands {
    ($($command:ty => $(.$field:ident)+;)*) => {
        $(impl PauseCommand for $command {
            fn data(result: &mut Self::Result) -> Option<&mut PauseData> {
                Some(&mut result$(.$field)+)
            }
        })*
    };
    ($($command:ty => none;)*) => {
        $(impl PauseCommand for $command {
            fn data(_result: &mut Self::Result) -> Option<&mut PauseData> {
                None
            }
        })*
    };
}

pause_commands! {
    EvaluateInFrame => .result.data;
    EvaluateInGlobal => .result.data;
    GetObjectProperty => .result.data;
    CallFunction => .result.data;
    CallObjectProperty => .result.data;
    GetScope => .data;
    GetTopFrame => .data;
    GetAllFrames => .data;
    GetFrameArguments => .data;
    GetExceptionValue => .data;
    GetDocument => .data;
    GetParentNodes => .data;
    QuerySelector => .data;
    GetEventListeners => .data;
    PerformSearch => .data;
    GetAppliedRules => .data;
}

pause_commands! {
    GetFrameSteps => none;
    GetBoxModel => none;
    GetBoundingClientRect => none;
    GetAllBoundingClientRects => none;
    RepaintGraphics => none;
    GetComputedStyle => none;
}

impl PauseCommand for GetObjectPreview {
    fn data(result: &mut Self::Result) -> Option<&mut PauseData> {
        Some(&mut result.data)
    }

    fn about(&self) -> Vec<(ObjectId, ObjectPreviewLevel)> {
        vec![(
            self.object.clone(),
            self.level.unwrap_or(ObjectPreviewLevel::Full),
        )]
    }
}

impl PauseCommand for GetObjectPreviews {
    fn data(result: &mut Self::Result) -> Option<&mut PauseData> {
        Some(&mut result.data)
    }

    fn about(&self) -> Vec<(ObjectId, ObjectPreviewLevel)> {
        let level = self.level.unwrap_or(ObjectPreviewLevel::Full);
        self.objects
            .iter()
            .map(|object| (object.clone(), level))
            .collect()
    }
}
