//! Bringing places into sight, and where in the window they are.

use std::collections::HashMap;

use leptos::{html::Div, prelude::*};

use super::{
    PlaceReveal, Shown, SourcePlace,
    layout::{self, LINE_PX},
    logic,
};
use crate::dom::next_frame;

/// Scrolls another text to where it was, and brings what is wished for into sight: the line of the frame, or a place.
pub(super) fn reveal_places(
    window: NodeRef<Div>,
    shown: Shown,
    scroll_top: RwSignal<f64>,
    text_id: Signal<String>,
    reveal: Signal<Option<PlaceReveal>>,
    on_cursor: Callback<SourcePlace>,
) {
    let bring = move |place: SourcePlace| next_frame(move || show_place(window, shown, place, true));
    let n_lines = Memo::new(move |_| shown.text.with(|text| text.n_lines()));
    let scrolls = StoredValue::new(HashMap::<String, (i32, i32)>::new());
    // The frame's line, once it is there: a text may still be coming.
    let mark = Memo::new(move |_| {
        let mark = shown
            .mark
            .get()
            .filter(|mark| mark.line as usize <= n_lines.get())?;
        Some(SourcePlace {
            line: mark.line,
            column: mark.column,
        })
    });
    // One effect, so that a wish wins over the frame and over where another text was, whichever of them changed first.
    Effect::new(move |before: Option<Sight>| {
        let now = (text_id.get(), mark.get());
        let wish = reveal.get();
        let n_lines = n_lines.get();
        let (before, done) = match before {
            Some(Sight { id, mark, done }) => (Some((id, mark)), done),
            None => (None, None),
        };
        let is_other = before.as_ref().is_some_and(|(id, _)| *id != now.0);
        if let (true, Some((id, _))) = (is_other, &before) {
            let at = (
                scroll_top.get_untracked() as i32,
                shown.scroll_left.get_untracked() as i32,
            );
            scrolls.update_value(|scrolls| {
                scrolls.insert(id.clone(), at);
            });
            shown.cursor.set(None);
        }
        let is_moved = before.as_ref().is_none_or(|(_, mark)| *mark != now.1);
        let scroll = scrolls.with_value(|scrolls| scrolls.get(&now.0).copied());
        match (is_other, scroll, now.1) {
            (true, Some((top, left)), _) => next_frame(move || scroll_window(window, top, left)),
            (true, None, None) => next_frame(move || scroll_window(window, 0, 0)),
            (true, None, Some(place)) => bring(place),
            // Whoever wishes for places wishes for the frame's too; one that comes late must not scroll away from another.
            (false, _, Some(place)) if is_moved && wish.is_none() => bring(place),
            _ => {}
        }
        let (id, mark) = now;
        let done = match wish {
            // The text is still coming.
            Some(wanted) if wanted.place.line as usize > n_lines => None,
            Some(wanted) if done != Some(wanted) => {
                shown.cursor.set(Some(wanted.place));
                on_cursor.run(wanted.place);
                bring(wanted.place);
                wish
            }
            _ => wish,
        };
        Sight { id, mark, done }
    });
}

/// What the window has been brought to: the text, the frame's place in it, the wish that was fulfilled last.
struct Sight {
    id: String,
    mark: Option<SourcePlace>,
    done: Option<PlaceReveal>,
}

fn scroll_window(window: NodeRef<Div>, top: i32, left: i32) {
    if let Some(window) = window.get_untracked() {
        window.set_scroll_top(top);
        window.set_scroll_left(left);
    }
}

/// Where a place stands in the content, in CSS pixels; of a line too wide to be shown whole, where it stands just now.
pub(super) fn place_in_content(shown: Shown, place: SourcePlace) -> (f64, f64) {
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

pub(super) fn place_in_window(window: NodeRef<Div>, shown: Shown, place: SourcePlace) -> (f64, f64) {
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
pub(super) fn show_place(window: NodeRef<Div>, shown: Shown, place: SourcePlace, is_column: bool) {
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
