//! The functions and classes of a source, from its syntax tree.

use std::sync::Arc;

use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, AssignmentExpression, AssignmentTarget, BindingPattern,
    Class, Expression, FormalParameters, Function, MethodDefinition, ObjectProperty, PropertyDefinition,
    PropertyKey, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use oxc_syntax::scope::ScopeFlags;
use wire::{
    command::Command,
    debugger::{
        ClassOutline, FunctionOutline, GetSourceOutline, GetSourceOutlineResult, SourceLocation,
        SourceLocationRange, SymbolOutline,
    },
};

use super::{SourceKey, lines::Lines, syntax::with_program};
use crate::{
    answer::{Answer, Failure, Outbox},
    code::{SiteTable, position},
    session::Session,
    trace::Trace,
};

/// Bytes of one parameter's text: a default value may be anything.
const MAX_PARAMETER_BYTES: usize = 200;

/// What stands where in a source.
#[derive(Debug)]
pub(crate) struct Outline {
    pub(super) classes: Vec<ClassOutline>,
    pub(super) functions: Vec<FunctionOutline>,
}

impl Session {
    pub(crate) fn get_source_outline(
        &mut self,
        params: GetSourceOutline,
        _: &mut Outbox<'_>,
    ) -> Answer<GetSourceOutlineResult> {
        let key = self.trace.source(&params.source_id)?;
        let outline = self
            .trace
            .outline(key)?
            .map_err(|reason| Failure::command(format!("{}: {reason}", GetSourceOutline::METHOD)))?;
        Ok(GetSourceOutlineResult {
            classes: outline.classes.clone(),
            functions: outline.functions.clone(),
        })
    }
}

impl Trace {
    /// A source's outline, or why it has none, in words.
    pub(crate) fn outline(&self, key: SourceKey) -> Answer<Result<Arc<Outline>, String>> {
        if let Some(outline) = self.sources.outlines.borrow().get(&key) {
            return Ok(outline.clone());
        }
        let text = self.text_of(key)?;
        let made = with_program(&text, self.source_type(key), |program| {
            let mut survey = Survey {
                text: &text,
                lines: Lines::new(&text),
                around: Vec::new(),
                given: None,
                outline: Outline {
                    classes: Vec::new(),
                    functions: Vec::new(),
                },
            };
            survey.visit_program(program);
            survey.outline
        });
        let made = match made {
            Ok(mut outline) => {
                outline.functions.sort_by_key(|function| function.location);
                outline.add_breakpoints(&*self.sites_of(key)?);
                Ok(Arc::new(outline))
            }
            Err(reason) => Err(reason),
        };
        self.sources.outlines.borrow_mut().insert(key, made.clone());
        Ok(made)
    }

    /// The name of the innermost function around a place of a source; None if it has none or the source no outline.
    pub(crate) fn function_name_at(&self, key: SourceKey, place: SourceLocation) -> Option<String> {
        let outline = self.outline(key).ok()?.ok()?;
        let around = outline.functions.iter().filter(|function| {
            let SourceLocationRange { begin, end } = function.location;
            begin <= place && place < end
        });
        around
            .max_by_key(|function| function.location.begin)?
            .name
            .clone()
    }
}

impl Outline {
    /// Gives each function the first place in it, and in none within it, where the program can stop. Functions come by
    /// place, those around before those within.
    fn add_breakpoints(&mut self, sites: &SiteTable) {
        let mut open: Vec<usize> = Vec::new();
        let mut next = 0;
        let everything = SourceLocation {
            line: u32::MAX,
            column: u32::MAX,
        };
        for (place, _) in sites.between(Default::default(), position(everything)) {
            let place = SourceLocation {
                line: place.line,
                column: place.column,
            };
            while let Some(function) = self
                .functions
                .get(next)
                .filter(|function| function.location.begin <= place)
            {
                let begin = function.location.begin;
                self.close_before(&mut open, begin);
                open.push(next);
                next += 1;
            }
            self.close_before(&mut open, place);
            let innermost = open.last().and_then(|idx| self.functions.get_mut(*idx));
            if let Some(function) = innermost
                && function.breakpoint_location.is_none()
                && function.body.is_none_or(|body| body <= place)
            {
                function.breakpoint_location = Some(place);
            }
        }
    }

    fn close_before(&self, open: &mut Vec<usize>, place: SourceLocation) {
        while let Some(function) = open.last().and_then(|idx| self.functions.get(*idx))
            && function.location.end <= place
        {
            open.pop();
        }
    }
}

/// What a function or class that has no name of its own is called, and where what gives it that begins and ends.
struct Given {
    name: String,
    span: Span,
}

struct Survey<'t> {
    text: &'t str,
    lines: Lines,
    /// Functions and classes around: whether a class, its name, its place.
    around: Vec<(bool, SymbolOutline)>,
    /// For the function or class that comes next.
    given: Option<Given>,
    outline: Outline,
}

