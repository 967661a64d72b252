//! `pauseAt`: a pause and what is seen of it first in one answer, for clients that are far away.

use wire::{
    debugger::{PauseDescription, PauseReason},
    experimental::{PauseAt, PauseAtResult, StepKind},
    pause::{Frame, ObjectPreviewLevel, PauseData},
    session::CreatePause,
};

use super::{NamedScope, Scene};
use crate::{
    answer::{Answer, Failure, Outbox},
    session::Session,
    steps::Step,
};

/// Scopes in one answer.
const MAX_SCOPES: u32 = 32;

impl Session {
    pub(crate) fn pause_at(&mut self, params: PauseAt, outbox: &mut Outbox<'_>) -> Answer<PauseAtResult> {
        let PauseAt {
            point,
            step,
            scope_count,
        } = params;
        let target: Option<PauseDescription> = match step {
            None => None,
            Some(step) => Some(self.step_target(&point, step_of(&step)?, outbox)?),
        };
        if target
            .as_ref()
            .is_some_and(|target| target.reason == PauseReason::Endpoint)
        {
            return Ok(PauseAtResult {
                target,
                pause_id: None,
                frames: Vec::new(),
                data: PauseData::default(),
            });
        }
        let point = target.as_ref().map_or(point, |target| target.point.clone());
        let pause_id = self.create_pause(CreatePause { point }, outbox)?.pause_id;
        let n_scopes = scope_count.unwrap_or(0).min(MAX_SCOPES) as usize;
        let looked = self.in_pause(&pause_id, outbox, |mut scene| {
            scene.add_frames()?;
            scene.add_first_scopes(n_scopes)?;
            Ok((scene.call_stack(), scene.into_data()))
        });
        // Nobody learns the id of a pause that could not be looked at.
        if looked.is_err() {
            self.forget_pause(&pause_id);
        }
        let (frames, data) = looked?;
        Ok(PauseAtResult {
            target,
            pause_id: Some(pause_id),
            frames,
            data,
        })
    }
}

impl Scene<'_> {
    /// Adds the innermost scopes of the running frame, which was added before, and its `this`: scopes of the original source if
    /// it has one.
    fn add_first_scopes(&mut self, n_scopes: usize) -> Answer<()> {
        let chain = self.data.frames.first().map(|frame: &Frame| {
            let original = frame.original_scope_chain.as_deref().unwrap_or_default();
            match original.is_empty() {
                true => frame.scope_chain.clone(),
                false => original.to_vec(),
            }
        });
        for id in chain.iter().flatten().take(n_scopes) {
            // As large as the program, and folded as a rule.
            if matches!(self.sent.named_scopes.get(id), Some(NamedScope::Global)) {
                break;
            }
            self.add_scope(id)?;
        }
        // Frames name `this`; it stands among the variables.
        let frame = self.data.frames.first();
        let this = frame.and_then(|frame| frame.this.as_object().cloned());
        match this {
            Some(this) if n_scopes > 0 => self.add_named_object(&this, ObjectPreviewLevel::CanOverflow),
            _ => Ok(()),
        }
    }
}

fn step_of(kind: &StepKind) -> Answer<Step> {
    Ok(match kind {
        StepKind::Over => Step::Over,
        StepKind::ReverseOver => Step::ReverseOver,
        StepKind::In => Step::Into,
        StepKind::Out => Step::Out,
        StepKind::Other(other) => {
            return Err(Failure::command(format!("pauseAt: there is no step {other:?}")));
        }
    })
}
