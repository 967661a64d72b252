//! Recordings that are still being made: what is told of them at any time, and that in the end it is all.

use std::sync::{Arc, Mutex};

use engine::Engine;
use recording::{
    event::{
        Event, KeyKind, Keyboard, Message, MessageLevel, MessageSource, Mouse, MouseKind, Navigation, Paint,
    },
    following::Following,
    ids::InstanceId,
    page::Annotation,
    source::{ByteSource, MemorySource},
};
use wire::{
    command::Command,
    console::FindMessages,
    debugger::{FindSources, GetHitCounts, Location},
    envelope::{CallId, Incoming, request},
    experimental::{LIVE_STATE, LiveStateResult},
    graphics::FindPaints,
    ids::{RecordingId, SourceId},
    pause::GetAllFrames,
    point::ExecutionPoint,
    recording::{CreateSession, TimeStampedPoint},
    session::{
        CreatePause, ExperimentalCommand, FindAnnotations, FindKeyboardEvents, FindMouseEvents,
        FindNavigationEvents, FocusWindowRequest, GetEndpoint, GetFocusWindow, ListenForLoadChanges,
        LoadedRegions, RequestFocusRange,
    },
};

use crate::support::{Client, Code, Log, RECORDING};

/// The part of a file that is there by now.
#[derive(Clone)]
struct Growing(Arc<(Vec<u8>, Mutex<usize>)>);

impl ByteSource for Growing {
    fn len(&self) -> std::io::Result<u64> {
        Ok(*self.0.1.lock().unwrap() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        let len = *self.0.1.lock().unwrap();
        MemorySource::from(self.0.0[..len].to_vec()).read_at(offset, buffer)
    }
}

/// A host of a recording that is being made, entry by entry, and its client.
struct Live {
    file: Growing,
    following: Arc<Mutex<Following>>,
    client: Client,
    /// How long the file is after each entry, and in the end.
    lengths: Vec<usize>,
}

impl Live {
    /// With the first chunk, and all that comes before it.
    fn of(log: &Log) -> Self {
        let bytes = log.file(1);
        let starts = |pattern: &[u8]| {
            let windows = bytes.windows(pattern.len()).enumerate();
            windows
                .filter(|(_, found)| *found == pattern)
                .map(|(at, _)| at)
                .collect::<Vec<_>>()
        };
        let first_chunk = starts(b"trace/0.zst")[0];
        let mut lengths: Vec<usize> = starts(b"PK\x03\x04")
            .into_iter()
            .filter(|at| *at > first_chunk)
            .collect();
        lengths.push(bytes.len());
        let file = Growing(Arc::new((bytes, Mutex::new(lengths.remove(0)))));
        let following = Arc::new(Mutex::new(Following::open(Box::new(file.clone())).unwrap()));
        let host = following.clone();
        let engine = Engine::new(Box::new(move |_| Ok(host.lock().unwrap().reader().clone())));
        let mut client = Client::of_engine(engine);
        let created = client.ask(CreateSession {
            recording_id: RecordingId::from(RECORDING),
            experimental_settings: None,
            focus_window: None,
            focus_request: None,
        });
        client.session_id = Some(created.session_id);
        Self {
            file,
            following,
            client,
            lengths,
        }
    }

    /// One entry more is there. Gives what the client is told, or None once all is there.
    fn grow(&mut self) -> Option<Vec<String>> {
        if self.lengths.is_empty() {
            return None;
        }
        *self.file.0.1.lock().unwrap() = self.lengths.remove(0);
        self.following.lock().unwrap().refresh().unwrap();
        Some(self.news())
    }

    fn news(&mut self) -> Vec<String> {
        let mut frames = Vec::new();
        self.client.engine.grew(&mut frames);
        while self.client.engine.poll(&mut frames) {}
        frames
    }

    fn grow_to_the_end(&mut self) {
        while self.grow().is_some() {}
    }

