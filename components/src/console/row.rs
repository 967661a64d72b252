//! A message in the list.

use leptos::{attr::custom::custom_attribute, ev::MouseEvent, prelude::*};

use super::{Act, ConsoleRow, Context, Piece, logic, logic::Line};
use crate::{
    format,
    preview::visible_text,
    primitives::{
        icon::{Icon, IconView},
        menu::MenuPlace,
    },
    tree::Branch,
};

impl Context {
    pub(super) fn row_view(self, line: usize, id: String, place: Memo<Option<Line>>) -> AnyView {
        let index = Memo::new(move |_| Context::row_of(place.get()));
        let row = Memo::new(move |_| self.row_now(index.get()));
        let act = move |act: Act| self.on_act.run((index.get_untracked(), act));
        let is_current = Memo::new(move |_| self.current.get() == Some(index.get()));
        let is_after = Memo::new(move |_| index.get() >= self.n_before.get());
        let is_last_before = Memo::new(move |_| index.get() + 1 == self.n_before.get());
        let is_active = Memo::new(move |_| self.active_now.get() == Some(line));
        let branch = Memo::new(move |_| row.with(|row| row.as_ref().map_or(Branch::Leaf, |row| row.branch)));
        let class = move || {
            row.with(|row| {
                row.as_ref().map_or_else(String::new, |row| {
                    let heading = if row.is_heading {
                        " ph-message--heading"
                    } else {
                        ""
                    };
                    format!(
                        "ph-message {} ph-look--{}{heading}",
                        row.level.class(),
                        look_class(row)
                    )
                })
            })
        };
        // Leptos has no name for this attribute.
        let level = custom_attribute("aria-level", move || {
            row.with(|row| row.as_ref().map_or(1, |row| u32::from(row.depth) + 1))
        });
        Effect::new(move |_| {
            row.track();
            act(Act::See);
        });
        let press = move |_: MouseEvent| {
            self.active.set(Some(line));
            if !has_selection() {
                act(Act::Go);
            }
        };
        let menu = move |event: MouseEvent| {
            event.prevent_default();
            event.stop_propagation();
            self.menu(line, MenuPlace::of(&event));
        };
        view! {
            <div
                id=id
                class=class
                class:ph-message--after=move || is_after.get()
                class:ph-message--last-before=move || is_last_before.get()
                class:ph-message--current=move || is_current.get()
                class:ph-message--active=move || is_active.get()
                data-testid="message"
                role="treeitem"
                {..level}
                aria-selected=move || if is_active.get() { "true" } else { "false" }
                aria-current=move || is_current.get().then_some("true")
                aria-expanded=move || match branch.get() {
                    Branch::Leaf => None,
                    Branch::Closed => Some("false"),
                    Branch::Open => Some("true"),
                }
                aria-posinset=move || index.get() + 1
                aria-setsize=move || self.rows.with(|rows| rows.n_rows)
                on:click=press
                on:contextmenu=menu
            >
                {move || row.get().map(|row| self.content(row, act, is_after))}
            </div>
        }
        .into_any()
    }

