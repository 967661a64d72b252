//! Domain Session: points and times, focus, progress, input events, and searches over the execution.

use wire::{
    command::Empty,
    ids::{FindPointsId, RunEvaluationId},
    point::ExecutionPoint,
    recording::{Annotation, KeyboardEvent, MouseEvent, NavigationEvent, TimeStamp},
    session::{
        Annotations, EnsureProcessed, FindAnnotations, FindKeyboardEvents, FindMouseEvents,
        FindNavigationEvents, FindPoints, FindPointsResult, FindPointsResults, FocusWindowRequest,
        GetAnnotationKinds, GetAnnotationKindsResult, GetBuildId, GetBuildIdResult, GetEndpoint,
        GetEndpointResult, GetFocusWindow, GetFocusWindowResult, GetPointFrameSteps,
        GetPointFrameStepsResult, GetPointNearTime, GetPointNearTimeResult, GetPointStack,
        GetPointStackResult, GetPointsBoundingTime, GetPointsBoundingTimeResult, KeyboardEvents,
        ListenForLoadChanges, ListenForProcessingProgress, LoadedRegions, MouseEvents, NavigationEvents,
        PointPageLimits, PointRangeFocusRequest, PointSelector, ProcessingProgress, RequestFocusRange,
        RequestFocusRangeResult, RequestFocusWindow, RequestFocusWindowResult, RunEvaluation,
        RunEvaluationAnswer, RunEvaluationResult, RunEvaluationResults,
    },
};

use crate::{Call, Session, Streaming, call::CallError};
use wire::debugger::PointDescription;

impl Session {
    /// The recording's last point.
    pub fn get_endpoint(&self) -> Call<GetEndpointResult> {
        self.call(&GetEndpoint {})
    }

    /// A point near a time.
    pub fn get_point_near_time(&self, time: TimeStamp) -> Call<GetPointNearTimeResult> {
        self.call(&GetPointNearTime { time })
    }

    /// The points on either side of a time.
    pub fn get_points_bounding_time(&self, time: TimeStamp) -> Call<GetPointsBoundingTimeResult> {
        self.call(&GetPointsBoundingTime { time })
    }

    /// The stack at a point, without a pause.
    pub fn get_point_stack(&self, point: &ExecutionPoint, max_count: u32) -> Call<GetPointStackResult> {
        self.call(&GetPointStack {
            point: point.clone(),
            max_count,
        })
    }

    /// Every step of the frame at a point, without a pause.
    pub fn get_point_frame_steps(&self, point: &ExecutionPoint) -> Call<GetPointFrameStepsResult> {
        self.call(&GetPointFrameSteps { point: point.clone() })
    }

    /// What made the recording.
    pub fn get_build_id(&self) -> Call<GetBuildIdResult> {
        self.call(&GetBuildId {})
    }

    /// What part of the recording is in focus.
    pub fn get_focus_window(&self) -> Call<GetFocusWindowResult> {
        self.call(&GetFocusWindow {})
    }

    /// Moves the focus window, by point. The answer may be smaller than what was asked.
    pub fn request_focus_window(&self, request: PointRangeFocusRequest) -> Call<RequestFocusWindowResult> {
        self.call(&RequestFocusWindow { request })
    }

    /// Moves the focus window, by time. The answer may be smaller than what was asked.
    pub fn request_focus_range(&self, range: FocusWindowRequest) -> Call<RequestFocusRangeResult> {
        self.call(&RequestFocusRange { range })
    }

    /// Answered once the recording is fully processed.
    pub fn ensure_processed(&self) -> Call<Empty> {
        self.call(&EnsureProcessed {})
    }

    /// What is loaded, whenever it changes. Ends only with the session. Any number may listen at once, and then each
    /// hears what the others asked for too: an item replaces what was said before, so nothing is lost by that.
    pub fn listen_for_load_changes(&self) -> Streaming<LoadedRegions, Empty> {
        self.stream()
            .on(|_event: &LoadedRegions| true, |event| event)
            .call(&ListenForLoadChanges {})
    }

    /// How much of the recording is processed, in percent, whenever it changes. As
    /// [`Session::listen_for_load_changes`].
    pub fn listen_for_processing_progress(&self) -> Streaming<f64, Empty> {
        self.stream()
            .on(|_event: &ProcessingProgress| true, |event| event.progress_percent)
            .call(&ListenForProcessingProgress {})
    }

