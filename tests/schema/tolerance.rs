//! What is read although the schema does not say so: older peers, newer peers, JavaScript's numbers.

use serde_json::{Value as Json, json};
use wire::{
    console::MessageLevel,
    debugger::{Source, SourceLocation},
    graphics::ScreenShot,
    network::RequestEvent,
    pause::{Frame, FrameType, PauseData},
    recording::MouseEvent,
    session::RunEvaluation,
};

/// Required by the schema, unknown to peers of older versions.
pub(crate) const MAY_BE_ABSENT: [&str; 6] = [
    "Debugger.Source.contentId",
    "Debugger.newSource(event).contentId",
    "Debugger.searchSourceContentsMatches(event).overflow",
    "Graphics.ScreenShot.scale",
    "Recording.KeyboardEvent.synthetic",
    "Recording.MouseEvent.synthetic",
];

fn read<T: serde::de::DeserializeOwned>(json: Json) -> T {
    serde_json::from_value(json).unwrap()
}

#[test]
fn fields_of_later_versions_have_defaults() {
    let event: MouseEvent =
        read(json!({"point": "1", "time": 2, "kind": "mousedown", "clientX": -3, "clientY": 4}));
    assert!(!event.synthetic);
    assert_eq!((event.client_x, event.client_y, event.time), (-3, 4, 2.0));
    let shot: ScreenShot = read(json!({"mimeType": "image/jpeg", "hash": "h", "data": ""}));
    assert_eq!(shot.scale, 1.0);
    let source: Source = read(json!({"sourceId": "1", "kind": "html"}));
    assert_eq!(
        (source.content_id.as_str(), source.generated_source_ids.len()),
        ("", 0)
    );
}

#[test]
fn unknown_fields_are_skipped() {
    let data: PauseData = read(json!({"frames": [], "surprise": {"deep": [1, 2]}}));
    assert_eq!(data, PauseData::default());
}

#[test]
fn an_array_is_not_a_struct() {
    assert!(serde_json::from_value::<SourceLocation>(json!([1, 2])).is_err());
    assert!(serde_json::from_value::<wire::pause::Value>(json!([])).is_err());
}

#[test]
fn unknown_strings_are_kept() {
    let level: MessageLevel = read(json!("shout"));
    assert_eq!(level, MessageLevel::Other("shout".into()));
    assert_eq!(serde_json::to_value(level).unwrap(), json!("shout"));
    let frame: Frame = read(
        json!({"frameId": "0", "type": "wasm", "location": [], "scopeChain": [], "this": {"object": "1"}}),
    );
    assert_eq!(frame.frame_type, FrameType::from("wasm"));
}

#[test]
fn an_unknown_network_event_is_not_an_error() {
    assert_eq!(
        read::<RequestEvent>(json!({"kind": "request-teleported", "where": 1})),
        RequestEvent::Other
    );
}

#[test]
fn null_is_absence_and_false_is_the_default() {
    let params = json!({
        "runEvaluationId": "1", "pointSelector": {"kind": "exceptions"}, "expression": "x", "frameIndex": null,
        "pointLimits": null, "shareProcesses": false, "preloadExpressions": [],
    });
    let expected =
        json!({"runEvaluationId": "1", "pointSelector": {"kind": "exceptions"}, "expression": "x"});
    assert_eq!(
        serde_json::to_value(read::<RunEvaluation>(params)).unwrap(),
        expected
    );
}

#[test]
fn integers_are_read_from_any_number_and_clamped() {
    let location =
        |line: Json, column: Json| -> SourceLocation { read(json!({"line": line, "column": column})) };
    assert_eq!(
        location(json!(3.0), json!(4)),
        SourceLocation { line: 3, column: 4 }
    );
    assert_eq!(
        location(json!(3.7), json!(-4)),
        SourceLocation { line: 3, column: 0 }
    );
    // What existing clients send as the last column: 2^53 - 1.
    assert_eq!(
        location(json!(1), json!(9_007_199_254_740_991_u64)).column,
        u32::MAX
    );
    assert_eq!(location(json!(1), json!(u64::MAX)).column, u32::MAX);
    assert_eq!(location(json!(1), json!(1e300)).column, u32::MAX);
    assert!(serde_json::from_value::<SourceLocation>(json!({"line": "1", "column": 0})).is_err());
    assert!(serde_json::from_value::<SourceLocation>(json!({"line": null, "column": 0})).is_err());
}

#[test]
fn integers_inside_unions_are_read_alike() {
    let event: RequestEvent =
        read(json!({"kind": "request-done", "encodedBodySize": 12.0, "decodedBodySize": null}));
    assert_eq!(
        event,
        RequestEvent::RequestDone {
            encoded_body_size: 12,
            decoded_body_size: None
        }
    );
}
