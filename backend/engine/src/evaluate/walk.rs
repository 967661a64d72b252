//! Walks an expression's tree: long because each kind of node is a few lines and they all share the walk's state.

use std::rc::Rc;

use oxc_syntax::operator::{LogicalOperator, UnaryOperator};
use recording::{
    ids::ObjectId,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Text, Value},
};

use super::{
    builtins, operators,
    tree::{Arrow, Entry, Expression, Item, Link, LinkKind},
    values::{Eval, Stop, is_truthy, text, to_text, type_of, unknown},
};
use crate::{pause::Scene, stack::StackFrame};

/// Parts of expressions that one evaluation looks at, those in functions once for each call. A second at most.
const MAX_WORK: u32 = 200_000;

/// Expressions within each other; what nests is bounded by the parser's guard, callbacks by this as well.
const MAX_DEPTH: u32 = 250;

/// Longest string that is made, in bytes.
const MAX_TEXT: usize = 4 << 20;

/// Most elements of a list that is made.
pub(super) const MAX_ITEMS: usize = 100_000;

/// One evaluation.
pub(super) struct Walk<'w, 'a> {
    pub(super) scene: &'w mut Scene<'a>,
    pub(super) frame: Option<StackFrame>,
    /// Parameters of the functions being called, innermost last.
    pub(super) locals: Vec<(Text, Value)>,
    work_left: u32,
    depth: u32,
}

/// What a part of an expression comes to. Built-in functions exist only until they are called.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    /// A value.
    Value(Value),
    /// A built-in global, by name.
    Builtin(&'static str),
    /// A built-in method of something.
    Method(Box<Operand>, Text),
    /// A function of the expression itself.
    Arrow(Rc<Arrow>),
    /// What an iterator would go through.
    List(Vec<Value>),
}

impl<'w, 'a> Walk<'w, 'a> {
    pub(super) fn new(scene: &'w mut Scene<'a>, frame: Option<StackFrame>) -> Self {
        Self {
            scene,
            frame,
            locals: Vec::new(),
            work_left: MAX_WORK,
            depth: 0,
        }
    }

    /// The value of an expression.
    pub(super) fn value(&mut self, expression: &Expression) -> Eval<Value> {
        into_value(self.operand(expression)?)
    }

    /// Counts work, so that it ends.
    pub(super) fn work(&mut self, amount: usize) -> Eval<()> {
        let amount = u32::try_from(amount).unwrap_or(u32::MAX);
        self.work_left = self
            .work_left
            .checked_sub(amount)
            .ok_or_else(|| Stop::Refuse("it took too long".to_owned()))?;
        Ok(())
    }

    /// A string made here, unless it is too long.
    pub(super) fn text(&mut self, text: impl Into<Text>) -> Eval<Value> {
        let text = text.into();
        self.room_for_text(text.len())?;
        Ok(Value::String(text))
    }

    /// Whether a string of so many bytes may be made.
    pub(super) fn room_for_text(&mut self, n_bytes: usize) -> Eval<()> {
        if n_bytes > MAX_TEXT {
            return Err(Stop::Refuse("it makes too long a string".to_owned()));
        }
        self.work(n_bytes / 64)
    }

    /// Goes one level down, if it is not too deep.
    pub(super) fn nest(&mut self) -> Eval<()> {
        self.work(1)?;
        if self.depth >= MAX_DEPTH {
            return Err(Stop::Refuse("it is too deeply nested".to_owned()));
        }
        self.depth += 1;
        Ok(())
    }

    /// Comes back up.
    pub(super) fn unnest(&mut self) {
        self.depth -= 1;
    }

    pub(super) fn operand(&mut self, expression: &Expression) -> Eval<Operand> {
        self.nest()?;
        let operand = self.operand_within(expression);
        self.unnest();
        operand
    }

