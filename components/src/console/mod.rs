//! The console: messages in the order of the program, before and after the current moment, and what is open under them.
//!
//! It is a tree in a virtual list: messages are its first level, objects, stacks and tables that were opened stand under
//! them as lines of their own. Enter goes to a message's moment, right and left open and close, the menu key asks for more.

use std::sync::Arc;

use leptos::{ev::MouseEvent, prelude::*};

use crate::{
    primitives::{
        menu::MenuPlace,
        virtual_list::{ListKind, Reveal, RowView, VirtualList},
    },
    tree::Branch,
};

pub mod filter;
mod logic;
mod part;
mod row;
mod types;
pub use logic::{MAX_LINES, Wrapped, wrap};
pub use types::{
    Act, ConsoleRow, ConsoleRows, EachLines, FilterState, Level, LevelCounts, Look, Part, Piece, TextStyle,
};
pub mod demo;

use logic::{Line, Lines};

/// The list of messages. A message whose moment is now is marked; what comes after now lies in the shade.
#[component]
pub fn ConsoleView(
    /// The messages shown.
    #[prop(into)]
    rows: Signal<ConsoleRows>,
    /// How many of them lie at or before the current moment.
    #[prop(into)]
    n_before: Signal<usize>,
    /// The message of the very moment, if there is one.
    #[prop(into)]
    current: Signal<Option<usize>>,
    /// The message to bring into sight and make active, whenever it changes. Default: none.
    #[prop(into, optional)]
    wanted: Signal<Option<usize>>,
    /// The last message before a moment where the person has stopped: kept in sight, whenever it changes. Default: none.
    #[prop(into, optional)]
    stopped_after: Signal<Option<usize>>,
    /// Whether messages say when they were. Default: they do.
    #[prop(into, default = Signal::from(true))]
    shows_time: Signal<bool>,
    /// Words to mark in the messages, in lower case; none for an empty text. Default: none.
    #[prop(into, optional)]
    marked: Signal<String>,
    /// Told what the person does with which message.
    #[prop(into)]
    on_act: Callback<(usize, Act)>,
) -> impl IntoView {
    let width = RwSignal::new(600.0);
    let columns = Memo::new(move |_| logic::text_columns(width.get(), shows_time.get()));
    let lines = Memo::new(move |_| rows.with(|rows| Arc::new(Lines::new(rows))));
    let layout = Memo::new(move |_| rows.with(|rows| logic::lay_out(rows, columns.get())));
    let active = RwSignal::new(None::<usize>);
    let active_now = Memo::new(move |_| {
        active
            .get()
            .filter(|active| lines.with(|lines| lines.at(*active).is_some()))
    });
    let line_of = move |row: usize| lines.with_untracked(|lines| lines.of_row(row));
    let reveal = RwSignal::new(None::<Reveal>);
    Effect::new(move |_| {
        if let Some(row) = current.get() {
            reveal.set(Some(Reveal::centered(line_of(row))));
        }
    });
    Effect::new(move |_| {
        // As wide as it turns out to be, lines break elsewhere.
        columns.track();
        if let (Some(row), None) = (stopped_after.get(), current.get_untracked()) {
            reveal.set(Some(Reveal::nearest(line_of(row))));
        }
    });
    Effect::new(move |_| {
        if let Some(row) = wanted.get() {
            let line = line_of(row);
            active.set(Some(line));
            reveal.set(Some(Reveal::centered(line)));
        }
    });

    let context = Context {
        rows,
        lines,
        columns,
        n_before,
        current,
        shows_time,
        marked,
        active,
        active_now: active_now.into(),
        on_act,
    };
    let activate = move |line: usize| match lines.with_untracked(|lines| lines.at(line)) {
        Some(Line::Row(row)) => on_act.run((row, Act::Go)),
        Some(Line::Part(row, part)) => {
            on_act.run((row, context.press_of(row, part)));
        }
        None => {}
    };
    let on_key = move |(key, line): (String, usize)| context.key(&key, line, reveal);
    let row: RowView = Arc::new(move |line, id| context.line_view(line, id));
    let menu = move |event: MouseEvent| {
        // The menu key: the event is the list's, not a row's.
        let Some(line) = active_now.get_untracked() else {
            return;
        };
        let Some(element) = document().get_element_by_id(&format!("console-{line}")) else {
            return;
        };
        event.prevent_default();
        context.menu(line, MenuPlace::below(&element));
    };
    view! {
        <div class="ph-console__list" on:contextmenu=menu>
            <VirtualList
                id="console"
                label="Console messages"
                kind=ListKind::Tree
                layout=layout
                row=row
                active=active_now
                on_active=move |line| active.set(Some(line))
                on_activate=activate
                on_key=on_key
                reveal=reveal
                on_size=move |(new, _)| width.set(new)
            />
        </div>
    }
}

