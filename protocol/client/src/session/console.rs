//! What the program printed.

use wire::{
    console::{
        FindMessages, FindMessagesInRange, FindMessagesInRangeResult, FindMessagesResult, Message, NewMessage,
    },
    recording::PointRange,
};

use crate::{Call, Session, Streaming};

impl Session {
    /// Every message of the recording, in no promised order.
    pub fn find_messages(&self) -> Streaming<Message, FindMessagesResult> {
        self.stream()
            .on(|_event: &NewMessage| true, |event| event.message)
            .call_in_turn(&FindMessages {}, "")
    }

    /// The messages of a range, as far as it is loaded.
    pub fn find_messages_in_range(&self, range: PointRange) -> Call<FindMessagesInRangeResult> {
        self.call(&FindMessagesInRange { range })
    }
}