    /// Sends a command that is not answered yet, and gives the events that come at once.
    fn begin<C: Command>(&mut self, id: i64, params: &C) -> Vec<String> {
        let text = request(&CallId::from(id), self.client.session_id.as_ref(), None, params).unwrap();
        let mut frames = Vec::new();
        self.client.engine.handle(&text, &mut frames).unwrap();
        while self.client.engine.poll(&mut frames) {}
        frames
    }
}

const TEXT: &str = "a();";

fn source() -> Location {
    Location {
        source_id: SourceId::from("s1"),
        line: 1,
        column: 0,
    }
}

/// Forty steps, after each of which something happens.
fn busy() -> (Log, Vec<ExecutionPoint>) {
    let mut code = Code::classic(1, TEXT);
    let site = code.site("a()", code.root());
    let top = code.top();
    let mut log = Log::new([code, Code::classic(2, "b();")]);
    log.image("aa", b"not truly a JPEG");
    log.enter(top, InstanceId::STATIC, &[]);
    let mut points = Vec::new();
    for idx in 0..40_u32 {
        points.push(log.step(site));
        log.mark(match idx % 6 {
            0 => Event::Mouse(Mouse {
                kind: MouseKind::Move,
                client_x: f64::from(idx),
                client_y: 0.0,
                is_synthetic: false,
            }),
            1 => Event::Keyboard(Keyboard {
                kind: KeyKind::Down,
                key: format!("{idx}").as_str().into(),
                is_synthetic: false,
            }),
            2 => Event::Navigation(Navigation {
                url: format!("https://site.test/{idx}").as_str().into(),
                kind: "pushState".into(),
            }),
            3 => Event::Paint(Paint {
                hash: "aa".into(),
                mime_type: "image/jpeg".into(),
                width: 1,
                height: 1,
                scale: 1.0,
            }),
            4 => Event::Message(Message {
                source: MessageSource::ConsoleApi,
                level: MessageLevel::Info,
                method: "log".into(),
                text: Some(format!("message {idx}").as_str().into()),
                arguments: Vec::new(),
                url: None,
                position: None,
            }),
            _ => Event::Annotation(Annotation {
                kind: "note".into(),
                contents: format!("{idx}").as_str().into(),
            }),
        });
    }
    log.end();
    (log, points)
}

/// What events say, method by method, whatever events it came in: batches are put together.
fn items(frames: &[String]) -> Vec<(String, serde_json::Value)> {
    let mut found = Vec::new();
    for text in frames {
        let Incoming::Event(event) = Incoming::decode(text).unwrap() else {
            continue;
        };
        if matches!(
            &*event.method,
            "Session.loadedRegions" | "Session.processingProgress"
        ) {
            continue;
        }
        let params: serde_json::Value = serde_json::from_str(text).unwrap();
        let lists = params["params"].as_object().unwrap().values().cloned();
        for list in lists {
            match list {
                serde_json::Value::Array(list) => {
                    found.extend(list.into_iter().map(|item| (event.method.to_string(), item)));
                }
                item => found.push((event.method.to_string(), item)),
            }
        }
    }
    found.sort_by_key(|(method, _)| method.clone());
    found
}

fn answered(frames: &[String]) -> Vec<i64> {
    let responses = frames
        .iter()
        .filter_map(|text| match Incoming::decode(text).unwrap() {
            Incoming::Response(response) => {
                Some((response.id.to_string().parse().unwrap(), response.outcome))
            }
            Incoming::Event(_) => None,
        });
    responses
        .map(|(id, outcome)| {
            outcome.unwrap();
            id
        })
        .collect()
}

#[test]
fn lists_grow_with_the_recording_and_are_answered_when_it_ends() {
    let (log, _) = busy();
    let mut live = Live::of(&log);
    let mut frames = live.begin(101, &FindMouseEvents {});
    frames.extend(live.begin(102, &FindKeyboardEvents {}));
    frames.extend(live.begin(103, &FindNavigationEvents {}));
    frames.extend(live.begin(104, &FindPaints {}));
    frames.extend(live.begin(105, &FindMessages {}));
    frames.extend(live.begin(106, &FindSources {}));
    let annotations = FindAnnotations {
        kind: "note".to_owned(),
    };
    frames.extend(live.begin(107, &annotations));
    assert!(answered(&frames).is_empty());
    let mut n_growths = 0;
    while let Some(news) = live.grow() {
        if live
            .client
            .ask(ExperimentalCommand {
                name: LIVE_STATE.to_owned(),
                params: None,
            })
            .rval
            == Some(
                serde_json::to_value(LiveStateResult {
                    is_live: true,
                    origin: None,
                })
                .unwrap(),
            )
        {
            assert!(answered(&news).is_empty());
        }
        n_growths += 1;
        frames.extend(news);
    }
    assert!(n_growths > 40);
    let mut done = answered(&frames);
    done.sort_unstable();
    assert_eq!(done, [101, 102, 103, 104, 105, 106, 107]);

    let mut whole = log.open(1);
    let mut expected = whole.send(None, &FindMouseEvents {}).events;
    expected.extend(whole.send(None, &FindKeyboardEvents {}).events);
    expected.extend(whole.send(None, &FindNavigationEvents {}).events);
    expected.extend(whole.send(None, &FindPaints {}).events);
    expected.extend(whole.send(None, &FindMessages {}).events);
    expected.extend(whole.send(None, &FindSources {}).events);
    expected.extend(whole.send(None, &annotations).events);
    assert_eq!(items(&frames), items(&expected));
}

#[test]
fn the_end_moves_and_regions_grow() {
    let (log, points) = busy();
    let mut live = Live::of(&log);
    live.begin(101, &ListenForLoadChanges {});
    let mut ends: Vec<TimeStampedPoint> = Vec::new();
    loop {
        let end = live.client.ask(GetEndpoint {}).endpoint;
        let beyond = points.iter().find(|point| **point > end.point);
        if let Some(beyond) = beyond {
            let (_, message) = live.client.error(CreatePause {
                point: beyond.clone(),
            });
            assert!(
                message.contains("lies past the end of the recording"),
                "{message}"
            );
        }
        assert_eq!(live.client.ask(GetFocusWindow {}).window.end, end);
        let has_moved = ends.last() != Some(&end);
        ends.push(end);
        let Some(news) = live.grow() else { break };
        let now = live.client.ask(GetEndpoint {}).endpoint;
        let told: Vec<LoadedRegions> = news
            .iter()
            .filter_map(|text| match Incoming::decode(text).unwrap() {
                Incoming::Event(event) if event.method == "Session.loadedRegions" => {
                    Some(event.read().unwrap())
                }
                _ => None,
            })
            .collect();
        if ends.last() != Some(&now) {
            let last = told.last().expect("a growth is told");
            assert_eq!(last.loading[0].end, now);
            assert_eq!(last.loaded[0].end, now);
        }
        let _ = has_moved;
    }
    assert!(ends.is_sorted_by(|a, b| a.point <= b.point && a.time <= b.time));
    ends.dedup();
    assert!(ends.len() > 30, "{}", ends.len());
    assert_eq!(ends.last(), Some(&log.open(1).ask(GetEndpoint {}).endpoint));
}

#[test]
fn what_was_known_stays_as_it_was() {
    let (log, points) = busy();
    let mut live = Live::of(&log);
    let pause_id = live.client.pause(&points[0]);
    let frames = live.client.ask_in(&pause_id, GetAllFrames {}).frames;
    let stack = live.client.stack_text(&points[0]);
    live.grow_to_the_end();
    assert_eq!(live.client.ask_in(&pause_id, GetAllFrames {}).frames, frames);
    assert_eq!(live.client.stack_text(&points[0]), stack);
    assert_eq!(
        live.client.stack_text(&points[39]),
        log.open(3).stack_text(&points[39])
    );
}

#[test]
fn places_are_counted_as_far_as_the_recording_is_made() {
    let (log, points) = busy();
    let mut live = Live::of(&log);
    let count = |client: &mut Client| {
        let counts = client.ask(GetHitCounts {
            source_id: source().source_id,
            locations: vec![wire::debugger::SameLineSourceLocations {
                line: 1,
                columns: vec![0],
            }],
            max_hits: None,
            range: None,
        });
        counts.hits.iter().map(|hit| hit.hits).sum::<u64>()
    };
    loop {
        let end = live.client.ask(GetEndpoint {}).endpoint.point;
        let n_known = points.iter().filter(|point| **point < end).count() as u64;
        assert_eq!(count(&mut live.client), n_known);
        if live.grow().is_none() {
            break;
        }
    }
    assert_eq!(count(&mut live.client), 40);
}

#[test]
fn a_focus_window_that_ends_earlier_stays_where_it_is() {
    let (log, _) = busy();
    let mut live = Live::of(&log);
    for _ in 0..20 {
        live.grow();
    }
    let range = FocusWindowRequest {
        begin: Some(0.1),
        end: Some(0.3),
        bias: None,
    };
    let window = live.client.ask(RequestFocusRange { range }).window;
    live.grow_to_the_end();
    assert_eq!(live.client.ask(GetFocusWindow {}).window, window);
}

#[test]
fn a_recorder_that_was_killed_ends_its_recording() {
    let (log, _) = busy();
    let mut live = Live::of(&log);
    live.begin(101, &FindMouseEvents {});
    for _ in 0..20 {
        live.grow();
    }
    let end = live.client.ask(GetEndpoint {}).endpoint;
    live.following.lock().unwrap().end().unwrap();
    assert_eq!(answered(&live.news()), [101]);
    assert_eq!(live.client.ask(GetEndpoint {}).endpoint, end);
}
