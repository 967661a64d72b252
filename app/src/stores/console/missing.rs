//! Messages that the server kept back because there are too many: those of the focus are asked for by its range.

use leptos::prelude::*;
use wire::recording::PointRange;

use super::ConsoleStore;
use crate::stores::{
    errand::{Lane, Urgency},
    evaluating::refusal,
};

impl ConsoleStore {
    /// Whether all messages of the focus are here though the server kept others back; None without a focus, or while they come.
    pub fn is_focus_whole(&self) -> Signal<Option<bool>> {
        self.is_focus_whole.into()
    }

    /// Where the server kept messages back, asks for those of the focus. Call it whenever that has moved.
    pub(in crate::stores) fn bring_focused(&self) {
        self.is_focus_whole.try_set(None);
        let window = self.focus.window().try_get_untracked().flatten();
        let (Some(window), Some(true)) = (window, self.has_overflow.try_get_untracked()) else {
            return;
        };
        let store = *self;
        let lane = Some(Lane::named("console.range"));
        self.intents.run(Urgency::Visible, lane, async move |session, _| {
            let range = PointRange {
                begin: window.begin.point,
                end: window.end.point,
            };
            match session.find_messages_in_range(range).await {
                Ok(answer) => {
                    store.add_missing(answer.messages);
                    store.is_focus_whole.try_set(Some(!answer.overflow));
                }
                Err(error) => {
                    refusal(error)?;
                    store.is_focus_whole.try_set(Some(false));
                }
            }
            Ok(())
        });
    }

    /// Takes in messages that are not there yet.
    fn add_missing(&self, mut messages: Vec<wire::console::Message>) {
        self.model.try_with_value(|model| {
            messages.retain(|message| !model.has_message(&message.point.point));
        });
        self.add(messages, false);
        self.show();
    }
}
