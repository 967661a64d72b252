//! Story 8: a print statement with a condition on a line that runs 12,000 times, by the keyboard alone: hits beyond 10,000 are
//! looked for page by page, what is printed stands in the console, and each hit is a key away.

use tests::browser::BrowserKind;
use thirtyfour::Key;

use crate::{accessibility::assert_accessible, recorded::READINGS, story_of, viewer::Viewer};

/// What `tests/pages/readings` does: readings, each made from the one before.
fn readings() -> Vec<(usize, u32)> {
    let mut reading = 1;
    let next = |index| {
        reading = (reading * 421 + 1663) % 7875;
        (index, reading)
    };
    (0..12_000).map(next).collect()
}

#[test]
fn a_line_of_twelve_thousand_hits_is_printed_under_a_condition() {
    story_of(&READINGS, BrowserKind::Chromium, "printing", |stage| async move {
        let expected: Vec<(usize, u32)> = readings()
            .into_iter()
            .filter(|(_, reading)| *reading > 7800)
            .collect();
        let n_expected = expected.len();
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;

        // To the source, to the line, to the statement.
        viewer.press_with(&[Key::Control], "p").await;
        viewer.press("readings.js").await;
        viewer.press_key(Key::Enter).await;
        viewer.wait_for_focus("group Source").await;
        viewer.press_with(&[Key::Control], "g").await;
        viewer.press("13").await;
        viewer.press_key(Key::Enter).await;
        viewer.wait_for_focus("group Source").await;
        assert_eq!(
            viewer.hits_of_line(13).await,
            "10k+",
            "the line runs 12,000 times"
        );
        viewer.press_key(Key::Enter).await;
        viewer.wait_for_focus("Print").await;
        assert_eq!(hits(viewer).await, "10 000 of 10 000 hits");

        // What to print, and when.
        viewer.press_with(&[Key::Control], "a").await;
        viewer.press("index, reading").await;
        viewer.press_key(Key::Tab).await;
        viewer.wait_for_focus("If").await;
        viewer.press("reading > 7800").await;
        viewer.press_key(Key::Enter).await;
        assert_accessible(viewer, "the editor of a print statement").await;

        // As long as there is more, it can be had.
        viewer.tab_to("Next hit").await;
        viewer.press_key(Key::Tab).await;
        let mut n_asked = 0;
        while let [more] = viewer.texts("point-more").await.as_slice() {
            let asked = viewer.focused().await;
            assert!(
                asked.contains(more),
                "beside {more:?} the keyboard is at {asked:?}"
            );
            viewer.press_key(Key::Enter).await;
            n_asked += 1;
            assert!(n_asked < 20, "there is still {more:?}");
        }
        let all = hits(viewer).await;
        let of_all = format!("{n_expected} hits");
        assert!(all.ends_with(&of_all), "{all:?} does not end with {of_all:?}");

        // Hit after hit, backwards from the end. The editor's own buttons do it.
        viewer.tab_back_to("Previous hit").await;
        let last = format!("{n_expected} of {n_expected} hits");
        assert_eq!(hits(viewer).await, last, "at the end all hits are over");
        let mut points = Vec::new();
        for (n_until, (index, _)) in (1..=n_expected).rev().zip(expected.iter().rev()).take(3) {
            viewer.press_key(Key::Enter).await;
            points.push(viewer.point().await);
            assert_eq!(hits(viewer).await, format!("{n_until} of {n_expected} hits"));
            viewer.assert_stands_at("readings.js:13", "sum += reading;").await;
            assert_eq!(viewer.variable("index").await, index.to_string());
        }
        assert!(
            points.is_sorted_by(|one, other| one > other),
            "the hits before are at {points:?}"
        );
        viewer.press_key(Key::Tab).await;
        viewer.wait_for_focus("Next hit").await;
        viewer.press_key(Key::Enter).await;
        assert_eq!(
            Some(&viewer.point().await),
            points.get(points.len() - 2),
            "the next hit is another"
        );

        // All of it is in the console, in its order; the editor goes, and gives the keyboard back to its line.
        viewer.press_key(Key::Escape).await;
        viewer.wait_for_focus("group Source").await;
        let rows = viewer.texts("message").await;
        let seen: Vec<&(usize, u32)> = expected
            .iter()
            .filter(|(index, reading)| {
                rows.iter()
                    .any(|row| row.contains(&format!(" {index} {reading} ")))
            })
            .collect();
        assert!(seen.len() > 5, "the console shows {rows:?}");
        viewer.assert_no_errors(&[]).await;
    });
}

/// How the hits of the only editor stand.
async fn hits(viewer: &Viewer) -> String {
    viewer.texts("point-hits").await.join(" ")
}
