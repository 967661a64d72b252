//! Names of variables in original sources and in the scripts that ran.

use std::{collections::HashMap, sync::Arc};

use oxc_allocator::Allocator;
use oxc_ast::ast::{IdentifierReference, ObjectProperty, PropertyKind};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_semantic::{Scoping, SemanticBuilder};
use oxc_span::SourceType;
use oxc_syntax::scope::ScopeId as SyntaxScope;
use recording::{
    ids::{ScopeId, ScriptId},
    script::{Binding, Position, Script},
};
use wire::{
    command::Command,
    debugger::{
        GetScopeMap, GetScopeMapResult, Location, MapExpressionToGeneratedScope,
        MapExpressionToGeneratedScopeResult, VariableMapping,
    },
};

use super::syntax;
use crate::{
    answer::{Answer, Failure, Outbox},
    code::{self, scopes_outward},
    session::Session,
    trace::Trace,
};

impl Session {
    pub(crate) fn get_scope_map(
        &mut self,
        params: GetScopeMap,
        _: &mut Outbox<'_>,
    ) -> Answer<GetScopeMapResult> {
        let Some((script, position)) = self.trace.place_in_script(&params.location)? else {
            return Ok(GetScopeMapResult { map: None });
        };
        if self.trace.original_place(script, position).is_none() {
            return Ok(GetScopeMapResult { map: None });
        }
        let names = self.trace.names_at(script, position)?;
        let map = names
            .iter()
            .map(|(generated, original)| [generated.to_string(), original.to_string()]);
        Ok(GetScopeMapResult {
            map: Some(map.collect::<Vec<VariableMapping>>()),
        })
    }

    pub(crate) fn map_expression_to_generated_scope(
        &mut self,
        params: MapExpressionToGeneratedScope,
        _: &mut Outbox<'_>,
    ) -> Answer<MapExpressionToGeneratedScopeResult> {
        let MapExpressionToGeneratedScope { expression, location } = params;
        let expression = match self.trace.place_in_script(&location)? {
            Some((script, position)) => {
                let names = self.trace.names_at(script, position)?;
                to_generated(&expression, &names).map_err(|reason| {
                    Failure::command(format!("{}: {reason}", MapExpressionToGeneratedScope::METHOD))
                })?
            }
            None => expression,
        };
        Ok(MapExpressionToGeneratedScopeResult { expression })
    }
}

/// Names of variables, inner ones first: in the script, and in its original source.
pub(crate) type Names = Vec<(Arc<str>, Arc<str>)>;

impl Trace {
    /// The script and the place in it that a location of any source means; None if it went nowhere.
    ///
    /// # Errors
    /// There is no such source.
    pub(crate) fn place_in_script(&self, location: &Location) -> Answer<Option<(ScriptId, Position)>> {
        let key = self.source(&location.source_id)?;
        self.generated_place(
            key,
            Position {
                line: location.line,
                column: location.column,
            },
        )
    }

    /// What the variables that can be seen at a place of a script are called there and in the original source, as far
    /// as its source map tells. Empty without one.
    pub(crate) fn names_at(&self, script: ScriptId, position: Position) -> Answer<Names> {
        let script = self.reader.script(script)?;
        let mut names: Names = Vec::new();
        let Some(innermost) = scope_at(&script, position) else {
            return Ok(names);
        };
        for (_, scope) in scopes_outward(&script, innermost) {
            let bindings = scope
                .bindings
                .iter()
                .filter_map(|binding| code::binding(&script, *binding));
            for binding in bindings {
                let is_hidden = names.iter().any(|(generated, _)| *generated == binding.name);
                if !is_hidden && let Some(original) = self.original_name_of(script.id, binding) {
                    names.push((binding.name.clone(), original));
                }
            }
        }
        Ok(names)
    }

    /// What a variable is called in the original source.
    pub(crate) fn original_name_of(&self, script: ScriptId, binding: &Binding) -> Option<Arc<str>> {
        self.original_name(script, binding.position)
    }
}

/// The innermost scope around a place. Scopes within come after those around them.
fn scope_at(script: &Script, position: Position) -> Option<ScopeId> {
    let is_around = |scope: &recording::script::Scope| scope.start <= position && position < scope.end;
    let idx = script.scopes.iter().rposition(is_around);
    // At the very end of a script only its root is left.
    let idx = idx.or((!script.scopes.is_empty()).then_some(0))?;
    Some(ScopeId(
        script.first_scope.0.checked_add(u32::try_from(idx).ok()?)?,
    ))
}

