//! Whether a message is what the published schema says it may be: nothing missing, nothing of another kind, nothing
//! more.

use serde_json::{Map, Value as Json};
use wire::command::Scope;

use crate::schema::{Record, Schema, Type};

/// The fields that give a `Pause.Value`: of these at most one may be there.
const VALUE_FIELDS: [&str; 7] = [
    "value",
    "object",
    "unserializableNumber",
    "bigint",
    "symbol",
    "uninitialized",
    "unavailable",
];

/// Everything that is wrong with a message of a server. `asked` is the method of the request that it answers, if it is
/// an answer to one that is known.
pub fn wrongs_of(schema: &Schema, message: &Json, asked: Option<&str>) -> Vec<String> {
    let mut check = Check {
        schema,
        wrongs: Vec::new(),
    };
    let Some(fields) = message.as_object() else {
        return vec![format!("{message} is no object")];
    };
    if fields.contains_key("id") {
        check.answer(fields, asked);
    } else {
        check.event(fields);
    }
    check.wrongs
}

/// Everything that is wrong with a request of a client.
pub fn wrongs_of_request(schema: &Schema, request: &Json) -> Vec<String> {
    let mut check = Check {
        schema,
        wrongs: Vec::new(),
    };
    let method = request["method"].as_str().unwrap_or_default();
    match schema.params_of(method) {
        Some(params) => check.value(method, params, &request["params"]),
        None => check.wrong(method, "is no command of the schema"),
    }
    check.wrongs
}

struct Check<'a> {
    schema: &'a Schema,
    wrongs: Vec<String>,
}

impl Check<'_> {
    fn wrong(&mut self, at: &str, what: impl std::fmt::Display) {
        self.wrongs.push(format!("{at} {what}"));
    }

    fn answer(&mut self, fields: &Map<String, Json>, asked: Option<&str>) {
        let at = asked.unwrap_or("an answer");
        self.only(at, fields, &["id", "result", "error"]);
        match (fields.get("result"), fields.get("error")) {
            (Some(result), None) => match asked.map(|method| self.schema.result_of(method)) {
                Some(Some(expected)) => self.value(at, expected, result),
                Some(None) => self.wrong(at, "is no command of the schema, and was answered"),
                None => {}
            },
            (None, Some(error)) => {
                let is_error =
                    error["code"].is_i64() && error["message"].as_str().is_some_and(|it| !it.is_empty());
                if !is_error {
                    self.wrong(at, format!("is refused without a code and a sentence: {error}"));
                }
                if let Some(error) = error.as_object() {
                    self.only(at, error, &["code", "message", "data"]);
                }
            }
            _ => self.wrong(at, "has neither or both of result and error"),
        }
    }

    fn event(&mut self, fields: &Map<String, Json>) {
        let method = fields.get("method").and_then(Json::as_str).unwrap_or_default();
        self.only(method, fields, &["method", "params", "sessionId"]);
        let Some((expected, scope)) = self.schema.payload_of(method) else {
            return self.wrong(method, "is no event of the schema");
        };
        if (scope == Scope::None) == fields.contains_key("sessionId") {
            self.wrong(
                method,
                "names a session where it should not, or none where it should",
            );
        }
        self.value(method, expected, fields.get("params").unwrap_or(&Json::Null));
    }

    fn only(&mut self, at: &str, fields: &Map<String, Json>, known: &[&str]) {
        for name in fields.keys().filter(|name| !known.contains(&name.as_str())) {
            self.wrong(at, format!("has {name:?}, which the schema does not know"));
        }
    }

    fn value(&mut self, at: &str, expected: &Type, found: &Json) {
        let is_it = match expected {
            Type::Any => true,
            Type::Object => found.is_object(),
            Type::Boolean => found.is_boolean(),
            Type::Integer => found.is_i64() || found.is_u64(),
            Type::Number => found.is_number(),
            Type::String => found.is_string(),
            Type::Literal(text) => found == text,
            Type::Strings(texts) => texts.iter().any(|text| found == text),
            Type::Array(item) => {
                for (idx, found) in found.as_array().into_iter().flatten().enumerate() {
                    self.value(&format!("{at}[{idx}]"), item, found);
                }
                found.is_array()
            }
            Type::Named(name) => return self.named(at, name, found),
            Type::Union(members) => return self.union(at, members, found),
            Type::Record(record) => return self.record(at, record, found),
        };
        if !is_it {
            self.wrong(
                at,
                format!("should be {}, and is {}", said(expected), short(found)),
            );
        }
    }

    /// A few names promise more than their type says.
    fn named(&mut self, at: &str, name: &str, found: &Json) {
        self.value(at, self.schema.named(name), found);
        let keeps_its_promise = match name {
            "Recording.ExecutionPoint" => found
                .as_str()
                .is_some_and(|point| !point.is_empty() && point.bytes().all(|byte| byte.is_ascii_digit())),
            "DOM.Rect" => found.as_array().is_some_and(|numbers| numbers.len() == 4),
            "Debugger.VariableMapping" => found.as_array().is_some_and(|names| names.len() == 2),
            "Pause.PropertyConfigurationFlags" => found.as_u64().is_some_and(|flags| flags < 8),
            _ => true,
        };
        if !keeps_its_promise {
            self.wrong(at, format!("is {}, and no {name}", short(found)));
        }
    }

    /// The member whose literals are there.
    fn union(&mut self, at: &str, members: &[Type], found: &Json) {
        let record_of = |member: &Type| match member {
            Type::Named(name) => match self.schema.named(name) {
                Type::Record(record) => Some(record),
                _ => None,
            },
            _ => None,
        };
        let fits = |record: &&Record| {
            self.schema.fields(record).all(|field| match &field.value {
                Type::Literal(text) => found[&field.name] == **text,
                _ => true,
            })
        };
        match members.iter().filter_map(record_of).find(fits) {
            Some(record) => self.record(at, record, found),
            None => self.wrong(
                at,
                format!("is of no kind that the schema knows: {}", short(found)),
            ),
        }
    }

    fn record(&mut self, at: &str, record: &Record, found: &Json) {
        let Some(fields) = found.as_object() else {
            return self.wrong(at, format!("should have fields, and is {}", short(found)));
        };
        let mut known = Vec::new();
        for field in self.schema.fields(record) {
            known.push(field.name.as_str());
            match fields.get(&field.name) {
                Some(found) => self.value(&format!("{at}.{}", field.name), &field.value, found),
                None if field.is_optional => {}
                None => self.wrong(at, format!("lacks {:?}", field.name)),
            }
        }
        self.only(at, fields, &known);
        if record.is_value(self.schema) {
            let forms: Vec<&str> = VALUE_FIELDS
                .into_iter()
                .filter(|form| fields.contains_key(*form))
                .collect();
            if forms.len() > 1 {
                self.wrong(at, format!("is several values at once: {forms:?}"));
            }
        }
    }
}

fn said(expected: &Type) -> String {
    match expected {
        Type::Object => "an object".to_owned(),
        Type::Boolean => "a boolean".to_owned(),
        Type::Integer => "a whole number".to_owned(),
        Type::Number => "a number".to_owned(),
        Type::String => "a string".to_owned(),
        Type::Literal(text) => format!("{text:?}"),
        Type::Strings(texts) => format!("one of {texts:?}"),
        _ => "a list".to_owned(),
    }
}

fn short(json: &Json) -> String {
    let text = json.to_string();
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
