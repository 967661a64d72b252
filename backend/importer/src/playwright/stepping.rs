//! The lines of the program that drove the browser, as steps of the recording: each call stands in the frames of its stack, which
//! wait (as at an `await`) until the next call. A trace tells a stack at each call and nothing in between, so a frame goes on where
//! the next stack has the same function at the same depth, and has ended where it has not.

use std::{
    collections::HashMap,
    io::{Read, Seek},
};

use recording::{
    ids::{FunctionId, InstanceId, SiteId},
    record::Record,
    script::Position,
};

use super::events::StackFrame;
use crate::{
    container::Resources,
    error::ImportError,
    hash::sha1,
    limits::MAX_SOURCE,
    story::{Story, What},
};

/// Frames of one stack that are kept, from the outermost.
const MAX_DEPTH: usize = 200;

/// See the module.
pub(super) struct Stepping {
    files: HashMap<String, File>,
    /// Frames that wait, the outermost first.
    open: Vec<Open>,
    next_instance: u32,
    /// Whether they were resumed for a call.
    is_running: bool,
    /// No call is before the one before it.
    time: f64,
}

/// A source with its functions and places.
#[derive(Default)]
struct File {
    functions: Vec<String>,
    places: Vec<(Position, usize)>,
    first_function: FunctionId,
    first_site: SiteId,
}

/// A frame, as ids.
#[derive(Clone, Copy, PartialEq)]
struct Place {
    function: FunctionId,
    site: SiteId,
}

struct Open {
    place: Place,
    instance: InstanceId,
}

impl Stepping {
    /// Adds the sources of all stacks to the story.
    ///
    /// # Errors
    /// The file is too large.
    pub(super) fn new<'s, R: Read + Seek>(
        stacks: impl Iterator<Item = &'s [StackFrame]> + Clone,
        names: &[String],
        resources: &mut Resources<R>,
        story: &mut Story,
    ) -> Result<Self, ImportError> {
        let entries = source_entries(names);
        let mut files: HashMap<String, File> = HashMap::new();
        // In the order in which they come.
        let mut paths: Vec<&str> = Vec::new();
        for frame in stacks.clone().flatten() {
            let path = path_of(frame);
            if !entries.contains_key(&sha1(path.as_bytes())) {
                continue;
            }
            let file = files.entry(path.to_owned()).or_insert_with(|| {
                paths.push(path);
                File::default()
            });
            file.add(frame);
        }
        let mut n_texts = 0;
        for path in paths {
            let Some(entry) = entries.get(&sha1(path.as_bytes())) else {
                continue;
            };
            let text = resources.get(entry, MAX_SOURCE)?.filter(|(_, is_more)| !is_more);
            let (Some((text, _)), Some(file)) = (text, files.get_mut(path)) else {
                files.remove(path);
                story.leaving.add("sources that are too large or damaged");
                continue;
            };
            let functions: Vec<&str> = file.functions.iter().map(String::as_str).collect();
            let text = String::from_utf8_lossy(&text).into_owned();
            let ids = story.scripts.add(&url_of(path), text, &functions, &file.places);
            (file.first_function, file.first_site) = ids;
            n_texts += 1;
        }
        let n_unnamed = entries.len().saturating_sub(n_texts);
        story
            .leaving
            .add_many("sources of which no line is in a stack", n_unnamed as u64);
        Ok(Self {
            files,
            open: Vec::new(),
            next_instance: 1,
            is_running: false,
            time: 0.0,
        })
    }

    /// The frames of a stack, the outermost first, as far as their sources are there.
    fn places(&self, stack: &[StackFrame]) -> Vec<Place> {
        let places = stack.iter().rev().filter_map(|frame| {
            let file = self.files.get(path_of(frame))?;
            file.place(frame)
        });
        places.take(MAX_DEPTH).collect()
    }

    /// Goes to a call.
    pub(super) fn resume(&mut self, at: f64, stack: &[StackFrame], story: &mut Story) {
        self.time = self.time.max(at);
        let places = self.places(stack);
        if places.is_empty() {
            return;
        }
        let mut records: Vec<Record> = self
            .open
            .iter()
            .map(|open| Record::Resume(open.instance))
            .collect();
        // Frames that go on: those in the same function, down to the first that is at another place.
        let mut n_kept = 0;
        let mut steps_on = false;
        for (depth, (place, open)) in places.iter().zip(&self.open).enumerate() {
            if place.function != open.place.function {
                break;
            }
            n_kept = depth + 1;
            if place.site != open.place.site || n_kept == places.len() {
                steps_on = true;
                break;
            }
        }
        for _ in self.open.drain(n_kept..) {
            records.extend([Record::End, Record::Leave]);
        }
        if let (true, Some(open), Some(place)) = (
            steps_on,
            self.open.last_mut(),
            places.get(n_kept.saturating_sub(1)),
        ) {
            open.place = *place;
            records.push(Record::Step(place.site));
        }
        for place in places.into_iter().skip(n_kept) {
            records.push(Record::Enter {
                function: place.function,
                parent: InstanceId::STATIC,
                this: None,
                arguments: Vec::new(),
            });
            records.push(Record::Step(place.site));
            self.open.push(Open {
                place,
                instance: InstanceId(self.next_instance),
            });
            self.next_instance = self.next_instance.saturating_add(1);
        }
        self.is_running = true;
        story.add(self.time, What::Ran(records));
    }

    /// All frames wait for the next call.
    pub(super) fn suspend(&mut self, at: f64, story: &mut Story) {
        if std::mem::take(&mut self.is_running) {
            let records = self.open.iter().map(|_| Record::Suspend).collect();
            story.add(self.time.max(at), What::Ran(records));
        }
    }
}

