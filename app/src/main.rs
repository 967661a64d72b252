//! The Playhead viewer.

fn main() {}
