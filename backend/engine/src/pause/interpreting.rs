//! The JavaScript engine of a pause: what it asks, answered from the recording.

use std::{rc::Rc, sync::Arc};

use interpreter::{Function, Host, Interpreter, Outcome, Part, Scope, Variable};
use recording::{
    ids::{FunctionId, InstanceId, ObjectId, ScopeId, SiteId},
    point::Point,
    script::{BindingKind, FunctionKind, Position, ScopeKind, Script, ScriptKind},
    value::{ObjectKind, ObjectState, Text, Value},
};
use wire::pause::ObjectPreviewLevel;

use super::{
    GLOBAL_OBJECT, ObjectKey, Scene, Sent,
    evaluation::{Found, Made},
    scopes::is_classic,
};
use crate::{
    answer::Failure,
    code,
    evaluate::{Completion, is_of_the_page, rewrite},
    stack::StackFrame,
    trace::Trace,
};

/// Pauses in which code may have run at a time: an engine takes about 2 MB.
const MAX_RUNNING: usize = 32;

/// An engine in which code ran. It counts among those of its recording as long as it lives.
pub(super) struct Running {
    interpreter: Interpreter,
    trace: Rc<Trace>,
}

impl Running {
    fn start(scene: &Scene<'_>) -> Result<Self, String> {
        let trace = scene.trace.clone();
        if trace.n_running.get() >= MAX_RUNNING {
            return Err("code ran in too many pauses; release some of them first".to_owned());
        }
        let millis = trace.reader.head().recorded_at.max(0.0) as u64;
        let since = trace.time_of(scene.moment.point).map_or(0, |time| time.0 / 1000);
        let host = PauseHost {
            trace: trace.clone(),
            point: scene.moment.point,
            made: scene.sent.made.clone(),
        };
        let interpreter = Interpreter::new(Rc::new(host), millis.saturating_add(since))?;
        trace.n_running.set(trace.n_running.get() + 1);
        Ok(Self { interpreter, trace })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.trace
            .n_running
            .set(self.trace.n_running.get().saturating_sub(1));
    }
}

impl Scene<'_> {
    /// Whether code ran in this pause: only its engine knows what that changed.
    pub(crate) fn has_run(&self) -> bool {
        self.sent.running.is_some()
    }

    /// Gives up the engine, and what code changed.
    pub(crate) fn forget_running(&mut self) {
        self.sent.running = None;
        self.sent.made.forget_changes();
    }

    /// Evaluates source text.
    pub(crate) fn interpret(
        &mut self,
        frame: Option<&StackFrame>,
        text: &str,
        is_pure: bool,
        locals: &[(Text, Value)],
    ) -> Completion {
        let scope = frame.map_or(Scope::Global, |frame| Scope::Frame(frame.instance));
        let Some(program) = rewrite::program(text) else {
            return Completion::Refused("it is too deeply nested".to_owned());
        };
        self.with_interpreter(|interpreter| {
            for (name, value) in locals {
                interpreter.define(name, value);
            }
            interpreter.evaluate(scope, &program, is_pure)
        })
    }

    /// Reads a property, running its getter.
    pub(crate) fn interpret_property(&mut self, object: &Value, name: &str) -> Completion {
        self.with_interpreter(|interpreter| interpreter.get(object, name))
    }

    /// Calls a function.
    pub(crate) fn interpret_call(
        &mut self,
        function: &Value,
        this: &Value,
        arguments: &[Value],
    ) -> Completion {
        self.with_interpreter(|interpreter| interpreter.call(function, this, arguments))
    }

    /// Calls a method.
    pub(crate) fn interpret_method(&mut self, object: &Value, name: &str, arguments: &[Value]) -> Completion {
        self.with_interpreter(|interpreter| interpreter.call_method(object, name, arguments))
    }

    fn with_interpreter(&mut self, run: impl FnOnce(&mut Interpreter) -> Outcome) -> Completion {
        if self.sent.running.is_none() {
            match Running::start(self) {
                Ok(running) => self.sent.running = Some(running),
                Err(reason) => return Completion::Refused(reason),
            }
        }
        let completion = match &mut self.sent.running {
            Some(running) => match run(&mut running.interpreter) {
                Outcome::Returned(value) => Completion::Returned(value),
                Outcome::Threw(value) => Completion::Threw(value),
                Outcome::Refused(reason) => Completion::Refused(reason),
            },
            None => Completion::Refused("there is no engine".to_owned()),
        };
        self.heed_changes();
        completion
    }

    /// What was sent of the pause is sent anew, where an evaluation changed it.
    fn heed_changes(&mut self) {
        let change = self.sent.made.take_last_change();
        for object in change.objects {
            self.states.remove(&object);
            if let Some(level) = self.sent.objects.get_mut(&ObjectKey::Recorded(object)) {
                *level = ObjectPreviewLevel::None;
            }
        }
        if change.has_written {
            self.sent.scopes.clear();
            if let Some(level) = self.sent.objects.get_mut(&ObjectKey::Global) {
                *level = ObjectPreviewLevel::None;
            }
        }
    }
}

