//! A line as the pieces it is drawn from.

use super::{CodeKind, SourceText};
use crate::preview::visible_text;

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    text: String,
    kind: CodeKind,
    is_marked: bool,
}

impl Piece {
    pub(crate) fn class(&self) -> String {
        let kind = match self.kind {
            CodeKind::Name => "ph-code",
            CodeKind::Keyword => "ph-code ph-code--keyword",
            CodeKind::String => "ph-code ph-code--string",
            CodeKind::Number => "ph-code ph-code--number",
            CodeKind::Comment => "ph-code ph-code--comment",
            CodeKind::Function => "ph-code ph-code--function",
            CodeKind::Type => "ph-code ph-code--type",
            CodeKind::Punctuation => "ph-code ph-code--punctuation",
        };
        if self.is_marked {
            format!("{kind} ph-code--marked")
        } else {
            kind.to_owned()
        }
    }

    pub(crate) fn shown(self) -> String {
        visible_text(&self.text).into_owned()
    }
}

/// The pieces of a line, cut where the kind changes and where the marked piece begins; `mark_column` counts UTF-16 code
/// units. A line longer than [`SourceText::SHOWN_COLUMNS`] is cut and says so.
pub(crate) fn line_pieces(text: &SourceText, line_idx: usize, mark_column: Option<u32>) -> Vec<Piece> {
    let Some((line_begin, line)) = text.line(line_idx) else {
        return Vec::new();
    };
    let shown_len = line
        .char_indices()
        .nth(SourceText::SHOWN_COLUMNS)
        .map_or(line.len(), |(at, _)| at);
    let shown = &line[..shown_len];
    let mark_at = mark_column.and_then(|column| byte_of_column(shown, column));
    let mut pieces = Vec::new();
    let mut push = |begin: usize, end: usize, kind: CodeKind| {
        // The mark begins a piece of its own, which ends with the word it stands on.
        let cut = mark_at.filter(|at| (begin..end).contains(at));
        for (begin, end, is_marked) in [
            (begin, cut.unwrap_or(begin), false),
            (cut.unwrap_or(begin), end, cut.is_some()),
        ] {
            let end = if is_marked {
                begin + mark_len(&shown[begin..end])
            } else {
                end
            };
            if let Some(text) = shown.get(begin..end).filter(|text| !text.is_empty()) {
                pieces.push(Piece {
                    text: text.to_owned(),
                    kind,
                    is_marked,
                });
            }
        }
        if let Some(rest) = cut
            .map(|cut| cut + mark_len(&shown[cut..end]))
            .and_then(|rest| shown.get(rest..end))
            .filter(|rest| !rest.is_empty())
        {
            pieces.push(Piece {
                text: rest.to_owned(),
                kind,
                is_marked: false,
            });
        }
    };
    let mut at = 0;
    for span in text.spans_in(line_begin, line_begin + shown_len as u32) {
        let begin = (span.begin.max(line_begin) - line_begin) as usize;
        let end = ((span.end - line_begin) as usize).min(shown_len);
        push(at, begin, CodeKind::Name);
        push(begin, end, span.kind);
        at = end;
    }
    push(at, shown_len, CodeKind::Name);
    if shown_len < line.len() {
        let n_more = line[shown_len..].chars().count();
        pieces.push(Piece {
            text: format!(" … {n_more} more characters"),
            kind: CodeKind::Comment,
            is_marked: false,
        });
    }
    pieces
}

/// How much of a piece the mark covers: its first word, or its first character.
fn mark_len(piece: &str) -> usize {
    let is_word = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$');
    match piece.find(|char| !is_word(char)) {
        Some(0) => piece.chars().next().map_or(0, char::len_utf8),
        Some(len) => len,
        None => piece.len(),
    }
}

fn byte_of_column(line: &str, column: u32) -> Option<usize> {
    let mut units = 0;
    line.char_indices().find_map(|(at, char)| {
        let is_here = units >= column as usize;
        units += char.len_utf16();
        is_here.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Language;

    fn check(text: &str, line_idx: usize, mark: Option<u32>, expected: &[&str]) {
        let source = SourceText::new(text.into(), Language::Script);
        let pieces: Vec<String> = line_pieces(&source, line_idx, mark)
            .into_iter()
            .map(|piece| {
                if piece.is_marked {
                    format!("[{}]", piece.text)
                } else {
                    piece.text
                }
            })
            .collect();
        assert_eq!(pieces, expected);
    }

    #[test]
    fn pieces_make_up_the_line() {
        check("let a = 1;\r\nb()", 0, None, &["let", " a ", "=", " ", "1", ";"]);
        check("let a = 1;\r\nb()", 1, None, &["b", "(", ")"]);
        check("x", 7, None, &[]);
    }

    #[test]
    fn the_mark_covers_the_word_it_stands_on() {
        check("  foo.bar()", 0, Some(2), &["  ", "[foo]", ".", "bar", "(", ")"]);
        check("'😀' + b", 0, Some(7), &["'😀'", " ", "+", " ", "[b]"]);
        check("x = y z", 0, Some(4), &["x ", "=", " ", "[y]", " z"]);
        check("x", 0, Some(90), &["x"]);
    }

    #[test]
    fn a_comment_of_several_lines_is_cut_at_their_ends() {
        check("/* a\nb */ c", 1, None, &["b */", " c"]);
    }

    #[test]
    fn an_endless_line_is_cut_and_says_so() {
        let source = SourceText::new("y".repeat(5_000).into(), Language::Plain);
        let last = line_pieces(&source, 0, None).pop().map(|piece| piece.text);
        assert_eq!(last.as_deref(), Some(" … 1000 more characters"));
    }
}
