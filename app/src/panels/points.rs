//! Print statements, breakpoints and watches: their editors below the lines of a source, and the panel that lists them all.

mod editor;
pub mod panel;
mod watched;

pub use panel::PointsPanel;

use std::{collections::BTreeMap, sync::Arc};

use components::{
    code_input::{CodeOffer, CodeOffers, Refusal},
    format,
    point_editor::{BREAK_PX, HitsShown, PRINT_PX},
    source::{GutterKind, GutterMark, LineInsert},
};
use leptos::prelude::*;
use wire::ids::SourceId;

use super::source::LinePoints;
use crate::{
    logic::{
        completion::{self, Problem},
        library::sentence,
        place,
        points::{Point, PointKind, strip},
    },
    stores::{Stores, points::Hits, preferences::PreferenceStore},
};

/// Brings back what was kept of this recording and keeps what is, and follows the focus. Call it once for the page of a recording.
pub(crate) fn keep(stores: Stores) {
    let points = stores.points;
    if let Some(preferences) = use_context::<PreferenceStore>() {
        let key = format!("points/{}", stores.recording.id());
        points.restore(&preferences.kept(&key).unwrap_or_default());
        Effect::new(move |_| {
            let kept = points.kept();
            // Of recordings in which nobody set any nothing is kept.
            if points.has_any() || preferences.kept(&key).is_some() {
                preferences.keep(&key, kept);
            }
        });
    }
    Effect::new(move |before: Option<u32>| {
        let turn = stores.focus.turn().get();
        if before.is_some_and(|before| before != turn) {
            points.focus_moved(stores);
        }
        turn
    });
}

/// Lets sources mark their lines: call it above them.
pub(crate) fn provide(stores: Stores) {
    let points = stores.points;
    // What is open changes seldom, what is known of hits often: editors stay as they are meanwhile.
    let open = Memo::new(move |_| {
        points.edited().with(|edited| {
            points.all().with(|all| {
                let open = all.iter().filter(|point| edited.contains(&point.id));
                open.map(|point| (point.source_id.clone(), point.line, point.kind, point.id))
                    .collect::<Vec<_>>()
            })
        })
    });
    provide_context(LinePoints {
        gutter: Callback::new(move |id: SourceId| Arc::new(marks(stores, &id))),
        inserts: Callback::new(move |id: SourceId| {
            let of = open;
            open.with(|open| {
                // One insert for each line, with every editor of the line in it.
                let mut lines: BTreeMap<u32, Vec<(PointKind, u32)>> = BTreeMap::new();
                for (_, line, kind, point) in open.iter().filter(|(source, ..)| *source == id.as_str()) {
                    lines.entry(*line).or_default().push((*kind, *point));
                }
                lines
                    .into_iter()
                    .map(|(line, points)| insert(stores, of, &id, line, &points))
                    .collect()
            })
        }),
        on_print: Callback::new(move |(id, line, column): (SourceId, u32, Option<u32>)| {
            points.toggle_print(stores, &id, line, column);
        }),
        on_breakpoint: Callback::new(move |(id, line, column): (SourceId, u32, Option<u32>)| {
            points.toggle_breakpoint(stores, &id, line, column);
        }),
    });
}

/// Points whose editors are open: the source, the line, what it is, its number.
type Open = Memo<Vec<(String, u32, PointKind, u32)>>;

fn insert(stores: Stores, open: Open, id: &SourceId, line: u32, points: &[(PointKind, u32)]) -> LineInsert {
    let height = |kind: PointKind| match kind {
        PointKind::Print => PRINT_PX,
        PointKind::Break => BREAK_PX,
    };
    let id = id.as_str().to_owned();
    LineInsert {
        line,
        height_px: points.iter().map(|(kind, _)| height(*kind)).sum(),
        view: ViewFn::from(move || {
            let id = id.clone();
            let ids = move || {
                open.with(|open| {
                    let here = open
                        .iter()
                        .filter(|(source, at, ..)| *source == id && *at == line);
                    here.map(|(.., point)| *point).collect::<Vec<_>>()
                })
            };
            view! { <For each=ids key=|id| *id let(id)>{editor::view(stores, id)}</For> }.into_any()
        }),
    }
}

