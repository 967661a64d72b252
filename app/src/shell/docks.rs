//! The docks: where panels stand, each dock a row of tabs above the panel that is seen.

use components::primitives::{
    icon::Icon,
    menu::{MenuButton, MenuItem},
    splitter::{SplitAxis, Splitter},
    tabs::{Tab, Tabs},
};
use leptos::prelude::*;

use super::panels;
use crate::{
    logic::layout::{Dock, Panel},
    stores::preferences::{PreferenceStore, Split},
};

/// How much room a part of the page takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    /// Its share.
    Open,
    /// That of its tabs.
    Folded,
    /// None: there is nothing in it.
    Gone,
}

/// Every dock, with lines between them that move.
#[component]
pub fn Docks() -> impl IntoView {
    let bottom = || {
        view! {
            <Pair split=Split::Bottom axis=SplitAxis::Row label="Width of the bottom middle" fronts=&[Dock::MidBottom] behinds=&[Dock::RightBottom]
                front=|| dock(Dock::MidBottom) behind=|| dock(Dock::RightBottom)/>
        }
        .into_any()
    };
    let left = || {
        view! {
            <Pair split=Split::LeftRows axis=SplitAxis::Column label="Height of the top left" fronts=&[Dock::LeftTop] behinds=&[Dock::LeftBottom]
                front=|| dock(Dock::LeftTop) behind=|| dock(Dock::LeftBottom)/>
        }
        .into_any()
    };
    let right = move || {
        view! {
            <Pair split=Split::RightRows axis=SplitAxis::Column label="Height of the top right" fronts=&[Dock::RightTop]
                behinds=&[Dock::MidBottom, Dock::RightBottom] front=|| dock(Dock::RightTop) behind=bottom/>
        }
        .into_any()
    };
    view! {
        <Pair split=Split::Columns axis=SplitAxis::Row label="Width of the left side" fronts=&[Dock::LeftTop, Dock::LeftBottom]
            behinds=&[Dock::RightTop, Dock::MidBottom, Dock::RightBottom] front=left behind=right/>
    }
}

fn dock(dock: Dock) -> AnyView {
    view! { <DockView dock=dock/> }.into_any()
}

/// Two places with a line between them. One that is empty leaves its room to the other, one that is folded all but its tabs.
#[component]
fn Pair(
    split: Split,
    axis: SplitAxis,
    label: &'static str,
    fronts: &'static [Dock],
    behinds: &'static [Dock],
    #[prop(into)] front: ViewFn,
    #[prop(into)] behind: ViewFn,
) -> impl IntoView {
    let preferences: PreferenceStore = expect_context();
    let share = preferences.share(split);
    let rooms = Memo::new(move |_| (room(preferences, fronts), room(preferences, behinds)));
    let class = match axis {
        SplitAxis::Row => "ph-split ph-split--row",
        SplitAxis::Column => "ph-split ph-split--column",
    };
    let is_fixed = move |room: Room| axis == SplitAxis::Column && room == Room::Folded;
    let basis = move || match rooms.get() {
        (front, _) if is_fixed(front) => "auto".to_owned(),
        (_, Room::Gone) => "100%".to_owned(),
        (_, behind) if is_fixed(behind) => "0%".to_owned(),
        _ => format!("{:.3}%", share.get() * 100.0),
    };
    let grows = move || is_fixed(rooms.get().1) && !is_fixed(rooms.get().0);
    let is_split = Memo::new(move |_| {
        rooms.get() == (Room::Open, Room::Open)
            || axis == SplitAxis::Row && {
                let (front, behind) = rooms.get();
                front != Room::Gone && behind != Room::Gone
            }
    });
    let has_front = Memo::new(move |_| rooms.get().0 != Room::Gone);
    let has_behind = Memo::new(move |_| rooms.get().1 != Room::Gone);
    view! {
        <div class=class>
            <Show when=move || has_front.get()>
                <div class="ph-split__front" class:ph-split__front--grows=grows style:flex-basis=basis>{front.run()}</div>
            </Show>
            <Show when=move || is_split.get()>
                <Splitter label=label axis=axis share=share on_resize=move |share| preferences.set_share(split, share)/>
            </Show>
            <Show when=move || has_behind.get()>
                <div class="ph-split__behind" class:ph-split__behind--fixed=grows>{behind.run()}</div>
            </Show>
        </div>
    }
}

