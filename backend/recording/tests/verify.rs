//! Recordings that are whole but cannot be true: `verify` says what is wrong.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::*;
use recording::{
    event::{Event, Message, MessageSource},
    ids::{BindingId, InstanceId},
    point::{Micros, Point},
    reader::Reader,
    record::Record,
    value::Value,
    verify::verify,
    writer::Writer,
};

/// The problems of a recording made by `record`, in words.
fn problems(record: impl FnOnce(&mut Writer<&mut Vec<u8>>)) -> Vec<String> {
    let mut file = Vec::new();
    let mut writer = Writer::create_with(&mut file, head(), SMALL).unwrap();
    writer.add_script(&script(), TEXT).unwrap();
    record(&mut writer);
    writer.finish(String::new(), vec![], vec![]).unwrap();
    verify(&open(&file)).iter().map(ToString::to_string).collect()
}

fn problems_of(records: &[Record]) -> Vec<String> {
    problems(|writer| {
        for record in records {
            writer.push(record.clone()).unwrap();
        }
    })
}

#[test]
fn a_step_in_a_frame_of_another_function() {
    let found = problems_of(&[enter(0, vec![]), step(1), step(3)]);
    assert_eq!(
        found,
        [
            "trace/0.zst: at byte 5 of its records: SiteId(3) of FunctionId(1) runs in a frame of FunctionId(0)"
        ]
    );
}

#[test]
fn a_step_without_a_frame_and_one_of_no_script() {
    let found = problems_of(&[step(1), enter(0, vec![]), step(70)]);
    assert_eq!(
        found,
        [
            "trace/0.zst: at byte 0 of its records: SiteId(1) runs without a frame",
            "trace/0.zst: at byte 5 of its records: SiteId(70) belongs to no script",
        ]
    );
}

#[test]
fn frames_that_are_not_there() {
    let found = problems_of(&[Record::Leave, Record::Resume(InstanceId(7))]);
    assert_eq!(
        found,
        [
            "trace/0.zst: at byte 0 of its records: Leave without a frame",
            "trace/0.zst: at byte 1 of its records: InstanceId(7) is resumed, but was not suspended",
        ]
    );
}

#[test]
fn a_write_to_an_instance_not_yet_born_and_to_an_unknown_variable() {
    let write = |owner, binding| Record::Write {
        owner: InstanceId(owner),
        binding: BindingId(binding),
        value: Value::Null,
    };
    let found = problems_of(&[write(3, 1), write(0, 1), write(0, 0), write(0, 99)]);
    assert_eq!(
        found,
        [
            "trace/0.zst: at byte 0 of its records: InstanceId(3) is not born",
            "trace/0.zst: at byte 12 of its records: BindingId(99) belongs to no script",
        ]
    );
}

#[test]
fn a_mark_that_nothing_explains() {
    assert_eq!(
        problems_of(&[Record::Mark]),
        ["events: nothing says what happened at point 1"]
    );
}

#[test]
fn a_message_where_nothing_happened_unless_an_exception_arose_there() {
    let Event::Message(message) = message("uncaught") else {
        panic!("a message")
    };
    let error = Event::Message(Message {
        source: MessageSource::PageError,
        ..message
    });
    let found = problems(|writer| {
        writer.push(enter(0, vec![])).unwrap();
        writer.push(step(1)).unwrap();
        writer.push(Record::Leave).unwrap();
        let thrown = writer.tracker().pending_exception.unwrap();
        writer.mark_at(thrown, Micros(0), error.clone()).unwrap();
        writer.mark_at(Point(9), Micros(0), error).unwrap();
    });
    assert_eq!(found, ["events/messages: no mark stands at point 9"]);
}

#[test]
fn a_reader_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Reader>();
}

#[test]
fn what_comes_out_of_a_recording_is_bounded_and_found_out_cheaply() {
    use recording::{source::MemorySource, verify::unpacked_len};
    let source = |bytes: &[u8]| Box::new(MemorySource::from(bytes.to_vec()));
    for name in ["todo", "pathfinding"] {
        let path = format!(
            "{}/../../public/samples/{name}.playhead",
            env!("CARGO_MANIFEST_DIR")
        );
        let bytes = std::fs::read(path).unwrap();
        let len = unpacked_len(source(&bytes), u64::MAX).unwrap();
        // The server takes up to 200 times as much.
        assert!(
            len > bytes.len() as u64 && len < bytes.len() as u64 * 50,
            "{name}: {len}"
        );
        assert_eq!(unpacked_len(source(&bytes), len), Ok(len));
        assert!(
            unpacked_len(source(&bytes), len - 1)
                .unwrap_err()
                .contains("MB come out")
        );
    }
    let mut bomb = Vec::new();
    let mut writer = Writer::create_with(&mut bomb, head(), SMALL).unwrap();
    writer.add_body(&"00".repeat(32), &vec![0; 64 << 20]).unwrap();
    writer.finish(String::new(), vec![], vec![]).unwrap();
    assert!(bomb.len() < 64 << 10);
    assert!(unpacked_len(source(&bomb), 32 << 20).is_err());
    assert!(unpacked_len(source(b"something else"), 1).is_err());
}
