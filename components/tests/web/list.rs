//! The list of any length: rows beyond what a browser's elements can hold, and what stays in sight while rows change.

use super::*;

const ROW_PX: f64 = 25.0;

fn numbered(role: &'static str) -> RowView {
    Arc::new(move |index, id| {
        view! { <p id=id role=role aria-selected="false" style:margin="0">{index}</p> }.into_any()
    })
}

/// The rows of which something is to be seen, and how far the first is below the upper edge.
fn in_sight<U: Mountable>(stage: &Stage<U>) -> (Vec<usize>, f64) {
    let window = stage.one("[role=listbox]").get_bounding_client_rect();
    let mut rows: Vec<(usize, f64)> = stage
        .all(".ph-list__slot")
        .iter()
        .map(|slot| (slot.get_bounding_client_rect(), slot.text_content().unwrap()))
        .filter(|(rect, _)| rect.bottom() > window.top() + 0.5 && rect.top() < window.bottom() - 0.5)
        .map(|(rect, text)| (text.parse().unwrap(), rect.top() - window.top()))
        .collect();
    rows.sort_by_key(|(row, _)| *row);
    let first_px = rows.first().map_or(0.0, |(_, top)| *top);
    (rows.into_iter().map(|(row, _)| row).collect(), first_px)
}

#[wasm_bindgen_test]
async fn rows_beyond_the_height_of_any_element_are_reached_by_bar_wheel_and_keys() {
    const N_ROWS: usize = 2_000_000;
    let active = RwSignal::new(None::<usize>);
    let stage = stage(move || {
        view! {
            <VirtualList
                id="high"
                label="Rows"
                kind=ListKind::Listbox
                layout=RowLayout::Uniform { n_rows: N_ROWS, row_px: ROW_PX }
                row=numbered("option")
                active=active
                on_active=move |row| active.set(Some(row))
            />
        }
    });
    settle().await;
    let list = stage.one("[role=listbox]");
    assert!(list.scroll_height() < 10_000_000, "{}", list.scroll_height());
    assert_eq!(in_sight(&stage), ((0..16).collect(), 0.0));

    // Dragging the bar to its middle and its end.
    list.set_scroll_top(list.scroll_height() / 2);
    settle().await;
    let (rows, _) = in_sight(&stage);
    assert!(rows[0].abs_diff(N_ROWS / 2) < 100, "{rows:?}");
    assert_eq!(
        rows.len(),
        rows[rows.len() - 1] - rows[0] + 1,
        "no gaps: {rows:?}"
    );

    // A wheel there moves the rows by exactly what it says.
    let before = in_sight(&stage);
    list.set_scroll_top(list.scroll_top() + 4 * ROW_PX as i32);
    settle().await;
    let after = in_sight(&stage);
    assert_eq!((after.0[0], after.1), (before.0[0] + 4, before.1));

    list.set_scroll_top(list.scroll_height());
    settle().await;
    let (rows, _) = in_sight(&stage);
    assert_eq!(rows.last(), Some(&(N_ROWS - 1)));

    for (key, expected) in [
        ("Home", 0),
        ("ArrowDown", 1),
        ("End", N_ROWS - 1),
        ("ArrowUp", N_ROWS - 2),
    ] {
        press(&list, key);
        settle().await;
        assert_eq!(active.get_untracked(), Some(expected), "{key}");
        assert!(
            in_sight(&stage).0.contains(&expected),
            "{key}: {:?}",
            in_sight(&stage)
        );
    }
    for n in 0..40 {
        press(&list, "ArrowUp");
        settle().await;
        let row = N_ROWS - 3 - n;
        assert!(in_sight(&stage).0.contains(&row), "{row}: {:?}", in_sight(&stage));
    }
}

#[wasm_bindgen_test]
async fn a_long_list_that_becomes_short_and_long_again_shows_its_rows() {
    let n_rows = RwSignal::new(1_000_000_usize);
    let stage = stage(move || {
        let layout = Signal::derive(move || RowLayout::Uniform {
            n_rows: n_rows.get(),
            row_px: ROW_PX,
        });
        view! {
            <VirtualList id="changing" label="Rows" kind=ListKind::Listbox layout=layout row=numbered("option")
                reveal=Signal::derive(move || (n_rows.get() > 900_000).then(|| Reveal::centered(900_000)))/>
        }
    });
    settle().await;
    settle().await;
    assert!(in_sight(&stage).0.contains(&900_000));
    for (n, expected) in [(100, 99), (3, 2), (1_000_000, 900_000)] {
        n_rows.set(n);
        settle().await;
        settle().await;
        let (rows, _) = in_sight(&stage);
        assert!(rows.contains(&expected), "of {n}: {rows:?}");
        assert!(rows.len() >= n.min(16), "of {n}: {rows:?}");
    }
}

/// A link was opened: the row of the moment was put in the middle, then the heights of rows above it changed.
#[wasm_bindgen_test]
async fn a_row_in_the_middle_stays_there_while_rows_change_until_a_person_scrolls() {
    const MIDDLE_PX: f64 = (400.0 - 20.0) / 2.0;
    let heights = RwSignal::new(vec![60.0; 200]);
    let reveal = RwSignal::new(None);
    let stage = stage(move || {
        let layout = Signal::derive(move || RowLayout::stacked(heights.get()));
        view! {
            <VirtualList id="settling" label="Rows" kind=ListKind::Listbox layout=layout row=numbered("option") reveal=reveal/>
        }
    });
    settle().await;
    let top_of = |row: usize| {
        let slot = stage.one(&format!("#settling-{row}"));
        slot.get_bounding_client_rect().top() - stage.one("#settling").get_bounding_client_rect().top()
    };
    reveal.set(Some(Reveal::centered(100)));
    heights.set(vec![20.0; 200]);
    settle().await;
    settle().await;
    assert_eq!(top_of(100), MIDDLE_PX);
    // Rows above it are broken into fewer lines, and more.
    for height in [40.0, 18.0, 61.0] {
        heights.update(|heights| heights[..100].fill(height));
        settle().await;
        settle().await;
        assert_eq!(top_of(100), MIDDLE_PX, "rows of {height}");
    }
    // Rows come in front of it, so it is another one by its number.
    heights.update(|heights| heights.splice(0..0, [20.0; 7]).for_each(drop));
    reveal.set(Some(Reveal::centered(107)));
    settle().await;
    settle().await;
    assert_eq!(top_of(107), MIDDLE_PX);
    // Stepping on to what is in sight moves nothing.
    reveal.set(Some(Reveal::centered(110)));
    settle().await;
    settle().await;
    assert_eq!(top_of(107), MIDDLE_PX);

    let list = stage.one("#settling");
    list.set_scroll_top(list.scroll_top() + 100);
    settle().await;
    let scrolled = list.scroll_top();
    heights.update(|heights| heights.push(20.0));
    settle().await;
    settle().await;
    assert_eq!(list.scroll_top(), scrolled, "who has scrolled is left alone");
}
