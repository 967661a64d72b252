//! Records real pages in real Chromium and looks at what the files hold. Needs Chromium; fails without.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails where it stands"
)]

use std::{path::Path, sync::Arc};

use recorder::{EndedBy, Progress, RecordOptions, parse_steps, record};
use recording::{
    event::{MessageLevel, MessageSource},
    reader::Reader,
    record::Record,
    script::ScriptKind,
    source::MemorySource,
    value::Value,
};
use tokio::sync::Notify;

use support::{Pages, folder, page, record_page, serve};

mod support;

#[tokio::test]
async fn a_page_is_recorded_with_what_it_did_and_showed() {
    let url = serve(folder("todo"));
    let steps = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/pages/todo/steps.json"),
    );
    let recorded = record_page(&format!("{url}/"), parse_steps(&steps.unwrap()).unwrap(), &[]).await;
    assert!(
        matches!(recorded.summary.ended_by, EndedBy::Steps),
        "{:?}",
        recorded.summary.ended_by
    );
    assert_eq!(recorded.summary.manifest.title, "Pocket list");
    assert_eq!(recorded.summary.manifest.warnings, Vec::<String>::new());
    recorded.check_frames();

    let logged = recorded.logged();
    assert!(logged.contains(&"settings were unreadable, using defaults".to_owned()));
    assert!(logged.contains(&"added %d suggestions".to_owned()), "{logged:?}");
    let messages = recorded.reader.messages().unwrap();
    let uncaught: Vec<_> = messages
        .iter()
        .filter(|row| row.event.source == MessageSource::PageError)
        .collect();
    assert_eq!(uncaught.len(), 1);
    assert_eq!(uncaught[0].event.level, MessageLevel::Error);
    assert_eq!(
        uncaught[0].event.text.as_deref(),
        Some("Uncaught TypeError: Cannot read properties of undefined (reading 'name')")
    );
    // Where the text says `list.owner.name`, 1-based line and 0-based column of the original.
    let text = recorded.reader.text(recorded.reader.scripts()[1].id).unwrap();
    let position = uncaught[0].event.position.unwrap();
    let line = text.lines().nth(position.line as usize - 1).unwrap();
    assert_eq!(&line[position.column as usize..][..4], "name");
    let missing: Vec<_> = messages
        .iter()
        .filter(|row| row.event.source == MessageSource::Browser)
        .collect();
    assert!(missing[0].event.text.as_deref().unwrap().contains("404"));

    // The bug the page is made to show: numbers joined as strings.
    let totals = recorded.writes("total");
    assert!(totals.contains(&Value::Number(25.0)), "{totals:?}");
    assert!(
        totals
            .iter()
            .any(|total| matches!(total, Value::String(text) if text.ends_with("302030")))
    );

    let keys = recorded.reader.keyboard().unwrap();
    assert_eq!(keys.iter().filter(|row| &*row.event.key == "Enter").count(), 6);
    assert!(keys.iter().all(|row| !row.event.is_synthetic));
    assert!(recorded.reader.mouse().unwrap().len() > 20);
    let navigations = recorded.reader.navigations().unwrap();
    let kinds: Vec<_> = navigations.iter().map(|row| &*row.event.kind).collect();
    assert_eq!(
        kinds,
        [
            "load",
            "replaceState",
            "replaceState",
            "replaceState",
            "replaceState"
        ]
    );

    let paints = recorded.reader.paints().unwrap();
    assert!(paints.len() > 5);
    let sizes: std::collections::BTreeSet<_> = paints
        .iter()
        .map(|row| (row.event.width, row.event.height))
        .collect();
    assert_eq!(Vec::from_iter(sizes), [(800, 500)]);
    assert!(
        paints
            .windows(2)
            .all(|pair| pair[0].point < pair[1].point && pair[0].time <= pair[1].time)
    );
    let last = recorded
        .reader
        .paint_bytes(&paints.last().unwrap().event.hash)
        .unwrap();
    assert_eq!(last[..2], [0xff, 0xd8]);
    assert!(recorded.n_bytes < 1_500_000, "{} bytes", recorded.n_bytes);
}

