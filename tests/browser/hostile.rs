//! Story: what somebody means harm with does not become more than text in the viewer's page.

mod policy;
mod watch;

use std::sync::Arc;

use tests::browser::BrowserKind;

use crate::{Stage, recorded::CART, story_of};

fn in_the_page<F: Future<Output = ()> + Send + 'static>(
    name: &str,
    body: impl FnOnce(Arc<Stage>) -> F + Send + 'static,
) {
    story_of(&CART, BrowserKind::Chromium, name, |stage| async move {
        watch::begin(&stage.viewer).await;
        body(stage.clone()).await;
    });
}

/// Markup that runs in as many ways as fit.
fn trap(place: &str) -> String {
    format!(
        "\"'></title></style></script>--><x-canary data-canary=\"{place}\"></x-canary><img src=x onerror=\"canary('{place}')\">\
         <svg onload=\"canary('{place}')\"></svg>\u{202e}gpj.exe\u{2066}\u{1b}[31m"
    )
}
