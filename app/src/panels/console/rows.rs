//! Lines of the console as the component shows them, and what pressing them does.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use components::{
    console::{Act, ConsoleRow, ConsoleRows, Part},
    format,
    tree::Branch,
};
use leptos::prelude::*;
use wire::{debugger::Location, pause::PauseData};

use crate::{
    logic::{
        console::{Body, Entry, Kind, StackLine, Table},
        contents::Child,
        place::{self, ANONYMOUS},
        tree::{Root, Rows, Target},
    },
    stores::{Stores, objects::TreeKey},
};

/// More lines under one message are not shown; its objects can be opened elsewhere.
const MAX_PARTS: usize = 5_000;
/// Wider columns of tables are cut.
const MAX_CELL_COLUMNS: usize = 40;

pub(super) fn rows(stores: Stores) -> Signal<ConsoleRows> {
    let console = stores.console;
    let parts = Memo::new(move |_| {
        console.track();
        parts(stores)
    });
    Signal::derive(move || {
        console.track();
        ConsoleRows {
            n_rows: console.n_shown(),
            row: Arc::new(move |index| row(stores, index)),
            n_lines: Arc::new(move |columns, each| console.each_shown(|entry| each(entry.n_lines(columns)))),
            parts: parts.get(),
        }
    })
}

/// Does what a person wants of a line.
pub(super) fn act(stores: Stores, index: usize, act: Act) {
    let console = stores.console;
    if let Act::See = act {
        return console.see(index);
    }
    let Some((entry, _)) = console.shown(index) else {
        return;
    };
    match act {
        Act::Go => stores.timeline.go_to(entry.time_ms, Some(entry.point)),
        Act::Toggle if entry.kind.is_group() => console.toggle_group(entry.id),
        Act::Toggle => {
            // The pauses of what was asked for when it was seen are let go of; then it is asked again.
            let is_gone = |id| entry.kind.is_lazy() && stores.objects.pause(id).is_none();
            let pause_id = entry.body.as_ref().and_then(|body| body.pause_id.as_ref());
            if pause_id.is_some_and(is_gone) {
                console.see_again(&entry);
            } else {
                adopt(stores, &entry);
            }
            console.toggle(entry.id);
        }
        Act::Unfold => console.toggle_repeats(entry.id),
        Act::ShowPlace => {
            if let Some(location) = console.location(&entry) {
                stores.sources.open(location);
            }
        }
        Act::TogglePart(part) => press(stores, &entry, part, false),
        Act::PressPart(part) => press(stores, &entry, part, true),
        Act::ShowPartPlace(part) => {
            let n_values = untrack(|| values(stores, &entry)).rows.len();
            let below = part.checked_sub(n_values).and_then(|at| {
                let mut below = untrack(|| below(stores, &entry)).into_iter();
                below.nth(at)
            });
            if let Some(Below::Frame(StackLine {
                location: Some(location),
                ..
            })) = below
            {
                stores.sources.open(location);
            }
        }
        Act::Menu(_) | Act::See => {}
    }
}

/// The tree of what a line holds.
pub(super) fn tree(entry: &Entry) -> TreeKey {
    TreeKey {
        name: "console",
        number: u64::from(entry.id),
    }
}

/// The rows of the tree of what a line holds; none if it holds no objects.
pub(super) fn values(stores: Stores, entry: &Entry) -> Arc<Rows> {
    let Some(body) = &entry.body else {
        return Arc::default();
    };
    let Some(pause_id) = &body.pause_id else {
        return Arc::default();
    };
    let objects = body.arguments.iter().filter(|value| value.as_object().is_some());
    let roots: Vec<Root> = (0..)
        .zip(objects)
        .map(|(index, value): (u32, _)| {
            let mut child = Child::root("", value.clone());
            child.key = format!("r:{index}");
            Root::Child(child)
        })
        .collect();
    match roots.is_empty() {
        true => Arc::default(),
        false => stores.objects.rows(tree(entry), pause_id, &roots),
    }
}

/// Whether a line shows what it holds. Tables do without being asked.
fn is_open(stores: Stores, entry: &Entry) -> bool {
    let is_toggled = stores.console.opened().with(|opened| opened.contains(&entry.id));
    (entry.kind == Kind::Table) != is_toggled
}

/// Makes the pause known that a line's objects live in.
pub(super) fn adopt_held(stores: Stores, pause_id: &wire::ids::PauseId, index: usize) {
    let objects = stores.console.read(index, |entry, _| {
        entry.body.as_ref().map(|body| body.objects.clone())
    });
    let data = PauseData {
        objects: objects.flatten().unwrap_or_default(),
        ..PauseData::default()
    };
    stores.objects.adopt(pause_id, &data);
}

/// Makes the pause of a line known, and opens its object if it is the only one.
fn adopt(stores: Stores, entry: &Entry) {
    let Some(body) = &entry.body else { return };
    let Some(pause_id) = &body.pause_id else { return };
    let data = PauseData {
        objects: body.objects.clone(),
        ..PauseData::default()
    };
    stores.objects.adopt(pause_id, &data);
    let is_first_time = untrack(|| values(stores, entry)).rows.len() == 1;
    if is_first_time {
        let rows = untrack(|| values(stores, entry));
        if let Some(info) = rows.infos.first() {
            stores.objects.toggle(tree(entry), &info.path);
        }
    }
}