impl File {
    fn add(&mut self, frame: &StackFrame) {
        let name = function_of(frame);
        let function = match name {
            "" => 0,
            name => match self.functions.iter().position(|known| known == name) {
                Some(idx) => idx + 1,
                None => {
                    self.functions.push(name.to_owned());
                    self.functions.len()
                }
            },
        };
        let place = (position_of(frame), function);
        if !self.places.contains(&place) {
            self.places.push(place);
        }
    }

    fn place(&self, frame: &StackFrame) -> Option<Place> {
        let name = function_of(frame);
        let function = match name {
            "" => 0,
            name => self.functions.iter().position(|known| known == name)? + 1,
        };
        let place = (position_of(frame), function);
        let idx = self.places.iter().position(|known| *known == place)?;
        Some(Place {
            function: FunctionId(self.first_function.0 + function as u32),
            site: SiteId(self.first_site.0 + idx as u32),
        })
    }
}

/// Columns of stacks are from 1.
fn position_of(frame: &StackFrame) -> Position {
    Position {
        line: frame.line.max(1),
        column: frame.column.saturating_sub(1),
    }
}

fn function_of(frame: &StackFrame) -> &str {
    let name = frame.function.as_deref().unwrap_or_default();
    let name = name.strip_prefix("async ").unwrap_or(name);
    if name == "<anonymous>" { "" } else { name }
}

/// Some versions take a word of the stack for a part of the path.
fn path_of(frame: &StackFrame) -> &str {
    let path = frame.file.strip_prefix("async ").unwrap_or(&frame.file);
    path.strip_prefix("file://").unwrap_or(path)
}

fn url_of(path: &str) -> String {
    match path.strip_prefix('/') {
        Some(_) => format!("file://{path}"),
        None if path.contains("://") => path.to_owned(),
        None => format!("file:///{}", path.replace('\\', "/")),
    }
}

/// The entries that hold sources, by the SHA-1 of their paths: `src/HASH.ext`, in older versions `resources/src@HASH.txt`.
fn source_entries(names: &[String]) -> HashMap<String, String> {
    let source = |name: &String| {
        let rest = name
            .strip_prefix("src/")
            .or(name.strip_prefix("resources/src@"))?;
        let hash = rest.split('.').next().unwrap_or_default();
        Some((hash.to_owned(), name.clone()))
    };
    names.iter().filter_map(source).collect()
}
