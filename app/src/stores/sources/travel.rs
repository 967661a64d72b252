//! From a place to others that belong to it: what it was made from or into, where it ran before and after, where a name
//! comes from.

use client::{CallError, Session};
use leptos::prelude::*;
use wire::{
    debugger::{Location, PointDescription, Source, SourceKind},
    ids::SourceId,
    point::ExecutionPoint,
    session::{PointPageLimits, PointSelector},
};

use super::{SourceStore, bring_text, counts};
use crate::{
    logic::{definitions, scopes::Found},
    stores::{
        Stores,
        errand::{Lane, Urgency},
        evaluating::refusal,
        focus::Edge,
    },
};

/// Pages of points that are read to find the last of them. Ten thousand points each.
const MAX_PAGES: usize = 40;

/// Another form of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// What it is called on its button: `Original`, `Generated`, `Pretty`, `Minified`.
    pub name: &'static str,
    /// The sources that are of that form; a place is in one of them.
    pub source_ids: Vec<SourceId>,
}

/// Which of the times that a line ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// The first within the focus.
    First,
    /// The last before now.
    Previous,
    /// The first after now.
    Next,
    /// The last within the focus.
    Last,
}

impl SourceStore {
    /// The other forms of a source, tracked.
    pub fn others(&self, id: &SourceId) -> Vec<Other> {
        self.all.with(|all| {
            let Some(source) = all.iter().find(|source| source.source_id == *id) else {
                return Vec::new();
            };
            let of_kind = |kind: &SourceKind| {
                let made = all
                    .iter()
                    .filter(|other| other.kind == *kind && other.generated_source_ids.contains(id));
                made.map(|other| other.source_id.clone()).collect::<Vec<_>>()
            };
            let generated = match source.kind {
                SourceKind::PrettyPrinted => Other {
                    name: "Minified",
                    source_ids: source.generated_source_ids.clone(),
                },
                _ => Other {
                    name: "Generated",
                    source_ids: source.generated_source_ids.clone(),
                },
            };
            let original = Other {
                name: "Original",
                source_ids: of_kind(&SourceKind::SourceMapped),
            };
            let pretty = Other {
                name: "Pretty",
                source_ids: of_kind(&SourceKind::PrettyPrinted),
            };
            [original, pretty, generated]
                .into_iter()
                .filter(|other| !other.source_ids.is_empty())
                .collect()
        })
    }

    /// Shows the same place in another form of its source. Frames in it are shown in that form from now on.
    pub fn switch(&self, place: Location, other: &Other) {
        let (store, other) = (*self, other.clone());
        let wants_generated = matches!(other.name, "Generated" | "Minified");
        self.as_generated.update(|wanted| match wants_generated {
            true => wanted.extend(other.source_ids.iter().cloned()),
            false => drop(wanted.remove(&place.source_id)),
        });
        let lane = Some(Lane::named("source.switch"));
        self.intents.run(Urgency::Now, lane, async move |session, _| {
            let mapped = session.get_mapped_location(Location {
                line: place.line.max(1),
                ..place
            });
            let found = match mapped.await {
                Ok(answer) => {
                    let mut places = answer.mapped_location.into_iter();
                    places.find(|place| other.source_ids.contains(&place.source_id))
                }
                // A place without one: the beginning will do.
                Err(error) => refusal(error).map(|_| None)?,
            };
            match (found, other.source_ids.first()) {
                (Some(location), _) => store.show(location),
                (None, Some(id)) => store.show_source(id.clone()),
                (None, None) => {}
            }
            Ok(())
        });
    }

    /// Goes to one of the times that a line ran; a notice says so if there is none.
    pub fn go_to_hit(&self, location: Location, hit: Hit) {
        self.with_hit(location, hit, |stores, point| {
            stores.timeline.go_to(point.time, Some(point.point))
        });
    }

    /// Begins the focus at the first time that a line ran, or ends it at the last.
    pub fn focus_at_hit(&self, location: Location, is_begin: bool) {
        let hit = if is_begin { Hit::First } else { Hit::Last };
        self.with_hit(location, hit, move |stores, point| {
            let edge = Edge {
                time_ms: point.time,
                point: Some(point.point),
            };
            match is_begin {
                true => stores.focus.begin_at(edge),
                false => stores.focus.end_at(edge),
            }
        });
    }

    fn with_hit(&self, location: Location, hit: Hit, then: impl Fn(Stores, PointDescription) + 'static) {
        let (store, lane) = (*self, Some(Lane::named("source.hit")));
        self.notice.set(None);
        self.intents
            .run(Urgency::Now, lane, async move |session, stores| {
                let said = match find(&session, stores, location, hit).await {
                    Ok(Some(point)) => {
                        then(stores, point);
                        return Ok(());
                    }
                    Ok(None) => none_of(hit, stores.focus.window().with_untracked(Option::is_some)),
                    Err(error) => refusal(error)?,
                };
                store.notice.try_set(Some(said));
                Ok(())
            });
    }

