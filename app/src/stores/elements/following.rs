//! From moment to moment: what is open and chosen in the document is found again in the next.

use client::Pause;
use futures::future::join3;
use leptos::prelude::*;
use wire::{
    ids::{ObjectId, PauseId},
    pause::{GetObjectPreviews, ObjectPreviewLevel},
};

use super::ElementStore;
use crate::stores::errand::{Lane, Urgency};

/// Nodes that are asked for together because they were open, or shown, in the moment before.
const MAX_TOGETHER: usize = 300;

impl ElementStore {
    /// Reads the document of the moment from now on. Tracked: call it whenever the moment is another.
    ///
    /// Where ids of nodes are the same in all pauses, everything that was shown is asked for at once when time goes forward: what
    /// was there is known still. Else the document is read level by level.
    pub fn follow(&self) {
        let Some(pause) = self.pause.current() else { return };
        let pause_id = pause.id().clone();
        let is_here = self
            .late()
            .standing
            .with_untracked(|standing| standing.pause_id.as_ref() == Some(&pause_id));
        if is_here {
            return;
        }
        let last = self.late().last.get_value();
        let is_forward = last.point.is_some() && last.point.as_ref() <= pause.point();
        if last.rows.rows.is_empty() || !is_forward || self.late().has_lasting_ids.get_value() != Some(true) {
            self.arrive(&pause_id);
            return;
        }
        let open: Vec<ObjectId> = last.rows.open().map(|info| info.id.clone()).collect();
        let inline = last.rows.infos.iter().filter_map(|info| info.inline.clone());
        let inline: Vec<ObjectId> = inline.take(MAX_TOGETHER).collect();
        let (store, lane) = (*self, Some(Lane::named("elements.follow")));
        self.intents.run(Urgency::Visible, lane, async move |session, _| {
            let Some(pause) = session.known_pause(&pause_id) else {
                return Ok(());
            };
            let document = pause.until_ready(Pause::document);
            // What was not there yet is found missing when the rows are read.
            let (document, ..) = join3(document, bring(&pause, open), bring(&pause, inline)).await;
            store.arrive(&pause_id);
            match document {
                Err(error) if error.is_session_gone() => Err(error),
                _ => Ok(()),
            }
        });
    }

    /// Ids mean those of a pause from now on.
    fn arrive(&self, pause_id: &PauseId) {
        let Some(last) = self.late().last.try_get_value() else {
            return;
        };
        self.late().standing.try_update(|standing| {
            if standing.pause_id.as_ref() == Some(pause_id) {
                return;
            }
            if let Some(chosen) = &mut standing.chosen {
                chosen.carry(&last.rows);
            }
            standing.state.carry(&last.rows);
            standing.pause_id = Some(pause_id.clone());
        });
    }
}

async fn bring(pause: &Pause, mut objects: Vec<ObjectId>) {
    objects.truncate(MAX_TOGETHER);
    if objects.is_empty() {
        return;
    }
    let question = GetObjectPreviews {
        objects,
        level: Some(ObjectPreviewLevel::Full),
    };
    // What does not come along is asked for as it is met.
    pause.call(&question).await.ok();
}