    fn content(
        self,
        row: ConsoleRow,
        act: impl Fn(Act) + Copy + Send + Sync + 'static,
        is_after: Memo<bool>,
    ) -> AnyView {
        let ConsoleRow {
            look,
            pieces,
            depth,
            n_times,
            branch,
            location,
            time,
            badge,
            ..
        } = row;
        let whole = pieces.iter().map(|piece| piece.token.text.as_str());
        let columns = self.columns.get().saturating_sub(2 * usize::from(depth)).max(12);
        let is_broken_anywhere = logic::wrap(whole, columns).is_broken_anywhere;
        let sign = match (n_times, look.icon()) {
            (2.., _) => {
                let label = format!("Said {n_times} times: show each");
                view! {
                    <button type="button" class="ph-message__count ph-number" tabindex="-1" title=label.clone() aria-label=label on:click=own(act, Act::Unfold)>
                        {format::count_short(u64::from(n_times))}
                    </button>
                }
                .into_any()
            }
            (_, Some(icon)) => view! { <IconView icon=icon/> }.into_any(),
            (_, None) => ().into_any(),
        };
        let twisty = (branch != Branch::Leaf).then(|| {
            view! {
                <span class="ph-message__twisty" class:ph-message__twisty--open=branch == Branch::Open on:click=own(act, Act::Toggle)>
                    <IconView icon=Icon::ChevronRight/>
                </span>
            }
        });
        let badge = (!badge.is_empty()).then(|| view! { <span class="ph-message__badge">{badge}</span> });
        let go_label = move || {
            if is_after.get() {
                "Go forward to this moment"
            } else {
                "Go back to this moment"
            }
        };
        let title = location.clone();
        let has_objects = branch != Branch::Leaf;
        view! {
            <span class="ph-message__sign"><span class="ph-hidden">{look.name()}</span>{sign}</span>
            <button type="button" class="ph-message__go" tabindex="-1" data-testid="message-go" title=go_label aria-label=go_label on:click=own(act, Act::Go)>
                <IconView icon=Signal::derive(move || if is_after.get() { Icon::Next } else { Icon::Previous })/>
            </button>
            <span class="ph-message__twisties">{twisty}</span>
            <span
                class="ph-message__text"
                class:ph-message__text--anywhere=is_broken_anywhere
                style:padding-inline-start=(depth > 0).then(|| format!("{}px", 14.0 * f64::from(depth)))
            >
                {badge}
                {pieces.iter().map(|piece| self.piece(piece, has_objects, act)).collect_view()}
            </span>
            <span class="ph-message__location" title=title on:click=own(act, Act::ShowPlace)>{location}</span>
            <span class="ph-message__time ph-number">{self.shows_time.get().then_some(time)}</span>
        }
        .into_any()
    }

    /// A piece of the text. A piece of an object opens what the message holds.
    fn piece(self, piece: &Piece, has_objects: bool, act: impl Fn(Act) + Copy + 'static) -> AnyView {
        let text = visible_text(&piece.token.text).into_owned();
        let class = piece.token.tone.class();
        let marked = move || self.marked.with(|words| marks(&text, words));
        match &piece.style {
            Some(style) => {
                let style = style.as_ref().clone();
                let pixels = |px: f64| (px > 0.0).then(|| format!("{px}px"));
                let sides = (style.padding_px > 0.0).then(|| format!("0 {}px", style.padding_px));
                view! {
                    <span
                        class=format!("{class} ph-message__styled")
                        style:color=style.colour
                        style:background-color=style.background
                        style:font-weight=style.weight
                        style:font-style=style.slant
                        style:text-decoration-line=style.decoration
                        style:padding=sides
                        style:border-radius=pixels(style.radius_px)
                    >
                        {marked}
                    </span>
                }
                .into_any()
            }
            None if has_objects && piece.token.tone != crate::preview::Tone::Plain => {
                view! { <span class=format!("{class} ph-message__grip") on:click=own(act, Act::Toggle)>{marked}</span> }.into_any()
            }
            None => view! { <span class=class>{marked}</span> }.into_any(),
        }
    }
}

/// Does something that is not what pressing the row means.
fn own(act: impl Fn(Act) + 'static, what: Act) -> impl Fn(MouseEvent) + 'static {
    move |event: MouseEvent| {
        event.stop_propagation();
        act(what.clone());
    }
}

/// The text with the words in it marked.
fn marks(text: &str, lower_words: &str) -> AnyView {
    if lower_words.is_empty() || !lower_words.is_ascii() {
        return text.to_owned().into_any();
    }
    let lower = text.to_ascii_lowercase();
    let mut views = Vec::new();
    let mut from = 0;
    for (at, _) in lower.match_indices(lower_words).take(100) {
        let end = at + lower_words.len();
        views.push(text[from..at].to_owned().into_any());
        views.push(view! { <mark class="ph-message__mark">{text[at..end].to_owned()}</mark> }.into_any());
        from = end;
    }
    views.push(text[from..].to_owned().into_any());
    views.into_any()
}

/// Whether the person has marked text, so that a press was not meant for the row.
fn has_selection() -> bool {
    let selection = window().get_selection().ok().flatten();
    selection.is_some_and(|selection| !selection.is_collapsed())
}

fn look_class(row: &ConsoleRow) -> &'static str {
    use super::Look;
    match row.look {
        Look::Input => "input",
        Look::Output => "output",
        Look::Print => "print",
        Look::Event => "event",
        _ => "message",
    }
}
