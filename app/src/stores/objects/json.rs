//! A value as JSON text, with what it holds, within bounds.

use std::collections::HashSet;

use client::{CallError, Pause};
use wire::{
    ids::{ObjectId, PauseId},
    pause::{ObjectPreviewLevel, Value},
};

use super::ObjectStore;
use crate::{
    logic::json::{self, Bounds},
    stores::{driver::words, errand::Urgency},
};

impl ObjectStore {
    /// Tells a value as JSON, with everything it holds as far as [`Bounds::COPY`] goes; what it takes is asked for. Getters
    /// are not run. `done` is told the text, or why there is none.
    pub fn json(
        &self,
        pause_id: &PauseId,
        value: &Value,
        done: impl FnOnce(Result<String, String>) + 'static,
    ) {
        let (pause_id, value) = (pause_id.clone(), value.clone());
        self.intents.run(Urgency::Now, None, async move |session, _| {
            let Some(pause) = session.known_pause(&pause_id) else {
                done(Err("this moment has been let go".to_owned()));
                return Ok(());
            };
            let loaded = load(&pause, &value, Bounds::COPY).await;
            match loaded {
                Ok(()) => {
                    let known = |id: &ObjectId| pause.known_object(id);
                    done(Ok(json::text(&value, &known, Bounds::COPY)));
                    Ok(())
                }
                Err(error) => {
                    done(Err(words(&error)));
                    Err(error)
                }
            }
        });
    }
}

/// Brings the objects that a value holds, level by level.
async fn load(pause: &Pause, value: &Value, bounds: Bounds) -> Result<(), CallError> {
    let mut seen: HashSet<ObjectId> = HashSet::new();
    let mut level: Vec<ObjectId> = value.as_object().cloned().into_iter().collect();
    for _ in 0..bounds.depth {
        level.retain(|id| seen.len() < bounds.n_objects && seen.insert(id.clone()));
        if level.is_empty() {
            break;
        }
        pause.request_objects(&level, ObjectPreviewLevel::Full);
        let mut next = Vec::new();
        for id in &level {
            let object = pause
                .until_ready(|pause| pause.object(id, ObjectPreviewLevel::Full))
                .await?;
            next.extend(json::held(&object).filter_map(Value::as_object).cloned());
        }
        level = next;
    }
    Ok(())
}