    fn operand_within(&mut self, expression: &Expression) -> Eval<Operand> {
        Ok(Operand::Value(match expression {
            Expression::Literal(value) => value.clone(),
            Expression::Name(name) => return self.name(name),
            Expression::This => self.this()?,
            Expression::Template(parts, last) => self.template(parts, last)?,
            Expression::Array(items) => {
                let elements = self.items(items)?;
                self.array(elements)?
            }
            Expression::Object(entries) => self.object(entries)?,
            Expression::Unary(operator, argument) => self.unary(*operator, argument)?,
            Expression::Binary(first, rest) => {
                // The right side of `instanceof` may be a built-in class.
                let mut left = self.operand(first)?;
                for (operator, right) in rest {
                    let right = self.operand(right)?;
                    left = Operand::Value(operators::binary(self, *operator, left, right)?);
                }
                return Ok(left);
            }
            Expression::PrivateIn(name, object) => {
                let Value::Object(object) = self.value(object)? else {
                    return Err(operators::no_object_for_in());
                };
                Value::Boolean(self.has_own(object, &Key::Name(name.clone()))?)
            }
            Expression::Logical(first, rest) => return self.logical(first, rest),
            Expression::Conditional(parts) => {
                let [test, consequent, alternate] = &**parts;
                let test = self.value(test)?;
                return self.operand(if is_truthy(&test)? { consequent } else { alternate });
            }
            Expression::Sequence(expressions) => {
                let mut last = Operand::Value(Value::Undefined);
                for expression in expressions {
                    last = self.operand(expression)?;
                }
                return Ok(last);
            }
            Expression::Chain(start, links) => return self.chain(start, links),
            Expression::Arrow(arrow) => return Ok(Operand::Arrow(arrow.clone())),
            Expression::Beyond => return Err(Stop::Beyond),
        }))
    }

    /// A variable, or what is known by that name everywhere.
    fn name(&mut self, name: &Text) -> Eval<Operand> {
        if let Some((_, value)) = self.locals.iter().rev().find(|(local, _)| local == name) {
            return Ok(Operand::Value(value.clone()));
        }
        match self
            .scene
            .variable_named(self.frame.as_ref(), name)
            .map_err(refused)?
        {
            Some(Value::Uninitialized) => {
                let message = format!("Cannot access '{name}' before initialization");
                Err(Stop::Error("ReferenceError", message))
            }
            Some(value) => Ok(Operand::Value(value)),
            None => match builtins::global(self, name)? {
                Some(operand) => Ok(operand),
                None => Err(Stop::Error("ReferenceError", format!("{name} is not defined"))),
            },
        }
    }

    fn this(&mut self) -> Eval<Value> {
        let this = match self.frame {
            Some(frame) => self.scene.this_recorded(&frame).map_err(refused)?,
            None => Value::Object(crate::pause::GLOBAL_OBJECT),
        };
        Ok(this)
    }

    fn template(&mut self, parts: &[(Text, Expression)], last: &Text) -> Eval<Value> {
        let mut whole = String::new();
        for (before, expression) in parts {
            whole.push_str(before);
            let value = self.value(expression)?;
            whole.push_str(&self.string_of(&value)?);
            self.room_for_text(whole.len())?;
        }
        whole.push_str(last);
        self.text(whole)
    }

    /// The elements of a list, None for a hole.
    pub(super) fn items(&mut self, items: &[Item]) -> Eval<Vec<Option<Value>>> {
        let mut elements = Vec::new();
        for item in items {
            match item {
                Item::One(expression) => elements.push(Some(self.value(expression)?)),
                Item::Hole => elements.push(None),
                Item::Spread(expression) => {
                    let all = self.operand(expression)?;
                    elements.extend(self.iterated(all)?.into_iter().map(Some));
                }
            }
            if elements.len() > MAX_ITEMS {
                return Err(Stop::Refuse("it makes too long a list".to_owned()));
            }
        }
        Ok(elements)
    }

    /// A new array.
    pub(super) fn array(&mut self, elements: Vec<Option<Value>>) -> Eval<Value> {
        if elements.len() > MAX_ITEMS {
            return Err(Stop::Refuse("it makes too long a list".to_owned()));
        }
        self.work(elements.len() / 8)?;
        let length = elements.len() as u32;
        self.made("Array", ObjectKind::Array { length, elements }, Vec::new())
    }

    /// A new object.
    pub(super) fn plain(&mut self, properties: Vec<(Text, Value)>) -> Eval<Value> {
        let mut own: Vec<Property> = Vec::new();
        for (name, value) in properties {
            self.work(1 + own.len() / 64)?;
            let key = key_of(&name);
            match own.iter_mut().find(|property| property.key == key) {
                Some(existing) => existing.value = Slot::Value(value),
                None => own.push(Property {
                    key,
                    value: Slot::Value(value),
                    flags: 7,
                }),
            }
        }
        // Indices come first, in order.
        own.sort_by_key(|property| match property.key {
            Key::Index(index) => (0, index),
            _ => (1, 0),
        });
        self.made("Object", ObjectKind::Plain, own)
    }

