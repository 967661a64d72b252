//! A menu: under a button, or where the other button of the mouse (or the menu key) was pressed.
//!
//! It takes the focus and gives it back; arrows, Home, End and first letters move in it; Escape, Tab and a press elsewhere
//! close it.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::icon::{Icon, IconView};

mod types;
pub use types::{MenuItem, MenuPlace};
pub mod demo;

/// A menu that is open while `place` says where.
#[component]
pub fn Menu(
    /// What it is for, for those who do not see it.
    #[prop(into)]
    label: Signal<String>,
    /// Where it stands; it closes itself by setting None.
    place: RwSignal<Option<MenuPlace>>,
    /// What it offers, made anew each time it opens.
    #[prop(into)]
    items: Callback<(), Vec<MenuItem>>,
) -> impl IntoView {
    move || {
        place
            .get()
            .map(|at| view! { <OpenMenu label=label place=place at=at items=items.run(())/> })
    }
}

/// A square button that opens a menu below itself.
#[component]
pub fn MenuButton(
    /// What it shows.
    #[prop(into)]
    icon: Signal<Icon>,
    /// What the menu is for: read aloud, and shown when pointed at.
    #[prop(into)]
    label: Signal<String>,
    /// What it offers, made anew each time it opens.
    #[prop(into)]
    items: Callback<(), Vec<MenuItem>>,
) -> impl IntoView {
    let place = RwSignal::new(None::<MenuPlace>);
    let button = NodeRef::<html::Button>::new();
    let on_click = move |_| {
        let below = button.get_untracked().map(|button| MenuPlace::below(&button));
        place.set(below);
    };
    view! {
        <button
            type="button"
            class="ph-button ph-button--icon"
            node_ref=button
            aria-haspopup="menu"
            aria-expanded=move || if place.get().is_some() { "true" } else { "false" }
            aria-label=move || label.get()
            title=move || label.get()
            on:click=on_click
        >
            <IconView icon=icon/>
        </button>
        <Menu label=label place=place items=items/>
    }
}

#[component]
fn OpenMenu(
    label: Signal<String>,
    place: RwSignal<Option<MenuPlace>>,
    at: MenuPlace,
    items: Vec<MenuItem>,
) -> impl IntoView {
    let menu = NodeRef::<html::Div>::new();
    let before = StoredValue::new_local(focused());
    let corner = RwSignal::new(at);
    let close = move || {
        if let Some(element) = before.try_get_value().flatten() {
            // Focus is refused only by elements that have left the page.
            element.focus().ok();
        }
        place.try_set(None);
    };
    menu.on_load(move |menu| {
        let (width, height) = (f64::from(menu.offset_width()), f64::from(menu.offset_height()));
        let fits = |window: Result<wasm_bindgen::JsValue, _>, at: f64, size: f64| {
            let room = window.ok().and_then(|value| value.as_f64()).unwrap_or(f64::MAX);
            at.min(room - size - 4.0).max(4.0)
        };
        corner.set(MenuPlace {
            x: fits(window().inner_width(), at.x, width),
            y: fits(window().inner_height(), at.y, height),
        });
        focus_item(&menu, 0);
    });
    let on_keydown = move |event: KeyboardEvent| {
        let Some(menu) = menu.get_untracked() else { return };
        let names: Vec<String> = items_of(&menu)
            .iter()
            .map(|item| item.text_content().unwrap_or_default())
            .collect();
        let now = items_of(&menu)
            .iter()
            .position(|item| focused().is_some_and(|focused| focused.is_same_node(Some(item))));
        event.stop_propagation();
        let Some(next) = next_item(&event.key(), now, &names) else {
            if matches!(event.key().as_str(), "Escape" | "Tab") {
                event.prevent_default();
                close();
            }
            return;
        };
        event.prevent_default();
        focus_item(&menu, next);
    };
    let rows = items
        .into_iter()
        .map(|item| view! { <Row item=item on_choose=Callback::new(move |()| close())/> })
        .collect_view();
    view! {
        <div class="ph-menu-back" on:pointerdown=move |_| close() on:contextmenu=move |event| { event.prevent_default(); close(); }></div>
        <div
            class="ph-menu"
            role="menu"
            data-testid="menu"
            node_ref=menu
            aria-label=move || label.get()
            style:left=move || format!("{}px", corner.get().x)
            style:top=move || format!("{}px", corner.get().y)
            on:keydown=on_keydown
        >
            {rows}
        </div>
    }
}

