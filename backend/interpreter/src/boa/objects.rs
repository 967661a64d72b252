//! Values of the recording as values of the engine.

use std::rc::Rc;

use boa_engine::{
    Context, JsBigInt, JsNativeError, JsResult, JsValue, js_string,
    native_function::NativeFunction,
    object::{
        FunctionObjectBuilder, JsObject,
        builtins::{JsArray, JsMap, JsSet},
    },
    property::{PropertyDescriptor, PropertyKey},
};
use recording::{
    ids::ObjectId,
    value::{Key, ObjectKind, ObjectState, Slot, Text, Value},
};

use super::{
    export, scopes,
    state::{State, Target},
};
use crate::GLOBAL;

/// Containers within containers that are made at once.
const MAX_DEPTH: u32 = 64;

const WRITABLE: u8 = 1;
const CONFIGURABLE: u8 = 2;
const ENUMERABLE: u8 = 4;

/// A value of the recording.
pub(crate) fn import(state: &Rc<State>, context: &mut Context, value: &Value) -> JsResult<JsValue> {
    Ok(match value {
        Value::Undefined => JsValue::undefined(),
        Value::Null => JsValue::null(),
        Value::Boolean(value) => JsValue::from(*value),
        Value::Number(number) => JsValue::from(*number),
        Value::String(text) => js_string!(&**text).into(),
        Value::BigInt(digits) => JsBigInt::from_string(digits)
            .unwrap_or_else(JsBigInt::zero)
            .into(),
        Value::Symbol(description) => state.symbol(description).into(),
        Value::Object(object) => import_object(state, context, *object)?.into(),
        Value::Uninitialized | Value::Unavailable => {
            return Err(state.refuse("it needs a value that was not recorded"));
        }
    })
}

pub(crate) fn import_all(
    state: &Rc<State>,
    context: &mut Context,
    values: &[Value],
) -> JsResult<Vec<JsValue>> {
    values.iter().map(|value| import(state, context, value)).collect()
}

/// The elements of an array that the engine made.
pub(crate) fn list(array: &JsValue, context: &mut Context) -> JsResult<Vec<JsValue>> {
    let array = array.to_object(context)?;
    let length = array.get(js_string!("length"), context)?.to_length(context)?;
    (0..length).map(|idx| array.get(idx, context)).collect()
}

fn import_object(state: &Rc<State>, context: &mut Context, id: ObjectId) -> JsResult<JsObject> {
    if let Some(known) = state.objects.borrow().get(&id) {
        return Ok(known.clone());
    }
    let object = if id == GLOBAL {
        scopes::global_object(state, context)?
    } else {
        let recorded = state.host.state(id);
        let recorded = recorded.ok_or_else(|| state.refuse("it needs an object that was not recorded"))?;
        new_object(state, context, id, &recorded)?
    };
    remember(state, id, &object);
    // Containers are what they are, without a proxy, so they are filled at once; they are known by now.
    if let Some(recorded) = state
        .host
        .state(id)
        .filter(|recorded| is_container(&recorded.kind))
    {
        if state.depth.get() >= MAX_DEPTH {
            return Err(state.refuse("it is too deeply nested"));
        }
        state.depth.set(state.depth.get() + 1);
        fill_container(state, context, &object, &recorded)?;
        let known = export::described(state, context, &object, true);
        state.keep_bare(id, object.clone(), known);
        state.depth.set(state.depth.get().saturating_sub(1));
    }
    Ok(object)
}

fn remember(state: &State, id: ObjectId, object: &JsObject) {
    state.objects.borrow_mut().insert(id, object.clone());
    state.ids.borrow_mut().insert(object.clone(), id);
}

/// Whether an object's methods work on it alone, not on a proxy of it.
fn is_container(kind: &ObjectKind) -> bool {
    matches!(
        kind,
        ObjectKind::Map { .. }
            | ObjectKind::Set { .. }
            | ObjectKind::TypedArray { .. }
            | ObjectKind::Date(_)
            | ObjectKind::RegExp(_)
            | ObjectKind::Boxed(_)
            | ObjectKind::Error { .. }
    )
}

