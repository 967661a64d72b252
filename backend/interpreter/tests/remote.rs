//! An interpreter that is spoken to, as the page's worker does it, answers like one that is here, and is set up anew when
//! the other side broke.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
    sync::Arc,
};

use interpreter::{
    Declared, Function, Host, Outcome, Program, Scope, Variable,
    remote::{self, Answer, RemoteHost, carry_out},
};
use recording::{
    ids::{FunctionId, ObjectId},
    value::{Key, ObjectKind, ObjectState, Property, Slot, Text, Value},
};

/// A moment with a variable `o`, which holds an object, and a variable `n`, which holds 1.
#[derive(Default)]
struct Moment {
    objects: RefCell<HashMap<ObjectId, Arc<ObjectState>>>,
    written: RefCell<HashMap<(u32, u32), Value>>,
}

const OBJECT: ObjectId = ObjectId(1);

fn object(properties: &[(&str, Value)]) -> ObjectState {
    let property = |(name, value): &(&str, Value)| Property {
        key: Key::Name((*name).into()),
        value: Slot::Value(value.clone()),
        flags: 7,
    };
    ObjectState {
        class_name: "Object".into(),
        prototype: None,
        kind: ObjectKind::Plain,
        properties: properties.iter().map(property).collect(),
        n_properties: properties.len() as u32,
    }
}

impl Host for Moment {
    fn state(&self, object: ObjectId) -> Option<Arc<ObjectState>> {
        self.objects.borrow().get(&object).cloned()
    }

    fn variable(&self, _: Scope, name: &Text) -> Result<Option<Variable>, String> {
        let (value, slot) = match &**name {
            "o" => (Value::Object(OBJECT), (0, 0)),
            "n" => (Value::Number(1.0), (0, 1)),
            "lost" => return Err("lost was not recorded".to_owned()),
            _ => return Ok(None),
        };
        let value = self.written.borrow().get(&slot).cloned().unwrap_or(value);
        Ok(Some(Variable {
            value,
            slot: Some(slot),
            is_constant: false,
        }))
    }

    fn function(&self, _: FunctionId) -> Result<Function, String> {
        Err("there are no functions".to_owned())
    }

    fn is_of_the_page(&self, name: &str) -> bool {
        name == "document"
    }

    fn make(&self, state: ObjectState) -> Option<ObjectId> {
        let mut objects = self.objects.borrow_mut();
        let id = ObjectId(100 + objects.len() as u32);
        objects.insert(id, Arc::new(state));
        Some(id)
    }

    fn replace(&self, object: ObjectId, state: ObjectState) {
        self.objects.borrow_mut().insert(object, Arc::new(state));
    }

    fn assign(&self, slot: (u32, u32), value: Value) {
        self.written.borrow_mut().insert(slot, value);
    }
}

thread_local! {
    static IS_BROKEN: Cell<bool> = const { Cell::new(false) };
}

/// The other side: it breaks once when told so.
fn start(millis: f64, answer: Answer) -> Result<remote::Send, String> {
    let set_up = move || {
        let answer = answer.clone();
        let host = RemoteHost::new(move |question: &str| Some(answer(question)));
        interpreter::Interpreter::new(Rc::new(host), millis as u64)
    };
    let mut there = set_up()?;
    Ok(Box::new(move |order| {
        if IS_BROKEN.take() {
            there = set_up()?;
            return Err("it broke".to_owned());
        }
        Ok(carry_out(&mut there, order))
    }))
}

fn typed(text: &str) -> Program {
    Program {
        text: text.to_owned(),
        ..Program::default()
    }
}

#[test]
fn what_is_elsewhere_answers_as_if_it_were_here() {
    let moment = Rc::new(Moment::default());
    let state = object(&[
        ("a", Value::Number(f64::NAN)),
        ("text", Value::String("ä😀".into())),
    ]);
    moment.replace(OBJECT, state);
    remote::start_by(start);
    let mut elsewhere = remote::Interpreter::new(moment.clone(), 0).unwrap();
    let mut evaluate = |text: &str| elsewhere.evaluate(Scope::Global, &typed(text), false);
    let number = |number: f64| Outcome::Returned(Value::Number(number));
    assert_eq!(
        evaluate("o.text + n"),
        Outcome::Returned(Value::String("ä😀1".into()))
    );
    assert_eq!(evaluate("isNaN(o.a) ? n = 5 : 0"), number(5.0));
    assert_eq!(evaluate("o.a = n"), number(5.0));
    assert!(matches!(evaluate("throw [1]"), Outcome::Threw(Value::Object(_))));
    assert_eq!(
        evaluate("lost"),
        Outcome::Refused("lost was not recorded".to_owned())
    );
    assert!(matches!(evaluate("document"), Outcome::Refused(reason) if reason.contains("live page")));
    let a = &moment.state(OBJECT).unwrap().properties[0];
    assert_eq!(a.value, Slot::Value(Value::Number(5.0)));
    // What was changed is the host's to keep, so an interpreter that is set up anew finds it.
    IS_BROKEN.set(true);
    assert_eq!(evaluate("1"), Outcome::Refused("it broke".to_owned()));
    assert_eq!(evaluate("n + o.a"), number(10.0));
}

#[test]
fn what_is_declared_is_found_by_the_next_text() {
    remote::start_by(start);
    let mut elsewhere = remote::Interpreter::new(Rc::new(Moment::default()), 0).unwrap();
    let program = Program {
        text: "void (x = 7);".to_owned(),
        declared: vec![Declared {
            name: "x".to_owned(),
            is_var: false,
        }],
        is_async: false,
    };
    let pure = elsewhere.evaluate(Scope::Global, &program, true);
    assert!(matches!(pure, Outcome::Refused(_)));
    let declared = elsewhere.evaluate(Scope::Global, &program, false);
    assert_eq!(declared, Outcome::Returned(Value::Undefined));
    let found = elsewhere.evaluate(Scope::Global, &typed("x"), true);
    assert_eq!(found, Outcome::Returned(Value::Number(7.0)));
}
