//! Story 1: from the library to a console message, its stack, its variables, and the picture of that moment.

use thirtyfour::Key;

use crate::{
    recorded::{self, added},
    story,
};

#[test]
fn a_recording_is_opened_and_inspected() {
    story("inspecting", |stage| async move {
        let viewer = &stage.viewer;

        // The library lists it, and leads to it.
        let cards = viewer.texts("recording").await;
        assert_eq!(cards.len(), 1, "the library shows {cards:?}");
        assert!(
            cards[0].contains(recorded::TITLE),
            "the recording is listed as {cards:?}"
        );
        viewer
            .click(&viewer.find("recording", recorded::TITLE).await)
            .await;
        let path = viewer.evaluate("return location.pathname").await;
        assert_eq!(path, format!("/recording/{}", stage.recording.id));

        // The timeline has the duration of the recording, which took as long as its steps wait at least.
        let (_, duration_ms) = viewer.moment().await;
        assert!(
            (2_000.0..60_000.0).contains(&duration_ms),
            "the timeline lasts {duration_ms} ms"
        );

        // All of it is loaded, and the track shows that and what happened in more than one colour.
        viewer
            .wait_for(
                "all to be processed",
                "return document.querySelector('[data-testid=\"connection\"]').innerText === 'Connected'",
            )
            .await;
        let colours = viewer
            .evaluate(
                "const track = document.querySelector('[data-testid=\"timeline\"] canvas'); \
                 const { data } = track.getContext('2d').getImageData(0, 0, track.width, track.height); \
                 return new Set(new Uint32Array(data.buffer)).size",
            )
            .await;
        assert!(
            colours.as_u64().is_some_and(|colours| colours > 4),
            "the track is drawn in {colours} colours"
        );

        // A message that `app.js` writes when the third task is added.
        let message = viewer.find_message(added::MESSAGE).await;
        let text = message.text().await.unwrap();
        assert!(text.contains("Todo"), "the message's object is shown as {text:?}");
        viewer.go_to_message(added::MESSAGE).await;
        let point = viewer.point().await;
        let (now_ms, _) = viewer.moment().await;
        assert!(
            0.0 < now_ms && now_ms < duration_ms,
            "the message is at {now_ms} of {duration_ms} ms"
        );

        // The stack of that call, as the program wrote it.
        let frames = viewer.texts("frame").await;
        assert_eq!(frames.len(), added::FRAMES.len(), "the stack is {frames:?}");
        for (frame, (name, file)) in frames.iter().zip(added::FRAMES) {
            assert!(
                frame.contains(name) && frame.contains(file),
                "{name} of {file} is shown as {frame:?}"
            );
        }

        // The variables of the running frame, and what the task holds.
        let rows = viewer.texts("tree-row").await;
        for (name, value) in added::VARIABLES {
            let wanted = format!("{name}: {value}");
            assert!(
                rows.contains(&wanted),
                "{wanted} is not among the variables {rows:?}"
            );
        }
        viewer.click(&viewer.find("tree-row", "todo: ").await).await;
        for (name, value) in added::TODO {
            let wanted = format!("{name}: {value}");
            let script = format!(
                "return [...document.querySelectorAll('[data-testid=\"tree-row\"]')].some((row) => \
                 row.innerText.replace(/\\s+/g, ' ').trim() === {wanted:?})"
            );
            viewer.wait_for(&wanted, &script).await;
        }

        // The picture is the last paint before the moment, and shows the page and not a blank.
        let jpeg = tokio::task::spawn_blocking(move || recorded::picture_at(point))
            .await
            .unwrap();
        let difference = viewer.difference_from(&jpeg).await;
        assert!(
            difference < 0.02,
            "{:.1} % of the picture differ from the recorded paint",
            difference * 100.0
        );
        // The page's own background, #eef1f7, in its lower left corner.
        let corner = viewer
            .evaluate(
                "const canvas = document.querySelector('[data-testid=\"picture\"]'); \
                 return [...canvas.getContext('2d').getImageData(4, canvas.height - 4, 1, 1).data]",
            )
            .await;
        for (part, wanted) in [0xee, 0xf1, 0xf7].into_iter().enumerate() {
            let seen = corner[part].as_f64().unwrap_or_default();
            assert!(
                (seen - f64::from(wanted)).abs() < 6.0,
                "the corner of the picture is {corner}, not #eef1f7"
            );
        }
        viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn every_click_key_and_navigation_is_marked() {
    let wanted = (recorded::N_CLICKS, recorded::N_KEYS, recorded::N_NAVIGATIONS);
    recorded::recording();
    assert_eq!(
        recorded::n_events(),
        wanted,
        "recorded clicks, keys and navigations, against those made"
    );
    story("markers", |stage| async move {
        let viewer = &stage.viewer;
        // What went wrong is walked to as well, unless its tracks are hidden.
        let hide = "localStorage.setItem('playhead.preferences', JSON.stringify({ hidden_tracks: ['error', 'exception'] }))";
        viewer.evaluate(hide).await;
        viewer.goto(&stage.recording_url()).await;
        viewer.press_key(Key::Home).await;
        // `]` goes to the next marker; at the last one it changes nothing.
        let mut points = Vec::new();
        loop {
            viewer.press("]").await;
            let point = viewer.point().await;
            if points.last() == Some(&point) {
                break;
            }
            points.push(point);
        }
        assert!(points.is_sorted(), "the markers are at {points:?}");
        let n_events = wanted.0 + wanted.1 + wanted.2;
        assert_eq!(
            points.len(),
            n_events,
            "markers of {wanted:?} clicks, keys and navigations"
        );
        viewer.assert_no_errors(&[]).await;
    });
}
