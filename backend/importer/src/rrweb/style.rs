//! rrweb tells of changes of a `style` attribute property by property.

use serde_json::Value as Json;

/// A style attribute after some of its properties changed: each is given a value, a value and a priority, or `false` where it
/// goes.
pub(super) fn changed(style: &str, changes: &Json) -> String {
    let mut declarations: Vec<(String, String)> = declarations(style)
        .filter_map(|declaration| {
            let (name, value) = declaration.split_once(':')?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        })
        .collect();
    for (name, change) in changes.as_object().into_iter().flatten() {
        let value = match change {
            Json::String(value) => value.clone(),
            Json::Array(parts) => {
                let part = |idx: usize| parts.get(idx).and_then(Json::as_str).unwrap_or_default();
                match part(1) {
                    "" => part(0).to_owned(),
                    priority => format!("{} !{priority}", part(0)),
                }
            }
            _ => {
                declarations.retain(|(known, _)| known != name);
                continue;
            }
        };
        match declarations.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => declarations.push((name.clone(), value)),
        }
    }
    let declarations = declarations
        .iter()
        .map(|(name, value)| format!("{name}: {value};"))
        .collect::<Vec<_>>();
    declarations.join(" ")
}

/// What stands between the semicolons that are in no string and no brackets.
fn declarations(style: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut quote, mut is_escaped) = (0_u32, None, false);
    style.split(move |char| {
        if std::mem::take(&mut is_escaped) {
            return false;
        }
        match (char, quote) {
            ('\\', _) => is_escaped = true,
            (_, Some(open)) if char == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(char),
            ('(', None) => depth += 1,
            (')', None) => depth = depth.saturating_sub(1),
            (';', None) => return depth == 0,
            _ => {}
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_come_change_and_go() {
        let check =
            |style: &str, changes: Json, expected: &str| assert_eq!(changed(style, &changes), expected);
        check(
            "color: red",
            serde_json::json!({ "color": "blue", "top": "1px" }),
            "color: blue; top: 1px;",
        );
        check(
            "background: url(data:image/png;base64,aa==); color: red;",
            serde_json::json!({ "color": false, "width": ["2px", "important"], "left": ["0", ""] }),
            "background: url(data:image/png;base64,aa==); left: 0; width: 2px !important;",
        );
        check("content: '\\';)'; x", serde_json::json!({}), "content: '\\';)';");
        check("", serde_json::json!({ "a": "1" }), "a: 1;");
    }
}
