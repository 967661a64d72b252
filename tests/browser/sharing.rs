//! Story: a part of a recording is saved to be handed on, without what is not to leave; whoever gets it sees what is left,
//! and is told what is not. And a link to another moment than the one that is shown.

use std::{fs, io::Read, path::PathBuf, sync::Arc};

use serde_json::json;
use tests::program::{self, Server};
use thirtyfour::By;

use crate::{
    Stage,
    accessibility::assert_accessible,
    recorded::{self, TITLE, added},
    story,
    viewer::Viewer,
};

/// What `steps.json` types, and the program keeps.
pub(crate) const TYPED: &str = "buy milk";
/// Stands in the text of a script, and nowhere else.
pub(crate) const IN_SOURCES: &str = "localStorage.setItem";

/// Has the browser's own picker, which cannot be worked by a test, choose a file of the page's own.
const PICKER: &str = "
    return (async () => {
        const folder = await navigator.storage.getDirectory();
        window.shared = await folder.getFileHandle('shared.playhead', { create: true });
        window.showSaveFilePicker = async (options) => ((window.suggested = options.suggestedName), window.shared);
        return true;
    })()";

/// What was written there, as base64.
const WRITTEN: &str = "
    return (async () => {
        const file = await window.shared.getFile();
        const reader = new FileReader();
        await new Promise((done) => { reader.onload = done; reader.readAsDataURL(file); });
        return reader.result.split(',')[1];
    })()";

#[test]
fn a_part_is_saved_without_what_is_not_to_leave() {
    story(
        "a_part_is_saved_without_what_is_not_to_leave",
        |stage| async move {
            let viewer = &stage.viewer;
            assert!(has(
                &unpacked(&fs::read(&stage.recording.path).expect("the recording")),
                TYPED
            ));
            viewer.goto(&stage.recording_url()).await;
            assert_eq!(viewer.texts("shared-badge").await, Vec::<String>::new());
            viewer.go_to_message(added::MESSAGE).await;
            viewer.evaluate("document.activeElement.blur()").await;
            viewer.press("F").await;
            let saved = saved(&stage).await;
            let path = kept("part", &saved);
            let left = unpacked(&saved);
            for gone in [TYPED, IN_SOURCES, TITLE] {
                assert!(!has(&left, gone), "{gone} left");
            }
            let reader = recorded::open(&path);
            assert_ne!(reader.head().recording_id, stage.recording.id);
            assert!(
                reader.begin_point() > recording::point::Point(0),
                "it is all of it"
            );

            // Whoever gets it opens it on a server of their own.
            let program = program::path().expect("playhead is built");
            program::output(std::process::Command::new(&program).arg("verify").arg(&path))
                .expect("it is sound");
            let server = Server::start(&program, &[&path], 0).expect("the server starts");
            let address = format!("{}/recording/{}", server.address(), reader.head().recording_id);
            viewer.goto(&address).await;
            assert_eq!(
                viewer.texts("shared-badge").await,
                ["8 kinds of content left out"]
            );
            viewer.click(&viewer.find("shared-badge", "left out").await).await;
            let told = viewer
                .evaluate("return document.querySelector('dialog[open]').textContent")
                .await;
            let told = told.as_str().expect("a text");
            assert!(
                told.contains("Pictures of the page") && told.contains("Only what happened from"),
                "{told}"
            );
            assert_accessible(viewer, "what was done to a shared recording").await;
            viewer.click(&viewer.find_by_label("Close").await).await;
            // The moment is there, and the program as it was; what was left out is said to be.
            let shown = viewer.shown().await;
            assert!(
                shown.contains("left out when this recording was shared"),
                "{shown}"
            );
            assert!(!shown.contains(TYPED), "{shown}");
            viewer.go_to_message("").await;
            assert!(
                viewer
                    .texts("frame")
                    .await
                    .iter()
                    .any(|frame| frame.contains("app.js"))
            );
            viewer.assert_no_errors(&[]).await;
        },
    );
}

