//! Any text as a message: as one for a client, as one for a server, and each payload as every type that the protocol has.
#![no_main]

#[path = "../../tests/schema/probe.rs"]
#[allow(dead_code)]
mod probe;
#[path = "../../tests/schema/table.rs"]
#[allow(dead_code)]
mod table;

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use wire::envelope::{Incoming, Request};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = Incoming::decode(text);
    let _ = Request::decode(text);
    static ROUND_TRIPS: OnceLock<Vec<fn(&str) -> serde_json::Result<String>>> = OnceLock::new();
    let round_trips = ROUND_TRIPS.get_or_init(|| {
        let entries = table::Table::new().entries;
        entries.iter().map(|entry| entry.round_trip).collect()
    });
    for round_trip in round_trips {
        let Ok(written) = round_trip(text) else { continue };
        // What is written is read as the same again.
        let again = round_trip(&written).expect("what was written can be read");
        assert_eq!(written, again);
    }
});
