//! What a message says: its text and arguments, formatted as the Console Standard has it.

use std::{collections::HashMap, rc::Rc};

use components::{
    console::{Piece, TextStyle},
    preview::{Token, Tone},
};
use wire::{
    ids::ObjectId,
    pause::{Object, Value},
};

use super::style;
use crate::logic::{
    literal,
    value::{self, Budget},
};

/// The text, then the arguments, in pieces. `objects` are what is known of the objects among them.
pub fn pieces(text: &str, arguments: &[Value], objects: &[Object]) -> Vec<Piece> {
    let known: HashMap<&ObjectId, Rc<Object>> = objects
        .iter()
        .map(|object| (&object.object_id, Rc::new(object.clone())))
        .collect();
    let lookup = |id: &ObjectId| known.get(id).cloned();
    let mut writer = Writer {
        pieces: Vec::new(),
        style: None,
        known: &lookup,
    };
    if !text.is_empty() {
        writer.plain(text);
    }
    let rest = match arguments.split_first() {
        Some((Value::String(pattern), rest)) if pattern.contains('%') => writer.pattern(pattern, rest),
        _ => arguments,
    };
    for argument in rest {
        if !writer.pieces.is_empty() {
            writer.plain(" ");
        }
        writer.argument(argument);
    }
    writer.pieces.retain(|piece| !piece.token.text.is_empty());
    writer.pieces
}

/// The pieces of a value alone, as of a result: strings are in quotes.
pub fn of_value(value: &Value, known: value::Known<'_>) -> Vec<Piece> {
    value::tokens(value, known, Budget::WIDE)
        .into_iter()
        .map(Piece::from)
        .collect()
}

/// The pieces as one text.
pub fn whole(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.token.text.as_str()).collect()
}

struct Writer<'a> {
    pieces: Vec<Piece>,
    style: Option<Rc<TextStyle>>,
    known: value::Known<'a>,
}

impl Writer<'_> {
    fn push(&mut self, token: Token) {
        let style = self.style.as_deref().cloned().map(Box::new);
        self.pieces.push(Piece { token, style });
    }

    fn plain(&mut self, text: &str) {
        self.push(Token::new(Tone::Plain, text));
    }

    /// Strings are words here, not values.
    fn argument(&mut self, argument: &Value) {
        match argument {
            Value::String(text) => self.plain(text),
            value => value::tokens(value, self.known, Budget::WIDE)
                .into_iter()
                .for_each(|token| self.push(token)),
        }
    }

    /// Writes a pattern with its `%s`, `%d` and so on replaced; returns the arguments left over. `%c` takes a style and
    /// writes nothing.
    fn pattern<'v>(&mut self, pattern: &str, mut arguments: &'v [Value]) -> &'v [Value] {
        let mut rest = pattern;
        let mut plain = String::new();
        while let Some((before, after)) = rest.split_once('%') {
            plain.push_str(before);
            let directive = after.chars().next();
            rest = after;
            match (directive, arguments.split_first()) {
                (Some('%'), _) => plain.push('%'),
                (
                    Some(directive @ ('s' | 'd' | 'i' | 'f' | 'o' | 'O' | 'j' | 'c')),
                    Some((argument, others)),
                ) => {
                    arguments = others;
                    self.plain(&std::mem::take(&mut plain));
                    self.directive(directive, argument);
                }
                _ => {
                    plain.push('%');
                    continue;
                }
            }
            rest = rest.get(1..).unwrap_or_default();
        }
        plain.push_str(rest);
        self.plain(&plain);
        self.style = None;
        arguments
    }

    fn directive(&mut self, directive: char, argument: &Value) {
        match (directive, argument) {
            ('c', Value::String(text)) => {
                let style = style::style(text);
                self.style = (style != TextStyle::default()).then(|| Rc::new(style));
            }
            ('c', _) => {}
            ('d' | 'i', Value::Number(number)) => {
                self.push(Token::new(Tone::Number, literal::number(number.trunc())))
            }
            _ => self.argument(argument),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(arguments: Vec<Value>) -> String {
        whole(&pieces("", &arguments, &[]))
    }

    #[test]
    fn patterns_are_filled_in() {
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
        assert_eq!(text(vec!["a".into(), "b".into(), 1.0.into()]), "a b 1");
    }

    #[test]
    fn a_style_lasts_until_the_next() {
        let pieces = pieces(
            "",
            &[
                "%cred%cplain".into(),
                "color:red".into(),
                "".into(),
                "more".into(),
            ],
            &[],
        );
        let styled: Vec<_> = pieces
            .iter()
            .map(|piece| (piece.token.text.as_str(), piece.style.is_some()))
            .collect();
        assert_eq!(
            styled,
            [("red", true), ("plain", false), (" ", false), ("more", false)]
        );
    }
}
