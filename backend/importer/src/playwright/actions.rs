//! What the program that drove the browser did: by name, with the mouse and the keys that it used, and the lines that did it.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Seek};

use recording::event::{KeyKind, MouseKind};
use serde_json::Value as Json;

use super::{
    Clock,
    events::{After, Before, Input, Log, Point, Snapshot, StackFrame},
    stepping::Stepping,
};
use crate::{container::Resources, error::ImportError, story::Story};

/// All calls of all traces of a file.
#[derive(Default)]
pub(super) struct Actions {
    all: Vec<Action>,
    /// By trace and call.
    by_call: HashMap<(usize, String), usize>,
    /// Why the test failed.
    failures: Vec<String>,
}

/// A call. Times are milliseconds since 1970.
struct Action {
    /// What calls of the library and of the test runner have in common that are the same.
    key: String,
    is_of_test: bool,
    class: String,
    method: String,
    title: Option<String>,
    subtitle: Option<String>,
    params: Json,
    began: f64,
    ended: Option<f64>,
    /// When it acted: when it says so, or else when its snapshot of that moment was taken.
    acted: Option<f64>,
    seen: Option<f64>,
    point: Option<Point>,
    error: Option<String>,
    stack: Vec<StackFrame>,
}

/// The calls of one trace.
pub(super) struct Calls<'a> {
    actions: &'a mut Actions,
    trace_idx: usize,
    is_of_test: bool,
    stacks: HashMap<String, Vec<StackFrame>>,
}

impl Actions {
    pub(super) fn of_trace(
        &mut self,
        trace_idx: usize,
        is_of_test: bool,
        stacks: HashMap<String, Vec<StackFrame>>,
    ) -> Calls<'_> {
        Calls {
            actions: self,
            trace_idx,
            is_of_test,
            stacks,
        }
    }

    /// Adds all to the story.
    ///
    /// # Errors
    /// A source cannot be read because the file is too large.
    pub(super) fn tell<R: Read + Seek>(
        mut self,
        names: &[String],
        resources: &mut Resources<R>,
        story: &mut Story,
    ) -> Result<(), ImportError> {
        self.all.sort_by(|left, right| left.began.total_cmp(&right.began));
        let of_test: HashSet<String> = self
            .all
            .iter()
            .filter(|action| action.is_of_test)
            .map(|action| action.key.clone())
            .collect();
        let is_told = |action: &Action| match action.is_of_test {
            true => !matches!(&*action.method, "hook" | "fixture" | "attach" | "test.attach"),
            false => !of_test.contains(&action.key),
        };
        let told = self.all.iter().filter(|action| is_told(action));
        let stacks = told.clone().map(|action| &*action.stack);
        let mut stepping = Stepping::new(stacks, names, resources, story)?;
        for action in told {
            stepping.resume(action.began, &action.stack, story);
            let duration = action.ended.map(|ended| ended - action.began);
            story.action(action.began, &action.words(), duration, action.error.as_deref());
            stepping.suspend(action.began, story);
        }
        let n_left = self
            .all
            .iter()
            .filter(|action| action.is_of_test && !is_told(action))
            .count();
        story
            .leaving
            .add_many("hooks and fixtures of the test", n_left as u64);
        for action in self.all.iter().filter(|action| !action.is_of_test) {
            action.use_mouse(story);
            action.use_keys(story);
        }
        // It is not told when the test failed: what fails it is as a rule the last thing that it does.
        let last = self.all.iter().map(|action| action.ended.unwrap_or(action.began));
        if let Some(last) = last.max_by(f64::total_cmp) {
            for failure in &self.failures {
                story.action(last, "The test failed", None, Some(failure));
            }
        }
        Ok(())
    }
}

