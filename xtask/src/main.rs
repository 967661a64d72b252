//! `cargo xtask run | test | samples | bench | tidy`: everything a developer types.

fn main() {}
