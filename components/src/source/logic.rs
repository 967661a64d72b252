//! A line as the pieces it is drawn from.

use std::ops::Range;

use super::{
    CodeKind, SourceText,
    text::{LinePosition, WHOLE_LINE},
};
use crate::preview::visible_text;

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    kind: CodeKind,
    /// The column of a name, by which it can be pointed at.
    pub(crate) name_at: Option<u32>,
    is_marked: bool,
    found: Option<bool>,
    /// A place where the program can be stopped, drawn in front of the piece that it stands before.
    pub(crate) stop_at: Option<u32>,
}

impl Piece {
    pub(crate) fn class(&self) -> String {
        let mut class = match self.kind {
            CodeKind::Name => "ph-code",
            CodeKind::Keyword => "ph-code ph-code--keyword",
            CodeKind::String => "ph-code ph-code--string",
            CodeKind::Number => "ph-code ph-code--number",
            CodeKind::Comment => "ph-code ph-code--comment",
            CodeKind::Function => "ph-code ph-code--function",
            CodeKind::Type => "ph-code ph-code--type",
            CodeKind::Key => "ph-code ph-code--key",
            CodeKind::Punctuation => "ph-code ph-code--punctuation",
        }
        .to_owned();
        if self.is_marked {
            class.push_str(" ph-code--marked");
        }
        match self.found {
            Some(true) => class.push_str(" ph-code--found ph-code--current"),
            Some(false) => class.push_str(" ph-code--found"),
            None => {}
        }
        class
    }

    pub(crate) fn shown(&self) -> String {
        visible_text(&self.text).into_owned()
    }
}

/// A line, or what is in sight of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LinePieces {
    /// How many columns there are before the first piece.
    pub(crate) n_before: usize,
    /// The pieces, one after the other.
    pub(crate) pieces: Vec<Piece>,
    /// The columns of the whole line, for a line that is drawn in part.
    pub(crate) n_columns: Option<usize>,
}

/// What is drawn over the words of a line; columns in UTF-16 code units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Over {
    /// Where the frame stands.
    pub(crate) mark: Option<u32>,
    /// What was found, and whether it is the one looked at.
    pub(crate) found: Vec<(u32, u32, bool)>,
    /// Where the program can be stopped.
    pub(crate) stops: Vec<u32>,
}

/// Whether only a part of a line is drawn at a time.
pub(crate) fn is_long(text: &SourceText, line_idx: usize) -> bool {
    text.line(line_idx)
        .is_some_and(|(_, line)| line.len() > WHOLE_LINE)
}

/// The pieces of a line within `columns` of the screen, cut where the kind changes, at names, and at what is drawn over them.
pub(crate) fn line_pieces(
    text: &SourceText,
    line_idx: usize,
    columns: Range<usize>,
    over: &Over,
) -> LinePieces {
    let Some((line_begin, line)) = text.line(line_idx) else {
        return LinePieces::default();
    };
    let is_long = line.len() > WHOLE_LINE;
    let (from, to) = match is_long {
        true => (
            text.at_column(line_idx, columns.start),
            text.at_column(line_idx, columns.end),
        ),
        false => (LinePosition::default(), text.at_unit(line_idx, usize::MAX)),
    };
    let byte_of = |unit: u32| match unit as usize {
        unit if unit <= from.unit => from.byte,
        unit if unit >= to.unit => to.byte,
        unit => text.at_unit(line_idx, unit).byte,
    };
    let shown = line.get(from.byte..to.byte).unwrap_or_default();
    let mark = over
        .mark
        .filter(|unit| (from.unit..to.unit).contains(&(*unit as usize)))
        .map(byte_of)
        .map(|begin| begin..begin + mark_len(line.get(begin..).unwrap_or_default()));
    let found: Vec<(Range<usize>, bool)> = over
        .found
        .iter()
        .map(|(begin, end, is_current)| (byte_of(*begin)..byte_of(*end), *is_current))
        .filter(|(range, _)| !range.is_empty())
        .collect();
    let stops: Vec<(usize, u32)> = over
        .stops
        .iter()
        .filter(|unit| (from.unit..=to.unit).contains(&(**unit as usize)))
        .map(|unit| (byte_of(*unit), *unit))
        .collect();

    // Where a piece may not go across.
    let mut cuts: Vec<usize> = mark.iter().flat_map(|range| [range.start, range.end]).collect();
    cuts.extend(found.iter().flat_map(|(range, _)| [range.start, range.end]));
    cuts.extend(stops.iter().map(|(byte, _)| *byte));
    cuts.sort_unstable();

    let mut unit = from.unit;
    let mut pieces = Vec::new();
    let mut push = |mut begin: usize, end: usize, kind: CodeKind, is_name: bool| {
        let name_at = is_name.then_some(unit as u32);
        while begin < end {
            let next_cut = cuts.partition_point(|cut| *cut <= begin);
            let piece_end = cuts.get(next_cut).map_or(end, |cut| (*cut).min(end));
            let Some(text) = line.get(begin..piece_end) else {
                return;
            };
            pieces.push(Piece {
                text: text.to_owned(),
                kind,
                name_at,
                is_marked: mark.as_ref().is_some_and(|mark| mark.contains(&begin)),
                found: found
                    .iter()
                    .find(|(range, _)| range.contains(&begin))
                    .map(|(_, is_current)| *is_current),
                stop_at: stops
                    .iter()
                    .find(|(byte, _)| *byte == begin)
                    .map(|(_, unit)| *unit),
            });
            unit += text.encode_utf16().count();
            begin = piece_end;
        }
    };
    let mut at = from.byte;
    for span in text.spans_in(line_begin + from.byte..line_begin + to.byte) {
        let begin = (span.begin as usize).max(line_begin + from.byte) - line_begin;
        let end = (span.end as usize).saturating_sub(line_begin).min(to.byte);
        for_words(line, at..begin.min(to.byte), &mut push);
        let is_name = matches!(span.kind, CodeKind::Function | CodeKind::Type | CodeKind::Key)
            || line.get(begin..end) == Some("this");
        push(begin, end, span.kind, is_name);
        at = at.max(end);
    }
    for_words(line, at..to.byte, &mut push);
    debug_assert_eq!(
        pieces.iter().map(|piece| piece.text.len()).sum::<usize>(),
        shown.len()
    );
    LinePieces {
        n_before: from.column,
        pieces,
        n_columns: is_long.then(|| text.at_column(line_idx, usize::MAX).column),
    }
}

