//! Recorded texts on their way into HTML, JSON and addresses.

use std::fmt::Write;

use recording::point::Micros;

/// A title or an address is cut to so many characters: what shows previews shows no more.
const MAX_CHARS: usize = 200;

/// An address without what follows its path, which may hold what is nobody's business.
pub(super) fn without_query(url: &str) -> &str {
    let url = url.split(['?', '#']).next().unwrap_or(url);
    url.split_once("://")
        .map_or(url, |(_, rest)| rest)
        .trim_end_matches('/')
}

/// A recorded text in one line, cut, without characters that change how those around them are shown.
pub(super) fn plain(text: &str) -> String {
    let is_shown = |char: &char| {
        !char.is_control()
            && !matches!(char, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let spaced = text
        .chars()
        .map(|char| if char.is_whitespace() { ' ' } else { char });
    let text: String = spaced.filter(is_shown).collect();
    let text = text.trim();
    match text.char_indices().nth(MAX_CHARS) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

/// Puts a title and tags into the head of the viewer's page, and something to be seen into its body.
pub(crate) fn put_into(index: &str, title: &str, head: &str, body: &str) -> String {
    let title = format!("<title>{}</title>", escape(title));
    index
        .replacen("<title>Playhead</title>", &title, 1)
        .replacen("</head>", &format!("{head}</head>"), 1)
        .replacen("<body>", &format!("<body>{body}"), 1)
}

/// A text as the value of an attribute, or between tags.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            char => escaped.push(char),
        }
    }
    escaped
}

/// A text as the value of a query's field.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            byte => {
                // Infallible: it writes into a string.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// A time as clocks show it, to a tenth of a second.
pub(super) fn clock(time: Micros) -> String {
    let tenths = time.0 / 100_000;
    let (seconds, minutes) = (tenths / 10 % 60, tenths / 600 % 60);
    match tenths / 36_000 {
        0 => format!("{minutes}:{seconds:02}.{}", tenths % 10),
        hours => format!("{hours}:{minutes:02}:{seconds:02}.{}", tenths % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_titles_stay_text() {
        let index = "<html><head><title>Playhead</title></head><body>\n</body></html>";
        let title = "\"><script>alert(1)</script> $& \u{202e}";
        let html = put_into(index, &plain(title), "<meta>", "<img>");
        assert_eq!(
            html,
            "<html><head><title>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; $&amp;</title><meta></head><body><img>\n</body></html>"
        );
        assert_eq!(plain(&"é".repeat(500)).chars().count(), MAX_CHARS + 1);
        assert_eq!(
            without_query("https://a.example/b/?token=secret#x"),
            "a.example/b"
        );
    }

    #[test]
    fn times_are_shown_as_clocks_do() {
        assert_eq!(clock(Micros(62_345_000)), "1:02.3");
        assert_eq!(clock(Micros(3_600_000_000)), "1:00:00.0");
    }
}
