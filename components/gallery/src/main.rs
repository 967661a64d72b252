//! A page that shows every component of `components` alive.

fn main() {}
