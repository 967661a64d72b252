//! What holds of the worker alone: where it takes recordings from, and what it says of those it cannot open.

use serde_json::{Value, json};

use crate::{
    hosts::{kept_samples, worker::WorkerHost},
    raw::Raw,
};

#[test]
fn recordings_come_as_files_bytes_and_addresses() {
    let samples = kept_samples();
    let host = WorkerHost::shared(&samples);
    let name = &samples[0].name;
    let n_bytes = samples[0].path.metadata().unwrap().len();
    let forms = [
        (["blob", &format!("/recordings/{name}")], "file"),
        (["buffer", &format!("/recordings/{name}")], "bytes"),
        (["url", &format!("/recordings/{name}")], "ranges"),
        (["url", &format!("/whole/{name}")], "whole"),
    ];
    for (form, read_as) in forms {
        let opened = &host.open(json!([form]))[0];
        assert_eq!(opened["id"], json!(samples[0].id), "{form:?}: {opened}");
        assert_eq!(opened["readAs"], json!(read_as), "{form:?}: {opened}");
        assert_eq!(opened["size"], json!(n_bytes), "{form:?}: {opened}");
    }
    let bad = json!([
        ["url", "/recordings/none"],
        ["buffer", "/worker.js"],
        ["blob", "/worker.js"]
    ]);
    let opened = host.open(bad);
    let why: Vec<&str> = opened
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["error"].as_str().unwrap())
        .collect();
    assert!(why[0].starts_with("nothing is at http"), "{why:?}");
    assert!(why[0].ends_with("answers with status 404"), "{why:?}");
    assert_eq!(why[1..], ["this is not a recording"; 2]);
}

#[test]
fn of_an_address_only_parts_are_fetched() {
    let samples = kept_samples();
    let host = WorkerHost::shared(&samples);
    let largest = samples
        .iter()
        .max_by_key(|sample| sample.path.metadata().unwrap().len())
        .unwrap();
    let opened = host.open(json!([["url", format!("/measured/{}", largest.name)]]));
    assert_eq!(opened[0]["id"], json!(largest.id));
    let (n_fetched, n_bytes) = (host.n_measured(), largest.path.metadata().unwrap().len());
    assert!(
        n_fetched > 0 && n_fetched * 2 < n_bytes,
        "{n_fetched} of {n_bytes} bytes"
    );
}

#[test]
fn what_is_no_request_ends_the_client_and_nobody_else() {
    let samples = kept_samples();
    let host = WorkerHost::shared(&samples);
    let case = async {
        let connect = || {
            let (incoming, outgoing) = host.connect();
            Raw::new(crate::hosts::transport(incoming, outgoing))
        };
        let (mut bad, mut good) = (connect(), connect());
        bad.send(client::transport::Frame::Text("no JSON".to_owned()))
            .await;
        assert_eq!(bad.next().await, None::<Value>);
        good.create_session(samples[0].id.as_str()).await;
    };
    futures::executor::block_on(case);
}
