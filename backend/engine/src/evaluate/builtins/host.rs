//! What belongs to the page's host: the document, the network, the window. It does not live on in a recording, so it is
//! refused by name, but for what was recorded of nodes.

use recording::value::{ObjectKind, ObjectState, Text, Value};

use crate::evaluate::{
    values::{Eval, Stop, text, to_text},
    walk::Operand,
};

/// Why something of the host is refused.
pub(super) fn refusal(name: &str) -> Stop {
    Stop::Refuse(format!("{name} needs the live page, which a recording is not"))
}

/// Whether a browser has a global of this name. Names of its classes are told by how they begin and end.
pub(super) fn is_global(name: &str) -> bool {
    const PREFIXES: [&str; 22] = [
        "HTML",
        "SVG",
        "CSS",
        "DOM",
        "IDB",
        "RTC",
        "GPU",
        "WebGL",
        "XML",
        "Audio",
        "Media",
        "Performance",
        "Intersection",
        "Mutation",
        "Resize",
        "Readable",
        "Writable",
        "Service",
        "Speech",
        "Storage",
        "Text",
        "URL",
    ];
    const SUFFIXES: [&str; 8] = [
        "Event", "Element", "Node", "List", "Observer", "Worker", "Request", "Response",
    ];
    let is_class = name.chars().next().is_some_and(|char| char.is_ascii_uppercase())
        && (PREFIXES.iter().any(|prefix| name.starts_with(prefix))
            || SUFFIXES.iter().any(|suffix| name.ends_with(suffix)));
    is_class || CONSOLE.contains(&name) || GLOBALS.lines().any(|global| global == name)
}

/// What only a console of the live page has.
const CONSOLE: [&str; 9] = [
    "$0",
    "$1",
    "$2",
    "$3",
    "$4",
    "copy",
    "inspect",
    "monitorEvents",
    "queryObjects",
];

/// One name a line: Chromium 156's `Object.getOwnPropertyNames(window)` without those of the language, `on…` and classes
/// told by how they begin and end; and Node's globals and a module's parameters.
const GLOBALS: &str = include_str!("host.txt");

/// What was recorded of a node.
pub(super) fn member_of_node(receiver: Operand, state: &ObjectState, name: &Text) -> Eval<Operand> {
    let ObjectKind::Node {
        node_type,
        node_name,
        node_value,
        attributes,
    } = &state.kind
    else {
        return Err(refusal(name));
    };
    const ELEMENT: u8 = 1;
    let is_element = *node_type == ELEMENT;
    let attribute = |name: &str| text(attribute(attributes, name).map_or("", |value| value));
    Ok(Operand::Value(match &**name {
        "nodeType" => Value::Number(f64::from(*node_type)),
        "nodeName" => Value::String(node_name.clone()),
        "nodeValue" => node_value.clone().map_or(Value::Null, Value::String),
        "data" if !is_element => node_value.clone().map_or(Value::Undefined, Value::String),
        "tagName" if is_element => Value::String(node_name.clone()),
        "localName" if is_element => text(node_name.to_lowercase()),
        "id" if is_element => attribute("id"),
        "className" if is_element && !state.class_name.starts_with("SVG") => attribute("class"),
        "getAttribute" | "hasAttribute" | "getAttributeNames" if is_element => {
            return Ok(Operand::Method(Box::new(receiver), name.clone()));
        }
        _ => return Err(refusal(&format!("{}.{name}", state.class_name))),
    }))
}

fn attribute<'v>(attributes: &'v [(Text, Text)], name: &str) -> Option<&'v str> {
    let found = attributes
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| &**value)
}

/// A method of an element that its attributes answer.
pub(super) fn call_on_node(attributes: &[(Text, Text)], name: &str, given: &[Value]) -> Eval<Value> {
    let asked = to_text(given.first().unwrap_or(&Value::Undefined))?;
    let found = attribute(attributes, &asked);
    match name {
        "getAttribute" => Ok(found.map_or(Value::Null, text)),
        "hasAttribute" => Ok(Value::Boolean(found.is_some())),
        _ => Err(refusal(name)),
    }
}
