//! What is known of the chosen node, one kind at a time.

use std::sync::Arc;

use components::primitives::{
    empty_state::EmptyState,
    icon::Icon,
    tabs::{Tab, Tabs},
};
use leptos::prelude::*;
use wire::ids::{ObjectId, PauseId};

use super::facets;
use crate::stores::{
    Stores,
    elements::{ElementStore, Facet, Shown, element_of},
};

/// The node that is looked at.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Subject {
    /// The pause that the ids belong to.
    pub(super) pause_id: PauseId,
    /// The node.
    pub(super) node: ObjectId,
    /// What it is called.
    pub(super) label: String,
    /// The element that it is or is in; None outside of all.
    pub(super) element: Option<(ObjectId, String)>,
    /// The elements around that one, the nearest first.
    pub(super) above: Arc<[(ObjectId, String)]>,
    /// The document.
    pub(super) document: Option<ObjectId>,
}

const TABS: [(Facet, Tab); 5] = [
    (
        Facet::Rules,
        Tab {
            key: "rules",
            name: "Rules",
        },
    ),
    (
        Facet::Computed,
        Tab {
            key: "computed",
            name: "Computed",
        },
    ),
    (
        Facet::Boxes,
        Tab {
            key: "boxes",
            name: "Box",
        },
    ),
    (
        Facet::Listeners,
        Tab {
            key: "listeners",
            name: "Listeners",
        },
    ),
    (
        Facet::Properties,
        Tab {
            key: "properties",
            name: "Properties",
        },
    ),
];

/// The tabs and what the chosen one tells.
#[component]
pub(super) fn Details(shown: Memo<Arc<Shown>>) -> impl IntoView {
    let Stores { elements, .. } = expect_context();
    let subject = Memo::new(move |last: Option<&Option<Subject>>| {
        shown.with(|shown| match shown.is_stale {
            // What was told stays until the next moment's document is here.
            true => last.cloned().flatten(),
            false => subject(elements, shown),
        })
    });
    let key = move || {
        let facet = elements.facet();
        TABS.iter()
            .find(|(other, _)| *other == facet)
            .map_or("", |(_, tab)| tab.key)
    };
    let choose = move |key: &'static str| {
        if let Some((facet, _)) = TABS.iter().find(|(_, tab)| tab.key == key) {
            elements.set_facet(*facet);
        }
    };
    let has_subject = Memo::new(move |_| subject.with(Option::is_some));
    let body = move || {
        if !has_subject.get() {
            return view! { <NoNode/> }.into_any();
        }
        match elements.facet() {
            Facet::Rules => view! { <facets::Rules subject=subject/> }.into_any(),
            Facet::Computed => view! { <facets::Computed subject=subject/> }.into_any(),
            Facet::Boxes => view! { <facets::Boxes subject=subject/> }.into_any(),
            Facet::Listeners => view! { <facets::ListenerList subject=subject/> }.into_any(),
            Facet::Properties => view! { <facets::Properties subject=subject/> }.into_any(),
        }
    };
    view! {
        <Tabs
            id="elements-facet"
            label="What is known of the node"
            tabs=Signal::derive(|| TABS.iter().map(|(_, tab)| *tab).collect())
            chosen=Signal::derive(key)
            on_choose=choose
        />
        <div
            class="ph-elements__facet"
            role="tabpanel"
            id="elements-facet-panel"
            aria-labelledby=move || format!("elements-facet-{}", key())
            data-testid="elements-facet"
        >
            {body}
        </div>
    }
}

/// Why nothing is told.
#[component]
fn NoNode() -> impl IntoView {
    let Stores { elements, .. } = expect_context();
    let text = move || match elements.chosen_label() {
        Some(label) => format!(
            "{label} is not in the document at this moment, or stands elsewhere. It is shown again where it stood."
        ),
        None => "Choose a node in the document, or pick an element on the picture.".to_owned(),
    };
    view! { <EmptyState icon=Icon::Tree title="" text=Signal::derive(text)/> }
}

fn subject(elements: ElementStore, shown: &Shown) -> Option<Subject> {
    let row = elements.chosen_row(shown)?;
    let rows = &shown.rows;
    let info = rows.infos.get(row)?;
    let element = element_of(rows, row);
    let path = element
        .and_then(|element| rows.row_of(&element.id))
        .map(|row| rows.path(row));
    let above = path.unwrap_or_default().into_iter().rev().skip(1);
    let above = above.filter_map(|row| {
        let info = rows.infos.get(row)?;
        info.is_element.then(|| (info.id.clone(), info.label.clone()))
    });
    Some(Subject {
        pause_id: shown.pause_id.clone()?,
        node: info.id.clone(),
        label: info.label.clone(),
        element: element.map(|element| (element.id.clone(), element.label.clone())),
        above: above.collect(),
        document: elements.document(shown),
    })
}