fn press(stores: Stores, entry: &Entry, part: usize, is_action: bool) {
    let rows = untrack(|| values(stores, entry));
    let Some(info) = rows.infos.get(part) else { return };
    match (&info.target, is_action) {
        (Target::Getter, true) => stores.objects.compute(tree(entry), &info.path),
        (Target::Place(location), true) => stores.sources.open(location.clone()),
        (Target::Node(node), true) => {
            if let Some(pause_id) = entry.body.as_ref().and_then(|body| body.pause_id.as_ref()) {
                stores.objects.show_node(pause_id, node);
            }
        }
        _ => stores.objects.toggle(tree(entry), &info.path),
    }
}

/// A line below the values that a message holds.
enum Below {
    /// What the frames under it are.
    Heading(&'static str),
    /// A frame of a stack.
    Frame(StackLine),
}

/// Where the error that a message holds was made, and where the message was printed.
fn below(stores: Stores, entry: &Entry) -> Vec<Below> {
    let Some(body) = &entry.body else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    // Where an error was thrown is its message's own stack if nobody caught it.
    let is_thrown = matches!(entry.kind, Kind::Uncaught | Kind::Thrown) && !body.stack.is_empty();
    let thrown = if is_thrown { Vec::new() } else { body.thrown() };
    if !thrown.is_empty() {
        let locations = stores.sources.places_of(thrown.iter().map(|frame| &frame.place));
        lines.push(Below::Heading("The error's stack"));
        lines.extend(thrown.into_iter().zip(locations).map(|(frame, location)| {
            let name = match frame.name.is_empty() {
                true => ANONYMOUS.to_owned(),
                false => frame.name,
            };
            Below::Frame(StackLine { name, location })
        }));
        if !body.stack.is_empty() {
            lines.push(Below::Heading("Printed by"));
        }
    }
    lines.extend(body.stack.iter().cloned().map(Below::Frame));
    lines
}

fn row(stores: Stores, index: usize) -> ConsoleRow {
    let console = stores.console;
    let Some((entry, n_times)) = console.shown(index) else {
        return ConsoleRow::default();
    };
    let body = entry.body.as_deref();
    let has_table = entry.kind == Kind::Table && console.table(entry.id).is_some();
    let branch = if entry.kind.is_group() {
        if console.is_unfolded(&entry) {
            Branch::Open
        } else {
            Branch::Closed
        }
    } else if has_table || body.is_some_and(Body::can_open) {
        if is_open(stores, &entry) {
            Branch::Open
        } else {
            Branch::Closed
        }
    } else {
        Branch::Leaf
    };
    ConsoleRow {
        level: entry.kind.level(),
        look: entry.kind.look(),
        pieces: entry.pieces(),
        depth: entry.depth.min(crate::logic::console::MAX_INDENT),
        n_times,
        branch,
        is_heading: entry.kind.is_group(),
        location: console
            .location(&entry)
            .map(|location| short(stores, &location))
            .unwrap_or_default(),
        time: format::clock(entry.time_ms),
        badge: body.and_then(|body| body.badge.clone()).unwrap_or_default(),
    }
}

/// A place in a few characters.
fn short(stores: Stores, location: &Location) -> String {
    let url = stores.sources.url(&location.source_id);
    format!("{}:{}", place::short_name(url.as_deref()), location.line)
}

/// What stands under the lines that are open.
fn parts(stores: Stores) -> Arc<BTreeMap<usize, Arc<[Part]>>> {
    let console = stores.console;
    let ids: BTreeSet<u32> = console
        .opened()
        .get()
        .into_iter()
        .chain(console.table_ids())
        .collect();
    let mut all = BTreeMap::new();
    for (index, _) in console.indices_of(&ids) {
        let Some((entry, _)) = console.shown(index).filter(|(entry, _)| is_open(stores, entry)) else {
            continue;
        };
        let table = console.table(entry.id);
        let mut parts: Vec<Part> = match (&table, entry.kind) {
            (Some(table), Kind::Table) => cells(table),
            _ => values(stores, &entry)
                .rows
                .iter()
                .cloned()
                .map(Part::Value)
                .collect(),
        };
        parts.extend(below(stores, &entry).into_iter().map(|line| match line {
            Below::Heading(text) => Part::Note(text.to_owned()),
            Below::Frame(line) => frame(stores, &line),
        }));
        parts.truncate(MAX_PARTS);
        all.insert(index, parts.into());
    }
    Arc::new(all)
}

fn frame(stores: Stores, line: &StackLine) -> Part {
    Part::Frame {
        name: line.name.clone(),
        location: line
            .location
            .as_ref()
            .map(|location| short(stores, location))
            .unwrap_or_default(),
    }
}

fn cells(table: &Table) -> Vec<Part> {
    let rows = || std::iter::once(&table.headings).chain(&table.rows);
    let widths: Arc<[usize]> = (0..table.headings.len())
        .map(|column| {
            let texts = rows().filter_map(|row| row.get(column));
            let widest = texts.map(|text| components::preview::n_columns(text)).max();
            widest.unwrap_or(0).min(MAX_CELL_COLUMNS)
        })
        .collect();
    let parts = rows().enumerate().map(|(index, row)| Part::Cells {
        cells: row.as_slice().into(),
        widths: Arc::clone(&widths),
        is_heading: index == 0,
    });
    let more =
        (table.n_more > 0).then(|| Part::Note(format!("{} more rows", format::count(table.n_more as u64))));
    parts.chain(more).collect()
}