/// A new object of the right kind, empty as yet.
fn new_object(
    state: &Rc<State>,
    context: &mut Context,
    id: ObjectId,
    recorded: &ObjectState,
) -> JsResult<JsObject> {
    let construct = |class: &str, given: &[JsValue], context: &mut Context| {
        state.built_in(class)?.construct(given, None, context)
    };
    let target = match &recorded.kind {
        ObjectKind::Map { .. } => return Ok(JsMap::new(context).into()),
        ObjectKind::Set { .. } => return Ok(JsSet::new(context).into()),
        ObjectKind::Date(millis) => return construct("Date", &[JsValue::from(*millis)], context),
        ObjectKind::RegExp(source) => {
            let (pattern, flags) = source
                .strip_prefix('/')
                .and_then(|source| source.rsplit_once('/'))
                .unwrap_or((&**source, ""));
            return construct(
                "RegExp",
                &[js_string!(pattern).into(), js_string!(flags).into()],
                context,
            );
        }
        ObjectKind::Error { message, .. } => {
            let class = match &*recorded.class_name {
                name @ ("EvalError" | "RangeError" | "ReferenceError" | "SyntaxError" | "TypeError"
                | "URIError") => name,
                _ => "Error",
            };
            return construct(class, &[js_string!(&**message).into()], context);
        }
        ObjectKind::Boxed(inner) => return import(state, context, inner)?.to_object(context),
        ObjectKind::TypedArray { length, elements } => {
            if (*length as usize) > elements.len() {
                let reason = format!("only the first {} of {length} were recorded", elements.len());
                return Err(state.refuse(reason));
            }
            let elements = import_all(state, context, elements)?;
            let elements = JsArray::from_iter(elements, context);
            return construct(&recorded.class_name, &[elements.into()], context)
                .map_err(|_| state.refuse(format!("{} is not supported", recorded.class_name)));
        }
        ObjectKind::Proxy => return Err(state.refuse("what a proxy stands before is not recorded")),
        ObjectKind::Opaque => return Err(state.refuse("the recorder could not look into this object")),
        ObjectKind::Window => return scopes::global_object(state, context),
        ObjectKind::Array { .. } => JsArray::new(context)?.into(),
        ObjectKind::Function { .. } => {
            let function = NativeFunction::from_fn_ptr(|_, _, _| Ok(JsValue::undefined()));
            FunctionObjectBuilder::new(context.realm(), function)
                .constructor(true)
                .build()
                .into()
        }
        ObjectKind::Plain | ObjectKind::Weak | ObjectKind::Promise | ObjectKind::Node { .. } => {
            JsObject::with_object_proto(context.intrinsics())
        }
    };
    let stand_in = Target { id, is_filled: false };
    state.targets.borrow_mut().insert(target.clone(), stand_in);
    state.proxy(target, 0, context)
}

/// Whether an object is one that the page's host made, whose state is not in its properties.
pub(crate) fn is_of_the_host(recorded: &ObjectState) -> bool {
    match recorded.kind {
        ObjectKind::Weak | ObjectKind::Promise => true,
        ObjectKind::Plain => recorded.prototype.is_none() && *recorded.class_name != *"Object",
        _ => false,
    }
}

/// Gives the object behind a proxy what the recorded one holds.
pub(crate) fn fill(
    state: &Rc<State>,
    context: &mut Context,
    target: &JsObject,
    id: ObjectId,
) -> JsResult<()> {
    let Some(recorded) = state.host.state(id) else {
        return Err(state.refuse("it needs an object that was not recorded"));
    };
    match &recorded.kind {
        ObjectKind::Array { length, elements } => {
            for (idx, element) in elements.iter().enumerate() {
                if let Some(element) = element {
                    let value = import_stored(state, context, element)?;
                    target.create_data_property_or_throw(idx as u32, value, context)?;
                }
            }
            target.set(js_string!("length"), *length, true, context)?;
        }
        ObjectKind::Function { name, .. } => {
            let name = define(js_string!(&**name).into(), CONFIGURABLE);
            target.define_property_or_throw(js_string!("name"), name, context)?;
        }
        ObjectKind::Node {
            node_type,
            node_name,
            node_value,
            attributes,
        } => {
            let value = node_value.clone().map_or(Value::Null, Value::String);
            let mut known = vec![
                ("nodeType", Value::Number(f64::from(*node_type))),
                ("nodeName", Value::String(node_name.clone())),
                ("nodeValue", value),
            ];
            const ELEMENT: u8 = 1;
            if *node_type == ELEMENT {
                let attribute = |name: &str| {
                    let found = attributes.iter().find(|(known, _)| **known == *name);
                    Value::String(found.map_or_else(|| "".into(), |(_, value)| value.clone()))
                };
                known.push(("tagName", Value::String(node_name.clone())));
                known.push(("id", attribute("id")));
                known.push(("className", attribute("class")));
            }
            for (name, value) in known {
                let value = import(state, context, &value)?;
                target.define_property_or_throw(js_string!(name), define(value, CONFIGURABLE), context)?;
            }
        }
        _ => {}
    }
    add_properties(state, context, target, &recorded)
}

