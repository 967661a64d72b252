//! Recordings that another program is making.

use std::{fs::File, path::Path};

use recording::{
    event::{Event, Navigation},
    following::mark_as_growing,
    point::Micros,
    writer::Writer,
};
use tokio_tungstenite::tungstenite::Message;

use super::*;

fn begin(path: &Path) -> Writer<File> {
    let file = File::create(path).unwrap();
    mark_as_growing(&file);
    let mut writer = Writer::create(file, head(ID)).unwrap();
    go_to(&mut writer, 1);
    writer
}

fn go_to(writer: &mut Writer<File>, n: u64) {
    let url = format!("http://localhost/{n}").as_str().into();
    let kind = "load".into();
    let navigation = Event::Navigation(Navigation { url, kind });
    writer.mark(Micros(n * 1_000), navigation).unwrap();
    writer.flush_chunk().unwrap();
}

#[tokio::test]
async fn a_recording_is_live_while_its_writer_lives() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&[folder.path()], Vec::new());
    let mut writer = begin(&folder.path().join("a.playhead"));
    let rows = list(&site).await;
    assert_eq!(
        (&rows[0]["is_live"], &rows[0]["duration_ms"]),
        (&json!(true), &json!(1.0))
    );
    assert_eq!(rows[0]["warnings"], json!([]));
    assert!(!site.library.follow());
    go_to(&mut writer, 2);
    assert!(site.library.follow());
    assert_eq!(list(&site).await[0]["duration_ms"], json!(2.0));
    writer.finish("Done".to_owned(), Vec::new(), Vec::new()).unwrap();
    assert!(site.library.follow());
    assert!(!site.library.follow());
    let rows = list(&site).await;
    assert_eq!(
        (&rows[0]["is_live"], &rows[0]["title"]),
        (&json!(false), &json!("Done"))
    );
    assert_eq!(rows[0]["warnings"], json!([]));
}

#[tokio::test]
async fn a_writer_that_dies_leaves_a_recording_that_was_cut() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&[folder.path()], Vec::new());
    let writer = begin(&folder.path().join("a.playhead"));
    assert_eq!(list(&site).await[0]["is_live"], json!(true));
    drop(writer);
    assert!(site.library.follow());
    let rows = list(&site).await;
    assert_eq!(rows[0]["is_live"], json!(false));
    assert!(
        rows[0]["warnings"][0]
            .as_str()
            .unwrap()
            .starts_with("the recording ends early")
    );
}

#[tokio::test]
async fn who_is_connected_sees_it_grow_and_end() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&[folder.path()], Vec::new());
    let mut writer = Some(begin(&folder.path().join("a.playhead")));
    let address = listen(site.clone()).await;
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/"))
        .await
        .unwrap();
    let find =
        json!({"id": 2, "method": "Session.findNavigationEvents", "params": {}, "sessionId": "session-0"});
    for request in [create_session(ID), find] {
        socket.send(Message::text(request.to_string())).await.unwrap();
    }
    let mut urls = Vec::new();
    let mut next = 2;
    loop {
        let Message::Text(text) = socket.next().await.unwrap().unwrap() else {
            continue;
        };
        let said: Value = serde_json::from_str(&text).unwrap();
        if said["id"] == json!(2) {
            break;
        }
        for event in said["params"]["events"].as_array().into_iter().flatten() {
            urls.push(event["url"].as_str().unwrap().to_owned());
        }
        // Each is written once the one before has been told.
        if urls.len() + 1 == next {
            match writer.take() {
                Some(done) if next == 4 => drop(done.finish(String::new(), Vec::new(), Vec::new()).unwrap()),
                Some(mut going) => {
                    go_to(&mut going, next as u64);
                    writer = Some(going);
                }
                None => {}
            }
            next += 1;
            assert!(site.library.follow());
            site.grown.send_replace(());
        }
    }
    assert_eq!(
        urls,
        ["http://localhost/1", "http://localhost/2", "http://localhost/3"]
    );
}
