//! Traces of Playwright (versions 5 to 10 of its format: 1.36 and later), of its library and of its test runner: pictures,
//! documents, console, requests; what the program did, by name, with the lines that did it.

mod actions;
mod console;
mod document;
mod events;
mod pages;
mod snapshot;
mod stepping;
mod tree;

use std::{
    collections::HashMap,
    io::{BufRead, Read, Seek},
};

use recording::origin::Content;

use self::{
    actions::Actions,
    events::{Context, Event, Snapshot, StackFrame, Stacks},
    pages::Pages,
};
use crate::{
    container::{Archive, Input, Resources},
    error::ImportError,
    exchange::Redirects,
    har::Entry,
    json,
    story::{Shot, Story, What},
};

const OLDEST: u32 = 5;
const NEWEST: u32 = 10;

/// One of the traces in the file: of a browser context, or of the test runner.
struct Trace {
    context: Context,
    events: Vec<Event>,
    stacks: HashMap<String, Vec<StackFrame>>,
}

impl Trace {
    fn is_of_test(&self) -> bool {
        // The first versions of the test runner did not begin with a context.
        self.context.origin.as_deref() == Some("testRunner") || self.context.version == 0
    }

    /// The trace's clock at a time in milliseconds since 1970.
    fn clock(&self) -> Clock {
        let first = self.events.iter().find_map(|event| match event {
            Event::Before(before) => Some((before.wall_time?, before.start_time)),
            _ => None,
        });
        let given = self.context.wall_time.zip(self.context.monotonic_time);
        let (wall, own) = given
            .or(first)
            .unwrap_or((self.context.wall_time.unwrap_or(0.0), 0.0));
        Clock { ahead: wall - own }
    }
}

/// What to add to the time of a trace.
#[derive(Clone, Copy)]
struct Clock {
    ahead: f64,
}

impl Clock {
    fn wall(self, time: f64) -> f64 {
        time + self.ahead
    }
}

/// Reads a trace.
///
/// # Errors
/// It is of a version that is not known, or nothing of it can be read.
pub(crate) fn read<R: Read + Seek>(input: Input<'_, R>) -> Result<(Story, Resources<R>), ImportError> {
    let Input::Trace(mut archive) = input else {
        return Err(ImportError::Unknown);
    };
    let mut story = Story::default();
    let names = archive.names();
    let mut traces = Vec::new();
    for prefix in names.iter().filter_map(|name| name.strip_suffix(".trace")) {
        traces.push(read_trace(&mut archive, prefix, &names, &mut story)?);
    }
    // What the test runner calls things goes before what the library does.
    traces.sort_by_key(|trace| !trace.is_of_test());
    describe(&traces, &mut story);
    let mut resources = Resources(Some(archive));
    tell(traces, &names, &mut resources, &mut story)?;
    lacks(&mut story);
    Ok((story, resources))
}

fn read_trace<R: Read + Seek>(
    archive: &mut Archive<R>,
    prefix: &str,
    names: &[String],
    story: &mut Story,
) -> Result<Trace, ImportError> {
    let mut trace = Trace {
        context: Context::default(),
        events: Vec::new(),
        stacks: HashMap::new(),
    };
    for end in [".trace", ".network"] {
        let name = format!("{prefix}{end}");
        if names.contains(&name) {
            archive.entry(&name, |text| read_events(text, &name, &mut trace, story))?;
        }
    }
    let name = format!("{prefix}.stacks");
    if names.contains(&name) {
        archive.entry(&name, |text| {
            let mut stacks = String::new();
            let read = text
                .read_to_string(&mut stacks)
                .map_err(|error| error.to_string());
            match read.and_then(|_| json::read::<Stacks>(&stacks)) {
                Ok(stacks) => trace.stacks = stacks.by_call().collect(),
                Err(_) => story.leaving.add("files of stacks that cannot be read"),
            }
            Ok(())
        })?;
    }
    Ok(trace)
}

fn read_events(
    text: &mut dyn BufRead,
    name: &str,
    trace: &mut Trace,
    story: &mut Story,
) -> Result<(), ImportError> {
    loop {
        let line = match json::next_line(text) {
            Ok(Some(Ok(line))) => line,
            Ok(Some(Err(_))) => {
                story.leaving.add("lines that are too long or no UTF-8");
                continue;
            }
            Ok(None) => return Ok(()),
            // A trace that was cut is read as far as it goes.
            Err(error) => {
                story.warnings.push(format!(
                    "{name} is damaged and was read as far as it goes: {error}"
                ));
                return Ok(());
            }
        };
        let events = match Event::read(&line) {
            Ok(events) => events,
            Err(_) => {
                story.leaving.add("events that cannot be read");
                continue;
            }
        };
        for event in events {
            match event {
                Event::Context(context) => {
                    check_version(&context, story)?;
                    trace.context = context;
                }
                Event::Left(what) => story.leaving.add(what),
                event => trace.events.push(event),
            }
        }
    }
}

/// Old versions are refused. A newer one is read all the same: events that are not known are counted, and since version 6 none
/// that was known has changed its meaning.
fn check_version(context: &Context, story: &mut Story) -> Result<(), ImportError> {
    let found = context.version;
    if found < OLDEST {
        return Err(ImportError::Version {
            format: "Playwright's trace format",
            found,
            oldest: OLDEST,
            newest: NEWEST,
            remedy: "record it again with Playwright 1.36 or later",
        });
    }
    if found > NEWEST {
        let warning = format!(
            "the trace is of version {found} of Playwright's format, newer than the {NEWEST} that is known: some of it may be missing"
        );
        if !story.warnings.contains(&warning) {
            story.warnings.push(warning);
        }
    }
    Ok(())
}

