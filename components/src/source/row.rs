//! One line of the view.

use leptos::prelude::*;

use super::{
    GutterKind, LineHits, Shown, SourcePlace, layout,
    logic::{self, Over, Piece},
};
use crate::format;

/// A line with its number, its count and its code.
#[component]
pub(super) fn Row(index: usize, shown: Shown) -> impl IntoView {
    let line = index as u32 + 1;
    let mark_here = Memo::new(move |_| shown.mark.get().filter(|mark| mark.line == line));
    let is_cursor = Memo::new(move |_| shown.cursor.get().is_some_and(|cursor| cursor.line == line));
    let is_long = Memo::new(move |_| shown.text.with(|text| logic::is_long(text, index)));
    let n_hits = Memo::new(move |_| {
        shown
            .hits
            .with(|hits| hits.as_ref().and_then(|hits| hits.of(line)))
    });
    let gutter = Memo::new(move |_| shown.gutter.with(|marks| marks.get(&line).cloned()));
    let over = Memo::new(move |_| Over {
        mark: mark_here.get().map(|mark| mark.column),
        found: shown.found.with(|found| {
            found
                .of_line(line)
                .map(|(range, is_current)| (range.begin, range.end, is_current))
                .collect()
        }),
        stops: match is_cursor.get() {
            true => stops(shown, line),
            false => Vec::new(),
        },
    });
    let pieces = Memo::new(move |_| {
        shown.words.track();
        let columns = if is_long.get() {
            shown.columns.get()
        } else {
            (0, 0)
        };
        shown
            .text
            .with(|text| over.with(|over| logic::line_pieces(text, index, columns.0..columns.1, over)))
    });
    let code = move || {
        let line = pieces.get();
        let before = line.n_columns.map(|n_columns| {
            let style = move || {
                let ch_px = shown.ch_px.get();
                let stretch = layout::stretch(n_columns as f64 * ch_px, shown.width_px.get());
                let moved_px = if stretch > 1.0 {
                    shown.scroll_left.get() * (stretch - 1.0)
                } else {
                    0.0
                };
                format!("{}px", (line.n_before as f64 * ch_px - moved_px).max(0.0))
            };
            view! { <span class="ph-line__before" style:width=style></span> }
        });
        let pieces = line
            .pieces
            .iter()
            .map(|piece| piece_view(piece, shown, index as u32 + 1))
            .collect_view();
        (before, pieces)
    };
    let has_hits = Memo::new(move |_| shown.hits.with(Option::is_some));
    let hits_text = move || n_hits.get().filter(|n| *n > 0).map(hits_text);
    let hits_title = move || match n_hits.get() {
        Some(n) if n >= LineHits::MAX => Some(format!("ran {} times or more", format::count(u64::from(n)))),
        Some(1) => Some("ran once".to_owned()),
        Some(0) => Some("did not run".to_owned()),
        Some(n) => Some(format!("ran {} times", format::count(u64::from(n)))),
        None => None,
    };
    // In one piece: what a changing `class` says takes the place of all others.
    let class = move || {
        let mark = mark_here.get();
        let is_idle = has_hits.get() && n_hits.get().unwrap_or(0) == 0;
        let with = |is_so: bool, class: &'static str| if is_so { class } else { "" };
        format!(
            "ph-line ph-line--heat-{}{}{}{}{}",
            heat(n_hits.get()),
            with(mark.is_some(), " ph-line--marked"),
            with(mark.is_some_and(|mark| !mark.is_top), " ph-line--caller"),
            with(is_cursor.get(), " ph-line--cursor"),
            with(is_idle, " ph-line--idle"),
        )
    };
    let number_title = move || match gutter.get() {
        Some(mark) => Some(mark.label),
        None => (shown.can_mark && is_breakable(shown, line)).then(|| "Add a print statement".to_owned()),
    };
    view! {
        <div
            id=format!("{}-{line}", shown.id)
            class=class
            aria-current=move || mark_here.get().map(|_| "step")
            data-testid="line"
            data-line=line
            style:top=move || format!("{}px", shown.layout.with(|layout| layout.top_px(index)))
        >
            <span
                class="ph-line__number ph-number"
                class:ph-line__number--able=move || shown.can_mark && is_breakable(shown, line)
                style:min-width=move || format!("calc({}ch + 28px)", shown.number_ch.get())
                title=number_title
                data-testid="line-number"
                on:click=move |event| if shown.can_mark {
                    event.stop_propagation();
                    shown.on_gutter.run(line);
                }
            >
                {move || gutter.get().map(|mark| {
                    let class = match mark.kind {
                        GutterKind::Print => "ph-line__mark ph-line__mark--print",
                        GutterKind::Breakpoint => "ph-line__mark ph-line__mark--breakpoint",
                    };
                    view! { <span class=class class:ph-line__mark--off=!mark.is_enabled class:ph-line__mark--trouble=mark.has_trouble><span class="ph-hidden">{mark.label}</span></span> }
                })}
                {line}
            </span>
            <Show when=move || has_hits.get()>
                <span class="ph-line__hits ph-number" title=hits_title data-testid="line-hits">{hits_text}</span>
            </Show>
            <code class="ph-line__code">{code}</code>
        </div>
    }
}

fn piece_view(piece: &Piece, shown: Shown, line: u32) -> impl IntoView + use<> {
    let stop = piece.stop_at.map(|column| {
        view! {
            <span
                class="ph-code__stop"
                title=format!("Column {}", column + 1)
                on:click=move |event| {
                    event.stop_propagation();
                    shown.on_stop.run(SourcePlace { line, column });
                }
            ></span>
        }
    });
    view! { {stop}<span class=piece.class() data-column=piece.name_at>{piece.shown()}</span> }
}

/// The places to stop at in a line, where there is a choice.
fn stops(shown: Shown, line: u32) -> Vec<u32> {
    shown.hits.with(|hits| {
        let columns = hits.as_ref().and_then(|hits| hits.columns.get(&line));
        columns
            .filter(|columns| columns.len() > 1)
            .map(|columns| columns.to_vec())
            .unwrap_or_default()
    })
}

fn is_breakable(shown: Shown, line: u32) -> bool {
    shown
        .hits
        .with(|hits| hits.as_ref().is_some_and(|hits| hits.of(line).is_some()))
}

fn hits_text(n_hits: u32) -> String {
    match n_hits {
        n if n >= LineHits::MAX => "10k+".to_owned(),
        n => format::count_short(u64::from(n)),
    }
}

/// How warm a line is, by powers of ten: 0 for one that did not run, or cannot.
fn heat(n_hits: Option<u32>) -> u32 {
    match n_hits.unwrap_or(0) {
        0 => 0,
        n => n.ilog10().min(3) + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_short_and_warm_by_powers_of_ten() {
        assert_eq!(
            [7, 1_234, 9_999, 10_000].map(hits_text),
            ["7", "1.2k", "10k", "10k+"]
        );
        assert_eq!(
            [None, Some(0), Some(1), Some(10), Some(10_000)].map(heat),
            [0, 0, 1, 2, 4]
        );
    }
}
