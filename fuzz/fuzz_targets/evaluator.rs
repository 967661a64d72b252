//! Any text as an expression, in a frame and in the global scope of a pause.
#![no_main]

mod sample;

use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut paused = sample::Paused::new("{}".to_owned());
    paused.pause();
    let frame_id = paused.frame_id.clone();
    paused.ask(
        "Pause.evaluateInFrame",
        json!({ "frameId": frame_id, "expression": text }),
    );
    paused.ask("Pause.evaluateInGlobal", json!({ "expression": text }));
});
