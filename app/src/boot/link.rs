//! The address bar: it says what is looked at, and leads back to it.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::{
    logic::{layout::Panel, place},
    shell::commands::Page,
    stores::{Stores, preferences::PreferenceStore},
    url::{self, Link},
};

/// While time runs the address follows only this often: browsers limit how often it may change.
const WHILE_PLAYING_MS: f64 = 1_000.0;

/// What the address says now.
pub(super) fn current() -> Link {
    let link = Link::parse(&search());
    match path_id() {
        None => link.at_home(),
        Some(_) => link,
    }
}

/// The id of the recording that the address shows; empty if it says none.
pub(super) fn recording_id() -> String {
    let segment = path_id().or(current().recording).unwrap_or_default();
    url::recording_id(&segment).as_str().to_owned()
}

/// What the path says of a recording, if it does.
fn path_id() -> Option<String> {
    let path = window().location().pathname().ok()?;
    path.split_once("recording/")
        .map(|(_, segment)| segment.to_owned())
}

/// Does what a link asks for, or the address if there is none, and says what of it cannot be done.
pub(super) fn open(stores: Stores, preferences: PreferenceStore, link: Option<Link>) -> Link {
    let (link, problems) = match link {
        Some(link) => (link, Vec::new()),
        None => Link::read(&search()),
    };
    problems
        .into_iter()
        .for_each(|problem| stores.visit.tell(problem));
    for key in &link.panels {
        match Panel::of_link(key) {
            Some(panels) => panels.iter().for_each(|panel| preferences.show_panel(*panel)),
            None => stores
                .visit
                .tell(format!("The link's panel, “{key}”, is none of this viewer's.")),
        }
    }
    if let Some(focus) = link.focus.clone() {
        stores.focus.visit(focus);
    }
    stores.visit(&link);
    link
}

/// Counts of the moves that a person made: each is a step of the browser's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Turns {
    moment: u32,
    frame: u32,
    source: u32,
}

/// Keeps the address and what is looked at the same, in both directions. Moves of a person are steps of the browser's
/// history; what happens by itself, and what only changes how the page looks, changes the step it is in.
pub(super) fn follow(stores: Stores, preferences: PreferenceStore, is_narrow: Signal<bool>, opened: Link) {
    let opened = StoredValue::new(opened);
    Effect::new(move |before: Option<Turns>| {
        let moment = stores.timeline.moment().get();
        let turns = Turns {
            moment: moment.turn,
            frame: stores.visit.turn().get(),
            source: stores.sources.chosen().get().turn,
        };
        let link = now(stores, preferences, is_narrow, opened.get_value());
        let written_ms = current().time_ms;
        let is_far = written_ms.is_none_or(|written| (written - moment.time_ms).abs() >= WHILE_PLAYING_MS);
        let is_new_turn = before.is_some_and(|before| before.moment != turns.moment);
        let is_passing = stores.timeline.is_playing().get() && !is_far && !is_new_turn;
        let is_nowhere = moment.turn == 0 && moment.point.is_none();
        if moment.is_dragged || is_passing || is_nowhere {
            return before.unwrap_or(turns);
        }
        // Frames that are gone through are one step together: what was before any of them is one press away.
        let is_next_frame =
            before.is_some_and(|before| before.frame != turns.frame && current().frame.is_none());
        let is_new_source = before.is_some_and(|before| before.source != turns.source);
        write(&link, is_new_turn || is_next_frame || is_new_source);
        turns
    });
    let back = window_event_listener_untyped("popstate", move |_| stores.visit(&current()));
    on_cleanup(move || back.remove());
}

/// What there is to say of the page, tracked; beside what it was opened with and nobody has changed.
fn now(stores: Stores, preferences: PreferenceStore, is_narrow: Signal<bool>, opened: Link) -> Link {
    let moment = stores.timeline.moment().get();
    let pause = stores.pause.current();
    let is_shown =
        moment.point.is_some() && pause.as_ref().and_then(client::Pause::point) == moment.point.as_ref();
    let frame = match (&moment.point, is_shown) {
        (_, true) => Some(stores.pause.selected().get()),
        (Some(point), false) => stores.visit.awaited_frame(point),
        (None, false) => None,
    };
    let arrangement = preferences.arrangement();
    let panels = match is_narrow.get() {
        true => {
            let panel = Panel::of_key(&preferences.panel().get());
            panel
                .filter(|panel| *panel != Panel::Console)
                .into_iter()
                .collect()
        }
        false => arrangement.with(|arrangement| arrangement.seen_by_choice()),
    };
    Link {
        point: moment.point.clone(),
        time_ms: Some(moment.time_ms),
        frame: frame.filter(|frame| *frame > 0),
        source: source(stores),
        focus: stores
            .focus
            .window()
            .with(|window| window.as_ref().map(url::Focus::from)),
        panels: panels.into_iter().map(|panel| panel.key().to_owned()).collect(),
        ..opened
    }
}

/// The place in a source that is shown because somebody chose it, and not where the frame stands.
fn source(stores: Stores) -> Option<url::Place> {
    let awaited = stores.visit.awaited_source().get();
    let shown = stores
        .sources
        .shown()
        .get()
        .filter(|_| stores.sources.chosen().get().is_own);
    let stands = stores
        .pause
        .frame()
        .and_then(|frame| stores.sources.preferred(&frame.location));
    match (awaited, shown) {
        (Some(awaited), _) => Some(awaited),
        (None, Some(shown)) if stands.as_ref() != Some(&shown) => place_of(stores, &shown),
        (None, _) => None,
    }
}

/// How a link says a place in a source, tracked.
fn place_of(stores: Stores, location: &wire::debugger::Location) -> Option<url::Place> {
    let all = stores.sources.all().get();
    let source = all.iter().find(|source| source.source_id == location.source_id)?;
    Some(url::Place {
        name: place::link_name(source, &all),
        line: (location.line > 0).then_some(location.line),
        column: (location.column > 0).then_some(location.column + 1),
    })
}

/// The link to what is looked at on a page now, tracked; in it nothing of the link that the page was opened with that it did not
/// do itself.
pub(crate) fn of_page(page: Page) -> Link {
    now(page.stores, page.preferences, page.is_narrow, Link::default())
}

/// The whole address, to be given to somebody else.
pub(super) fn href() -> String {
    window().location().href().unwrap_or_default()
}

fn write(link: &Link, is_new_step: bool) {
    let query = link.write();
    if query == search() {
        return;
    }
    let Ok(history) = window().history() else { return };
    let address = format!("{}{query}", window().location().pathname().unwrap_or_default());
    let written = match is_new_step {
        true => history.push_state_with_url(&JsValue::NULL, "", Some(&address)),
        false => history.replace_state_with_url(&JsValue::NULL, "", Some(&address)),
    };
    // Browsers refuse when the address changes too often; the next change writes it.
    written.ok();
}

fn search() -> String {
    window().location().search().unwrap_or_default()
}