/// What stands between spans: names, and blanks and the like.
fn for_words(line: &str, range: Range<usize>, push: &mut impl FnMut(usize, usize, CodeKind, bool)) {
    let Some(text) = line.get(range.clone()) else {
        return;
    };
    let (mut begin, mut is_in_word) = (0, false);
    for (at, char) in text.char_indices() {
        if is_word(char) != is_in_word {
            push(range.start + begin, range.start + at, CodeKind::Name, is_in_word);
            (begin, is_in_word) = (at, !is_in_word);
        }
    }
    push(range.start + begin, range.end, CodeKind::Name, is_in_word);
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '$' | '#')
}

/// How much the mark covers: the first word, or the first character.
fn mark_len(rest: &str) -> usize {
    match rest.find(|char| !is_word(char)) {
        Some(0) => rest.chars().next().map_or(0, char::len_utf8),
        Some(len) => len,
        None => rest.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Language;

    #[track_caller]
    fn check(text: &str, line_idx: usize, over: Over, expected: &[&str]) {
        let source = SourceText::new(text.into(), Language::Script);
        while source.read_on(1 << 20) {}
        let line = line_pieces(&source, line_idx, 0..100, &over);
        let pieces: Vec<String> = line
            .pieces
            .into_iter()
            .map(|piece| {
                let stop = if piece.stop_at.is_some() { "^" } else { "" };
                match (piece.is_marked, piece.found) {
                    (true, _) => format!("{stop}[{}]", piece.text),
                    (_, Some(true)) => format!("{stop}<<{}>>", piece.text),
                    (_, Some(false)) => format!("{stop}<{}>", piece.text),
                    _ => format!("{stop}{}", piece.text),
                }
            })
            .collect();
        assert_eq!(pieces, expected);
    }

    fn mark(column: u32) -> Over {
        Over {
            mark: Some(column),
            ..Over::default()
        }
    }

    #[test]
    fn pieces_make_up_the_line() {
        let none = Over::default();
        check(
            "let a = 1;\r\nb()",
            0,
            none.clone(),
            &["let", " ", "a", " ", "=", " ", "1", ";"],
        );
        check("let a = 1;\r\nb()", 1, none.clone(), &["b", "(", ")"]);
        check("x", 7, none.clone(), &[]);
        check("/* a\nb */ c", 1, none, &["b */", " ", "c"]);
    }

    #[test]
    fn the_mark_covers_the_word_it_stands_on() {
        check("  foo.bar()", 0, mark(2), &["  ", "[foo]", ".", "bar", "(", ")"]);
        check("'😀' + b", 0, mark(7), &["'😀'", " ", "+", " ", "[b]"]);
        check("x = y z", 0, mark(4), &["x", " ", "=", " ", "[y]", " ", "z"]);
        check("x", 0, mark(90), &["x"]);
    }

    #[test]
    fn what_was_found_and_where_one_can_stop_cut_the_words() {
        let over = Over {
            found: vec![(1, 5, false), (6, 7, true)],
            stops: vec![0, 6],
            ..Over::default()
        };
        check("total; x", 0, over, &["^t", "<otal>", ";", "^<< >>", "x"]);
    }

    #[test]
    fn of_an_endless_line_the_part_in_sight_is_drawn() {
        let source = SourceText::new("ab ".repeat(1_000_000).into(), Language::Plain);
        let line = line_pieces(&source, 0, 2_999_990..3_000_500, &Over::default());
        assert_eq!((line.n_before, line.n_columns), (2_999_990, Some(3_000_000)));
        let text: String = line.pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(text, " ab ab ab ".get(0..10).unwrap_or_default());
        assert_eq!(line.pieces[1].name_at, Some(2_999_991));
    }
}
