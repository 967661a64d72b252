//! Any text as a source map of one of the sample's scripts, and then all that is asked of mapped sources.
#![no_main]

mod sample;

use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut paused = sample::Paused::new(text.to_owned());
    let script = &sample::reader().scripts()[0];
    let added = paused.ask(
        "Recording.addSourceMap",
        json!({
            "recordingId": paused.recording_id, "targetContentHash": script.hash, "baseURL": "http://localhost/",
            "resource": { "token": "any", "saltedHash": "any" },
        }),
    );
    if added.is_null() {
        return;
    }
    paused.open();
    paused.ask("Debugger.findSources", json!({}));
    for source in 0..12 {
        let source_id = source.to_string();
        for method in [
            "Debugger.getSourceContents",
            "Debugger.getSourceMap",
            "Debugger.getSourceOutline",
            "Debugger.getPossibleBreakpoints",
        ] {
            paused.ask(method, json!({ "sourceId": source_id }));
        }
        let location = json!({ "sourceId": source_id, "line": 3, "column": 4 });
        paused.ask("Debugger.getMappedLocation", json!({ "location": location }));
        paused.ask("Debugger.getScopeMap", json!({ "location": location }));
        let mapped = json!({ "expression": "a + b", "location": location });
        paused.ask("Debugger.mapExpressionToGeneratedScope", mapped);
    }
});
