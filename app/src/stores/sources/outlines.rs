//! What is declared in sources: functions and classes, with how often they ran.

use std::{collections::HashMap, sync::Arc};

use client::{CallError, Session};
use leptos::prelude::*;
use wire::{
    debugger::{GetSourceOutlineResult, Location, SameLineSourceLocations, SourceLocation},
    ids::SourceId,
};

use super::{SourceStore, counts};
use crate::{
    logic::{place, scopes::Found},
    stores::{
        Stores,
        driver::words,
        errand::{Lane, Urgency},
        evaluating::refusal,
    },
};

/// More functions than this are not counted: nobody looks through them all.
const MAX_COUNTED: usize = 5_000;

/// A function or class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// What it is called; `(anonymous)` for one without a name.
    pub name: String,
    /// What it is.
    pub kind: OutlineKind,
    /// Its parameters, for a function.
    pub parameters: String,
    /// The class a method is written in.
    pub class_name: Option<String>,
    /// How many symbols it stands inside of.
    pub depth: usize,
    /// Where it begins.
    pub begin: SourceLocation,
    /// Where it ends.
    pub end: SourceLocation,
    /// Where its calls are counted.
    counted_at: Option<SourceLocation>,
    /// How often it ran; None until that is known, and for what cannot run.
    pub n_hits: Option<u32>,
}

/// Whether a symbol runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutlineKind {
    /// A function or method.
    Function,
    /// A class.
    Class,
}

/// What is declared in a source, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Functions and classes.
    pub symbols: Vec<Symbol>,
    /// Whether counts are those of the focus.
    is_counted: bool,
}

impl Outline {
    /// The innermost symbol around a line, by its index.
    pub fn around(&self, line: u32) -> Option<usize> {
        let within = |symbol: &Symbol| symbol.begin.line <= line && line <= symbol.end.line;
        self.symbols.iter().rposition(within)
    }
}

impl SourceStore {
    /// What is declared in a source; None if nobody has asked.
    pub fn outline(&self, id: &SourceId) -> Option<Found<Arc<Outline>>> {
        self.outlines.with(|outlines| outlines.get(id).cloned())
    }

    /// Brings what is declared in a source, and how often it ran, unless that is here.
    pub fn want_outline(&self, id: &SourceId) {
        let is_known = self.outlines.with_untracked(|outlines| match outlines.get(id) {
            Some(Found::Ready(outline)) => outline.is_counted,
            Some(Found::Pending | Found::Failed(_)) => true,
            None => false,
        });
        if is_known {
            return;
        }
        let id = id.clone();
        if !self
            .outlines
            .with_untracked(|outlines| outlines.contains_key(&id))
        {
            self.outlines
                .update(|outlines| drop(outlines.insert(id.clone(), Found::Pending)));
        }
        let lane = Some(Lane::named("source.outline"));
        let store = *self;
        self.intents
            .run(
                Urgency::Visible,
                lane,
                async move |session, stores| match bring(&session, stores, &id).await {
                    Ok(()) => Ok(()),
                    Err(error) => {
                        store.set_outline(&id, Found::Failed(words(&error)));
                        refusal(error).map(drop)
                    }
                },
            );
    }

    /// The functions and classes of the source that is shown whose name or class has `query` in it, with where they stand.
    /// Tracked; what is not here is asked for.
    pub fn symbols(&self, query: &str) -> Vec<(Symbol, Location)> {
        let Some(id) = self
            .shown
            .with(|shown| shown.as_ref().map(|shown| shown.source_id.clone()))
        else {
            return Vec::new();
        };
        let Some(Found::Ready(outline)) = self.outline(&id) else {
            untrack(|| self.want_outline(&id));
            return Vec::new();
        };
        let query = query.trim().to_lowercase();
        let fits = |symbol: &&Symbol| {
            symbol.name.to_lowercase().contains(&query)
                || symbol
                    .class_name
                    .as_ref()
                    .is_some_and(|class| class.to_lowercase().contains(&query))
        };
        let location = |symbol: &Symbol| Location {
            source_id: id.clone(),
            line: symbol.begin.line,
            column: symbol.begin.column,
        };
        let found = outline.symbols.iter().filter(fits);
        found.map(|symbol| (symbol.clone(), location(symbol))).collect()
    }

    /// The next time an outline is wanted its counts are asked for again; a replaced errand may have left one waiting.
    pub(super) fn forget_outline_counts(&self) {
        self.outlines.update(|outlines| {
            outlines.retain(|_, outline| !matches!(outline, Found::Pending));
            for outline in outlines.values_mut() {
                if let Found::Ready(outline) = outline {
                    Arc::make_mut(outline).is_counted = false;
                }
            }
        });
    }

    fn set_outline(&self, id: &SourceId, outline: Found<Arc<Outline>>) {
        self.outlines.try_update(|outlines| {
            outlines.insert(id.clone(), outline);
            // One errand at a time brings an outline; what others waited for is asked for again when it is looked at.
            outlines.retain(|_, outline| !matches!(outline, Found::Pending));
        });
    }
}

