//! What a recording says of itself, and the version of its format.

use serde::{Deserialize, Serialize};

use crate::{origin::Origin, point::Micros, share::Share};

/// The version this code writes. Every version up to it is read.
pub const FORMAT_VERSION: u32 = 1;

/// The media type of a `.playhead` file.
pub const MEDIA_TYPE: &str = "application/vnd.playhead.recording";

/// Written first (`head.json`): what is known before anything happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: u32,
    /// The recording's UUID.
    pub recording_id: String,
    /// `platform-runtime-date-…`, as `Session.getBuildId` answers: `linux-chromium-20261120-playhead`.
    pub build_id: String,
    /// The address recorded.
    pub url: String,
    /// When it began, milliseconds since 1970.
    pub recorded_at: f64,
    /// The viewport in CSS pixels.
    pub viewport: (u32, u32),
    /// Image pixels per CSS pixel.
    pub device_pixel_ratio: f64,
}

/// Written last (`manifest.json`): the head, and what the recording came to hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The head once more.
    #[serde(flatten)]
    pub head: Head,
    /// The document's last title.
    pub title: String,
    /// How long it lasted.
    pub duration: Micros,
    /// How much it holds.
    pub counts: Counts,
    /// What was taken out, in words; empty if nothing was.
    pub redactions: Vec<String>,
    /// What the recorder could not record, in words.
    pub warnings: Vec<String>,
    /// What was done to it before it was handed on; None for a recording as it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
    /// Which other recorder it was imported from; None for a recording that Playhead made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// How much a recording holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Statements executed.
    pub steps: u64,
    /// Chunks of the log.
    pub chunks: u32,
    /// Frames and scope instances.
    pub instances: u32,
    /// Objects.
    pub objects: u32,
    /// Scripts.
    pub scripts: u32,
    /// Console messages.
    pub messages: u32,
    /// Mouse events.
    pub mouse: u32,
    /// Keyboard events.
    pub keyboard: u32,
    /// Navigations.
    pub navigations: u32,
    /// Paints.
    pub paints: u32,
    /// Changes of documents.
    #[serde(default)]
    pub dom: u32,
    /// Layouts.
    #[serde(default)]
    pub layouts: u32,
    /// States of the style sheets.
    #[serde(default)]
    pub styles: u32,
    /// Listeners added or removed.
    #[serde(default)]
    pub listeners: u32,
    /// Dispatched events.
    #[serde(default)]
    pub dispatches: u32,
    /// Annotations.
    #[serde(default)]
    pub annotations: u32,
    /// Events of network requests.
    #[serde(default)]
    pub network: u32,
}
