//! Functions of the program, compiled from their text.

use std::rc::Rc;

use boa_engine::{Context, JsResult, JsValue, js_string, object::JsObject};
use recording::{ids::ObjectId, value::ObjectKind};

use super::{scopes::run_in, state::State};
use crate::Part;

/// The function that a recorded one is.
pub(crate) fn compiled(state: &Rc<State>, context: &mut Context, id: ObjectId) -> JsResult<JsObject> {
    let recorded = state.host.state(id);
    let Some(ObjectKind::Function { name, function }) = recorded.as_ref().map(|recorded| &recorded.kind)
    else {
        return Err(state.refuse("it is not known what this function does"));
    };
    let Some(function) = *function else {
        let name = if name.is_empty() { "a function" } else { name };
        return Err(state.refuse(format!(
            "{name} is not of a recorded script: it would need the live page"
        )));
    };
    if let Some(compiled) = state.compiled.borrow().get(&function) {
        return Ok(compiled.clone());
    }
    let code = state
        .host
        .function(function)
        .map_err(|reason| state.refuse(reason))?;
    let value = run_in(state, context, code.scope, &format!("({})", code.text))?;
    let whole = value.to_object(context)?;
    let compiled = match code.part {
        Part::Whole => whole,
        part => {
            let Some(key) = whole.own_property_keys(context)?.into_iter().next() else {
                return Err(state.refuse("the text of a method has no method"));
            };
            let key = JsValue::from(key);
            let describe = state.built_in("Reflect.getOwnPropertyDescriptor")?;
            let descriptor = describe.call(&JsValue::undefined(), &[whole.into(), key], context)?;
            let name = match part {
                Part::Getter => "get",
                Part::Setter => "set",
                Part::Whole | Part::Method => "value",
            };
            descriptor
                .to_object(context)?
                .get(js_string!(name), context)?
                .to_object(context)?
        }
    };
    state.compiled.borrow_mut().insert(function, compiled.clone());
    Ok(compiled)
}