/// What is marked beside the lines of a source. A print statement goes before a breakpoint of the same line.
fn marks(stores: Stores, id: &SourceId) -> BTreeMap<u32, GutterMark> {
    stores.points.all().with(|all| {
        let mut marks = BTreeMap::new();
        for point in all.iter().filter(|point| point.source_id == id.as_str()) {
            let trouble = stores.points.with_hits(point.id, failure).unwrap_or_default();
            let mark = GutterMark {
                kind: match point.kind {
                    PointKind::Print => GutterKind::Print,
                    PointKind::Break => GutterKind::Breakpoint,
                },
                is_enabled: point.is_enabled,
                has_trouble: !trouble.is_empty(),
                label: match trouble.is_empty() {
                    true => label(point),
                    false => format!("{}. {trouble}", label(point)),
                },
            };
            if point.kind == PointKind::Print || !marks.contains_key(&point.line) {
                marks.insert(point.line, mark);
            }
        }
        marks
    })
}

fn label(point: &Point) -> String {
    let what = match point.kind {
        PointKind::Print => format!("Prints {}", point.content),
        PointKind::Break => "Stops here".to_owned(),
    };
    let when = match point.condition.trim() {
        "" => String::new(),
        condition => format!(" if {condition}"),
    };
    let off = if point.is_enabled { "" } else { " (off)" };
    format!("{what}{when}{off}")
}

fn place_words(stores: Stores, point: &Point) -> String {
    let url = stores.sources.url(&point.location().source_id);
    format!("{}:{}", place::short_name(url.as_deref()), point.line)
}

/// How the hits of a print statement stand, in words and as a picture; tracked.
fn hits_shown(stores: Stores, id: u32) -> HitsShown {
    let standing = stores.points.standing(stores, id);
    let duration_ms = stores.timeline.duration_ms().get();
    let shown = stores.points.with_hits(id, |hits: &Hits| {
        let count = |n: usize| format::count(n as u64);
        let text = match (standing.n_printed, standing.n_until, hits.is_pending) {
            (0, _, true) => "Looking…".to_owned(),
            (0, _, false) => "No hits".to_owned(),
            (1, 0, _) => "1 hit".to_owned(),
            (n, 0, _) => format!("{} hits", count(n)),
            (n, at, _) => format!(
                "{} of {} {}",
                count(at),
                count(n),
                if n == 1 { "hit" } else { "hits" }
            ),
        };
        let more = match (standing.n_unknown, hits.next.is_some()) {
            (0, false) => String::new(),
            (0, true) => "Look for more".to_owned(),
            (n, false) => format!("{} not evaluated: more", count(n)),
            (n, true) => format!("{} or more not evaluated: more", count(n)),
        };
        let printed = hits.all.iter().filter(|hit| hit.is_printed());
        HitsShown {
            text,
            failure: failure(hits),
            has_previous: standing.previous.is_some(),
            has_next: standing.next.is_some(),
            more,
            is_pending: hits.is_pending,
            strip: strip(printed.map(|hit| hit.time_ms), duration_ms),
        }
    });
    shown.unwrap_or_else(|| HitsShown {
        text: "Off".to_owned(),
        ..HitsShown::default()
    })
}

/// What went wrong with a print statement, as a sentence.
fn failure(hits: &Hits) -> String {
    match (&hits.failure, &hits.thrown) {
        (Some(failure), _) => sentence(failure),
        (None, Some((1, thrown))) => format!("Condition threw at a hit: {thrown}"),
        (None, Some((n, thrown))) => {
            format!("Condition threw at {} hits: {thrown}", format::count(*n as u64))
        }
        (None, None) => String::new(),
    }
}

/// What could be written at the cursor, in the selected frame.
fn offers(stores: Stores) -> Signal<CodeOffers> {
    Signal::derive(move || {
        let (start, offers) = stores.console.offers().get();
        let offer = |offer: &completion::Offer| CodeOffer {
            name: offer.name.clone(),
            kind: offer.kind,
        };
        CodeOffers {
            start,
            offers: offers.iter().map(offer).collect(),
        }
    })
}

fn check(text: &str) -> Option<Refusal> {
    completion::problem(text).map(|problem| match problem {
        Problem::Unfinished(_) => Refusal::Unfinished,
        Problem::Wrong(sentence) => Refusal::Wrong(sentence.to_owned()),
    })
}
