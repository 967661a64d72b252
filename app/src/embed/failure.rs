//! Why something that the page around asked for was not done, in a form that programs can tell apart.

use serde::Serialize;

/// What went wrong: programs rely on these words. New ones may come, none goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The page around speaks a version that this page does not.
    Version,
    /// The page around is not one that may speak to this page.
    OriginRefused,
    /// Nobody knows how to do that.
    UnknownRequest,
    /// What was asked for is not written as it has to be.
    BadRequest,
    /// The page around may not read what is shown.
    NotGranted,
    /// The person did not want it.
    Declined,
    /// There is no recording, or not any more.
    Closed,
    /// Whoever has the recording will not open it.
    Refused,
    /// The connection is gone, and is tried again.
    ConnectionLost,
    /// There is no picture of the moment.
    NoPicture,
    /// There is no such frame, source or place.
    NotFound,
    /// This browser or this recording cannot do that.
    Unsupported,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 12] = [
        Self::Version,
        Self::OriginRefused,
        Self::UnknownRequest,
        Self::BadRequest,
        Self::NotGranted,
        Self::Declined,
        Self::Closed,
        Self::Refused,
        Self::ConnectionLost,
        Self::NoPicture,
        Self::NotFound,
        Self::Unsupported,
    ];

    /// Whether the same may work another time.
    fn is_recoverable(self) -> bool {
        matches!(self, Self::ConnectionLost | Self::Declined | Self::NoPicture)
    }
}

/// What is said of something that was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// What went wrong.
    pub code: Code,
    /// The same for people: a sentence.
    pub message: String,
    /// Whether the same may work another time.
    pub recoverable: bool,
}

impl Failure {
    /// A failure in words.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            recoverable: code.is_recoverable(),
        }
    }

    /// There is nothing to do it with.
    pub fn closed() -> Self {
        Self::new(Code::Closed, "No recording is open.")
    }

    /// The page around may not know that.
    pub fn not_granted() -> Self {
        let message =
            "This page may not read what the recording shows; its server can let it (--embed-content).";
        Self::new(Code::NotGranted, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_documented() {
        let docs = include_str!("../../../docs/embedding.md");
        for code in Code::ALL {
            let word = serde_json::to_string(&code).unwrap_or_default();
            let word = word.trim_matches('"');
            assert!(
                docs.contains(&format!("| `{word}` |")),
                "docs/embedding.md says nothing of {word}"
            );
        }
    }
}
