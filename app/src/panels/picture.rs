//! The panel with the picture of the page.

use components::{
    format,
    picture::{PictureFrame, PictureView},
    primitives::{empty_state::EmptyState, icon::Icon},
    timeline::Series,
};
use leptos::{ev, prelude::*};
use wire::graphics::PaintPoint;

use crate::{
    logic::{elements::boxes, layout::Panel, library::sentence, moment},
    stores::{Stores, connection::Phase, preferences::PreferenceStore},
};

/// How many paints ahead are brought while playing.
const N_AHEAD: usize = 6;

/// The picture of the moment; while it is on its way, the one before.
#[component]
pub fn PicturePanel() -> impl IntoView {
    let stores: Stores = expect_context();
    let Stores {
        connection,
        recording,
        timeline,
        pictures,
        elements,
        ..
    } = stores;
    let time_ms = timeline.time_ms();
    let paint = Memo::new(move |_| {
        recording
            .paints()
            .with(|paints| moment::paint_at(paints, time_ms.get()).cloned())
    });
    let frame = Memo::new(move |previous: Option<&Option<PictureFrame>>| {
        let now = paint.with(|paint| paint.as_ref().and_then(|paint| pictures.of(paint)));
        now.or_else(|| previous.cloned().flatten())
    });
    Effect::new(move |_| {
        if let Some(paint) = paint.get() {
            recording.paints().with_untracked(|paints| {
                let ahead = if timeline.is_playing().get_untracked() {
                    N_AHEAD
                } else {
                    0
                };
                ahead_of(paints, &paint, ahead).for_each(|later| pictures.want(later));
            });
            pictures.want(&paint);
        }
    });
    let overlay = Memo::new(move |_| {
        let clicks = recording.clicks();
        recording
            .mouse()
            .with(|mouse| clicks.with(|clicks| moment::overlay(mouse, clicks, time_ms.get())))
    });
    let keys = Memo::new(move |_| {
        recording
            .keys()
            .with(|presses| moment::keys(presses, time_ms.get()))
    });
    let label = Memo::new(move |_| match paint.with(Option::is_some) {
        true => format!(
            "The page at {}",
            format::spoken((time_ms.get() / 100.0).round() * 100.0)
        ),
        false => "The page: no picture".to_owned(),
    });
    let highlight = Memo::new(move |_| {
        let lit = stores.lit()?;
        let shape = lit
            .model
            .and_then(|model| boxes::highlight(&model, lit.label.clone()));
        shape.or_else(|| Some(boxes::outline(&lit.bounds?, lit.label)))
    });
    let preferences: PreferenceStore = expect_context();
    let on_pick = move |at| {
        if stores.pick(at) {
            preferences.show_panel(Panel::Elements);
        }
    };
    let is_picking = Memo::new(move |_| elements.is_picking());
    let listener = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && is_picking.try_get_untracked() == Some(true) {
            event.prevent_default();
            elements.set_picking(false);
        }
    });
    on_cleanup(move || listener.remove());
    let picking = move || {
        is_picking.get().then(|| {
            let text = match elements.pick_failure() {
                Some(reason) => sentence(&reason),
                None => "Point at an element and press. Escape ends it.".to_owned(),
            };
            view! { <div class="ph-picking"><p class="ph-picking__text" role="status" data-testid="picking">{text}</p></div> }
        })
    };
    let why = move || match connection.phase().get() {
        Phase::Ready if connection.is_settled() => ("No picture", "Nothing was painted in this recording."),
        _ => ("", ""),
    };
    view! {
        <section class="ph-panel ph-panel--picture" aria-label="Picture">
            <PictureView
                frame=frame
                overlay=overlay
                keys=keys
                label=label
                highlight=highlight
                is_picking=is_picking
                on_point=move |at| stores.point_at(at)
                on_pick=on_pick
            >
                <EmptyState
                    icon=Icon::Film
                    title=Signal::derive(move || why().0.to_owned())
                    text=Signal::derive(move || why().1.to_owned())
                />
            </PictureView>
            {picking}
        </section>
    }
}

/// The paints that come after one, the last first: what is wanted last is brought first.
fn ahead_of<'a>(
    paints: &'a Series<PaintPoint>,
    paint: &PaintPoint,
    n: usize,
) -> impl Iterator<Item = &'a PaintPoint> {
    let ahead: Vec<_> = paints.iter_from(paints.n_until(paint.time)).take(n).collect();
    ahead.into_iter().rev()
}
