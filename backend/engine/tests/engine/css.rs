//! Which rules apply and what styles came to.

use recording::{
    event::Event,
    ids::ObjectId,
    page::{DomChange, DomNode, DomOp, Relation, StyleRule, StyleSheet, StyleSheets},
};
use wire::{
    css::{GetAppliedRules, GetComputedStyle},
    pause::{GetObjectPreview, ObjectPreview, PauseData},
};

use crate::{
    page::{element, id, layout, node, todo_document},
    support::Log,
};

fn rule(selector: &str, declarations: &[(&str, &str, bool)]) -> StyleRule {
    StyleRule {
        selector: selector.into(),
        text: format!("{selector} {{ … }}").into(),
        declarations: declarations
            .iter()
            .map(|(name, value, is_important)| ((*name).into(), (*value).into(), *is_important))
            .collect(),
        applies: true,
        layer: None,
        position: Some((3, 4)),
    }
}

fn sheet(id: u32, rules: Vec<StyleRule>) -> StyleSheet {
    StyleSheet {
        id,
        owner: None,
        root: Some(ObjectId(1)),
        href: Some(format!("https://site.test/{id}.css").into()),
        is_disabled: false,
        rules: Some(rules),
    }
}

fn sheets(sheets: Vec<StyleSheet>, order: &[u32]) -> Event {
    Event::Styles(StyleSheets {
        sheets,
        order: order.to_vec(),
    })
}

fn preview(data: &PauseData, id: &wire::ids::ObjectId) -> ObjectPreview {
    let object = data.objects.iter().find(|object| object.object_id == *id);
    object
        .unwrap_or_else(|| panic!("nothing of {id}"))
        .preview
        .clone()
        .unwrap()
}

#[test]
fn rules_come_by_layer_specificity_and_order() {
    let weak = |layer, selector| StyleRule {
        layer: Some(layer),
        ..rule(selector, &[])
    };
    let off = |selector| StyleRule {
        applies: false,
        ..rule(selector, &[])
    };
    let mut log = Log::new([]);
    let before = log.mark(todo_document());
    let styled = log.mark(sheets(
        vec![
            sheet(
                4,
                vec![
                    rule("li", &[("color", "red", false)]),
                    rule(
                        "ul > li.done, b",
                        &[("color", "green", true), ("margin", "0", false)],
                    ),
                    rule("li", &[("color", "blue", false)]),
                    weak(1, "#tasks li.done"),
                    weak(2, "li"),
                    off("li.done"),
                    rule("li::before, li:first-child::before, li::after", &[]),
                    rule("li:hover", &[]),
                    rule("not a selector(", &[]),
                ],
            ),
            StyleSheet {
                is_disabled: true,
                ..sheet(5, vec![rule("li", &[])])
            },
            StyleSheet {
                rules: None,
                ..sheet(6, Vec::new())
            },
        ],
        &[5, 6, 4, 99],
    ));
    let changed = log.mark(sheets(vec![sheet(5, vec![rule("*", &[])])], &[4, 5]));
    log.check(|client| {
        let pause = client.pause(&changed);
        let answer = client.ask_in(&pause, GetAppliedRules { node: id(9) });
        let ids: Vec<_> = answer
            .rules
            .iter()
            .map(|applied| applied.rule.to_string())
            .collect();
        assert_eq!(
            ids,
            [
                "rule-4-2", "rule-4-0", "rule-5-0", "rule-4-4", "rule-4-6", "rule-4-6"
            ]
        );

        let pause = client.pause(&styled);
        let answer = client.ask_in(&pause, GetAppliedRules { node: id(7) });
        let rules: Vec<_> = answer
            .rules
            .iter()
            .map(|applied| {
                format!(
                    "{}{}",
                    applied.rule,
                    applied.pseudo_element.as_deref().unwrap_or("")
                )
            })
            .collect();
        assert_eq!(
            rules,
            [
                "rule-4-1",
                "rule-4-2",
                "rule-4-0",
                "rule-4-4",
                "rule-4-3",
                "rule-4-6::after",
                "rule-4-6::before"
            ]
        );
        let rule = preview(&answer.data, &answer.rules[0].rule).rule.unwrap();
        assert_eq!(
            (
                rule.rule_type,
                rule.selector_text.as_deref(),
                rule.start_line,
                rule.start_column
            ),
            (1, Some("ul > li.done, b"), Some(3), Some(4))
        );
        let style = preview(&answer.data, rule.style.as_ref().unwrap()).style.unwrap();
        assert_eq!(style.css_text, "color: green !important; margin: 0;");
        assert_eq!(style.parent_rule, Some(answer.rules[0].rule.clone()));
        assert!(style.properties[0].important && !style.properties[1].important);
        let sheet = preview(&answer.data, rule.parent_style_sheet.as_ref().unwrap())
            .style_sheet
            .unwrap();
        assert_eq!(sheet.href.as_deref(), Some("https://site.test/4.css"));

        let (_, message) = client.error_in(&pause, GetAppliedRules { node: id(8) });
        assert_eq!(message, "#text is not an element");
        let pause = client.pause(&before);
        let (_, message) = client.error_in(&pause, GetAppliedRules { node: id(7) });
        assert!(message.contains("nothing of style sheets"), "{message}");
    });
}

