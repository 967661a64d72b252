//! The rules of an element and of those it inherits from, read from a pause.

use components::style_rules::{Declaration, RuleGroup, StyleRule};
use wire::{
    css::{AppliedRule, StyleDeclaration},
    ids::ObjectId,
    pause::ObjectPreviewLevel,
};

use super::{
    cascade::{self, Scope},
    tree::{self, Read},
};
use crate::logic::{place, scopes::Found};

/// Elements above one whose rules are read: each takes a question.
pub const MAX_ABOVE: usize = 24;
/// Declarations of a rule that are read.
const MAX_DECLARATIONS: usize = 1_000;

/// Where a rule stands.
#[derive(Clone, Debug, PartialEq)]
pub struct RulePlace {
    /// The address of its sheet.
    pub url: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 0.
    pub column: u32,
}

/// The rules of an element.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// As they are shown.
    pub groups: Vec<RuleGroup>,
    /// Where the rules of each group stand.
    pub places: Vec<Vec<Option<RulePlace>>>,
    /// Whether some are still being asked for.
    pub is_pending: bool,
    /// Why those of the element itself cannot be had.
    pub failure: Option<String>,
}

impl Sheet {
    /// Reads the rules of an element; `above` are those it inherits from, the nearest first, with what they are called.
    pub fn new(
        element: &ObjectId,
        above: &[(ObjectId, String)],
        read: Read<'_>,
        rules_of: &dyn Fn(&ObjectId) -> Found<Vec<AppliedRule>>,
    ) -> Self {
        let mut reading = Reading {
            read,
            sheet: Self::default(),
            scoped: Vec::new(),
        };
        match rules_of(element) {
            Found::Ready(rules) => reading.own(element, &rules),
            Found::Pending => reading.sheet.is_pending = true,
            Found::Failed(reason) => {
                reading.own(element, &[]);
                reading.sheet.failure = Some(reason);
            }
        }
        for (id, label) in above.iter().take(MAX_ABOVE) {
            match rules_of(id) {
                Found::Ready(rules) => reading.inherited(id, label, &rules),
                Found::Pending => reading.sheet.is_pending = true,
                // Said once, for the element itself.
                Found::Failed(_) => reading.inherited(id, label, &[]),
            }
        }
        let Reading {
            mut sheet, scoped, ..
        } = reading;
        let (scoped, places): (Vec<_>, Vec<_>) = scoped.into_iter().unzip();
        // Rules are told apart by number, because those that pass nothing on are left out.
        sheet.groups = cascade::resolve(scoped);
        for group in &mut sheet.groups {
            let mut own = Vec::new();
            for rule in &mut group.rules {
                let place = rule.place.parse::<usize>().ok().and_then(|at| find(&places, at));
                rule.place = place.as_ref().map(short).unwrap_or_default();
                own.push(place);
            }
            sheet.places.push(own);
        }
        sheet
    }
}

/// Of all groups, the place of the rule of a number.
fn find(places: &[Vec<Option<RulePlace>>], at: usize) -> Option<RulePlace> {
    places.iter().flatten().nth(at).cloned().flatten()
}

fn short(place: &RulePlace) -> String {
    let name = match place.url.is_empty() {
        true => "<style>",
        false => place::short_name(Some(&place.url)),
    };
    match place.line {
        0 => name.to_owned(),
        line => format!("{name}:{line}"),
    }
}

type Scoped = ((Scope, RuleGroup), Vec<Option<RulePlace>>);

struct Reading<'a> {
    read: Read<'a>,
    sheet: Sheet,
    scoped: Vec<Scoped>,
}