#[component]
fn Row(item: MenuItem, on_choose: Callback<()>) -> impl IntoView {
    let MenuItem {
        name,
        hint,
        is_enabled,
        is_checked,
        begins_group,
        drawing,
        stays_open,
        on_choose: act,
    } = item;
    let is_checked = RwSignal::new(is_checked);
    let role = if is_checked.get_untracked().is_some() {
        "menuitemcheckbox"
    } else {
        "menuitem"
    };
    view! {
        {begins_group.then(|| view! { <div class="ph-menu__line" role="separator"></div> })}
        <button
            type="button"
            class="ph-menu__item"
            role=role
            tabindex="-1"
            aria-disabled=(!is_enabled).then_some("true")
            aria-checked=move || is_checked.get().map(|is_checked| if is_checked { "true" } else { "false" })
            on:click=move |_| {
                if is_enabled && stays_open {
                    is_checked.update(|is_checked| *is_checked = is_checked.map(|is_checked| !is_checked));
                    act.run(());
                } else if is_enabled {
                    // First the focus goes back, so that what is done may move it on.
                    on_choose.run(());
                    act.run(());
                }
            }
        >
            <span class="ph-menu__check">
                {move || (is_checked.get() == Some(true)).then(|| view! { <IconView icon=Icon::Check/> })}
            </span>
            {drawing.map(|drawing| drawing.run())}
            <span class="ph-menu__name">{name}</span>
            <span class="ph-menu__hint">{hint}</span>
        </button>
    }
}

/// The index that a key leads to, around the ends; None for keys that do not move.
fn next_item(key: &str, now: Option<usize>, names: &[String]) -> Option<usize> {
    let n = names.len();
    if n == 0 {
        return None;
    }
    match key {
        "ArrowDown" => Some(now.map_or(0, |now| (now + 1) % n)),
        "ArrowUp" => Some(now.map_or(n - 1, |now| (now + n - 1) % n)),
        "Home" => Some(0),
        "End" => Some(n - 1),
        " " => None,
        key if key.chars().count() == 1 => {
            let from = now.map_or(0, |now| now + 1);
            let begins = |at: &usize| {
                names[*at]
                    .to_ascii_lowercase()
                    .starts_with(&key.to_ascii_lowercase())
            };
            (from..n).chain(0..from).find(begins)
        }
        _ => None,
    }
}

fn items_of(menu: &Element) -> Vec<HtmlElement> {
    let found = menu.get_elements_by_class_name("ph-menu__item");
    (0..found.length())
        .filter_map(|at| found.item(at)?.dyn_into().ok())
        .collect()
}

fn focus_item(menu: &Element, index: usize) {
    if let Some(item) = items_of(menu).get(index) {
        // Focus is refused only by elements that have left the page.
        item.focus().ok();
    }
}

fn focused() -> Option<HtmlElement> {
    document().active_element()?.dyn_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_move_around_the_ends_and_to_first_letters() {
        let names = ["Copy", "Cut", "Paste"].map(str::to_owned);
        let next = |key, now| next_item(key, now, &names);
        assert_eq!(next("ArrowDown", None), Some(0));
        assert_eq!(next("ArrowDown", Some(2)), Some(0));
        assert_eq!(next("ArrowUp", Some(0)), Some(2));
        assert_eq!(next("End", Some(0)), Some(2));
        assert_eq!(next("c", Some(0)), Some(1));
        assert_eq!(next("c", Some(1)), Some(0));
        assert_eq!(next("x", Some(1)), None);
        assert_eq!(next("F1", Some(1)), None);
        assert_eq!(next_item("End", None, &[]), None);
    }
}
