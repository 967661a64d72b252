//! The timeline and the picture, as a hand feels them: scrubbing through sessions of a thousand to a million events, a
//! million that come in meanwhile, thumbnails under the pointer, sixty pictures a second, and other tools on the same page.

pub(crate) mod peers;
mod playback;
mod pointer;
mod recordings;
mod scrubbing;
mod streaming;
mod thumbnails;

pub(crate) use self::{
    peers::peers, playback::playback, recordings::paint, scrubbing::scrubbing, streaming::streaming,
    thumbnails::thumbnails,
};

use std::time::Duration;

/// Put into each page; see there.
pub(crate) const FRAMES: &str = include_str!("frames.js");
/// The timeline of the viewer.
const TIMELINE: &str = "[data-testid=timeline]";

/// Runs a measurement that waits for browsers.
pub(crate) fn wait<T>(measurement: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(measurement)
}

pub(crate) fn from_millis(millis: f64) -> Duration {
    Duration::from_secs_f64(millis.max(0.0) / 1e3)
}
