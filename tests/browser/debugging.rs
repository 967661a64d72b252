//! What a person does and sees while debugging, beside what [`Viewer`] has for every story.

use thirtyfour::{By, Key, WebElement};

use crate::viewer::Viewer;

/// How to ask for the line that the program stands at.
const MARKED: &str = "document.querySelector('[data-testid=\"line\"][aria-current=\"step\"]')";

/// How to ask for what has the keyboard.
const FOCUSED: &str = "((it) => it === document.body ? 'nothing' : `${it.getAttribute('role') ?? it.localName} \
     ${it.getAttribute('aria-label') ?? it.innerText ?? ''}`.replace(/\\s+/g, ' ').trim())(document.activeElement)";

impl Viewer {
    /// The code of the line that the program stands at.
    pub(crate) async fn marked_code(&self) -> String {
        self.wait_for("the marked line", &format!("return {MARKED} !== null"))
            .await;
        let code = self
            .evaluate(&format!("return {MARKED}.querySelector('code').innerText.trim()"))
            .await;
        code.as_str().unwrap_or_default().to_owned()
    }

    /// Fails unless the program stands at a statement, in a frame whose row holds a text.
    pub(crate) async fn assert_stands_at(&self, frame: &str, code: &str) {
        let frames = self.texts("frame").await;
        let top = frames.first().map(String::as_str).unwrap_or_default();
        let marked = self.marked_code().await;
        assert!(
            marked == code && top.contains(frame),
            "the program stands at {marked:?} of {top:?}, not at {code:?} of {frame:?}"
        );
    }

    /// Steps back, line by line, until the program stands at a statement.
    pub(crate) async fn step_back_to(&self, code: &str) {
        let mut passed = Vec::new();
        while passed.len() < 12 {
            self.press_with(&[Key::Shift], Key::F10.value()).await;
            let marked = self.marked_code().await;
            if marked == code {
                return;
            }
            passed.push(marked);
        }
        panic!("no step back leads to {code:?}, but to {passed:?}")
    }

    /// Fails unless the call stack is this, the youngest frame first.
    pub(crate) async fn assert_frames(&self, expected: &[&str]) {
        assert_eq!(self.texts("frame").await, expected, "the call stack");
    }

    /// What Scopes says of the variable or property of a name, the first there is.
    pub(crate) async fn variable(&self, name: &str) -> String {
        let rows = self.texts("tree-row").await;
        // A row that is another than before says so between its name and its value.
        let value = rows.iter().find_map(|row| {
            let rest = row.strip_prefix(name)?.trim_start();
            let rest = rest.strip_prefix("(changed)").unwrap_or(rest).trim_start();
            Some(rest.strip_prefix(':')?.trim().to_owned())
        });
        value.unwrap_or_else(|| panic!("{name} is not among {rows:?}"))
    }

    /// The first row of a tree whose text begins so.
    pub(crate) async fn tree_row(&self, begin: &str) -> WebElement {
        let rows = self
            .browser
            .page
            .find_all(By::Css("[data-testid=\"tree-row\"]"))
            .await;
        for row in rows.unwrap_or_default() {
            if row
                .text()
                .await
                .is_ok_and(|text| text.trim_start().starts_with(begin))
            {
                return row;
            }
        }
        panic!(
            "no row begins with {begin:?}; there are {:?}",
            self.texts("tree-row").await
        )
    }

    /// Brings a panel into sight by its tab.
    pub(crate) async fn show_panel(&self, panel: &str) {
        self.click(&self.css(&format!("[data-testid=\"tab-{panel}\"]")).await)
            .await;
    }

    /// The first element of a selector.
    pub(crate) async fn css(&self, selector: &str) -> WebElement {
        let found = self.browser.page.find(By::Css(selector)).await;
        found.unwrap_or_else(|error| panic!("{selector}: {error}"))
    }

    /// Chooses from the menu of an element, opened with the other button of the mouse.
    pub(crate) async fn choose_from_menu(&self, element: &WebElement, item: &str) {
        // The pointer of a test does not bring what it points at into sight, as a person would.
        element
            .scroll_into_view()
            .await
            .unwrap_or_else(|error| panic!("it cannot be brought into sight: {error}"));
        let asked = self.browser.page.action_chain().context_click_element(element);
        asked
            .perform()
            .await
            .unwrap_or_else(|error| panic!("the menu could not be asked for: {error}"));
        self.idle().await;
        self.click(&self.menu_item(item).await).await;
    }

    /// An item of the menu that is open.
    pub(crate) async fn menu_item(&self, item: &str) -> WebElement {
        let items = self.browser.page.find_all(By::Css("[role=menuitem]")).await;
        let mut names = Vec::new();
        for found in items.unwrap_or_default() {
            let name = found.text().await.unwrap_or_default();
            if name.starts_with(item) {
                return found;
            }
            names.push(name);
        }
        panic!("the menu has no {item:?}, but {names:?}")
    }

    /// Presses a key while others are held, and waits.
    pub(crate) async fn press_with(&self, held: &[Key], key: impl Into<String>) {
        let mut keys = self.browser.page.action_chain();
        for held in held {
            keys = keys.key_down(held.value());
        }
        let key = key.into();
        keys = keys.send_keys(key.clone());
        for held in held {
            keys = keys.key_up(held.value());
        }
        keys.perform()
            .await
            .unwrap_or_else(|error| panic!("{key:?} could not be pressed: {error}"));
        self.idle().await;
    }

    /// What has the keyboard: its role or kind, and its name; `nothing` if that is the page as a whole.
    pub(crate) async fn focused(&self) -> String {
        let focused = self.evaluate(&format!("return {FOCUSED}")).await;
        focused.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until what has the keyboard is described so: what leads elsewhere gives it on when there is something to give it to.
    pub(crate) async fn wait_for_focus(&self, wanted: &str) {
        let script = format!("return {FOCUSED}.includes({wanted:?})");
        self.wait_for(&format!("the keyboard to be at {wanted}"), &script)
            .await;
        self.idle().await;
    }

    /// Presses Tab until what has the keyboard is described so.
    pub(crate) async fn tab_to(&self, wanted: &str) {
        self.tab_through(&[], wanted).await;
    }

    /// Presses Shift+Tab until what has the keyboard is described so.
    pub(crate) async fn tab_back_to(&self, wanted: &str) {
        self.tab_through(&[Key::Shift], wanted).await;
    }

    async fn tab_through(&self, held: &[Key], wanted: &str) {
        let mut passed = Vec::new();
        for _ in 0..80 {
            let focused = self.focused().await;
            if focused.contains(wanted) {
                return;
            }
            passed.push(focused);
            self.press_with(held, Key::Tab.value()).await;
        }
        panic!("Tab does not lead to {wanted:?}, but past {passed:?}")
    }

    /// How often a line of the shown source ran, as its margin says.
    pub(crate) async fn hits_of_line(&self, line: u32) -> String {
        let hits = format!(
            "document.querySelector('[data-line=\"{line}\"] [data-testid=\"line-hits\"]')?.innerText.trim()"
        );
        let hits = self
            .wait_for("the hits of a line", &format!("return {hits}"))
            .await;
        hits.as_str().unwrap_or_default().to_owned()
    }
}
