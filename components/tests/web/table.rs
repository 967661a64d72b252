//! The table: rows chosen by keyboard and mouse, sorted by column, left out where there is no room.

use components::table::{Cell, CellTone, Column, Sort, Table, TableRow, TableRows};

use super::*;

const COLUMNS: &[Column] = &[
    Column::new("name", "Name", "minmax(120px, 1fr)"),
    Column::new("size", "Size", "80px").at_end(),
    Column::new("type", "Type", "80px").from_px(600.0).unsorted(),
];

fn rows(n_rows: usize) -> TableRows {
    let row = |index: usize| TableRow {
        cells: vec![
            Cell::text(format!("<b>file {index}</b>")).tone(CellTone::Link),
            Cell::text(index.to_string()),
            Cell::text("script"),
        ],
        order: index,
        is_bad: index == 1,
        is_dim: false,
    };
    TableRows {
        n_rows,
        row: Arc::new(row),
    }
}

#[wasm_bindgen_test]
async fn rows_are_chosen_by_keyboard_and_mouse() {
    let active = RwSignal::new(None::<usize>);
    let (chosen, on_choose) = log::<usize>();
    let (linked, on_link) = log::<usize>();
    let (keys, on_keys) = log::<(String, usize)>();
    let stage = stage(move || {
        view! {
            <Table
                id="files"
                label="Files"
                columns=COLUMNS
                rows=Signal::stored(rows(100_000))
                n_before=2
                active=active
                on_active=move |row| active.set(Some(row))
                on_choose=on_choose
                on_link=on_link
                on_key=move |key| { on_keys.run(key); true }
            />
        }
    });
    settle().await;
    settle().await;
    let grid = stage.one("[role=grid]");
    assert!(
        stage.all("[role=row]").len() < 60,
        "only what is in sight is there"
    );
    assert!(stage.all("[role=row] b").is_empty(), "recorded text is text");
    assert_eq!(stage.texts("[role=columnheader]"), ["Name", "Size", "Type"]);
    assert!(!stage.one("#files-1").class_name().contains("--after"));
    assert!(
        stage
            .one("#files-2")
            .class_name()
            .contains("ph-table__row--after")
    );
    assert!(stage.one("#files-1").class_name().contains("ph-table__row--bad"));

    for key in [
        "ArrowDown",
        "ArrowDown",
        "PageDown",
        "Enter",
        "End",
        "Enter",
        "Home",
        "c",
    ] {
        assert!(press(&grid, key), "{key}");
        settle().await;
    }
    let rows_per_page = chosen.get_untracked()[0] - 1;
    assert!((8..20).contains(&rows_per_page), "{rows_per_page}");
    assert_eq!(chosen.get_untracked()[1], 99_999);
    assert_eq!(active.get_untracked(), Some(0));
    assert_eq!(
        grid.get_attribute("aria-activedescendant").as_deref(),
        Some("files-0")
    );
    assert_eq!(keys.get_untracked(), [("c".to_owned(), 0)]);

    stage.one("#files-3").click();
    settle().await;
    assert_eq!(
        stage.attribute("#files-3", "aria-selected").as_deref(),
        Some("true")
    );
    let twice = web_sys::MouseEvent::new("dblclick").unwrap();
    stage.one("#files-3").dispatch_event(&twice).unwrap();
    assert_eq!(chosen.get_untracked().last(), Some(&3));
    stage.one("#files-4 .ph-table__link").click();
    assert_eq!(linked.get_untracked(), [4]);
    // The active row stays under the headings, not behind them.
    press(&grid, "End");
    settle().await;
    press(&grid, "Home");
    settle().await;
    let (row, heading) = (
        stage.one("#files-0").get_bounding_client_rect(),
        stage.one(".ph-table__header").get_bounding_client_rect(),
    );
    assert!(row.top() >= heading.bottom() - 1.0);
}

#[wasm_bindgen_test]
async fn columns_sort_and_give_way() {
    let sort = RwSignal::new(None::<Sort>);
    let stage = stage(move || {
        view! {
            <Table
                id="sorted"
                label="Files"
                columns=COLUMNS
                rows=Signal::stored(rows(3))
                sort=sort
                on_sort=move |by| sort.set(by)
                active=None
                on_active=|_| {}
            />
        }
    });
    settle().await;
    let name = stage.one("button.ph-table__sort");
    let mut seen = Vec::new();
    for _ in 0..3 {
        name.click();
        settle().await;
        seen.push(stage.attribute("[role=columnheader]", "aria-sort"));
    }
    assert_eq!(
        seen.iter().map(Option::as_deref).collect::<Vec<_>>(),
        [Some("ascending"), Some("descending"), None]
    );
    assert_eq!(
        stage.all("button.ph-table__sort").len(),
        2,
        "not every column sorts"
    );

    stage.root.style().set_property("width", "400px").unwrap();
    settle().await;
    settle().await;
    assert_eq!(stage.texts("[role=columnheader]"), ["Name", "Size"]);
}