    fn made(&mut self, class_name: &str, kind: ObjectKind, properties: Vec<Property>) -> Eval<Value> {
        let state = ObjectState {
            class_name: class_name.into(),
            prototype: None,
            kind,
            n_properties: properties.len() as u32,
            properties,
        };
        let made = self.scene.make(state).map(Value::Object);
        made.ok_or_else(|| Stop::Refuse("this pause has too many objects that evaluations made".to_owned()))
    }

    fn object(&mut self, entries: &[Entry]) -> Eval<Value> {
        let mut properties = Vec::new();
        for entry in entries {
            match entry {
                Entry::Named(name, expression) => properties.push((name.clone(), self.value(expression)?)),
                Entry::Computed(key, expression) => {
                    let key = self.value(key)?;
                    let key = self.property_name(&key)?;
                    properties.push((key, self.value(expression)?));
                }
                Entry::Spread(expression) => {
                    let value = self.value(expression)?;
                    properties.extend(self.own_entries(&value)?);
                }
            }
        }
        self.plain(properties)
    }

    fn unary(&mut self, operator: UnaryOperator, argument: &Expression) -> Eval<Value> {
        if operator == UnaryOperator::Typeof {
            return self.type_of(argument);
        }
        if operator == UnaryOperator::Delete {
            return Err(Stop::Beyond);
        }
        let value = self.value(argument)?;
        operators::unary(self, operator, &value)
    }

    fn type_of(&mut self, argument: &Expression) -> Eval<Value> {
        let operand = match self.operand(argument) {
            // A name that nobody declared has a type all the same.
            Err(Stop::Error("ReferenceError", _)) if matches!(argument, Expression::Name(name) if !self.is_declared(name)?) =>
            {
                return Ok(text("undefined"));
            }
            operand => operand?,
        };
        Ok(text(match operand {
            Operand::Value(Value::Object(object)) => self.type_of_object(object)?,
            Operand::Value(value) => type_of(&value)?,
            Operand::Builtin("Math" | "JSON" | "Reflect" | "Intl" | "Atomics" | "globalThis") => "object",
            Operand::Builtin(_) | Operand::Method(..) | Operand::Arrow(_) => "function",
            Operand::List(_) => "object",
        }))
    }

    fn is_declared(&mut self, name: &Text) -> Eval<bool> {
        let found = self
            .scene
            .variable_named(self.frame.as_ref(), name)
            .map_err(refused)?;
        Ok(found.is_some())
    }

