//! Reads everything a recording holds and says what in it cannot be true.

use std::{collections::BTreeSet, fmt};

use crate::{
    archive::Archive,
    chunk::{Chunk, RecordPosition},
    compress::decompress,
    details::Observer,
    event::{Message, MessageSource, Row},
    ids::{FunctionId, InstanceId, ScriptId, SiteId},
    index::{CHUNKS_PER_GROUP, Group},
    names,
    opening::index_chunk,
    point::Point,
    reader::Reader,
    record::Record,
    script::Script,
    source::ByteSource,
    tracker::Tracker,
};

/// Something in a recording that is damaged or cannot be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The entry of the file it was found in.
    pub entry: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.entry, self.what)
    }
}

/// Problems told of one entry; more of the same help nobody.
const MAX_PROBLEMS_PER_ENTRY: usize = 20;

/// Reads everything: checksums, every chunk, script, event and index, and what must hold between them. An empty answer
/// means that a recording is sound.
pub fn verify(reader: &Reader) -> Vec<Problem> {
    let mut problems = Problems::default();
    check_entries(reader, &mut problems);
    let sites = check_scripts(reader, &mut problems);
    let marks = check_log(reader, &sites, &mut problems);
    check_events(reader, &marks, &mut problems);
    problems.found
}

/// How many bytes come out of a file when all of it is unpacked. Stops at the first entry that cannot be, and once there
/// are more than so many: some bytes can be a day's work.
///
/// # Errors
/// It is no recording; an entry is damaged, or unpacks to too much: a sentence.
pub fn unpacked_len(source: Box<dyn ByteSource>, max_bytes: u64) -> Result<u64, String> {
    let (archive, _) = Archive::open(source).map_err(|error| error.to_string())?;
    let mut n_bytes: u64 = 0;
    for entry in archive.entries() {
        let stored = archive.entry_bytes(&entry).map_err(|error| error.to_string())?;
        n_bytes += match entry.name.ends_with(".zst") {
            true => decompress(&stored)
                .map_err(|error| format!("{}: {error}", entry.name))?
                .len() as u64,
            false => stored.len() as u64,
        };
        if n_bytes > max_bytes {
            return Err(format!(
                "more than {} MB come out of it, far more than of any recording of its size",
                max_bytes / 1_000_000
            ));
        }
    }
    Ok(n_bytes)
}

#[derive(Default)]
struct Problems {
    found: Vec<Problem>,
}

impl Problems {
    fn add(&mut self, entry: &str, what: impl fmt::Display) {
        let n_told = self
            .found
            .iter()
            .rev()
            .take_while(|problem| problem.entry == entry)
            .count();
        if n_told < MAX_PROBLEMS_PER_ENTRY {
            self.found.push(Problem {
                entry: entry.to_owned(),
                what: what.to_string(),
            });
        }
    }
}

/// Every entry's checksum, and that it decompresses.
fn check_entries(reader: &Reader, problems: &mut Problems) {
    for entry in reader.archive().entries() {
        match reader.archive().entry_bytes(&entry) {
            Ok(bytes) if entry.name.ends_with(".zst") => {
                if let Err(error) = decompress(&bytes) {
                    problems.add(&entry.name, error);
                }
            }
            Ok(_) => {}
            Err(error) => problems.add(&entry.name, error),
        }
    }
}

/// Each script, its text, and that its parts refer to each other. Gives the function of every site: (first site,
/// functions from there on).
fn check_scripts(reader: &Reader, problems: &mut Problems) -> Vec<(u32, Vec<FunctionId>)> {
    let mut sites: Vec<(u32, Vec<FunctionId>)> = Vec::new();
    for info in reader.scripts() {
        let entry = names::script(info.id);
        match reader.script(info.id) {
            Ok(script) => {
                check_script(&script, &entry, problems);
                sites.push((
                    script.first_site.0,
                    script.sites.iter().map(|site| site.function).collect(),
                ));
            }
            Err(error) => problems.add(&entry, error),
        }
        match reader.text(info.id) {
            Ok(text) if text.encode_utf16().count() != info.n_code_units as usize => {
                problems.add(&entry, "its text is not as long as it says");
            }
            Ok(_) => {}
            Err(error) => problems.add(&entry, error),
        }
    }
    sites.sort_unstable_by_key(|(first, _)| *first);
    for pair in sites.windows(2) {
        if let [(first, functions), (next, _)] = pair
            && *first as usize + functions.len() > *next as usize
        {
            problems.add(names::SCRIPTS, format!("two scripts claim site {next}"));
        }
    }
    sites
}

