//! Which declarations have an effect: importance first, then the order of the rules as the service gives it, then the order in
//! the rule. Shorthands stand for what they set; of what an element inherits only what is inherited at all is told.

use std::collections::HashSet;

use components::style_rules::{Declaration, RuleGroup, StyleRule};

/// What rules apply to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The element itself.
    Own,
    /// One of its pseudo elements.
    Pseudo,
    /// An element above it, from which it inherits.
    Inherited,
}

/// Marks what is overridden. Groups of what is inherited come after the element's own, the nearest first; those that have
/// nothing to pass on are left out, and so is in all others what is not inherited.
pub fn resolve(groups: Vec<(Scope, RuleGroup)>) -> Vec<RuleGroup> {
    let mut own = HashSet::new();
    let mut resolved = Vec::new();
    for (scope, mut group) in groups {
        match scope {
            Scope::Own => settle(&mut group.rules, &mut own),
            Scope::Pseudo => settle(&mut group.rules, &mut HashSet::new()),
            Scope::Inherited => {
                for rule in &mut group.rules {
                    rule.declarations
                        .retain(|declaration| is_inherited(&declaration.name));
                }
                group.rules.retain(|rule| !rule.declarations.is_empty());
                if group.rules.is_empty() {
                    continue;
                }
                settle(&mut group.rules, &mut own);
            }
        }
        resolved.push(group);
    }
    resolved
}

/// Marks the declarations of rules, the winning rule first, that set nothing which is not set already.
fn settle(rules: &mut [StyleRule], set: &mut HashSet<String>) {
    for is_important in [true, false] {
        for rule in rules.iter_mut() {
            let declarations = rule.declarations.iter_mut().rev();
            for declaration in declarations.filter(|declaration| declaration.is_important == is_important) {
                let mut is_effective = false;
                for longhand in longhands(&declaration.name) {
                    is_effective |= set.insert(longhand);
                }
                declaration.is_overridden = !is_effective;
            }
        }
    }
}

/// A declaration as it came.
pub fn declaration(name: &str, value: &str, is_important: bool) -> Declaration {
    Declaration {
        name: name.to_owned(),
        value: value.to_owned(),
        is_important,
        is_overridden: false,
    }
}

const SIDES: [&str; 4] = ["top", "right", "bottom", "left"];

/// What a property sets; itself if it is no shorthand.
fn longhands(name: &str) -> Vec<String> {
    let of_sides = |prefix: &str, suffix: &str| SIDES.map(|side| format!("{prefix}{side}{suffix}")).to_vec();
    let parts = |prefix: &str, parts: &[&str]| parts.iter().map(|part| format!("{prefix}{part}")).collect();
    let all = |names: &[&str]| names.iter().flat_map(|name| longhands(name)).collect();
    match name {
        "margin" | "padding" | "scroll-margin" | "scroll-padding" => of_sides(&format!("{name}-"), ""),
        "inset" => of_sides("", ""),
        "border-width" => of_sides("border-", "-width"),
        "border-style" => of_sides("border-", "-style"),
        "border-color" => of_sides("border-", "-color"),
        "border-top" | "border-right" | "border-bottom" | "border-left" | "outline" | "column-rule" => {
            parts(&format!("{name}-"), &["width", "style", "color"])
        }
        "border" => all(&["border-width", "border-style", "border-color", "border-image"]),
        "border-image" => parts("border-image-", &["source", "slice", "width", "outset", "repeat"]),
        "border-radius" => parts(
            "border-",
            &[
                "top-left-radius",
                "top-right-radius",
                "bottom-right-radius",
                "bottom-left-radius",
            ],
        ),
        "background-position" => parts("background-position-", &["x", "y"]),
        "background" => all(&[
            "background-color",
            "background-image",
            "background-position",
            "background-size",
            "background-repeat",
            "background-attachment",
            "background-origin",
            "background-clip",
        ]),
        "font" => all(&[
            "font-style",
            "font-variant",
            "font-weight",
            "font-stretch",
            "font-size",
            "line-height",
            "font-family",
        ]),
        "flex" => parts("flex-", &["grow", "shrink", "basis"]),
        "flex-flow" => parts("flex-", &["direction", "wrap"]),
        "gap" | "grid-gap" => all(&["row-gap", "column-gap"]),
        "grid-area" => all(&["grid-row", "grid-column"]),
        "grid-row" | "grid-column" => parts(&format!("{name}-"), &["start", "end"]),
        "grid-template" => parts("grid-template-", &["rows", "columns", "areas"]),
        "place-items" => all(&["align-items", "justify-items"]),
        "place-content" => all(&["align-content", "justify-content"]),
        "place-self" => all(&["align-self", "justify-self"]),
        "list-style" => parts("list-style-", &["type", "position", "image"]),
        "overflow" => parts("overflow-", &["x", "y"]),
        "columns" => parts("column-", &["width", "count"]),
        "text-decoration" => parts("text-decoration-", &["line", "style", "color", "thickness"]),
        "transition" => parts(
            "transition-",
            &["property", "duration", "timing-function", "delay"],
        ),
        "animation" => parts(
            "animation-",
            &[
                "name",
                "duration",
                "timing-function",
                "delay",
                "iteration-count",
                "direction",
                "fill-mode",
                "play-state",
            ],
        ),
        _ => vec![name.to_owned()],
    }
}

