//! The page of `/embed/ID`: one recording after the other, as the page around wants it.

use components::{
    primitives::{empty_state::EmptyState, icon::Icon},
    styles,
};
use leptos::prelude::*;

use super::{
    acting, consent::Question, frame::Frame, greeting, layout::RecordingInFrame, message::Settings,
    opening::Opening, options::Options, seeing, state::Event, telling, ticket::Ticket, trust::Trust,
};
use crate::{
    boot::{self, Place, opening::engine::Source},
    stores::{Stores, preferences::PreferenceStore},
    url::Link,
};

/// The page.
#[component]
pub(crate) fn EmbedPage() -> impl IntoView {
    styles::install_more(&[include_str!("embed.css")]);
    let preferences: PreferenceStore = expect_context();
    let location = window().location();
    let link = Link::parse(&location.search().unwrap_or_default());
    let options = Options::of(&link);
    let trust = Trust {
        own: location.origin().unwrap_or_default(),
        talkers: super::meta("playhead-embed"),
        readers: super::meta("playhead-content").unwrap_or_default(),
    };
    let frame = Frame::new(trust, preferences);
    let ticket = Ticket::take();
    preferences.reset_layout();
    begin(frame, options.settings.clone());
    frame.plays.set_value(options.plays);
    frame.opening.set(Opening::of_path(frame, ticket, &link));
    if let (Some(address), true) = (
        link.clone().at_home().from,
        untrack(|| frame.opening.with(Option::is_none)),
    ) {
        leptos::task::spawn_local(open_address(frame, address, link));
    }
    leptos::task::spawn_local(greeting::answer(frame, ticket));
    let is_nothing = Memo::new(move |_| frame.opening.with(Option::is_none));
    // A recording's page says so itself.
    Effect::new(move |_| {
        if is_nothing.get() {
            remove_poster();
        }
    });
    view! {
        {move || match frame.opening.get() {
            Some(opening) => recording(frame, opening, options.settings.clone()).into_any(),
            None => view! { <Nothing frame=frame/> }.into_any(),
        }}
        <Question frame=frame/>
    }
}

/// Where there is no recording.
#[component]
fn Nothing(frame: Frame) -> impl IntoView {
    boot::tell_idle(Signal::derive(move || !frame.is_opening.get()));
    let word = move || {
        frame
            .word
            .get()
            .unwrap_or_else(|| "The page around has not opened one yet.".to_owned())
    };
    view! {
        <main class="ph-alone" id="main" tabindex="-1">
            <h1 class="ph-hidden">"No recording"</h1>
            <EmptyState icon=Icon::Film title="No recording" text=Signal::derive(word)/>
        </main>
    }
}

/// Opens what the page's own address names beside the path.
async fn open_address(frame: Frame, address: String, link: Link) {
    match Opening::of_source(
        frame,
        Source::Address(address),
        None,
        Link { source: None, ..link },
    )
    .await
    {
        Ok(opening) => {
            frame.opening.try_set(Some(opening));
        }
        Err(failure) => {
            frame.word.try_set(Some(failure.message.clone()));
            frame.tell(&Event::Error(failure), None);
        }
    }
}

/// The page of one recording: all that belongs to it goes with it.
fn recording(frame: Frame, opening: Opening, settings: Settings) -> impl IntoView {
    let page = untrack(|| {
        let place = Place {
            link: Some(opening.link.clone()),
            is_embedded: true,
            copy_link: Callback::new(move |()| copy_link(frame)),
        };
        boot::begin(opening.id.clone(), opening.connect.clone(), place)
    });
    let recording = frame.set_page(page);
    // What belongs to the time of a recording is said anew to each; no setting that was taken before is refused now.
    untrack(|| frame.set(&times_of(settings))).ok();
    telling::tell_of(frame, recording, &page.stores);
    let is = move |read: fn(&Stores) -> bool| recording.with(|page| read(&page.stores)) == Some(true);
    let is_idle = Memo::new(move |_| is(Stores::is_idle));
    boot::tell_idle(is_idle.into());
    Effect::new(move |_| {
        let title = recording.with(|page| seeing::title(frame, &page.stores));
        document().set_title(&title.unwrap_or_default());
    });
    Effect::new(move |_| {
        if is(seeing::is_shown) {
            remove_poster();
        }
    });
    Effect::new(move |_| {
        if is(seeing::is_loaded) && frame.plays.get_value() {
            frame.plays.set_value(false);
            untrack(|| recording.with(|page| page.stores.play()));
        }
    });
    view! { <RecordingInFrame frame=frame recording=recording/> }
}

/// How the page looks at first.
fn begin(frame: Frame, settings: Settings) {
    let settings = Settings {
        mode: Some(settings.mode.unwrap_or_default()),
        keyboard: Some(settings.keyboard.unwrap_or_default()),
        ..settings
    };
    // What the address says wrong is left out, the rest is done.
    let without_panels = Settings {
        panels: None,
        ..settings.clone()
    };
    frame.set(&settings).or_else(|_| frame.set(&without_panels)).ok();
}

/// How its time runs.
fn times_of(settings: Settings) -> Settings {
    Settings {
        speed: settings.speed,
        repeats: settings.repeats,
        skip_inactive: settings.skip_inactive,
        ..Settings::default()
    }
}

fn copy_link(frame: Frame) {
    let Some(recording) = frame.recording() else {
        return;
    };
    let told = match acting::permalink(frame, recording) {
        Ok(href) => {
            boot::copy_link(&href, None);
            "Copied the link to this moment".to_owned()
        }
        Err(failure) => failure.message,
    };
    recording.with(|page| page.stores.playing.tell(told));
}

/// Takes away the picture that the server has put before everything.
fn remove_poster() {
    if let Some(poster) = document().get_element_by_id("poster") {
        poster.remove();
    }
}
