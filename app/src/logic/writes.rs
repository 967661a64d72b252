//! When something was written: the list, and where in it a moment stands.

use std::{collections::HashMap, rc::Rc, sync::Arc};

use components::preview::{Token, Tone};
use wire::{
    debugger::MappedLocation,
    experimental::{FindWrites, Write, WriteKind},
    ids::{ObjectId, PauseId},
    pause::{Object, Value},
    point::ExecutionPoint,
    recording::TimeStampedPoint,
};

use super::value::{self, Budget};

/// Writes of one thing, in order, as far as they were asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct WriteList {
    /// What was written.
    pub title: String,
    /// The question, without range or page.
    pub question: FindWrites,
    /// The moment around which it was asked.
    pub around: ExecutionPoint,
    /// The writes, the earliest first.
    pub writes: Vec<WriteRow>,
    /// How to ask for those before the first; None if there are none.
    pub earlier: Page,
    /// How to ask for those after the last.
    pub later: Page,
    /// Writes before this point were not looked for.
    pub unknown_before: Option<ExecutionPoint>,
    /// Why there is no list.
    pub failure: Option<String>,
}

/// What is known of one end of the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Page {
    /// It is being asked for.
    #[default]
    Pending,
    /// There may be more: how to ask.
    More(String),
    /// That was all.
    End,
}

/// A write in one line.
#[derive(Clone, Debug, PartialEq)]
pub struct WriteRow {
    /// The statement that did it.
    pub point: TimeStampedPoint,
    /// The first point that sees it.
    pub after: ExecutionPoint,
    /// The function that the statement is in.
    pub function_name: Option<String>,
    /// Where the statement stands.
    pub location: MappedLocation,
    /// What it did, where it did not just set a value: `deleted`.
    pub verb: &'static str,
    /// What it wrote.
    pub tokens: Arc<[Token]>,
    /// The pause that came with it.
    pub pause_id: PauseId,
}

/// Which writes a moment stands at and between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The one whose value is seen: the last that is over, or the one the moment is about to do.
    pub current: Option<usize>,
    /// The one to go back to.
    pub previous: Option<usize>,
    /// The one to go on to.
    pub next: Option<usize>,
}

impl WriteRow {
    /// Reads a write once.
    pub fn new(write: Write) -> Self {
        let objects: HashMap<&ObjectId, Rc<Object>> = write
            .data
            .objects
            .iter()
            .map(|object| (&object.object_id, Rc::new(object.clone())))
            .collect();
        let known = |id: &ObjectId| objects.get(id).cloned();
        let tokens = tokens(&write, &known);
        Self {
            point: TimeStampedPoint {
                point: write.point.point,
                time: write.point.time,
            },
            after: write.after.point,
            function_name: write.function_name,
            location: write.point.frame.unwrap_or_default(),
            verb: match write.kind {
                WriteKind::Argument => "called with",
                WriteKind::First => "first seen as",
                WriteKind::Delete => "deleted",
                WriteKind::Splice => "elements moved",
                WriteKind::Clear => "cleared",
                WriteKind::Noticed => "noticed as",
                _ => "",
            },
            tokens: tokens.into(),
            pause_id: write.pause_id,
        }
    }
}

/// Which of the writes a moment stands at. `writes` are in order.
pub fn standing(writes: &[WriteRow], now: &ExecutionPoint) -> Standing {
    let n_before = writes.partition_point(|write| write.point.point < *now);
    let is_at = writes
        .get(n_before)
        .is_some_and(|write| write.point.point == *now);
    let seen = writes.iter().rposition(|write| write.after <= *now);
    let next = match is_at {
        true => n_before + 1,
        false => n_before,
    };
    Standing {
        current: if is_at { Some(n_before) } else { seen },
        previous: n_before.checked_sub(1),
        next: (next < writes.len()).then_some(next),
    }
}

fn tokens(write: &Write, known: value::Known<'_>) -> Vec<Token> {
    let mut tokens = Vec::new();
    if let Some(property) = &write.property {
        tokens.push(Token::new(Tone::Key, property.name.clone()));
        tokens.push(Token::new(Tone::Faint, ": "));
    }
    if let Some(key) = &write.key {
        value::push(&mut tokens, key, known, Budget::NARROW);
        tokens.push(Token::new(Tone::Faint, " → "));
    }
    if let Some(value) = &write.value {
        value::push(&mut tokens, value, known, Budget::NARROW);
    }
    if let Some(splice) = &write.splice {
        let removed = match splice.removed_count {
            0 => String::new(),
            n => format!(", {n} taken out"),
        };
        tokens.push(Token::new(Tone::Faint, format!("at {}{removed}", splice.start)));
        for (index, value) in splice.inserted.iter().take(3).enumerate() {
            let lead = if index == 0 { ", put in " } else { ", " };
            tokens.push(Token::new(Tone::Faint, lead));
            value::push(&mut tokens, value, known, Budget::NARROW);
        }
        if splice.inserted.len() > 3 {
            tokens.push(Token::new(Tone::Faint, ", …"));
        }
    } else if write.value.is_none() && write.kind != WriteKind::Delete && write.kind != WriteKind::Clear {
        value::push(&mut tokens, &Value::Unavailable, known, Budget::NARROW);
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(number: u64) -> ExecutionPoint {
        ExecutionPoint::new(&number.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_moment_stands_at_between_and_beside_writes() {
        let write = |at: u64| WriteRow {
            point: TimeStampedPoint {
                point: point(at),
                time: 0.0,
            },
            after: point(at + 5),
            function_name: None,
            location: Vec::new(),
            verb: "",
            tokens: [].into(),
            pause_id: PauseId::from("p"),
        };
        let writes = [write(10), write(20), write(30)];
        let at = |now: u64| {
            let Standing {
                current,
                previous,
                next,
            } = standing(&writes, &point(now));
            (current, previous, next)
        };
        assert_eq!(at(5), (None, None, Some(0)));
        // About to do the second.
        assert_eq!(at(20), (Some(1), Some(0), Some(2)));
        // In the middle of the second: the first is what is seen.
        assert_eq!(at(22), (Some(0), Some(1), Some(2)));
        assert_eq!(at(25), (Some(1), Some(1), Some(2)));
        assert_eq!(at(99), (Some(2), Some(2), None));
    }
}
