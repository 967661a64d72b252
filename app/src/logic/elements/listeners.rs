//! Who listens at an element and above it, by the event they wait for.

use std::collections::BTreeMap;

use wire::{debugger::Location, dom::EventListener, ids::ObjectId, pause::ObjectPreviewLevel};

use super::tree::Read;
use crate::logic::{place, scopes::Found};

/// Listeners that are told of in all.
const MAX_LISTENERS: usize = 2_000;

/// A function that is called.
#[derive(Clone, Debug, PartialEq)]
pub struct Listener {
    /// Where it listens: what the node is called.
    pub at: String,
    /// The node.
    pub node: ObjectId,
    /// What the function is called.
    pub name: String,
    /// Where the function is written, in the most original source.
    pub location: Option<Location>,
    /// Whether it runs on the way down.
    pub is_capture: bool,
}

/// The listeners of one event.
#[derive(Clone, Debug, PartialEq)]
pub struct OfEvent {
    /// Such as `click`.
    pub event: String,
    /// Those of the element first, then those above, the nearest first.
    pub listeners: Vec<Listener>,
}

/// Whoever listens.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listeners {
    /// By event.
    pub events: Vec<OfEvent>,
    /// Whether some are still being asked for.
    pub is_pending: bool,
    /// Why those of the element itself cannot be had.
    pub failure: Option<String>,
}

impl Listeners {
    /// Reads who listens at nodes: the first is the one looked at, the others are above it, the nearest first.
    pub fn new(
        nodes: &[(ObjectId, String)],
        read: Read<'_>,
        listeners_of: &dyn Fn(&ObjectId) -> Found<Vec<EventListener>>,
    ) -> Self {
        let mut told = Self::default();
        let mut by_event: BTreeMap<String, Vec<Listener>> = BTreeMap::new();
        let mut n_listeners = 0;
        for (at, (id, label)) in nodes.iter().enumerate() {
            let listeners = match listeners_of(id) {
                Found::Ready(listeners) => listeners,
                Found::Pending => {
                    told.is_pending = true;
                    continue;
                }
                Found::Failed(reason) => {
                    if at == 0 {
                        told.failure = Some(reason);
                    }
                    continue;
                }
            };
            for listener in listeners {
                n_listeners += 1;
                if n_listeners > MAX_LISTENERS {
                    break;
                }
                let handler = match read(&listener.handler, ObjectPreviewLevel::CanOverflow) {
                    Found::Ready(object) => Some(object),
                    Found::Pending => {
                        told.is_pending = true;
                        None
                    }
                    Found::Failed(_) => None,
                };
                let preview = handler.as_ref().and_then(|handler| handler.preview.as_ref());
                let name = preview.and_then(|preview| preview.function_name.clone());
                let location = preview.and_then(|preview| preview.function_location.as_ref());
                by_event.entry(listener.event_type).or_default().push(Listener {
                    at: label.clone(),
                    node: id.clone(),
                    name: name
                        .filter(|name| !name.is_empty())
                        .unwrap_or_else(|| "(anonymous)".to_owned()),
                    location: location.and_then(|location| place::preferred(location).cloned()),
                    is_capture: listener.capture,
                });
            }
        }
        told.events = by_event
            .into_iter()
            .map(|(event, listeners)| OfEvent { event, listeners })
            .collect();
        told
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use std::rc::Rc;

    use serde_json::json;

    use super::*;

    #[test]
    fn listeners_stand_by_event_with_those_above_after_the_elements_own() {
        let read = |id: &ObjectId, _| {
            let object = json!({ "objectId": id.as_str(), "className": "Function", "preview": {
                "functionName": if id.as_str() == "f" { "save" } else { "" },
                "functionLocation": [{ "sourceId": "1", "line": 3, "column": 0 }],
            } });
            Found::Ready(Rc::new(serde_json::from_value(object).unwrap()))
        };
        let listener = |handler: &str, event: &str, capture| EventListener {
            node: "n".into(),
            handler: handler.into(),
            event_type: event.to_owned(),
            capture,
        };
        let listeners_of = |id: &ObjectId| match id.as_str() {
            "button" => Found::Ready(vec![listener("f", "click", false), listener("g", "blur", false)]),
            "form" => Found::Ready(vec![listener("g", "click", true)]),
            _ => Found::Failed("gone".to_owned()),
        };
        let nodes = ["button", "form", "body"].map(|name| (name.into(), name.to_owned()));
        let told = Listeners::new(&nodes, &read, &listeners_of);
        let lines: Vec<_> = told
            .events
            .iter()
            .flat_map(|of| {
                of.listeners
                    .iter()
                    .map(|one| format!("{} {} {} {}", of.event, one.at, one.name, one.is_capture))
            })
            .collect();
        assert_eq!(
            lines,
            [
                "blur button (anonymous) false",
                "click button save false",
                "click form (anonymous) true"
            ]
        );
        assert_eq!((told.failure, told.is_pending), (None, false));
        assert_eq!(
            Listeners::new(&nodes[2..], &read, &listeners_of)
                .failure
                .as_deref(),
            Some("gone")
        );
    }
}
