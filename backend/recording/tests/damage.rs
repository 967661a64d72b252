//! Recordings cut short, damaged or not recordings at all: what is whole is read, what is lost is told, nothing panics.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::io::{Cursor, Write};

use common::*;
use proptest::prelude::*;
use recording::{
    error::{OpenError, ReadError},
    ids::{BindingId, InstanceId, ObjectId, SiteId},
    manifest::Counts,
    point::Micros,
    reader::Reader,
    source::MemorySource,
    verify::verify,
    writer::Writer,
};

fn try_open(file: Vec<u8>) -> Result<Reader, OpenError> {
    Reader::open(Box::new(MemorySource::from(file)))
}

/// Reads everything there is, whatever comes of it.
fn read_all(reader: &Reader) {
    while let Ok(Some(_)) = reader.load_next_index_group() {}
    for chunk_idx in 0..=reader.chunks().len() {
        if let Ok(chunk) = reader.chunk(chunk_idx) {
            assert_eq!(chunk.records_from(Default::default()).count(), chunk.n_records());
        }
        let _ = reader.moments(chunk_idx);
        for site in 0..8 {
            if let Ok(runs) = reader.runs(SiteId(site), chunk_idx) {
                assert!(runs.is_sorted_by_key(|run| run.step_idx));
            }
        }
    }
    for id in 0..8 {
        let in_range = |chunk_idx: usize| chunk_idx < reader.chunks().len();
        assert!(
            reader
                .site_chunks(SiteId(id))
                .iter()
                .all(|(chunk_idx, _)| in_range(*chunk_idx))
        );
        assert!(reader.object_chunks(ObjectId(id)).into_iter().all(in_range));
        assert!(reader.frame_chunks(InstanceId(id)).into_iter().all(in_range));
        assert!(
            reader
                .write_chunks(InstanceId(id), BindingId(1))
                .into_iter()
                .all(in_range)
        );
        assert!(reader.exit_chunk(InstanceId(id)).is_none_or(in_range));
    }
    verify(reader);
}

/// Where in the file an entry's bytes stand.
fn data_of(file: &[u8], name: &str) -> std::ops::Range<usize> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let entry = archive.by_name(name).unwrap();
    let start = entry.data_start().unwrap() as usize;
    start..start + entry.compressed_size() as usize
}

fn warnings(reader: &Reader) -> String {
    reader.warnings().join("\n")
}

#[test]
fn a_whole_recording_has_no_problems() {
    let (file, _) = ticks(60);
    assert_eq!(verify(&open(&file)), vec![]);
}

#[test]
fn a_file_cut_anywhere_opens_up_to_the_last_whole_entry() {
    let (file, manifest) = ticks_with(
        8,
        recording::writer::Options {
            steps_per_chunk: 2,
            ..SMALL
        },
    );
    assert!(manifest.counts.chunks > 16);
    let whole = records(&open(&file));
    let head_end = data_of(&file, "head.json").end;
    let mut n_records_before = 0;
    for len in 0..file.len() {
        let reader = match try_open(file[..len].to_vec()) {
            Ok(reader) => reader,
            Err(OpenError::NotARecording) if len < 4 => continue,
            Err(OpenError::Damaged(_)) if len < head_end => continue,
            Err(error) => panic!("cut at {len}: {error}"),
        };
        assert!(!reader.warnings().is_empty(), "cut at {len}");
        let read = records(&reader);
        assert_eq!(read[..], whole[..read.len()], "cut at {len}");
        assert!(read.len() >= n_records_before, "a longer file holds less");
        n_records_before = read.len();
        let counts = reader.manifest().counts;
        assert_eq!(counts.chunks as usize, reader.chunks().len());
        assert_eq!(counts.messages as usize, reader.messages().unwrap().len());
        if len % 31 == 0 {
            read_all(&reader);
        }
    }
    assert_eq!(n_records_before, whole.len());
    let without_directory = try_open(file[..file.len() - 1].to_vec()).unwrap();
    assert_eq!(without_directory.manifest(), &manifest);
    assert_eq!(
        warnings(&without_directory),
        "the file's directory is damaged; its parts were found without it"
    );
}

#[test]
fn a_cut_file_says_when_it_ends_and_what_it_holds() {
    let mut file = Vec::new();
    let mut writer = Writer::create_with(&mut file, head(), SMALL).unwrap();
    record_ticks(&mut writer, 200);
    writer.flush_chunk().unwrap();
    drop(writer);
    let reader = open(&file);
    let expected =
        "the recording ends early: it was cut after 00:00.2; 1001 steps are here, what followed is lost";
    assert_eq!(warnings(&reader), expected);
    assert_eq!(reader.duration(), Micros(201_000));
    assert_eq!(reader.scripts().len(), 1);
    assert_eq!(reader.manifest().title, "");
    assert_eq!(reader.head(), &recording::manifest::Head { format: 1, ..head() });
    let counts = Counts {
        steps: 1001,
        chunks: reader.chunks().len() as u32,
        instances: 201,
        objects: 201,
        scripts: 1,
        messages: 67,
        mouse: 50,
        paints: 1,
        ..Counts::default()
    };
    assert_eq!(reader.manifest().counts, counts);
}

