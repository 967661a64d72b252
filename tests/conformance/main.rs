//! What a server of the protocol must keep to, asked of the engine in four places: in this task, on a thread of its own,
//! in a worker of headless Chromium, and behind `playhead serve`'s websocket. The worker needs `cargo xtask worker`
//! first, the websocket `cargo build -p playhead`. With the feature `remote`, the service at PLAYHEAD_REMOTE_URL is asked
//! too, about the recording PLAYHEAD_REMOTE_RECORDING.
//!
//! Most cases hold for any recording and run on every one in `public/samples` (or in the folder that PLAYHEAD_SAMPLES
//! names); those of `todo` know what that page does. Each case gets a session of its own, and all its traffic is
//! checked besides ([`traffic`]).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod hosts;
mod raw;
mod subject;
mod support;
mod traffic;
mod workers;
mod cases {
    pub(crate) mod console;
    pub(crate) mod css;
    pub(crate) mod dom;
    pub(crate) mod evaluation;
    pub(crate) mod experimental;
    pub(crate) mod graphics;
    pub(crate) mod input;
    pub(crate) mod network;
    pub(crate) mod pauses;
    pub(crate) mod points;
    pub(crate) mod refusals;
    pub(crate) mod sessions;
    pub(crate) mod sources;
    pub(crate) mod stepping;
    pub(crate) mod todo;
}

/// Makes a test of each case for each place.
macro_rules! suite {
    ($($module:ident { $($case:ident)* })*) => {
        suite!(@ memory Memory: $($module { $($case)* })*);
        suite!(@ thread Thread: $($module { $($case)* })*);
        suite!(@ worker Worker: $($module { $($case)* })*);
        suite!(@ server Server: $($module { $($case)* })*);
        #[cfg(feature = "remote")]
        suite!(@ remote Remote: $($module { $($case)* })*);
    };
    (@ $name:ident $place:ident: $($module:ident { $($case:ident)* })*) => {
        mod $name {
            $(mod $module {
                $(#[test]
                fn $case() {
                    let wants = $crate::cases::$module::wants;
                    $crate::subject::run($crate::hosts::Place::$place, wants, $crate::cases::$module::$case);
                })*
            })*
        }
    };
}

suite! {
    sessions {
        recordings_open_and_sessions_are_independent
        unknown_sessions_and_recordings_are_refused
        released_sessions_are_unknown
        loading_is_told_until_the_end
        focus_windows_lie_within_what_was_asked
        two_sessions_get_the_same_answers
        recordings_are_processed_without_a_session
        annotations_are_those_of_their_kinds
        what_is_outside_the_protocol_is_refused_by_name
    }
    points {
        times_and_points_correspond
        points_rise_with_time_everywhere
        pages_of_points_make_up_the_whole
        limits_cut_at_begin_and_end
        given_points_come_back_in_order
        exceptions_are_where_something_is_thrown
        frame_steps_cover_every_hit
        searches_without_a_limit_come_in_pages_of_ten_thousand
    }
    sources {
        sources_are_distinct_and_readable
        breakpoints_lie_in_the_text
        outlines_lie_in_the_text
        hit_counts_equal_found_points
        hit_counts_are_capped_and_cut
        searches_find_what_the_text_has
        locations_map_to_themselves
    }
    pauses {
        stacks_are_whole_and_youngest_first
        scopes_answer_for_every_frame
        previews_grow_with_their_level
        frames_steps_hold_the_point
        stacks_without_a_pause_agree
        objects_keep_their_identity
        pauses_of_others_are_refused
        released_pauses_are_refused
    }
    stepping {
        over_and_back_over_lead_home
        into_is_no_farther_than_over
        out_leads_to_a_caller
        the_ends_are_reached
        running_stops_where_a_breakpoint_is
        conditions_decide_where_a_breakpoint_stops
        blackboxed_sources_are_passed_over
        targets_outside_the_focus_window_are_refused
    }
    console {
        messages_come_with_all_they_show
        ranges_cut_messages
    }
    dom {
        documents_hang_together
        boxes_lie_around_rectangles
        listeners_are_functions_of_the_program
        a_picture_is_sent_once_for_pauses
    }
    css {
        rules_say_what_they_declare
        computed_styles_name_each_property_once
    }
    experimental {
        a_variable_holds_what_was_written_last
        pages_of_writes_make_up_the_whole
        an_object_holds_what_was_written_last
        an_object_is_seen_at_another_point
        a_question_about_nothing_tells_who_knows_the_command
        a_pause_brings_along_what_is_seen_first
        methods_of_the_console_are_told
        a_finished_recording_is_not_being_made
        nothing_was_done_to_a_recording_as_it_was_made
        steps_by_time_make_up_the_whole
        steps_by_time_are_where_points_are
    }
    evaluation {
        literals_evaluate_everywhere
        variables_evaluate_to_what_the_scope_shows
        many_points_agree_with_one
        failures_are_told_from_results
        evaluations_come_in_pages
        the_live_page_is_refused_by_name
        side_effects_stay_in_their_pause
        a_pause_is_a_console
        what_takes_too_much_is_refused
    }
    graphics {
        every_paint_can_be_fetched
        nothing_is_painted_elsewhere
    }
    input {
        input_events_are_in_the_recording
        event_handlers_are_counted_as_found
    }
    network {
        requests_and_bodies_hang_together
    }
    refusals {
        every_command_is_answered
        unknown_commands_are_refused_by_name
        wrong_parameters_are_refused_and_harmless
    }
    todo {
        the_console_tells_the_story
        the_bug_can_be_found
        the_thrower_is_on_the_stack
        adding_ran_as_often_as_there_are_tasks
        awaiting_goes_on_in_the_same_frame
        private_fields_and_sets_are_shown
        the_paint_after_a_click_differs
    }
}
