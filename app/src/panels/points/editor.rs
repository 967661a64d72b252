//! The editor of one print statement or breakpoint, wired to the store.

use components::{code_input::Edit, point_editor::PointEditor};
use leptos::prelude::*;

use super::{check, hits_shown, offers, place_words};
use crate::{
    logic::points::{BADGES, PointKind},
    stores::Stores,
};

/// The editor of a point.
pub(super) fn view(stores: Stores, id: u32) -> AnyView {
    let points = stores.points;
    let Some(first) = untrack(|| points.point(id)) else {
        return ().into_any();
    };
    let point = Memo::new(move |_| points.point(id).unwrap_or_default());
    let is_print = first.kind == PointKind::Print;
    let content = is_print.then(|| RwSignal::new(first.content.clone()));
    let condition = RwSignal::new(first.condition.clone());
    let is_changed = Memo::new(move |_| {
        point.with(|point| {
            content.is_some_and(|content| content.with(|content| *content != point.content))
                || condition.with(|condition| *condition != point.condition)
        })
    });
    let apply = move |()| {
        let content = content.map(|content| content.get_untracked()).unwrap_or_default();
        let condition = condition.get_untracked();
        let is_whole = |text: &String| text.trim().is_empty() || check(text).is_none();
        // What is wrong is said below its field once Enter is pressed there.
        if is_whole(&content) && is_whole(&condition) {
            points.change(stores, id, |point| {
                point.content = content;
                point.condition = condition;
            });
        }
    };
    let word = if is_print { "Print statement" } else { "Breakpoint" };
    view! {
        <PointEditor
            id=format!("point-{id}")
            label=format!("{word} at {}", untrack(|| place_words(stores, &first)))
            content=content
            condition=condition
            offers=offers(stores)
            on_edit=move |edit: Edit| stores.console.complete(&edit.text, edit.cursor)
            check=|text: String| check(&text)
            is_changed=is_changed
            on_apply=apply
            badges=BADGES
            badge=Signal::derive(move || point.with(|point| point.badge.clone()))
            on_badge=move |badge: String| points.change(stores, id, |point| point.badge = badge)
            is_enabled=Signal::derive(move || point.with(|point| point.is_enabled))
            on_enable=move |is_enabled: bool| points.change(stores, id, |point| point.is_enabled = is_enabled)
            hits=Memo::new(move |_| hits_shown(stores, id))
            on_hit=move |is_forward: bool| points.go_to_hit(stores, id, is_forward)
            on_more=move |()| points.more(stores, id)
            on_delete=move |()| points.remove(stores, id)
            on_close=move |()| points.edit(id, false)
            takes_focus=points.take_focus(id)
        />
    }
    .into_any()
}
