//! Instances of the schema's types: the least, the fullest, one for each variant, and random ones from a seed.
//!
//! Instances are canonical: where the schema allows two ways to say the same, they use the one that `wire` writes.

use serde_json::{Map, Value as Json, json};

use tests::schema::{Field, Record, Schema, Type};

pub(crate) enum Size {
    /// Required fields only, empty arrays.
    Least,
    /// Every field, arrays of two.
    Fullest,
    /// Each optional field by the toss of a coin.
    Random,
}

pub(crate) struct Generator<'a> {
    schema: &'a Schema,
    size: Size,
    state: u64,
}

/// Fields that the schema has as `number` and that hold whole ones only.
const WHOLE: [&str; 14] = [
    "codeUnitCount",
    "decodedBodySize",
    "destinationPort",
    "encodedBodySize",
    "frameDepth",
    "limit",
    "lineCount",
    "locationLimit",
    "maxFrameDepth",
    "maxHits",
    "minFrameDepth",
    "parentOffset",
    "recordingSize",
    "responseStatus",
];

/// The fields of `Pause.Value`: none is `undefined`, two at once is against the schema.
const VALUE_FIELDS: [&str; 7] = [
    "value",
    "object",
    "unserializableNumber",
    "bigint",
    "symbol",
    "uninitialized",
    "unavailable",
];

impl<'a> Generator<'a> {
    pub(crate) fn new(schema: &'a Schema, size: Size, seed: u64) -> Self {
        Self {
            schema,
            size,
            state: seed,
        }
    }

    /// One instance of every string, union member and form of a value; of any other type, one.
    pub(crate) fn variants(&mut self, name: &str, of: &Type) -> Vec<Json> {
        match of {
            Type::Strings(strings) => strings.iter().map(|text| json!(text)).collect(),
            Type::Union(members) => members.iter().map(|member| self.any(member)).collect(),
            Type::Record(record) if record.is_value(self.schema) => {
                let forms = VALUE_FIELDS.iter().map(Some).chain([None]);
                forms.map(|form| self.record(record, form.copied())).collect()
            }
            _ => vec![self.instance(name, of)],
        }
    }

    /// An instance of what the schema calls `name`; a few names promise more than their type says.
    pub(crate) fn instance(&mut self, name: &str, of: &Type) -> Json {
        match name {
            "Recording.ExecutionPoint" => json!(self.point()),
            "DOM.Rect" => (0..4).map(|_| self.any(&Type::Number)).collect(),
            "Debugger.VariableMapping" => json!([self.text(), self.text()]),
            // 7 is said by leaving the field out.
            "Pause.PropertyConfigurationFlags" => json!(self.pick(7)),
            _ => self.any(of),
        }
    }

    fn any(&mut self, of: &Type) -> Json {
        let schema = self.schema;
        match of {
            Type::Any => self.primitive(),
            Type::Object => json!({"anything": [1, "goes", {}]}),
            Type::Boolean => json!(self.pick(2) == 0),
            Type::Integer => json!(self.pick(1000)),
            Type::Number => json!(self.pick(1000) as f64 / 4.0),
            Type::String => json!(self.text()),
            Type::Literal(text) => json!(text),
            Type::Strings(strings) => json!(strings[self.pick(strings.len())]),
            Type::Array(item) => {
                let length = self.length(0);
                (0..length).map(|_| self.any(item)).collect()
            }
            Type::Named(name) => self.instance(name, schema.named(name)),
            Type::Union(members) => {
                let member = self.pick(members.len());
                self.any(&members[member])
            }
            Type::Record(record) => {
                let form = record.is_value(schema).then(|| self.pick(VALUE_FIELDS.len() + 1));
                self.record(record, form.and_then(|form| VALUE_FIELDS.get(form)).copied())
            }
        }
    }

    /// `form` is the field that a value is given by.
    fn record(&mut self, record: &Record, form: Option<&str>) -> Json {
        let is_value = record.is_value(self.schema);
        let mut fields = Map::new();
        for field in self.schema.fields(record) {
            let is_there = match field.name.as_str() {
                name if is_value && VALUE_FIELDS.contains(&name) => form == Some(name),
                _ => !field.is_optional || self.wants_optional(),
            };
            if is_there {
                fields.insert(field.name.clone(), self.field(field));
            }
        }
        Json::Object(fields)
    }

    fn field(&mut self, field: &Field) -> Json {
        match &field.value {
            // False, or an empty list, is said by leaving the field out.
            Type::Boolean if field.is_optional => json!(true),
            Type::Array(item) if field.is_optional => {
                let length = self.length(1);
                (0..length).map(|_| self.any(item)).collect()
            }
            Type::Number if WHOLE.contains(&field.name.as_str()) => {
                json!(self.pick(1000))
            }
            Type::String if field.name == "unserializableNumber" => {
                json!(["NaN", "Infinity", "-Infinity", "-0"][self.pick(4)])
            }
            value => self.any(value),
        }
    }

    fn primitive(&mut self) -> Json {
        match self.pick(4) {
            0 => Json::Null,
            1 => json!(self.pick(2) == 0),
            2 => json!((self.pick(4000) as f64 - 2000.0) / 8.0),
            _ => json!(self.text()),
        }
    }

    fn point(&mut self) -> String {
        let length = 1 + self.pick(50);
        (0..length)
            .map(|_| char::from(b'0' + self.pick(10) as u8))
            .collect()
    }

    fn text(&mut self) -> String {
        const TEXTS: [&str; 6] = [
            "",
            "plain",
            "with \"quotes\" and \\",
            "line\nbreak",
            "\u{1f980} \u{e9}",
            "null",
        ];
        TEXTS[self.pick(TEXTS.len())].to_owned()
    }

    fn length(&mut self, least: usize) -> usize {
        match self.size {
            Size::Least => least,
            Size::Fullest => 2,
            Size::Random => least + self.pick(3),
        }
    }

    fn wants_optional(&mut self) -> bool {
        match self.size {
            Size::Least => false,
            Size::Fullest => true,
            Size::Random => self.pick(2) == 0,
        }
    }

    /// A number below `n`, by splitmix64.
    fn pick(&mut self, n: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}