/// The moment of a pause, apart from what was sent of it.
struct PauseHost {
    trace: Rc<Trace>,
    point: Point,
    made: Made,
}

impl PauseHost {
    fn scene<T>(&self, ask: impl FnOnce(&mut Scene<'_>) -> Result<T, Failure>) -> Result<T, String> {
        let mut sent = Sent {
            made: self.made.clone(),
            ..Sent::default()
        };
        let scene = Scene::new(&self.trace, self.point, &mut sent).map_err(Failure::from);
        let answer = scene.and_then(|mut scene| ask(&mut scene));
        answer.map_err(|failure| failure.0.message)
    }
}

impl Host for PauseHost {
    fn state(&self, object: ObjectId) -> Option<Arc<ObjectState>> {
        self.scene(|scene| Ok(scene.known_state(object))).ok().flatten()
    }

    fn variable(&self, scope: Scope, name: &Text) -> Result<Option<Variable>, String> {
        let is_this = **name == *rewrite::THIS;
        match scope {
            Scope::Global if is_this => Ok(Some(fixed(Value::Object(GLOBAL_OBJECT)))),
            Scope::Global => self.scene(|scene| Ok(scene.global_variable(name)?.map(variable))),
            Scope::Frame(instance) => self.scene(|scene| {
                let frame = scene
                    .stack
                    .iter()
                    .find(|frame| frame.instance == instance)
                    .copied();
                if is_this && let Some(frame) = frame {
                    return Ok(Some(fixed(scene.this_recorded(&frame)?)));
                }
                if **name == *"arguments"
                    && let Some(frame) = frame
                    && let Some(values) = scene.argument_values_recorded(&frame)?
                {
                    return Ok(scene.make_array(values).map(fixed));
                }
                Ok(scene.find_variable(frame.as_ref(), name)?.map(variable))
            }),
            Scope::Around(function) => self.scene(|scene| {
                Ok(match is_this {
                    true => scene.this_around(function),
                    false => scene.variable_around(function, name),
                })
            })?,
        }
    }

    fn function(&self, function: FunctionId) -> Result<Function, String> {
        self.scene(|scene| Ok(scene.function_text(function)))?
    }

    fn is_of_the_page(&self, name: &str) -> bool {
        is_of_the_page(name)
    }

    fn make(&self, state: ObjectState) -> Option<ObjectId> {
        self.made.push(state)
    }

    fn replace(&self, object: ObjectId, state: ObjectState) {
        self.made.replace(object, state);
    }

