//! The indexes answer what reading the whole log would, and memory stays within bounds.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::*;
use recording::{
    Moments, Run, Thrown,
    ids::{BindingId, InstanceId, ObjectId, ScopeId, SiteId},
    point::{Micros, Point},
    reader::{Options, Reader},
    record::Record,
    source::MemorySource,
    value::Value,
    writer::Writer,
};

/// A program with frames that suspend over many chunks, scopes, and objects written long after their birth.
fn async_program() -> Vec<u8> {
    let mut file = Vec::new();
    let mut writer = Writer::create_with(&mut file, head(), SMALL).unwrap();
    writer.add_script(&script(), TEXT).unwrap();
    let mut suspended = Vec::new();
    for task in 0..60_u32 {
        writer.push(enter(1, vec![])).unwrap();
        let frame = writer.tracker().top().unwrap().instance;
        writer
            .push(Record::Scope {
                scope: ScopeId(1),
                parent: frame,
            })
            .unwrap();
        for site in 3..=6 {
            writer.push(step(site)).unwrap();
        }
        let object = ObjectId(task + 1);
        writer
            .push(Record::Object {
                object,
                state: object_state("Task", 0.0),
            })
            .unwrap();
        writer.push(Record::Suspend).unwrap();
        suspended.push(frame);
        if task % 3 == 2 {
            let oldest = suspended.remove(0);
            writer.push(Record::Resume(oldest)).unwrap();
            writer.push(step(4)).unwrap();
            let (binding, value) = (BindingId(2), Value::Number(f64::from(task)));
            writer
                .push(Record::Write {
                    owner: oldest,
                    binding,
                    value,
                })
                .unwrap();
            writer
                .push(Record::SetAdd {
                    object: ObjectId(task / 2 + 1),
                    value: Value::Null,
                })
                .unwrap();
            writer.push(Record::End).unwrap();
            writer.push(Record::Leave).unwrap();
        }
    }
    writer.finish(String::new(), vec![], vec![]).unwrap();
    file
}

/// What a scan of the log finds.
#[derive(Default)]
struct Scan {
    sites: BTreeMap<u32, BTreeMap<usize, u64>>,
    writes: BTreeMap<(u32, u32), BTreeSet<usize>>,
    objects: BTreeMap<u32, BTreeSet<usize>>,
    frames: BTreeMap<u32, BTreeSet<usize>>,
    births: BTreeMap<u32, usize>,
    exits: BTreeMap<u32, usize>,
    points: Vec<(Point, usize)>,
}

fn scan(reader: &Reader) -> Scan {
    let mut scan = Scan::default();
    for chunk_idx in 0..reader.chunks().len() {
        let chunk = reader.chunk(chunk_idx).unwrap();
        let mut tracker = chunk.tracker().clone();
        for (_, record) in chunk.records_from(Default::default()) {
            let applied = tracker.apply(&record);
            scan.points.extend(applied.point.map(|point| (point, chunk_idx)));
            scan.births
                .extend(applied.begun.map(|instance| (instance.0, chunk_idx)));
            if let (Record::Leave, Some(frame)) = (&record, &applied.popped) {
                scan.exits.insert(frame.instance.0, chunk_idx);
            }
            if let Record::Step(site) = record {
                *scan
                    .sites
                    .entry(site.0)
                    .or_default()
                    .entry(chunk_idx)
                    .or_default() += 1;
                let frame = tracker.top().unwrap().instance.0;
                scan.frames.entry(frame).or_default().insert(chunk_idx);
            }
            if let Record::Write { owner, binding, .. } = record {
                scan.writes
                    .entry((owner.0, binding.0))
                    .or_default()
                    .insert(chunk_idx);
            }
            if let Some(object) = record.object() {
                scan.objects.entry(object.0).or_default().insert(chunk_idx);
            }
        }
    }
    scan
}

fn without(chunks: &BTreeSet<usize>, birth: Option<usize>) -> Vec<usize> {
    chunks
        .iter()
        .copied()
        .filter(|chunk_idx| Some(*chunk_idx) != birth)
        .collect()
}

fn check_against_a_scan(file: &[u8]) {
    let reader = open(file);
    while reader.load_next_index_group().unwrap().is_some() {}
    let scan = scan(&reader);
    for (site, chunks) in &scan.sites {
        let expected: Vec<_> = chunks
            .iter()
            .map(|(chunk_idx, count)| (*chunk_idx, *count))
            .collect();
        assert_eq!(reader.site_chunks(SiteId(*site)), expected);
        for chunk_idx in 0..=reader.chunks().len() {
            let expected: u64 = chunks.range(..chunk_idx).map(|(_, count)| count).sum();
            assert_eq!(reader.site_runs_before(SiteId(*site), chunk_idx), expected);
        }
    }
    for (instance, birth) in &scan.births {
        let instance = InstanceId(*instance);
        assert_eq!(reader.birth_chunk_of_instance(instance), Some(*birth));
        let exit = scan.exits.get(&instance.0).copied();
        assert_eq!(reader.exit_chunk(instance), exit.filter(|exit| exit != birth));
        let frames = scan.frames.get(&instance.0).cloned().unwrap_or_default();
        assert_eq!(reader.frame_chunks(instance), without(&frames, Some(*birth)));
    }
    for ((owner, binding), chunks) in &scan.writes {
        let owner = InstanceId(*owner);
        let expected = without(chunks, reader.birth_chunk_of_instance(owner));
        assert_eq!(reader.write_chunks(owner, BindingId(*binding)), expected);
    }
    for (object, chunks) in &scan.objects {
        let object = ObjectId(*object);
        let birth = reader.birth_chunk_of_object(object);
        assert!(
            chunks.first() >= birth.as_ref(),
            "nothing is known of an object before its birth"
        );
        assert_eq!(reader.object_chunks(object), without(chunks, birth));
    }
    for (point, chunk_idx) in &scan.points {
        assert_eq!(reader.chunk_of_point(*point), Some(*chunk_idx));
    }
}

