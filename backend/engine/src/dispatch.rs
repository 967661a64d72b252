//! Which function answers which command.

use wire::{
    command::{COMMANDS, Command},
    console::{FindMessages, FindMessagesInRange},
    css::{GetAppliedRules, GetComputedStyle},
    debugger::{
        BlackboxSource, FindResumeTarget, FindReverseStepOverTarget, FindRewindTarget, FindSources,
        FindStepInTarget, FindStepOutTarget, FindStepOverTarget, GetAllEventHandlerCounts,
        GetEventHandlerCount, GetEventHandlerCounts, GetHitCounts, GetMappedLocation, GetPossibleBreakpoints,
        GetScopeMap, GetSourceContents, GetSourceMap, GetSourceOutline, MapExpressionToGeneratedScope,
        RemoveBreakpoint, SearchFunctions, SearchSourceContents, SetBreakpoint, StreamSourceContents,
        UnblackboxSource,
    },
    dom::{
        GetAllBoundingClientRects, GetBoundingClientRect, GetBoxModel, GetDocument, GetEventListeners,
        GetParentNodes, PerformSearch, QuerySelector, RepaintGraphics,
    },
    envelope::Request,
    error::ErrorCode,
    graphics::{FindPaints, GetDevicePixelRatio, GetPaintContents},
    ids::PauseId,
    network::{FindRequests, GetRequestBody, GetResponseBody},
    pause::{
        CallFunction, CallObjectProperty, EvaluateInFrame, EvaluateInGlobal, GetAllFrames, GetExceptionValue,
        GetFrameArguments, GetFrameSteps, GetObjectPreview, GetObjectPreviews, GetObjectProperty, GetScope,
        GetTopFrame,
    },
    session::{
        CreatePause, EnsureProcessed, EnsureRoutineAnnotations, ExperimentalCommand, FindAnnotations,
        FindKeyboardEvents, FindMouseEvents, FindNavigationEvents, FindPoints, GetAnnotationKinds,
        GetBuildId, GetEndpoint, GetFocusWindow, GetPointFrameSteps, GetPointNearTime, GetPointStack,
        GetPointsBoundingTime, HasAnnotationKind, ListenForLoadChanges, ListenForProcessingProgress,
        ReleasePause, RequestFocusRange, RequestFocusWindow, RunEvaluation,
    },
};

use crate::{
    answer::{Answer, Failure, Outbox},
    pause::AnswerInPause,
    session::Session,
};

/// Answers a command that names a session, or keeps it until the indexes it needs are read.
pub(crate) fn in_session(session: &mut Session, request: &Request<'_>, outbox: &mut Outbox<'_>) {
    let frees = [ReleasePause::METHOD, RemoveBreakpoint::METHOD].contains(&&*request.method);
    if session.n_kept() >= MAX_KEPT && !frees {
        let message = format!(
            "this session keeps {MAX_KEPT} pauses, breakpoints and open calls; release some, or the session"
        );
        outbox.refuse(&request.id, Failure::new(ErrorCode::SERVICE_UNAVAILABLE, message));
    } else if !session.waits(request, outbox) {
        answer(session, request, outbox);
    }
}

/// Far more than a person opens, at a few hundred bytes each.
const MAX_KEPT: usize = 100_000;

