//! The published schema (`@replayio/protocol`), read into the few shapes it is made of.
//!
//! It is the file that `npm ci` puts under `node_modules`, or the one that PLAYHEAD_PROTOCOL_JSON names.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a schema of another shape proves nothing: tests that need it end"
)]

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde::Deserialize;
use serde_json::Value as Json;
use wire::command::Scope;

/// Neither concerns us: `Nut` is a chat product, `Target` is spoken within Replay's own recorder.
const FOREIGN_DOMAINS: [&str; 2] = ["Nut", "Target"];

/// Everything that the schema says of the domains that concern us.
pub struct Schema {
    /// In the schema's order.
    pub domains: Vec<Domain>,
    types: BTreeMap<String, Type>,
}

/// A domain, such as `Pause`.
pub struct Domain {
    /// The ids its messages carry.
    pub scope: Scope,
    /// What can be asked.
    pub commands: Vec<Command>,
    /// What can be told.
    pub events: Vec<Event>,
}

/// A command.
pub struct Command {
    /// `Domain.name`.
    pub method: String,
    /// Named `Domain.name(params)`.
    params: (String, Type),
    /// Named `Domain.name(result)`.
    result: (String, Type),
}

/// An event.
pub struct Event {
    /// `Domain.name`.
    pub method: String,
    /// Named `Domain.name(event)`.
    payload: (String, Type),
}

/// What a value may be.
pub enum Type {
    /// Any JSON.
    Any,
    /// `object` without properties: anything goes, an object by habit.
    Object,
    /// True or false.
    Boolean,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// Any string.
    String,
    /// One string.
    Literal(String),
    /// One of these strings.
    Strings(Vec<String>),
    /// A list.
    Array(Box<Type>),
    /// `Domain.Name`.
    Named(String),
    /// One of these.
    Union(Vec<Type>),
    /// Fields.
    Record(Record),
}

/// A list of fields.
pub struct Record {
    /// Record whose fields come first, `Domain.Name`.
    base: Option<String>,
    own: Vec<Field>,
}

/// One field.
pub struct Field {
    /// Its name.
    pub name: String,
    /// Whether it may be absent.
    pub is_optional: bool,
    /// What it may be.
    pub value: Type,
}

impl Schema {
    /// Reads the schema.
    ///
    /// # Panics
    /// It is not there: a schema that is not there proves nothing.
    pub fn load() -> Self {
        let path = std::env::var_os("PLAYHEAD_PROTOCOL_JSON")
            .map(PathBuf::from)
            .unwrap_or_else(|| {
                PathBuf::from(env!("CARGO_MANIFEST_DIR"))
                    .join("../node_modules/@replayio/protocol/json/protocol.json")
            });
        let text = fs::read_to_string(&path).unwrap_or_else(|error| {
            panic!(
                "{error}: {}; run `npm ci` in the project's root to bring it",
                path.display()
            )
        });
        let file: RawFile = serde_json::from_str(&text).expect("the schema has the shape it had in 0.103.0");
        let mut schema = Self {
            domains: Vec::new(),
            types: BTreeMap::new(),
        };
        for domain in file
            .domains
            .iter()
            .filter(|domain| !FOREIGN_DOMAINS.contains(&domain.domain.as_str()))
        {
            schema.add(domain);
        }
        assert_eq!(schema.domains.len(), 13, "domains, foreign ones aside");
        schema
    }

    /// Every type, parameter list, result and event, by name.
    pub fn subjects(&self) -> impl Iterator<Item = (&str, &Type)> {
        let types = self.types.iter().map(|(name, subject)| (name.as_str(), subject));
        let commands = self.domains.iter().flat_map(|domain| &domain.commands);
        let events = self.domains.iter().flat_map(|domain| &domain.events);
        types
            .chain(
                commands
                    .flat_map(|command| [&command.params, &command.result])
                    .map(|(name, it)| (name.as_str(), it)),
            )
            .chain(events.map(|event| (event.payload.0.as_str(), &event.payload.1)))
    }

    /// The type of that name.
    ///
    /// # Panics
    /// There is none.
    pub fn named(&self, name: &str) -> &Type {
        self.types
            .get(name)
            .unwrap_or_else(|| panic!("the schema refers to {name} and does not have it"))
    }

    /// The result of a command.
    pub fn result_of(&self, method: &str) -> Option<&Type> {
        let commands = self.domains.iter().flat_map(|domain| &domain.commands);
        commands
            .into_iter()
            .find(|command| command.method == method)
            .map(|command| &command.result.1)
    }

    /// The parameters of a command.
    pub fn params_of(&self, method: &str) -> Option<&Type> {
        let commands = self.domains.iter().flat_map(|domain| &domain.commands);
        commands
            .into_iter()
            .find(|command| command.method == method)
            .map(|command| &command.params.1)
    }

    /// The payload of an event, and the ids that it carries.
    pub fn payload_of(&self, method: &str) -> Option<(&Type, Scope)> {
        self.domains.iter().find_map(|domain| {
            let event = domain.events.iter().find(|event| event.method == method)?;
            Some((&event.payload.1, domain.scope))
        })
    }

    /// Every member of the union that has a member of this name.
    pub fn union_of(&self, name: &str) -> Option<impl Iterator<Item = &Record>> {
        let is_it = |member: &Type| matches!(member, Type::Named(member) if member == name);
        let members = self.types.values().find_map(|candidate| match candidate {
            Type::Union(members) if members.iter().any(is_it) => Some(members),
            _ => None,
        })?;
        Some(members.iter().filter_map(|member| match member {
            Type::Named(name) => match self.named(name) {
                Type::Record(record) => Some(record),
                _ => None,
            },
            _ => None,
        }))
    }

