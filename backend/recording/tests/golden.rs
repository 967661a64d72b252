//! Every released version is read for ever: a file of each, kept as it was written.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{open, records, ticks};
use recording::verify::verify;

#[test]
fn version_1_is_read() {
    let reader = open(include_bytes!("golden/v1.playhead"));
    let (written_now, manifest) = ticks(4);
    assert_eq!(reader.manifest(), &manifest);
    assert_eq!(records(&reader), records(&open(&written_now)));
    assert_eq!(reader.messages().unwrap().len(), 2);
    assert_eq!(verify(&reader), vec![]);
}