    fn assign(&self, slot: (u32, u32), value: Value) {
        self.made.assign(slot, value);
    }
}

/// The byte at a position of a text.
fn offset(text: &str, position: Position) -> Option<usize> {
    let before: usize = text
        .split_inclusive('\n')
        .take(position.line.checked_sub(1)? as usize)
        .map(str::len)
        .sum();
    let mut column = 0;
    let line = text.get(before..)?;
    let at = line.char_indices().find(|(_, char)| {
        let is_there = column >= position.column;
        column += char.len_utf16() as u32;
        is_there
    });
    Some(before + at.map_or(line.len(), |(at, _)| at))
}

fn fixed(value: Value) -> Variable {
    Variable {
        value,
        slot: None,
        is_constant: false,
    }
}

fn variable(found: Found) -> Variable {
    Variable {
        value: found.value,
        slot: Some((found.owner.0, found.binding.0)),
        is_constant: matches!(found.kind, BindingKind::Const | BindingKind::Import),
    }
}

impl Scene<'_> {
    fn make_array(&mut self, values: Vec<Value>) -> Option<Value> {
        let kind = ObjectKind::Array {
            length: values.len() as u32,
            elements: values.into_iter().map(Some).collect(),
        };
        let array = self.make(ObjectState {
            class_name: "Array".into(),
            prototype: None,
            kind,
            properties: Vec::new(),
            n_properties: 0,
        });
        array.map(Value::Object)
    }

    /// The text of a function, and where its names are looked up: around it.
    fn function_text(&self, id: FunctionId) -> Result<Function, String> {
        let unreadable = |error: recording::error::ReadError| error.to_string();
        let script = self.trace.script_of_function(id).map_err(unreadable)?;
        let script = script.ok_or("the script of this function is not recorded")?;
        let function = code::function(&script, id).ok_or("this function is not in its script")?;
        let text = self.trace.reader.text(script.id).map_err(unreadable)?;
        let slice = |start: Position, end: Position| text.get(offset(&text, start)?..offset(&text, end)?);
        let own = slice(function.start, function.end).ok_or("the text of this function is not recorded")?;
        let too_much = || "the text of this function cannot be run".to_owned();
        let (text, part) = match function.kind {
            FunctionKind::Function | FunctionKind::Arrow => {
                // As an expression, so that its brackets are its own.
                let text = rewrite::script(&format!("({own})")).ok_or_else(too_much)?;
                (text, Part::Whole)
            }
            FunctionKind::Method => {
                let text = rewrite::method(own);
                let text = text.ok_or("a method that uses `super` cannot be run apart from its class")?;
                let declared = own.strip_prefix("static ").unwrap_or(own);
                let is = |word: &str| {
                    let rest = declared.strip_prefix(word);
                    rest.is_some_and(|rest| rest.starts_with([' ', '\n', '[', '#', '"', '\'']))
                };
                let part = match (is("get"), is("set")) {
                    (true, _) => Part::Getter,
                    (_, true) => Part::Setter,
                    _ => Part::Method,
                };
                (text, part)
            }
            FunctionKind::Constructor => {
                let class = code::scope(&script, function.scope)
                    .and_then(|scope| code::scope(&script, scope.parent?))
                    .filter(|scope| scope.kind == ScopeKind::Name);
                let class = class.and_then(|class| slice(class.start, class.end));
                let class = class.ok_or("the text of this class is not recorded")?;
                let text = rewrite::script(&format!("({class})")).ok_or_else(too_much)?;
                (text, Part::Whole)
            }
            FunctionKind::TopLevel | FunctionKind::Initializer => {
                return Err("this function cannot be called".to_owned());
            }
        };
        Ok(Function {
            text,
            part,
            scope: Scope::Around(id),
        })
    }

