//! Story: the pages of `examples/`: a table, a chart and a recording that drive one another, and a panel of Grafana.

use std::{io::BufRead, process::Stdio, sync::Arc};

use serde_json::json;
use tests::program;

use crate::around::{Around, EMBED, story};

#[test]
fn the_dashboard_and_the_recording_drive_one_another() {
    story("dashboard", &[], |around| async move {
        let start = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/dashboard/start.mjs");
        let mut dashboard = std::process::Command::new("node")
            .arg(start)
            .arg(&around.recording.path)
            .args(["--port", "0"])
            .env("PLAYHEAD_BIN", program::path().unwrap())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node is there");
        let mut line = String::new();
        std::io::BufReader::new(dashboard.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let told = tokio::spawn(drive(Arc::clone(&around), line)).await;
        // It ends its server with itself, if it is asked to.
        let pid = dashboard.id().to_string();
        program::output(std::process::Command::new("kill").arg(pid)).unwrap();
        dashboard.wait().unwrap();
        told.unwrap();
    });
}

async fn drive(around: Arc<Around>, line: String) {
    let url = line
        .trim()
        .strip_prefix("dashboard at ")
        .unwrap_or_else(|| panic!("it said {line:?}"));
    let viewer = &around.viewer;
    viewer.browser.page.goto(url).await.unwrap();
    let is_ready =
        "globalThis.v = document.querySelector('playhead-viewer'); return v?.state?.phase === 'ready'";
    viewer.wait_for("the recording", is_ready).await;
    let row = "document.querySelectorAll('#errors tr')";
    let now = "Number(document.querySelector('#chart').getAttribute('aria-valuenow'))";

    // From the table: exactly to the error, and the chart follows.
    let first = "fetch('data.json').then((it) => it.json()).then((it) => (globalThis.error = it.errors[0]))";
    viewer
        .evaluate(&format!("{first}; {row}[0].querySelector('button').click()"))
        .await;
    viewer
        .wait_for(
            "the first error",
            "return globalThis.error && v.state.point === error.point",
        )
        .await;
    viewer
        .wait_for(
            "its row",
            &format!("return {row}[0].hasAttribute('aria-current')"),
        )
        .await;
    viewer
        .wait_for(
            "its place on the chart",
            &format!("return Math.abs({now} - error.t) < 0.06"),
        )
        .await;

    // From the chart: by a key, by a press, with a pointer for both.
    viewer.evaluate("document.querySelector('#chart').focus()").await;
    viewer.type_keys(String::from(thirtyfour::Key::End.value())).await;
    viewer
        .wait_for(
            "the end",
            "return v.state.t > 0 && v.state.t === v.state.duration",
        )
        .await;
    let chart = viewer.find_by_label("Moment in the recording").await;
    let pressed = viewer
        .browser
        .page
        .action_chain()
        .move_to_element_center(&chart)
        .click();
    pressed.perform().await.unwrap();
    viewer
        .wait_for(
            "the middle",
            "return Math.abs(v.state.t - v.state.duration / 2) < 0.1",
        )
        .await;
    around
        .in_frame(
            "v",
            "the chart's pointer",
            "return document.querySelector('[data-testid=\"host-cursor\"]') !== null",
        )
        .await;

    // From the recording: the chart and the table move, and the pointer is on the chart.
    around.enter("v").await;
    let track = viewer.find_by_label("Moment in the recording").await;
    viewer
        .browser
        .page
        .action_chain()
        .move_to_element_center(&track)
        .perform()
        .await
        .unwrap();
    viewer
        .evaluate("document.querySelector('[data-testid=\"timeline\"]').focus()")
        .await;
    viewer.type_keys(String::from(thirtyfour::Key::End.value())).await;
    around.leave().await;
    viewer
        .wait_for(
            "the chart to follow",
            &format!("return {now} > v.state.duration - 0.1"),
        )
        .await;
    viewer
        .wait_for(
            "the last row",
            &format!("return [...{row}].at(-1).hasAttribute('aria-current')"),
        )
        .await;
    viewer.wait_for("the pointer on the chart", "return !document.querySelector('.pointed').hasAttribute('hidden') && document.querySelector('#pointed').textContent !== ''").await;

    // The focus, from the one and from the other.
    viewer
        .evaluate("v.setFocus({ begin: 0, end: error.t + 0.01 })")
        .await;
    viewer
        .wait_for(
            "the focus on the chart",
            "return !document.querySelector('.focus').hasAttribute('hidden')",
        )
        .await;
    viewer.wait_for("rows outside", &format!("return [...{row}].at(-1).classList.contains('outside') && !{row}[0].classList.contains('outside')")).await;
    let drag = "const chart = document.querySelector('#chart'); const { left, width, top } = chart.getBoundingClientRect(); \
        chart.setPointerCapture = () => {}; \
        const send = (name, share) => chart.dispatchEvent(new PointerEvent(name, { clientX: left + width * share, clientY: top + 5, shiftKey: true, pointerId: 1, bubbles: true })); \
        send('pointerdown', 0.5); send('pointermove', 0.9); send('pointerup', 0.9)";
    viewer.evaluate(drag).await;
    viewer
        .wait_for(
            "the chart's focus in the recording",
            "return v.state.focus?.begin > v.state.duration * 0.4",
        )
        .await;

    // The theme is the page's.
    viewer.evaluate("document.querySelector('#theme').click()").await;
    let theme = viewer
        .evaluate("return document.documentElement.style.colorScheme")
        .await;
    around
        .in_frame(
            "v",
            "the page's theme",
            &format!("return document.documentElement.dataset.theme === {theme}"),
        )
        .await;
    viewer.assert_no_errors(&[]).await;
}

#[test]
fn a_grafana_panel_shows_a_recording() {
    story("grafana", &EMBED, |around| async move {
        // As Grafana's text panel does it: variables are replaced, and what comes of it is inserted as a fragment.
        around
            .show("<style>:root { color-scheme: dark }</style><div id=panel style=\"height: 500px\"></div>")
            .await;
        let insert = async |snippet: &str, t: &str| {
            let html = snippet
                .replace("PLAYHEAD", &around.address)
                .replace("${recording}", &around.recording.id)
                .replace("${t}", t);
            let script = format!(
                "panel.replaceChildren(document.createRange().createContextualFragment({}))",
                json!(html)
            );
            around.viewer.evaluate(&script).await;
        };
        let panel = include_str!("../../examples/grafana/text-panel.html");
        for (t, seconds) in [("1.5", 1.5), ("0:02", 2.0)] {
            insert(panel, t).await;
            let is_there = format!(
                "const v = panel.querySelector('playhead-viewer'); return v.state?.phase === 'ready' && v.state.t === {seconds} && v.state.theme"
            );
            assert_eq!(around.viewer.wait_for("the recording", &is_there).await, "dark");
        }
        insert(include_str!("../../examples/grafana/picture.html"), "1.5").await;
        let picture =
            "const image = panel.querySelector('img'); return image?.complete && image.naturalWidth > 0";
        around.viewer.wait_for("the picture", picture).await;
        around.viewer.assert_no_errors(&[]).await;
    });
}
