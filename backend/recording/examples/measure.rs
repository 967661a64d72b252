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

fn main() {
    let mut file = Vec::new();
    let mut writer = Writer::create(&mut file, common::head()).unwrap();
    let start = Instant::now();
    let n_steps = common::record_work(&mut writer, 1_000_000) as f64;
    writer.finish(String::new(), vec![], vec![]).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let n_bytes = file.len() as f64;
    println!(
        "{n_steps} steps, {n_bytes} bytes: {:.2} bytes a step",
        n_bytes / n_steps
    );
    println!("writing: {:.2} million steps a second", n_steps / seconds / 1e6);

    let start = Instant::now();
    let reader = Reader::open(Box::new(MemorySource::from(file))).unwrap();
    println!(
        "opening: {:.2} ms, {} bytes",
        start.elapsed().as_secs_f64() * 1e3,
        reader.bytes_read()
    );
    let start = Instant::now();
    while reader.load_next_index_group().unwrap().is_some() {}
    let share = reader.bytes_read() as f64 / n_bytes * 100.0;
    println!(
        "indexes: {:.2} ms, {share:.2} % of the file read",
        start.elapsed().as_secs_f64() * 1e3
    );

    let n_chunks = reader.chunks().len();
    let start = Instant::now();
    let chunks: Vec<_> = (0..n_chunks).map(|idx| reader.chunk(idx).unwrap()).collect();
    let seconds = start.elapsed().as_secs_f64();
    let raw: f64 = chunks.iter().map(|chunk| f64::from(chunk.end().0)).sum();
    println!("{n_chunks} chunks: {:.2} bytes a step raw", raw / n_steps);
    let millis = seconds * 1e3 / n_chunks as f64;
    println!(
        "decoding: {:.0} MB/s of raw records, {millis:.2} ms a chunk",
        raw / seconds / 1e6
    );
    let start = Instant::now();
    let n_records: usize = chunks
        .iter()
        .map(|chunk| chunk.records_from(Default::default()).count())
        .sum();
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "iterating: {:.0} MB/s, {:.0} ns a record",
        raw / seconds / 1e6,
        seconds * 1e9 / n_records as f64
    );
    let positions: Vec<_> = chunks[0]
        .records_from(Default::default())
        .map(|(position, _)| position)
        .collect();
    let start = Instant::now();
    let n_found = positions
        .iter()
        .filter(|position| chunks[0].records_from(**position).next().is_some())
        .count();
    println!(
        "starting anywhere: {:.2} us",
        start.elapsed().as_secs_f64() * 1e6 / n_found as f64
    );
}