    /// What the mouse did, in batches, in no promised order.
    pub fn find_mouse_events(&self) -> Streaming<Vec<MouseEvent>, Empty> {
        self.stream()
            .on(|_event: &MouseEvents| true, |event| event.events)
            .call_in_turn(&FindMouseEvents {}, "")
    }

    /// What the keyboard did, in batches, in no promised order.
    pub fn find_keyboard_events(&self) -> Streaming<Vec<KeyboardEvent>, Empty> {
        self.stream()
            .on(|_event: &KeyboardEvents| true, |event| event.events)
            .call_in_turn(&FindKeyboardEvents {}, "")
    }

    /// Where the page went, in batches, in no promised order.
    pub fn find_navigation_events(&self) -> Streaming<Vec<NavigationEvent>, Empty> {
        self.stream()
            .on(|_event: &NavigationEvents| true, |event| event.events)
            .call_in_turn(&FindNavigationEvents {}, "")
    }

    /// Annotations of a kind, in batches, in no promised order.
    pub fn find_annotations(&self, kind: &str) -> Streaming<Vec<Annotation>, Empty> {
        let wanted = kind.to_owned();
        self.stream()
            // A batch is of one kind, so its first annotation speaks for it.
            .on(
                move |event: &Annotations| {
                    event
                        .annotations
                        .first()
                        .is_some_and(|first| first.kind == wanted)
                },
                |event| event.annotations,
            )
            .call_in_turn(
                &FindAnnotations {
                    kind: kind.to_owned(),
                },
                kind,
            )
    }

    /// Which kinds of annotations there are.
    pub fn get_annotation_kinds(&self) -> Call<GetAnnotationKindsResult> {
        self.call(&GetAnnotationKinds {})
    }

    /// The points that a selector matches, in batches. The answer says where to go on if a limit was reached.
    pub fn find_points(
        &self,
        point_selector: PointSelector,
        point_limits: Option<PointPageLimits>,
    ) -> Streaming<Vec<PointDescription>, FindPointsResult> {
        let id = FindPointsId::from(self.unique());
        let wanted = id.clone();
        self.stream()
            .on(
                move |event: &FindPointsResults| event.find_points_id == wanted,
                |event| event.points,
            )
            .call(&FindPoints {
                find_points_id: id,
                point_selector,
                point_limits,
            })
    }

    /// Every point that a selector matches, page after page, and where the next page would begin if `max_count` was
    /// reached before the end.
    ///
    /// # Errors
    /// As any call.
    pub async fn find_all_points(
        &self,
        point_selector: PointSelector,
        mut limits: PointPageLimits,
    ) -> Result<(Vec<PointDescription>, Option<ExecutionPoint>), CallError> {
        let max_count = limits.max_count;
        let mut points: Vec<PointDescription> = Vec::new();
        loop {
            let (page, answer) = self
                .find_points(point_selector.clone(), Some(limits.clone()))
                .flat()
                .await?;
            points.extend(page);
            let n_points = u64::try_from(points.len()).unwrap_or(u64::MAX);
            limits.max_count = max_count.map(|max_count| max_count.saturating_sub(n_points));
            match answer.next_begin {
                // A page that does not advance would be asked for for ever.
                Some(next) if limits.max_count != Some(0) && limits.begin.as_ref() < Some(&next) => {
                    limits.begin = Some(next);
                }
                next_begin => return Ok((points, next_begin)),
            }
        }
    }

    /// Evaluates at many points; results come in batches, in no particular order. The run's id is chosen here, whatever
    /// `run` says. What a result says of its pause is for [`Session::adopt_pause`].
    pub fn run_evaluation(
        &self,
        run: RunEvaluation,
    ) -> Streaming<Vec<RunEvaluationResult>, RunEvaluationAnswer> {
        let id = RunEvaluationId::from(self.unique());
        let wanted = id.clone();
        self.stream()
            .on(
                move |event: &RunEvaluationResults| event.run_evaluation_id == wanted,
                |event| event.results,
            )
            .call(&RunEvaluation {
                run_evaluation_id: id,
                ..run
            })
    }
}
