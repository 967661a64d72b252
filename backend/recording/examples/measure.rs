//! Measures the format on a made-up program that works hard: `cargo run --release -p recording --example measure`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement, for people"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::time::Instant;

use recording::{reader::Reader, source::MemorySource, writer::Writer};

/// Processor time of this thread where Linux tells it, so that a busy machine changes little; else the clock's.
fn clock() -> f64 {
    let busy_nanos = || {
        std::fs::read_to_string("/proc/self/schedstat")
            .ok()?
            .split(' ')
            .next()?
            .parse::<f64>()
            .ok()
    };
    let now = || {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_secs_f64()
    };
    busy_nanos().map_or_else(now, |nanos| nanos / 1e9)
}

fn main() {
    let mut file = Vec::new();
    let mut writer = Writer::create(&mut file, common::head()).unwrap();
    let start = clock();
    let n_steps = common::record_work(&mut writer, 1_000_000) as f64;
    writer.finish(String::new(), vec![], vec![]).unwrap();
    let seconds = clock() - start;
    let n_bytes = file.len() as f64;
    println!(
        "{n_steps} steps, {n_bytes} bytes: {:.2} bytes a step",
        n_bytes / n_steps
    );
    println!("writing: {:.2} million steps a second", n_steps / seconds / 1e6);

    // Too short for the processor's clock, which ticks every few milliseconds.
    let source = Box::new(MemorySource::from(file));
    let start = Instant::now();
    let reader = Reader::open(source).unwrap();
    println!("opening: {:.2?}, {} bytes", start.elapsed(), reader.bytes_read());
    let start = Instant::now();
    while reader.load_next_index_group().unwrap().is_some() {}
    let share = reader.bytes_read() as f64 / n_bytes * 100.0;
    println!("indexes: {:.2?}, {share:.2} % of the file read", start.elapsed());

    let n_chunks = reader.chunks().len();
    let start = clock();
    let chunks: Vec<_> = (0..n_chunks).map(|idx| reader.chunk(idx).unwrap()).collect();
    let seconds = clock() - start;
    let raw: f64 = chunks.iter().map(|chunk| f64::from(chunk.end().0)).sum();
    println!("{n_chunks} chunks: {:.2} bytes a step raw", raw / n_steps);
    let millis = seconds * 1e3 / n_chunks as f64;
    println!(
        "decoding: {:.0} MB/s of raw records, {millis:.2} ms a chunk",
        raw / seconds / 1e6
    );
    let start = clock();
    let n_records: usize = chunks
        .iter()
        .map(|chunk| chunk.records_from(Default::default()).count())
        .sum();
    let seconds = clock() - start;
    println!(
        "iterating: {:.0} MB/s, {:.0} ns a record",
        raw / seconds / 1e6,
        seconds * 1e9 / n_records as f64
    );
    let positions: Vec<_> = chunks[0]
        .records_from(Default::default())
        .map(|(position, _)| position)
        .collect();
    let start = clock();
    let n_found = positions
        .iter()
        .filter(|position| chunks[0].records_from(**position).next().is_some())
        .count();
    println!(
        "starting anywhere: {:.2} us",
        (clock() - start) * 1e6 / n_found as f64
    );
}
