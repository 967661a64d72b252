//! Story: what other programs show of a link to a recording: a title, a sentence, the picture of the moment, a frame.

use serde_json::json;

use crate::around::story;

#[test]
fn a_link_says_what_it_leads_to() {
    story("preview", &["--embed", "*"], |around| async move {
        around.viewer.goto(&format!("{}/", around.address)).await;
        around.viewer.evaluate("globalThis.ask = (question) => { globalThis.answer = undefined; question.then((value) => (answer = { value }), ({ message }) => (answer = { code: message })) }").await;
        let read = |path: &str| {
            format!(
                "new Promise((read, fail) => {{ const asked = new XMLHttpRequest(); asked.open('GET', '{}'); \
             asked.responseType = 'document'; asked.onerror = fail; asked.onload = () => {{ const page = asked.response; \
             read({{ title: page.title, policy: asked.getResponseHeader('content-security-policy'), \
             oembed: page.querySelector('link[type=\"application/json+oembed\"]')?.href ?? null, \
             tags: Object.fromEntries([...page.querySelectorAll('meta')].map((it) => [it.getAttribute('property') ?? it.name, it.content])) \
             }}) }}; asked.send() }})",
                path.replace("ID", &around.recording.id)
            )
        };
        let page = around.ask(&read("/recording/ID?t=1.5")).await.unwrap();
        let tags = &page["tags"];
        let base = format!("{}/recording/{}", around.address, around.recording.id);
        assert_eq!(
            (&page["title"], &tags["og:title"]),
            (&json!(crate::recorded::TITLE), &json!(crate::recorded::TITLE))
        );
        assert_eq!(tags["og:url"], format!("{base}?time=1500"));
        assert_eq!(tags["og:image"], format!("{base}/poster.png?time=1500"));
        assert_eq!(
            (&tags["twitter:card"], &tags["og:image:type"]),
            (&json!("summary_large_image"), &json!("image/jpeg"))
        );
        let sentence = tags["og:description"].as_str().unwrap();
        assert!(
            sentence.starts_with("A recording of localhost:") && sentence.ends_with(", at 0:01.5"),
            "{sentence}"
        );
        assert!(
            page["policy"]
                .as_str()
                .unwrap()
                .ends_with("frame-ancestors 'none'"),
            "{page}"
        );
        // The picture is that of the moment.
        let size = format!(
            "fetch('{base}/poster.png?time=1500').then((it) => it.blob()).then(createImageBitmap).then((it) => [it.width, it.height])"
        );
        let size = around.ask(&size).await.unwrap();
        assert_eq!(
            json!([size[0].to_string(), size[1].to_string()]),
            json!([tags["og:image:width"], tags["og:image:height"]])
        );
        // What is discovered leads to a frame that can be shown.
        let oembed = around
            .ask(&format!(
                "fetch('{}').then((it) => it.json())",
                page["oembed"].as_str().unwrap()
            ))
            .await
            .unwrap();
        assert_eq!(oembed["type"], "rich");
        let frame = format!("/embed/{}?time=1500", around.recording.id);
        assert!(
            oembed["html"].as_str().is_some_and(|html| html.contains(&frame)),
            "{oembed}"
        );
        let framed = around.ask(&read("/embed/ID?t=1.5")).await.unwrap();
        assert!(
            framed["policy"].as_str().unwrap().ends_with("frame-ancestors *"),
            "{framed}"
        );
        assert!(
            framed["tags"]["playhead-ticket"].is_string() && framed["tags"]["playhead-embed"] == "*",
            "{framed}"
        );
        around.viewer.assert_no_errors(&[]).await;
    });
}