impl Survey<'_> {
    fn range(&self, span: Span) -> SourceLocationRange {
        SourceLocationRange {
            begin: self.lines.location(span.start),
            end: self.lines.location(span.end),
        }
    }

    fn symbol(&mut self, own_name: Option<&str>, span: Span) -> SymbolOutline {
        let given = self.given.take();
        let (given_name, span) = match given {
            // A method's name is no part of the function's own text.
            Some(Given { name, span: around }) => {
                (Some(name), if around.end == span.end { around } else { span })
            }
            None => (None, span),
        };
        SymbolOutline {
            name: own_name
                .map(str::to_owned)
                .or(given_name)
                .filter(|name| !name.is_empty()),
            location: self.range(span),
        }
    }

    fn function(&mut self, symbol: SymbolOutline, parameters: &FormalParameters<'_>, body: Option<u32>) {
        let SymbolOutline { name, location } = symbol;
        let rest = parameters.rest.as_ref().map(|rest| rest.span());
        let spans = parameters.items.iter().map(|item| item.span).chain(rest);
        let texts = spans.map(|span| {
            let text = self
                .text
                .get(span.start as usize..span.end as usize)
                .unwrap_or_default();
            let mut end = text.len().min(MAX_PARAMETER_BYTES);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.get(..end).unwrap_or_default().to_owned()
        });
        let class = self.around.iter().rev().find(|(is_class, _)| *is_class);
        let function = FunctionOutline {
            name,
            location,
            parameters: texts.collect(),
            body: body.map(|body| self.lines.location(body)),
            breakpoint_location: None,
            class_name: class.and_then(|(_, class)| class.name.clone()),
        };
        self.outline.functions.push(function);
    }

    /// Names what `value` is, if it is a function or class without a name.
    fn name(&mut self, value: Option<&Expression<'_>>, name: &str, span: Span) {
        let is_nameless = match value.map(Expression::get_inner_expression) {
            Some(Expression::FunctionExpression(function)) => function.id.is_none(),
            Some(Expression::ClassExpression(class)) => class.id.is_none(),
            Some(Expression::ArrowFunctionExpression(_)) => true,
            _ => false,
        };
        self.given = is_nameless.then(|| Given {
            name: name.to_owned(),
            span,
        });
    }
}

/// The name that a key gives, if it is not computed.
fn key_name(key: &PropertyKey<'_>) -> Option<String> {
    match key {
        PropertyKey::PrivateIdentifier(id) => Some(format!("#{}", id.name)),
        key => key.static_name().map(|name| name.to_string()),
    }
}

impl<'a> Visit<'a> for Survey<'_> {
    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        let Some(body) = &it.body else {
            self.given = None;
            return walk::walk_function(self, it, flags);
        };
        let symbol = self.symbol(it.id.as_ref().map(|id| id.name.as_str()), it.span);
        self.function(symbol.clone(), &it.params, Some(body.span.start));
        self.around.push((false, symbol));
        walk::walk_function(self, it, flags);
        self.around.pop();
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        let symbol = self.symbol(None, it.span);
        // A body that is an expression is all there is to stop at: clients step over the beginnings of bodies.
        let body = match &it.body {
            ArrowFunctionBody::FunctionBody(body) => Some(body.span.start),
            _ => None,
        };
        self.function(symbol.clone(), &it.params, body);
        self.around.push((false, symbol));
        walk::walk_arrow_function_expression(self, it);
        self.around.pop();
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        let symbol = self.symbol(it.id.as_ref().map(|id| id.name.as_str()), it.span);
        self.outline.classes.push(ClassOutline {
            name: symbol.name.clone(),
            location: symbol.location,
            parent: self.around.last().map(|(_, around)| around.clone()),
        });
        self.around.push((true, symbol));
        walk::walk_class(self, it);
        self.around.pop();
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let BindingPattern::BindingIdentifier(id) = &it.id {
            self.name(it.init.as_ref(), id.name.as_str(), Span::default());
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        let name = match &it.left {
            AssignmentTarget::AssignmentTargetIdentifier(id) => Some(id.name.as_str()),
            AssignmentTarget::StaticMemberExpression(member) => Some(member.property.name.as_str()),
            _ => None,
        };
        walk::walk_assignment_target(self, &it.left);
        if let Some(name) = name {
            self.name(Some(&it.right), name, Span::default());
        }
        self.visit_expression(&it.right);
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        self.visit_property_key(&it.key);
        if let Some(name) = key_name(&it.key) {
            self.name(Some(&it.value), &name, it.span);
        }
        self.visit_expression(&it.value);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        self.visit_property_key(&it.key);
        let Some(value) = &it.value else { return };
        if let Some(name) = key_name(&it.key) {
            self.name(Some(value), &name, Span::default());
        }
        self.visit_expression(value);
    }

    fn visit_method_definition(&mut self, it: &MethodDefinition<'a>) {
        self.visit_property_key(&it.key);
        let name = key_name(&it.key).unwrap_or_default();
        self.given = Some(Given { name, span: it.span });
        self.visit_function(&it.value, ScopeFlags::Function);
    }
}