#[tokio::test]
async fn scripts_of_every_kind_run_as_they_would() {
    let latin1 = b"console.log('caf\xe9'); count += 10; shared = 'by latin1'; console.log(typeof shout)";
    let url = serve(Pages::from([
        (
            "/".to_owned(),
            (
                200,
                "Content-Type: text/html; charset=utf-8\r\nContent-Security-Policy: script-src 'self' 'unsafe-inline'; worker-src 'self'; connect-src 'self'".to_owned(),
                "<!DOCTYPE html><title>First</title>
                 <script>let count = 1; var shared = 'by inline'; function shout(s) { return s.toUpperCase() }</script>
                 <script src=latin1.js></script>
                 <script src=integrity.js integrity='sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='></script>
                 <script src=throws.js></script>
                 <script src=broken.js></script>
                 <script>console.log(shout(`count ${count} ${shared}`))</script>
                 <script type=module>import { answer } from './module.js'; const lazy = await import('./lazy.js');
                   console.log(`module ${answer} ${lazy.default}`)</script>
                 <script type='text/x-template'>not { a script</script>
                 <iframe src=frame.html></iframe>
                 <script>
                   addEventListener('message', (event) => console.log('from frame: ' + event.data));
                   const worker = new Worker('worker.js');
                   worker.onmessage = (event) => console.log('from worker: ' + event.data);
                   worker.postMessage(20);
                   onclick = () => { shared = 'clicked'; location.href = 'second.html' };
                   addEventListener('pagehide', () => console.log('going'));
                 </script><button>go</button>"
                    .into(),
            ),
        ),
        ("/latin1.js".to_owned(), page("text/javascript; charset=iso-8859-1", latin1)),
        ("/integrity.js".to_owned(), page("text/javascript", "console.log('integrity')")),
        ("/throws.js".to_owned(), page("text/javascript", "console.log('before');\n  throw new RangeError('top level')")),
        ("/broken.js".to_owned(), page("text/javascript", "let = = 3")),
        ("/module.js".to_owned(), page("text/javascript", "export const answer = 42")),
        ("/lazy.js".to_owned(), page("text/javascript", "export default await Promise.resolve('lazy')")),
        ("/frame.html".to_owned(), page("text/html", "<script src=frame.js></script>")),
        ("/frame.js".to_owned(), page("text/javascript", "parent.postMessage('hello', '*')")),
        ("/worker.js".to_owned(), page("text/javascript", "onmessage = (e) => { let n = e.data; n++; postMessage(n * 2) }")),
        (
            "/second.html".to_owned(),
            page("text/html", "<title>Second</title><script>let count = 'second'; console.log(count)</script><p>done"),
        ),
    ]));
    let steps = r#"[{"type": "wait", "ms": 800}, {"type": "click", "selector": "button"}, {"type": "wait-for", "selector": "p"}, {"type": "wait", "ms": 300}]"#;
    let recorded = record_page(&format!("{url}/"), parse_steps(steps).unwrap(), &[]).await;
    assert!(
        matches!(recorded.summary.ended_by, EndedBy::Steps),
        "{:?}",
        recorded.summary.ended_by
    );
    recorded.check_frames();
    let mut logged = recorded.logged();
    logged.sort();
    assert_eq!(
        logged,
        [
            "COUNT 11 BY LATIN1",
            "before",
            "café",
            "from frame: hello",
            "from worker: 42",
            "function",
            "going",
            "integrity",
            "module 42 lazy",
            "second"
        ]
    );
    let errors: Vec<_> = recorded
        .messages()
        .into_iter()
        .filter(|message| message.source == MessageSource::PageError)
        .collect();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert_eq!(errors[0].text.as_deref(), Some("Uncaught RangeError: top level"));
    assert_eq!(
        errors[0]
            .position
            .map(|position| (position.line, position.column)),
        Some((2, 8))
    );
    assert!(errors[1].text.as_deref().unwrap().contains("SyntaxError"));
    let warnings = &recorded.summary.manifest.warnings;
    let is_warned = |text: &str| warnings.iter().any(|warning| warning.contains(text));
    assert!(is_warned("broken.js: not recorded: syntax error"), "{warnings:?}");
    assert_eq!(warnings.len(), 1, "{warnings:?}");

    // A variable of one script that another writes stays one variable.
    assert_eq!(
        recorded.writes("count"),
        [
            Value::Number(1.0),
            Value::Number(11.0),
            Value::String("second".into())
        ]
    );
    let shared = recorded.writes("shared");
    assert_eq!(shared.last(), Some(&Value::String("clicked".into())));
    let kinds: Vec<_> = recorded
        .reader
        .scripts()
        .iter()
        .map(|script| script.kind)
        .collect();
    assert_eq!(
        kinds.iter().filter(|kind| **kind == ScriptKind::Module).count(),
        2
    );
    let navigations = recorded.reader.navigations().unwrap();
    let loads: Vec<_> = navigations
        .iter()
        .map(|row| row.event.url.strip_prefix(&*url).unwrap().to_owned())
        .collect();
    assert_eq!(loads, ["/", "/second.html"]);
    assert_eq!(recorded.summary.manifest.title, "Second");
}

#[tokio::test]
async fn levels_say_how_much_is_recorded() {
    let script = "function twice(n) { const m = n * 2; return m } const o = { n: twice(2) }; o.n = 5; console.log('ran')";
    let url = serve(Pages::from([
        (
            "/".to_owned(),
            page(
                "text/html",
                "<script src=/a/app.js></script><script src=/node_modules/lib.js></script><script src=/b/app.js></script>",
            ),
        ),
        (
            "/a/app.js".to_owned(),
            page("text/javascript", script.replace("const o", "const o1")),
        ),
        (
            "/node_modules/lib.js".to_owned(),
            page(
                "text/javascript",
                script.replace("const o", "const o2").replace("o.n", "o2.n"),
            ),
        ),
        (
            "/b/app.js".to_owned(),
            page(
                "text/javascript",
                script.replace("const o", "const o3").replace("o.n", "o3.n"),
            ),
        ),
    ]));
    let recorded = record_page(&format!("{url}/"), Vec::new(), &[("*/b/*", 0)]).await;
    // They come in any order.
    let script = |path: &str| {
        recorded
            .reader
            .scripts()
            .iter()
            .find(|script| script.url.ends_with(path))
            .unwrap()
    };
    let scripts = [
        script("/a/app.js"),
        script("/node_modules/lib.js"),
        script("/b/app.js"),
    ];
    assert_eq!(scripts.map(|script| script.level), [3, 1, 0]);
    recorded.check_frames();
    // `o.n` of the first has no `o`: it throws after its variables were written.
    assert_eq!(recorded.writes("m"), [Value::Number(4.0)]);
    assert_eq!(recorded.logged(), ["ran", "ran"]);
    let has_steps = scripts.map(|script| {
        let is_its = |site| recorded.reader.script_of_site(site) == Some(script.id);
        recorded
            .records()
            .any(|record| matches!(record, Record::Step(site) if is_its(site)))
    });
    assert_eq!(has_steps, [true, true, false]);
}

#[tokio::test]
async fn a_step_that_cannot_be_done_says_which_and_leaves_a_whole_file() {
    let url = serve(Pages::from([(
        "/".to_owned(),
        page("text/html", "<p>nothing to click"),
    )]));
    let steps = r##"[{"type": "wait", "ms": 10}, {"type": "click", "selector": "#absent"}]"##;
    let recorded = record_page(&format!("{url}/"), parse_steps(steps).unwrap(), &[]).await;
    let EndedBy::FailedStep(error) = &recorded.summary.ended_by else {
        panic!("{:?}", recorded.summary.ended_by)
    };
    assert_eq!(
        error.to_string(),
        "step 2: nothing visible matches #absent within 10 s"
    );
    assert_eq!(recorded.reader.navigations().unwrap().len(), 1);
}

#[tokio::test]
async fn saying_stop_ends_the_recording_with_a_whole_file() {
    let url = serve(Pages::from([(
        "/".to_owned(),
        page(
            "text/html",
            "<script>setInterval(() => { let n = 1; n++ }, 5)</script>",
        ),
    )]));
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("stopped.playhead");
    let mut options = RecordOptions::new(url, &output);
    options.is_headless = true;
    let stop = Arc::new(Notify::new());
    let stop_once_it_runs = stop.clone();
    let on_progress = move |progress: Progress| {
        if progress.n_steps > 20 {
            stop_once_it_runs.notify_one();
        }
    };
    let summary = record(options, on_progress, stop).await.unwrap();
    assert!(
        matches!(summary.ended_by, EndedBy::Stop),
        "{:?}",
        summary.ended_by
    );
    let reader = Reader::open(Box::new(MemorySource::from(std::fs::read(&output).unwrap()))).unwrap();
    assert_eq!(reader.warnings(), Vec::<String>::new());
    assert_eq!(reader.manifest().counts, summary.manifest.counts);
    assert!(summary.manifest.counts.steps > 20);
}

#[tokio::test]
async fn a_crash_ends_the_recording_with_a_whole_file() {
    let url = serve(Pages::from([(
        "/".to_owned(),
        page("text/html", "<script>console.log('alive')</script>"),
    )]));
    let steps = r#"[{"type": "wait", "ms": 700}, {"type": "goto", "url": "chrome://crash"}]"#;
    let recorded = record_page(&format!("{url}/"), parse_steps(steps).unwrap(), &[]).await;
    assert!(
        matches!(recorded.summary.ended_by, EndedBy::Crashed),
        "{:?}",
        recorded.summary.ended_by
    );
    assert_eq!(recorded.logged(), ["alive"]);
}

#[tokio::test]
async fn an_address_that_cannot_be_reached_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = RecordOptions::new("http://127.0.0.1:9/", folder.path().join("none.playhead"));
    options.is_headless = true;
    let error = record(options, |_| (), Arc::default()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot open the page: net::ERR_UNSAFE_PORT: http://127.0.0.1:9/"
    );
}
