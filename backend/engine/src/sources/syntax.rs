//! The syntax tree of a text, where the stack suffices for it.

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::Parser;
use oxc_span::SourceType;

use super::nesting;

/// Largest text that is parsed: trees take about ten times as much memory.
const MAX_BYTES: usize = 32 << 20;

/// How deep a text may nest, and the stack that suffices for it whatever nests, in a build without optimisation. Real
/// libraries come to 50 to 450.
#[cfg(not(target_arch = "wasm32"))]
const MAX_DEPTH: usize = 2_000;
#[cfg(not(target_arch = "wasm32"))]
const STACK_BYTES: usize = 128 << 20;
/// A page's worker has the stack its linker gave it, 1 MiB.
#[cfg(target_arch = "wasm32")]
const MAX_DEPTH: usize = 200;

/// How a script's text is to be parsed, by its address.
pub(super) fn source_type(url: &str, is_module: bool) -> SourceType {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        _ if path.ends_with(".d.ts") => SourceType::d_ts(),
        Some("ts" | "mts" | "cts") => SourceType::ts(),
        Some("tsx") => SourceType::tsx(),
        Some("jsx") => SourceType::jsx(),
        _ if is_module => SourceType::mjs(),
        _ => SourceType::unambiguous(),
    }
}

/// Parses a text and works on its tree.
///
/// # Errors
/// Why there is no tree, in words.
pub(super) fn with_program<T>(
    text: &str,
    source_type: SourceType,
    work: impl FnOnce(&Program<'_>) -> T,
) -> Result<T, String> {
    if text.len() > MAX_BYTES {
        return Err(format!(
            "the text of {} bytes is too long to be parsed",
            text.len()
        ));
    }
    if nesting::of(text, source_type.is_typescript()).depth > MAX_DEPTH {
        return Err("the text nests too deep to be parsed".to_owned());
    }
    on_a_large_stack(|| {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, text, source_type).parse();
        match parsed.diagnostics.first() {
            None if !parsed.panicked => Ok(work(&parsed.program)),
            first => Err(format!(
                "the text cannot be parsed: {}",
                first.map_or_else(|| "syntax error".to_owned(), ToString::to_string)
            )),
        }
    })
}

/// Whether a script's text nests deeper than can be parsed.
pub(super) fn is_too_deep(text: &str) -> bool {
    nesting::of(text, false).depth > MAX_DEPTH
}

/// Works where the stack suffices for syntax of that depth.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn on_a_large_stack<T>(work: impl FnOnce() -> T) -> T {
    stacker::grow(STACK_BYTES, work)
}

/// Works where the stack suffices for syntax of that depth.
#[cfg(target_arch = "wasm32")]
pub(super) fn on_a_large_stack<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[cfg(test)]
mod tests {
    use oxc_codegen::Codegen;
    use oxc_semantic::SemanticBuilder;

    use super::*;

    #[test]
    fn whatever_nests_fits_the_stack() {
        for (open, middle, close) in [
            ("(", "a", ")"),
            ("[", "", "]"),
            ("{", "", "}"),
            ("!", "a", ""),
            ("a?b:", "c", ""),
            ("a=", "b", ""),
            ("a=>", "b", ""),
            ("a+", "b", ""),
            ("a**", "b", ""),
            ("a.", "b", ""),
            ("a(", "", ")"),
            ("", "a", "()"),
            ("if(a)", "b", ""),
            ("if(a)b;else ", "c", ""),
            ("`${", "a", "}`"),
            ("function a(){", "", "}"),
            ("()=>{", "", "}"),
            ("a={b:", "c", "}"),
            ("class a{b(){", "", "}}"),
            ("({a(){", "", "}})"),
            ("(class extends ", "a", "{})"),
            ("<a>", "", "</a>"),
            ("switch(a){case b:", "", "}"),
            ("try{", "", "}finally{}"),
            ("for(;;)", "b", ""),
            ("[a=", "b", "]"),
        ] {
            let nest = |n: usize| format!("{}{middle}{}", open.repeat(n), close.repeat(n));
            let n = 1000 * (MAX_DEPTH - 10) / nesting::of(&nest(1000), false).depth;
            with_program(&nest(n), SourceType::jsx(), |program| {
                SemanticBuilder::new().build(program);
                // What is laid out nests by more than it is long.
                if open != "class a{b(){" && open != "({a(){" {
                    let _ = Codegen::new().build(program);
                }
            })
            .unwrap_or_else(|error| panic!("{open:?} {n} times: {error}"));
        }
    }

    #[test]
    fn what_nests_deeper_is_refused() {
        let text = format!("{}{}", "(".repeat(1_000_000), ")".repeat(1_000_000));
        let refused = with_program(&text, SourceType::script(), |_| ());
        assert_eq!(refused, Err("the text nests too deep to be parsed".to_owned()));
    }
}
