//! The components in a real browser: what they draw, what they report, what a keyboard and a reader meet.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "web/code_input.rs"]
mod code_input;
#[path = "web/console.rs"]
mod console;
#[path = "web/json_tree.rs"]
mod json_tree;
#[path = "web/list.rs"]
mod list;
#[path = "web/picture.rs"]
mod picture;
#[path = "web/steps.rs"]
mod steps;
#[path = "web/table.rs"]
mod table;
#[path = "web/timeline.rs"]
mod timeline;
#[path = "web/transport.rs"]
mod transport;

use std::sync::Arc;

use components::{
    primitives::{
        button::IconButton,
        dialog::Dialog,
        icon::Icon,
        splitter::{SplitAxis, Splitter},
        tabs::{Tab, Tabs},
        virtual_list::{ListKind, Reveal, RowLayout, RowView, VirtualList},
    },
    source::{Language, SourceMark, SourceText, SourceView},
    stack::{StackFrame, StackRow, StackView},
    tree::{Branch, TreeRow, TreeView},
};
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

/// A stage of 800 by 400 pixels that is taken away after the test.
struct Stage<U: Mountable> {
    root: HtmlElement,
    _handle: leptos::mount::UnmountHandle<U>,
}

fn stage<F, V>(view: F) -> Stage<V::State>
where
    F: FnOnce() -> V + 'static,
    V: IntoView + 'static,
    V::State: 'static,
{
    components::styles::install(&[include_str!("../src/styles/base.css")]).unwrap();
    let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    for (name, value) in [("width", "800px"), ("height", "400px"), ("position", "relative")] {
        root.style().set_property(name, value).unwrap();
    }
    document().body().unwrap().append_child(&root).unwrap();
    Stage {
        _handle: mount_to(root.clone(), view),
        root,
    }
}

impl<U: Mountable> Drop for Stage<U> {
    fn drop(&mut self) {
        self.root.remove();
    }
}

impl<U: Mountable> Stage<U> {
    fn one(&self, selector: &str) -> HtmlElement {
        let found = self.root.query_selector(selector).unwrap();
        found
            .unwrap_or_else(|| {
                panic!(
                    "no {selector} in {}",
                    self.root.text_content().unwrap_or_default()
                )
            })
            .unchecked_into()
    }

    fn all(&self, selector: &str) -> Vec<Element> {
        let list = self.root.query_selector_all(selector).unwrap();
        (0..list.length())
            .filter_map(|index| list.item(index)?.dyn_into().ok())
            .collect()
    }

    fn texts(&self, selector: &str) -> Vec<String> {
        self.all(selector)
            .iter()
            .map(|element| element.text_content().unwrap_or_default())
            .collect()
    }

    fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.one(selector).get_attribute(name)
    }
}

/// Until effects have run and sizes have been observed: two frames.
async fn settle() {
    for _ in 0..2 {
        let frame = js_sys::Promise::new(&mut |done, _| {
            window().request_animation_frame(&done).unwrap();
        });
        JsFuture::from(frame).await.unwrap();
    }
    leptos::task::tick().await;
}

fn press(element: &Element, key: &str) -> bool {
    let init = web_sys::KeyboardEventInit::new();
    init.set_key(key);
    init.set_bubbles(true);
    init.set_cancelable(true);
    let event = web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
    !element.dispatch_event(&event).unwrap()
}

/// A pointer event so many pixels from the left edge of an element.
fn point(element: &Element, kind: &str, x: f64) {
    let init = web_sys::PointerEventInit::new();
    init.set_client_x((element.get_bounding_client_rect().left() + x) as i32);
    init.set_bubbles(true);
    let event = web_sys::PointerEvent::new_with_event_init_dict(kind, &init).unwrap();
    element.dispatch_event(&event).unwrap();
}

fn log<T: Clone + Send + Sync + 'static>() -> (RwSignal<Vec<T>>, Callback<T>) {
    let log = RwSignal::new(Vec::new());
    (log, Callback::new(move |item| log.update(|log| log.push(item))))
}

