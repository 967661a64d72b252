//! Which view each panel is.

use leptos::prelude::*;

use crate::{
    logic::layout::Panel,
    panels::{
        compare::ComparePanel, console::ConsolePanel, picture::PicturePanel, scopes::ScopesPanel,
        source::SourcePanel, stack::StackPanel,
    },
};

/// The panels there are.
pub(crate) fn is_there(panel: Panel) -> bool {
    matches!(
        panel,
        Panel::Points
            | Panel::Network
            | Panel::Events
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
    match panel {
        Panel::Picture => view! { <PicturePanel/> }.into_any(),
        Panel::Console => view! { <ConsolePanel/> }.into_any(),
        Panel::Source => view! { <SourcePanel/> }.into_any(),
        Panel::Stack => view! { <StackPanel/> }.into_any(),
        Panel::Scopes => view! { <ScopesPanel/> }.into_any(),
        Panel::Compare => view! { <ComparePanel/> }.into_any(),
        Panel::Network => view! { <crate::panels::network::NetworkPanel/> }.into_any(),
        Panel::Events => view! { <crate::panels::events::EventsPanel/> }.into_any(),
        Panel::Protocol => view! { <crate::panels::protocol::ProtocolPanel/> }.into_any(),
        Panel::Points => view! { <crate::panels::points::PointsPanel/> }.into_any(),
        Panel::Elements => view! { <crate::panels::elements::ElementsPanel/> }.into_any(),
    }
}