    /// Inherited fields, then own ones.
    pub fn fields<'a>(&'a self, record: &'a Record) -> Box<dyn Iterator<Item = &'a Field> + 'a> {
        match record.base.as_deref().map(|name| self.named(name)) {
            Some(Type::Record(base)) => Box::new(self.fields(base).chain(&record.own)),
            Some(_) => panic!("a record inherits from something else"),
            None => Box::new(record.own.iter()),
        }
    }

    fn add(&mut self, domain: &RawDomain) {
        let name = &domain.domain;
        for raw in &domain.types {
            self.types
                .insert(format!("{name}.{}", raw.id), Type::read(name, raw));
        }
        let record = |fields: &[RawType]| Type::Record(Record::read(name, None, fields));
        self.domains.push(Domain {
            scope: match (domain.session_id, domain.pause_id) {
                (_, true) => Scope::Pause,
                (true, false) => Scope::Session,
                (false, false) => Scope::None,
            },
            commands: domain
                .commands
                .iter()
                .map(|raw| format!("{name}.{}", raw.name))
                .zip(&domain.commands)
                .map(|(method, raw)| Command {
                    params: (format!("{method}(params)"), record(&raw.parameters)),
                    result: (format!("{method}(result)"), record(&raw.returns)),
                    method,
                })
                .collect(),
            events: domain
                .events
                .iter()
                .map(|raw| format!("{name}.{}", raw.name))
                .zip(&domain.events)
                .map(|(method, raw)| Event {
                    payload: (format!("{method}(event)"), record(&raw.parameters)),
                    method,
                })
                .collect(),
        });
    }
}

impl Type {
    fn read(domain: &str, raw: &RawType) -> Self {
        let reference = raw.reference.as_ref().map(|name| match name.contains('.') {
            true => name.clone(),
            false => format!("{domain}.{name}"),
        });
        match (raw.kind.as_deref(), reference) {
            (None, Some(base)) if !raw.properties.is_empty() => {
                Self::Record(Record::read(domain, Some(base), &raw.properties))
            }
            // An own id and a reference without fields of its own: a record that adds nothing.
            (None, Some(base)) if !raw.id.is_empty() => Self::Record(Record::read(domain, Some(base), &[])),
            (None, Some(name)) => Self::Named(name),
            (Some("object"), None) if raw.variants.is_some() => Self::Union(
                raw.variants
                    .iter()
                    .flatten()
                    .map(|variant| Self::Named(format!("{domain}.{}", variant["$ref"].as_str().unwrap())))
                    .collect(),
            ),
            (Some("object"), None) if raw.properties.is_empty() => Self::Object,
            (Some("object"), None) => Self::Record(Record::read(domain, None, &raw.properties)),
            (Some("string"), None) if raw.variants.is_some() => Self::Strings(
                raw.variants
                    .iter()
                    .flatten()
                    .map(|text| text.as_str().unwrap().to_owned())
                    .collect(),
            ),
            (Some("string"), None) => Self::String,
            (Some("boolean"), None) => Self::Boolean,
            (Some("integer"), None) => Self::Integer,
            (Some("number"), None) => Self::Number,
            (Some("any"), None) => Self::Any,
            (Some("array"), None) => Self::Array(Box::new(Self::read(domain, raw.items.as_deref().unwrap()))),
            (Some(quoted), None) if quoted.starts_with('"') => {
                Self::Literal(quoted.trim_matches('"').to_owned())
            }
            other => panic!("a type of a shape that the schema did not have in 0.103.0: {other:?}"),
        }
    }
}

impl Record {
    fn read(domain: &str, base: Option<String>, properties: &[RawType]) -> Self {
        let own = properties
            .iter()
            .map(|raw| Field {
                name: raw.name.clone(),
                is_optional: raw.optional,
                value: Type::read(domain, raw),
            })
            .collect();
        Self { base, own }
    }

    /// Whether this is `Pause.Value` or made from it: of the fields of a value at most one may be there.
    pub fn is_value(&self, schema: &Schema) -> bool {
        schema
            .fields(self)
            .any(|field| field.name == "unserializableNumber")
    }
}

#[derive(Deserialize)]
struct RawFile {
    domains: Vec<RawDomain>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawDomain {
    domain: String,
    #[serde(rename = "description")]
    _description: Option<String>,
    #[serde(default)]
    session_id: bool,
    #[serde(default)]
    pause_id: bool,
    #[serde(default)]
    types: Vec<RawType>,
    #[serde(default)]
    commands: Vec<RawMethod>,
    #[serde(default)]
    events: Vec<RawMethod>,
}

#[derive(Deserialize)]
struct RawMethod {
    name: String,
    #[serde(default)]
    parameters: Vec<RawType>,
    #[serde(default)]
    returns: Vec<RawType>,
}

/// A type, a field or an array's item: the schema writes them alike.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawType {
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(rename = "description")]
    _description: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(rename = "$ref")]
    reference: Option<String>,
    #[serde(rename = "enum")]
    variants: Option<Vec<Json>>,
    #[serde(default)]
    optional: bool,
    #[serde(default)]
    properties: Vec<RawType>,
    items: Option<Box<RawType>>,
}
