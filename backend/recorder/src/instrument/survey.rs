//! The first walk over a script: which functions, scopes and variables there are, before anything is inserted.

use std::collections::HashSet;

use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, AssignmentExpression, AssignmentPattern, AssignmentTarget,
    AssignmentTargetWithDefault, BindingPattern, BlockStatement, CatchClause, Class, Expression,
    ForInStatement, ForOfStatement, ForStatement, FormalParameter, FormalParameters,
    Function as FunctionNode, FunctionType, IdentifierReference, MethodDefinition, MethodDefinitionKind,
    ObjectProperty, Program, PropertyDefinition, PropertyKind, StaticBlock, SwitchStatement, ThisExpression,
    VariableDeclarator, WithStatement,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::Scoping;
use oxc_span::{GetSpan, Span};
use oxc_syntax::{
    scope::{ScopeFlags, ScopeId},
    symbol::SymbolId,
};
use recording::script::{FunctionKind, ScopeKind};

use super::facts::{FunctionFact, ScopeFact, Survey, is_anonymous_function, scopes_that_redeclare_functions};

impl Survey {
    pub(super) fn new(program: &Program<'_>, scoping: &Scoping, is_module: bool) -> Self {
        let root = scoping.root_scope_id();
        let mut function_scopes = vec![root; scoping.scopes_len()];
        for scope in scoping.scope_descendants_from_root() {
            let flags = scoping.scope_flags(scope);
            let nearest = if flags.is_function() || flags.is_class_static_block() {
                scope
            } else {
                let parent = scoping.scope_parent_id(scope).unwrap_or(root);
                function_scopes.get(parent.index()).copied().unwrap_or(root)
            };
            if let Some(slot) = function_scopes.get_mut(scope.index()) {
                *slot = nearest;
            }
        }
        let survey = Self {
            functions: vec![FunctionFact {
                name: String::new(),
                kind: FunctionKind::TopLevel,
                is_async: is_module,
                is_generator: false,
                span: Span::new(0, program.span.end),
                body_start: 0,
                parameters: Vec::new(),
                parent: None,
                scope: root,
                logs_this: false,
                is_derived_constructor: false,
                own_name: None,
                is_left_alone: false,
            }],
            scopes: vec![None; scoping.scopes_len()],
            function_scopes,
            instance_scopes: HashSet::new(),
            parameters: HashSet::new(),
            idle_names: HashSet::new(),
        };
        let mut walker = Walker {
            survey,
            scoping,
            redeclaring: scopes_that_redeclare_functions(scoping),
            functions: vec![Around::Function(0)],
            classes: Vec::new(),
            name: None,
            is_constructor: false,
            definition: None,
        };
        let kind = if is_module {
            ScopeKind::Module
        } else {
            ScopeKind::Script
        };
        walker.note_scope(root, kind, Span::new(0, program.span.end));
        walk::walk_program(&mut walker, program);
        let mut survey = walker.survey;
        survey.find_instance_scopes(scoping);
        survey
    }
}

/// What encloses the place the walk is at, as far as `this` is concerned.
enum Around {
    Function(usize),
    Arrow(usize),
    FieldInitializer,
}

struct ClassAround {
    name: String,
    is_derived: bool,
}

struct Walker<'s> {
    survey: Survey,
    scoping: &'s Scoping,
    redeclaring: HashSet<ScopeId>,
    functions: Vec<Around>,
    classes: Vec<ClassAround>,
    /// The name the next function or class takes from where it stands.
    name: Option<String>,
    is_constructor: bool,
    /// The span of the method definition the next function belongs to.
    definition: Option<Span>,
}

