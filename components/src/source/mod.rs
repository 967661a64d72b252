//! The text of a source, with the line where the program stands.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    format,
    primitives::virtual_list::{ListKind, Reveal, RowLayout, RowView, VirtualList},
};

mod highlight;
mod logic;
mod types;
pub use types::{CodeKind, Language, LineHits, SourceMark, SourceText};
pub mod demo;

const LINE_PX: f64 = 20.0;

/// The lines of a source.
#[component]
pub fn SourceView(
    /// The text, ready to be shown.
    #[prop(into)]
    text: Signal<Arc<SourceText>>,
    /// Where the selected frame stands. The line is brought into sight when this or the text changes. Default: nowhere.
    #[prop(into, optional)]
    mark: Signal<Option<SourceMark>>,
    /// How often lines ran. Default: unknown, and no column for it.
    #[prop(into, optional)]
    hits: Signal<Option<Arc<LineHits>>>,
) -> impl IntoView {
    let n_lines = Memo::new(move |_| text.with(|text| text.n_lines()));
    let layout = Signal::derive(move || RowLayout::Uniform {
        n_rows: n_lines.get(),
        row_px: LINE_PX,
    });
    let turn = StoredValue::new(0_u32);
    let reveal = Memo::new(move |_| {
        text.track();
        let mark = mark.get()?;
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        Some(Reveal {
            turn: turn.get_value(),
            ..Reveal::centered(mark.line.saturating_sub(1) as usize)
        })
    });
    let gutter_ch = Memo::new(move |_| n_lines.get().max(100).ilog10() + 1);
    let width = Signal::derive(move || {
        let n_columns = text.with(|text| text.widest_columns());
        Some(format!(
            "max(100%, {}ch)",
            n_columns as u32 + gutter_ch.get() + 14
        ))
    });
    let row: RowView = Arc::new(move |index, id| {
        let line = index as u32 + 1;
        let mark_here = Memo::new(move |_| mark.get().filter(|mark| mark.line == line));
        let pieces = move || {
            let mark_column = mark_here.get().map(|mark| mark.column);
            text.with(|text| logic::line_pieces(text, index, mark_column))
                .into_iter()
                .map(|piece| {
                    let class = piece.class();
                    view! { <span class=class>{piece.shown()}</span> }
                })
                .collect_view()
        };
        let n_hits = move || hits.with(|hits| hits.as_ref().map(|hits| hits.of(line)));
        view! {
            <div
                id=id
                class="ph-line"
                class:ph-line--marked=move || mark_here.get().is_some()
                class:ph-line--caller=move || mark_here.get().is_some_and(|mark| !mark.is_top)
                class:ph-line--idle=move || n_hits() == Some(None)
                aria-current=move || mark_here.get().map(|_| "step")
                data-testid="line"
                data-line=line
            >
                <span class="ph-line__number ph-number" style:min-width=move || format!("calc({}ch + 18px)", gutter_ch.get())>{line}</span>
                <Show when=move || hits.with(Option::is_some)>
                    <span class="ph-line__hits ph-number">
                        {move || n_hits().flatten().filter(|n| *n > 0).map(|n| format::count_short(u64::from(n)))}
                    </span>
                </Show>
                <code class="ph-line__code">{pieces}</code>
            </div>
        }
        .into_any()
    });
    view! { <VirtualList id="source" label="Source" kind=ListKind::Text layout=layout row=row reveal=reveal content_width=width/> }
}
