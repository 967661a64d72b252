//! What services tell before a session is open: that the recording is still being sent to them, waits for source maps, or is
//! being processed.

use components::format;
use wire::{
    event::Event,
    recording::{AwaitingSourcemaps, ProcessRecordingProgress, UploadedData},
};

/// Whether an event is one of these.
pub fn is_told(method: &str) -> bool {
    [
        UploadedData::METHOD,
        AwaitingSourcemaps::METHOD,
        ProcessRecordingProgress::METHOD,
    ]
    .contains(&method)
}

/// What an event says of a recording, in a few words; None if it is about another.
pub fn words(method: &str, message: &str, id: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Message<T> {
        params: T,
    }
    fn read<T: serde::de::DeserializeOwned>(message: &str) -> Option<T> {
        serde_json::from_str::<Message<T>>(message)
            .ok()
            .map(|message| message.params)
    }
    let (about, words) = match method {
        UploadedData::METHOD => {
            let told: UploadedData = read(message)?;
            let uploaded = format::bytes(told.uploaded);
            let words = match told.length {
                Some(length) => format!("Uploading: {uploaded} of {}", format::bytes(length)),
                None => format!("Uploading: {uploaded}"),
            };
            (told.recording_id, words)
        }
        AwaitingSourcemaps::METHOD => {
            let told: AwaitingSourcemaps = read(message)?;
            (told.recording_id, "Waiting for source maps".to_owned())
        }
        ProcessRecordingProgress::METHOD => {
            let told: ProcessRecordingProgress = read(message)?;
            (
                told.recording_id,
                format!("Processing {:.0} %", told.progress_percent),
            )
        }
        _ => return None,
    };
    (about.as_str() == id).then_some(words)
}

/// What is said while nobody answers.
pub fn unreachable(service: &str, n_attempts: u32) -> String {
    format!(
        "{service} does not answer, after {n_attempts} attempts. It is tried again; check the address, and whether the service runs."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_told_in_a_few_words() {
        let say = |method: &str, params: &str| {
            words(
                method,
                &format!(r#"{{"method":"{method}","params":{params}}}"#),
                "a",
            )
        };
        assert_eq!(
            say(
                "Recording.uploadedData",
                r#"{"recordingId":"a","uploaded":1000000,"length":4000000}"#
            )
            .as_deref(),
            Some("Uploading: 1.0 MB of 4.0 MB")
        );
        assert_eq!(
            say("Recording.awaitingSourcemaps", r#"{"recordingId":"a"}"#).as_deref(),
            Some("Waiting for source maps")
        );
        assert_eq!(
            say(
                "Recording.processRecordingProgress",
                r#"{"recordingId":"a","progressPercent":41.6}"#
            )
            .as_deref(),
            Some("Processing 42 %")
        );
        assert_eq!(
            say("Recording.awaitingSourcemaps", r#"{"recordingId":"b"}"#),
            None
        );
        assert_eq!(say("Recording.awaitingSourcemaps", "5"), None);
        assert!(is_told("Recording.uploadedData") && !is_told("Session.loadedRegions"));
    }
}
