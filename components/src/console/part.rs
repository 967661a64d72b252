//! A line under a message that was opened: a value, a frame, a row of a table.

use leptos::{attr::custom::custom_attribute, ev::MouseEvent, prelude::*};

use super::{Act, Context, Part, logic::Line};
use crate::{
    preview::{Preview, visible_text},
    primitives::{
        icon::{Icon, IconView},
        menu::MenuPlace,
    },
    tree::{Branch, RowAction, TreeRow},
};

/// Where what is open begins, below the text of its message.
const FRONT_PX: f64 = 50.0;
const INDENT_PX: f64 = 14.0;

impl Context {
    pub(super) fn part_view(self, line: usize, id: String, place: Memo<Option<Line>>) -> AnyView {
        let ids = Memo::new(move |_| match place.get() {
            Some(Line::Part(row, part)) => (row, part),
            _ => (usize::MAX, 0),
        });
        let part = Memo::new(move |_| {
            let (row, part) = ids.get();
            self.part_now(row, part)
        });
        let act = move |act: fn(usize) -> Act| {
            let (row, part) = ids.get_untracked();
            self.on_act.run((row, act(part)));
        };
        let is_after = Memo::new(move |_| ids.get().0 >= self.n_before.get());
        let is_active = Memo::new(move |_| self.active_now.get() == Some(line));
        let branch = move || match part.get() {
            Some(Part::Value(row)) => row.branch,
            _ => Branch::Leaf,
        };
        let depth = move || match part.get() {
            Some(Part::Value(row)) => row.depth,
            _ => 0,
        };
        // Leptos has no name for this attribute.
        let level = custom_attribute("aria-level", move || depth() + 2);
        let press = move |_: MouseEvent| {
            self.active.set(Some(line));
            let (row, part) = ids.get_untracked();
            self.on_act.run((row, self.press_of(row, part)));
        };
        let menu = move |event: MouseEvent| {
            event.prevent_default();
            event.stop_propagation();
            self.menu(line, MenuPlace::of(&event));
        };
        view! {
            <div
                id=id
                class="ph-part"
                class:ph-part--after=move || is_after.get()
                class:ph-part--active=move || is_active.get()
                data-testid="message-part"
                role="treeitem"
                {..level}
                aria-selected=move || if is_active.get() { "true" } else { "false" }
                aria-expanded=move || match branch() {
                    Branch::Leaf => None,
                    Branch::Closed => Some("false"),
                    Branch::Open => Some("true"),
                }
                style:padding-inline-start=move || format!("{}px", FRONT_PX + INDENT_PX * depth() as f64)
                on:click=press
                on:contextmenu=menu
            >
                {move || part.get().map(|part| content(part, act))}
            </div>
        }
        .into_any()
    }
}

fn content(part: Part, act: impl Fn(fn(usize) -> Act) + Copy + Send + Sync + 'static) -> AnyView {
    match part {
        Part::Value(row) => value(row, act),
        Part::Frame { name, location } => {
            let show = move |event: MouseEvent| {
                event.stop_propagation();
                act(Act::ShowPartPlace);
            };
            view! {
                <span class="ph-part__frame">{visible_text(&name).into_owned()}</span>
                <span class="ph-part__place" on:click=show>{location}</span>
            }
            .into_any()
        }
        Part::Cells {
            cells,
            widths,
            is_heading,
        } => {
            let cell = |(text, width): (&String, &usize)| {
                let class = if is_heading {
                    "ph-part__cell ph-part__cell--heading"
                } else {
                    "ph-part__cell"
                };
                view! { <span class=class style:width=format!("{}ch", width + 3)>{visible_text(text).into_owned()}</span> }
            };
            cells
                .iter()
                .zip(widths.iter())
                .map(cell)
                .collect_view()
                .into_any()
        }
        Part::Note(text) => view! { <span class="ph-preview--faint">{text}</span> }.into_any(),
    }
}

fn value(row: TreeRow, act: impl Fn(fn(usize) -> Act) + Copy + Send + Sync + 'static) -> AnyView {
    let TreeRow {
        name,
        name_tone,
        tokens,
        action,
        branch,
        ..
    } = row;
    let separator = (!tokens.is_empty() && !name.is_empty()).then_some(": ");
    let press = move |event: MouseEvent| {
        event.stop_propagation();
        act(Act::PressPart);
    };
    let action = match action {
        RowAction::None => None,
        RowAction::Compute => Some(("(…)".to_owned(), "Run the getter")),
        RowAction::Place(place) => Some((place, "Show it in the source")),
        RowAction::Element => Some(("⌖".to_owned(), "Show it among the elements")),
    };
    view! {
        <span class="ph-message__twisty" class:ph-message__twisty--open=branch == Branch::Open>
            {(branch != Branch::Leaf).then(|| view! { <IconView icon=Icon::ChevronRight/> })}
        </span>
        <span class="ph-part__value">
            <span class=name_tone.class()>{visible_text(&name).into_owned()}</span>
            <span class="ph-preview--faint">{separator}</span>
            <Preview tokens=tokens/>
        </span>
        {action.map(|(text, label)| view! {
            <button type="button" class="ph-part__action" tabindex="-1" title=label aria-label=label on:click=press>{text}</button>
        })}
    }
    .into_any()
}
