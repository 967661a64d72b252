//! The panel with the picture of the page.

use std::sync::Arc;

use components::{
    format,
    picture::{Bitmaps, Notice, PictureRef, PictureView, file_name},
    primitives::{button::Button, empty_state::EmptyState, icon::Icon},
};
use leptos::{ev, prelude::*};
use wire::experimental::RecordedContent;

use crate::{
    logic::{elements::boxes, layout::Panel, library::sentence, moment},
    stores::{
        Stores,
        connection::Phase,
        pictures::{Sight, Trail},
        preferences::PreferenceStore,
    },
};

/// The picture of the moment; while it is on its way, the nearest that is here.
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
    let (bitmaps, handle): (Bitmaps, PictureRef) = (expect_context(), expect_context());
    let time_ms = timeline.time_ms();
    let at = Memo::new(move |_| stores.paint_index(time_ms.get()));
    let sight = Memo::new(move |shown: Option<&Option<Sight>>| {
        let shown = shown.and_then(Option::as_ref);
        match at.get() {
            Some(at) => stores.sight(at, shown),
            None => shown.cloned(),
        }
    });
    let frame = Memo::new(move |_| sight.with(|sight| sight.as_ref().map(|sight| sight.picture.clone())));
    Effect::new(move |before: Option<Trail>| stores.want_pictures(before.unwrap_or_default()));
    let overlay = Memo::new(move |_| {
        let clicks = recording.clicks();
        recording
            .mouse()
            .with(|mouse| clicks.with(|clicks| moment::overlay(mouse, clicks, time_ms.get())))
    });
    let captions = Memo::new(move |_| {
        recording
            .keys()
            .with(|presses| moment::typed(presses, time_ms.get()))
    });
    let label = Memo::new(move |_| match frame.with(Option::is_some) {
        true => format!(
            "The page at {}",
            format::spoken((time_ms.get() / 100.0).round() * 100.0)
        ),
        false => "The page: no picture".to_owned(),
    });
    let name = Signal::derive(move || {
        let shown_ms = sight.with(|sight| sight.as_ref().map(|sight| sight.time_ms));
        file_name(&recording.title().get(), shown_ms.unwrap_or_default())
    });
    let notice = Memo::new(move |_| notice(stores, at.get()?, &sight.get()?));
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
    let why = move || match (connection.phase().get(), at.get()) {
        (_, Some(at)) => match failure(stores, at) {
            Some(reason) => ("The picture could not be had", sentence(&reason)),
            None => ("Loading the picture", String::new()),
        },
        (Phase::Ready, None) if connection.is_settled() => {
            let lack = recording.lack(&RecordedContent::Pictures);
            (
                "No picture",
                lack.unwrap_or_else(|| "Nothing was painted in this recording.".to_owned()),
            )
        }
        _ => ("", String::new()),
    };
    let can_retry = move || at.get().is_some_and(|at| failure(stores, at).is_some());
    view! {
        <section class="ph-panel ph-panel--picture" aria-label="Picture">
            <PictureView
                bitmaps=bitmaps
                frame=frame
                overlay=overlay
                captions=captions
                label=label
                notice=notice
                on_retry=move |()| pictures.retry()
                name=name
                handle=handle
                highlight=highlight
                is_picking=is_picking
                on_point=move |at| stores.point_at(at)
                on_pick=on_pick
            >
                <EmptyState
                    icon=Icon::Film
                    title=Signal::derive(move || why().0.to_owned())
                    text=Signal::derive(move || why().1)
                >
                    {move || can_retry().then(|| view! { <Button on_press=move |_| pictures.retry()>"Try again"</Button> })}
                </EmptyState>
            </PictureView>
            {picking}
        </section>
    }
}

/// Why the picture at a paint is not here, if it could not be had. Tracked.
fn failure(stores: Stores, at: usize) -> Option<Arc<str>> {
    stores.pictures.failure(&stores.paint(at)?)
}

/// What has to be said of the picture that is shown: that it is of another moment, and why. Nothing while the right one is on
/// its way.
fn notice(stores: Stores, at: usize, sight: &Sight) -> Option<Notice> {
    let paint = stores.paint(at)?;
    if let Some(reason) = failure(stores, at).filter(|_| sight.index != at) {
        return Some(Notice {
            text: format!(
                "This is the picture of {}: that of this moment could not be had. {}",
                format::clock(sight.time_ms),
                sentence(&reason)
            ),
            can_retry: true,
        });
    }
    let is_before = stores.timeline.time_ms().get() < paint.time && sight.index == at;
    is_before.then(|| Notice {
        text: format!(
            "Nothing was painted yet: this is the first picture, of {}",
            format::clock(paint.time)
        ),
        can_retry: false,
    })
}