#[wasm_bindgen_test]
async fn a_list_of_a_million_keeps_few_rows_and_reaches_all() {
    let reveal = RwSignal::new(None);
    let row: RowView =
        Arc::new(|index, id| view! { <p id=id role="option" aria-selected="false">{index}</p> }.into_any());
    let stage = stage(move || {
        view! {
            <VirtualList
                id="rows"
                label="Rows"
                kind=ListKind::Listbox
                layout=RowLayout::Uniform { n_rows: 1_000_000, row_px: 20.0 }
                row=row
                reveal=reveal
            />
        }
    });
    settle().await;
    assert!(
        (20..60).contains(&stage.all("p").len()),
        "{}",
        stage.all("p").len()
    );
    reveal.set(Some(Reveal::centered(777_777)));
    settle().await;
    settle().await;
    assert!(stage.texts("p").contains(&"777777".to_owned()));
    assert!(stage.all("p").len() < 60);
}

fn bubbling() -> web_sys::EventInit {
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    init
}

#[wasm_bindgen_test]
async fn the_tree_opens_and_moves_with_the_arrows() {
    let (toggled, on_toggle) = log::<usize>();
    let row = |depth, name: &str, branch| TreeRow {
        depth,
        name: name.to_owned(),
        branch,
        position: 1,
        n_siblings: 1,
        ..TreeRow::default()
    };
    let rows: Arc<[TreeRow]> = [
        row(0, "Local", Branch::Open),
        row(1, "todo", Branch::Closed),
        row(1, "n", Branch::Leaf),
    ]
    .into();
    let stage = stage(move || view! { <TreeView id="tree" label="Scopes" rows=rows on_toggle=on_toggle/> });
    settle().await;
    assert_eq!(stage.attribute("#tree-1", "aria-level").as_deref(), Some("2"));
    assert_eq!(
        stage.attribute("#tree-1", "aria-expanded").as_deref(),
        Some("false")
    );
    assert_eq!(stage.attribute("#tree-2", "aria-expanded"), None);
    let tree = stage.one("[role=tree]");
    for key in ["ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"] {
        press(&tree, key);
    }
    settle().await;
    assert_eq!(
        toggled.get_untracked(),
        [1, 0],
        "right went in and opened; left went out and closed"
    );
}

#[wasm_bindgen_test]
async fn the_stack_selects() {
    let (selected, on_select) = log::<usize>();
    let frame = |name: &str| StackRow::Frame {
        frame: StackFrame {
            name: name.to_owned(),
            location: "app.js:1".to_owned(),
            ..StackFrame::default()
        },
        is_selected: name == "add",
        is_past: false,
    };
    let rows: Arc<[StackRow]> = [frame("add"), frame("submit")].into();
    let stage = stage(move || view! { <StackView rows=rows on_select=on_select/> });
    settle().await;
    assert_eq!(stage.texts(".ph-frame__name"), ["add", "submit"]);
    press(&stage.one("[role=listbox]"), "ArrowDown");
    assert_eq!(selected.get_untracked(), [1]);
}

#[wasm_bindgen_test]
async fn the_source_shows_the_line_and_the_place_in_it() {
    let code: String = (1..=500).map(|line| format!("call{line}(a); // <i>\n")).collect();
    let text = Arc::new(SourceText::new(code.into(), Language::Script));
    let stage = stage(
        move || view! { <SourceView text=text mark=Some(SourceMark { line: 300, column: 8, is_top: true })/> },
    );
    settle().await;
    settle().await;
    assert_eq!(stage.texts(".ph-line--marked .ph-line__number"), ["300"]);
    assert_eq!(stage.texts(".ph-line--marked .ph-code--marked"), ["a"]);
    assert_eq!(stage.texts(".ph-line--marked .ph-code--comment"), ["// <i>"]);
    let (line, window) = (
        stage.one(".ph-line--marked").get_bounding_client_rect(),
        stage.one("#source").get_bounding_client_rect(),
    );
    assert!(
        line.top() > window.top() && line.bottom() < window.bottom(),
        "the line is in sight"
    );
}

