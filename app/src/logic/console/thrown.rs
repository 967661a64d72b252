//! The stack that an error carries as text, read frame by frame, so that each can be shown by its original place.
//!
//! The form is V8's (<https://v8.dev/docs/stack-trace-api>): a headline, then lines such as `    at save (https://a.b/app.js:9:27)`.

use crate::logic::script_place::ScriptPlace;

/// Frames beyond these are left out: V8 keeps ten unless a program asks for more.
const MAX_FRAMES: usize = 100;

/// A frame of an error's stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThrownFrame {
    /// The function, with `async` and `new` as V8 says it; empty for the top level.
    pub name: String,
    /// Where in it.
    pub place: ScriptPlace,
}

/// What stands above the frames: the error's name and message.
pub fn headline(stack: &str) -> &str {
    stack.find("\n    at ").map_or(stack, |end| &stack[..end])
}

/// The frames that are in a script; those of the browser's own functions are left out.
pub fn frames(stack: &str) -> Vec<ThrownFrame> {
    stack[headline(stack).len()..]
        .lines()
        .filter_map(|line| frame(line.strip_prefix("    at ")?))
        .take(MAX_FRAMES)
        .collect()
}

fn frame(line: &str) -> Option<ThrownFrame> {
    let (name, place) = match line.strip_suffix(')') {
        Some(line) => line.rsplit_once(" (")?,
        // Without a function's name there are no brackets.
        None => match line.strip_prefix("async ") {
            Some(place) => ("async", place),
            None => ("", line),
        },
    };
    let mut parts = place.rsplitn(3, ':');
    let column: u32 = parts.next()?.parse().ok()?;
    let line: u32 = parts.next()?.parse().ok()?;
    let url = parts.next()?;
    (!url.is_empty()).then(|| ThrownFrame {
        name: name.to_owned(),
        place: ScriptPlace {
            url: url.to_owned(),
            line,
            column: column.saturating_sub(1),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_is_read_frame_by_frame() {
        let stack = "Error: no price (1)\nfor cheese\n    at price (http://a.b/app.js:9:51831)\n    \
                     at new Basket (http://a.b/app.js:2:1)\n    at async http://a.b:80/x.js:3:4\n    \
                     at http://a.b/y.js?v=1:5:6\n    at Array.map (<anonymous>)\n    at JSON.parse";
        assert_eq!(headline(stack), "Error: no price (1)\nfor cheese");
        let all: Vec<_> = frames(stack)
            .into_iter()
            .map(|frame| (frame.name, frame.place.url, frame.place.line, frame.place.column))
            .collect();
        let frame = |name: &str, url: &str, line, column| (name.to_owned(), url.to_owned(), line, column);
        let expected = [
            frame("price", "http://a.b/app.js", 9, 51830),
            frame("new Basket", "http://a.b/app.js", 2, 0),
            frame("async", "http://a.b:80/x.js", 3, 3),
            frame("", "http://a.b/y.js?v=1", 5, 5),
        ];
        assert_eq!(all, expected);
    }

    #[test]
    fn what_is_no_stack_has_no_frames() {
        for text in [
            "",
            "Error",
            "Error: at home (a:1:2)",
            "x\n    at ",
            "x\n    at (::)",
            "x\n    at a (b:c:d)",
        ] {
            assert!(frames(text).is_empty(), "{text}");
        }
    }
}
