//! The second walk around functions and classes: prologues that enter a frame, epilogues that leave it.

use std::fmt::Write as _;

use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, Class, ClassElement, Expression, FormalParameters,
    Function as FunctionNode, MethodDefinitionKind, PropertyDefinition, Statement, StaticBlock,
};
use oxc_ast_visit::Visit;
use oxc_span::GetSpan;
use oxc_syntax::{scope::ScopeId, symbol::SymbolId};
use recording::script::SiteKind;

use super::{
    facts::is_anonymous_function,
    rewrite::{Frame, Rewriter},
};

impl Rewriter<'_> {
    pub(super) fn function(&mut self, it: &FunctionNode<'_>) {
        let (Some(scope), Some(body)) = (it.scope_id.get(), &it.body) else {
            return;
        };
        let start = match body.directives.last() {
            Some(directive) => {
                self.insertions.add(directive.span.end, ";");
                directive.span.end
            }
            None => body.span.start + 1,
        };
        let body = Body::Statements {
            start,
            statements: &body.statements,
            end: body.span.end - 1,
        };
        self.any_function(scope, Some(&it.params), body);
    }

    pub(super) fn arrow(&mut self, it: &ArrowFunctionExpression<'_>) {
        let Some(scope) = it.scope_id.get() else { return };
        match &it.body {
            ArrowFunctionBody::FunctionBody(body) => {
                let start = match body.directives.last() {
                    Some(directive) => {
                        self.insertions.add(directive.span.end, ";");
                        directive.span.end
                    }
                    None => body.span.start + 1,
                };
                let body = Body::Statements {
                    start,
                    statements: &body.statements,
                    end: body.span.end - 1,
                };
                self.any_function(scope, Some(&it.params), body);
            }
            body => {
                if let Some(expression) = body.as_expression() {
                    self.any_function(scope, Some(&it.params), Body::Expression(expression));
                }
            }
        }
    }

    fn any_function(&mut self, scope: ScopeId, params: Option<&FormalParameters<'_>>, body: Body<'_, '_>) {
        let Some(function) = self.function_of(scope) else {
            return;
        };
        let survey = self.survey;
        let Some(fact) = survey.functions.get(function) else {
            return;
        };
        if fact.is_left_alone {
            self.warnings.push(format!(
                "function {} declares a name both as a function and as something else: not recorded",
                if fact.name.is_empty() {
                    "(anonymous)"
                } else {
                    &fact.name
                }
            ));
            if let Body::Statements { end, .. } = body {
                self.insertions.add(end, self.marker(function));
            }
            return;
        }
        let can_suspend = fact.is_async || fact.is_generator;
        let parent = if self.level >= 2 {
            self.visible_instance(self.scoping.scope_parent_id(scope))
        } else {
            "0".to_owned()
        };
        let depth = self.frames.iter().filter(|frame| !frame.is_absent).count();
        if let Some(params) = params {
            self.absent_frame(function, depth, Some(scope), |this| {
                this.visit_formal_parameters(params)
            });
        }
        self.frames.push(Frame {
            function,
            depth,
            scope: Some(scope),
            is_absent: false,
            can_suspend,
            is_named: can_suspend,
            uses_temporary: false,
            n_slots: 0,
            next_slot: 0,
        });
        let prologue_at = self.insertions.reserve(body.start());
        let mut entered = String::new();
        match body {
            Body::Statements { statements, .. } => {
                entered = self.log_variables(fact.own_name.iter().map(|(symbol, _)| *symbol));
                entered.push_str(&self.hoisted(statements));
                self.statements(statements);
            }
            Body::Expression(expression) => {
                let probe = self.probe(expression.span(), SiteKind::ArrowBody);
                let open = if self.level >= 2 { "_$r(" } else { "(" };
                let _ = write!(entered, "{probe};return {open}");
                self.shown(expression);
            }
        }
        let Some(frame) = self.frames.pop() else { return };

        let mut prologue = String::new();
        if matches!(body, Body::Expression(_)) {
            prologue.push('{');
        }
        if frame.uses_temporary || frame.n_slots > 0 {
            prologue.push_str("var _$t");
            for slot in 1..=frame.n_slots {
                let _ = write!(prologue, ",_$k{slot}");
            }
            prologue.push(';');
        }
        if frame.is_named {
            let _ = write!(prologue, "const _$f{depth}=");
        }
        prologue.push_str(&self.enter(function, &parent));
        prologue.push_str("try{");
        prologue.push_str(&entered);
        self.insertions.fill(prologue_at, prologue);

        let leave = if can_suspend {
            format!("_$lf(_$f{depth})")
        } else {
            "_$l()".to_owned()
        };
        let marker = self.marker(function);
        let epilogue = match body {
            Body::Expression(_) => format!(");}}finally{{{leave}}}{marker}}}"),
            Body::Statements { statements, .. } => {
                let falls_off = !matches!(
                    statements.last(),
                    Some(Statement::ReturnStatement(_) | Statement::ThrowStatement(_))
                );
                let end = if falls_off && self.level >= 2 {
                    ";_$n()"
                } else {
                    ""
                };
                format!("{end}}}finally{{{leave}}}{marker}")
            }
        };
        self.insertions.add(body.end(), epilogue);
    }

    fn enter(&self, function: usize, parent: &str) -> String {
        let id = self.bases.function as usize + function;
        let Some(fact) = self.survey.functions.get(function).filter(|_| self.level >= 2) else {
            return format!("_$e({id});");
        };
        let this = if fact.logs_this { "this" } else { "_$un" };
        let n_parameters = fact.parameters.len();
        let arity = if n_parameters <= 4 {
            n_parameters.to_string()
        } else {
            "n".to_owned()
        };
        let mut enter = format!("_$e{arity}({id},{parent},{this}");
        for (_, name) in &fact.parameters {
            let _ = write!(enter, ",{name}");
        }
        enter + ");"
    }

    /// A comment at the end of a function's text that says which one it is, for `Function.prototype.toString`.
    fn marker(&self, function: usize) -> String {
        format!("/*_${}*/", self.bases.function as usize + function)
    }

    /// Walks code that runs under another frame than the one it is written in.
    pub(super) fn absent_frame(
        &mut self,
        function: usize,
        depth: usize,
        scope: Option<ScopeId>,
        walk: impl FnOnce(&mut Self),
    ) {
        self.frames.push(Frame {
            function,
            depth,
            scope,
            is_absent: true,
            can_suspend: false,
            is_named: false,
            uses_temporary: false,
            n_slots: 0,
            next_slot: 0,
        });
        walk(self);
        self.frames.pop();
    }

    fn function_of(&self, scope: ScopeId) -> Option<usize> {
        let fact = self.survey.scopes.get(scope.index())?.as_ref()?;
        Some(fact.function)
    }

    // Classes

    pub(super) fn class(&mut self, it: &Class<'_>) {
        if let Some(heritage) = &it.heritage {
            self.visit_expression(&heritage.expression);
        }
        let has_fields = it
            .body
            .body
            .iter()
            .any(|element| matches!(element, ClassElement::PropertyDefinition(field) if !field.r#static));
        self.classes_with_fields.push(has_fields);
        self.visit_class_body(&it.body);
        self.classes_with_fields.pop();
        let mut end = String::new();
        // The name a class expression has within itself.
        let own_name = it
            .id
            .as_ref()
            .filter(|_| it.is_expression())
            .and_then(|id| id.symbol_id.get());
        let is_used = |symbol: &SymbolId| self.scoping.get_resolved_references(*symbol).next().is_some();
        if let Some(log) = own_name
            .filter(is_used)
            .and_then(|symbol| self.log_variable(symbol))
        {
            let _ = write!(end, ";static{{{log}}}");
        }
        let constructor = it.body.body.iter().find_map(|element| match element {
            ClassElement::MethodDefinition(method) if method.kind == MethodDefinitionKind::Constructor => {
                method.value.scope_id.get()
            }
            _ => None,
        });
        if let Some(function) = constructor.and_then(|scope| self.function_of(scope)) {
            end.push_str(&self.marker(function));
        }
        self.insertions.add(it.body.span.end - 1, end);
    }

    pub(super) fn field(&mut self, it: &PropertyDefinition<'_>) {
        if it.computed {
            self.visit_property_key(&it.key);
        }
        let Some(value) = &it.value else { return };
        let private_name = it
            .key
            .private_name()
            .filter(|_| self.level >= 3 && !is_anonymous_function(value));
        if let Some(name) = private_name {
            self.insertions
                .add(value.span().start, format!("_$pf(this,\"#{name}\","));
        }
        let (function, depth) = self.frame().map_or((0, 0), |frame| (frame.function, frame.depth));
        self.absent_frame(function, depth, None, |this| this.visit_expression(value));
        if private_name.is_some() {
            self.insertions.add(value.span().end, ")");
        }
    }

    pub(super) fn static_block(&mut self, it: &StaticBlock<'_>) {
        let Some(scope) = it.scope_id.get() else { return };
        // `static` may be followed by anything white before its brace.
        let text = self
            .source
            .get(it.span.start as usize..it.span.end as usize)
            .unwrap_or_default();
        let Some(brace) = text.find('{') else { return };
        let body = Body::Statements {
            start: it.span.start + brace as u32 + 1,
            statements: &it.body,
            end: it.span.end - 1,
        };
        self.any_function(scope, None, body);
    }
}

/// What a function consists of, after its parameters.
#[derive(Clone, Copy)]
enum Body<'b, 'a> {
    /// Statements; the offsets are after the brace and any directives, and of the closing brace.
    Statements {
        start: u32,
        statements: &'b [Statement<'a>],
        end: u32,
    },
    /// The expression of an arrow function.
    Expression(&'b Expression<'a>),
}

impl Body<'_, '_> {
    fn start(&self) -> u32 {
        match self {
            Self::Statements { start, .. } => *start,
            Self::Expression(expression) => expression.span().start,
        }
    }

    fn end(&self) -> u32 {
        match self {
            Self::Statements { end, .. } => *end,
            Self::Expression(expression) => expression.span().end,
        }
    }
}
