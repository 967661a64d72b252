//! Any bytes as a recording: first as they are, then as changes to a whole one, which get past its checksums' doors.
#![no_main]

use libfuzzer_sys::fuzz_target;
use recording::{reader::Reader, source::MemorySource};

/// The smallest recording there is that has something of everything.
static WHOLE: &[u8] = include_bytes!("../../backend/recording/tests/golden/v1.playhead");

fuzz_target!(|data: &[u8]| {
    read(data.to_vec());
    // Four bytes say where, one says what: changes to a file that was whole.
    let mut changed = WHOLE.to_vec();
    let (cut, changes) = data.split_at(data.len().min(4));
    for change in changes.chunks_exact(5) {
        let at = u32::from_le_bytes([change[0], change[1], change[2], change[3]]) as usize % changed.len();
        changed[at] = change[4];
    }
    if let [a, b, c, 1] = *cut {
        changed.truncate(u32::from_le_bytes([a, b, c, 0]) as usize);
    }
    read(changed);
});

fn read(bytes: Vec<u8>) {
    let Ok(reader) = Reader::open(Box::new(MemorySource::from(bytes))) else {
        return;
    };
    let _ = reader.warnings();
    let _ = recording::verify::verify(&reader);
}
