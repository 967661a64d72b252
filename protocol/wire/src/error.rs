//! What an answer says when a command failed, and what the numeric codes mean.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The `error` of a response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProtocolError {
    /// What went wrong, as a number.
    pub code: ErrorCode,
    /// What went wrong, for people.
    #[serde(default)]
    pub message: String,
    /// Anything more the server says. Absent on most errors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<serde_json::Value>,
}

impl ProtocolError {
    /// An error without data.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            data: None,
        }
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message.is_empty() {
            true => write!(f, "{}", self.code),
            false => write!(f, "{} ({})", self.message, self.code),
        }
    }
}

impl std::error::Error for ProtocolError {}

/// Numbers with names; any other number is allowed and keeps its value.
macro_rules! codes {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$code_meta:meta])* $code:ident = $number:literal $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i32);

        impl $name {
            $($(#[$code_meta])* pub const $code: Self = Self($number);)*

            /// The code's name, if it has one.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($text),)*
                    _ => None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => write!(f, "{name}, code {}", self.0),
                    None => write!(f, "code {}", self.0),
                }
            }
        }
    };
}

codes! {
    /// Why a command failed. The schema does not list the numbers; these are the ones that services send.
    pub struct ErrorCode {
        /// The server is at fault.
        INTERNAL_ERROR = 1 "InternalError",
        /// There is no description of the recording, in practice: no such recording.
        UNKNOWN_RECORDING = 28 "UnknownRecording",
        /// The server cannot open this kind of recording.
        UNSUPPORTED_RECORDING = 31 "UnsupportedRecording",
        /// The recording was made by a build the server does not know.
        UNKNOWN_BUILD = 32 "UnknownBuild",
        /// The command was understood and could not be carried out.
        COMMAND_FAILED = 33 "CommandFailed",
        /// That part of the recording is not loaded at the moment; ask again later.
        RECORDING_UNLOADED = 38 "RecordingUnloaded",
        /// The pause has no document, so nothing of the DOM can be read.
        DOCUMENT_IS_UNAVAILABLE = 45 "DocumentIsUnavailable",
        /// It took longer than the server allows.
        TIMED_OUT = 46 "TimedOut",
        /// The recorder that made the recording does not support this.
        LINKER_DOES_NOT_SUPPORT_ACTION = 48 "LinkerDoesNotSupportAction",
        /// The recording is damaged.
        INVALID_RECORDING = 50 "InvalidRecording",
        /// The server cannot serve now.
        SERVICE_UNAVAILABLE = 51 "ServiceUnavailable",
        /// More points match than the server is willing to find; narrow the range.
        TOO_MANY_POINTS = 55 "TooManyPoints",
        /// There is no such session, or no longer.
        UNKNOWN_SESSION = 59 "UnknownSession",
        /// A location maps to more generated locations than the server follows.
        TOO_MANY_GENERATED_LOCATIONS = 61 "TooManyGeneratedLocations",
        /// No picture can be had at that point.
        GRAPHICS_UNAVAILABLE_AT_POINT = 65 "GraphicsUnavailableAtPoint",
        /// The session ended while the command ran.
        SESSION_DESTROYED = 66 "SessionDestroyed",
        /// Hit counts were asked for more locations than the server counts at once.
        TOO_MANY_LOCATIONS = 67 "TooManyLocations",
        /// The session could not be made.
        SESSION_CREATION_FAILURE = 72 "SessionCreationFailure",
        /// The focus window moved while the command ran; ask again.
        FOCUS_WINDOW_CHANGE = 76 "FocusWindowChange",
        /// Our own server's: it wants to know who is asking, or the token is none of its. See docs/serving.md.
        ACCESS_TOKEN_NEEDED = 401 "AccessTokenNeeded",
        /// Our own server's: who is asking may not do this, or not here.
        ACCESS_DENIED = 403 "AccessDenied",
    }
}

impl ErrorCode {
    /// Whether the session is gone, so that nothing more can be asked of it.
    pub const fn is_session_gone(self) -> bool {
        matches!(self, Self::UNKNOWN_SESSION | Self::SESSION_DESTROYED)
    }
}

codes! {
    /// Why a session died, in `Recording.sessionError`: a numbering of its own, not [`ErrorCode`]'s.
    pub struct SessionErrorCode {
        /// The connection to the process behind the session was lost.
        UNEXPECTED_CLOSE = 1 "UnexpectedClose",
        /// The server is being replaced by a newer one; try again in a few minutes.
        BACKEND_DEPLOY = 2 "BackendDeploy",
        /// The machine behind the session went away.
        NODE_TERMINATED = 3 "NodeTerminated",
        /// An error the server's makers know, fixed in a newer recorder.
        KNOWN_FATAL_ERROR = 4 "KnownFatalError",
        /// An error the server's makers do not know yet.
        UNKNOWN_FATAL_ERROR = 5 "UnknownFatalError",
        /// The recording was made by a build that is no longer served.
        OLD_BUILD = 6 "OldBuild",
        /// The recording is longer than the server can process.
        LONG_RECORDING = 7 "LongRecording",
        /// Nobody used the session for a while.
        INACTIVITY_TIMEOUT = 10 "InactivityTimeout",
        /// Our own server's: the link under which it was opened has expired or was revoked.
        ACCESS_ENDED = 403 "AccessEnded",
    }
}