fn check_script(script: &Script, entry: &str, problems: &mut Problems) {
    let Script {
        first_function,
        functions,
        first_scope,
        scopes,
        first_binding,
        bindings,
        ..
    } = script;
    let is_in =
        |id: u32, first: u32, len: usize| id.checked_sub(first).is_some_and(|idx| (idx as usize) < len);
    let is_function = |id: FunctionId| is_in(id.0, first_function.0, functions.len());
    let is_scope = |id: crate::ids::ScopeId| is_in(id.0, first_scope.0, scopes.len());
    let is_binding = |id: &crate::ids::BindingId| is_in(id.0, first_binding.0, bindings.len());
    if functions.is_empty() || scopes.is_empty() {
        problems.add(entry, "it has no top level");
    }
    if !script
        .sites
        .iter()
        .all(|site| is_function(site.function) && is_scope(site.scope))
    {
        problems.add(entry, "a site lies in a function or scope of another script");
    }
    if !functions.iter().all(|function| {
        function.parent.is_none_or(is_function)
            && is_scope(function.scope)
            && function.parameters.iter().all(is_binding)
    }) {
        problems.add(entry, "a function refers to parts of another script");
    }
    let is_parent = |scope_idx: usize, parent: crate::ids::ScopeId| {
        parent
            .0
            .checked_sub(first_scope.0)
            .is_some_and(|parent_idx| (parent_idx as usize) < scope_idx)
    };
    if !scopes.iter().enumerate().all(|(scope_idx, scope)| {
        scope.parent.is_none_or(|parent| is_parent(scope_idx, parent))
            && is_function(scope.function)
            && scope.bindings.iter().all(is_binding)
    }) {
        problems.add(
            entry,
            "a scope refers to parts of another script, or stands before its parent",
        );
    }
    if !bindings.iter().all(|binding| is_scope(binding.scope)) {
        problems.add(entry, "a variable lies in a scope of another script");
    }
}

/// Points of the log, of marks and of exceptions.
#[derive(Default)]
struct Points {
    marks: BTreeSet<Point>,
    exceptions: BTreeSet<Point>,
}

/// The whole log: that chunks follow on each other, that records make sense, and that the stored indexes are those of
/// the chunks.
fn check_log(reader: &Reader, sites: &[(u32, Vec<FunctionId>)], problems: &mut Problems) -> Points {
    let mut points = Points::default();
    let mut before: Option<Tracker> = Some(Tracker::default());
    let mut group = Group::default();
    let mut is_group_whole = true;
    for chunk_idx in 0..reader.chunks().len() {
        let entry = names::chunk(chunk_idx);
        match reader.chunk(chunk_idx) {
            Ok(chunk) => {
                if before.is_some_and(|before| before != *chunk.tracker()) {
                    problems.add(&entry, "it does not begin as the one before it ends");
                }
                check_chunk(reader, &chunk, &entry, sites, &mut points, problems);
                check_details(reader, chunk_idx, &chunk, problems);
                before = Some(chunk.end_tracker().clone());
                group.add(chunk_idx % CHUNKS_PER_GROUP, index_chunk(&chunk));
            }
            Err(error) => {
                problems.add(&entry, error);
                before = None;
                is_group_whole = false;
            }
        }
        let is_last = chunk_idx + 1 == reader.chunks().len();
        if is_last || (chunk_idx + 1) % CHUNKS_PER_GROUP == 0 {
            let made = std::mem::take(&mut group);
            check_group(
                reader,
                chunk_idx / CHUNKS_PER_GROUP,
                is_group_whole.then_some(made),
                problems,
            );
            is_group_whole = true;
        }
    }
    points
}

