//! Domain Console: what the program printed, and errors nobody caught.
//!
//! Every command and event here carries `sessionId`.

use crate::{
    debugger::PointDescription,
    ids::{PauseId, SourceId},
    pause::{CallStack, PauseData, Value},
    recording::PointRange,
};

message! {
    /// A line of the console.
    pub struct Message {
        /// Where it comes from.
        pub source: MessageSource,
        /// How serious it is.
        pub level: MessageLevel,
        /// Its text; empty if everything is in the arguments.
        pub text: String,
        /// URL of the code it comes from, if known.
        pub url: Option<String>,
        /// Source of the code it comes from, if known.
        pub source_id: Option<SourceId>,
        /// Line, 1-based, if known.
        pub line: Option<u32>,
        /// Column, 0-based, if known.
        pub column: Option<u32>,
        /// When it was printed, or when the uncaught error was thrown.
        pub point: PointDescription,
        /// A pause at that point, in which the values below live.
        pub pause_id: PauseId,
        /// Arguments of the console call; empty if there are none.
        pub argument_values: Vec<Value> = [],
        /// The stack; absent if nothing ran.
        pub stack: Option<CallStack>,
        /// About the arguments and the stack.
        pub data: PauseData,
    }
}

open_enum! {
    /// Where a message comes from.
    pub enum MessageSource {
        /// The page or the browser: mostly errors nobody caught.
        PageError = "PageError",
        /// A call to `console`.
        ConsoleApi = "ConsoleAPI",
        /// An error while the recorder took the message down.
        UnknownMessageError = "UnknownMessageError",
    }

    /// How serious a message is, or which `console` call made it.
    pub enum MessageLevel {
        /// `console.log` and the like.
        Info = "info",
        /// `console.trace`.
        Trace = "trace",
        /// A warning.
        Warning = "warning",
        /// An error.
        Error = "error",
        /// A failed `console.assert`.
        Assert = "assert",
        /// `console.timeEnd`.
        TimeEnd = "timeEnd",
    }
}

commands! { Session:
    read "Console.findMessages" FindMessages => FindMessagesResult;
    read "Console.findMessagesInRange" FindMessagesInRange => FindMessagesInRangeResult;
}

message! {
    /// Finds every message of the recording; [`NewMessage`] events bring them before the answer.
    pub struct FindMessages {}

    /// Answer to [`FindMessages`].
    pub struct FindMessagesResult {
        /// Whether there were too many to send them all.
        pub overflow: bool = false,
    }

    /// Finds the messages of a range. An error if the focus window moves meanwhile.
    pub struct FindMessagesInRange {
        /// The range; what of it is not loaded is left out without notice.
        pub range: PointRange,
    }

    /// Answer to [`FindMessagesInRange`].
    pub struct FindMessagesInRangeResult {
        /// The messages.
        pub messages: Vec<Message>,
        /// Whether there were too many to send them all.
        pub overflow: bool = false,
    }
}

events! { Session:
    "Console.newMessage" NewMessage;
}

message! {
    /// One of the messages that [`FindMessages`] finds, in no promised order.
    pub struct NewMessage {
        /// The message.
        pub message: Message,
    }
}
