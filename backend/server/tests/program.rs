//! The program as it is started from a command line: what it refuses to do, links from one process to another, and its end.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use futures::{SinkExt, StreamExt};
use recording::{
    event::{Event, Navigation},
    manifest::Head,
    point::Micros,
    writer::Writer,
};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

const ID: &str = "0b1c2d3e-0000-4000-8000-000000000001";
const TOKEN: &str = "correct-horse-battery";

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

fn write_recording(path: &Path) {
    let head = Head {
        format: 0,
        recording_id: ID.to_owned(),
        build_id: "linux-chromium-20261120-playhead".to_owned(),
        url: "http://localhost/empty".to_owned(),
        recorded_at: 1.0,
        viewport: (800, 600),
        device_pixel_ratio: 1.0,
    };
    let mut writer = Writer::create(File::create(path).unwrap(), head).unwrap();
    let navigation = Navigation {
        url: "http://localhost/empty".into(),
        kind: "load".into(),
    };
    writer.mark(Micros(1_000), Event::Navigation(navigation)).unwrap();
    writer.finish("Empty".to_owned(), Vec::new(), Vec::new()).unwrap();
}

fn playhead(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_playhead"));
    command
        .args(arguments)
        .env("XDG_STATE_HOME", folder.join("home"))
        .env("HOME", folder);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    playhead(folder, arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone())
        .unwrap()
        .trim()
        .to_owned()
}

/// A server that runs until this is dropped.
struct Server {
    child: Child,
    address: String,
    output: BufReader<std::process::ChildStdout>,
}

impl Server {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = playhead(folder, arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .unwrap()
            .to_owned();
        Self {
            child,
            address,
            output,
        }
    }

