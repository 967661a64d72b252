//! What the tests that record pages share: a server of pages, and a look into what was recorded.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails where it stands, and uses what it needs"
)]

mod log;

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    sync::Arc,
};

use recorder::{Glob, RecordOptions, StepAction, Summary, record};
use recording::{
    event::{Message, MessageSource},
    reader::Reader,
    record::Record,
    source::MemorySource,
    value::Value,
};

/// Answers by path: (status, headers, body).
pub(crate) type Pages = HashMap<String, (u16, String, Vec<u8>)>;

/// Serves pages on 127.0.0.1 until the test's process ends. Gives the address.
pub(crate) fn serve(pages: Pages) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let pages = Arc::new(pages);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, pages) = (stream.unwrap(), pages.clone());
            // Browsers open connections ahead of what they ask.
            std::thread::spawn(move || answer(stream, &pages));
        }
    });
    address
}

fn answer(mut stream: TcpStream, pages: &Pages) {
    let mut line = String::new();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    if reader.read_line(&mut line).is_err() {
        return;
    }
    let mut header = String::new();
    while reader.read_line(&mut header).is_ok_and(|_| header.trim() != "") {
        header.clear();
    }
    let path = line
        .split(' ')
        .nth(1)
        .unwrap_or("/")
        .split(['?', '#'])
        .next()
        .unwrap_or("/");
    let missing = (404, "Content-Type: text/plain".to_owned(), b"missing".to_vec());
    let (status, headers, body) = pages.get(path).unwrap_or(&missing);
    let head = format!(
        "HTTP/1.1 {status} OK\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n\r\n",
        body.len()
    );
    let _ = stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(body));
}

pub(crate) fn page(content_type: &str, body: impl Into<Vec<u8>>) -> (u16, String, Vec<u8>) {
    (200, format!("Content-Type: {content_type}"), body.into())
}

/// The files of a folder of `tests/pages`, at `/`.
pub(crate) fn folder(name: &str) -> Pages {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/pages")
        .join(name);
    let mut pages = Pages::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let content_type = match path.extension().and_then(|extension| extension.to_str()) {
            Some("html") => "text/html",
            Some("js") => "text/javascript",
            Some("css") => "text/css",
            _ => "application/json",
        };
        let answer = page(content_type, std::fs::read(&path).unwrap());
        if name == "index.html" {
            pages.insert("/".to_owned(), answer.clone());
        }
        pages.insert(format!("/{name}"), answer);
    }
    pages
}

/// What was recorded.
pub(crate) struct Recorded {
    pub(crate) summary: Summary,
    pub(crate) reader: Reader,
    pub(crate) n_bytes: usize,
}

pub(crate) async fn record_page(url: &str, steps: Vec<StepAction>, levels: &[(&str, u8)]) -> Recorded {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("page.playhead");
    let mut options = RecordOptions::new(url, &output);
    options.is_headless = true;
    (options.width, options.height) = (800, 500);
    options.steps = Some(steps);
    options.levels = levels
        .iter()
        .map(|(pattern, level)| (Glob::new(pattern), *level))
        .collect();
    let summary = record(options, |_| (), Arc::default()).await.unwrap();
    let bytes = std::fs::read(&output).unwrap();
    let n_bytes = bytes.len();
    let reader = Reader::open(Box::new(MemorySource::from(bytes))).unwrap();
    assert_eq!(reader.warnings(), Vec::<String>::new());
    Recorded {
        summary,
        reader,
        n_bytes,
    }
}

impl Recorded {
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.reader
            .messages()
            .unwrap()
            .iter()
            .map(|row| row.event.clone())
            .collect()
    }

    /// First arguments of the console messages, as text.
    pub(crate) fn logged(&self) -> Vec<String> {
        let text = |value: &Value| match value {
            Value::String(text) => text.to_string(),
            Value::Number(number) => number.to_string(),
            other => format!("{other:?}"),
        };
        let is_console = |message: &Message| message.source == MessageSource::ConsoleApi;
        let messages = self.messages();
        messages
            .iter()
            .filter(|message| is_console(message))
            .map(|message| text(message.arguments.first().unwrap_or(&Value::Undefined)))
            .collect()
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = Record> {
        log::records(&self.reader)
    }

    /// Values written to the variables of a name, in order.
    pub(crate) fn writes(&self, name: &str) -> Vec<Value> {
        log::writes(&self.reader, name)
    }

    /// Every step lies in the function of the frame it runs in, and nothing stays open.
    pub(crate) fn check_frames(&self) {
        log::check_frames(&self.reader);
    }

    /// All that can tell why something is not as expected.
    pub(crate) fn explain(&self) -> String {
        let warnings = &self.summary.manifest.warnings;
        let messages: Vec<_> = self
            .messages()
            .into_iter()
            .map(|message| {
                format!(
                    "{:?} {:?} {:?} {:?}",
                    message.source, message.text, message.url, message.arguments
                )
            })
            .collect();
        let ended_by = &self.summary.ended_by;
        format!("{ended_by:?}\n{warnings:#?}\n{messages:#?}")
    }

    /// Names of functions in the order they were entered, those of scripts whose URL or kind is asked for.
    pub(crate) fn entered(&self, name: &str) -> usize {
        let is_named = |function: recording::ids::FunctionId| {
            let script = self
                .reader
                .scripts()
                .iter()
                .find(|script| script.functions.contains(&function.0))?;
            let script = self.reader.script(script.id).ok()?;
            let idx = (function.0 - script.first_function.0) as usize;
            Some(script.functions.get(idx)?.name == name)
        };
        self.records()
            .filter(|record| matches!(record, Record::Enter { function, .. } if is_named(*function) == Some(true)))
            .count()
    }
}
