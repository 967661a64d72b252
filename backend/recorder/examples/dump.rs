//! Prints what a recording holds.
#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used, reason = "trial")]
use recording::{reader::Reader, record::Record, source::FileSource};
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let verbose = std::env::args().nth(2).is_some();
    let reader = Reader::open(Box::new(FileSource::open(std::path::Path::new(&path)).unwrap())).unwrap();
    println!("{:?}", reader.warnings());
    for s in reader.scripts() {
        println!("{s:?}");
    }
    for m in reader.messages().unwrap().iter() {
        println!("{:?} {:?} {:?}", m.point, m.time, m.event);
    }
    for m in reader.navigations().unwrap().iter() {
        println!("{:?} {:?} {:?}", m.point, m.time, m.event);
    }
    for m in reader.keyboard().unwrap().iter().take(5) {
        println!("{:?} {:?} {:?}", m.point, m.time, m.event);
    }
    for m in reader.paints().unwrap().iter() {
        println!(
            "{:?} {:?} {} {}x{}@{} {}B",
            m.point,
            m.time,
            &m.event.hash[..8],
            m.event.width,
            m.event.height,
            m.event.scale,
            reader.paint_bytes(&m.event.hash).unwrap().len()
        );
    }
    if let Some(p) = reader.paints().unwrap().last() {
        std::fs::write("/tmp/last.jpg", reader.paint_bytes(&p.event.hash).unwrap()).unwrap();
    }
    let mut kinds = std::collections::BTreeMap::<String, usize>::new();
    for i in 0..reader.chunks().len() {
        let chunk = reader.chunk(i).unwrap();
        for (_, record) in chunk.records_from(recording::chunk::RecordPosition::START) {
            let name = format!("{record:?}")
                .split(['(', ' ', '{'])
                .next()
                .unwrap()
                .to_string();
            *kinds.entry(name).or_default() += 1;
            if verbose {
                println!("{record:?}");
            }
            if let Record::Step(s) = record {
                assert!(s.0 == 0 || reader.script_of_site(s).is_some());
            }
        }
    }
    println!("{kinds:?}");
}
