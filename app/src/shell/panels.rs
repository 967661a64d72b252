//! Which view each panel is.

use leptos::prelude::*;

use super::parts::{self, Part};
use crate::logic::layout::Panel;

/// The panels there are.
pub(crate) fn is_there(panel: Panel) -> bool {
    matches!(
        panel,
        Panel::Points
            | Panel::Network
            | Panel::Events
            | Panel::Comments
            | Panel::Protocol
            | Panel::Picture
            | Panel::Console
            | Panel::Source
            | Panel::Stack
            | Panel::Scopes
            | Panel::Compare
            | Panel::Elements
    )
}

/// A panel, made when it comes into sight.
pub(crate) fn view_of(panel: Panel) -> AnyView {
    let part = match panel {
        Panel::Picture => Part::Picture,
        Panel::Console => Part::Console,
        Panel::Source => Part::Source,
        Panel::Stack => Part::Stack,
        Panel::Scopes => Part::Scopes,
        Panel::Compare => Part::Compare,
        Panel::Network => Part::Network,
        Panel::Events => Part::Events,
        Panel::Comments => Part::Comments,
        Panel::Protocol => Part::Protocol,
        Panel::Points => Part::Points,
        Panel::Elements => Part::Elements,
    };
    parts::view_of(part)
}