impl Calls<'_> {
    fn action(&mut self, call_id: &str) -> Option<&mut Action> {
        let idx = self.actions.by_call.get(&(self.trace_idx, call_id.to_owned()))?;
        self.actions.all.get_mut(*idx)
    }

    pub(super) fn begin(&mut self, before: Before, clock: Clock) {
        // Version 6 has no step: there the same call is told by its name and its time.
        let by_time = before
            .wall_time
            .zip(before.api_name.as_deref())
            .map(|(time, name)| format!("{name}@{time}"));
        let key = before
            .step_id
            .or(by_time)
            .unwrap_or_else(|| before.call_id.clone());
        let stack = before.stack.filter(|stack| !stack.is_empty());
        let stack = stack.or_else(|| self.stacks.get(&before.call_id).cloned());
        let action = Action {
            key,
            is_of_test: self.is_of_test,
            class: before.class,
            method: before.method,
            title: before.title.or(before.api_name),
            subtitle: before.subtitle,
            params: before.params,
            began: clock.wall(before.start_time),
            ended: None,
            acted: None,
            seen: None,
            point: None,
            error: None,
            stack: stack.unwrap_or_default(),
        };
        let call = (self.trace_idx, before.call_id);
        self.actions.by_call.insert(call, self.actions.all.len());
        self.actions.all.push(action);
    }

    pub(super) fn input(&mut self, input: &Input) {
        if let Some(action) = self.action(&input.call_id) {
            action.point = input.point.or(action.point);
        }
    }

    pub(super) fn end(&mut self, after: After, clock: Clock, story: &mut Story) {
        let n_attachments = after.attachments.map_or(0, |attachments| attachments.len());
        story.leaving.add_many("attachments", n_attachments as u64);
        let Some(action) = self.action(&after.call_id) else {
            return;
        };
        action.ended = after.end_time.map(|time| clock.wall(time).max(action.began));
        action.point = after.point.or(action.point);
        action.error = after.error.map(|error| error.message);
    }

    pub(super) fn log(&mut self, log: &Log, clock: Clock) {
        if let Some(action) = self.action(&log.call_id)
            && log.time > 0.0
            && log.message.trim_start().starts_with("performing ")
        {
            action.acted = Some(clock.wall(log.time));
        }
    }

    pub(super) fn snapshot(&mut self, snapshot: &Snapshot, at: f64) {
        if snapshot.is_of_action()
            && let Some(action) = self.action(&snapshot.call_id)
        {
            action.seen = action.seen.or(Some(at));
        }
    }

    pub(super) fn fail(&mut self, message: String) {
        self.actions.failures.push(message);
    }
}

impl Action {
    fn param(&self, name: &str) -> Option<&str> {
        self.params[name].as_str().filter(|text| !text.is_empty())
    }

    /// When it used the mouse or the keys.
    fn acted(&self) -> f64 {
        let acted = self.acted.or(self.seen).unwrap_or(self.began).max(self.began);
        self.ended.map_or(acted, |ended| acted.min(ended))
    }

    /// What it is called.
    fn words(&self) -> String {
        let named = self.title.as_deref().filter(|title| !title.is_empty());
        let mut words = match named {
            Some(title) => title.to_owned(),
            None => self.verb().to_owned(),
        };
        if let Some(subtitle) = self.subtitle.as_deref() {
            return format!("{words} {subtitle}");
        }
        // What the test runner calls it says what it is about, and so did the library's own name until version 6.
        if self.is_of_test || words.contains('(') {
            return words;
        }
        for name in ["key", "text", "value"] {
            if let Some(text) = self.param(name) {
                words += &format!(" {text:?}");
            }
        }
        for name in ["selector", "url"] {
            if let Some(text) = self.param(name) {
                words = format!("{words} {text}");
            }
        }
        words
    }

