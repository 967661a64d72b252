//! Addresses without what follows their `?`, and fragments that carry values: both hold tokens, and names of people.

/// What stands in the place of a query.
const GONE: &str = "?…";

/// The query of an address, or the fragment that is one in disguise (`#access_token=…`), from its mark on.
pub(crate) fn query_of(address: &str) -> Option<&str> {
    let at = address.find(['?', '#'])?;
    let rest = address.get(at..)?;
    let is_query = rest.starts_with('?') && rest.len() > 1;
    (is_query || rest.contains('=')).then_some(rest)
}

/// An address without its query; None if it has none.
pub(crate) fn without_query(address: &str) -> Option<String> {
    let query = query_of(address).filter(|query| *query != GONE)?;
    let (query, position) = apart_from_position(query);
    let kept = address.len() - query.len() - position.len();
    Some(format!("{}{GONE}{position}", address.get(..kept)?))
}

/// A text without the queries of the addresses in it; None if there are none.
pub(crate) fn without_queries(text: &str) -> Option<String> {
    let mut cleaned: Option<String> = None;
    let mut kept_to = 0;
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("://")) {
        let begin = from + found;
        let end = text.get(begin..).and_then(|rest| rest.find(is_end));
        let end = end.map_or(text.len(), |len| begin + len);
        if let Some(without) = text.get(begin..end).and_then(without_query) {
            let cleaned = cleaned.get_or_insert_default();
            cleaned.push_str(text.get(kept_to..begin).unwrap_or_default());
            cleaned.push_str(&without);
            kept_to = end;
        }
        from = end;
    }
    cleaned.map(|cleaned| cleaned + text.get(kept_to..).unwrap_or_default())
}

/// Where an address in a text ends.
fn is_end(char: char) -> bool {
    char.is_whitespace()
        || matches!(
            char,
            '"' | '\'' | '`' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | '\\'
        )
}

/// A trace says where in a script it was, after the script's address: `:10:5`.
fn apart_from_position(query: &str) -> (&str, &str) {
    let mut at = query.len();
    for _ in 0..2 {
        let Some((before, number)) = query.get(..at).and_then(|query| query.rsplit_once(':')) else {
            break;
        };
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            break;
        }
        at = before.len();
    }
    query.split_at(at)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn queries_go_and_the_rest_stays() {
        let cases = [
            ("http://a.test/b?token=1", Some("http://a.test/b?…")),
            ("/b?x#y", Some("/b?…")),
            ("http://a.test/#part", None),
            ("http://a.test/#access_token=1", Some("http://a.test/?…")),
            ("http://a.test/b", None),
            ("http://a.test/b?…", None),
            ("http://a.test/b?", None),
        ];
        for (address, expected) in cases {
            assert_eq!(without_query(address).as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn addresses_are_found_in_texts() {
        let trace = "Error: no\n    at f (http://a.test/b.js?v=7:10:5)\n    at https://c.test/d?e=f:1:2";
        assert_eq!(
            without_queries(trace).unwrap(),
            "Error: no\n    at f (http://a.test/b.js?…:10:5)\n    at https://c.test/d?…:1:2"
        );
        assert_eq!(without_queries("is it? http://a.test/ #1"), None);
    }
}
