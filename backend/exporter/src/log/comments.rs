//! Comments that go with a part: those that stand in it.

use serde_json::Value;

/// The comments of a list (`{"comments": [{"timeMs": …}, …]}`) between two times, both included. What is no such list
/// has none.
pub(super) fn within(json: &str, from_ms: f64, to_ms: f64) -> String {
    let mut list: Value = serde_json::from_str(json).unwrap_or_default();
    let is_in = |comment: &Value| {
        let time_ms = comment.get("timeMs").and_then(Value::as_f64);
        time_ms.is_some_and(|time_ms| (from_ms..=to_ms).contains(&time_ms))
    };
    match list.get_mut("comments").and_then(Value::as_array_mut) {
        Some(comments) => {
            comments.retain(is_in);
            list.to_string()
        }
        None => r#"{"comments":[]}"#.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn only_comments_of_the_part_go_with_it() {
        let all =
            r#"{"comments":[{"text":"a","timeMs":1},{"text":"b","timeMs":5.5},{"text":"c"}],"version":1}"#;
        assert_eq!(
            within(all, 2.0, 5.5),
            r#"{"comments":[{"text":"b","timeMs":5.5}],"version":1}"#
        );
        assert_eq!(within("[", 0.0, 9.0), r#"{"comments":[]}"#);
    }
}
