//! Story: the viewer on a host of plain files, in a folder of its own, without a server and in the end without a network.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use serde_json::json;
use tests::{browser::BrowserKind, hosting::Site, program};
use thirtyfour::{By, Key};

use crate::{
    accessibility::assert_accessible,
    opening::wait_for_timeline,
    recorded::{self, added},
    viewer::Viewer,
};

/// Where the host has it.
const PREFIX: &str = "/somebody/viewer/";

/// The static build, made from `dist/` once.
fn site() -> &'static Path {
    static SITE: OnceLock<PathBuf> = OnceLock::new();
    SITE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("site");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .current_dir(root)
            .args([
                "run",
                "-q",
                "--locked",
                "-p",
                "xtask",
                "--",
                "dist",
                "--as-built",
                "--samples",
                "-o",
            ])
            .arg(&folder);
        program::output(&mut cargo).unwrap_or_else(|error| panic!("{error}"));
        folder
    })
}

/// A copy of the site that a test may change.
fn own_site(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("site-{name}"));
    copy(site(), &folder);
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

fn tell<F: Future<Output = ()>>(name: &'static str, body: impl FnOnce(Viewer, Site, PathBuf) -> F) {
    tell_in(BrowserKind::Chromium, name, body);
}

fn tell_in<F: Future<Output = ()>>(
    browser: BrowserKind,
    name: &'static str,
    body: impl FnOnce(Viewer, Site, PathBuf) -> F,
) {
    // Both are made before the story's own runtime is there.
    let folder = own_site(name);
    recorded::recording();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let site = Site::start(folder.clone(), PREFIX, 0).await.unwrap();
        let viewer = Viewer::open(browser, &site.url("")).await;
        body(viewer, site, folder).await;
    });
}

/// Waits until the service worker has everything and answers for this page.
async fn wait_for_offline(viewer: &Viewer) {
    let script =
        "return navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)";
    viewer.wait_for("the viewer to be kept", script).await;
}

#[test]
fn a_host_of_plain_files_is_enough() {
    open_a_sample(BrowserKind::Chromium, "plain");
}

#[test]
fn a_host_of_plain_files_is_enough_for_firefox() {
    open_a_sample(BrowserKind::Firefox, "plain-firefox");
}

fn open_a_sample(browser: BrowserKind, name: &'static str) {
    tell_in(browser, name, |viewer, site, _| async move {
        // The welcome, and what came with it.
        assert_eq!(viewer.texts("recording").await.len(), 2);
        viewer.find("ways", "Open a recording").await;
        assert_accessible(&viewer, "the welcome").await;
        viewer.browser.set_size(390, 844).await.unwrap();
        assert_accessible(&viewer, "the welcome, narrow").await;
        let is_too_wide = "return document.documentElement.scrollWidth > innerWidth";
        assert_eq!(viewer.evaluate(is_too_wide).await, json!(false));
        viewer.browser.set_size(1440, 900).await.unwrap();

        // A sample opens, by its parts, with pictures and all.
        viewer.click(&viewer.find("recording", "Pocket list").await).await;
        wait_for_timeline(&viewer).await;
        assert_eq!(viewer.texts("connection").await, ["On this computer"]);
        let messages = viewer.texts("message").await;
        assert!(!messages.is_empty());
        let script = "return document.querySelector('[data-testid=\"picture\"]')?.dataset.frame";
        viewer.wait_for("a picture", script).await;
        let address = viewer.browser.page.current_url().await.unwrap();
        assert!(
            address.path() == PREFIX && address.as_str().contains("recording="),
            "{address}"
        );

        // A server's own link leads to the same recording here: the host's page for what is missing knows the way.
        let id = viewer.parameter("recording").await.unwrap();
        viewer
            .goto(&site.url(&format!("recording/a-title--{id}?t=1")))
            .await;
        wait_for_timeline(&viewer).await;
        assert_eq!(viewer.moment().await.0, 1_000.0);

        // A link to nothing.
        viewer
            .goto(&site.url("?recording=11111111-1111-4111-8111-111111111111"))
            .await;
        let script = "return document.querySelector('[data-testid=\"opening\"]')?.innerText.includes('choose it again')";
        viewer.wait_for("word of the missing recording", script).await;
        assert!(
            site.asked().iter().all(|path| !path.starts_with("api/")),
            "{:?}",
            site.asked()
        );
        viewer.assert_no_errors(&["404"]).await;
        viewer.browser.quit().await;
    });
}

