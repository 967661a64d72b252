//! Any requests to the engine: each line is a command, by its place in the protocol's table, and its parameters.
//! `$P`, `$F` and `$R` in a string stand for a point, a frame and the recording.
#![no_main]

mod sample;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use wire::command::COMMANDS;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut paused = sample::Paused::new("{}".to_owned());
    paused.pause();
    for line in text.lines().take(16) {
        let Some(first) = line.chars().next() else {
            continue;
        };
        let command = &COMMANDS[first as usize % COMMANDS.len()];
        let mut params: Value = serde_json::from_str(&line[first.len_utf8()..]).unwrap_or_default();
        fill(&mut params, &paused);
        paused.ask(command.method, params);
    }
});

fn fill(params: &mut Value, paused: &sample::Paused) {
    match params {
        Value::String(text) => match text.as_str() {
            "$F" => *params = paused.frame_id.clone(),
            "$R" => *params = paused.recording_id.clone().into(),
            "$P" => *params = paused.point.clone(),
            _ => {}
        },
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, paused)),
        Value::Object(fields) => fields.values_mut().for_each(|field| fill(field, paused)),
        _ => {}
    }
}