fn fill_container(
    state: &Rc<State>,
    context: &mut Context,
    object: &JsObject,
    recorded: &ObjectState,
) -> JsResult<()> {
    let is_whole = |size: u32, n_known: usize| match n_known < size as usize {
        true => Err(state.refuse(format!("only the first {n_known} of {size} were recorded"))),
        false => Ok(()),
    };
    match &recorded.kind {
        ObjectKind::Map { size, entries } => {
            is_whole(*size, entries.len())?;
            let map = JsMap::from_object(object.clone())?;
            for (key, value) in entries {
                let key = import(state, context, key)?;
                let value = import(state, context, value)?;
                map.set(key, value, context)?;
            }
        }
        ObjectKind::Set { size, entries } => {
            is_whole(*size, entries.len())?;
            let lost = |_| JsNativeError::typ().with_message("it is not a set");
            let set = JsSet::from_object(object.clone()).map_err(lost)?;
            for value in entries {
                let value = import(state, context, value)?;
                set.add(value, context)?;
            }
        }
        ObjectKind::Error { stack, .. } => {
            let stack = define(js_string!(&**stack).into(), WRITABLE | CONFIGURABLE);
            object.define_property_or_throw(js_string!("stack"), stack, context)?;
        }
        _ => {}
    }
    add_properties(state, context, object, recorded)
}

/// Adds own properties, and the prototype.
fn add_properties(
    state: &Rc<State>,
    context: &mut Context,
    object: &JsObject,
    recorded: &ObjectState,
) -> JsResult<()> {
    if let Some(prototype) = recorded.prototype {
        // A prototype that was not recorded is missed only where something is looked for in it.
        let prototype = import_object(state, context, prototype)?;
        object.set_prototype(Some(prototype));
    } else if let ObjectKind::Plain | ObjectKind::Weak | ObjectKind::Promise = recorded.kind
        && let Some(prototype) = state.prototype_of(&recorded.class_name, context)?
    {
        object.set_prototype(Some(prototype));
    }
    add_own(state, context, object, recorded)
}

/// Adds own properties.
pub(crate) fn add_own(
    state: &Rc<State>,
    context: &mut Context,
    object: &JsObject,
    recorded: &ObjectState,
) -> JsResult<()> {
    for property in &recorded.properties {
        let key = property_key(state, &property.key);
        let flags = property.flags;
        let descriptor = match &property.value {
            Slot::Value(value) => define(import_stored(state, context, value)?, flags),
            Slot::Accessor { get, set } => {
                let mut function = |id: &Option<ObjectId>| match id {
                    Some(id) => import_object(state, context, *id).map(JsValue::from),
                    None => Ok(JsValue::undefined()),
                };
                PropertyDescriptor::builder()
                    .get(function(get)?)
                    .set(function(set)?)
                    .enumerable(flags & ENUMERABLE != 0)
                    .configurable(true)
                    .build()
            }
        };
        object.define_property_or_throw(key, descriptor, context)?;
    }
    Ok(())
}

/// A value to keep: what was not recorded is refused when it is read.
fn import_stored(state: &Rc<State>, context: &mut Context, value: &Value) -> JsResult<JsValue> {
    match value {
        Value::Unavailable | Value::Uninitialized => Ok(JsValue::undefined()),
        Value::Object(id) if *id != GLOBAL && state.host.state(*id).is_none() => Ok(JsValue::undefined()),
        value => import(state, context, value),
    }
}

/// A data property. Always configurable, or proxies would have to know what is behind them from the start.
fn define(value: JsValue, flags: u8) -> PropertyDescriptor {
    PropertyDescriptor::builder()
        .value(value)
        .writable(flags & WRITABLE != 0)
        .enumerable(flags & ENUMERABLE != 0)
        .configurable(true)
        .build()
}

fn property_key(state: &State, key: &Key) -> PropertyKey {
    match key {
        Key::Name(name) => text_key(name),
        Key::Index(index) => PropertyKey::from(*index),
        Key::Symbol(description) => state.symbol(description).into(),
    }
}

fn text_key(name: &Text) -> PropertyKey {
    js_string!(&**name).into()
}
