//! The text of a source: its lines, how often they ran, where the program stands, what was put between them.
//!
//! Only what is in sight is in the page: lines of a long text, and columns of an endless line. Words are told apart in slices
//! between frames, those in sight first. The view has a cursor, a line and a name in it, moved with the arrow keys, so that
//! everything the mouse can point at can be reached without one.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html::Div,
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::dom::{next_frame, use_size};

mod expression;
mod highlight;
mod layout;
mod logic;
mod row;
mod text;
mod types;
pub use text::SourceText;
pub use types::{
    CodeKind, FoundRange, FoundRanges, GutterKind, GutterMark, HoverTarget, Language, LineHits, LineInsert,
    LineMenu, PlaceReveal, Popover, SourceMark, SourcePlace,
};
pub mod demo;

use layout::{LINE_PX, LineLayout};
use row::Row;

/// Lines beyond the edges that are kept ready.
const OVERSCAN: usize = 10;
/// How much is read for its words between two frames: a few milliseconds of work.
const SLICE: usize = 128 << 10;
/// How long the pointer may leave a name, on its way to what is shown beside it.
const GRACE: Duration = Duration::from_millis(180);

/// What rows of the view share.
#[derive(Clone, Copy)]
pub(crate) struct Shown {
    id: &'static str,
    text: Signal<Arc<SourceText>>,
    /// Counts how often more words have been told apart.
    words: RwSignal<u32>,
    mark: Signal<Option<SourceMark>>,
    hits: Signal<Option<Arc<LineHits>>>,
    found: Signal<Arc<FoundRanges>>,
    gutter: Signal<Arc<BTreeMap<u32, GutterMark>>>,
    layout: Memo<LineLayout>,
    /// The columns in sight, for lines that are not drawn whole.
    columns: Memo<(usize, usize)>,
    ch_px: RwSignal<f64>,
    scroll_left: RwSignal<f64>,
    width_px: Memo<f64>,
    cursor: RwSignal<Option<SourcePlace>>,
    number_ch: Memo<u32>,
    can_mark: bool,
    on_gutter: Callback<u32>,
    on_stop: Callback<SourcePlace>,
}

