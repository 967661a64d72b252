//! What is asked for when a line comes into sight: the value of an exception, the arguments of a handler, a table.

use std::{collections::HashSet, rc::Rc, sync::Arc};

use client::{CallError, Pause, Session};
use futures::future::join_all;
use leptos::prelude::*;
use wire::{
    ids::ObjectId,
    pause::{Object, ObjectPreviewLevel, Value},
};

use super::ConsoleStore;
use crate::{
    logic::console::{Body, Entry, Kind, table},
    stores::{errand::Urgency, evaluating::refusal},
};

/// How many lines are asked about at once.
const N_AT_ONCE: usize = 8;
/// More lines than fit a window wait in vain: they have been scrolled past.
const MAX_WAITING: usize = 100;

/// What was asked for, and what waits for that.
#[derive(Default)]
pub(super) struct Seeing {
    asked: HashSet<u32>,
    waiting: Vec<Entry>,
    is_running: bool,
}

impl ConsoleStore {
    /// A line has come into sight.
    pub fn see(&self, index: usize) {
        let lazy = self.read(index, |entry, _| {
            let is_lazy = (entry.kind.is_lazy() && entry.body.is_none()) || entry.kind == Kind::Table;
            is_lazy.then(|| entry.clone())
        });
        if let Some(entry) = lazy.flatten() {
            self.want_value(entry);
        }
    }

    /// What a line holds lives in a pause that is gone: it is asked for again.
    pub fn see_again(&self, entry: &Entry) {
        self.seeing
            .try_update_value(|seeing| seeing.asked.remove(&entry.id));
        self.want_value(entry.clone());
    }

    fn want_value(&self, entry: Entry) {
        let starts = self.seeing.try_update_value(|seeing| {
            if !seeing.asked.insert(entry.id) {
                return false;
            }
            seeing.waiting.push(entry);
            if seeing.waiting.len() > MAX_WAITING {
                let passed = seeing.waiting.remove(0);
                seeing.asked.remove(&passed.id);
            }
            !std::mem::replace(&mut seeing.is_running, true)
        });
        if starts != Some(true) {
            return;
        }
        let store = *self;
        self.intents.run(Urgency::Visible, None, async move |session, _| {
            loop {
                // What was seen last is what is looked at.
                let batch = store.seeing.try_update_value(|seeing| {
                    let at = seeing.waiting.len().saturating_sub(N_AT_ONCE);
                    let batch = seeing.waiting.split_off(at);
                    seeing.is_running = !batch.is_empty();
                    batch
                });
                let Some(batch) = batch.filter(|batch| !batch.is_empty()) else {
                    return Ok(());
                };
                let answers = join_all(batch.iter().map(|entry| ask(&session, entry))).await;
                for (entry, answer) in batch.iter().zip(answers) {
                    store.learn(entry, answer?);
                }
                store.show();
            }
        });
    }

    fn learn(self, entry: &Entry, answer: Answer) {
        match answer {
            Answer::Values(body) => {
                self.model.try_update_value(|model| model.amend(entry, body));
            }
            Answer::Table(Some(table)) => {
                self.tables
                    .try_update(|tables| drop(tables.insert(entry.id, table)));
            }
            Answer::Table(None) => {}
        }
    }
}

enum Answer {
    Values(Body),
    Table(Option<Arc<crate::logic::console::Table>>),
}

async fn ask(session: &Session, entry: &Entry) -> Result<Answer, CallError> {
    if entry.kind == Kind::Table {
        return Ok(Answer::Table(table_of(session, entry).await));
    }
    match values(session, entry).await {
        Ok(body) => Ok(Answer::Values(body)),
        Err(error) => Ok(Answer::Values(Body {
            text: refusal(error)?.into(),
            ..Body::default()
        })),
    }
}

/// What is thrown, or what a handler was called with.
async fn values(session: &Session, entry: &Entry) -> Result<Body, CallError> {
    let pause = session.create_pause(&entry.point).await?;
    let (text, arguments) = match entry.kind {
        Kind::Event => {
            let top = pause.until_ready(Pause::top_frame).await?;
            let Some(top) = top else {
                return Ok(Body::default());
            };
            let name = crate::logic::place::frame_name(&top);
            let arguments = pause
                .until_ready(|pause| pause.frame_arguments(&top.frame_id))
                .await?;
            (name, arguments.unwrap_or_default())
        }
        _ => {
            let exception = pause.until_ready(Pause::exception).await?;
            (String::new(), exception.into_iter().collect())
        }
    };
    // Objects are shown in a line each, so they are wanted as a line shows them.
    for id in arguments.iter().filter_map(Value::as_object) {
        pause
            .until_ready(|pause| pause.object(id, ObjectPreviewLevel::CanOverflow))
            .await
            .ok();
    }
    Ok(Body {
        pause_id: Some(pause.id().clone()),
        objects: known_objects(&pause, &arguments),
        text: text.into(),
        arguments,
        is_value: entry.kind == Kind::Caught,
        ..Body::default()
    })
}

/// What is known of some objects and of those in them.
pub(super) fn known_objects(pause: &Pause, values: &[Value]) -> Vec<Object> {
    let mut objects: Vec<Rc<Object>> = Vec::new();
    for id in values.iter().filter_map(Value::as_object) {
        let Some(object) = pause.known_object(id) else {
            continue;
        };
        if let Some(preview) = &object.preview {
            let inner = preview
                .properties
                .iter()
                .flatten()
                .filter_map(|property| property.value.as_object());
            objects.extend(inner.filter_map(|id| pause.known_object(id)));
        }
        objects.push(object);
    }
    objects.iter().map(|object| object.as_ref().clone()).collect()
}

/// The table of a message's first argument; its rows are asked for in one request.
async fn table_of(session: &Session, entry: &Entry) -> Option<Arc<crate::logic::console::Table>> {
    let body = entry.body.as_ref()?;
    let data = wire::pause::PauseData {
        objects: body.objects.clone(),
        ..Default::default()
    };
    let pause = session.adopt_pause(body.pause_id.as_ref()?, &data);
    let first = body.arguments.first()?.as_object()?;
    let whole = |pause: &Pause, id: &ObjectId| pause.object(id, ObjectPreviewLevel::Full);
    let object = pause.until_ready(|pause| whole(pause, first)).await.ok()?;
    let preview = object.preview.as_ref()?;
    let properties = preview
        .properties
        .iter()
        .flatten()
        .map(|property| &property.value);
    let entries = preview
        .container_entries
        .iter()
        .flatten()
        .map(|entry| &entry.value);
    let rows: Vec<ObjectId> = properties
        .chain(entries)
        .filter_map(Value::as_object)
        .take(500)
        .cloned()
        .collect();
    pause.request_objects(rows.iter(), ObjectPreviewLevel::CanOverflow);
    for row in &rows {
        let known = |pause: &Pause| pause.object(row, ObjectPreviewLevel::CanOverflow);
        pause.until_ready(known).await.ok();
    }
    let columns = match body.arguments.get(1) {
        Some(Value::Object(id)) => pause
            .until_ready(|pause| whole(pause, id))
            .await
            .ok()
            .map(|list| strings(&list)),
        _ => None,
    };
    table(&object, columns.as_deref(), &|id| pause.known_object(id)).map(Arc::new)
}

fn strings(list: &Object) -> Vec<String> {
    let properties = list
        .preview
        .iter()
        .filter_map(|preview| preview.properties.as_ref())
        .flatten();
    properties
        .filter_map(|property| match &property.value {
            Value::String(text) => Some(text.clone()),
            _ => None,
        })
        .collect()
}
