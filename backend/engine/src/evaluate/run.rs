//! `Session.runEvaluation`: one expression at many points.

use wire::{
    ids::PauseId,
    pause::ObjectPreviewLevel,
    session::{RunEvaluation, RunEvaluationAnswer, RunEvaluationResult, RunEvaluationResults},
};

use super::{Completion, Source};
use crate::{
    answer::{Answer, Failure, Outbox},
    finding::{Selected, select},
    pause::Scene,
    session::Session,
    stack::StackFrame,
};

/// Evaluations of one command; the next page begins where it stopped. As other servers have it.
const MAX_EVALUATIONS: usize = 500;

/// Results in one event: the first of them come early, and no event is very large.
const RESULTS_PER_EVENT: usize = 50;

impl Session {
    pub(crate) fn run_evaluation(
        &mut self,
        params: RunEvaluation,
        outbox: &mut Outbox<'_>,
    ) -> Answer<RunEvaluationAnswer> {
        if params.single_process {
            return Err(Failure::command(
                "Session.runEvaluation: nothing runs in order here, so evaluations never see each other's side effects",
            ));
        }
        let limits = params.point_limits.as_ref();
        let Selected { points, next_begin } =
            select(self, &params.point_selector, limits, MAX_EVALUATIONS, outbox)?;
        let source = Source::new(&params.expression);
        let preloads = params.preload_expressions.iter();
        let preloads: Vec<_> = preloads
            .map(|preload| (preload.name.as_str(), Source::new(&preload.expression)))
            .collect();
        let mut results = Vec::new();
        for point in points {
            let pause_id = self.add_pause(self.trace.point(&point.point)?);
            let mut result = self.in_pause(&pause_id, outbox, |mut scene| {
                let level = match params.full_returned_property_preview {
                    true => ObjectPreviewLevel::Full,
                    false => ObjectPreviewLevel::CanOverflow,
                };
                let completion = evaluate(&mut scene, &source, &preloads, params.frame_index);
                // Hundreds of engines would not fit; what code changed at one point goes with its engine.
                scene.forget_running();
                // Where it cannot be carried through, that is all there is to say.
                let ended = scene.completed(completion, level).ok();
                let has_failed = ended.is_none();
                let ended = ended.unwrap_or_default();
                Ok(RunEvaluationResult {
                    returned: ended.returned,
                    exception: ended.exception,
                    failed: has_failed,
                    data: scene.into_data(),
                    point,
                    pause_id: PauseId::from(""),
                })
            })?;
            result.pause_id = pause_id;
            results.push(result);
            if results.len() >= RESULTS_PER_EVENT {
                self.send_results(&params, &mut results, outbox)?;
            }
        }
        self.send_results(&params, &mut results, outbox)?;
        Ok(RunEvaluationAnswer { next_begin })
    }

    fn send_results(
        &self,
        params: &RunEvaluation,
        results: &mut Vec<RunEvaluationResult>,
        outbox: &mut Outbox<'_>,
    ) -> Answer<()> {
        if results.is_empty() {
            return Ok(());
        }
        let event = RunEvaluationResults {
            run_evaluation_id: params.run_evaluation_id.clone(),
            results: std::mem::take(results),
        };
        outbox.event(&event).map(drop)
    }
}

fn evaluate(
    scene: &mut Scene<'_>,
    source: &Source,
    preloads: &[(&str, Source)],
    frame_index: Option<i32>,
) -> Completion {
    let frame = match frame_index {
        None => None,
        Some(index) => match frame_at(scene, index) {
            Some(frame) => Some(frame),
            None => return Completion::Refused(format!("there is no frame {index}")),
        },
    };
    let mut locals = Vec::new();
    for (name, preload) in preloads {
        match preload.evaluate(scene, None, false) {
            Completion::Returned(value) => locals.push(((*name).into(), value)),
            other => return other,
        }
    }
    source.evaluate_with(scene, frame, false, locals)
}

/// A frame by its index: 0 is the running one, -1 the outermost.
fn frame_at(scene: &Scene<'_>, index: i32) -> Option<StackFrame> {
    let outward = match usize::try_from(index) {
        Ok(index) => index,
        Err(_) => scene.n_frames().checked_sub(index.unsigned_abs() as usize)?,
    };
    scene.frame_outward(outward)
}
