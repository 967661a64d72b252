//! Actions on a page, read from a file and done with real input, so that a recording can be made again.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cdp::{Cdp, CdpError};

/// One action. In a steps file: `{ "type": "click", "selector": "#add" }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum StepAction {
    /// Goes to an address and waits until it has loaded.
    Goto {
        /// The address, resolved against the page's.
        url: String,
    },
    /// Moves to an element and clicks it.
    Click {
        /// A CSS selector; the first match counts.
        selector: String,
    },
    /// Types a text, key by key.
    Type {
        /// Where; what has the focus if left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        selector: Option<String>,
        /// What.
        text: String,
    },
    /// Presses a key and lets it go.
    Press {
        /// `KeyboardEvent.key`: `Enter`, `ArrowDown`, `a`.
        key: String,
    },
    /// Waits until an element is there and visible.
    WaitFor {
        /// A CSS selector.
        selector: String,
    },
    /// Moves the mouse, to an element or to a place.
    Move {
        /// A CSS selector…
        #[serde(default, skip_serializing_if = "Option::is_none")]
        selector: Option<String>,
        /// …or CSS pixels from the left of the viewport
        #[serde(default, skip_serializing_if = "Option::is_none")]
        x: Option<f64>,
        /// and from its top.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        y: Option<f64>,
    },
    /// Turns the wheel where the mouse is.
    Scroll {
        /// CSS pixels to the right.
        #[serde(default)]
        x: f64,
        /// CSS pixels down.
        #[serde(default)]
        y: f64,
    },
    /// Lets time pass, a minute at most.
    Wait {
        /// Milliseconds.
        ms: u64,
    },
}

/// Why the steps ended early. Steps are counted from 1.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// No element came within the time.
    #[error("step {step}: nothing visible matches {selector} within {} s", FIND_TIMEOUT.as_secs())]
    NotFound {
        /// Which.
        step: usize,
        /// What was looked for.
        selector: String,
    },
    /// The selector is no selector, or a key or address is unknown.
    #[error("step {step}: {message}")]
    Invalid {
        /// Which.
        step: usize,
        /// Why.
        message: String,
    },
    /// The browser refused or went away.
    #[error("step {step}: {source}")]
    Browser {
        /// Which.
        step: usize,
        /// Why.
        source: CdpError,
    },
}

/// Reads a steps file.
///
/// # Errors
/// What is wrong with it, and where.
pub fn parse_steps(json: &str) -> Result<Vec<StepAction>, serde_json::Error> {
    serde_json::from_str(json)
}

/// How long an element may take to come.
const FIND_TIMEOUT: Duration = Duration::from_secs(10);
const FIND_INTERVAL: Duration = Duration::from_millis(50);
const LOAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Some pages never stop loading: the first step is tried all the same.
const FIRST_LOAD_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_WAIT_MS: u64 = 60_000;
/// A hand on a keyboard and on a mouse.
const KEY_INTERVAL: Duration = Duration::from_millis(70);
const CLICK_DURATION: Duration = Duration::from_millis(60);
const MOVE_INTERVAL: Duration = Duration::from_millis(16);
const PIXELS_PER_MOVE: f64 = 35.0;

/// Does the steps one after another, once the page has loaded or has taken long enough.
pub(crate) async fn run(cdp: &Cdp, steps: &[StepAction]) -> Result<(), StepError> {
    let mut hand = Hand {
        cdp,
        step: 0,
        x: 0.0,
        y: 0.0,
    };
    hand.has_loaded(FIRST_LOAD_TIMEOUT).await;
    for (idx, action) in steps.iter().enumerate() {
        hand.step = idx + 1;
        hand.act(action).await?;
    }
    Ok(())
}

struct Hand<'c> {
    cdp: &'c Cdp,
    step: usize,
    x: f64,
    y: f64,
}