    /// Goes to where a name of a source comes from: declared around the place, imported, or declared anywhere else.
    pub fn go_to_definition(&self, place: Location, name: &str) {
        let known = self.declared(&place.source_id, name, place.line);
        // A declaration that the pointer is on already leads to where else the name is declared.
        if let Some((line, column)) = known.filter(|at| *at != (place.line, place.column)) {
            return self.show(Location {
                line,
                column,
                ..place
            });
        }
        let (store, name) = (*self, name.to_owned());
        let imported = self.imported(&place.source_id, &name);
        let lane = Some(Lane::named("source.definition"));
        self.notice.set(None);
        self.intents
            .run(Urgency::Now, lane, async move |session, stores| {
                if let Some(source_id) = imported.clone() {
                    bring_text(&session, stores, &source_id).await;
                    if let Some((line, column)) = store.declared(&source_id, &name, 0) {
                        store.show(Location {
                            source_id,
                            line,
                            column,
                        });
                        return Ok(());
                    }
                }
                let sources = imported.clone().map(|id| vec![id]);
                let found = session.search_functions(&name, sources).flat().await;
                let (mut found, _) = match found {
                    Ok(found) => found,
                    Err(error) => {
                        store.notice.try_set(Some(refusal(error)?));
                        return Ok(());
                    }
                };
                found.retain(|found| found.name == name && found.loc.source_id != place.source_id);
                match (found.into_iter().next(), imported) {
                    (Some(found), _) => store.show(found.loc),
                    (None, Some(id)) => store.show_source(id),
                    (None, None) => {
                        let said = format!("No declaration of {name} was found.");
                        store.notice.try_set(Some(said));
                    }
                }
                Ok(())
            });
    }

    /// Where a name is declared in a text that is here, as seen from a line.
    fn declared(&self, id: &SourceId, name: &str, line: u32) -> Option<(u32, u32)> {
        self.texts.try_with_untracked(|texts| match texts.get(id) {
            Some(Found::Ready(text)) => definitions::definition(&text.text, name, line),
            _ => None,
        })?
    }

    /// The source that a name is imported from, by the name of its file.
    fn imported(&self, id: &SourceId, name: &str) -> Option<SourceId> {
        let module = self.texts.with_untracked(|texts| match texts.get(id) {
            Some(Found::Ready(text)) => definitions::import_of(&text.text, name),
            _ => None,
        })?;
        self.all.with_untracked(|all| {
            let from = all.iter().find(|source| source.source_id == *id)?;
            definitions::resolve(all, from, &module).map(|source: &Source| source.source_id.clone())
        })
    }
}

fn none_of(hit: Hit, is_focused: bool) -> String {
    let what = match hit {
        Hit::First | Hit::Last => "This line never ran",
        Hit::Previous => "This line did not run before this moment",
        Hit::Next => "This line does not run after this moment",
    };
    match is_focused {
        true => format!("{what} within the focus."),
        false => format!("{what}."),
    }
}

/// A time that a line ran, at the first place in it where a program can be stopped.
async fn find(
    session: &Session,
    stores: Stores,
    location: Location,
    hit: Hit,
) -> Result<Option<PointDescription>, CallError> {
    let places = counts::places(session, &location.source_id, location.line, location.line).await?;
    let columns = places
        .into_iter()
        .next()
        .map(|place| place.columns)
        .unwrap_or_default();
    let column = match columns.contains(&location.column) {
        true => Some(location.column),
        false => columns.first().copied(),
    };
    let Some(column) = column else { return Ok(None) };
    let selector = PointSelector::Location {
        location: Location { column, ..location },
        on_stack_frame: None,
    };
    let now = stores
        .timeline
        .moment()
        .with_untracked(|moment| moment.point.clone());
    let window = stores.focus.window().get_untracked();
    let (begin, end) = window
        .map(|window| (window.begin.point, window.end.point))
        .unzip();
    let mut limits = PointPageLimits {
        begin: match hit {
            Hit::Next => now.clone().max(begin),
            _ => begin,
        },
        end: match (hit, now.clone()) {
            (Hit::Previous, Some(now)) => Some(end.map_or(now.clone(), |end: ExecutionPoint| end.min(now))),
            _ => end,
        },
        max_count: Some(if matches!(hit, Hit::First | Hit::Next) {
            2
        } else {
            10_000
        }),
    };
    let mut last = None;
    for _ in 0..MAX_PAGES {
        let page = session
            .find_points(selector.clone(), Some(limits.clone()))
            .flat()
            .await;
        let (points, answer) = page?;
        let mut points = points.into_iter();
        match hit {
            Hit::First => return Ok(points.next()),
            Hit::Next => return Ok(points.find(|point| now.as_ref().is_none_or(|now| point.point > *now))),
            Hit::Previous | Hit::Last => {
                let is_before = |point: &PointDescription| {
                    hit == Hit::Last || now.as_ref().is_none_or(|now| point.point < *now)
                };
                last = points.rfind(is_before).or(last);
            }
        }
        match answer.next_begin {
            Some(next) if limits.begin.as_ref() < Some(&next) => limits.begin = Some(next),
            _ => break,
        }
    }
    Ok(last)
}