    fn type_of_object(&mut self, object: ObjectId) -> Eval<&'static str> {
        if object == crate::pause::GLOBAL_OBJECT {
            return Ok("object");
        }
        let state = self.scene.known_state(object).ok_or_else(unknown)?;
        match state.kind {
            ObjectKind::Function { .. } => Ok("function"),
            ObjectKind::Proxy | ObjectKind::Opaque => Err(unknown()),
            _ => Ok("object"),
        }
    }

    fn logical(&mut self, first: &Expression, rest: &[(LogicalOperator, Expression)]) -> Eval<Operand> {
        let mut left = self.operand(first)?;
        for (operator, right) in rest {
            let goes_on = match (&left, operator) {
                (Operand::Value(value), LogicalOperator::And) => is_truthy(value)?,
                (Operand::Value(value), LogicalOperator::Or) => !is_truthy(value)?,
                (Operand::Value(Value::Unavailable), LogicalOperator::Coalesce) => return Err(unknown()),
                (Operand::Value(value), LogicalOperator::Coalesce) => is_nullish(value),
                (_, operator) => *operator == LogicalOperator::And,
            };
            if goes_on {
                left = self.operand(right)?;
            }
        }
        Ok(left)
    }

    fn chain(&mut self, start: &Expression, links: &[Link]) -> Eval<Operand> {
        let mut operand = self.operand(start)?;
        for link in links {
            self.work(1)?;
            if link.is_optional && matches!(&operand, Operand::Value(value) if is_nullish(value)) {
                return Ok(Operand::Value(Value::Undefined));
            }
            operand = match &link.kind {
                LinkKind::Member(name) => self.member(&operand, name)?,
                LinkKind::Computed(key) => {
                    let key = self.value(key)?;
                    if let Operand::Value(value) = &operand
                        && is_nullish(value)
                    {
                        let key = self.string_of(&key)?;
                        return Err(no_property(value, &key));
                    }
                    let name = self.property_name(&key)?;
                    self.member(&operand, &name)?
                }
                LinkKind::Call(arguments, callee) => self.call(&operand, arguments, callee)?,
            };
        }
        Ok(operand)
    }

    fn call(&mut self, callee: &Operand, arguments: &[Item], written: &Text) -> Eval<Operand> {
        let is_callable = match callee {
            Operand::Value(Value::Object(object)) => self.type_of_object(*object)? == "function",
            Operand::Value(Value::Unavailable) => return Err(unknown()),
            Operand::Value(_) | Operand::List(_) => false,
            Operand::Builtin("Math" | "JSON" | "Reflect" | "Intl" | "Atomics" | "globalThis") => false,
            Operand::Builtin(_) | Operand::Method(..) | Operand::Arrow(_) => true,
        };
        if !is_callable {
            return Err(Stop::Error("TypeError", format!("{written} is not a function")));
        }
        let mut given = Vec::new();
        for argument in arguments {
            match argument {
                Item::One(expression) => given.push(self.operand(expression)?),
                Item::Spread(expression) => {
                    let all = self.operand(expression)?;
                    given.extend(self.iterated(all)?.into_iter().map(Operand::Value));
                }
                Item::Hole => {}
            }
        }
        self.call_with(callee, &given, written)
    }

    /// Calls what is known to be callable, or what is called by a client.
    pub(super) fn call_with(&mut self, callee: &Operand, given: &[Operand], written: &str) -> Eval<Operand> {
        if let Operand::Value(value) = callee {
            let is_function = match value {
                Value::Object(object) => self.type_of_object(*object)? == "function",
                Value::Unavailable => return Err(unknown()),
                _ => false,
            };
            if !is_function {
                return Err(Stop::Error("TypeError", format!("{written} is not a function")));
            }
        }
        match callee {
            Operand::Builtin(name) => builtins::call_global(self, name, given),
            Operand::Method(receiver, name) => builtins::call_method(self, receiver, name, given),
            Operand::Arrow(arrow) => {
                let values = values_of(given)?;
                self.call_arrow(arrow, values).map(Operand::Value)
            }
            Operand::Value(_) | Operand::List(_) => Err(Stop::Beyond),
        }
    }

    /// Calls a function of the expression.
    pub(super) fn call_arrow(&mut self, arrow: &Arrow, arguments: Vec<Value>) -> Eval<Value> {
        let n_locals = self.locals.len();
        let arguments = arguments.into_iter().chain(std::iter::repeat(Value::Undefined));
        self.locals
            .extend(arrow.parameters.iter().cloned().zip(arguments));
        let value = self.value(&arrow.body);
        self.locals.truncate(n_locals);
        value
    }

    /// A value as a property's name.
    pub(super) fn property_name(&mut self, key: &Value) -> Eval<Text> {
        match key {
            Value::Symbol(_) => Err(Stop::Beyond),
            key => self.string_of(key),
        }
    }

    /// A value as a string.
    pub(super) fn string_of(&mut self, value: &Value) -> Eval<Text> {
        match value {
            Value::Object(_) => to_text(&self.primitive(value, true)?),
            value => to_text(value),
        }
    }
}

/// What is a value outside of an evaluation too.
pub(super) fn into_value(operand: Operand) -> Eval<Value> {
    match operand {
        Operand::Value(value) => Ok(value),
        Operand::Builtin(_) | Operand::Method(..) => Err(Stop::Beyond),
        Operand::Arrow(_) => Err(Stop::Beyond),
        Operand::List(_) => Err(Stop::Beyond),
    }
}

/// Arguments that are all values.
pub(super) fn values_of(given: &[Operand]) -> Eval<Vec<Value>> {
    given
        .iter()
        .map(|operand| match operand {
            Operand::Value(value) => Ok(value.clone()),
            _ => Err(Stop::Beyond),
        })
        .collect()
}

/// A property's key by its name.
pub(super) fn key_of(name: &str) -> Key {
    match name.parse::<u32>() {
        Ok(index) if index != u32::MAX && index.to_string() == name => Key::Index(index),
        _ => Key::Name(name.into()),
    }
}

pub(super) fn is_nullish(value: &Value) -> bool {
    matches!(value, Value::Undefined | Value::Null)
}

/// The exception of reading a property of nothing.
pub(super) fn no_property(value: &Value, name: &str) -> Stop {
    let nothing = if *value == Value::Null {
        "null"
    } else {
        "undefined"
    };
    let message = format!("Cannot read properties of {nothing} (reading '{name}')");
    Stop::Error("TypeError", message)
}

/// A part of the recording that cannot be read.
fn refused(failure: crate::answer::Failure) -> Stop {
    Stop::Refuse(failure.0.message)
}
