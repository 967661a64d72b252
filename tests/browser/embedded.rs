//! Story: viewers as parts of a page of another origin: several at once, of which nothing is left when they are destroyed; the element
//! as its types describe it; what is in the frames is for everybody.

use serde_json::{Value as Json, json};

use crate::{
    accessibility::assert_accessible,
    around::{EMBED, number, story},
};

#[test]
fn several_stand_on_one_page_and_leave_nothing_behind() {
    story("several", &EMBED, |around| async move {
        around.show(
            "<div id=all><playhead-viewer id=a recording=ID mode=mini t=1 style=\"width: 400px; height: 300px\"></playhead-viewer>\
             <playhead-viewer id=b recording=ID mode=mini loading=click title=\"Second\" style=\"width: 400px; height: 300px\"></playhead-viewer>\
             <div style=\"height: 3000px\"></div>\
             <playhead-viewer id=c recording=ID style=\"width: 400px; height: 300px\"></playhead-viewer></div>",
        )
        .await;
        around
            .hear("the first", "it.viewer === 'a' && it.name === 'loaded'")
            .await;
        // What is not seen, and what is to be pressed first, has a picture and nothing else.
        let frames = "return ['a', 'b', 'c'].map((id) => document.getElementById(id).shadowRoot.querySelectorAll('iframe').length)";
        assert_eq!(around.viewer.evaluate(frames).await, json!([1, 0, 0]));
        let poster = "const image = b.shadowRoot.querySelector('img'); return image?.complete && image.naturalWidth > 0 && image.src";
        let poster = around.viewer.wait_for("a poster", poster).await;
        assert!(
            poster
                .as_str()
                .is_some_and(|poster| poster.ends_with("/poster.png")),
            "{poster}"
        );
        let name =
            "const button = b.shadowRoot.querySelector('button'); button.click(); return button.ariaLabel";
        assert_eq!(around.viewer.evaluate(name).await, "Play: Second");
        around
            .hear("the second to play", "it.viewer === 'b' && it.name === 'play'")
            .await;
        around.viewer.evaluate("c.scrollIntoView()").await;
        around
            .hear("the third", "it.viewer === 'c' && it.name === 'loaded'")
            .await;

        // Each is asked by itself.
        let times = "Promise.all([a.seek({ t: 0.5 }), b.pause().then(() => b.seek({ t: 1 })), c.seek({ t: 1.5 })]).then((all) => all.map(({ t }) => t))";
        let times = around.ask(times).await.unwrap();
        let times: Vec<f64> = times.as_array().unwrap().iter().map(number).collect();
        assert_eq!(times, [0.5, 1.0, 1.5]);

        // They follow the page's theme, and each may have its own.
        let set = "document.documentElement.style.colorScheme = 'dark'; b.setAttribute('theme', 'light')";
        around.viewer.evaluate(set).await;
        // Asked, not looked into: the driver would hold on to the frames.
        let themes = "return Promise.all([a.getState(), b.getState()]).then((all) => all.map(({ theme }) => theme).join() === 'dark,light')";
        around
            .viewer
            .wait_for("the page's theme, and its own", themes)
            .await;

        // Keys of the page go to the one that was used last, if it asks for them.
        around
            .viewer
            .evaluate("a.setAttribute('keyboard', 'global'); document.activeElement?.blur()")
            .await;
        around.ask("a.getState()").await.unwrap();
        around.forget().await;
        around.viewer.type_keys(".").await;
        around
            .hear("the next picture", "it.viewer === 'a' && it.name === 'seeked'")
            .await;

        // The height that the picture wants.
        around
            .viewer
            .evaluate("a.scrollIntoView(); a.setAttribute('fit', 'width'); a.style.height = ''; a.style.width = '420px'")
            .await;
        let fits = "const { width, height } = a.getBoundingClientRect(); return width === 420 && Math.abs(height - a.shadowRoot.querySelector('iframe').offsetHeight) < 1 && height > 300";
        around.viewer.wait_for("a height that fits", fits).await;

        // Moving one in the document begins it anew; what was asked of it before ends.
        let moved = around
            .ask("(() => { const asked = c.seek({ t: 1 }); all.prepend(c); return asked })()")
            .await;
        assert_eq!(moved, Err("closed".to_owned()));
        around.forget().await;
        around
            .hear("the third again", "it.viewer === 'c' && it.name === 'loaded'")
            .await;

        // Destroyed: what was asked ends, nothing listens, nothing is held on to.
        let before = around.listeners("globalThis").await;
        assert!(before.contains(&"keydown".to_owned()), "{before:?}");
        let destroy = "globalThis.gone = ['a', 'b', 'c'].map((id) => new WeakRef(document.getElementById(id))); \
            globalThis.frames_gone = gone.map((it) => new WeakRef(it.deref().shadowRoot.querySelector('iframe'))); \
            const asked = a.seek({ t: 1 }); gone.forEach((it) => it.deref().destroy()); ask(asked)";
        around.viewer.evaluate(destroy).await;
        let answer = around
            .viewer
            .wait_for("an answer", "return globalThis.answer ?? false")
            .await;
        assert_eq!(answer["code"], "destroyed");
        assert_eq!(
            around
                .viewer
                .evaluate("return document.querySelectorAll('playhead-viewer').length")
                .await,
            0
        );
        assert_eq!(
            around.ask("gone[0].deref()?.play()").await,
            Err("destroyed".to_owned())
        );
        let after = around.listeners("globalThis").await;
        assert!(!after.contains(&"keydown".to_owned()), "{after:?}");
        around
            .viewer
            .evaluate("told.length = 0; answer = undefined")
            .await;
        let left = "return ['a', 'b', 'c', 'frame of a', 'frame of b', 'frame of c'].filter((_, at) => [...gone, ...frames_gone][at].deref())";
        around.until_collected(left).await;
        around.viewer.assert_no_errors(&[]).await;
    });
}

