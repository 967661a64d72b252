//! What the text of a program says about where V8 stops in it, and about names: read with a parser, so that it holds for
//! minified programs and libraries too.
//!
//! V8 gives a statement the position of its first character, a declaration that of the first value it gives, and an
//! expression that it treats as a statement (an operand after a comma, a loop's test or update, an arrow's body, what
//! `for (… of …)` goes over) the position of that expression: the operator of `a + b` and `a = b`, the name of the
//! property of `a.b` and `a.b()`. Code without an effect has no place, nor has a literal as a loop's test, nor the making
//! of a class.

use std::collections::BTreeMap;

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::{SourceType, Span};

use crate::{
    facts::{Extra, Facts, Target},
    v8::{At, PlaceKind},
};

/// A program's text, read.
pub(crate) struct Text {
    source: String,
    line_starts: Vec<u32>,
    facts: Facts,
}

impl Text {
    pub(crate) fn new(source: &str) -> Self {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, source, SourceType::script()).parse();
        assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
        let starts = source.match_indices('\n').map(|(at, _)| at as u32 + 1);
        Self {
            source: source.to_owned(),
            line_starts: [0].into_iter().chain(starts).collect(),
            facts: Facts::of(&parsed.program, source),
        }
    }

    /// The place of V8 that belongs to a site of ours. `first_stops` says when V8 first stopped at each.
    pub(crate) fn place_of(
        &self,
        places: &BTreeMap<At, PlaceKind>,
        first_stops: &BTreeMap<At, usize>,
        site: At,
    ) -> Option<At> {
        let offset = self.offset(site);
        let target = match self.facts.targets.get(&offset) {
            Some(target) => (*target)?,
            None => Target {
                exact: offset,
                from: offset,
            },
        };
        let (from, exact) = (self.at(target.from), self.at(target.exact));
        if from < exact && places.get(&exact) == Some(&PlaceKind::Call) {
            // Of `a.b().c()` the mark goes to `c`, or to what is looked up first: whichever V8 came by first.
            let function = self.function_at(exact);
            let candidates = places.range(from..=exact).map(|(place, _)| *place);
            let own = candidates.filter(|place| self.function_at(*place) == function);
            return own.min_by_key(|place| first_stops.get(place).copied().unwrap_or(usize::MAX));
        }
        let is_new = |at: At| self.rest(at).starts_with("new ");
        if places.contains_key(&exact) && !is_new(exact) {
            return Some(exact);
        }
        let function = self.function_at(site);
        let mut after = places.range(from..).map(|(place, _)| *place);
        let first = after.find(|place| self.function_at(*place) == function)?;
        // V8 looks up a global constructor before it calls it.
        let constructor = (first.0, first.1 + "new ".len() as u32);
        Some(if is_new(first) && places.contains_key(&constructor) {
            constructor
        } else {
            first
        })
    }

    /// Why V8 can stop at a place where we cannot, of those it does not mark as calls or returns.
    pub(crate) fn extra(&self, place: At) -> Option<Extra> {
        let offset = self.offset(place);
        let around = self
            .facts
            .regions
            .iter()
            .filter(|(span, _)| span.start <= offset && offset < span.end);
        around.min_by_key(|(span, _)| span.size())?.1
    }

    /// Whether a loop stands at a position whose head declares the name.
    pub(crate) fn is_loop_over(&self, at: At, name: &str) -> bool {
        let names = self.facts.heads.get(&self.offset(at));
        names.is_some_and(|names| names.iter().any(|declared| declared == name))
    }

    /// Whether a declaration of the name is still to come at a position, in a block around it within its function.
    pub(crate) fn is_declared_after(&self, at: At, name: &str) -> bool {
        let offset = self.offset(at);
        let contains = |span| is_within(offset, span);
        self.facts.declarations.iter().any(|declared| {
            declared.name == name
                && offset < declared.end
                && contains(declared.scope)
                && contains(declared.function)
                && !self.facts.regions.iter().any(|&(span, extra)| {
                    extra.is_none()
                        && contains(span)
                        && declared.function.start <= span.start
                        && span.size() < declared.function.size()
                })
        })
    }

    /// Whether a name of a function around the one at a position stands between there and a scope that begins at `begin`
    /// (None: the program's), so that it is not that scope's name which is meant.
    pub(crate) fn is_shadowed(&self, at: At, name: &str, begin: Option<At>) -> bool {
        let offset = self.offset(at);
        let begin = begin.map(|begin| self.offset(begin));
        let contains = |span| is_within(offset, span);
        let functions = self
            .facts
            .regions
            .iter()
            .filter(|(span, extra)| extra.is_none() && contains(*span));
        let innermost = functions
            .min_by_key(|(span, _)| span.size())
            .map(|(span, _)| *span);
        let all = self.facts.declarations.iter().chain(&self.facts.others);
        all.filter(|declared| declared.name == name && contains(declared.scope))
            .any(|declared| {
                Some(declared.function) != innermost
                    && declared.function.size() < self.source.len() as u32
                    && begin.is_none_or(|begin| begin < declared.scope.start)
            })
    }

    /// The innermost function around a position.
    fn function_at(&self, at: At) -> Option<Span> {
        let offset = self.offset(at);
        let functions = self
            .facts
            .regions
            .iter()
            .filter(|(span, extra)| extra.is_none() && is_within(offset, *span));
        functions
            .min_by_key(|(span, _)| span.size())
            .map(|(span, _)| *span)
    }

    /// The rest of the line from a position on.
    pub(crate) fn rest(&self, at: At) -> &str {
        let rest = self.source.get(self.offset(at) as usize..);
        rest.and_then(|rest| rest.lines().next()).unwrap_or_default()
    }

    fn offset(&self, (line, column): At) -> u32 {
        let start = self
            .line_starts
            .get(line as usize - 1)
            .copied()
            .unwrap_or_default();
        let mut n_units = 0;
        let line = self.source.get(start as usize..).unwrap_or_default();
        let before = line.char_indices().find(|(_, character)| {
            let is_there = n_units >= column;
            n_units += character.len_utf16() as u32;
            is_there
        });
        start + before.map_or(line.len() as u32, |(at, _)| at as u32)
    }

    fn at(&self, offset: u32) -> At {
        let line = self.line_starts.partition_point(|&start| start <= offset);
        let start = self.line_starts.get(line - 1).copied().unwrap_or_default();
        let before = self
            .source
            .get(start as usize..offset as usize)
            .unwrap_or_default();
        (line as u32, before.encode_utf16().count() as u32)
    }
}

/// Whether an offset lies within a function or block. What stands at its first character is without, unless it is the
/// program's.
fn is_within(offset: u32, span: Span) -> bool {
    (span.start < offset || span.start == 0) && offset <= span.end
}