/// Whether elements take a property from those above them unless they say otherwise.
fn is_inherited(name: &str) -> bool {
    const INHERITED: [&str; 46] = [
        "accent-color",
        "azimuth",
        "border-collapse",
        "border-spacing",
        "caption-side",
        "caret-color",
        "clip-rule",
        "color",
        "color-scheme",
        "cursor",
        "direction",
        "empty-cells",
        "fill",
        "fill-opacity",
        "fill-rule",
        "font",
        "hyphens",
        "image-rendering",
        "letter-spacing",
        "line-break",
        "line-height",
        "list-style",
        "orphans",
        "overflow-wrap",
        "paint-order",
        "pointer-events",
        "quotes",
        "scrollbar-color",
        "stroke",
        "tab-size",
        "text-align",
        "text-align-last",
        "text-indent",
        "text-rendering",
        "text-shadow",
        "text-transform",
        "text-underline-offset",
        "text-wrap",
        "visibility",
        "white-space",
        "widows",
        "word-break",
        "word-spacing",
        "word-wrap",
        "writing-mode",
        "zoom",
    ];
    const FAMILIES: [&str; 5] = ["--", "font-", "list-style-", "stroke-", "text-emphasis"];
    INHERITED.contains(&name) || FAMILIES.iter().any(|family| name.starts_with(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(title: &str, rules: &[&[(&str, &str, bool)]]) -> RuleGroup {
        let rules = rules.iter().map(|declarations| StyleRule {
            declarations: declarations
                .iter()
                .map(|(name, value, is_important)| declaration(name, value, *is_important))
                .collect(),
            ..StyleRule::default()
        });
        RuleGroup {
            title: title.to_owned(),
            rules: rules.collect(),
        }
    }

    /// What is overridden, as `name: value`.
    fn overridden(group: &RuleGroup) -> Vec<String> {
        let all = group.rules.iter().flat_map(|rule| &rule.declarations);
        all.filter(|declaration| declaration.is_overridden)
            .map(|declaration| format!("{}: {}", declaration.name, declaration.value))
            .collect()
    }

    #[test]
    fn importance_beats_order_and_the_last_of_a_rule_beats_the_first() {
        let groups = resolve(vec![(
            Scope::Own,
            group(
                "",
                &[
                    &[
                        ("color", "red", false),
                        ("top", "1px", false),
                        ("top", "2px", false),
                    ],
                    &[("color", "blue", true), ("margin-top", "1px", false)],
                    &[("margin", "0", false), ("margin-top", "3px", false)],
                ],
            ),
        )]);
        assert_eq!(
            overridden(&groups[0]),
            ["color: red", "top: 1px", "margin-top: 3px"]
        );
    }

    #[test]
    fn a_shorthand_lives_as_long_as_it_sets_anything() {
        let all = [
            ("padding-top", "1px", false),
            ("padding-right", "1px", false),
            ("padding-bottom", "1px", false),
        ];
        let groups = resolve(vec![(
            Scope::Own,
            group("", &[&all, &[("padding", "2px", false)]]),
        )]);
        assert_eq!(overridden(&groups[0]), [""; 0]);
        let groups = resolve(vec![(
            Scope::Own,
            group(
                "",
                &[&[("border", "0", false)], &[("border-color", "red", false)]],
            ),
        )]);
        assert_eq!(overridden(&groups[0]), ["border-color: red"]);
    }

    #[test]
    fn only_what_is_inherited_comes_from_above_and_the_nearest_wins() {
        let groups = resolve(vec![
            (Scope::Own, group("", &[&[("font-size", "12px", false)]])),
            (Scope::Pseudo, group("::before", &[&[("color", "green", false)]])),
            (
                Scope::Inherited,
                group("p", &[&[("color", "red", false), ("margin", "0", false)]]),
            ),
            (Scope::Inherited, group("main", &[&[("padding", "0", false)]])),
            (
                Scope::Inherited,
                group(
                    "body",
                    &[&[("color", "blue", true), ("font", "x", false), ("--a", "b", false)]],
                ),
            ),
        ]);
        let titles: Vec<_> = groups.iter().map(|group| group.title.as_str()).collect();
        assert_eq!(titles, ["", "::before", "p", "body"]);
        assert_eq!(overridden(&groups[1]), [""; 0]);
        assert_eq!(groups[2].rules[0].declarations.len(), 1);
        assert_eq!(overridden(&groups[3]), ["color: blue"]);
    }
}
