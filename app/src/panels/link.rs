//! Links that panels offer: the page's address, leading elsewhere.

use leptos::prelude::*;
use wire::debugger::Location;

use crate::{
    logic::place,
    stores::Stores,
    url::{self, Link, Place},
};

/// The page's whole address with its link changed.
pub(crate) fn address(change: impl FnOnce(Link) -> Link) -> String {
    whole(&change(of_page()))
}

/// What the page's address says.
pub(crate) fn of_page() -> Link {
    Link::parse(&window().location().search().unwrap_or_default())
}

/// A link as a whole address, of the page that is shown. A secret of the page's own fragment is no part of it.
pub(crate) fn whole(link: &Link) -> String {
    let location = window().location();
    let (origin, path) = (
        location.origin().unwrap_or_default(),
        location.pathname().unwrap_or_default(),
    );
    format!("{origin}{path}{}", link.write())
}

/// A link as a whole address, of a recording on the server that the page came from.
pub(crate) fn of_recording(id: &str, link: &Link) -> String {
    let origin = window().location().origin().unwrap_or_default();
    format!("{origin}{}recording/{id}{}", url::home(), link.write())
}

/// The address of a line of a source, at the moment.
pub(crate) fn of_line(stores: Stores, at: &Location) -> String {
    let all = stores.sources.all().get_untracked();
    let source = all.iter().find(|source| source.source_id == at.source_id);
    let place = source.map(|source| Place {
        name: place::link_name(source, &all),
        line: Some(at.line),
        column: None,
    });
    address(|link| Link {
        source: place,
        ..link
    })
}
