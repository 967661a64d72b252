//! Recordings followed while they are made: at any length of the file the followed reader is the one that opening the same
//! bytes gives, and in the end that of the whole file.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

mod common;

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use common::*;
use proptest::prelude::*;
use recording::{
    error::OpenError,
    following::{Following, Growth, is_growing, mark_as_growing},
    ids::{BindingId, InstanceId, ObjectId, ScriptId, SiteId},
    point::Micros,
    reader::Reader,
    record::Record,
    script::Script,
    source::{ByteSource, FileSource, MemorySource},
    writer::Writer,
};

/// A file in memory that grows, and notes how much was read of it.
#[derive(Clone, Default)]
struct Growing(Arc<Mutex<(Vec<u8>, u64)>>);

impl Growing {
    fn of(bytes: &[u8]) -> Self {
        Self(Arc::new(Mutex::new((bytes.to_vec(), 0))))
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().0.clone()
    }

    fn n_read(&self) -> u64 {
        std::mem::take(&mut self.0.lock().unwrap().1)
    }
}

impl Write for Growing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl ByteSource for Growing {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.lock().unwrap().0.len() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let mut file = self.0.lock().unwrap();
        file.1 += buffer.len() as u64;
        MemorySource::from(file.0.clone()).read_at(offset, buffer)
    }
}

fn open_now(bytes: Vec<u8>) -> Reader {
    Reader::open(Box::new(MemorySource::from(bytes))).unwrap()
}

fn read_indexes(reader: &Reader) {
    while reader.load_next_index_group().unwrap().is_some() {}
}

/// All that two readers say of a recording is the same, but for how they came to know of it.
fn assert_equal(followed: &Reader, opened: &Reader) {
    read_indexes(followed);
    read_indexes(opened);
    assert_eq!(followed.manifest(), opened.manifest());
    assert_eq!(followed.chunks(), opened.chunks());
    assert_eq!(followed.scripts(), opened.scripts());
    assert_eq!(followed.end_point(), opened.end_point());
    // NaN, which they hold, is not equal to itself.
    let messages = |reader: &Reader| format!("{:?}", reader.messages().unwrap());
    assert_eq!(messages(followed), messages(opened));
    assert_eq!(followed.mouse().unwrap(), opened.mouse().unwrap());
    assert_eq!(followed.paints().unwrap(), opened.paints().unwrap());
    assert_eq!(
        followed.paint_bytes("c0ffee").ok(),
        opened.paint_bytes("c0ffee").ok()
    );
    assert_eq!(
        followed.index_progress().chunks_read,
        opened.index_progress().chunks_read
    );
    for script in opened.scripts() {
        assert_eq!(followed.text(script.id).unwrap(), opened.text(script.id).unwrap());
        assert_eq!(
            followed.script(script.id).unwrap(),
            opened.script(script.id).unwrap()
        );
        assert_eq!(
            followed.source_map(script.id).unwrap(),
            opened.source_map(script.id).unwrap()
        );
    }
    for id in 0..8 {
        assert_eq!(followed.site_chunks(SiteId(id)), opened.site_chunks(SiteId(id)));
        assert_eq!(
            followed.object_chunks(ObjectId(id)),
            opened.object_chunks(ObjectId(id))
        );
        let instance = InstanceId(id);
        assert_eq!(followed.frame_chunks(instance), opened.frame_chunks(instance));
        assert_eq!(followed.exit_chunk(instance), opened.exit_chunk(instance));
        assert_eq!(
            followed.write_chunks(instance, BindingId(1)),
            opened.write_chunks(instance, BindingId(1))
        );
        assert_eq!(
            followed.birth_chunk_of_instance(instance),
            opened.birth_chunk_of_instance(instance)
        );
    }
    for chunk_idx in 0..opened.chunks().len() {
        assert_eq!(
            followed.moments(chunk_idx).unwrap(),
            opened.moments(chunk_idx).unwrap()
        );
        for site in 0..8 {
            assert_eq!(
                followed.runs(SiteId(site), chunk_idx).unwrap(),
                opened.runs(SiteId(site), chunk_idx).unwrap()
            );
        }
    }
    let records = |reader: &Reader| format!("{:?}", records(reader));
    assert_eq!(records(followed), records(opened));
}

