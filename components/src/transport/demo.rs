//! The controls of time over forty seconds.

use leptos::prelude::*;

use super::{Act, Precision, Shown, Told, Transport};
use crate::{format, primitives::menu::MenuItem};

const END_MS: f64 = 40_000.0;

/// The gallery's page for the controls of time.
#[component]
pub fn TransportDemo() -> impl IntoView {
    let time_ms = RwSignal::new(8_300.0_f64);
    let is_playing = RwSignal::new(false);
    let speed = RwSignal::new(1.0);
    let repeats = RwSignal::new(false);
    let told = RwSignal::new(Told::default());
    let live = RwSignal::new(None::<bool>);
    let precision = RwSignal::new(Precision::Exact);
    let tell = move |text: String| {
        told.update(|told| {
            told.turn += 1;
            told.text = text;
        });
    };
    let on_act = move |act: Act| match act {
        Act::TogglePlay => {
            is_playing.update(|is_playing| *is_playing = !*is_playing);
            precision.set(if is_playing.get_untracked() {
                Precision::Between
            } else {
                Precision::Exact
            });
        }
        Act::Previous => time_ms.update(|time_ms| *time_ms = (*time_ms - 1_000.0).max(0.0)),
        Act::Next => time_ms.update(|time_ms| *time_ms = (*time_ms + 1_000.0).min(END_MS)),
        Act::By(ms) => {
            time_ms.update(|time_ms| *time_ms = (*time_ms + ms).clamp(0.0, END_MS));
            precision.set(Precision::Near {
                point_ms: time_ms.get_untracked() - 4.0,
            });
        }
        Act::Speed(to) => speed.set(to),
        Act::ToggleRepeat => repeats.update(|repeats| *repeats = !*repeats),
        Act::CopyTime => tell(format!("Copied {}", format::clock(time_ms.get_untracked()))),
    };
    let on_go_to = move |text: String| match text.parse::<f64>() {
        Ok(seconds) if (0.0..=END_MS / 1e3).contains(&seconds) => {
            time_ms.set(seconds * 1e3);
            precision.set(Precision::Exact);
            Ok(())
        }
        _ => Err(format!("“{text}” is not a number of seconds up to 40.")),
    };
    let more = move |()| {
        vec![
            MenuItem::new("Tell something", move || tell("Skipped 12.4 s".to_owned())),
            MenuItem::new("Live", move || {
                live.update(|live| *live = if live.is_some() { None } else { Some(true) });
            })
            .checked(live.get_untracked().is_some()),
        ]
    };
    view! {
        <div class="gallery__box">
            <Transport
                time_ms=time_ms
                duration_ms=END_MS
                is_playing=is_playing
                precision=precision
                speed=speed
                speeds=&[0.5, 1.0, 2.0, 4.0]
                repeats=repeats
                more=more
                told=told
                shown=Shown::default()
                live=live
                on_live=move |()| live.set(Some(true))
                on_act=on_act
                on_go_to=on_go_to
            />
        </div>
    }
}
