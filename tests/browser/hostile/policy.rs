//! The policy that decides what becomes markup: all that the viewer's own views are made of, and nothing that runs.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value as Json, json};

use super::{in_the_page, trap};

/// Every element that is written out in the built viewer: what its views give the browser as markup, and whatever looks like it.
fn elements_of_the_viewer() -> BTreeSet<String> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist");
    let folders = [dist.clone(), dist.join("parts")];
    let files = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("the viewer is built"));
    let programs = files
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|end| end == "wasm"));
    let mut elements = BTreeSet::new();
    for program in programs {
        let bytes = fs::read(&program).expect("a program");
        for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'<') {
            let rest = &bytes[at..(at + 2_000).min(bytes.len())];
            let Some(end) = rest.iter().position(|byte| *byte == b'>') else {
                continue;
            };
            let Ok(element) = std::str::from_utf8(&rest[..=end]) else {
                continue;
            };
            let name = element[1..].trim_start_matches(|letter: char| letter.is_ascii_alphanumeric());
            let is_named = element[1..].starts_with(|letter: char| letter.is_ascii_lowercase());
            // A name alone, or one with something that begins like an attribute.
            let has_attributes = name
                .strip_prefix(' ')
                .is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_lowercase()));
            if is_named && (name == ">" || has_attributes) {
                elements.insert(element.to_owned());
            }
        }
    }
    elements
}

#[test]
fn what_the_views_are_made_of_fits_the_policy_and_nothing_else_does() {
    in_the_page("hostile-policy", |stage| async move {
        let viewer = &stage.viewer;
        viewer.goto(&format!("{}/", stage.address)).await;
        let elements = elements_of_the_viewer();
        // What is dynamic is made without markup, so there are not many.
        assert!(elements.len() > 15, "{elements:?}");
        let refused = |texts: Json| {
            format!(
                "return {texts}.filter((text) => `${{trustedTypes.defaultPolicy.createHTML(text)}}` !== text)"
            )
        };
        let wrongs = viewer.evaluate(&refused(json!(elements))).await;
        assert_eq!(
            wrongs,
            json!([]),
            "views are made of what the policy in public/boot.js refuses"
        );
        let traps = json!([
            trap("policy"),
            "<script>canary()</script>",
            "<img src=x>",
            "<p onclick=\"canary()\">",
            "<a href=\"javascript:canary()\">",
            "<!-- -->",
            "<p class='x'>",
            "<p class=\"x\" onclick=\"y\">",
            "<p class=\"x\"onclick=\"y\">",
            "<p\nonclick=\"y\">",
            "<svg><script>y</script></svg>",
            "<p class=\"",
            "<style>@import 'x'</style><img src=\"x\">",
            "<p style=\"color: red\">",
            "<iframe srcdoc=\"x\">",
            "<math><annotation-xml encoding=\"x\">",
            "</p onclick=\"y\">",
        ]);
        assert_eq!(
            viewer.evaluate(&refused(traps.clone())).await,
            traps,
            "what is a trap fits"
        );

        // What is refused is refused where it counts, and reported.
        let tries = "
            const tries = [
                () => (document.createElement('div').innerHTML = '<img src=x onerror=canary()>'),
                () => document.body.insertAdjacentHTML('beforeend', '<p onclick=canary()>'),
                () => new DOMParser().parseFromString('<script>canary()</script>', 'text/html'),
                () => new Worker('data:text/javascript,postMessage(1)'),
                () => new Worker('https://x.invalid/worker.js'),
                () => new Worker('http://127.0.0.1:9/worker.js'),
                () => { const script = document.createElement('script'); script.text = 'canary()'; document.body.append(script); },
                () => document.body.setAttribute('onclick', 'canary()'),
                () => eval('canary()'),
                () => new Function('canary()')(),
                () => setTimeout('canary()'),
            ];
            // What a driver runs may evaluate; what the page runs by itself may not.
            const through = () => tries.filter((attempt) => { try { attempt(); return true; } catch { return false; } }).map(String);
            return new Promise((resolve) => setTimeout(() => resolve(through())))";
        assert_eq!(viewer.evaluate(tries).await, json!([]));
        let ran = viewer.evaluate("return window.playheadRan").await;
        let ran: Vec<&str> = ran
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .collect();
        assert!(
            ran.len() >= 8 && ran.iter().all(|it| it.starts_with("the policy's")),
            "{ran:?}"
        );
    });
}
