//! A timeline with each kind of marker and region.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Marker, MarkerKind, Regions, Seek, Span, Timeline};

/// The gallery's page for the timeline.
#[component]
pub fn TimelineDemo() -> impl IntoView {
    let time_ms = RwSignal::new(8_300.0);
    let span = |begin_ms, end_ms| Span { begin_ms, end_ms };
    let regions = Regions {
        loading: [span(0.0, 34_000.0)].into(),
        loaded: [span(0.0, 26_000.0)].into(),
        indexed: [span(0.0, 15_000.0)].into(),
    };
    let markers = StoredValue::new(markers());
    view! {
        <div class="gallery__box gallery__timeline">
            <Timeline
                duration_ms=40_000.0
                time_ms=time_ms
                regions=regions
                progress_percent=Some(62.0)
                markers=Signal::derive(move || markers.get_value())
                on_seek=move |seek: Seek| time_ms.set(seek.time_ms)
                on_marker=move |index: usize| {
                    markers.with_value(|markers| if let Some(marker) = markers.get(index) { time_ms.set(marker.time_ms) })
                }
            />
        </div>
    }
}

fn markers() -> Arc<[Marker]> {
    let typed = (0..14).map(|index| (12_000.0 + f64::from(index) * 130.0, MarkerKind::Key, "Key a"));
    let rest = [
        (20.0, MarkerKind::Navigation, "To https://example.com/"),
        (3_100.0, MarkerKind::Click, "Click at 120, 45"),
        (9_800.0, MarkerKind::Click, "Click at 300, 210"),
        (22_000.0, MarkerKind::Key, "Key Enter"),
        (22_050.0, MarkerKind::Navigation, "To https://example.com/done"),
        (31_000.0, MarkerKind::Click, "Click at 12, 8"),
    ];
    let mut all: Vec<Marker> = rest
        .into_iter()
        .chain(typed)
        .map(|(time_ms, kind, label)| Marker {
            time_ms,
            kind,
            label: label.to_owned(),
        })
        .collect();
    all.sort_by(|a, b| a.time_ms.total_cmp(&b.time_ms));
    all.into()
}