async fn bring(session: &Session, stores: Stores, id: &SourceId) -> Result<(), CallError> {
    let sources = stores.sources;
    let known = sources
        .outlines
        .with_untracked(|outlines| match outlines.get(id) {
            Some(Found::Ready(outline)) => Some(Arc::clone(outline)),
            _ => None,
        });
    let mut outline = match known {
        Some(outline) => (*outline).clone(),
        None => {
            let outline = Outline {
                symbols: symbols(session.get_source_outline(id).await?),
                is_counted: false,
            };
            sources.set_outline(id, Found::Ready(Arc::new(outline.clone())));
            outline
        }
    };
    let mut places: Vec<SameLineSourceLocations> = Vec::new();
    let mut at: Vec<SourceLocation> = outline
        .symbols
        .iter()
        .filter_map(|symbol| symbol.counted_at)
        .collect();
    at.truncate(MAX_COUNTED);
    at.sort_unstable();
    at.dedup();
    for SourceLocation { line, column } in at {
        match places.last_mut() {
            Some(last) if last.line == line => last.columns.push(column),
            _ => places.push(SameLineSourceLocations {
                line,
                columns: vec![column],
            }),
        }
    }
    if !places.is_empty() {
        let counted = counts::count(session, stores, id, places).await?;
        let by_place: HashMap<(u32, u32), u32> = counted
            .iter()
            .map(|(at, n_hits)| ((at.line, at.column), *n_hits))
            .collect();
        for symbol in outline.symbols.iter_mut().take(MAX_COUNTED) {
            symbol.n_hits = symbol
                .counted_at
                .map(|place| by_place.get(&(place.line, place.column)).copied().unwrap_or(0));
        }
    }
    outline.is_counted = true;
    sources.set_outline(id, Found::Ready(Arc::new(outline)));
    Ok(())
}

/// Functions and classes in the order of the text, each with how many it stands inside of.
fn symbols(answer: GetSourceOutlineResult) -> Vec<Symbol> {
    let name = |name: Option<String>| {
        name.filter(|name| !name.is_empty())
            .unwrap_or_else(|| place::ANONYMOUS.to_owned())
    };
    let classes = answer.classes.into_iter().map(|class| Symbol {
        name: name(class.name),
        kind: OutlineKind::Class,
        parameters: String::new(),
        class_name: None,
        depth: 0,
        begin: class.location.begin,
        end: class.location.end,
        counted_at: None,
        n_hits: None,
    });
    let functions = answer.functions.into_iter().map(|function| Symbol {
        name: name(function.name),
        kind: OutlineKind::Function,
        parameters: format!("({})", function.parameters.join(", ")),
        class_name: function.class_name,
        depth: 0,
        begin: function.location.begin,
        end: function.location.end,
        counted_at: function.breakpoint_location,
        n_hits: None,
    });
    let mut symbols: Vec<Symbol> = classes.chain(functions).collect();
    // What holds others comes first.
    symbols.sort_by_key(|symbol| (symbol.begin, std::cmp::Reverse(symbol.end)));
    let mut open: Vec<SourceLocation> = Vec::new();
    for symbol in &mut symbols {
        while open.last().is_some_and(|end| *end <= symbol.begin) {
            open.pop();
        }
        symbol.depth = open.len();
        open.push(symbol.end);
    }
    symbols
}

#[cfg(test)]
mod tests {
    use wire::debugger::{ClassOutline, FunctionOutline, SourceLocationRange};

    use super::*;

    #[test]
    fn symbols_stand_in_order_and_inside_of_one_another() {
        let range = |from: u32, to: u32| SourceLocationRange {
            begin: SourceLocation {
                line: from,
                column: 0,
            },
            end: SourceLocation { line: to, column: 9 },
        };
        let function = |name: &str, from: u32, to: u32| FunctionOutline {
            name: Some(name.to_owned()),
            location: range(from, to),
            parameters: vec!["a".to_owned(), "b".to_owned()],
            body: None,
            breakpoint_location: None,
            class_name: None,
        };
        let outline = Outline {
            symbols: symbols(GetSourceOutlineResult {
                classes: vec![ClassOutline {
                    name: None,
                    location: range(2, 8),
                    parent: None,
                }],
                functions: vec![
                    function("after", 9, 12),
                    function("inner", 4, 5),
                    function("method", 3, 6),
                ],
            }),
            is_counted: false,
        };
        let found: Vec<(&str, usize)> = outline
            .symbols
            .iter()
            .map(|symbol| (symbol.name.as_str(), symbol.depth))
            .collect();
        assert_eq!(
            found,
            [("(anonymous)", 0), ("method", 1), ("inner", 2), ("after", 0)]
        );
        assert_eq!(outline.symbols[1].parameters, "(a, b)");
        assert_eq!(
            [1, 5, 7, 10].map(|line| outline.around(line)),
            [None, Some(2), Some(0), Some(3)]
        );
    }
}