impl Hand<'_> {
    async fn act(&mut self, action: &StepAction) -> Result<(), StepError> {
        match action {
            StepAction::Goto { url } => self.go_to(url).await,
            StepAction::Click { selector } => self.click(selector).await,
            StepAction::Type { selector, text } => {
                if let Some(selector) = selector {
                    self.focus(selector).await?;
                }
                for character in text.chars() {
                    self.press(&character.to_string()).await?;
                    tokio::time::sleep(KEY_INTERVAL).await;
                }
                Ok(())
            }
            StepAction::Press { key } => self.press(key).await,
            StepAction::WaitFor { selector } => self.find(selector).await.map(|_| ()),
            StepAction::Move {
                selector: Some(selector),
                ..
            } => {
                let (x, y) = self.find(selector).await?;
                self.move_to(x, y).await
            }
            StepAction::Move {
                selector: None,
                x: Some(x),
                y: Some(y),
            } => self.move_to(*x, *y).await,
            StepAction::Move { .. } => Err(self.invalid("a move needs a selector, or x and y")),
            StepAction::Scroll { x, y } => {
                let wheel =
                    json!({ "type": "mouseWheel", "x": self.x, "y": self.y, "deltaX": x, "deltaY": y });
                self.call("Input.dispatchMouseEvent", wheel).await.map(|_| ())
            }
            StepAction::Wait { ms } => {
                tokio::time::sleep(Duration::from_millis((*ms).min(MAX_WAIT_MS))).await;
                Ok(())
            }
        }
    }

    fn invalid(&self, message: &str) -> StepError {
        StepError::Invalid {
            step: self.step,
            message: message.to_owned(),
        }
    }

    async fn call(&self, method: &str, params: Value) -> Result<Value, StepError> {
        self.cdp
            .call(method, params)
            .await
            .map_err(|source| StepError::Browser {
                step: self.step,
                source,
            })
    }

    /// Evaluates in a world of its own, where nothing of the page is in the way.
    async fn evaluate(&self, expression: &str) -> Result<Value, StepError> {
        let tree = self.call("Page.getFrameTree", json!({})).await?;
        let frame = tree.pointer("/frameTree/frame/id").cloned().unwrap_or_default();
        let world = self
            .call(
                "Page.createIsolatedWorld",
                json!({ "frameId": frame, "worldName": "playhead" }),
            )
            .await?;
        let context = world.get("executionContextId").cloned().unwrap_or_default();
        let params = json!({ "expression": expression, "contextId": context, "returnByValue": true });
        let result = self.call("Runtime.evaluate", params).await?;
        if let Some(exception) = result
            .pointer("/exceptionDetails/exception/description")
            .and_then(Value::as_str)
        {
            return Err(self.invalid(exception.lines().next().unwrap_or_default()));
        }
        Ok(result.pointer("/result/value").cloned().unwrap_or_default())
    }

    /// The middle of an element, brought into view.
    async fn find(&self, selector: &str) -> Result<(f64, f64), StepError> {
        let expression = format!(
            "(() => {{
                const element = document.querySelector({});
                if (!element || !element.checkVisibility({{ visibilityProperty: true }})) return null;
                let box = element.getBoundingClientRect();
                if (box.top < 0 || box.left < 0 || box.bottom > innerHeight || box.right > innerWidth) {{
                    element.scrollIntoView({{ block: 'center', inline: 'center', behavior: 'instant' }});
                    box = element.getBoundingClientRect();
                }}
                return [box.left + box.width / 2, box.top + box.height / 2];
            }})()",
            Value::from(selector)
        );
        let deadline = tokio::time::Instant::now() + FIND_TIMEOUT;
        loop {
            match self.evaluate(&expression).await {
                Ok(place) => {
                    let coordinate = |idx: usize| place.get(idx).and_then(Value::as_f64);
                    if let (Some(x), Some(y)) = (coordinate(0), coordinate(1)) {
                        return Ok((x, y));
                    }
                }
                // The page is just being replaced.
                Err(StepError::Browser {
                    source: CdpError::Refused { .. },
                    ..
                }) => {}
                Err(error) => return Err(error),
            }
            if tokio::time::Instant::now() >= deadline {
                return Err(StepError::NotFound {
                    step: self.step,
                    selector: selector.to_owned(),
                });
            }
            tokio::time::sleep(FIND_INTERVAL).await;
        }
    }

    async fn mouse(&self, kind: &str, n_clicks: u32) -> Result<(), StepError> {
        let is_move = kind == "mouseMoved";
        let params = json!({
            "type": kind, "x": self.x, "y": self.y, "clickCount": n_clicks,
            "button": if is_move { "none" } else { "left" }, "buttons": u32::from(kind == "mousePressed"),
        });
        self.call("Input.dispatchMouseEvent", params).await.map(|_| ())
    }

    /// Goes there as a hand does: fast in the middle, slow at the ends.
    async fn move_to(&mut self, x: f64, y: f64) -> Result<(), StepError> {
        let (from_x, from_y) = (self.x, self.y);
        let distance = (x - from_x).hypot(y - from_y);
        let n_moves = (distance / PIXELS_PER_MOVE).ceil().clamp(1.0, 40.0) as u32;
        for n in 1..=n_moves {
            let t = f64::from(n) / f64::from(n_moves);
            let eased = t * t * (3.0 - 2.0 * t);
            self.x = from_x + (x - from_x) * eased;
            self.y = from_y + (y - from_y) * eased;
            self.mouse("mouseMoved", 0).await?;
            tokio::time::sleep(MOVE_INTERVAL).await;
        }
        Ok(())
    }

    async fn click(&mut self, selector: &str) -> Result<(), StepError> {
        let (x, y) = self.find(selector).await?;
        self.move_to(x, y).await?;
        // It may have moved meanwhile.
        (self.x, self.y) = self.find(selector).await?;
        self.mouse("mousePressed", 1).await?;
        tokio::time::sleep(CLICK_DURATION).await;
        self.mouse("mouseReleased", 1).await
    }

    async fn focus(&mut self, selector: &str) -> Result<(), StepError> {
        let expression = format!(
            "document.activeElement === document.querySelector({})",
            Value::from(selector)
        );
        if self.evaluate(&expression).await? != Value::Bool(true) {
            self.click(selector).await?;
        }
        Ok(())
    }

    async fn press(&self, key: &str) -> Result<(), StepError> {
        let Some(Key {
            code,
            virtual_code,
            text,
        }) = Key::named(key)
        else {
            return Err(self.invalid(&format!("unknown key {key}")));
        };
        let mut params =
            json!({ "type": "keyDown", "key": key, "code": code, "windowsVirtualKeyCode": virtual_code });
        match (text, params.as_object_mut()) {
            (Some(text), Some(params)) => {
                params.insert("text".to_owned(), Value::from(text));
            }
            (None, Some(params)) => {
                params.insert("type".to_owned(), Value::from("rawKeyDown"));
            }
            (_, None) => {}
        }
        self.call("Input.dispatchKeyEvent", params).await?;
        let up = json!({ "type": "keyUp", "key": key, "code": code, "windowsVirtualKeyCode": virtual_code });
        self.call("Input.dispatchKeyEvent", up).await.map(|_| ())
    }

    async fn go_to(&self, url: &str) -> Result<(), StepError> {
        let target = self
            .evaluate(&format!("new URL({}, location.href).href", Value::from(url)))
            .await?;
        let result = self.call("Page.navigate", json!({ "url": target })).await?;
        if let Some(error) = result.get("errorText").and_then(Value::as_str) {
            return Err(self.invalid(&format!("{url}: {error}")));
        }
        if self.has_loaded(LOAD_TIMEOUT).await {
            return Ok(());
        }
        Err(self.invalid(&format!("{url} did not load within {} s", LOAD_TIMEOUT.as_secs())))
    }

    /// Waits until the document and what it asks for are there; tells if they came in time.
    async fn has_loaded(&self, timeout: Duration) -> bool {
        let deadline = tokio::time::Instant::now() + timeout;
        while tokio::time::Instant::now() < deadline {
            if matches!(self.evaluate("document.readyState").await, Ok(state) if state == "complete") {
                return true;
            }
            tokio::time::sleep(FIND_INTERVAL).await;
        }
        false
    }
}

