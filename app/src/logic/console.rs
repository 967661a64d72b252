//! Messages: in order, with their level and text, and which of them are shown.

use std::{collections::HashMap, rc::Rc, sync::Arc};

use components::{
    console::{FilterState, Level, LevelCounts},
    preview::{Token, Tone},
};
use wire::{
    console::{Message, MessageLevel, MessageSource},
    ids::ObjectId,
    pause::{Object, Value},
    point::ExecutionPoint,
};

use super::{
    literal,
    value::{self, Budget},
};

/// What narrows the console.
pub type Filter = FilterState;

/// How many messages each level has.
pub type Counts = LevelCounts;

/// A message and what is asked of it again and again.
#[derive(Debug, PartialEq)]
pub struct Line {
    /// The message.
    pub message: Message,
    /// How serious it is.
    pub level: Level,
    /// What it says.
    pub tokens: Arc<[Token]>,
}

impl Line {
    /// Reads a message once.
    pub fn new(message: Message) -> Self {
        Self {
            level: level(&message),
            tokens: tokens(&message),
            message,
        }
    }

    /// Its place in the execution.
    pub fn point(&self) -> &ExecutionPoint {
        &self.message.point.point
    }

    fn says(&self, lower_case_words: &str) -> bool {
        // Words may run over several pieces, so those that could are tried together.
        let whole: String = self.tokens.iter().map(|token| token.text.as_str()).collect();
        whole.to_lowercase().contains(lower_case_words)
    }
}

/// Adds messages, in any order, to messages in the order of the execution; those that are there already are not added.
pub fn merge(lines: &[Arc<Line>], new: Vec<Line>) -> Vec<Arc<Line>> {
    let mut merged: Vec<Arc<Line>> = lines
        .iter()
        .cloned()
        .chain(new.into_iter().map(Arc::new))
        .collect();
    // The sort knows runs that are in order already, so a stream that comes in order costs little.
    merged.sort_by(|a, b| a.point().cmp(b.point()));
    merged.dedup_by(|a, b| a.point() == b.point() && a.message == b.message);
    merged
}

/// The indices of the messages that a filter shows.
pub fn filter(lines: &[Arc<Line>], filter: &Filter) -> Vec<u32> {
    let words = filter.text.trim().to_lowercase();
    let is_shown = |line: &Line| filter.shows(line.level) && (words.is_empty() || line.says(&words));
    (0..)
        .zip(lines)
        .filter(|(_, line)| is_shown(line))
        .map(|(index, _)| index)
        .collect()
}

/// How many messages each level has.
pub fn counts(lines: &[Arc<Line>]) -> Counts {
    lines.iter().fold(Counts::default(), |mut counts, line| {
        counts.n_messages[line.level as usize] += 1;
        counts
    })
}

fn level(message: &Message) -> Level {
    match (&message.source, &message.level) {
        (_, MessageLevel::Warning) => Level::Warning,
        (_, MessageLevel::Error | MessageLevel::Assert) => Level::Error,
        (MessageSource::PageError, _) => Level::Error,
        (MessageSource::UnknownMessageError, _) => Level::Warning,
        (_, MessageLevel::Trace) => Level::Info,
        _ => Level::Log,
    }
}

/// The text, then the arguments, as a browser's console would write them.
fn tokens(message: &Message) -> Arc<[Token]> {
    let known: HashMap<&ObjectId, Rc<Object>> = message
        .data
        .objects
        .iter()
        .map(|object| (&object.object_id, Rc::new(object.clone())))
        .collect();
    let lookup = |id: &ObjectId| known.get(id).cloned();
    let mut tokens = Vec::new();
    if !message.text.is_empty() {
        tokens.push(Token::new(Tone::Plain, message.text.clone()));
    }
    let arguments = match message.argument_values.split_first() {
        Some((Value::String(pattern), arguments)) if pattern.contains('%') => {
            push_formatted(&mut tokens, pattern, arguments, &lookup)
        }
        _ => &message.argument_values,
    };
    for argument in arguments {
        if !tokens.is_empty() {
            tokens.push(Token::new(Tone::Plain, " "));
        }
        push_argument(&mut tokens, argument, &lookup);
    }
    tokens.into()
}

