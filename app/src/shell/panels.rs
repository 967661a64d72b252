//! Which view each panel is.

use leptos::prelude::*;

use crate::{
    logic::layout::Panel,
    panels::{
        console::ConsolePanel, picture::PicturePanel, scopes::ScopesPanel, source::SourcePanel,
        stack::StackPanel,
    },
};

/// The panels there are.
pub(crate) fn is_there(panel: Panel) -> bool {
    matches!(
        panel,
        Panel::Picture | Panel::Console | Panel::Source | Panel::Stack | Panel::Scopes
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
        _ => ().into_any(),
    }
}