fn room(preferences: PreferenceStore, docks: &[Dock]) -> Room {
    let arrangement = preferences.arrangement().get();
    let filled: Vec<_> = docks
        .iter()
        .map(|dock| arrangement.dock(*dock))
        .filter(|dock| dock.panels.iter().any(|panel| panels::is_there(*panel)))
        .collect();
    match filled.as_slice() {
        [] => Room::Gone,
        filled if filled.iter().all(|dock| dock.is_folded) => Room::Folded,
        _ => Room::Open,
    }
}

/// One dock.
#[component]
fn DockView(dock: Dock) -> impl IntoView {
    let preferences: PreferenceStore = expect_context();
    let stacked = preferences.dock(dock);
    let there = Memo::new(move |_| {
        let mut there = stacked.with(|stacked| stacked.panels.clone());
        there.retain(|panel| panels::is_there(*panel));
        there
    });
    let tabs = Memo::new(move |_| {
        let tab = |panel: &Panel| Tab {
            key: panel.key(),
            name: panel.name(),
        };
        there.with(|there| there.iter().map(tab).collect::<Vec<_>>())
    });
    let shown = Memo::new(move |_| {
        let wanted = stacked.with(|stacked| stacked.shown_panel());
        there.with(|there| {
            wanted
                .filter(|wanted| there.contains(wanted))
                .or(there.first().copied())
        })
    });
    let is_folded = Memo::new(move |_| stacked.with(|stacked| stacked.is_folded));
    let id = id_of(dock);
    let choose = move |key: &'static str| {
        if let Some(panel) = Panel::of_key(key) {
            preferences.show_panel(panel);
        }
    };
    let items = move |()| {
        shown
            .get_untracked()
            .map(|panel| arranging(preferences, panel, dock))
            .unwrap_or_default()
    };
    let body = move || {
        shown.get().filter(|_| !is_folded.get()).map(|panel| {
            view! {
                <div class="ph-dock__panel" role="tabpanel" id=format!("{id}-panel") aria-labelledby=format!("{id}-{}", panel.key()) data-panel=panel.key()>
                    {panels::view_of(panel)}
                </div>
            }
        })
    };
    view! {
        <div class="ph-dock ph-area" class:ph-dock--folded=move || is_folded.get() data-testid="dock">
            <div class="ph-dock__head">
                <Tabs
                    id=id
                    label=format!("Panels, {}", dock.name())
                    tabs=Signal::derive(move || tabs.get())
                    chosen=Signal::derive(move || shown.get().map_or("", Panel::key))
                    on_choose=choose
                />
                <MenuButton icon=Icon::More label=format!("Arrange the panels, {}", dock.name()) items=items/>
            </div>
            {body}
        </div>
    }
}

/// What can be done with where a panel stands.
fn arranging(preferences: PreferenceStore, panel: Panel, dock: Dock) -> Vec<MenuItem> {
    let name = panel.name();
    let is_folded = preferences.dock(dock).get_untracked().is_folded;
    let mut items = vec![
        MenuItem::new(if is_folded { "Unfold" } else { "Fold to tabs" }, move || {
            preferences.arrange(|all| all.fold(dock, !is_folded))
        }),
        MenuItem::new(format!("Move {name} left in its row"), move || {
            preferences.arrange(|all| all.shift(panel, false))
        })
        .group(),
        MenuItem::new(format!("Move {name} right in its row"), move || {
            preferences.arrange(|all| all.shift(panel, true))
        }),
    ];
    items.extend(
        Dock::ALL
            .into_iter()
            .filter(|other| *other != dock)
            .enumerate()
            .map(|(at, to)| {
                let item = MenuItem::new(format!("Move {name} to the {}", to.name()), move || {
                    preferences.arrange(|all| all.put(panel, to))
                });
                if at == 0 { item.group() } else { item }
            }),
    );
    items.push(MenuItem::new(format!("Hide {name}"), move || preferences.hide_panel(panel)).group());
    let hidden = preferences.arrangement().get_untracked().hidden().to_vec();
    items.extend(hidden.into_iter().map(|panel| {
        MenuItem::new(format!("Show {}", panel.name()), move || {
            preferences.show_panel(panel)
        })
    }));
    items
}

fn id_of(dock: Dock) -> &'static str {
    match dock {
        Dock::LeftTop => "left-top",
        Dock::LeftBottom => "left-bottom",
        Dock::RightTop => "right-top",
        Dock::MidBottom => "mid-bottom",
        Dock::RightBottom => "right-bottom",
    }
}
