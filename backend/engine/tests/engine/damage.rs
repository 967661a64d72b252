//! Recordings cut short or damaged: whatever is asked, an answer or an error comes back.

use recording::{
    event::{Event, Message, MessageLevel, MessageSource},
    ids::InstanceId,
    reader::Reader,
    script::BindingKind,
    source::MemorySource,
};
use serde_json::{Value, json};

use crate::support::{Client, Code, Log, number, object_value, plain};

/// Forty rounds of a call that writes, changes an object and logs it.
fn recording() -> Vec<u8> {
    let mut code = Code::classic(1, "var o = {};\nfunction f(p) { log(o); }");
    let root = code.root();
    let o = code.binding("o", BindingKind::Var, root, "o = ");
    let (f, in_f) = code.call("f", "function f", root);
    let p = code.binding("p", BindingKind::Parameter, in_f, "p)");
    let (s_var, s_log) = (code.site("var o", root), code.site("log", in_f));
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, InstanceId::STATIC, &[]);
    log.object(1, plain(&[("x", number(0))]));
    log.write(InstanceId::STATIC, o, object_value(1));
    for round in 0..40 {
        log.step(s_var);
        let frame = log.enter(f, InstanceId::STATIC, &[number(round)]);
        log.step(s_log);
        log.write(frame, p, round + 1);
        log.object(1, plain(&[("x", number(round))]));
        log.mark(Event::Message(Message {
            source: MessageSource::ConsoleApi,
            level: MessageLevel::Info,
            method: "log".into(),
            text: None,
            arguments: vec![object_value(1)],
            url: None,
            position: None,
        }));
        log.end();
    }
    log.file(10)
}

/// Sends a request; gives the answer's result, or null where it is an error.
fn ask(client: &mut Client, method: &str, params: &Value, pause_id: Option<&Value>) -> Value {
    let request = json!({
        "id": 1, "method": method, "params": params, "sessionId": client.session_id, "pauseId": pause_id,
    });
    let mut frames = Vec::new();
    client.engine.handle(&request.to_string(), &mut frames).unwrap();
    while client.engine.poll(&mut frames) {}
    let answers = frames
        .iter()
        .map(|frame| serde_json::from_str::<Value>(frame).unwrap());
    let answer = answers
        .into_iter()
        .find(|frame| frame["id"] == 1)
        .unwrap_or_else(|| panic!("{method}: no answer"));
    assert!(
        answer["error"].is_null()
            || answer["error"]["message"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
    );
    answer["result"].clone()
}

/// Asks for everything. Says how many frames were seen.
fn walk(file: Vec<u8>) -> usize {
    if Reader::open(Box::new(MemorySource::from(file.clone()))).is_err() {
        return 0;
    }
    let mut client = Client::of(file);
    let mut n_frames = 0;
    for method in [
        "Console.findMessages",
        "Debugger.findSources",
        "Session.getEndpoint",
        "Session.ensureProcessed",
    ] {
        ask(&mut client, method, &json!({}), None);
    }
    let source = json!({"sourceId": "s1", "locations": [{"line": 2, "columns": [16]}]});
    ask(&mut client, "Debugger.getHitCounts", &source, None);
    for selector in [
        json!({"kind": "exceptions"}),
        json!({"kind": "location", "location": {"sourceId": "s1", "line": 2, "column": 16}}),
    ] {
        ask(
            &mut client,
            "Session.findPoints",
            &json!({"findPointsId": "f", "pointSelector": selector}),
            None,
        );
    }
    for step in (0..82_u64).step_by(9) {
        let point = json!({"point": (step << 16).to_string()});
        for method in [
            "findStepOverTarget",
            "findStepInTarget",
            "findStepOutTarget",
            "findReverseStepOverTarget",
        ] {
            ask(&mut client, &format!("Debugger.{method}"), &point, None);
        }
        ask(&mut client, "Session.getPointFrameSteps", &point, None);
        let pause_id = ask(&mut client, "Session.createPause", &point, None)["pauseId"].clone();
        let all = ask(&mut client, "Pause.getAllFrames", &json!({}), Some(&pause_id));
        for frame in all["data"]["frames"].as_array().into_iter().flatten() {
            n_frames += 1;
            for scope in frame["scopeChain"].as_array().unwrap() {
                ask(
                    &mut client,
                    "Pause.getScope",
                    &json!({"scope": scope}),
                    Some(&pause_id),
                );
            }
        }
        ask(
            &mut client,
            "Pause.getObjectPreview",
            &json!({"object": "1"}),
            Some(&pause_id),
        );
    }
    n_frames
}

#[test]
fn a_file_cut_anywhere_is_answered_from_as_far_as_it_goes() {
    let file = recording();
    let whole = walk(file.clone());
    assert!(whole > 10);
    let mut seen_in_part = 0;
    for len in (0..file.len()).step_by(151) {
        let n_frames = walk(file[..len].to_vec());
        assert!(n_frames <= whole);
        seen_in_part += usize::from(n_frames > 0 && n_frames < whole);
    }
    assert!(seen_in_part > 0, "some cuts leave a part of the log");
}

#[test]
fn a_file_with_bytes_changed_never_stops_the_engine() {
    let file = recording();
    for at in (0..file.len()).step_by(53) {
        let mut damaged = file.clone();
        damaged[at] ^= 0x55;
        walk(damaged);
    }
}
