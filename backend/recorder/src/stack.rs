//! Stack traces as the program's author knows them: without the recorder's frames, at the columns of the original text.

use recording::script::Position;

use crate::{runtime::SOURCE_NAME, scripts::Scripts};

/// Cleans the text of an error's `stack`.
pub(crate) fn clean(stack: &str, scripts: &Scripts) -> String {
    if scripts.is_of_node() {
        return stack.to_owned();
    }
    let mut lines = Vec::new();
    for line in stack.lines().filter(|line| !line.contains(SOURCE_NAME)) {
        lines.push(clean_line(line, scripts).unwrap_or_else(|| line.to_owned()));
    }
    lines.join("\n")
}

/// Puts the positions in the lines of a Node trace right: `    at f (/folder/a.js:3:14)`, `    at file:///folder/a.mjs:3:14`.
pub(crate) fn original(trace: &str, scripts: &Scripts) -> String {
    let lines: Vec<_> = trace
        .split('\n')
        .map(|line| original_line(line, scripts).unwrap_or_else(|| line.to_owned()))
        .collect();
    lines.join("\n")
}

fn original_line(line: &str, scripts: &Scripts) -> Option<String> {
    let (inner, end) = match line.strip_suffix(')') {
        Some(inner) => (inner, ")"),
        None => (line, ""),
    };
    let start = match end {
        ")" => inner.rfind(" (")? + 2,
        _ => inner.find("at ")? + 3,
    };
    let (before, place) = inner.split_at_checked(start)?;
    let (is_async, place) = match place.strip_prefix("async ") {
        Some(rest) => ("async ", rest),
        None => ("", place),
    };
    let (rest, column) = place.rsplit_once(':')?;
    let (file, line_number) = rest.rsplit_once(':')?;
    let position = Position {
        line: line_number.parse().ok()?,
        column: column.parse::<u32>().ok()?.checked_sub(1)?,
    };
    let url = match file.contains("://") {
        true => file.to_owned(),
        false => url::Url::from_file_path(file).ok()?.into(),
    };
    let original = scripts.original_position(&url, position)?;
    Some(format!(
        "{before}{is_async}{file}:{}:{}{end}",
        original.line,
        original.column + 1
    ))
}

/// A line such as `    at f (https://host/a.js:3:14)`, with its position put right; None if it names none.
fn clean_line(line: &str, scripts: &Scripts) -> Option<String> {
    let start = line
        .find("://")
        .and_then(|at| line.get(..at)?.rfind(['(', ' ']))?
        + 1;
    let end = line.rfind(|c: char| c.is_ascii_digit())? + 1;
    let place = line.get(start..end)?;
    let (rest, column) = place.rsplit_once(':')?;
    let (url, line_number) = rest.rsplit_once(':')?;
    // V8 counts columns from 1.
    let position = Position {
        line: line_number.parse().ok()?,
        column: column.parse::<u32>().ok()?.checked_sub(1)?,
    };
    let original = scripts.original_position(url, position)?;
    let (before, after) = (line.get(..start)?, line.get(end..)?);
    Some(format!(
        "{before}{url}:{}:{}{after}",
        original.line,
        original.column + 1
    ))
}

#[cfg(test)]
mod tests {
    use recording::script::ScriptKind;

    use super::*;
    use crate::{instrument::Goal, scripts::Source};

    #[test]
    fn frames_stand_at_their_original_columns_and_the_recorders_are_gone() {
        let mut scripts = Scripts::default();
        let url = "http://localhost/a.js";
        let source = Source {
            url,
            text: "function f() {\n  throw new Error('no');\n}",
            kind: ScriptKind::External,
            goal: Goal::Script,
            level: 3,
            document_line: 0,
        };
        let text = scripts.add(source);
        let column = text
            .lines()
            .nth(1)
            .and_then(|line| line.find("new Error"))
            .unwrap_or_default()
            + 1;
        let stack = format!(
            "Error: no\n    at f ({url}:2:{column})\n    at _$pw (playhead-runtime.js:5:3)\n    at https://x/y.js:1:2"
        );
        assert_eq!(
            clean(&stack, &scripts),
            format!("Error: no\n    at f ({url}:2:9)\n    at https://x/y.js:1:2")
        );
    }
}