    /// Connects, and says who is asking.
    async fn connect(&self, token: &str) -> (Socket, Value) {
        let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{}/", self.address))
            .await
            .unwrap();
        let set =
            json!({"id": 1, "method": "Authentication.setAccessToken", "params": {"accessToken": token}});
        let answer = call(&mut socket, &set).await;
        (socket, answer)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn next(socket: &mut Socket) -> Value {
    loop {
        if let Message::Text(text) = socket.next().await.unwrap().unwrap() {
            return serde_json::from_str(&text).unwrap();
        }
    }
}

async fn call(socket: &mut Socket, request: &Value) -> Value {
    socket.send(Message::text(request.to_string())).await.unwrap();
    loop {
        let message = next(socket).await;
        if message["id"] == request["id"] {
            return message;
        }
    }
}

fn create_session() -> Value {
    json!({"id": 2, "method": "Recording.createSession", "params": {"recordingId": ID}})
}

#[test]
fn it_lets_nobody_else_in_unless_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.playhead");
    write_recording(&path);
    let path = path.to_str().unwrap();
    for arguments in [
        &["serve", path, "--listen", "0.0.0.0:0"][..],
        &["open", path, "--listen", "0.0.0.0:0"],
        &[
            "serve",
            path,
            "--host",
            "viewer.example",
            "--listen",
            "127.0.0.1:0",
        ],
    ] {
        let output = run(folder.path(), arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(
            error.contains("--token-file") && error.contains("--public"),
            "{error}"
        );
        assert_eq!(error.lines().count(), 1, "one sentence: {error}");
    }
    let server = Server::start(
        folder.path(),
        &["serve", path, "--listen", "0.0.0.0:0", "--public"],
    );
    assert!(server.address.starts_with("0.0.0.0:"));
    assert!(
        !folder.path().join("home").exists(),
        "nothing is written that nobody asked for"
    );
}

#[tokio::test]
async fn links_are_made_and_taken_back_beside_a_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    write_recording(&here.join("a.playhead"));
    fs::write(here.join("token"), format!("{TOKEN}\n")).unwrap();
    let (recordings, token) = (here.to_str().unwrap(), here.join("token"));
    let server = Server::start(
        here,
        &[
            "serve",
            recordings,
            "--listen",
            "127.0.0.1:0",
            "--token-file",
            token.to_str().unwrap(),
        ],
    );
    let file = here.join("a.playhead");
    let make = |more: &[&str]| {
        let arguments = [
            &[
                "link",
                file.to_str().unwrap(),
                "--server",
                "https://viewer.example/",
            ],
            more,
        ]
        .concat();
        said(&run(here, &arguments))
    };
    let link = make(&["--range", "0:00-0:01", "--expires", "1h"]);
    let secret = link
        .strip_prefix(&format!("https://viewer.example/recording/{ID}#k="))
        .unwrap();
    let (mut socket, answer) = server.connect(secret).await;
    assert_eq!(answer["result"], json!({}), "{answer}");
    let opened = call(&mut socket, &create_session()).await;
    assert!(opened["result"]["sessionId"].is_string(), "{opened}");
    let list = said(&run(here, &["link", "--list"]));
    assert!(
        list.contains(ID) && list.contains("view 0:00.0-0:01.0") && list.contains("minutes left"),
        "{list}"
    );
    assert!(!list.contains(secret), "{list}");

    assert!(said(&run(here, &["link", "--revoke", &link])).contains("is revoked"));
    let told = next(&mut socket).await;
    assert_eq!(told["method"], "Recording.sessionError", "{told}");
    assert!(
        told["params"]["message"].as_str().unwrap().contains("revoked"),
        "{told}"
    );
    assert!(said(&run(here, &["link", "--list"])).contains("revoked"));
    let (_, answer) = server.connect(secret).await;
    assert_eq!(answer["error"]["data"]["code"], "link_revoked");

    // A new key leaves links as they are, unless all are to end.
    let link = make(&["--embed"]);
    let secret = link
        .strip_prefix(&format!("https://viewer.example/embed/{ID}#k="))
        .unwrap();
    said(&run(here, &["link", "--rotate-key"]));
    let (mut socket, answer) = server.connect(secret).await;
    assert_eq!(answer["result"], json!({}), "{answer}");
    call(&mut socket, &create_session()).await;
    said(&run(here, &["link", "--rotate-key", "--end-all"]));
    let told = next(&mut socket).await;
    assert_eq!(told["method"], "Recording.sessionError", "{told}");
    let (_, answer) = server.connect(secret).await;
    assert_eq!(answer["error"]["data"]["code"], "link_invalid");
}

#[test]
fn odd_wishes_for_links_are_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["link", ID, "--range", "9-3"][..],
        &["link", ID, "--expires", "7w"],
        &["link", ID, "--expires", "9999d"],
        &["link", "--revoke", "../../etc"],
    ] {
        let output = run(folder.path(), arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
        assert!(
            error.starts_with("error: ") && error.lines().count() == 1,
            "{error}"
        );
    }
    for arguments in [
        &["link"][..],
        &["link", ID, "--list"],
        &["link", ID, "--download", "--range", "1-2"],
    ] {
        assert_eq!(
            run(folder.path(), arguments).status.code(),
            Some(2),
            "{arguments:?}"
        );
    }
}

#[tokio::test]
async fn it_ends_when_asked_to_and_says_goodbye() {
    let folder = tempfile::tempdir().unwrap();
    write_recording(&folder.path().join("a.playhead"));
    let mut server = Server::start(
        folder.path(),
        &[
            "serve",
            folder.path().to_str().unwrap(),
            "--listen",
            "127.0.0.1:0",
        ],
    );
    let (mut socket, _) = server.connect("whatever").await;
    let pid = server.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    let told = next(&mut socket).await;
    assert_eq!(told["method"], "Connection.willDisconnect");
    loop {
        match socket.next().await {
            Some(Ok(Message::Close(Some(frame)))) => {
                assert_eq!(u16::from(frame.code), 1001);
                break;
            }
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(server.child.wait().unwrap().success());
    let mut rest = String::new();
    server.output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest.trim(), "stopped");
}
