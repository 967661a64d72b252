//! A badge in each tone.

use leptos::prelude::*;

use super::{Badge, BadgeTone};

/// The gallery's page for badges.
#[component]
pub fn BadgeDemo() -> impl IntoView {
    view! {
        <Badge text="Offline" tone=BadgeTone::Neutral/>
        <Badge text="Connected" tone=BadgeTone::Good/>
        <Badge text="Reconnecting" tone=BadgeTone::Busy/>
        <Badge text="Not found" tone=BadgeTone::Bad/>
    }
}