    fn verb(&self) -> &str {
        match &*self.method {
            "goto" => "Navigate to",
            "reload" => "Reload",
            "goBack" => "Go back",
            "goForward" => "Go forward",
            "click" => "Click",
            "dblclick" => "Double-click",
            "tap" => "Tap",
            "hover" => "Hover",
            "check" => "Check",
            "uncheck" => "Uncheck",
            "fill" => "Fill",
            "type" | "keyboardType" => "Type",
            "press" | "keyboardPress" => "Press",
            "keyboardDown" => "Hold down",
            "keyboardUp" => "Release",
            "keyboardInsertText" => "Insert",
            "mouseMove" => "Move the mouse",
            "mouseDown" => "Press the mouse",
            "mouseUp" => "Release the mouse",
            "mouseClick" => "Click the mouse",
            "mouseWheel" => "Turn the wheel",
            "selectOption" => "Select an option of",
            "setInputFiles" => "Choose files for",
            "dragAndDrop" => "Drag",
            "focus" => "Focus",
            "waitForSelector" => "Wait for",
            "waitForTimeout" => "Wait",
            "waitForFunction" => "Wait for a condition",
            "evaluateExpression" | "evaluateExpressionHandle" => "Evaluate",
            "screenshot" => "Take a screenshot",
            "expect" => "Expect",
            "newPage" => "Open a page",
            "setContent" => "Set the content",
            "close" => "Close",
            "" => &self.class,
            method => method,
        }
    }

    /// The mouse goes where the call acted, and is pressed if it was a click.
    fn use_mouse(&self, story: &mut Story) {
        let at = self.acted();
        let given = self.params["x"].as_f64().zip(self.params["y"].as_f64());
        let place = self.point.map(|point| (point.x, point.y)).or(given);
        let n_presses = match &*self.method {
            "click" | "tap" | "check" | "uncheck" | "setChecked" | "mouseDown" | "mouseClick"
            | "dragAndDrop" | "touchscreenTap" => 1,
            "dblclick" => 2,
            "hover" | "mouseMove" => 0,
            _ => return,
        };
        let Some((x, y)) = place else {
            // Where it is was told by the call before.
            if n_presses > 0 {
                story
                    .leaving
                    .add("presses of the mouse at a place that is not told");
            }
            return;
        };
        story.mouse(at, MouseKind::Move, x, y);
        for _ in 0..n_presses {
            story.mouse(at, MouseKind::Down, x, y);
        }
    }

    /// Keys that were pressed. When each of many was is not told: they are spread over the call.
    fn use_keys(&self, story: &mut Story) {
        let at = self.acted();
        match &*self.method {
            "press" | "keyboardPress" => {
                let keys = keys(self.param("key").unwrap_or_default());
                for key in &keys {
                    story.key(at, KeyKind::Down, key);
                }
                for key in keys.iter().rev() {
                    story.key(at, KeyKind::Up, key);
                }
            }
            "keyboardDown" => story.key(at, KeyKind::Down, self.param("key").unwrap_or_default()),
            "keyboardUp" => story.key(at, KeyKind::Up, self.param("key").unwrap_or_default()),
            "type" | "keyboardType" => {
                let text = self.param("text").unwrap_or_default();
                let n_chars = text.chars().count().max(1) as f64;
                let span = self.ended.unwrap_or(at) - at;
                for (nth, char) in text.chars().enumerate() {
                    let at = at + span * nth as f64 / n_chars;
                    let key = match char {
                        '\n' => "Enter".to_owned(),
                        '\t' => "Tab".to_owned(),
                        char => char.to_string(),
                    };
                    story.key(at, KeyKind::Down, &key);
                    story.key(at, KeyKind::Up, &key);
                }
            }
            _ => {}
        }
    }
}

/// The keys of `Control+Shift+A`; `+` alone and at the end is a key.
fn keys(combination: &str) -> Vec<&str> {
    let mut keys = Vec::new();
    let mut rest = combination;
    // A `+` that begins a key is one.
    while let Some((at, _)) = rest.char_indices().skip(1).find(|(_, char)| *char == '+') {
        let (key, later) = rest.split_at(at);
        keys.push(key);
        rest = later.strip_prefix('+').unwrap_or_default();
    }
    keys.push(rest);
    keys.retain(|key| !key.is_empty());
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_are_keys() {
        let check =
            |combination: &str, expected: &[&str]| assert_eq!(keys(combination), expected, "{combination}");
        check("Enter", &["Enter"]);
        check("Control+Shift+A", &["Control", "Shift", "A"]);
        check("Control++", &["Control", "+"]);
        check("+", &["+"]);
        check("", &[]);
        check("é+x", &["é", "x"]);
    }
}