#[wasm_bindgen_test]
async fn tabs_move_with_the_arrows_and_take_the_focus_along() {
    const TABS: &[Tab] = &[Tab { key: "a", name: "A" }, Tab { key: "b", name: "B" }];
    let chosen = RwSignal::new("a");
    let stage = stage(
        move || view! { <Tabs id="t" label="Panels" tabs=TABS.to_vec() chosen=chosen on_choose=move |key| chosen.set(key)/> },
    );
    press(&stage.one("#t-a"), "ArrowLeft");
    settle().await;
    assert_eq!(chosen.get_untracked(), "b");
    assert_eq!(document().active_element().unwrap().id(), "t-b");
    assert_eq!(stage.attribute("#t-a", "tabindex").as_deref(), Some("-1"));
}

#[wasm_bindgen_test]
async fn a_disabled_icon_button_stays_in_reach_and_does_nothing() {
    let (presses, on_press) = log::<()>();
    let is_enabled = RwSignal::new(false);
    let stage = stage(move || {
        view! { <IconButton icon=Icon::StepOut label="Step out" key_hint="F11" enabled=is_enabled on_press=move |_| on_press.run(())/> }
    });
    let button = stage.one("button");
    button.click();
    is_enabled.set(true);
    settle().await;
    button.click();
    assert_eq!(presses.get_untracked().len(), 1);
    assert_eq!(button.get_attribute("title").as_deref(), Some("Step out (F11)"));
}

#[wasm_bindgen_test]
async fn the_splitter_resizes_by_keyboard() {
    let (shares, on_resize) = log::<f64>();
    let stage =
        stage(move || view! { <Splitter label="Width" axis=SplitAxis::Row share=0.5 on_resize=on_resize/> });
    press(&stage.one("[role=separator]"), "ArrowRight");
    press(&stage.one("[role=separator]"), "ArrowUp");
    assert_eq!(shares.get_untracked(), [0.52]);
}

#[wasm_bindgen_test]
async fn the_dialog_opens_and_closes() {
    let is_open = RwSignal::new(false);
    let stage = stage(
        move || view! { <Dialog title="Help" is_open=is_open on_close=move |()| is_open.set(false)>"text"</Dialog> },
    );
    let dialog: web_sys::HtmlDialogElement = stage.one("dialog").unchecked_into();
    settle().await;
    assert!(!dialog.open());
    is_open.set(true);
    settle().await;
    assert!(dialog.open());
    stage.one("button").click();
    settle().await;
    assert!(!dialog.open() && !is_open.get_untracked());
}

#[wasm_bindgen_test]
async fn nothing_sets_style_attributes_that_a_strict_policy_forbids() {
    let blocked = js_sys::Array::new();
    let seen = blocked.clone();
    let listener = wasm_bindgen::closure::Closure::<dyn FnMut(JsValue)>::new(move |event| {
        seen.push(&event);
    });
    document()
        .add_event_listener_with_callback("securitypolicyviolation", listener.as_ref().unchecked_ref())
        .unwrap();
    let meta = document().create_element("meta").unwrap();
    meta.set_attribute("http-equiv", "Content-Security-Policy")
        .unwrap();
    meta.set_attribute("content", "style-src 'self'").unwrap();
    document().head().unwrap().append_child(&meta).unwrap();
    let row = TreeRow {
        depth: 3,
        name: "deep".to_owned(),
        ..TreeRow::default()
    };
    let rows: Arc<[TreeRow]> = [row].into();
    let stage = stage(move || view! { <TreeView id="strict" label="Tree" rows=rows on_toggle=|_| {}/> });
    settle().await;
    assert_eq!(blocked.length(), 0, "a style was blocked");
    assert_eq!(
        stage
            .one("#strict-0")
            .style()
            .get_property_value("padding-inline-start")
            .unwrap(),
        "50px"
    );
}
