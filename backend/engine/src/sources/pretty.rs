//! Minified scripts laid out for reading, and where each place of them went.

use oxc_codegen::{Codegen, CodegenOptions, IndentChar};
use oxc_span::SourceType;
use recording::{script::Position, table::ScriptInfo};

use super::{map::Mapping, nesting, syntax::with_program};

/// A script counts as minified if its lines are longer than this on average: hand-written code stays below 60, and
/// minifiers that break lines do so after 500 or more.
const MINIFIED_COLUMNS: u32 = 200;

/// Shorter texts can be read as they are.
const MIN_CODE_UNITS: u32 = 400;

/// What laying out may take in indentation, in columns.
const MAX_INDENTATION: usize = 128 << 20;

/// Whether a script is laid out: its text is minified, and could be parsed when it was recorded.
pub(crate) fn is_minified(script: &ScriptInfo) -> bool {
    script.level > 0
        && script.n_code_units >= MIN_CODE_UNITS
        && script.n_code_units / script.n_lines.max(1) > MINIFIED_COLUMNS
}

/// A text laid out.
#[derive(Debug)]
pub(crate) struct Pretty {
    pub(crate) text: String,
    /// From the script's text to this one.
    pub(crate) mapping: Mapping,
}

impl Pretty {
    /// Lays out a script's text. One that cannot be parsed here stays as it is, every place where it was.
    pub(crate) fn new(text: &str, source_type: SourceType) -> Self {
        Self::laid_out(text, source_type).unwrap_or_else(|_| Self {
            text: text.to_owned(),
            mapping: Mapping::of_pairs(text.split('\n').zip(1..).map(|(_, line)| {
                let start = Position { line, column: 0 };
                (start, start)
            })),
        })
    }

    fn laid_out(text: &str, source_type: SourceType) -> Result<Self, String> {
        if nesting::of(text, source_type.is_typescript()).n_indents > MAX_INDENTATION {
            return Err("the text nests too much to be laid out".to_owned());
        }
        with_program(text, source_type, |program| {
            let options = CodegenOptions {
                indent_char: IndentChar::Space,
                indent_width: 2,
                source_map_path: Some("script.js".into()),
                ..CodegenOptions::default()
            };
            let made = Codegen::new().with_options(options).build(program);
            let tokens = made.map.iter().flat_map(|map| map.get_tokens());
            let place = |line: u32, column| Position {
                line: line.saturating_add(1),
                column,
            };
            let mapping = Mapping::of_pairs(tokens.filter(|token| token.get_source_id().is_some()).map(
                |token| {
                    (
                        place(token.get_src_line(), token.get_src_col()),
                        place(token.get_dst_line(), token.get_dst_col()),
                    )
                },
            ));
            Self {
                text: made.code,
                mapping,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_minified_code_are_found_again() {
        let text = "var é='😀';function f(a){if(a)return g(a),1;for(;;){h()}}f(é)";
        let pretty = Pretty::new(text, SourceType::script());
        let lines: Vec<&str> = pretty.text.lines().collect();
        for (snippet, expected) in [
            ("var", "var é = \"😀\";"),
            ("return", "return g(a), 1;"),
            ("for", "for (;;) {"),
            ("h()", "h();"),
            ("f(é)", "f(é);"),
        ] {
            let before = text.split(snippet).next().unwrap_or_default();
            let column = before.encode_utf16().count() as u32;
            let found = pretty
                .mapping
                .original(Position { line: 1, column })
                .map(|token| token.original);
            let line = found.and_then(|found| {
                let line = lines.get(found.line as usize - 1)?;
                line.get(found.column as usize..)
            });
            assert_eq!(line, Some(expected), "{snippet:?} of {}", pretty.text);
        }
    }

    #[test]
    fn what_cannot_be_parsed_stays_as_it_is() {
        let pretty = Pretty::new("let = =\n3", SourceType::script());
        assert_eq!(pretty.text, "let = =\n3");
        let at = Position { line: 2, column: 1 };
        let start = Position { line: 2, column: 0 };
        assert_eq!(
            pretty.mapping.original(at).map(|token| token.original),
            Some(start)
        );
    }
}
