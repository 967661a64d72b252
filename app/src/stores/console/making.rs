//! What is shown of the lines, made in slices where it would take too long at once: a filter over a million lines must not
//! keep the page from its next frame.
//!
//! Lines that come behind those shown are taken in at once, and so is all of it where lines came in between or went: what was
//! shown before would be wrong. Where only something else is wished for, what was shown stays until the new view is made.

use std::sync::Arc;

use leptos::prelude::*;

use super::ConsoleStore;
use crate::{
    logic::console::{Model, View, Wish},
    stores::Intents,
};

/// Lines looked at in a slice: about a millisecond's work.
const N_IN_SLICE: usize = 8_192;
/// So many are looked at without slices.
const N_AT_ONCE: usize = 32_768;

/// A view in the making.
#[derive(Clone, Copy, Default)]
pub(super) struct Making {
    begun: StoredValue<Option<View>>,
    made: StoredValue<Option<Arc<View>>>,
    /// Counts the views made.
    n_made: RwSignal<u32>,
}

impl Making {
    /// The view that is shown.
    pub(super) fn view(
        self,
        model: StoredValue<Model>,
        version: RwSignal<u32>,
        wish: Memo<Wish>,
        intents: Intents,
    ) -> Memo<Arc<View>> {
        Memo::new_owning(move |before: Option<Arc<View>>| {
            version.track();
            self.n_made.track();
            let wish = wish.get();
            let before = before.unwrap_or_default();
            let Some(later) = intents.later() else {
                return (before, false);
            };
            let made = self.made.try_update_value(Option::take).flatten();
            model.with_value(|model| {
                let made = made.filter(|made| made.is_of(&wish) && made.stands_on(model));
                let is_made = made.is_some();
                if !is_made && before.can_wait(model, &wish) && model.entries().len() > N_AT_ONCE {
                    return (before, false);
                }
                let mut view = made.unwrap_or(before);
                let is_changed = (later.lines)(Arc::make_mut(&mut view), model, &wish);
                (view, is_changed || is_made)
            })
        })
    }
}

impl ConsoleStore {
    /// Whether something else is wished for than what is shown. Whoever shows the lines calls [`Self::go_on`] until it is not.
    pub fn is_behind(&self) -> bool {
        self.wish.with(|wish| self.view.with(|view| !view.is_of(wish)))
    }

    /// Looks at some more lines for what is wished for. Says whether more are left.
    pub fn go_on(&self) -> bool {
        let Some(wish) = self.wish.try_get_untracked() else {
            return false;
        };
        let has_more = self.model.try_with_value(|model| {
            let begun = self.making.begun.try_update_value(Option::take).flatten();
            let begun = begun.filter(|begun| begun.is_of(&wish) && begun.stands_on(model));
            let mut view = match begun {
                Some(begun) => begun,
                None => self.view.with_untracked(|shown| {
                    let mut view = View::clone(shown);
                    view.begin(model, &wish);
                    view
                }),
            };
            let has_more = view.go_on(model, N_IN_SLICE);
            if has_more {
                self.making.begun.set_value(Some(view));
            } else {
                self.making.made.set_value(Some(Arc::new(view)));
            }
            has_more
        });
        if has_more == Some(false) {
            self.making.n_made.try_update(|n_made| *n_made += 1);
        }
        has_more == Some(true)
    }
}