/// What a key sends besides its name.
struct Key {
    code: String,
    virtual_code: u32,
    text: Option<String>,
}

impl Key {
    /// A key by `KeyboardEvent.key`; None if there is no such key.
    fn named(name: &str) -> Option<Self> {
        let special = |code: &str, virtual_code, text: Option<&str>| {
            Some(Self {
                code: code.to_owned(),
                virtual_code,
                text: text.map(str::to_owned),
            })
        };
        match name {
            "Enter" => special("Enter", 13, Some("\r")),
            "Tab" => special("Tab", 9, None),
            "Backspace" => special("Backspace", 8, None),
            "Escape" => special("Escape", 27, None),
            "Delete" => special("Delete", 46, None),
            "PageUp" => special("PageUp", 33, None),
            "PageDown" => special("PageDown", 34, None),
            "End" => special("End", 35, None),
            "Home" => special("Home", 36, None),
            "ArrowLeft" => special("ArrowLeft", 37, None),
            "ArrowUp" => special("ArrowUp", 38, None),
            "ArrowRight" => special("ArrowRight", 39, None),
            "ArrowDown" => special("ArrowDown", 40, None),
            " " | "Space" => special("Space", 32, Some(" ")),
            _ => {
                let mut characters = name.chars();
                let (character, None) = (characters.next()?, characters.next()) else {
                    return None;
                };
                let upper = character.to_ascii_uppercase();
                let (code, virtual_code) = match upper {
                    'A'..='Z' => (format!("Key{upper}"), upper as u32),
                    '0'..='9' => (format!("Digit{upper}"), upper as u32),
                    _ => (String::new(), 0),
                };
                Some(Self {
                    code,
                    virtual_code,
                    text: Some(name.to_owned()),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steps_file_says_what_to_do() -> Result<(), serde_json::Error> {
        let steps = parse_steps(
            r##"[{ "type": "wait-for", "selector": "#a" }, { "type": "type", "text": "hi" }, { "type": "move", "x": 1, "y": 2 }]"##,
        )?;
        assert_eq!(
            steps,
            [
                StepAction::WaitFor {
                    selector: "#a".to_owned()
                },
                StepAction::Type {
                    selector: None,
                    text: "hi".to_owned()
                },
                StepAction::Move {
                    selector: None,
                    x: Some(1.0),
                    y: Some(2.0)
                },
            ]
        );
        Ok(())
    }

    #[test]
    fn a_misspelt_step_is_refused() {
        assert!(parse_steps(r#"[{ "type": "clikc", "selector": "a" }]"#).is_err());
        assert!(parse_steps(r#"[{ "type": "click", "selektor": "a" }]"#).is_err());
    }
}
