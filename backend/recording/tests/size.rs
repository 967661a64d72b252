//! How large a recording is, and how little of it is read to open it.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{head, open, record_work};
use recording::{manifest::Manifest, writer::Writer};

fn work(n_calls: u32) -> (Vec<u8>, Manifest) {
    let mut file = Vec::new();
    let mut writer = Writer::create(&mut file, head()).unwrap();
    record_work(&mut writer, n_calls);
    let manifest = writer.finish(String::new(), vec![], vec![]).unwrap();
    (file, manifest)
}

#[test]
fn a_step_takes_at_most_4_bytes_and_opening_reads_at_most_3_percent() {
    let (file, manifest) = work(45_000);
    let bytes_per_step = file.len() as f64 / manifest.counts.steps as f64;
    assert!(bytes_per_step <= 4.0, "{bytes_per_step} bytes a step");
    assert!(
        file.len() > 1_000_000 && manifest.counts.chunks > 8,
        "large enough to tell"
    );
    let reader = open(&file);
    while reader.load_next_index_group().unwrap().is_some() {}
    let share = reader.bytes_read() as f64 / file.len() as f64;
    assert!(share <= 0.03, "opening reads {share} of {} bytes", file.len());
}

#[test]
fn a_chunk_stays_near_its_cap() {
    let (file, _) = work(10_000);
    let reader = open(&file);
    for info in reader.chunks() {
        assert!(info.n_steps <= 65_536);
    }
    let ends: Vec<_> = (0..reader.chunks().len())
        .map(|chunk_idx| reader.chunk(chunk_idx).unwrap().end().0)
        .collect();
    // The rows; the cap counts the strings too, and is passed by the end of the last step only.
    assert!(ends.iter().all(|end| *end < (256 << 10) + 1000), "{ends:?}");
    assert!(ends.iter().rev().skip(1).all(|end| *end > 200 << 10), "{ends:?}");
}