impl Reading<'_> {
    fn own(&mut self, element: &ObjectId, rules: &[AppliedRule]) {
        let is_own = |rule: &&AppliedRule| rule.pseudo_element.is_none();
        let inline = self.inline(element);
        self.group(Scope::Own, String::new(), inline, rules.iter().filter(is_own));
        let mut pseudo: Vec<&str> = Vec::new();
        for name in rules.iter().filter_map(|rule| rule.pseudo_element.as_deref()) {
            if !pseudo.contains(&name) {
                pseudo.push(name);
            }
        }
        for name in pseudo {
            let rules = rules
                .iter()
                .filter(|rule| rule.pseudo_element.as_deref() == Some(name));
            self.group(Scope::Pseudo, format!("Pseudo element {name}"), None, rules);
        }
    }

    fn inherited(&mut self, id: &ObjectId, label: &str, rules: &[AppliedRule]) {
        let inline = self.inline(id);
        let own = rules.iter().filter(|rule| rule.pseudo_element.is_none());
        self.group(Scope::Inherited, format!("Inherited from {label}"), inline, own);
    }

    /// The `style` attribute.
    fn inline(&mut self, element: &ObjectId) -> Option<StyleRule> {
        let object = self.object(element)?;
        let style = tree::node(&object)?.style.clone()?;
        let object = self.object(&style)?;
        Some(rule("element.style", object.preview.as_ref()?.style.as_ref()))
    }

    fn group<'r>(
        &mut self,
        scope: Scope,
        title: String,
        inline: Option<StyleRule>,
        rules: impl Iterator<Item = &'r AppliedRule>,
    ) {
        let mut group = RuleGroup {
            title,
            rules: Vec::new(),
        };
        let mut places = Vec::new();
        let first: usize = self.scoped.iter().map(|(_, places)| places.len()).sum();
        if let Some(inline) = inline {
            group.rules.push(inline);
            places.push(None);
        }
        for applied in rules {
            if let Some((rule, place)) = self.rule(applied) {
                group.rules.push(rule);
                places.push(place);
            }
        }
        for (at, rule) in group.rules.iter_mut().enumerate() {
            rule.place = (first + at).to_string();
        }
        self.scoped.push(((scope, group), places));
    }

    fn rule(&mut self, applied: &AppliedRule) -> Option<(StyleRule, Option<RulePlace>)> {
        let object = self.object(&applied.rule)?;
        let described = object.preview.as_ref()?.rule.as_ref()?;
        let style = described.style.as_ref().and_then(|style| self.object(style));
        let style = style
            .as_ref()
            .and_then(|style| style.preview.as_ref()?.style.as_ref());
        let sheet = described.parent_style_sheet.as_ref();
        let sheet = sheet.and_then(|sheet| self.object(sheet));
        let sheet = sheet
            .as_ref()
            .and_then(|sheet| sheet.preview.as_ref()?.style_sheet.as_ref());
        let place = match &described.original_location {
            Some(original) => Some(RulePlace {
                url: original.href.clone(),
                line: original.start_line,
                column: original.start_column,
            }),
            None => sheet.map(|sheet| RulePlace {
                url: sheet.href.clone().unwrap_or_default(),
                line: described.start_line.unwrap_or(0),
                column: described.start_column.unwrap_or(0),
            }),
        };
        let selector = described.selector_text.as_deref().unwrap_or("rule");
        let mut rule = rule(selector, style);
        // Browsers take shorthands apart; the text of the rule has them whole.
        let written = written(&described.css_text);
        if !written.is_empty() && !rule.declarations.is_empty() {
            rule.declarations = written;
        }
        Some((rule, place))
    }

    fn object(&mut self, id: &ObjectId) -> Option<std::rc::Rc<wire::pause::Object>> {
        match (self.read)(id, ObjectPreviewLevel::CanOverflow) {
            Found::Ready(object) => Some(object),
            Found::Pending => {
                self.sheet.is_pending = true;
                None
            }
            Found::Failed(_) => None,
        }
    }
}

/// The declarations in the text of a rule, as they are written there; rules nested in it are passed over.
fn written(css_text: &str) -> Vec<Declaration> {
    let Some((_, body)) = css_text.split_once('{') else {
        return Vec::new();
    };
    let body = body.trim_end().strip_suffix('}').unwrap_or(body);
    let mut declarations = Vec::new();
    let mut text = String::new();
    let (mut quote, mut n_parens, mut n_nested, mut is_escaped) = (None, 0_usize, 0_usize, false);
    for char in body.chars().chain([';']) {
        let is_inside = quote.is_some() || is_escaped || n_parens > 0 || n_nested > 0;
        match char {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if quote == Some(char) => quote = None,
            _ if quote.is_some() => {}
            '"' | '\'' => quote = Some(char),
            '(' => n_parens += 1,
            ')' => n_parens = n_parens.saturating_sub(1),
            '{' => n_nested += 1,
            '}' => {
                n_nested = n_nested.saturating_sub(1);
                if n_nested == 0 {
                    text.clear();
                    continue;
                }
            }
            _ => {}
        }
        if char == ';' && !is_inside {
            declarations.extend(declaration_of(&text));
            text.clear();
            if declarations.len() >= MAX_DECLARATIONS {
                break;
            }
        } else {
            text.push(char);
        }
    }
    declarations
}