/// Answers a command that names a session.
pub(crate) fn answer(session: &mut Session, request: &Request<'_>, outbox: &mut Outbox<'_>) {
    /// Commands that are answered at once by a function of the session.
    macro_rules! answer_at_once {
        ($($command:ty => $answer:ident,)*) => {
            match &*request.method {
                $(<$command>::METHOD => {
                    let answer = read::<$command>(request).and_then(|params| session.$answer(params, outbox));
                    return outbox.respond::<$command>(&request.id, answer);
                })*
                _ => {}
            }
        };
    }
    /// Commands that are answered later; these functions answer, or fail now.
    macro_rules! answer_later {
        ($($command:ty => $begin:ident,)*) => {
            match &*request.method {
                $(<$command>::METHOD => {
                    let begun = read::<$command>(request)
                        .and_then(|params| session.$begin(request.id.clone(), params, outbox));
                    return match begun {
                        Ok(()) => {}
                        Err(failure) => outbox.respond::<$command>(&request.id, Err(failure)),
                    };
                })*
                _ => {}
            }
        };
    }
    /// Commands that are answered in a pause.
    macro_rules! answer_in_pause {
        ($($command:ty,)*) => {
            match &*request.method {
                $(<$command>::METHOD => {
                    let answer = in_pause::<$command>(session, request, outbox);
                    return outbox.respond::<$command>(&request.id, answer);
                })*
                _ => {}
            }
        };
    }
    answer_at_once! {
        EnsureProcessed => ensure_processed,
        GetEndpoint => get_endpoint,
        GetPointNearTime => get_point_near_time,
        GetPointsBoundingTime => get_points_bounding_time,
        CreatePause => create_pause,
        ReleasePause => release_pause,
        FindPoints => find_points,
        GetPointStack => get_point_stack,
        GetPointFrameSteps => get_point_frame_steps,
        RequestFocusRange => request_focus_range,
        RequestFocusWindow => request_focus_window,
        GetFocusWindow => get_focus_window,
        GetBuildId => get_build_id,
        EnsureRoutineAnnotations => ensure_routine_annotations,
        GetAnnotationKinds => get_annotation_kinds,
        HasAnnotationKind => has_annotation_kind,
        ExperimentalCommand => experimental_command,
        GetRequestBody => get_request_body,
        GetResponseBody => get_response_body,
        GetPaintContents => get_paint_contents,
        GetDevicePixelRatio => get_device_pixel_ratio,
        GetSourceContents => get_source_contents,
        StreamSourceContents => stream_source_contents,
        GetSourceMap => get_source_map,
        GetSourceOutline => get_source_outline,
        GetScopeMap => get_scope_map,
        MapExpressionToGeneratedScope => map_expression_to_generated_scope,
        GetPossibleBreakpoints => get_possible_breakpoints,
        GetHitCounts => get_hit_counts,
        GetEventHandlerCount => get_event_handler_count,
        GetEventHandlerCounts => get_event_handler_counts,
        GetAllEventHandlerCounts => get_all_event_handler_counts,
        GetMappedLocation => get_mapped_location,
        SetBreakpoint => set_breakpoint,
        RemoveBreakpoint => remove_breakpoint,
        BlackboxSource => blackbox_source,
        UnblackboxSource => unblackbox_source,
        FindResumeTarget => find_resume_target,
        FindRewindTarget => find_rewind_target,
        FindReverseStepOverTarget => find_reverse_step_over_target,
        FindStepOverTarget => find_step_over_target,
        FindStepInTarget => find_step_in_target,
        FindStepOutTarget => find_step_out_target,
        FindMessagesInRange => find_messages_in_range,
        RunEvaluation => run_evaluation,
    }
    answer_later! {
        ListenForLoadChanges => listen_for_load_changes,
        ListenForProcessingProgress => listen_for_processing_progress,
        FindMouseEvents => find_mouse_events,
        FindKeyboardEvents => find_keyboard_events,
        FindNavigationEvents => find_navigation_events,
        FindAnnotations => find_annotations,
        FindRequests => find_requests,
        FindPaints => find_paints,
        FindSources => find_sources,
        FindMessages => find_messages,
        SearchSourceContents => search_source_contents,
        SearchFunctions => search_functions,
    }
    if request.method == RepaintGraphics::METHOD {
        let answer = read::<RepaintGraphics>(request)
            .and_then(|_| pause_of(request))
            .and_then(|pause_id| session.repaint_graphics(pause_id, outbox));
        return outbox.respond::<RepaintGraphics>(&request.id, answer);
    }
    answer_in_pause! {
        GetDocument,
        GetParentNodes,
        QuerySelector,
        PerformSearch,
        GetEventListeners,
        GetBoxModel,
        GetBoundingClientRect,
        GetAllBoundingClientRects,
        GetComputedStyle,
        GetAppliedRules,
        GetTopFrame,
        GetAllFrames,
        GetScope,
        GetObjectPreview,
        GetObjectPreviews,
        GetFrameArguments,
        GetFrameSteps,
        GetExceptionValue,
        EvaluateInFrame,
        EvaluateInGlobal,
        GetObjectProperty,
        CallFunction,
        CallObjectProperty,
    }
    outbox.refuse(&request.id, unanswered(&request.method));
}

fn in_pause<C: AnswerInPause>(
    session: &mut Session,
    request: &Request<'_>,
    outbox: &mut Outbox<'_>,
) -> Answer<C::Result> {
    let params = read::<C>(request)?;
    let pause_id = pause_of(request)?;
    session.in_pause(pause_id, outbox, |scene| params.answer(scene))
}

fn pause_of<'r>(request: &'r Request<'_>) -> Answer<&'r PauseId> {
    request
        .pause_id
        .as_ref()
        .ok_or_else(|| Failure::command(format!("{}: the request names no pause", request.method)))
}

/// The parameters of a command.
pub(crate) fn read<C: Command>(request: &Request<'_>) -> Answer<C> {
    request.read().map_err(|error| {
        Failure::command(format!(
            "{}: the parameters are not as they should be: {error}",
            request.method
        ))
    })
}

/// Why a command is not answered.
pub(crate) fn unanswered(method: &str) -> Failure {
    let is_known = COMMANDS.iter().any(|command| command.method == method);
    Failure::command(match is_known {
        true => format!("{method} is not supported by this server"),
        false => format!("there is no command {method}"),
    })
}