fn check_group(reader: &Reader, group_idx: usize, made: Option<Group>, problems: &mut Problems) {
    let entry = names::group(group_idx);
    if !reader.archive().has(&entry) {
        problems.add(&entry, "it is missing");
        return;
    }
    let Ok(bytes) = reader.archive().decompressed(&entry) else {
        return;
    };
    match Group::decode(&bytes) {
        Ok((_, stored)) if made.is_some_and(|made| made != stored) => {
            problems.add(&entry, "it is not the index of its chunks");
        }
        Ok(_) => {}
        Err(error) => problems.add(&entry, error),
    }
}

/// That the details of a chunk, if the file has them, are those of its records.
fn check_details(reader: &Reader, chunk_idx: usize, chunk: &Chunk, problems: &mut Problems) {
    let group_idx = chunk_idx / CHUNKS_PER_GROUP;
    let entry = names::details(group_idx);
    if !reader.archive().has(&entry) {
        return;
    }
    let (block, moments) = Observer::of(chunk).finish();
    let n_steps = chunk
        .end_tracker()
        .n_steps
        .saturating_sub(chunk.tracker().n_steps);
    let is_same_run = |site: SiteId| {
        let stored = reader.runs(site, chunk_idx).ok();
        stored == block.runs(site, 0, n_steps).ok()
    };
    if !reader.moments(chunk_idx).is_ok_and(|stored| stored == moments) {
        problems.add(&entry, "it does not tell what happened in its chunks");
    }
    if !block.sites().all(is_same_run) {
        problems.add(&entry, "its runs are not those of its chunks");
    }
}

fn check_chunk(
    reader: &Reader,
    chunk: &Chunk,
    entry: &str,
    sites: &[(u32, Vec<FunctionId>)],
    points: &mut Points,
    problems: &mut Problems,
) {
    let mut tracker = chunk.tracker().clone();
    for (RecordPosition(position), record) in chunk.records_from(RecordPosition::START) {
        let last_point = tracker.point();
        let mut problem = problem_before(reader, &record, &tracker);
        let applied = tracker.apply(&record);
        if let Some(point) = applied.point {
            note(&record, point, points);
            if point <= last_point {
                problem = Some("a point does not rise".to_owned());
            }
        }
        if let Record::Step(site) = record
            && site != SiteId::IDLE
        {
            problem = problem.or_else(|| problem_of_step(site, &tracker, sites));
        }
        if let Some(problem) = problem {
            problems.add(entry, format!("at byte {position} of its records: {problem}"));
        }
    }
}

fn note(record: &Record, point: Point, points: &mut Points) {
    match record {
        Record::Mark => points.marks.insert(point),
        Record::Throw(_) | Record::Leave => points.exceptions.insert(point),
        _ => false,
    };
}

/// What is wrong with a record, given the state before it.
fn problem_before(reader: &Reader, record: &Record, tracker: &Tracker) -> Option<String> {
    let unborn = |instance: InstanceId| {
        (instance >= tracker.next_instance).then(|| format!("{instance:?} is not born"))
    };
    let unknown = |script: Option<ScriptId>, id: &dyn fmt::Debug| match script {
        Some(_) => None,
        None => Some(format!("{id:?} belongs to no script")),
    };
    match record {
        Record::Tick(time) if *time < tracker.time => Some("the clock runs backwards".to_owned()),
        Record::Enter { function, parent, .. } => {
            unborn(*parent).or_else(|| unknown(reader.script_of_function(*function), function))
        }
        Record::Leave
        | Record::Suspend
        | Record::Return(_)
        | Record::End
        | Record::Throw(_)
        | Record::Catch
            if tracker.stack.is_empty() =>
        {
            Some(format!("{record:?} without a frame"))
        }
        Record::Resume(instance) if !tracker.suspended.contains_key(instance) => {
            Some(format!("{instance:?} is resumed, but was not suspended"))
        }
        Record::Write { owner, binding, .. } | Record::Append { owner, binding, .. } => unborn(*owner)
            .or_else(|| {
                let is_this = *binding == crate::ids::BindingId::THIS;
                if is_this {
                    None
                } else {
                    unknown(reader.script_of_binding(*binding), binding)
                }
            }),
        Record::Scope {
            scope,
            parent: instance,
        }
        | Record::ScopeCopy {
            scope,
            from: instance,
        } => unborn(*instance).or_else(|| unknown(reader.script_of_scope(*scope), scope)),
        _ if record.object().is_some_and(|object| object.0 == 0) => {
            Some("object 0 does not exist".to_owned())
        }
        _ => None,
    }
}