#[test]
fn shadow_trees_have_rules_of_their_own() {
    let mut log = Log::new([]);
    log.mark(todo_document());
    log.mark(Event::Dom(DomChange::Changes(vec![DomOp::Insert {
        parent: ObjectId(5),
        relation: Relation::Child,
        before: None,
        nodes: vec![
            element(30, None, "X-BOX", &[("class", "red")]),
            DomNode {
                relation: Relation::ShadowRoot,
                ..node(31, Some(30), 11, "#document-fragment")
            },
            element(32, Some(31), "P", &[("part", "label")]),
            element(33, Some(31), "SLOT", &[]),
            element(34, Some(30), "P", &[]),
        ],
    }])));
    let inside = StyleSheet {
        root: Some(ObjectId(31)),
        ..sheet(
            2,
            vec![
                rule("p", &[]),
                rule(":host", &[]),
                rule(":host(.red)", &[]),
                rule(":host(.blue)", &[]),
                rule("::slotted(p)", &[]),
                rule("x-box", &[]),
            ],
        )
    };
    let outside = sheet(
        1,
        vec![
            rule("p", &[]),
            rule("x-box::part(label)", &[]),
            rule("x-box", &[]),
        ],
    );
    let point = log.mark(sheets(vec![outside, inside], &[1, 2]));
    log.check(|client| {
        let pause = client.pause(&point);
        let mut rules = |node: u32| {
            let rules = client.ask_in(&pause, GetAppliedRules { node: id(node) }).rules;
            rules
                .iter()
                .map(|applied| applied.rule.to_string())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(
            rules(30),
            "rule-1-2 rule-2-2 rule-2-1",
            "the host: rules from outside win"
        );
        assert_eq!(
            rules(32),
            "rule-1-1 rule-2-0",
            "a part: styled from outside as well"
        );
        assert_eq!(
            rules(34),
            "rule-1-0 rule-2-4",
            "slotted: styled from inside as well"
        );
    });
}

#[test]
fn computed_styles_are_those_of_the_last_paint() {
    let mut log = Log::new([]);
    let loaded = log.mark(todo_document());
    let first = log.mark(Event::Layout(layout::first()));
    let moved = log.mark(Event::Layout(layout::moved()));
    log.check(|client| {
        let pause = client.pause(&moved);
        let mut style = |node: wire::ids::ObjectId| {
            let style = client.ask_in(&pause, GetComputedStyle { node }).computed_style;
            let properties = style
                .iter()
                .map(|property| format!("{}: {}", property.name, property.value));
            properties.collect::<Vec<_>>().join("; ")
        };
        assert_eq!(
            style(id(9)),
            "color: red; display: list-item; pointer-events: none; visibility: hidden"
        );
        assert_eq!(style(id(5)), "color: red; display: block; visibility: visible");
        assert_eq!(
            style("before-9".into()),
            "color: red; display: block; visibility: visible"
        );
        let (_, message) = client.error_in(&pause, GetComputedStyle { node: id(4) });
        assert!(message.starts_with("HEAD has no computed style"), "{message}");
        let pause = client.pause(&first);
        let (_, message) = client.error_in(&pause, GetComputedStyle { node: id(9) });
        assert!(message.contains("came after the last paint"), "{message}");
        let pause = client.pause(&loaded);
        let (code, _) = client.error_in(&pause, GetComputedStyle { node: id(5) });
        assert_eq!(code, 65);
    });
}

#[test]
fn inline_styles_are_objects() {
    let mut log = Log::new([]);
    let point = log.mark(todo_document());
    log.check(|client| {
        let pause = client.pause(&point);
        let data = client
            .ask_in(
                &pause,
                GetObjectPreview {
                    object: id(9),
                    level: None,
                },
            )
            .data;
        let style = preview(&data, &id(9)).node.unwrap().style.unwrap();
        let style = preview(&data, &style).style.unwrap();
        assert_eq!(style.css_text, "color: RED; --X: a(b;c) !important;");
        assert_eq!(style.parent_rule, None);
        for unknown in [
            "style-7",
            "style-999",
            "rule-0-0",
            "sheet-0",
            "before-9",
            "nonsense",
            "rule-1-2-3",
        ] {
            let (_, message) = client.error_in(
                &pause,
                GetObjectPreview {
                    object: unknown.into(),
                    level: None,
                },
            );
            assert_eq!(message, format!("no such object in this pause: {unknown}"));
        }
    });
}