/// Strings are words here, not values.
fn push_argument(tokens: &mut Vec<Token>, argument: &Value, known: value::Known<'_>) {
    match argument {
        Value::String(text) => tokens.push(Token::new(Tone::Plain, text.clone())),
        value => value::push(tokens, value, known, Budget::WIDE),
    }
}

/// Writes a pattern with its `%s`, `%d` and so on replaced, as the Console Standard says; returns the arguments left over.
/// `%c` takes a style and writes nothing.
fn push_formatted<'a>(
    tokens: &mut Vec<Token>,
    pattern: &str,
    mut arguments: &'a [Value],
    known: value::Known<'_>,
) -> &'a [Value] {
    let mut rest = pattern;
    let mut plain = String::new();
    while let Some(at) = rest.find('%') {
        plain.push_str(&rest[..at]);
        let directive = rest[at + 1..].chars().next();
        rest = &rest[at + 1..];
        match (directive, arguments.split_first()) {
            (Some('%'), _) => plain.push('%'),
            (Some('s' | 'd' | 'i' | 'f' | 'o' | 'O' | 'j' | 'c'), Some((argument, others))) => {
                arguments = others;
                if directive != Some('c') {
                    tokens.push(Token::new(Tone::Plain, std::mem::take(&mut plain)));
                    match (directive, argument) {
                        (Some('d' | 'i'), Value::Number(number)) => {
                            tokens.push(Token::new(Tone::Number, literal::number(number.trunc())))
                        }
                        _ => push_argument(tokens, argument, known),
                    }
                }
            }
            _ => {
                plain.push('%');
                continue;
            }
        }
        rest = &rest[1..];
    }
    plain.push_str(rest);
    tokens.push(Token::new(Tone::Plain, plain));
    tokens.retain(|token| !token.text.is_empty());
    arguments
}

#[cfg(test)]
pub(crate) mod tests {
    use wire::{debugger::PointDescription, ids::PauseId, pause::PauseData};

    use super::*;

    /// A message for tests.
    pub(crate) fn message(point: u64, level: MessageLevel, argument_values: Vec<Value>) -> Message {
        Message {
            source: MessageSource::ConsoleApi,
            level,
            text: String::new(),
            url: None,
            source_id: None,
            line: None,
            column: None,
            point: PointDescription {
                point: point.into(),
                time: point as f64,
                frame: None,
                frame_depth: None,
            },
            pause_id: PauseId::from("p"),
            argument_values,
            stack: None,
            data: PauseData::default(),
        }
    }

    fn line(point: u64, text: &str) -> Line {
        Line::new(message(point, MessageLevel::Info, vec![text.into()]))
    }

    #[test]
    fn patterns_are_filled_in() {
        let text = |arguments: Vec<Value>| -> String {
            let line = Line::new(message(1, MessageLevel::Info, arguments));
            line.tokens.iter().map(|token| token.text.as_str()).collect()
        };
        assert_eq!(
            text(vec![
                "%s found %d steps".into(),
                "astar".into(),
                116.7.into(),
                true.into()
            ]),
            "astar found 116 steps true"
        );
        assert_eq!(
            text(vec!["%cred%c 100%% %s".into(), "color: red".into(), "".into()]),
            "red 100% %s"
        );
        assert_eq!(text(vec!["50% of é%".into()]), "50% of é%");
    }

    #[test]
    fn messages_come_in_any_order_and_stand_in_one() {
        let lines = merge(&[], vec![line(70, "c"), line(8, "a")]);
        let lines = merge(&lines, vec![line(9, "b"), line(8, "a"), line(8, "also a")]);
        let texts: Vec<&str> = lines.iter().map(|line| line.tokens[0].text.as_str()).collect();
        assert_eq!(texts, ["a", "also a", "b", "c"]);
    }

    #[test]
    fn the_filter_looks_at_levels_and_words() {
        let lines = merge(
            &[],
            vec![
                line(1, "Saved one"),
                Line::new(message(2, MessageLevel::Error, vec!["saved".into(), 2.0.into()])),
            ],
        );
        let by = |text: &str, levels| {
            filter(
                &lines,
                &Filter {
                    text: text.to_owned(),
                    levels,
                },
            )
        };
        assert_eq!(by("SAVED", [true; 4]), [0, 1]);
        assert_eq!(by("saved 2", [true; 4]), [1]);
        assert_eq!(by("", [false, true, true, true]), [0]);
        assert_eq!(counts(&lines).n_messages, [1, 0, 0, 1]);
    }
}