#[test]
fn without_a_network_it_goes_on() {
    tell("offline", |viewer, site, _| async move {
        wait_for_offline(&viewer).await;
        let address = site.url("");
        site.stop().await;
        viewer.goto(&address).await;
        let input = viewer.browser.page.find(By::Id("file-input")).await.unwrap();
        input
            .send_keys(recorded::recording().path.to_string_lossy())
            .await
            .unwrap();
        wait_for_timeline(&viewer).await;
        viewer.press_key(Key::Home).await;
        viewer.go_to_message(added::MESSAGE).await;
        assert!(viewer.texts("frame").await[0].contains("app.js"));

        // A page of its own for a recording, as servers have it, leads to the right place too.
        viewer
            .goto(&format!(
                "{address}recording/11111111-1111-4111-8111-111111111111"
            ))
            .await;
        let script = "return document.querySelector('[data-testid=\"opening\"]')?.innerText.includes('choose it again')";
        viewer.wait_for("word of the missing recording", script).await;

        // Nothing of a recording is kept.
        let kept = "return caches.keys().then((names) => Promise.all(names.map(async (name) => \
             (await (await caches.open(name)).keys()).map((it) => it.url)))).then((all) => all.flat())";
        let kept = viewer.evaluate(kept).await;
        let kept: Vec<&str> = kept
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|it| it.as_str())
            .collect();
        assert!(kept.iter().any(|it| it.ends_with("worker_bg.wasm")), "{kept:?}");
        assert!(
            kept.iter()
                .all(|it| !it.contains("samples") && !it.ends_with("recordings.json")),
            "{kept:?}"
        );
        viewer.browser.quit().await;
    });
}

#[test]
fn a_newer_version_waits_until_it_is_wanted() {
    tell("newer", |viewer, site, folder| async move {
        wait_for_offline(&viewer).await;
        viewer.evaluate("window.isTheSamePage = true").await;
        // The host gets a new version.
        let script = std::fs::read_to_string(folder.join("sw.js")).unwrap();
        let version = script.split('"').nth(1).unwrap().to_owned();
        std::fs::write(folder.join("sw.js"), script.replace(&version, "0123456789abcdef")).unwrap();
        viewer
            .evaluate(
                "return navigator.serviceWorker.getRegistration().then((it) => it.update()).then(() => true)",
            )
            .await;
        let notice = "return document.querySelector('.ph-newer')?.innerText.includes('newer version')";
        viewer.wait_for("word of the newer version", notice).await;
        assert_accessible(&viewer, "the notice").await;
        assert_eq!(viewer.evaluate("return window.isTheSamePage").await, json!(true));
        let names = viewer.evaluate("return caches.keys()").await;
        assert_eq!(names.as_array().map(Vec::len), Some(2), "{names}");

        let button = viewer
            .browser
            .page
            .find(By::Css(".ph-newer button"))
            .await
            .unwrap();
        button.click().await.unwrap();
        let is_new = "return window.isTheSamePage === undefined && document.body?.dataset.idle === 'true'";
        viewer.wait_for("the newer version", is_new).await;
        let names = viewer.evaluate("return caches.keys()").await;
        assert_eq!(names, json!([format!("playhead {PREFIX} 0123456789abcdef")]));
        assert!(site.port() > 0);
        viewer.assert_no_errors(&[]).await;
        viewer.browser.quit().await;
    });
}