impl Walker<'_> {
    fn function_idx(&self) -> usize {
        self.functions
            .iter()
            .rev()
            .find_map(|around| match around {
                Around::Function(idx) | Around::Arrow(idx) => Some(*idx),
                Around::FieldInitializer => None,
            })
            .unwrap_or(0)
    }

    fn note_scope(&mut self, scope: ScopeId, kind: ScopeKind, span: Span) {
        let function = self.function_idx();
        if let Some(slot) = self.survey.scopes.get_mut(scope.index()) {
            *slot = Some(ScopeFact { kind, span, function });
        }
    }

    /// Adds a function and the scope of its own.
    fn note_function(&mut self, fact: FunctionFact) -> usize {
        let idx = self.survey.functions.len();
        let (scope, span) = (fact.scope, fact.span);
        for &(symbol, _) in &fact.parameters {
            self.survey.parameters.insert(symbol);
        }
        self.survey.functions.push(fact);
        if let Some(slot) = self.survey.scopes.get_mut(scope.index()) {
            *slot = Some(ScopeFact {
                kind: ScopeKind::Function,
                span,
                function: idx,
            });
        }
        idx
    }

    fn name_from<'a>(&mut self, value: &Expression<'a>, name: impl FnOnce() -> Option<String>) {
        if is_anonymous_function(value) {
            self.name = name();
        }
    }

    fn note_this(&mut self) {
        // An arrow directly in a field initialiser is the nearest frame that knows `this`.
        let mut outermost_arrow = None;
        for around in self.functions.iter().rev() {
            match around {
                Around::Arrow(idx) => outermost_arrow = Some(*idx),
                Around::Function(idx) => {
                    outermost_arrow = Some(*idx);
                    break;
                }
                Around::FieldInitializer => break,
            }
        }
        let fact = outermost_arrow
            .filter(|&idx| idx != 0)
            .and_then(|idx| self.survey.functions.get_mut(idx));
        if let Some(fact) = fact.filter(|fact| !fact.is_derived_constructor) {
            fact.logs_this = true;
        }
    }
}

fn parameters_of(params: &FormalParameters<'_>) -> Vec<(SymbolId, String)> {
    let rest = params.rest.iter().map(|rest| &rest.rest.argument);
    params
        .items
        .iter()
        .map(|item| &item.pattern)
        .chain(rest)
        .flat_map(|pattern| pattern.get_binding_identifiers())
        .filter_map(|identifier| Some((identifier.symbol_id.get()?, identifier.name.to_string())))
        .collect()
}