/// The lines of a source.
#[component]
pub fn SourceView(
    /// The element's id; lines get `{id}-{line}`. Default: `source`.
    #[prop(default = "source")]
    id: &'static str,
    /// What the text is, for those who do not see it. Default: a source.
    #[prop(default = "Source")]
    label: &'static str,
    /// The text, ready to be shown.
    #[prop(into)]
    text: Signal<Arc<SourceText>>,
    /// Where the selected frame stands. The line is brought into sight when this or the text changes. Default: nowhere.
    #[prop(into, optional)]
    mark: Signal<Option<SourceMark>>,
    /// How often lines ran, as far as that is known. Default: unknown, and no column for it.
    #[prop(into, optional)]
    hits: Signal<Option<Arc<LineHits>>>,
    /// What was searched for. Default: nothing.
    #[prop(into, optional)]
    found: Signal<Arc<FoundRanges>>,
    /// Brings a place into sight, and the cursor there, whenever this changes. Default: never.
    #[prop(into, optional)]
    reveal: Signal<Option<PlaceReveal>>,
    /// Marks beside the numbers of lines, by the line. Default: none.
    #[prop(into, optional)]
    gutter: Signal<Arc<BTreeMap<u32, GutterMark>>>,
    /// What stands below lines. Default: nothing.
    #[prop(into, optional)]
    inserts: Signal<Arc<[LineInsert]>>,
    /// Told the line whose number was pressed, or on which Enter was. Default: numbers cannot be pressed.
    #[prop(optional_no_strip)]
    on_gutter: Option<Callback<u32>>,
    /// Told which of several places of a line to stop at was pressed. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_stop: Callback<SourcePlace>,
    /// Told the expression that is pointed at, or that the cursor is on, None when it no longer is. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_hover: Callback<Option<HoverTarget>>,
    /// What is shown beside an expression. Default: nothing.
    #[prop(into, optional)]
    popover: Signal<Option<Popover>>,
    /// Told that the menu of a line is wanted. Default: ignored.
    #[prop(into, optional)]
    on_menu: Option<Callback<LineMenu>>,
    /// Told the name whose definition is wanted. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_definition: Callback<HoverTarget>,
    /// Told the first and last line in sight when they change. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_lines: Callback<(u32, u32)>,
    /// Told where the cursor is put. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_cursor: Callback<SourcePlace>,
) -> impl IntoView {
    let window = NodeRef::<Div>::new();
    let probe = NodeRef::<leptos::html::Span>::new();
    let size = use_size(window);
    let width_px = Memo::new(move |_| size.get().0);
    let (scroll_top, scroll_left) = (RwSignal::new(0.0), RwSignal::new(0.0));
    let n_lines = Memo::new(move |_| text.with(|text| text.n_lines()));
    let layout = Memo::new(move |_| inserts.with(|inserts| LineLayout::new(n_lines.get(), inserts)));
    let range =
        Memo::new(move |_| layout.with(|layout| layout.in_sight(scroll_top.get(), size.get().1, OVERSCAN)));
    let ch_px = RwSignal::new(7.2);
    let shown = Shown {
        id,
        text,
        words: RwSignal::new(0),
        mark,
        hits,
        found,
        gutter,
        layout,
        columns: Memo::new(move |_| {
            let line_px = text.with(|text| text.widest_columns()) as f64 * ch_px.get();
            let left = scroll_left.get() * layout::stretch(line_px, width_px.get());
            let columns = layout::columns_in_sight(left, width_px.get(), ch_px.get());
            (columns.start, columns.end)
        }),
        ch_px,
        scroll_left,
        width_px,
        cursor: RwSignal::new(None),
        number_ch: Memo::new(move |_| n_lines.get().max(100).ilog10() + 1),
        can_mark: on_gutter.is_some(),
        on_gutter: on_gutter.unwrap_or_else(|| Callback::new(|_| ())),
        on_stop,
    };

    // How wide a character is, once the fonts are there too.
    Effect::new(move |_| {
        size.track();
        if let Some(probe) = probe.get() {
            let width = probe.get_bounding_client_rect().width() / 100.0;
            if width > 0.0 && (width - ch_px.get_untracked()).abs() > 0.001 {
                ch_px.set(width);
            }
        }
    });
    Effect::new(move |_| {
        let lines = range.get();
        if !lines.is_empty() {
            on_lines.run((lines.start as u32 + 1, lines.end as u32));
        }
    });
    read_words(shown);
    reveal_places(window, shown, reveal);

    let pointing = Pointing {
        shown,
        window,
        on_hover,
        hovered: StoredValue::new(None),
        leaving: StoredValue::new_local(None),
    };
    let put_cursor = move |place: SourcePlace| {
        shown.cursor.set(Some(place));
        on_cursor.run(place);
    };
    let on_click = move |event: MouseEvent| {
        let Some((place, target)) = pointing.at_event(&event) else {
            return;
        };
        put_cursor(target.as_ref().map_or(place, |target| target.place));
        if let (true, Some(target)) = (event.ctrl_key() || event.meta_key(), target) {
            event.prevent_default();
            on_definition.run(target);
        }
    };
    let on_contextmenu = move |event: MouseEvent| {
        let Some(on_menu) = on_menu.filter(|_| !event.shift_key()) else {
            return;
        };
        // From the keyboard it comes to the element with the focus, and is about the cursor.
        let at = pointing.at_event(&event).or_else(|| {
            let place = shown.cursor.get_untracked()?;
            Some((place, pointing.at_place(place)))
        });
        if let Some((place, target)) = at {
            event.prevent_default();
            put_cursor(place);
            on_menu.run(LineMenu {
                place,
                target,
                x_px: f64::from(event.client_x()),
                y_px: f64::from(event.client_y()),
            });
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        let key = event.key();
        let has_command = event.ctrl_key() || event.meta_key();
        let cursor = shown.cursor.get_untracked();
        if let (Some(cursor), "Enter") = (cursor, key.as_str()) {
            match (has_command, event.alt_key(), on_menu) {
                (true, false, Some(on_menu)) => {
                    let (x_px, y_px) = place_in_window(window, shown, cursor);
                    on_menu.run(LineMenu {
                        place: cursor,
                        target: pointing.at_place(cursor),
                        x_px,
                        y_px,
                    });
                }
                (false, true, _) => {
                    if let Some(target) = pointing.at_place(cursor) {
                        on_definition.run(target);
                    }
                }
                (false, false, _) if shown.can_mark => shown.on_gutter.run(cursor.line),
                _ => return,
            }
        } else if event.alt_key()
            || event.shift_key()
            || has_command && !matches!(key.as_str(), "Home" | "End")
        {
            return;
        } else if key == "Escape" && pointing.hovered.with_value(Option::is_some) {
            pointing.say(None);
        } else if let Some(next) = place_after_key(shown, &key, has_command, cursor, size.get_untracked().1) {
            put_cursor(next);
            show_place(
                window,
                shown,
                next,
                matches!(key.as_str(), "ArrowLeft" | "ArrowRight" | "Home" | "End"),
            );
            let is_name = matches!(key.as_str(), "ArrowLeft" | "ArrowRight");
            pointing.say(pointing.at_place(next).filter(|_| is_name));
        } else {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
    };

    let width = move || {
        let most = (layout::MAX_WIDTH_PX / shown.ch_px.get()) as usize;
        let n_columns = text.with(|text| text.widest_columns()).min(most);
        format!("max(100%, {}ch)", n_columns as u32 + shown.number_ch.get() + 14)
    };
    let insert_views = move || {
        inserts.with(|inserts| {
            let in_sight = range.get();
            inserts
                .iter()
                .filter(|insert| insert.line > 0 && in_sight.contains(&(insert.line as usize - 1)))
                .map(|insert| insert.line)
                .collect::<Vec<_>>()
        })
    };
    let insert_view = move |line: u32| {
        let find = move || {
            inserts.with_untracked(|inserts| inserts.iter().find(|insert| insert.line == line).cloned())
        };
        let height = move || {
            inserts.with(|inserts| {
                inserts
                    .iter()
                    .find(|insert| insert.line == line)
                    .map_or(0.0, |insert| insert.height_px)
            })
        };
        view! {
            <div
                class="ph-source__insert"
                data-testid="line-insert"
                style:top=move || format!("{}px", layout.with(|layout| layout.top_px(line as usize - 1)) + LINE_PX)
                style:height=move || format!("{}px", height())
            >
                <div class="ph-source__insert-window" style:width=move || format!("{}px", width_px.get())>
                    {find().map(|insert| insert.view.run())}
                </div>
            </div>
        }
    };
    let popover_view = move || {
        let Popover { place, view } = popover.get()?;
        let (x_px, y_px) = place_in_content(shown, place);
        let (top, left) = (scroll_top.get_untracked(), scroll_left.get_untracked());
        let (width, height) = size.get_untracked();
        let is_above = y_px - top > height * 0.6;
        let x_px = x_px.min(left + width - 60.0).max(left);
        let max_width = (left + width - x_px - 12.0).max(200.0).min(width - 16.0);
        let x_px = x_px.min(left + width - max_width - 8.0).max(left + 8.0);
        let y = if is_above { y_px } else { y_px + LINE_PX };
        let max_height = if is_above { y_px - top } else { top + height - y } - 8.0;
        Some(view! {
            <div
                class="ph-source__popover"
                class:ph-source__popover--above=is_above
                data-testid="source-popover"
                style:left=format!("{x_px}px")
                style:top=format!("{y}px")
                style:max-width=format!("{max_width}px")
                style:max-height=format!("{}px", max_height.clamp(60.0, 320.0))
            >
                {view.run()}
            </div>
        })
    };
    view! {
        <div
            class="ph-source"
            id=id
            node_ref=window
            role="group"
            aria-label=label
            aria-describedby=format!("{id}-keys")
            tabindex="0"
            aria-activedescendant=move || {
                let line = shown.cursor.get()?.line as usize;
                range.get().contains(&(line.wrapping_sub(1))).then(|| format!("{id}-{line}"))
            }
            on:scroll=move |_| if let Some(window) = window.get_untracked() {
                scroll_top.set(f64::from(window.scroll_top()));
                scroll_left.set(f64::from(window.scroll_left()));
            }
            on:focus=move |_| if shown.cursor.get_untracked().is_none() {
                let line = mark.get_untracked().map_or_else(|| layout.with_untracked(|layout| layout.line_at(scroll_top.get_untracked())) as u32 + 1, |mark| mark.line);
                shown.cursor.set(Some(SourcePlace { line, column: 0 }));
            }
            on:keydown=on_keydown
            on:click=on_click
            on:contextmenu=on_contextmenu
            on:pointermove=move |event| pointing.follow(&event)
            on:pointerleave=move |_| pointing.leave()
        >
            <p id=format!("{id}-keys") class="ph-hidden">
                "Up and down move by line, left and right by name. Enter acts on the line, Control Enter opens its menu, Alt Enter goes to a definition."
            </p>
            <span class="ph-source__probe" node_ref=probe aria-hidden="true">{"0".repeat(100)}</span>
            <div
                class="ph-source__content"
                role="presentation"
                style:height=move || format!("{}px", layout.with(LineLayout::total_px))
                style:min-width=width
            >
                <For each=move || range.get() key=|index| *index let(index)>
                    <Row index=index shown=shown/>
                </For>
                <For each=insert_views key=|line| *line let(line)>{insert_view(line)}</For>
                {popover_view}
            </div>
        </div>
    }
}

/// Reads the words of the text between frames, and has what is in sight drawn again once they are known.
fn read_words(shown: Shown) {
    fn go_on(shown: Shown, text: Arc<SourceText>, handle: StoredValue<Option<TimeoutHandle>, LocalStorage>) {
        let is_more = text.read_on(SLICE);
        if is_more {
            let next = set_timeout_with_handle(move || go_on(shown, text, handle), Duration::ZERO).ok();
            if handle.try_set_value(next).is_some() {
                // The view is gone: what was just scheduled must not outlive it.
                if let Some(next) = next {
                    next.clear();
                }
            }
        } else {
            shown.words.try_update(|n| *n = n.wrapping_add(1));
        }
    }
    let handle = StoredValue::new_local(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(handle) = handle.try_get_value().flatten() {
            handle.clear();
        }
    };
    Effect::new(move |_| {
        let text = shown.text.get();
        stop();
        handle.set_value(None);
        go_on(shown, text, handle);
    });
    on_cleanup(stop);
}

/// Brings what is wished for into sight: the line of the frame, or a place.
fn reveal_places(window: NodeRef<Div>, shown: Shown, reveal: Signal<Option<PlaceReveal>>) {
    // The frame's line, when it changes, and when the text does: another source may have scrolled elsewhere.
    let of_mark = Memo::new(move |_| {
        shown.text.track();
        let mark = shown.mark.get()?;
        Some((mark.line, mark.column))
    });
    let bring = move |place: SourcePlace| next_frame(move || show_place(window, shown, place, true));
    Effect::new(move |_| {
        shown.text.track();
        if let Some((line, column)) = of_mark.get() {
            bring(SourcePlace { line, column });
        }
    });
    // After the frame's, so that a wish wins where both change at once.
    let n_lines = Memo::new(move |_| shown.text.with(|text| text.n_lines()));
    Effect::new(move |done: Option<Option<PlaceReveal>>| {
        let wish = reveal.get();
        let n_lines = n_lines.get();
        let Some(wanted) = wish.filter(|wish| done.flatten() != Some(*wish)) else {
            return wish;
        };
        if wanted.place.line as usize > n_lines {
            // The text is still coming.
            return None;
        }
        shown.cursor.set(Some(wanted.place));
        bring(wanted.place);
        wish
    });
}

/// Where a place stands in the content, in CSS pixels; of a line too wide to be shown whole, where it stands just now.
fn place_in_content(shown: Shown, place: SourcePlace) -> (f64, f64) {
    let line_idx = (place.line as usize).saturating_sub(1);
    let y_px = shown.layout.with_untracked(|layout| layout.top_px(line_idx));
    let (ch_px, width_px) = (shown.ch_px.get_untracked(), shown.width_px.get_untracked());
    let (column, line_px) = shown.text.with_untracked(|text| {
        let column = text.at_unit(line_idx, place.column as usize).column;
        let is_long = logic::is_long(text, line_idx);
        let n_columns = if is_long {
            text.at_column(line_idx, usize::MAX).column
        } else {
            0
        };
        (column, n_columns as f64 * ch_px)
    });
    let stretched = shown.scroll_left.get_untracked() * (layout::stretch(line_px, width_px) - 1.0);
    (gutter_px(shown) + column as f64 * ch_px - stretched, y_px)
}

/// The width of what stands before the code.
fn gutter_px(shown: Shown) -> f64 {
    let n_hits_ch = if shown.hits.with_untracked(Option::is_some) {
        5.0
    } else {
        0.0
    };
    let number_px = f64::from(shown.number_ch.get_untracked()) * shown.ch_px.get_untracked() + 28.0;
    // The counts are set smaller than the code.
    number_px
        + n_hits_ch * shown.ch_px.get_untracked() * 10.0 / 12.0
        + if n_hits_ch > 0.0 { 10.0 } else { 0.0 }
}

fn place_in_window(window: NodeRef<Div>, shown: Shown, place: SourcePlace) -> (f64, f64) {
    let (x_px, y_px) = place_in_content(shown, place);
    let Some(window) = window.get_untracked() else {
        return (x_px, y_px);
    };
    let rect = window.get_bounding_client_rect();
    (
        rect.left() + (x_px - f64::from(window.scroll_left())).clamp(0.0, rect.width()),
        rect.top() + (y_px + LINE_PX - f64::from(window.scroll_top())).clamp(0.0, rect.height()),
    )
}

/// Scrolls so that a place is in sight; `is_column` for its column too.
fn show_place(window: NodeRef<Div>, shown: Shown, place: SourcePlace, is_column: bool) {
    let Some(window) = window.get_untracked() else {
        return;
    };
    let (width, height) = (
        f64::from(window.client_width()),
        f64::from(window.client_height()),
    );
    let (_, y_px) = place_in_content(shown, place);
    let scroll = f64::from(window.scroll_top());
    if let Some(top) = layout::scroll_to(y_px, y_px + LINE_PX, scroll, height, LINE_PX) {
        window.set_scroll_top(top as i32);
    }
    if !is_column {
        return;
    }
    let line_idx = (place.line as usize).saturating_sub(1);
    let (ch_px, gutter) = (shown.ch_px.get_untracked(), gutter_px(shown));
    let (column, n_columns) = shown.text.with_untracked(|text| {
        let n_columns = text.at_column(line_idx, usize::MAX).column;
        (text.at_unit(line_idx, place.column as usize).column, n_columns)
    });
    let stretch = layout::stretch(n_columns as f64 * ch_px, width);
    let x_px = column as f64 * ch_px;
    let seen = f64::from(window.scroll_left()) * stretch;
    // What stands left of the code stays in sight, so the code's own window is smaller.
    if let Some(left) = layout::scroll_to(
        x_px,
        x_px + 8.0 * ch_px,
        seen,
        (width - gutter).max(50.0),
        2.0 * ch_px,
    ) {
        // The beginning of a line that fits from there is worth more than the place in the middle.
        let left = if x_px + 10.0 * ch_px < width - gutter {
            0.0
        } else {
            left
        };
        window.set_scroll_left((left / stretch) as i32);
    }
}

/// Where a key moves the cursor to; None for a key that does not move it.
fn place_after_key(
    shown: Shown,
    key: &str,
    has_command: bool,
    cursor: Option<SourcePlace>,
    height_px: f64,
) -> Option<SourcePlace> {
    let (n_lines, names) = shown.text.with_untracked(|text| {
        let line = cursor.map_or(1, |cursor| cursor.line);
        (text.n_lines() as u32, text.line_text(line).to_owned())
    });
    let now = cursor.unwrap_or(SourcePlace { line: 1, column: 0 });
    let page = (height_px / LINE_PX) as u32;
    let line = |line: u32| SourcePlace {
        line: line.clamp(1, n_lines.max(1)),
        column: 0,
    };
    Some(match key {
        "ArrowDown" => line(now.line + 1),
        "ArrowUp" => line(now.line.saturating_sub(1)),
        "PageDown" => line(now.line + page.max(2) - 1),
        "PageUp" => line(now.line.saturating_sub(page.max(2) - 1)),
        "Home" if has_command => line(1),
        "End" if has_command => line(n_lines),
        "Home" => line(now.line),
        "End" => SourcePlace {
            column: names.encode_utf16().count() as u32,
            ..now
        },
        "ArrowLeft" | "ArrowRight" => SourcePlace {
            column: name_beside(&names, now.column, key == "ArrowRight").unwrap_or(now.column),
            ..now
        },
        _ => return None,
    })
}

/// The column of the next name in a line, or of the one before. Looks at a few thousand characters at most.
fn name_beside(line: &str, column: u32, is_forward: bool) -> Option<u32> {
    let is_name = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$');
    let (mut unit, mut was_name, mut before) = (0_u32, false, None);
    for char in line.chars() {
        let begins = is_name(char) && !was_name && !char.is_ascii_digit();
        was_name = is_name(char);
        if begins {
            if is_forward && unit > column {
                return Some(unit);
            }
            if !is_forward && unit >= column {
                return before;
            }
            before = Some(unit);
        }
        unit += char.len_utf16() as u32;
    }
    before.filter(|_| !is_forward)
}

/// What the pointer is on.
#[derive(Clone, Copy)]
struct Pointing {
    shown: Shown,
    window: NodeRef<Div>,
    on_hover: Callback<Option<HoverTarget>>,
    hovered: StoredValue<Option<SourcePlace>>,
    leaving: StoredValue<Option<TimeoutHandle>, LocalStorage>,
}

impl Pointing {
    /// The place of an event, and the name there.
    fn at_event(self, event: &MouseEvent) -> Option<(SourcePlace, Option<HoverTarget>)> {
        let element: Element = event.target()?.dyn_into().ok()?;
        let number = |selector: &str, name: &str| -> Option<u32> {
            element.closest(selector).ok()??.get_attribute(name)?.parse().ok()
        };
        let line = number("[data-line]", "data-line")?;
        let column = number("[data-column]", "data-column");
        let place = SourcePlace {
            line,
            column: column.unwrap_or(0),
        };
        Some((place, column.and_then(|_| self.at_place(place))))
    }

    /// The name at a place.
    fn at_place(self, place: SourcePlace) -> Option<HoverTarget> {
        self.shown.text.with_untracked(|text| {
            let line_idx = (place.line as usize).checked_sub(1)?;
            let at = text.at_unit(line_idx, place.column as usize);
            let (_, line) = text.line(line_idx)?;
            // A part of the line that begins and ends between characters; expressions are shorter than this.
            let mut from = at.byte.saturating_sub(1_000);
            while !line.is_char_boundary(from) {
                from += 1;
            }
            let mut to = (at.byte + 200).min(line.len());
            while !line.is_char_boundary(to) {
                to -= 1;
            }
            let before = line.get(from..at.byte)?.encode_utf16().count();
            let begin_unit = at.unit.saturating_sub(before) as u32;
            expression::target_at(line.get(from..to)?, at.byte - from, place.line, begin_unit)
        })
    }

    fn say(self, target: Option<HoverTarget>) {
        self.stay();
        let place = target.as_ref().map(|target| target.place);
        if self.hovered.get_value() != place {
            self.hovered.set_value(place);
            self.on_hover.run(target);
        }
    }

    fn follow(self, event: &leptos::ev::PointerEvent) {
        if event.pointer_type() != "mouse" {
            return;
        }
        let is_in_popover = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .is_some_and(|element| element.closest(".ph-source__popover").ok().flatten().is_some());
        match self.at_event(event) {
            _ if is_in_popover => self.stay(),
            Some((_, Some(target))) => self.say(Some(target)),
            _ => self.leave(),
        }
    }

    /// The pointer has left the name; what is shown beside it stays for a moment, so that it can be reached.
    fn leave(self) {
        let is_leaving = self.leaving.with_value(Option::is_some);
        if is_leaving || self.hovered.with_value(Option::is_none) {
            return;
        }
        let gone = move || {
            if self.window.try_get_untracked().flatten().is_some() {
                self.say(None);
            }
        };
        self.leaving.set_value(set_timeout_with_handle(gone, GRACE).ok());
    }

    fn stay(self) {
        if let Some(handle) = self.leaving.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_reached_one_after_the_other() {
        let line = "let a1 = '😀' + bé;";
        let mut found = vec![0];
        while let Some(next) = name_beside(line, found[found.len() - 1], true) {
            found.push(next);
        }
        assert_eq!(found, [0, 4, 16]);
        assert_eq!(name_beside(line, 16, false), Some(4));
        assert_eq!(name_beside(line, 0, false), None);
    }
}
