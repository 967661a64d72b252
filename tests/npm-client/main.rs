//! The client that `@replayio/protocol` publishes, unmodified, through a whole debugging session over the server's
//! websocket. Needs `npm ci`, Node and `cargo build -p playhead`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test panics to fail"
)]

use std::{env, fs, path::Path, process::Command};

use serde_json::Value;
use tests::{
    program::{self, Server},
    schema::Schema,
    valid::wrongs_of,
};

#[test]
fn the_published_client_debugs_a_recording() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let recording = here.join("../public/samples/todo.playhead");
    let playhead = program::path().unwrap_or_else(|error| panic!("{error}"));
    let info = program::output(Command::new(&playhead).args(["info", "--json"]).arg(&recording));
    let info: Value = serde_json::from_str(&info.unwrap()).unwrap();
    let id = ["recording_id", "id"]
        .iter()
        .find_map(|field| info[field].as_str());
    let id = id
        .or(info["head"]["recording_id"].as_str())
        .expect("a recording has an id");
    let server = Server::start(&playhead, &[&recording], 0).unwrap_or_else(|error| panic!("{error}"));

    let traffic = env::temp_dir().join(format!("playhead-npm-client-{}.jsonl", std::process::id()));
    let mut node = Command::new("node");
    node.arg(here.join("npm-client/session.mjs"))
        .arg(format!("ws://127.0.0.1:{}/", server.port()))
        .arg(id)
        .arg(&traffic);
    let said = program::output(&mut node);
    let lines = fs::read_to_string(&traffic).unwrap_or_default();
    let _ = fs::remove_file(&traffic);
    println!("{}", said.unwrap_or_else(|error| panic!("{error}")));

    let schema = Schema::load();
    let mut n_messages = 0;
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let wrongs = wrongs_of(&schema, &line["message"], line["asked"].as_str());
        assert!(wrongs.is_empty(), "{wrongs:?} in {line}");
        n_messages += 1;
    }
    assert!(n_messages > 50, "{n_messages} messages were seen");
}