/// What the lines of one console share.
#[derive(Clone, Copy)]
struct Context {
    rows: Signal<ConsoleRows>,
    lines: Memo<Arc<Lines>>,
    columns: Memo<usize>,
    n_before: Signal<usize>,
    current: Signal<Option<usize>>,
    shows_time: Signal<bool>,
    marked: Signal<String>,
    active: RwSignal<Option<usize>>,
    active_now: Signal<Option<usize>>,
    on_act: Callback<(usize, Act)>,
}

impl Context {
    fn line_view(self, line: usize, id: String) -> AnyView {
        let place = Memo::new(move |_| self.lines.with(|lines| lines.at(line)));
        let is_part = Memo::new(move |_| matches!(place.get(), Some(Line::Part(..))));
        (move || match is_part.get() {
            false => self.row_view(line, id.clone(), place),
            true => self.part_view(line, id.clone(), place),
        })
        .into_any()
    }

    fn row_of(place: Option<Line>) -> usize {
        match place {
            Some(Line::Row(row) | Line::Part(row, _)) => row,
            None => usize::MAX,
        }
    }

    fn row_now(self, row: usize) -> Option<ConsoleRow> {
        self.rows
            .with(|rows| (row < rows.n_rows).then(|| (rows.row)(row)))
    }

    fn part_now(self, row: usize, part: usize) -> Option<Part> {
        self.rows.with(|rows| rows.parts.get(&row)?.get(part).cloned())
    }

    /// What pressing a part means.
    fn press_of(self, row: usize, part: usize) -> Act {
        match untrack(|| self.part_now(row, part)) {
            Some(Part::Frame { .. }) => Act::ShowPartPlace(part),
            // What has nothing to open does what stands at its end.
            Some(Part::Value(row)) if row.branch == Branch::Leaf => Act::PressPart(part),
            _ => Act::TogglePart(part),
        }
    }

    fn menu(self, line: usize, at: MenuPlace) {
        self.active.set(Some(line));
        let place = self.lines.with_untracked(|lines| lines.at(line));
        self.on_act.run((Self::row_of(place), Act::Menu(at)));
    }

    /// Right and left open and close, and go in and out.
    fn key(self, key: &str, line: usize, reveal: RwSignal<Option<Reveal>>) -> bool {
        let Some(place) = self.lines.with_untracked(|lines| lines.at(line)) else {
            return false;
        };
        let (row, branch) = match place {
            Line::Row(row) => (row, untrack(|| self.row_now(row)).map(|row| row.branch)),
            Line::Part(row, part) => match untrack(|| self.part_now(row, part)) {
                Some(Part::Value(value)) => (row, Some(value.branch)),
                _ => (row, Some(Branch::Leaf)),
            },
        };
        let toggle = match place {
            Line::Row(_) => Act::Toggle,
            Line::Part(_, part) => Act::TogglePart(part),
        };
        let go_to = |line: usize| {
            self.active.set(Some(line));
            reveal.set(Some(Reveal::nearest(line)));
        };
        match (key, branch.unwrap_or_default()) {
            ("ArrowRight", Branch::Closed) | ("ArrowLeft", Branch::Open) => self.on_act.run((row, toggle)),
            ("ArrowRight", Branch::Open) => go_to(line + 1),
            ("ArrowLeft", _) if matches!(place, Line::Part(..)) => {
                go_to(self.lines.with_untracked(|lines| lines.of_row(row)));
            }
            _ => return false,
        }
        true
    }
}
