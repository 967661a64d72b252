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

use crate::dom::use_size;

mod cursor;
mod expression;
mod highlight;
mod layout;
mod logic;
mod pointing;
#[expect(unreachable_pub, reason = "the component macro makes what it adds public")]
mod row;
mod scrolling;
mod text;
mod types;
pub use text::SourceText;
pub use types::{
    CodeKind, FoundRange, FoundRanges, GutterKind, GutterMark, HoverTarget, Language, LineHits, LineInsert,
    LineMenu, PlaceReveal, Popover, SourceMark, SourcePlace,
};
pub mod demo;

use cursor::place_after_key;
use layout::{LINE_PX, LineLayout};
use pointing::Pointing;
use row::Row;
use scrolling::{place_in_content, place_in_window, reveal_places, show_place};

/// Lines beyond the edges that are kept ready.
const OVERSCAN: usize = 10;
/// How much is read for its words between two frames: a few milliseconds of work.
const SLICE: usize = 128 << 10;

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
    /// Which text it is: another one is shown from where it was scrolled to when it was last shown here. Default: the same.
    #[prop(into, optional)]
    text_id: Signal<String>,
    /// Where the selected frame stands. The line is brought into sight when this changes. Default: nowhere.
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
    reveal_places(window, shown, scroll_top, text_id, reveal, on_cursor);

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