/// An expression with the names of an original source, in the names of the script that ran. What it declares itself
/// keeps its name, and so does what the script calls the same.
///
/// # Errors
/// In words: a name it declares would hide one that it has to use.
pub(crate) fn to_generated(expression: &str, names: &Names) -> Result<String, String> {
    let mut by_original: HashMap<&str, &str> = HashMap::new();
    for (generated, original) in names {
        by_original.entry(original).or_insert(generated);
    }
    by_original.retain(|original, generated| original != generated);
    if by_original.is_empty() {
        return Ok(expression.to_owned());
    }
    // An object is no block, and what is written by hand is never long.
    let text = format!("({expression}\n)");
    // What cannot be parsed stays as it is: whoever evaluates it says what is wrong.
    if syntax::is_too_deep(&text) {
        return Ok(expression.to_owned());
    }
    syntax::on_a_large_stack(|| {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, &text, SourceType::script()).parse();
        if parsed.panicked || !parsed.diagnostics.is_empty() {
            return Ok(expression.to_owned());
        }
        let scoping = SemanticBuilder::new()
            .build(&parsed.program)
            .semantic
            .into_scoping();
        let mut renaming = Renaming {
            scoping: &scoping,
            by_original,
            changes: Vec::new(),
            is_shorthand: false,
            hidden: None,
        };
        renaming.visit_program(&parsed.program);
        if let Some(hidden) = renaming.hidden {
            return Err(format!(
                "the expression declares {hidden}, which is what the running code calls another variable it uses"
            ));
        }
        let mut result = text.clone();
        for (range, with) in renaming.changes.into_iter().rev() {
            result.replace_range(range, &with);
        }
        let inner = result.strip_prefix('(').and_then(|rest| rest.strip_suffix("\n)"));
        Ok(inner.unwrap_or(&result).to_owned())
    })
}

struct Renaming<'s> {
    scoping: &'s Scoping,
    by_original: HashMap<&'s str, &'s str>,
    /// What to put where, in order.
    changes: Vec<(std::ops::Range<usize>, String)>,
    /// Whether the identifier at hand is `a` of `{ a }`.
    is_shorthand: bool,
    /// A name that the expression declares and would have to use for something else.
    hidden: Option<String>,
}

impl<'a> Visit<'a> for Renaming<'_> {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        let is_shorthand = std::mem::take(&mut self.is_shorthand);
        let Some(reference) = it.reference_id.get().map(|id| self.scoping.get_reference(id)) else {
            return;
        };
        let Some(generated) = self.by_original.get(it.name.as_str()) else {
            return;
        };
        if reference.symbol_id().is_some() {
            return;
        }
        if is_declared(self.scoping, reference.scope_id(), generated) {
            self.hidden = Some((*generated).to_owned());
        }
        let replacement = match is_shorthand {
            true => format!("{}: {generated}", it.name),
            false => (*generated).to_owned(),
        };
        self.changes
            .push((it.span.start as usize..it.span.end as usize, replacement));
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        if !(it.shorthand && it.kind == PropertyKind::Init) {
            return walk::walk_object_property(self, it);
        }
        self.is_shorthand = true;
        self.visit_expression(&it.value);
        self.is_shorthand = false;
    }
}

/// Whether a name is declared around a place of the expression.
fn is_declared(scoping: &Scoping, scope: SyntaxScope, name: &str) -> bool {
    scoping
        .scope_ancestors(scope)
        .any(|scope| scoping.get_binding(scope, name.into()).is_some())
}

#[cfg(test)]
mod tests {
    use super::to_generated;

    #[test]
    fn names_of_the_original_become_those_of_the_script() {
        let names = [("t", "count"), ("n", "list"), ("e", "count"), ("same", "same")];
        let names = names
            .map(|(generated, original)| (generated.into(), original.into()))
            .to_vec();
        let check = |expression: &str, expected: Result<&str, &str>| {
            let mapped = to_generated(expression, &names);
            assert_eq!(
                mapped.as_deref().map_err(String::as_str),
                expected,
                "{expression}"
            );
        };
        check("count", Ok("t"));
        check("count + list.count", Ok("t + n.count"));
        check("{ count, list: list }", Ok("{ count: t, list: n }"));
        check("`${count} ${same}` // list", Ok("`${t} ${same}` // list"));
        check(
            "list.map(count => count + other)",
            Ok("n.map(count => count + other)"),
        );
        check(
            "[...list, count = 3, typeof count]",
            Ok("[...n, t = 3, typeof t]"),
        );
        check(
            "list.map(t => t + count)",
            Err("the expression declares t, which is what the running code calls another variable it uses"),
        );
        check("count +", Ok("count +"));
    }
}
