//! Story: a page that puts script, markup and tricks of writing into everything that a debugger shows is recorded and looked
//! through, in every panel; so is what other recorders might have written of it. Nothing of it runs, nothing of
//! it becomes more than text, nothing hangs, and memory stays bounded.

mod others;
mod policy;
mod watch;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::json;
use tests::browser::BrowserKind;
use thirtyfour::{By, Key};

use self::watch::{assert_never_stood_still, assert_only_text, open_all};
use crate::{
    Stage,
    opening::wait_for_timeline,
    recorded::{CART, HOSTILE},
    story_of,
    viewer::Viewer,
};

/// What a file may be called.
const NAME: &str = "\"><x-canary data-canary=file><img src=x onerror=canary('file')>\u{202e}gnp.playhead";
/// What the page in a browser may take, its worker and all it shows included.
const MAX_MEMORY: u64 = 1 << 30;
/// Things that are opened in each panel.
const N_OPENED: usize = 40;

const PANELS: [&str; 11] = [
    "console", "source", "stack", "scopes", "points", "compare", "network", "elements", "events", "comments",
    "protocol",
];

#[test]
fn nothing_of_a_recording_runs() {
    look_through(BrowserKind::Chromium, "hostile");
}

#[test]
fn nothing_of_a_recording_runs_in_firefox() {
    look_through(BrowserKind::Firefox, "hostile-firefox");
}

fn look_through(browser: BrowserKind, name: &str) {
    story_of(&HOSTILE, browser, name, |stage| async move {
        let viewer = &stage.viewer;
        watch::begin(viewer).await;
        viewer.goto(&format!("{}/", stage.address)).await;
        assert_only_text(viewer, "the library").await;
        viewer.goto(&stage.recording_url()).await;
        assert_only_text(viewer, "the page as it opens").await;
        walk(viewer).await;
        use_it(viewer).await;
        // What the timeline says of each moment.
        for share in 1..8 {
            viewer.evaluate(&format!(
                "const track = document.querySelector('[data-testid=\"timeline\"]'), box = track.getBoundingClientRect(); \
                 track.dispatchEvent(new PointerEvent('pointermove', {{ bubbles: true, clientX: box.x + box.width * {share} / 8, clientY: box.y + box.height / 2 }}))"
            )).await;
            viewer.idle().await;
            assert_only_text(viewer, "the timeline").await;
        }
        assert_is_well(viewer).await;
        viewer.assert_no_errors(&[]).await;
    });
}

/// Opens everything in every panel, at the beginning, where everything was said, and at the end.
async fn walk(viewer: &Viewer) {
    viewer.press_key(Key::Home).await;
    for panel in PANELS {
        viewer.show_panel(panel).await;
        open_all(viewer, N_OPENED, panel).await;
        if panel == "console" {
            go_to_message(viewer, "at the bottom of the stack").await;
            assert_only_text(viewer, "the bottom of the stack").await;
        }
    }
    // Somewhere in the program, where variables are traps too.
    viewer.show_panel("console").await;
    viewer.press_key(Key::Home).await;
    go_to_message(viewer, "a styled message").await;
    for panel in ["scopes", "stack", "source", "elements"] {
        viewer.show_panel(panel).await;
        open_all(viewer, N_OPENED, &format!("{panel} where it was said")).await;
    }
}

/// Goes to the moment of a message, wherever in the list it is: only what fits is in the page.
async fn go_to_message(viewer: &Viewer, holding: &str) {
    let scroll = |by: &str| {
        format!(
            "const list = document.querySelector('[data-testid=message]').closest('.ph-list'); list.scrollTop = {by}"
        )
    };
    // What was opened before may have led elsewhere.
    viewer.show_panel("console").await;
    viewer.evaluate(&scroll("0")).await;
    viewer.idle().await;
    for _ in 0..200 {
        if viewer
            .texts("message")
            .await
            .iter()
            .any(|text| text.contains(holding))
        {
            return viewer.go_to_message(holding).await;
        }
        viewer.evaluate(&scroll("list.scrollTop + 200")).await;
        viewer.idle().await;
    }
    panic!("no message holds {holding:?}");
}