/// A step's site must lie in the function of the running frame.
fn problem_of_step(site: SiteId, tracker: &Tracker, sites: &[(u32, Vec<FunctionId>)]) -> Option<String> {
    let after = sites.partition_point(|(first, _)| *first <= site.0);
    let script = after.checked_sub(1).and_then(|idx| sites.get(idx));
    let function = script.and_then(|(first, functions)| functions.get((site.0 - first) as usize));
    match (function, tracker.top()) {
        (None, _) => Some(format!("{site:?} belongs to no script")),
        (_, None) => Some(format!("{site:?} runs without a frame")),
        (Some(function), Some(top)) if *function != top.function => Some(format!(
            "{site:?} of {function:?} runs in a frame of {:?}",
            top.function
        )),
        _ => None,
    }
}

/// Each mark has its row, each row its mark (or, for an uncaught error, its exception), each paint its picture; and
/// the manifest counts what there is.
fn check_events(reader: &Reader, points: &Points, problems: &mut Problems) {
    let mut unexplained = points.marks.clone();
    let mut n_rows = Vec::new();
    match reader.messages() {
        Ok(rows) => {
            check_rows(
                &rows,
                names::MESSAGES,
                points,
                &mut unexplained,
                is_of_exception,
                problems,
            );
            n_rows.push((names::MESSAGES, rows.len(), reader.manifest().counts.messages));
        }
        Err(error) => problems.add(names::MESSAGES, error),
    }
    macro_rules! check {
        ($($table:ident $name:ident)*) => {$(
            match reader.$table() {
                Ok(rows) => {
                    check_rows(&rows, names::$name, points, &mut unexplained, |_| false, problems);
                    n_rows.push((names::$name, rows.len(), reader.manifest().counts.$table));
                }
                Err(error) => problems.add(names::$name, error),
            }
        )*};
    }
    check!(mouse MOUSE keyboard KEYBOARD navigations NAVIGATIONS paints PAINTS);
    check!(dom DOM layouts LAYOUTS styles STYLES listeners LISTENERS dispatches DISPATCHES);
    check!(annotations ANNOTATIONS network NETWORK);
    for point in unexplained {
        problems.add("events", format!("nothing says what happened at point {point}"));
    }
    for (name, n_rows, n_counted) in n_rows {
        if n_rows != n_counted as usize {
            problems.add(
                names::MANIFEST,
                format!("it counts {n_counted} {name}, and {n_rows} are there"),
            );
        }
    }
    for row in reader.paints().iter().flat_map(|rows| rows.iter()) {
        if let Err(error) = reader.paint_bytes(&row.event.hash) {
            problems.add("events/paints", error);
        }
    }
    for row in reader.network().iter().flat_map(|rows| rows.iter()) {
        let missing = row
            .event
            .what
            .body()
            .and_then(|body| reader.body(&body.hash).err());
        if let Some(error) = missing {
            problems.add("events/network", error);
        }
    }
}

fn is_of_exception(message: &Message) -> bool {
    message.source == MessageSource::PageError
}

fn check_rows<E>(
    rows: &[Row<E>],
    name: &str,
    points: &Points,
    unexplained: &mut BTreeSet<Point>,
    may_be_earlier: fn(&E) -> bool,
    problems: &mut Problems,
) {
    let entry = format!("events/{name}");
    let mut last = None;
    for Row { point, time, event } in rows {
        if may_be_earlier(event) && points.exceptions.contains(point) {
            continue;
        }
        if !points.marks.contains(point) {
            problems.add(&entry, format!("no mark stands at point {point}"));
        }
        unexplained.remove(point);
        if last.is_some_and(|(last_point, last_time)| *point <= last_point || *time < last_time) {
            problems.add(&entry, format!("point {point} or its time does not rise"));
        }
        last = Some((*point, *time));
    }
}
