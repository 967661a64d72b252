//! How a recording stands in a frame: small, as a player, or with everything.

use components::{
    dom::use_size,
    format,
    primitives::{
        button::IconButton,
        empty_state::EmptyState,
        icon::{Icon, IconView},
        tabs::{Tab, Tabs},
    },
};
use leptos::{html::Div, prelude::*};

use super::{
    acting,
    frame::{Frame, Recording},
    message::Mode,
    seeing,
    state::{Event, seconds},
    ticket::is_sandboxed,
};
use crate::{
    boot,
    logic::layout::Panel,
    panels::timeline::{Geometry, Pointing, TimelinePanel},
    shell::{
        commands::Page,
        panels,
        parts::{self, Part},
    },
    stores::{Stores, connection::Phase},
};

/// The page of a recording, in a frame.
#[component]
pub(super) fn RecordingInFrame(frame: Frame, recording: Recording) -> impl IntoView {
    recording.with(|page| parts::complete(*page));
    let Stores { connection, .. } = expect_context();
    let is_narrow = recording.with(|page| page.is_narrow).unwrap_or_default();
    let refusal = Memo::new(move |_| match connection.phase().get() {
        Phase::Refused { reason } => Some(reason),
        _ => None,
    });
    let all = NodeRef::<Div>::new();
    let foot = NodeRef::<Div>::new();
    tell_size(frame, recording, all, foot);
    let body = move || match (refusal.get(), frame.mode.get()) {
        (Some(reason), _) => view! {
            <main class="ph-alone" id="main" tabindex="-1">
                <EmptyState icon=Icon::Warning title="This recording cannot be opened" text=reason/>
            </main>
        }
        .into_any(),
        (None, Mode::Mini) => view! { <Mini frame=frame foot=foot/> }.into_any(),
        (None, Mode::Player) => view! { <Player frame=frame foot=foot/> }.into_any(),
        (None, Mode::Devtools) => view! { <Devtools frame=frame is_narrow=is_narrow/> }.into_any(),
    };
    let class = move || match frame.mode.get() {
        Mode::Mini => "ph-embed ph-embed--mini",
        Mode::Player => "ph-embed ph-embed--player",
        Mode::Devtools => "ph-embed ph-embed--devtools",
    };
    let said = move || recording.with(|page| boot::announcement(page.stores));
    view! {
        <div class=class class:ph-embed--narrow=move || is_narrow.get() data-testid="embed" node_ref=all>
            {body}
        </div>
        {parts::view_if_here(Part::Overlays)}
        <p class="ph-hidden" role="status" aria-live="polite" data-testid="announcement">{said}</p>
    }
}

/// What the recording is called, for those who do not see it.
fn heading(frame: Frame) -> impl IntoView {
    let title = move || {
        let recording = frame.recording()?;
        recording.with(|page| seeing::title(frame, &page.stores))
    };
    view! { <h1 class="ph-hidden">{title}</h1> }
}

/// The picture, and one line.
#[component]
fn Mini(frame: Frame, foot: NodeRef<Div>) -> impl IntoView {
    view! {
        <main class="ph-embed__picture" id="main" tabindex="-1">{heading(frame)}{parts::view_of(Part::Picture)}</main>
        <div class="ph-foot" node_ref=foot>
            <TimelinePanel controls=move || view! { <Line frame=frame/> } film=|| () over=move || over(frame)/>
        </div>
    }
}

/// Play, pause and the time, as small as they can be.
#[component]
fn Line(frame: Frame) -> impl IntoView {
    let stores: Stores = expect_context();
    let timeline = stores.timeline;
    let icon = Signal::derive(move || {
        if timeline.is_playing().get() {
            Icon::Pause
        } else {
            Icon::Play
        }
    });
    let label = Signal::derive(move || {
        if timeline.is_playing().get() {
            "Pause"
        } else {
            "Play"
        }
        .to_owned()
    });
    view! {
        <div class="ph-embed__line">
            <IconButton icon=icon label=label on_press=move |_| stores.toggle_play()/>
            <span class="ph-embed__time" data-testid="time">{move || format::clock(timeline.time_ms().get())}</span>
            <WayOut frame=frame/>
        </div>
    }
}

/// The picture, the panels that are asked for, and all of the timeline.
#[component]
fn Player(frame: Frame, foot: NodeRef<Div>) -> impl IntoView {
    let has_panels = Memo::new(move |_| frame.panels.with(|panels| !panels.is_empty()));
    view! {
        <main class="ph-embed__middle" class:ph-embed__middle--split=move || has_panels.get() id="main" tabindex="-1">{heading(frame)}
            <div class="ph-embed__picture">{parts::view_of(Part::Picture)}</div>
            <Show when=move || has_panels.get()><Beside frame=frame/></Show>
        </main>
        <Foot frame=frame node=foot/>
    }
}

