//! Commands of the Pause domain.

use recording::{point::Point, record::Record, value};
use wire::pause::{
    GetAllFrames, GetAllFramesResult, GetExceptionValue, GetExceptionValueResult, GetFrameArguments,
    GetFrameArgumentsResult, GetFrameSteps, GetFrameStepsResult, GetObjectPreview, GetObjectPreviewResult,
    GetObjectPreviews, GetObjectPreviewsResult, GetScope, GetScopeResult, GetTopFrame, GetTopFrameResult,
    ObjectPreviewLevel, Value,
};

use super::{Scene, frame_id};
use crate::{
    answer::{Answer, Failure},
    view::HappeningKind,
};

/// Objects in one question, as the protocol says.
const MAX_OBJECTS: usize = 500;

/// Answers a command in a pause.
pub(crate) trait AnswerInPause: wire::command::Command {
    fn answer(self, scene: Scene<'_>) -> Answer<Self::Result>;
}

impl AnswerInPause for GetTopFrame {
    fn answer(self, mut scene: Scene<'_>) -> Answer<GetTopFrameResult> {
        let top = scene.stack.last().copied();
        if let Some(top) = top {
            scene.add_frame(top)?;
        }
        Ok(GetTopFrameResult {
            frame: top.map(|top| frame_id(top.instance)),
            data: scene.into_data(),
        })
    }
}

impl AnswerInPause for GetAllFrames {
    fn answer(self, mut scene: Scene<'_>) -> Answer<GetAllFramesResult> {
        scene.add_frames()?;
        Ok(GetAllFramesResult {
            frames: scene.call_stack(),
            data: scene.into_data(),
        })
    }
}

impl AnswerInPause for GetScope {
    fn answer(self, mut scene: Scene<'_>) -> Answer<GetScopeResult> {
        scene.add_scope(&self.scope)?;
        Ok(GetScopeResult {
            data: scene.into_data(),
        })
    }
}

impl AnswerInPause for GetObjectPreview {
    fn answer(self, mut scene: Scene<'_>) -> Answer<GetObjectPreviewResult> {
        scene.add_named_object(&self.object, self.level.unwrap_or(ObjectPreviewLevel::Full))?;
        Ok(GetObjectPreviewResult {
            data: scene.into_data(),
        })
    }
}

impl AnswerInPause for GetObjectPreviews {
    fn answer(self, mut scene: Scene<'_>) -> Answer<GetObjectPreviewsResult> {
        if self.objects.len() > MAX_OBJECTS {
            return Err(Failure::command(format!(
                "previews of more than {MAX_OBJECTS} objects at once"
            )));
        }
        for object in &self.objects {
            scene.add_named_object(object, self.level.unwrap_or(ObjectPreviewLevel::Full))?;
        }
        Ok(GetObjectPreviewsResult {
            data: scene.into_data(),
        })
    }
}

impl AnswerInPause for GetFrameArguments {
    fn answer(self, mut scene: Scene<'_>) -> Answer<GetFrameArgumentsResult> {
        let frame = scene.frame(&self.frame_id)?;
        let argument_values = scene.argument_values(&frame)?;
        scene.add_mentioned(ObjectPreviewLevel::CanOverflow, 0)?;
        Ok(GetFrameArgumentsResult {
            argument_values,
            data: scene.into_data(),
        })
    }
}

impl AnswerInPause for GetFrameSteps {
    fn answer(self, scene: Scene<'_>) -> Answer<GetFrameStepsResult> {
        let frame = scene.frame(&self.frame_id)?;
        Ok(GetFrameStepsResult {
            steps: scene.trace.frame_steps(frame.instance)?,
        })
    }
}

impl AnswerInPause for GetExceptionValue {
    fn answer(self, mut scene: Scene<'_>) -> Answer<GetExceptionValueResult> {
        let exception = scene
            .thrown_at(scene.moment.point)?
            .map(|exception| scene.value(&exception));
        scene.add_mentioned(ObjectPreviewLevel::CanOverflow, 1)?;
        Ok(GetExceptionValueResult {
            exception,
            data: scene.into_data(),
        })
    }
}

impl Scene<'_> {
    /// What a call's parameters hold now, as sent; None for frames that are no call.
    fn argument_values(&mut self, frame: &crate::stack::StackFrame) -> Answer<Option<Vec<Value>>> {
        let values = self.argument_values_recorded(frame)?;
        Ok(values.map(|values| values.iter().map(|value| self.value(value)).collect()))
    }

    /// What is being thrown at a point.
    fn thrown_at(&self, point: Point) -> Answer<Option<value::Value>> {
        let moment = self.trace.moment(point)?;
        let Some(happening) = moment.view.happening(point) else {
            return Ok(None);
        };
        Ok(match happening.kind {
            HappeningKind::Mark => None,
            HappeningKind::Throw => match moment.view.record_at(happening.position) {
                Some(Record::Throw(value)) => Some(value),
                _ => None,
            },
            // The engine itself threw: no statement of ours held the value.
            HappeningKind::Unwinding(arose_at) if arose_at == point => Some(value::Value::Unavailable),
            HappeningKind::Unwinding(arose_at) => {
                self.thrown_at(arose_at)?.or(Some(value::Value::Unavailable))
            }
        })
    }
}
