//! The tree of a JSON text: opened by keyboard and mouse, exact, and nothing but text.

use components::json_tree::{Json, JsonTree};

use super::*;

const TEXT: &str =
    r#"{"id": 12345678901234567890, "title": "<b>milk</b>", "tags": ["a", ["deep"]], "none": {}}"#;

fn parsed(text: &str) -> Arc<Json> {
    Arc::new(Json::parse(text.into()).unwrap())
}

#[wasm_bindgen_test]
async fn json_opens_by_keyboard_and_mouse() {
    let json = RwSignal::new(parsed(TEXT));
    let stage = stage(move || view! { <JsonTree id="json" label="An answer" json=json/> });
    settle().await;
    let rows = || stage.texts("[role=treeitem]");
    let levels = || -> Vec<_> {
        let items = stage.all("[role=treeitem]");
        items
            .iter()
            .map(|item| item.get_attribute("aria-level").unwrap())
            .collect()
    };
    assert_eq!(levels(), ["1", "2", "2", "2", "2"], "{:?}", rows());
    assert!(
        rows()[1].contains("12345678901234567890"),
        "no digit is lost: {:?}",
        rows()
    );
    assert!(rows()[2].contains("<b>milk</b>") && stage.all("[role=treeitem] b").is_empty());

    let tree = stage.one("[role=tree]");
    for key in ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight"] {
        press(&tree, key);
        settle().await;
    }
    assert_eq!(levels(), ["1", "2", "2", "2", "3", "3", "2"], "{:?}", rows());
    assert_eq!(
        stage.attribute("#json-3", "aria-expanded").as_deref(),
        Some("true")
    );
    // In, on to the list in the list, and out again.
    for key in ["ArrowRight", "ArrowDown", "Enter"] {
        press(&tree, key);
        settle().await;
    }
    assert!(rows()[6].contains("deep"), "{:?}", rows());
    for key in ["ArrowLeft", "ArrowLeft", "ArrowLeft"] {
        press(&tree, key);
        settle().await;
    }
    assert_eq!(levels(), ["1", "2", "2", "2", "2"]);

    stage.one("#json-0").click();
    settle().await;
    assert_eq!(
        stage.attribute("#json-0", "aria-expanded").as_deref(),
        Some("false")
    );
    assert_eq!(rows().len(), 1);
    json.set(parsed("[1, 2]"));
    settle().await;
    assert_eq!(levels(), ["1", "2", "2"], "another text is open again");
}