/// The panels that are asked for, one at a time.
#[component]
fn Beside(frame: Frame) -> impl IntoView {
    let wanted = RwSignal::new(None::<Panel>);
    // What is asked for last is shown first.
    Effect::new(move |_| wanted.set(frame.panels.with(|panels| panels.first().copied())));
    let chosen = Memo::new(move |_| wanted.get().unwrap_or(Panel::Console));
    let tabs = Signal::derive(move || {
        let tab = |panel: &Panel| Tab {
            key: panel.key(),
            name: panel.name(),
        };
        frame
            .panels
            .with(|panels| panels.iter().map(tab).collect::<Vec<_>>())
    });
    view! {
        <div class="ph-embed__panels ph-area">
            <Tabs
                id="panels"
                label="Panels"
                tabs=tabs
                chosen=Signal::derive(move || chosen.get().key())
                on_choose=move |key| wanted.set(Panel::of_key(key))
            />
            <div class="ph-embed__panel" role="tabpanel" id="panels-panel" aria-labelledby=move || format!("panels-{}", chosen.get().key())>
                {move || panels::view_of(chosen.get())}
            </div>
        </div>
    }
}

/// Everything, as in the viewer's own page.
#[component]
fn Devtools(frame: Frame, is_narrow: Signal<bool>) -> impl IntoView {
    let node = NodeRef::new();
    move || {
        match is_narrow.get() {
        true => view! {
            <main class="ph-stacked" id="main" tabindex="-1">{heading(frame)}
                {panels::view_of(Panel::Picture)}
                <Foot frame=frame node=node/>
                {parts::view_if_here(Part::Stacked)}
            </main>
        }
        .into_any(),
        false => view! {
            <main class="ph-workspace" id="main" tabindex="-1">{heading(frame)}{parts::view_if_here(Part::Docks)}</main>
            <Foot frame=frame node=node/>
        }
        .into_any(),
    }
    }
}

/// What part is in focus, and all of the timeline.
#[component]
fn Foot(frame: Frame, node: NodeRef<Div>) -> impl IntoView {
    let controls = move || view! { {parts::view_if_here(Part::Controls)} <WayOut frame=frame/> };
    view! {
        <div class="ph-foot ph-embed__foot" node_ref=node>
            {parts::view_if_here(Part::Focus)}
            <TimelinePanel controls=controls film=|| parts::view_if_here(Part::Film) over=move || over(frame)/>
        </div>
    }
}

/// The way to the viewer's own page at this moment, where the browser lets a frame open one.
#[component]
fn WayOut(frame: Frame) -> impl IntoView {
    let can_leave = !is_sandboxed();
    let href = Memo::new(move |_| {
        let recording = frame.recording()?;
        recording.with(|page| page.stores.timeline.moment().track());
        acting::permalink(frame, recording).ok()
    });
    move || {
        href.get().filter(|_| can_leave).map(|href| {
            view! {
                <a class="ph-button ph-button--icon" href=href target="_blank" rel="noopener" aria-label="Open in the viewer" title="Open in the viewer" data-testid="way-out">
                    <IconView icon=Icon::FullScreen/>
                </a>
            }
        })
    }
}

/// What lies over the track: what always does, and where the pointer of the page around is.
fn over(frame: Frame) -> impl IntoView {
    let (geometry, pointing): (Geometry, Pointing) = (expect_context(), expect_context());
    Effect::new(move |before: Option<Option<f64>>| {
        let at_ms = pointing.at_ms.get();
        if before.is_some_and(|before| before != at_ms) {
            frame.tell(
                &Event::Hover {
                    t: at_ms.map(seconds),
                },
                None,
            );
        }
        at_ms
    });
    let place = Memo::new(move |_| {
        let (at_ms, geometry) = (frame.host_ms.get()?, geometry.get()?);
        geometry.is_near(at_ms).then(|| geometry.x_of(at_ms))
    });
    view! {
        {parts::view_if_here(Part::Over)}
        {move || place.get().map(|x| view! {
            <div class="ph-embed__cursor" data-testid="host-cursor" style:transform=format!("translateX({x:.2}px)")></div>
        })}
    }
}

/// Tells the page around how large the page would like to be: as wide as it is, and so high that the picture has no bars beside it.
fn tell_size(frame: Frame, recording: Recording, all: NodeRef<Div>, foot: NodeRef<Div>) {
    let (all, foot) = (use_size(all), use_size(foot));
    let wanted = Memo::new(move |_| {
        let picture = recording.with(|Page { stores, .. }| {
            let at = stores.paint_index(stores.timeline.time_ms().get())?;
            stores.pictures.of(&stores.paint(at)?)
        });
        let aspect = picture.flatten().map(|picture| {
            let (width, height) = picture.page();
            height / width.max(1.0)
        });
        let (width, _) = all.get();
        (width > 0.0 && foot.get().1 > 0.0).then(|| (width, aspect, foot.get().1))
    });
    Effect::new(move |before: Option<(f64, f64)>| {
        let before = before.unwrap_or_default();
        // Until a picture has come nothing is known that was not known before.
        let Some((width, Some(aspect), foot)) = wanted.get() else {
            return before;
        };
        let _ = frame.host();
        let now = (width, (width * aspect + foot).round());
        if now != before && frame.mode.get_untracked() != Mode::Devtools {
            frame.tell(
                &Event::Resize {
                    width: now.0,
                    height: now.1,
                },
                None,
            );
        }
        now
    });
}