/// What the traces say of themselves.
fn describe(traces: &[Trace], story: &mut Story) {
    let contexts = || traces.iter().map(|trace| &trace.context);
    let version = contexts().find_map(|context| context.playwright_version.as_deref());
    story.recorder = match version {
        Some(version) => format!("Playwright {version}"),
        None => "Playwright".to_owned(),
    };
    story.platform = contexts()
        .find_map(|context| context.platform.clone())
        .filter(|platform| platform.chars().all(|char| char.is_ascii_alphanumeric()))
        .unwrap_or_default();
    story.title = contexts()
        .filter_map(|context| context.title.clone())
        .find(|title| !title.is_empty())
        .unwrap_or_default();
    let options = || contexts().filter_map(|context| context.options.as_ref());
    let size = |pixels: f64| (1.0..=100_000.0).contains(&pixels).then_some(pixels as u32);
    story.viewport = options().find_map(|options| {
        let viewport = options.viewport?;
        size(viewport.width).zip(size(viewport.height))
    });
    let scales = options().find_map(|options| options.device_scale_factor);
    story.device_pixel_ratio = scales.filter(|scale| (0.1..=16.0).contains(scale));
}

fn tell<R: Read + Seek>(
    traces: Vec<Trace>,
    names: &[String],
    resources: &mut Resources<R>,
    story: &mut Story,
) -> Result<(), ImportError> {
    let mut actions = Actions::default();
    let mut entries: Vec<(f64, Entry)> = Vec::new();
    let mut snapshots: Vec<(f64, Box<Snapshot>)> = Vec::new();
    let mut pictures = Vec::new();
    for (trace_idx, trace) in traces.into_iter().enumerate() {
        let clock = trace.clock();
        let is_of_test = trace.is_of_test();
        let Trace { events, stacks, .. } = trace;
        let mut calls = actions.of_trace(trace_idx, is_of_test, stacks);
        for event in events {
            match event {
                Event::Before(before) => calls.begin(*before, clock),
                Event::Input(input) => calls.input(&input),
                Event::After(after) => calls.end(after, clock, story),
                Event::Log(log) => calls.log(&log, clock),
                Event::Console(message) => console::message(clock.wall(message.time), *message, story),
                Event::Happened(event) => console::happened(clock.wall(event.time), &event, story),
                Event::Output(output) => console::output(clock.wall(output.timestamp), &output, story),
                Event::Failure(failure) => calls.fail(failure.message),
                Event::Picture(picture) => pictures.push((clock.wall(picture.timestamp), picture)),
                Event::Snapshot(snapshot) => {
                    let at = clock.wall(snapshot.timestamp);
                    calls.snapshot(&snapshot, at);
                    snapshots.push((at, snapshot));
                }
                Event::Resource(entry) => {
                    let own = entry.monotonic_time.map(|time| clock.wall(time));
                    match entry.began().or(own) {
                        Some(began) => entries.push((began, *entry)),
                        None => story.leaving.add("requests that say no time"),
                    }
                }
                Event::Context(_) | Event::Left(_) => {}
            }
        }
    }
    snapshots.sort_by(|(left, _), (right, _)| left.total_cmp(right));
    entries.sort_by(|(left, _), (right, _)| left.total_cmp(right));
    let pages = Pages::of(&snapshots, &pictures);
    let n_pictures = pictures.len();
    for (at, picture) in pictures {
        if !pages.is_shown(&picture.page_id, at) {
            story
                .leaving
                .add("pictures of pages that were not acted on at that time");
            continue;
        }
        match picture.entry() {
            Some(entry) => story.add(
                at,
                What::Paint(Shot {
                    entry,
                    page_width: picture.width,
                }),
            ),
            None => story.leaving.add("pictures that are missing or damaged"),
        }
    }
    let has_snapshots = !snapshots.is_empty();
    pages::navigations(&snapshots, &entries, &pages, story);
    document::tell(snapshots, &pages, story);
    actions.tell(names, resources, story)?;
    let mut redirects = Redirects::default();
    for (began, entry) in entries {
        entry.into_exchange(began).tell(story, &mut redirects);
    }
    if n_pictures == 0 {
        let why = "This recording was imported from a Playwright trace without pictures: they are recorded with the option screenshots.";
        story.lack(Content::Pictures, why);
    }
    if !has_snapshots {
        let why = "This recording was imported from a Playwright trace without documents: they are recorded with the option snapshots.";
        story.lack(Content::Documents, why);
    }
    Ok(())
}

fn lacks(story: &mut Story) {
    let missing = [
        (
            Content::Execution,
            "which code of the page ran, only which lines of the program that drove it",
        ),
        (Content::Values, "what variables held"),
        (Content::Boxes, "where elements stood"),
        (Content::Styles, "which rules of style sheets applied"),
        (Content::Listeners, "which handlers there were"),
    ];
    for (content, what) in missing {
        let why = format!("This recording was imported from a Playwright trace, which does not say {what}.");
        story.lack(content, why);
    }
}