/// Follows a file through these lengths, each compared with opening as much of it, to its end.
fn follow_through(file: &[u8], mut cuts: Vec<usize>) {
    cuts.sort_unstable();
    cuts.push(file.len());
    let growing = Growing::default();
    let mut following: Option<Following> = None;
    for cut in cuts {
        let before = growing.bytes().len();
        growing.clone().write_all(&file[before..cut]).unwrap();
        let is_last = cut == file.len();
        match &mut following {
            Some(following) => {
                let growth = following.refresh().unwrap();
                assert_eq!(growth == Growth::Ended, is_last && before < cut);
            }
            None => match Following::open(Box::new(growing.clone())) {
                Ok(opened) => following = Some(opened),
                Err(error) => {
                    assert!(Reader::open(Box::new(MemorySource::from(file[..cut].to_vec()))).is_err());
                    assert!(!is_last, "{error}");
                    continue;
                }
            },
        }
        let following = following.as_mut().unwrap();
        if is_last {
            following.refresh().unwrap();
        }
        assert_eq!(following.reader().is_live(), !is_last);
        assert_eq!(following.reader().warnings(), Vec::<String>::new());
        assert_equal(following.reader(), &open_now(file[..cut].to_vec()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_followed_reader_is_the_one_of_the_file_as_it_is(
        n_ticks in 1_u32..120,
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 1..12),
    ) {
        let (file, _) = ticks(n_ticks);
        let cuts = cuts.into_iter().map(|cut| cut.index(file.len())).collect();
        follow_through(&file, cuts);
    }
}

#[test]
fn every_entry_may_be_the_last_that_is_there() {
    let (file, _) = ticks(70);
    let starts = file.windows(4).enumerate();
    let cuts = starts
        .filter(|(_, bytes)| *bytes == b"PK\x03\x04")
        .map(|(at, _)| at);
    follow_through(&file, cuts.filter(|at| *at > 0).collect());
}

#[test]
fn a_recording_is_followed_while_it_is_written() {
    let file = Growing::default();
    let mut writer = Writer::create_with(file.clone(), head(), SMALL).unwrap();
    let mut following = Following::open(Box::new(file.clone())).unwrap();
    assert!(following.reader().is_live());
    assert_eq!(following.reader().duration(), Micros(0));
    assert_eq!(following.refresh().unwrap(), Growth::Nothing);
    record_ticks(&mut writer, 40);
    let first = following.reader().clone();
    let mut first_messages = 0;
    for round in 0..60_u64 {
        if round % 10 == 0 {
            let id = ScriptId(1 + round as u32 / 10);
            let (hash, url) = (format!("hash{round}"), Some("app.js.map".to_owned()));
            let more = Script {
                id,
                hash,
                source_map_url: url,
                sites: Vec::new(),
                functions: Vec::new(),
                scopes: Vec::new(),
                bindings: Vec::new(),
                ..script()
            };
            writer.add_script(&more, "more").unwrap();
        }
        if round % 10 == 5 {
            writer
                .add_source_map(&format!("hash{}", round - 5), "{}")
                .unwrap();
        }
        writer
            .push(Record::Tick(Micros(100_000 + round * 1_000)))
            .unwrap();
        for _ in 0..round % 5 {
            writer.push(step(2)).unwrap();
        }
        let words = message(&format!("round {round}"));
        writer.mark(Micros(0), words).unwrap();
        writer.flush_chunk().unwrap();
        assert_eq!(following.refresh().unwrap(), Growth::More);
        let reader = following.reader();
        assert_eq!(reader.last_point(), writer.tracker().point());
        assert_equal(reader, &open_now(file.bytes()));
        if round == 0 {
            first_messages = reader.messages().unwrap().len();
        }
    }
    let manifest = writer.finish("Ticks".to_owned(), Vec::new(), Vec::new()).unwrap();
    assert_eq!(following.refresh().unwrap(), Growth::Ended);
    assert_eq!(following.refresh().unwrap(), Growth::Nothing);
    assert!(!following.reader().is_live());
    assert_eq!(following.reader().manifest(), &manifest);
    assert_equal(following.reader(), &open_now(file.bytes()));
    assert_eq!(following.reader().messages().unwrap().len(), first_messages + 59);
    // Whoever still holds an earlier state sees nothing of what came later.
    assert_eq!(first.chunks().len(), 0);
    assert_eq!(first.site_chunks(SiteId(2)), []);
    assert_eq!(first.index_progress().chunks_read, 0);
}

#[test]
fn a_look_costs_what_was_added() {
    let file = Growing::default();
    let mut writer = Writer::create_with(file.clone(), head(), SMALL).unwrap();
    let mut following = Following::open(Box::new(file.clone())).unwrap();
    record_ticks(&mut writer, 3_000);
    writer.flush_chunk().unwrap();
    following.refresh().unwrap();
    let before = file.bytes().len();
    file.n_read();
    writer.push(step(1)).unwrap();
    writer.flush_chunk().unwrap();
    following.refresh().unwrap();
    let n_added = (file.bytes().len() - before) as u64;
    let n_read = file.n_read();
    assert!(
        n_read <= 3 * n_added + 1_000,
        "{n_read} bytes read of {n_added} added to {before}"
    );
}

#[test]
fn what_a_killed_recorder_leaves_is_a_file_that_was_cut() {
    let (file, _) = ticks(50);
    let cut = &file[..file.len() / 2];
    let growing = Growing::of(cut);
    let mut following = Following::open(Box::new(growing)).unwrap();
    following.end().unwrap();
    let opened = open_now(cut.to_vec());
    assert_equal(following.reader(), &opened);
    assert!(!following.reader().is_live());
    assert_eq!(following.reader().warnings(), opened.warnings());
    assert!(opened.warnings()[0].starts_with("the recording ends early"));
}

#[test]
fn another_file_in_its_place_is_noticed() {
    let (file, _) = ticks(50);
    let growing = Growing::of(&file[..file.len() / 2]);
    let mut following = Following::open(Box::new(growing.clone())).unwrap();
    growing.0.lock().unwrap().0.truncate(100);
    assert!(matches!(following.refresh(), Err(OpenError::Damaged(_))));
}

#[cfg(unix)]
#[test]
fn a_file_is_growing_while_its_writer_has_it_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.playhead");
    let writing = std::fs::File::create(&path).unwrap();
    let reading = std::fs::File::open(&path).unwrap();
    assert!(!is_growing(&reading));
    mark_as_growing(&writing);
    assert!(is_growing(&reading));
    assert!(FileSource::open(&path).is_ok());
    drop(writing);
    assert!(!is_growing(&reading));
}
