//! What belongs to the track and stands beside it: zoom, selection, which tracks are shown, and the way back.

#![expect(unreachable_pub, reason = "the component macro makes what it adds public")]

use std::sync::Arc;

use leptos::{html::Canvas, prelude::*};

use super::{
    EventTrack, Span, TrackKind, ViewMove,
    geometry::{kept, view_after, view_of},
    marks::{LEGEND_PX, legend},
    trail::crumbs,
};
use crate::{
    canvas::{self, Fonts, Inks},
    format,
    primitives::{
        button::IconButton,
        icon::Icon,
        menu::{MenuButton, MenuItem},
    },
};

/// A track that is to be shown or hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrackChoice {
    /// Which.
    pub kind: TrackKind,
    /// Whether it is to be shown.
    pub is_shown: bool,
}

/// The buttons of a track, and the parts that were zoomed to. What it shares with the track is given to both.
#[component]
pub fn TimelineTools(
    /// How long the recording is, in ms.
    #[prop(into)]
    duration_ms: Signal<f64>,
    /// The current moment, in ms.
    #[prop(into)]
    time_ms: Signal<f64>,
    /// All tracks, whether they are shown or not.
    #[prop(into)]
    tracks: Signal<Arc<[EventTrack]>>,
    /// Which of them are hidden.
    #[prop(into)]
    hidden: Signal<Arc<[TrackKind]>>,
    /// Whether there is more of a kind than its track has. Default: of none.
    #[prop(into, default = Callback::new(|_| false))]
    is_cut: Callback<TrackKind, bool>,
    /// Told that a track is to be shown or hidden.
    #[prop(into)]
    on_choose: Callback<TrackChoice>,
    /// The part that is seen; None for all of it.
    view: RwSignal<Option<Span>>,
    /// The parts that were zoomed to, each in the one before it.
    trail: RwSignal<Vec<Span>>,
    /// The range that is selected.
    selection: RwSignal<Option<Span>>,
) -> impl IntoView {
    let seen = move || {
        let whole = Span {
            begin_ms: 0.0,
            end_ms: duration_ms.get_untracked(),
        };
        view_of(view.get_untracked().unwrap_or(whole), whole.end_ms)
    };
    let look = move |step: ViewMove| {
        let duration_ms = duration_ms.get_untracked();
        view.set(kept(
            view_after(step, seen(), time_ms.get_untracked(), duration_ms),
            duration_ms,
        ));
    };
    let select = move || {
        if selection.get_untracked().is_some() {
            return selection.set(None);
        }
        // A part of what is seen, around the moment if that is in sight.
        let (seen, now_ms) = (seen(), time_ms.get_untracked());
        let (length_ms, middle_ms) = (
            seen.end_ms - seen.begin_ms,
            f64::midpoint(seen.begin_ms, seen.end_ms),
        );
        let is_in_sight = (seen.begin_ms..=seen.end_ms).contains(&now_ms);
        let half_ms = length_ms * 0.12;
        let around_ms = if is_in_sight { now_ms } else { middle_ms };
        let around_ms = around_ms.clamp(seen.begin_ms + half_ms, seen.end_ms - half_ms);
        selection.set(Some(Span {
            begin_ms: around_ms - half_ms,
            end_ms: around_ms + half_ms,
        }));
    };
    let items = move |()| {
        let hidden = hidden.get_untracked();
        tracks.with_untracked(|tracks| choices(tracks, &hidden, is_cut, on_choose))
    };
    let is_part = Signal::derive(move || view.get().is_some());
    view! {
        <div class="ph-track-tools" role="group" aria-label="The track">
            <MenuButton icon=Icon::Tracks label="Tracks" items=items/>
            <IconButton icon=Icon::Range label="Select a range" on_press=move |_| select()/>
            <IconButton icon=Icon::ZoomOut label="Zoom out" key_hint="S" enabled=is_part on_press=move |_| look(ViewMove::Out)/>
            <IconButton icon=Icon::ZoomIn label="Zoom in" key_hint="W" on_press=move |_| look(ViewMove::In)/>
        </div>
        <Trail view=view trail=trail/>
    }
}

/// The tracks to choose from: those of which there is something.
fn choices(
    tracks: &[EventTrack],
    hidden: &[TrackKind],
    is_cut: Callback<TrackKind, bool>,
    on_choose: Callback<TrackChoice>,
) -> Vec<MenuItem> {
    let find = |kind| {
        tracks
            .iter()
            .find(|track| track.kind == kind && track.n_things() > 0)
    };
    let there = TrackKind::ALL.into_iter().filter_map(find);
    there
        .map(|track| {
            let kind = track.kind;
            let is_shown = !hidden.contains(&kind);
            let count = match kind {
                // Parts of time are nothing to be counted.
                TrackKind::Activity => String::new(),
                kind => format::count(track.n_things() as u64) + if is_cut.run(kind) { "+" } else { "" },
            };
            let choose = move |is_shown: bool| on_choose.run(TrackChoice { kind, is_shown });
            MenuItem::switch(kind.name(), is_shown, choose)
                .hint(count)
                .drawing(move || view! { <Legend kind=kind/> }.into_any())
        })
        .collect()
}

/// What a thing of a kind looks like on the track.
#[component]
fn Legend(kind: TrackKind) -> impl IntoView {
    const FONTS: Fonts = Fonts {
        normal: "",
        small: "",
    };
    let node = NodeRef::<Canvas>::new();
    node.on_load(move |canvas| {
        let drawn = canvas::draw(
            &canvas,
            (LEGEND_PX, LEGEND_PX),
            FONTS,
            &Inks::of(&canvas),
            &legend(kind),
        );
        if let Err(error) = drawn {
            leptos::logging::error!("the sign of a track could not be drawn: {error:?}");
        }
    });
    view! { <canvas class="ph-track-tools__legend" aria-hidden="true" node_ref=node></canvas> }
}

/// From all of the recording to what is seen.
#[component]
fn Trail(view: RwSignal<Option<Span>>, trail: RwSignal<Vec<Span>>) -> impl IntoView {
    let crumbs = Memo::new(move |_| trail.with(|trail| crumbs(trail, view.get())));
    let steps = move || {
        let crumbs = crumbs.get();
        let n_last = crumbs.len() - 1;
        crumbs
            .into_iter()
            .enumerate()
            .map(|(at, crumb)| {
                let is_here = at == n_last;
                let go = move |_| {
                    if !is_here {
                        view.set(crumb.view);
                    }
                };
                view! {
                    <li>
                        <button
                            type="button"
                            class="ph-trail__step"
                            aria-current=is_here.then_some("true")
                            on:click=go
                        >
                            {crumb.name}
                        </button>
                    </li>
                }
            })
            .collect_view()
    };
    view! { <ol class="ph-trail" aria-label="What is seen" data-testid="timeline-trail">{steps}</ol> }
}