fn declaration_of(text: &str) -> Option<Declaration> {
    let (name, value) = text.split_once(':')?;
    let (name, value) = (name.trim(), value.trim());
    let important = value.strip_suffix("!important");
    let value = important.unwrap_or(value).trim_end();
    (!name.is_empty()).then(|| cascade::declaration(name, value, important.is_some()))
}

fn rule(selector: &str, style: Option<&StyleDeclaration>) -> StyleRule {
    let declared = style.map(|style| style.properties.as_slice()).unwrap_or_default();
    let declarations = declared
        .iter()
        .take(MAX_DECLARATIONS)
        .map(|property| cascade::declaration(&property.name, &property.value, property.important));
    StyleRule {
        selector: super::markup::cut(selector, 1_000),
        declarations: declarations.collect(),
        ..StyleRule::default()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use std::{collections::HashMap, rc::Rc};

    use serde_json::{Value, json};
    use wire::pause::Object;

    use super::*;

    #[test]
    fn a_rule_is_told_as_it_is_written() {
        let told = |text: &str| {
            let declarations = written(text).into_iter();
            declarations
                .map(|one| {
                    format!(
                        "{}={}{}",
                        one.name,
                        one.value,
                        if one.is_important { "!" } else { "" }
                    )
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(
            told(
                "a, b { font: inherit; background: url(\"a;b\") !important; &:hover { color: red; } --x: {}; top: 1px; }"
            ),
            ["font=inherit", "background=url(\"a;b\")!", "top=1px"]
        );
        assert_eq!(told("no rule"), [""; 0]);
        assert_eq!(told("a { content: \"\\\";{\"; }"), ["content=\"\\\";{\""]);
    }

    #[test]
    fn rules_come_with_their_places_and_what_is_inherited_below() {
        let object = |preview: Value| json!({ "className": "X", "preview": preview });
        let rule = |selector: &str, style: &str, line: u32| {
            object(
                json!({ "rule": { "type": 1, "cssText": "", "selectorText": selector, "style": style,
                "parentStyleSheet": "sheet", "startLine": line } }),
            )
        };
        let style = |name: &str| {
            object(json!({ "style": { "cssText": "", "properties": [{ "name": name, "value": "v" }] } }))
        };
        let element = |style: Option<&str>| {
            object(json!({ "node": { "nodeType": 1, "nodeName": "P", "isConnected": true, "style": style } }))
        };
        let objects = HashMap::from([
            ("p", element(Some("inline"))),
            ("main", element(None)),
            ("body", element(None)),
            ("inline", style("color")),
            ("r1", rule("p", "s1", 7)),
            ("s1", style("color")),
            ("r2", rule("p::before", "s1", 8)),
            ("r3", rule("main", "s2", 9)),
            ("s2", style("margin")),
            ("r4", rule("body", "s3", 1)),
            ("s3", style("color")),
            (
                "sheet",
                object(
                    json!({ "styleSheet": { "href": "https://a.example/css/style.css?v=1", "isSystem": false } }),
                ),
            ),
        ]);
        let read = |id: &ObjectId, _| {
            let mut object = objects[id.as_str()].clone();
            object["objectId"] = json!(id.as_str());
            Found::Ready(Rc::new(serde_json::from_value::<Object>(object).unwrap()))
        };
        let rules_of = |id: &ObjectId| {
            let applied = |rule: &str, pseudo: Option<&str>| AppliedRule {
                rule: rule.into(),
                pseudo_element: pseudo.map(str::to_owned),
            };
            Found::Ready(match id.as_str() {
                "p" => vec![applied("r1", None), applied("r2", Some("::before"))],
                "main" => vec![applied("r3", None)],
                _ => vec![applied("r4", None)],
            })
        };
        let above = [
            ("main".into(), "main".to_owned()),
            ("body".into(), "body".to_owned()),
        ];
        let sheet = Sheet::new(&"p".into(), &above, &read, &rules_of);
        let told: Vec<_> = sheet
            .groups
            .iter()
            .flat_map(|group| &group.rules)
            .map(|rule| {
                (
                    rule.selector.as_str(),
                    rule.place.as_str(),
                    rule.declarations[0].is_overridden,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("element.style", "", false),
                ("p", "style.css:7", true),
                ("p::before", "style.css:8", false),
                ("body", "style.css:1", true)
            ]
        );
        assert_eq!(sheet.groups[2].title, "Inherited from body");
        assert_eq!(sheet.places[2][0].as_ref().map(|place| place.line), Some(1));
        assert!(!sheet.is_pending && sheet.failure.is_none());
    }
}
