//! The controls of time.

use components::{
    primitives::menu::MenuItem,
    transport::{Act, Precision, Shown, Told, Transport},
};
use leptos::prelude::*;

use crate::{
    logic::{
        playing::{SPEEDS, STOPS},
        time::{self, Destination},
    },
    panels::copying,
    stores::Stores,
};

/// Play, pause, how time runs, what time it is, and the events before and after.
#[component]
pub(super) fn Playing() -> impl IntoView {
    let stores: Stores = expect_context();
    let Stores {
        timeline, playing, ..
    } = stores;
    let act = move |act: Act| match act {
        Act::TogglePlay => stores.toggle_play(),
        Act::Previous => stores.go_to_marker(false),
        Act::Next => stores.go_to_marker(true),
        Act::By(ms) => stores.seek(timeline.time_ms().get_untracked() + ms),
        Act::Speed(speed) => playing.set_speed(speed),
        Act::ToggleRepeat => playing.toggle_repeats(),
        Act::CopyTime => copying::time(stores),
    };
    let told = move || {
        let notice = playing.notice().get();
        Told {
            turn: notice.turn,
            text: notice.text,
        }
    };
    let shown = move || {
        playing.frames().with(|frames| Shown {
            n_frames: frames.n_due,
            n_dropped: frames.n_dropped,
        })
    };
    view! {
        <Transport
            time_ms=timeline.time_ms()
            duration_ms=timeline.duration_ms()
            is_playing=timeline.is_playing()
            precision=Memo::new(move |_| precision(stores))
            speed=playing.speed()
            speeds=&SPEEDS
            repeats=playing.repeats()
            more=move |()| more(stores)
            is_typing=playing.is_typing()
            told=Signal::derive(told)
            shown=Signal::derive(shown)
            on_act=act
            live=timeline.live()
            on_live=move |()| timeline.toggle_live()
            on_go_to=move |text: String| go_to(stores, &text)
        />
    }
}

/// How exactly the program is held at the moment, tracked.
fn precision(stores: Stores) -> Precision {
    /// Less is not seen: the clock shows whole ms.
    const SEEN_MS: f64 = 0.5;
    let moment = stores.timeline.moment().get();
    if !stores.is_held_at(&moment.point) {
        return Precision::Between;
    }
    match moment.point_ms {
        Some(point_ms) if (point_ms - moment.time_ms).abs() >= SEEN_MS => Precision::Near { point_ms },
        _ => Precision::Exact,
    }
}

/// Goes where somebody has typed, or says why not.
fn go_to(stores: Stores, text: &str) -> Result<(), String> {
    let timeline = stores.timeline;
    let (now_ms, end_ms) = (
        timeline.time_ms().get_untracked(),
        timeline.duration_ms().get_untracked(),
    );
    match time::destination(time::read(text)?, now_ms, end_ms)? {
        Destination::Time(time_ms) => timeline.go_to(time_ms, None),
        Destination::Point(point) => stores.go_to_point(point),
    }
    Ok(())
}

/// What is seldom wanted: copying, what is passed over and stopped at, and how much was shown.
fn more(stores: Stores) -> Vec<MenuItem> {
    let playing = stores.playing;
    let has_point = stores
        .timeline
        .moment()
        .with_untracked(|moment| moment.point.is_some());
    let skips_idle = playing.skips_idle().get_untracked();
    let stops = playing.stops().get_untracked();
    let mut items = vec![
        MenuItem::new("Go to a time or a point…", move || {
            playing.is_typing().set(true)
        })
        .hint("T"),
        MenuItem::new("Copy the time", move || copying::time(stores)),
        MenuItem::new("Copy the execution point", move || copying::point(stores)).enabled(has_point),
        MenuItem::new("Skip idle time", move || playing.skip_idle(!skips_idle))
            .checked(skips_idle)
            .group(),
    ];
    let kinds = STOPS.iter().enumerate().map(|(at, (kind, name))| {
        let item = MenuItem::new(format!("Stop at {name}"), move || playing.toggle_stop(*kind))
            .checked(stops.contains(kind));
        if at == 0 { item.group() } else { item }
    });
    items.extend(kinds);
    let shown = playing.frames().with_untracked(|frames| frames.words());
    items.extend(shown.map(|words| MenuItem::new(words, || {}).enabled(false).group()));
    items
}
