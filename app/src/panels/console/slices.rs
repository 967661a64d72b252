//! Long work in slices, between which the page draws and answers.

use std::time::Duration;

use leptos::prelude::*;

/// How long a slice may take: a frame has 16 ms, of which drawing needs some.
const SLICE_MS: f64 = 8.0;

/// Calls `go_on` until it says that nothing is left: at once as long as a slice lasts, then in later tasks.
pub(super) fn run(mut go_on: impl FnMut() -> bool + 'static) {
    let now = || {
        window()
            .performance()
            .map_or(f64::MAX, |performance| performance.now())
    };
    let end = now() + SLICE_MS;
    while go_on() {
        if now() > end {
            return set_timeout(move || run(go_on), Duration::ZERO);
        }
    }
}
