//! Logs that arrive at once, and what the file has of them.

use std::io::Cursor;

use recording::{
    chunk::RecordPosition, manifest::Head, reader::Reader, script::ScriptKind, source::MemorySource,
    verify::verify,
};

use super::*;
use crate::{instrument::Goal, scripts::Source};

/// A log that begins at microseconds since 1970, in pieces that arrive as blocks.
fn add(journal: &mut Journal<&mut Cursor<Vec<u8>>>, name: &str, began_at: u64, pieces: &[&[u8]]) {
    for (idx, piece) in pieces.iter().enumerate() {
        let mut bytes = Vec::new();
        if idx == 0 {
            bytes.push(0xa2);
            bytes.extend((began_at as f64 / 1000.0).to_le_bytes());
        }
        bytes.extend_from_slice(piece);
        journal.add_block(Block {
            realm: name.to_owned(),
            number: idx as u32 + 1,
            bytes,
        });
    }
}

/// Functions and sites of two scripts of one statement each.
fn scripts() -> Scripts {
    let mut scripts = Scripts::default();
    for url in ["https://a/1.js", "https://a/2.js"] {
        scripts.add(Source {
            url,
            text: "f()",
            kind: ScriptKind::External,
            goal: Goal::Script,
            level: 1,
            document_line: 0,
        });
    }
    scripts
}

fn recorded(add_logs: impl FnOnce(&mut Journal<&mut Cursor<Vec<u8>>>)) -> (Vec<Record>, Vec<String>) {
    let mut file = Cursor::new(Vec::new());
    let head = Head {
        format: recording::manifest::FORMAT_VERSION,
        recording_id: "0b6ff8d4-1c3c-4a0b-8c8e-3b7b1f6a5d10".to_owned(),
        build_id: "linux-chromium-20261121-playhead".to_owned(),
        url: "https://a/".to_owned(),
        recorded_at: 0.0,
        viewport: (1, 1),
        device_pixel_ratio: 1.0,
    };
    let mut journal = Journal::new(Writer::create(&mut file, head).unwrap(), 0);
    add_logs(&mut journal);
    let manifest = journal.finish(&mut scripts(), String::new()).unwrap();
    let reader = Reader::open(Box::new(MemorySource::from(file.into_inner()))).unwrap();
    assert_eq!(verify(&reader), []);
    let chunk = reader.chunk(0).unwrap();
    let records = chunk.records_from(RecordPosition::START);
    (records.map(|(_, record)| record).collect(), manifest.warnings)
}

/// The clock says how much later than before, in microseconds.
const TICK_1: &[u8] = &[0x98, 1];
const TICK_9: &[u8] = &[0x98, 9];
/// The first script's top level is function 0 with site 1, the second's function 1 with site 2.
const ENTER_FIRST: &[u8] = &[0x81, 0, 0x21];
const ENTER_SECOND: &[u8] = &[0x81, 1, 0x22];
const LEAVE: &[u8] = &[0x83];

fn functions(records: &[Record]) -> Vec<u32> {
    let entered = |record: &Record| match record {
        Record::Enter { function, .. } => Some(function.0),
        _ => None,
    };
    records.iter().filter_map(entered).collect()
}

#[test]
fn tasks_of_several_logs_are_written_whole_in_the_order_they_began() {
    let (records, warnings) = recorded(|journal| {
        let again: &[u8] = &[0x81, 0, 0x20];
        let first = [TICK_1, ENTER_FIRST, LEAVE, TICK_9, TICK_9, again, LEAVE, TICK_1].concat();
        add(journal, "10-a", 10, &[&first]);
        let second = [TICK_9, ENTER_SECOND, LEAVE, TICK_1].concat();
        add(journal, "10-b", 10, &[&second]);
    });
    assert_eq!(functions(&records), [0, 1, 0]);
    assert_eq!(warnings, Vec::<String>::new());
}

#[test]
fn a_task_that_falls_silent_is_put_aside() {
    let (records, _) = recorded(|journal| {
        let first = [TICK_1, ENTER_FIRST].concat();
        add(journal, "10-a", 10, &[&first]);
        let second = [TICK_9, ENTER_SECOND, LEAVE, TICK_1].concat();
        add(journal, "10-b", 10, &[&second]);
    });
    let without_ticks: Vec<_> = records
        .iter()
        .filter(|record| !matches!(record, Record::Tick(_)))
        .collect();
    assert!(
        matches!(
            without_ticks[..],
            [
                Record::Enter { .. },
                Record::Step(_),
                Record::Suspend,
                Record::Enter { .. },
                Record::Step(_),
                Record::End,
                Record::Leave,
            ]
        ),
        "{without_ticks:?}"
    );
}