    /// A variable of those around a function. Who holds one is not recorded with the function: only what exists once
    /// can be told.
    fn variable_around(&self, id: FunctionId, name: &Text) -> Result<Option<Variable>, String> {
        let message = |failure: Failure| failure.0.message;
        let unreadable = |error: recording::error::ReadError| error.to_string();
        let script = self.trace.script_of_function(id).map_err(unreadable)?;
        let script = script.ok_or("the script of this function is not recorded")?;
        let own = code::function(&script, id).map(|function| function.scope);
        for (scope_id, scope) in own
            .into_iter()
            .flat_map(|own| code::scopes_outward(&script, own))
            .skip(1)
        {
            if scope.kind == ScopeKind::Script && is_classic(script.kind) {
                break;
            }
            let declared = scope.bindings.iter().find_map(|binding_id| {
                let binding = code::binding(&script, *binding_id)?;
                (binding.name == *name).then_some((*binding_id, binding))
            });
            let Some((binding_id, binding)) = declared else {
                continue;
            };
            let owner = match scope.parent {
                None => InstanceId::STATIC,
                Some(_) => self
                    .only_owner(&script, scope_id)
                    .map_err(message)?
                    .ok_or_else(|| {
                        format!(
                            "which of several variables {name} this function has is not recorded: a function is seen \
                             when it is kept or passed on, which need not be in the call that made it"
                        )
                    })?,
            };
            let value = self.variable_recorded(&script, binding_id, binding, owner, None);
            return Ok(Some(variable(Found {
                value,
                owner,
                binding: binding_id,
                kind: binding.kind,
            })));
        }
        Ok(self.global_variable(name).map_err(message)?.map(variable))
    }

    /// Who holds the variables of a scope, if it was run only once, or is the one that the running frame sees.
    fn only_owner(&self, script: &Script, scope_id: ScopeId) -> Result<Option<InstanceId>, Failure> {
        let Some(scope) = code::scope(script, scope_id) else {
            return Ok(None);
        };
        let first = script
            .sites
            .iter()
            .position(|site| site.function == scope.function);
        let Some(first) = first else { return Ok(None) };
        let site = SiteId(script.first_site.0.saturating_add(first as u32));
        let runs = self.trace.reader.site_chunks(site);
        let &[(chunk_idx, 1)] = &*runs else {
            return Ok(None);
        };
        let view = self.trace.view(chunk_idx)?;
        let Some(step) = view.steps.iter().find(|step| step.site == site) else {
            return Ok(None);
        };
        if !scope.has_instances {
            return Ok(Some(step.frame));
        }
        // Its function ran once; the scope did so too unless it stands in a loop, where each round has its own.
        let parent = match self.trace.birth(step.frame)? {
            Some((_, birth)) => match birth.kind {
                crate::view::BirthKind::Frame { parent, .. } => parent,
                _ => return Ok(None),
            },
            None => return Ok(None),
        };
        let frame = StackFrame {
            instance: step.frame,
            function: scope.function,
            parent,
            last_step: None,
        };
        let visible = self.trace.visible_scopes(&frame, scope_id, &self.moment)?;
        let is_loop = scope.kind == ScopeKind::Block;
        let owner = visible
            .first()
            .filter(|visible| visible.scope == scope_id && !is_loop);
        Ok(owner.map(|visible| visible.owner))
    }

    /// `this` around an arrow function.
    fn this_around(&self, id: FunctionId) -> Result<Option<Variable>, String> {
        let script = self
            .trace
            .script_of_function(id)
            .map_err(|error| error.to_string())?;
        let script = script.ok_or("the script of this function is not recorded")?;
        let mut function = code::function(&script, id);
        // Functions stand inside each other: as many rounds as that at most.
        for _ in 0..script.functions.len() {
            let Some(parent) = function.and_then(|function| function.parent) else {
                break;
            };
            function = code::function(&script, parent);
            match function.map(|function| function.kind) {
                Some(FunctionKind::Arrow) => {}
                Some(FunctionKind::TopLevel) => {
                    return Ok(Some(fixed(match script.kind {
                        ScriptKind::Module | ScriptKind::InlineModule => Value::Undefined,
                        _ => Value::Object(GLOBAL_OBJECT),
                    })));
                }
                _ => break,
            }
        }
        Err("what `this` is in this arrow function is not recorded".to_owned())
    }
}