#[test]
fn a_cut_file_has_the_indexes_of_a_whole_one() {
    let (file, _) = ticks(200);
    let whole = open(&file);
    while whole.load_next_index_group().unwrap().is_some() {}
    let cut = open(&file[..data_of(&file, "index/chunks.zst").start]);
    while cut.load_next_index_group().unwrap().is_some() {}
    assert_eq!(cut.chunks(), whole.chunks());
    for site in 0..7 {
        assert_eq!(cut.site_chunks(SiteId(site)), whole.site_chunks(SiteId(site)));
    }
    assert_eq!(cut.object_chunks(ObjectId(1)), whole.object_chunks(ObjectId(1)));
    assert_eq!(cut.exit_chunk(InstanceId(1)), whole.exit_chunk(InstanceId(1)));
}

#[test]
fn one_damaged_chunk_is_told_and_the_rest_is_read() {
    let (mut file, _) = ticks(100);
    let damaged = data_of(&file, "trace/3.zst").start + 9;
    file[damaged] ^= 1;
    let reader = open(&file);
    assert!(matches!(reader.chunk(3), Err(ReadError::Damaged { .. })));
    assert!(reader.chunk(2).is_ok() && reader.chunk(4).is_ok());
    let problems = verify(&reader);
    assert!(problems.iter().any(|problem| {
        problem
            .to_string()
            .contains("trace/3.zst is damaged: the checksum")
    }));
}

#[test]
fn a_damaged_chunk_of_a_cut_file_leaves_a_hole() {
    let (mut file, _) = ticks(100);
    let damaged = data_of(&file, "trace/3.zst").start + 9;
    let end = data_of(&file, "index/0.zst").start;
    file[damaged] ^= 1;
    file.truncate(end);
    let reader = open(&file);
    assert_eq!(reader.chunks().len(), 16);
    assert!(matches!(reader.chunk(3), Err(ReadError::Missing { .. })));
    assert_eq!(reader.chunks()[3].n_steps, 8);
    assert_eq!(
        reader.chunk(4).unwrap().tracker().n_steps,
        reader.chunks()[4].first_step
    );
    assert!(
        warnings(&reader).contains("trace/3.zst is damaged"),
        "{}",
        warnings(&reader)
    );
    assert!(warnings(&reader).contains("a part of the recording is lost"));
    read_all(&reader);
}

#[test]
fn damaged_tables_and_indexes_are_made_again() {
    let (file, manifest) = ticks(100);
    let whole = open(&file);
    while whole.load_next_index_group().unwrap().is_some() {}
    for name in [
        "index/chunks.zst",
        "index/scripts.json.zst",
        "index/1.zst",
        "manifest.json",
    ] {
        let mut file = file.clone();
        let damaged = data_of(&file, name).start + 5;
        file[damaged] ^= 1;
        let reader = open(&file);
        while reader.load_next_index_group().unwrap().is_some() {}
        assert_eq!(reader.chunks(), whole.chunks(), "{name}");
        assert_eq!(reader.scripts(), whole.scripts(), "{name}");
        assert_eq!(
            reader.site_chunks(SiteId(3)),
            whole.site_chunks(SiteId(3)),
            "{name}"
        );
        assert_eq!(reader.manifest().counts, manifest.counts, "{name}");
        assert!(!reader.warnings().is_empty(), "{name}");
    }
}

#[test]
fn damaged_events_are_left_out_with_a_warning() {
    let (mut file, _) = ticks(100);
    let damaged = data_of(&file, "events/messages/1.json.zst").start + 5;
    file[damaged] ^= 1;
    let reader = open(&file);
    let n_messages = reader.messages().unwrap().len();
    assert!(n_messages < 34 && n_messages > 20, "{n_messages}");
    assert!(warnings(&reader).contains("some messages are lost"));
}

#[test]
fn damage_in_the_middle_of_a_cut_file_is_stepped_over() {
    let (mut file, _) = ticks(100);
    let header = data_of(&file, "trace/20.zst").start - 30 - "trace/20.zst".len();
    file[header] = b'Q';
    file.truncate(file.len() - 10);
    let reader = open(&file);
    assert!(
        warnings(&reader).contains("a part of the file is damaged"),
        "{}",
        warnings(&reader)
    );
    assert!(reader.chunk(20).is_err());
    assert!(reader.chunk(21).is_ok());
}

#[test]
fn a_newer_recording_is_refused_naming_both_versions() {
    let mut file = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    file.start_file("head.json", stored).unwrap();
    file.write_all(br#"{"format":2,"nothing":"else is as it was"}"#)
        .unwrap();
    let error = try_open(file.finish().unwrap().into_inner()).unwrap_err();
    assert!(matches!(
        error,
        OpenError::NewerFormat {
            found: 2,
            supported: 1
        }
    ));
    assert_eq!(
        error.to_string(),
        "the recording has format version 2, and this program reads versions up to 1"
    );
}

#[test]
fn what_is_no_recording_is_refused() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("readme.txt", zip::write::SimpleFileOptions::default())
        .unwrap();
    let zip = zip.finish().unwrap().into_inner();
    for file in [
        vec![],
        b"PK".to_vec(),
        b"{\"a\": 1}".to_vec(),
        vec![0; 100_000],
        zip,
    ] {
        assert!(matches!(try_open(file), Err(OpenError::NotARecording)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_damage_gives_errors_never_a_panic(
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let (mut file, _) = ticks(20);
        for (place, bits) in flips {
            let place = place.index(file.len());
            file[place] ^= bits;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        if let Ok(reader) = try_open(file) {
            read_all(&reader);
        }
    }
}