/// Saves what is in focus by the share sheet, with what is chosen at first.
async fn saved(stage: &Arc<Stage>) -> Vec<u8> {
    let viewer = &stage.viewer;
    viewer.evaluate(PICKER).await;
    viewer.click(&viewer.find_by_label("Share").await).await;
    let tabs = viewer
        .browser
        .page
        .find_all(By::Css("[role=tab]#share-file, #share-file"))
        .await;
    viewer.click(&tabs.expect("tabs can be asked for")[0]).await;
    viewer
        .wait_for(
            "what would leave",
            "return document.querySelector('[data-testid=share-total]') !== null",
        )
        .await;
    assert_accessible(viewer, "the share sheet").await;
    let checked = "return [...document.querySelectorAll('[data-testid^=leave-out-]')].filter(box => box.checked).length";
    assert_eq!(viewer.evaluate(checked).await, json!(8));
    let total = viewer.texts("share-total").await;
    // What becomes of it is seen at once.
    viewer.click(&viewer.find("leave-out-pictures", "").await).await;
    assert_ne!(viewer.texts("share-total").await, total);
    viewer.click(&viewer.find("leave-out-pictures", "").await).await;
    assert_eq!(viewer.texts("share-total").await, total);
    let save = viewer
        .browser
        .page
        .find(By::Css(".ph-share__making .ph-button"))
        .await;
    viewer.click(&save.expect("a button that saves")).await;
    viewer
        .wait_for(
            "the file to be saved",
            "return document.querySelector('[data-testid=share-work]').textContent.startsWith('Saved')",
        )
        .await;
    assert_eq!(
        viewer.evaluate("return window.suggested").await,
        json!("pocket-list-shared.playhead")
    );
    let written = viewer.evaluate(WRITTEN).await;
    from_base64(written.as_str().expect("base64"))
}

#[test]
fn a_link_leads_to_the_moment_that_is_typed() {
    story("a_link_leads_to_the_moment_that_is_typed", |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&stage.recording_url()).await;
        viewer.go_to_message(added::MESSAGE).await;
        viewer.click(&viewer.find_by_label("Share").await).await;
        assert_accessible(viewer, "the sheet with a link").await;
        let here = viewer.evaluate("return location.href").await;
        assert_eq!(link(viewer).await, here.as_str().unwrap_or_default());
        let time = viewer.find("share-time", "").await;
        time.clear().await.expect("a field");
        time.send_keys("0:01.5").await.expect("a field");
        let other = link(viewer).await;
        assert!(
            other.contains("time=1500") && !other.contains("point="),
            "{other}"
        );
        time.clear().await.expect("a field");
        time.send_keys("soon").await.expect("a field");
        viewer
            .wait_for(
                "a word on what is wrong",
                "return document.querySelector('dialog[open] [role=alert]').textContent.includes('1:02.345')",
            )
            .await;
        viewer.click(&viewer.find("share-at", "").await).await;
        let bare = link(viewer).await;
        assert!(!bare.contains("time="), "{bare}");
        viewer.goto(&other).await;
        let (time_ms, _) = viewer.moment().await;
        assert!((time_ms - 1500.0).abs() < 100.0, "{time_ms}");
    });
}

async fn link(viewer: &Viewer) -> String {
    let shown = "return document.querySelector('[data-testid=share-link]').value";
    viewer
        .evaluate(shown)
        .await
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Keeps a file for a program to read.
fn kept(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("shared");
    fs::create_dir_all(&folder).expect("the target folder can be written");
    let path = folder.join(format!("{name}.playhead"));
    fs::write(&path, bytes).expect("the target folder can be written");
    path
}

/// All that is in a recording's file, unpacked.
pub(crate) fn unpacked(file: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(file)).expect("a ZIP");
    for idx in 0..archive.len() {
        let mut entry = archive.by_index(idx).expect("an entry");
        let is_packed = entry.name().is_ok_and(|name| name.ends_with(".zst"));
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("an entry");
        all.extend(match is_packed {
            true => zstd::decode_all(&bytes[..]).expect("zstd"),
            false => bytes,
        });
    }
    all
}

pub(crate) fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn from_base64(text: &str) -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut value, mut n_bits) = (0_u32, 0);
    for letter in text.chars().filter_map(|letter| LETTERS.find(letter)) {
        value = value << 6 | letter as u32;
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push((value >> n_bits) as u8);
        }
    }
    bytes
}