/// Does what people do in it: finds, evaluates, prints, comments, shares.
async fn use_it(viewer: &Viewer) {
    let escape = || viewer.press_key(Key::Escape);
    for (keys, words, whereabouts) in [
        ("k", "show", "the palette"),
        ("p", "canary", "the list of sources"),
        ("o", "trap", "the functions of all sources"),
    ] {
        viewer.press_with(&[Key::Control], keys).await;
        viewer.press(words).await;
        assert_only_text(viewer, whereabouts).await;
        escape().await;
    }
    viewer.press_with(&[Key::Control, Key::Shift], "f").await;
    viewer.press("canary").await;
    viewer.press_key(Key::Enter).await;
    open_all(viewer, N_OPENED, "what a search found").await;
    escape().await;

    viewer.show_panel("console").await;
    viewer.click(&viewer.css("#console-prompt").await).await;
    for text in [
        "odd",
        "document.title",
        "[document.body, odd.error, odd.made]",
        "throw odd.error",
    ] {
        viewer.type_keys(text).await;
        viewer.press_key(Key::Enter).await;
        assert_only_text(viewer, text).await;
    }
    open_all(viewer, N_OPENED, "what was evaluated").await;

    viewer.evaluate("document.activeElement.blur()").await;
    viewer.press("C").await;
    let has_field = "return document.activeElement.tagName === 'TEXTAREA'";
    viewer.wait_for("the field of a comment", has_field).await;
    viewer
        .type_keys("<x-canary data-canary=said><img src=x onerror=canary('said')>")
        .await;
    viewer
        .press_with(&[Key::Control], Key::Enter.value().to_string().as_str())
        .await;
    viewer
        .wait_for(
            "the comment",
            "return document.querySelector('[data-testid=comment]') !== null",
        )
        .await;
    assert_only_text(viewer, "a comment").await;
    viewer.evaluate("document.activeElement.blur()").await;

    for label in ["Share", "Settings"] {
        let script = format!(
            "const found = [...document.querySelectorAll('button')].find((it) => (it.ariaLabel ?? it.innerText).startsWith({label:?})); found?.click(); return found !== undefined"
        );
        assert_eq!(
            viewer.evaluate(&script).await,
            json!(true),
            "there is no button {label}"
        );
        viewer.idle().await;
        assert_only_text(viewer, label).await;
        escape().await;
    }
}

/// Memory is bounded, and the page answers.
async fn assert_is_well(viewer: &Viewer) {
    assert_never_stood_still(viewer).await;
    if let Some(peak) = viewer.browser.peak_memory() {
        assert!(peak < MAX_MEMORY, "the page came to hold {} MB", peak >> 20);
    }
}

/// Makes a file that the browser can be given.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("browser/hostile");
    fs::create_dir_all(&folder).expect("the target folder can be written");
    let path = folder.join(name);
    fs::write(&path, bytes).expect("the target folder can be written");
    path
}

/// Gives the page a file, and waits until it is open or refused; what is said of it.
async fn give(viewer: &Viewer, address: &str, path: &Path) -> String {
    viewer.goto(&format!("{address}/")).await;
    let input = viewer
        .browser
        .page
        .find(By::Id("file-input"))
        .await
        .expect("the page takes files");
    input
        .send_keys(path.to_string_lossy())
        .await
        .expect("the file is chosen");
    let said = "const bar = document.querySelector('[data-testid=\"opening\"]'); const words = bar?.innerText.trim() ?? ''; \
                const isOpen = document.querySelector('[data-testid=\"timeline\"]') !== null; \
                return (isOpen || words.includes('cannot be opened')) && (words || 'open')";
    let said = viewer
        .wait_for(&format!("word of {}", path.display()), said)
        .await;
    viewer.idle().await;
    // It lies over the tabs for some time.
    viewer
        .evaluate("document.querySelector('[data-testid=opening] [aria-label=Dismiss]')?.click()")
        .await;
    viewer.idle().await;
    said.as_str().unwrap_or_default().to_owned()
}

fn in_the_page<F: Future<Output = ()> + Send + 'static>(
    name: &str,
    body: impl FnOnce(Arc<Stage>) -> F + Send + 'static,
) {
    HOSTILE.recording();
    story_of(&CART, BrowserKind::Chromium, name, |stage| async move {
        watch::begin(&stage.viewer).await;
        body(stage.clone()).await;
    });
}

#[test]
fn nothing_of_a_file_runs() {
    in_the_page("hostile-file", |stage| async move {
        let viewer = &stage.viewer;
        let bytes = fs::read(&HOSTILE.recording().path).unwrap();
        let path = file(NAME, &bytes);
        give(viewer, &stage.address, &path).await;
        wait_for_timeline(viewer).await;
        assert_only_text(viewer, "the page of a file").await;
        walk(viewer).await;
        viewer.goto(&format!("{}/", stage.address)).await;
        assert_only_text(viewer, "the library").await;
        // An address, too, is what somebody else wrote.
        let odd = format!(
            "{}/?src={}",
            stage.address, "https://x.invalid/%3Cx-canary%20data-canary=1%3E%E2%80%AE"
        );
        viewer.goto(&odd).await;
        assert_only_text(viewer, "an address that is a trap").await;
        fs::remove_file(path).unwrap();
        assert_is_well(viewer).await;
    });
}

#[test]
fn nothing_of_what_others_recorded_runs() {
    in_the_page("hostile-imported", |stage| async move {
        let viewer = &stage.viewer;
        for (name, json) in [("hostile.har", others::har()), ("hostile.json", others::events())] {
            let path = file(name, json.to_string().as_bytes());
            let said = give(viewer, &stage.address, &path).await;
            assert!(!said.contains("cannot be opened"), "{said}");
            wait_for_timeline(viewer).await;
            for panel in ["console", "source", "network", "elements", "events"] {
                viewer.show_panel(panel).await;
                open_all(viewer, N_OPENED, &format!("{panel} of {name}")).await;
            }
        }
        assert_is_well(viewer).await;
    });
}