impl<'a> Visit<'a> for Walker<'_> {
    fn visit_function(&mut self, it: &FunctionNode<'a>, flags: ScopeFlags) {
        let given_name = self.name.take();
        let definition = self.definition.take();
        let is_constructor = std::mem::take(&mut self.is_constructor);
        let (Some(scope), Some(body)) = (it.scope_id.get(), &it.body) else {
            return;
        };
        let class = self.classes.last().filter(|_| is_constructor);
        let own_name = it
            .id
            .as_ref()
            .filter(|_| it.r#type == FunctionType::FunctionExpression)
            .and_then(|id| {
                let symbol = id.symbol_id.get()?;
                let is_used = self.scoping.get_resolved_references(symbol).next().is_some();
                if !is_used {
                    self.survey.idle_names.insert(symbol);
                }
                is_used.then(|| (symbol, id.name.to_string()))
            });
        let fact = FunctionFact {
            name: match (&it.id, class) {
                (Some(id), _) => id.name.to_string(),
                (None, Some(class)) => class.name.clone(),
                (None, None) => given_name.unwrap_or_default(),
            },
            kind: match (is_constructor, definition) {
                (true, _) => FunctionKind::Constructor,
                (false, Some(_)) => FunctionKind::Method,
                (false, None) => FunctionKind::Function,
            },
            is_async: it.r#async,
            is_generator: it.generator,
            span: definition.unwrap_or(it.span),
            body_start: body.span.start + 1,
            parameters: parameters_of(&it.params),
            parent: Some(self.function_idx()),
            scope,
            logs_this: false,
            is_derived_constructor: class.is_some_and(|class| class.is_derived),
            own_name,
            is_left_alone: self.redeclaring.contains(&scope)
                || body
                    .directives
                    .iter()
                    .any(|directive| directive.directive == "use asm"),
        };
        let idx = self.note_function(fact);
        self.functions.push(Around::Function(idx));
        walk::walk_function(self, it, flags);
        self.functions.pop();
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        let name = self.name.take().unwrap_or_default();
        let Some(scope) = it.scope_id.get() else { return };
        let fact = FunctionFact {
            name,
            kind: FunctionKind::Arrow,
            is_async: it.r#async,
            is_generator: false,
            span: it.span,
            body_start: match &it.body {
                ArrowFunctionBody::FunctionBody(body) => body.span.start + 1,
                body => body.span().start,
            },
            parameters: parameters_of(&it.params),
            parent: Some(self.function_idx()),
            scope,
            logs_this: false,
            is_derived_constructor: false,
            own_name: None,
            is_left_alone: self.redeclaring.contains(&scope),
        };
        let idx = self.note_function(fact);
        self.functions.push(Around::Arrow(idx));
        walk::walk_arrow_function_expression(self, it);
        self.functions.pop();
    }

    fn visit_static_block(&mut self, it: &StaticBlock<'a>) {
        let Some(scope) = it.scope_id.get() else { return };
        let class_name = self
            .classes
            .last()
            .map(|class| class.name.as_str())
            .unwrap_or_default();
        let fact = FunctionFact {
            name: format!("static {class_name}").trim_end().to_owned(),
            kind: FunctionKind::Initializer,
            is_async: false,
            is_generator: false,
            span: it.span,
            body_start: it.span.start,
            parameters: Vec::new(),
            parent: Some(self.function_idx()),
            scope,
            logs_this: false,
            is_derived_constructor: false,
            own_name: None,
            is_left_alone: self.redeclaring.contains(&scope),
        };
        let idx = self.note_function(fact);
        self.functions.push(Around::Function(idx));
        walk::walk_static_block(self, it);
        self.functions.pop();
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        let given_name = self.name.take();
        let name = it
            .id
            .as_ref()
            .map(|id| id.name.to_string())
            .or(given_name)
            .unwrap_or_default();
        if let Some(scope) = it.scope_id.get() {
            self.note_scope(scope, ScopeKind::Name, it.span);
        }
        let own_name = it
            .id
            .as_ref()
            .filter(|_| it.is_expression())
            .and_then(|id| id.symbol_id.get());
        self.survey
            .idle_names
            .extend(own_name.filter(|&symbol| self.scoping.get_resolved_references(symbol).next().is_none()));
        self.classes.push(ClassAround {
            name,
            is_derived: it.heritage.is_some(),
        });
        walk::walk_class(self, it);
        self.classes.pop();
    }

    fn visit_method_definition(&mut self, it: &MethodDefinition<'a>) {
        self.visit_property_key(&it.key);
        self.name = it.key.name().map(|name| {
            if it.key.is_private_identifier() {
                format!("#{name}")
            } else {
                name.into_owned()
            }
        });
        self.is_constructor = it.kind == MethodDefinitionKind::Constructor;
        self.definition = Some(it.span);
        self.visit_function(&it.value, ScopeFlags::Function);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        self.visit_property_key(&it.key);
        if let Some(value) = &it.value {
            self.name_from(value, || it.key.name().map(|name| name.into_owned()));
            self.functions.push(Around::FieldInitializer);
            self.visit_expression(value);
            self.functions.pop();
        }
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        self.visit_property_key(&it.key);
        if it.method || it.kind != PropertyKind::Init {
            self.name = it.key.static_name().map(|name| name.into_owned());
            self.definition = Some(it.span);
        } else {
            self.name_from(&it.value, || it.key.static_name().map(|name| name.into_owned()));
        }
        self.visit_expression(&it.value);
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        self.visit_binding_pattern(&it.id);
        if let Some(init) = &it.init {
            self.name_from(init, || name_of_pattern(&it.id));
            self.visit_expression(init);
        }
    }

    fn visit_formal_parameter(&mut self, it: &FormalParameter<'a>) {
        self.visit_binding_pattern(&it.pattern);
        if let Some(initializer) = &it.initializer {
            self.name_from(initializer, || name_of_pattern(&it.pattern));
            self.visit_expression(initializer);
        }
    }

    fn visit_assignment_pattern(&mut self, it: &AssignmentPattern<'a>) {
        self.visit_binding_pattern(&it.left);
        self.name_from(&it.right, || name_of_pattern(&it.left));
        self.visit_expression(&it.right);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        self.visit_assignment_target(&it.left);
        self.name_from(&it.right, || match &it.left {
            AssignmentTarget::AssignmentTargetIdentifier(identifier) => Some(identifier.name.to_string()),
            // Not by the language, but as debuggers show it.
            AssignmentTarget::StaticMemberExpression(member) => Some(member.property.name.to_string()),
            _ => None,
        });
        self.visit_expression(&it.right);
    }

    fn visit_assignment_target_with_default(&mut self, it: &AssignmentTargetWithDefault<'a>) {
        self.visit_assignment_target(&it.binding);
        self.visit_expression(&it.init);
    }

    fn visit_expression(&mut self, it: &Expression<'a>) {
        // A name lasts only as far as the function it is for.
        if self.name.is_some() && !is_anonymous_function(it) && self.definition.is_none() {
            self.name = None;
        }
        walk::walk_expression(self, it);
    }

    fn visit_this_expression(&mut self, _: &ThisExpression) {
        self.note_this();
    }

    fn visit_super(&mut self, _: &oxc_ast::ast::Super) {
        self.note_this();
    }

    fn visit_identifier_reference(&mut self, _: &IdentifierReference<'a>) {}

    fn visit_block_statement(&mut self, it: &BlockStatement<'a>) {
        if let Some(scope) = it.scope_id.get() {
            self.note_scope(scope, ScopeKind::Block, it.span);
        }
        walk::walk_block_statement(self, it);
    }

    fn visit_for_statement(&mut self, it: &ForStatement<'a>) {
        if let Some(scope) = it.scope_id.get() {
            self.note_scope(scope, ScopeKind::Block, it.span);
        }
        walk::walk_for_statement(self, it);
    }

    fn visit_for_in_statement(&mut self, it: &ForInStatement<'a>) {
        if let Some(scope) = it.scope_id.get() {
            self.note_scope(scope, ScopeKind::Block, it.span);
        }
        walk::walk_for_in_statement(self, it);
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        if let Some(scope) = it.scope_id.get() {
            self.note_scope(scope, ScopeKind::Block, it.span);
        }
        walk::walk_for_of_statement(self, it);
    }

    fn visit_switch_statement(&mut self, it: &SwitchStatement<'a>) {
        if let Some(scope) = it.scope_id.get() {
            self.note_scope(scope, ScopeKind::Block, it.span);
        }
        walk::walk_switch_statement(self, it);
    }

    fn visit_catch_clause(&mut self, it: &CatchClause<'a>) {
        if let Some(scope) = it.scope_id.get() {
            self.note_scope(scope, ScopeKind::Catch, it.span);
        }
        walk::walk_catch_clause(self, it);
    }

    fn visit_with_statement(&mut self, it: &WithStatement<'a>) {
        if let Some(scope) = it.scope_id.get() {
            self.note_scope(scope, ScopeKind::Block, it.span);
        }
        walk::walk_with_statement(self, it);
    }
}

fn name_of_pattern(pattern: &BindingPattern<'_>) -> Option<String> {
    match pattern {
        BindingPattern::BindingIdentifier(identifier) => Some(identifier.name.to_string()),
        _ => None,
    }
}