#[test]
fn the_element_has_what_its_types_say_and_is_small() {
    story("types", &EMBED, |around| async move {
        around
            .show("<playhead-viewer id=v recording=ID loading=click></playhead-viewer>")
            .await;
        around
            .viewer
            .wait_for(
                "the element",
                "return customElements.get('playhead-viewer') !== undefined",
            )
            .await;
        let types = include_str!("../../public/embed/v1.d.ts");
        let class = types.split_once("class PlayheadViewerElement").unwrap().1;
        let class = class.split_once("addEventListener<").unwrap().0;
        let mut n_methods = 0;
        for line in class.lines().map(str::trim) {
            let Some((name, _)) = line.split_once('(') else {
                continue;
            };
            if !name.chars().all(char::is_alphanumeric) {
                continue;
            }
            n_methods += 1;
            let is_there = around.viewer.evaluate(&format!("return typeof v.{name}")).await;
            assert_eq!(is_there, "function", "{name}");
        }
        assert!(n_methods > 15, "{n_methods}");
        let facts = around
            .viewer
            .evaluate("return [v.version, v.state.phase, v instanceof HTMLElement]")
            .await;
        let package: Json = serde_json::from_str(include_str!("../../public/embed/package.json")).unwrap();
        assert_eq!(facts, json!([package["version"], "waiting", true]));
        // As a browser compresses it, which is no better than a server does.
        let size = "fetch('SERVER/embed/v1.js').then((it) => new Response(it.body.pipeThrough(new CompressionStream('gzip'))).arrayBuffer()).then((it) => it.byteLength)";
        let size = around
            .ask(&size.replace("SERVER", &around.address))
            .await
            .unwrap();
        assert!(
            number(&size) > 1_000.0 && number(&size) <= 5_000.0,
            "the loader has {size} bytes"
        );
    });
}

#[test]
fn embedded_pages_keep_nobody_out() {
    story("accessible", &EMBED, |around| async move {
        for theme in ["light", "dark"] {
            for (mode, width_px) in [
                ("mini", 480),
                ("player", 390),
                ("player", 1_100),
                ("devtools", 1_440),
            ] {
                around.viewer.browser.set_size(width_px, 800).await.unwrap();
                let page = format!(
                    "{}/embed/{}?mode={mode}&theme={theme}&t=1.5&panels=console,network",
                    around.address, around.recording.id
                );
                around.viewer.goto(&page).await;
                assert_accessible(&around.viewer, &format!("{mode}, {width_px} px, {theme}")).await;
            }
        }
        around.viewer.assert_no_errors(&[]).await;
    });
}
