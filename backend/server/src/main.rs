//! The program `playhead`: records, serves and inspects recordings.

fn main() {}