#[test]
fn indexes_answer_what_a_scan_finds() {
    check_against_a_scan(&ticks(150).0);
    check_against_a_scan(&async_program());
}

/// What the details of each chunk say, read record by record: runs by site, ticks, throws, calls from outside.
fn check_details_against_a_scan(file: &[u8]) {
    let reader = open(file);
    for chunk_idx in 0..reader.chunks().len() {
        let chunk = reader.chunk(chunk_idx).unwrap();
        let mut tracker = chunk.tracker().clone();
        let mut runs: BTreeMap<u32, Vec<Run>> = BTreeMap::new();
        let mut expected = Moments::default();
        let mut since: Vec<Micros> = Vec::new();
        for (_, record) in chunk.records_from(Default::default()) {
            let is_fresh = tracker.top().is_some_and(|top| top.last_step.is_none());
            let (depth, last) = (
                tracker.stack.len() as u32,
                tracker.top().and_then(|top| top.last_step),
            );
            let step_idx = (tracker.n_steps - chunk.tracker().n_steps) as u32;
            let applied = tracker.apply(&record);
            if let Record::Tick(_) = record {
                since.push(tracker.time);
            }
            let Some(point) = applied.point else { continue };
            expected.first_point.get_or_insert(point);
            expected.ticks.extend(since.first().map(|time| (point, *time)));
            let last_time = since.last().filter(|last| Some(*last) != since.first());
            expected.ticks.extend(last_time.map(|time| (point, *time)));
            since.clear();
            match record {
                Record::Step(site) => {
                    expected.max_depth = expected.max_depth.max(depth);
                    if is_fresh && depth == 1 {
                        expected.calls.push((step_idx, site));
                    }
                    runs.entry(site.0).or_default().push(Run {
                        step_idx,
                        depth,
                        is_entry: is_fresh,
                    });
                }
                Record::Mark if depth > 0 => expected.nested_marks.push(point),
                Record::Throw(_) => expected.throws.push(Thrown {
                    point,
                    site: last.map_or(SiteId::IDLE, |(_, site)| site),
                    depth,
                }),
                _ => {}
            }
        }
        let after = Point(tracker.point().0 + 1);
        expected.ticks.extend(since.first().map(|time| (after, *time)));
        let last_time = since.last().filter(|last| Some(*last) != since.first());
        expected.ticks.extend(last_time.map(|time| (after, *time)));
        assert_eq!(*reader.moments(chunk_idx).unwrap(), expected, "chunk {chunk_idx}");
        for site in 0..8 {
            let expected = runs.get(&site).cloned().unwrap_or_default();
            assert_eq!(
                reader.runs(SiteId(site), chunk_idx).unwrap(),
                expected,
                "chunk {chunk_idx}"
            );
        }
    }
}

#[test]
fn details_answer_what_a_scan_finds_with_and_without_their_entries() {
    for file in [ticks(150).0, async_program()] {
        check_details_against_a_scan(&file);
        assert_eq!(open(&file).warnings(), Vec::<String>::new());
        // As written before there were such entries, and with only a part of them.
        let older = renamed(
            renamed(file.clone(), "/moments.", "/m-ments."),
            "/runs/",
            "/r-ns/",
        );
        check_details_against_a_scan(&older);
        check_details_against_a_scan(&renamed(file, "/runs/", "/r-ns/"));
    }
}

/// The recording with some of its entries named otherwise, so that they are not found.
fn renamed(mut file: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    let mut n_found = 0;
    for at in 0..file.len() - from.len() {
        if file[at..].starts_with(from.as_bytes()) {
            file[at..at + to.len()].copy_from_slice(to.as_bytes());
            n_found += 1;
        }
    }
    assert!(n_found > 0, "{from}");
    file
}

#[test]
fn things_never_born_have_no_birth() {
    let reader = open(&ticks(3).0);
    assert_eq!(reader.birth_chunk_of_instance(InstanceId::STATIC), None);
    assert_eq!(reader.birth_chunk_of_instance(InstanceId(5)), None);
    assert_eq!(reader.birth_chunk_of_object(ObjectId(5)), None);
}

#[test]
fn decoded_chunks_stay_within_their_bound() {
    let (file, _) = ticks(200);
    let options = Options {
        chunk_cache_bytes: 20_000,
        ..Options::default()
    };
    let reader = Reader::open_with(Box::new(MemorySource::from(file)), options).unwrap();
    let first = reader.chunk(0).unwrap();
    assert!(std::sync::Arc::ptr_eq(&first, &reader.chunk(0).unwrap()));
    for chunk_idx in 0..reader.chunks().len() {
        reader.chunk(chunk_idx).unwrap();
        assert!(reader.cached_chunk_bytes() <= 20_000);
    }
    let weak = std::sync::Arc::downgrade(&first);
    drop(first);
    assert!(weak.upgrade().is_none(), "a chunk used long ago is let go");
}
