//! Bodies: what kind of thing their bytes are, and the messages of those that came bit by bit.

use std::sync::Arc;

/// How a body is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A document of JSON.
    Json,
    /// Markup, SVG included: never shown as a document, only as text.
    Markup,
    /// A style sheet.
    Style,
    /// A script.
    Script,
    /// Any other text.
    Text,
    /// A picture of a kind that cannot hold code; its MIME type.
    Image(&'static str),
    /// Bytes.
    Binary,
}

/// What a body is: pictures by how they begin, whatever they are said to be; text by what it is said to be.
pub fn kind_of(bytes: &[u8], content_type: &str) -> Kind {
    if let Some(mime) = image_type(bytes) {
        return Kind::Image(mime);
    }
    // A body that was cut may end within a character.
    let is_text = match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    if !is_text || bytes.iter().take(1024).any(|byte| *byte == 0) {
        return Kind::Binary;
    }
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    match content_type {
        _ if content_type.ends_with("json") => Kind::Json,
        "text/css" => Kind::Style,
        _ if content_type.ends_with("javascript") || content_type.ends_with("ecmascript") => Kind::Script,
        "text/html" => Kind::Markup,
        _ if content_type.ends_with("xml") => Kind::Markup,
        "" | "text/plain" | "application/octet-stream" if matches!(first, Some(b'{' | b'[')) => Kind::Json,
        _ => Kind::Text,
    }
}

fn image_type(bytes: &[u8]) -> Option<&'static str> {
    const SIGNS: [(&[u8], &str); 7] = [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"\0\0\x01\0", "image/x-icon"),
        (b"BM", "image/bmp"),
        (b"RIFF", "image/webp"),
    ];
    if let Some((_, mime)) = SIGNS.iter().find(|(sign, _)| bytes.starts_with(sign)) {
        let is_sure = match *mime {
            "image/webp" => bytes.get(8..12) == Some(b"WEBP"),
            // Two letters are little: the reserved fields of the head are zero too.
            "image/bmp" => bytes.get(6..10) == Some(&[0; 4]),
            _ => true,
        };
        return is_sure.then_some(mime);
    }
    match (bytes.get(4..8), bytes.get(8..12)) {
        (Some(b"ftyp"), Some(b"avif" | b"avis")) => Some("image/avif"),
        _ => None,
    }
}

/// A message of a websocket or of a stream of events.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Whether the page sent it.
    pub is_sent: bool,
    /// When, in ms, and where in the execution; the protocol says so only of what the page sent.
    pub time_ms: Option<f64>,
    /// Which part of its body it is.
    pub part: usize,
    /// The kind of event, for streams of events.
    pub event: String,
    /// Its text; for bytes, how many and the first of them.
    pub text: Arc<str>,
    /// How many bytes it has.
    pub n_bytes: usize,
}

/// The messages of a websocket: each part of a body is one. Bytes, place and time of each part.
pub fn socket_messages<'b>(
    is_sent: bool,
    parts: impl IntoIterator<Item = (&'b [u8], Option<f64>)>,
) -> Vec<Message> {
    let message = |(part, (bytes, time_ms)): (usize, (&[u8], Option<f64>))| Message {
        is_sent,
        time_ms,
        part,
        event: String::new(),
        text: message_text(bytes).into(),
        n_bytes: bytes.len(),
    };
    parts.into_iter().enumerate().map(message).collect()
}

fn message_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let head: Vec<String> = bytes.iter().take(64).map(|byte| format!("{byte:02x}")).collect();
            let more = if bytes.len() > 64 { " …" } else { "" };
            format!("{} bytes: {}{more}", bytes.len(), head.join(" "))
        }
    }
}

/// The events of a stream of events, as the HTML standard reads them.
pub fn event_messages(text: &str) -> Vec<Message> {
    let mut messages = Vec::new();
    let (mut event, mut data) = (String::new(), Vec::new());
    for line in text.trim_start_matches('\u{feff}').lines() {
        if line.is_empty() {
            if !data.is_empty() {
                let text = data.join("\n");
                messages.push(Message {
                    is_sent: false,
                    time_ms: None,
                    part: messages.len(),
                    event: std::mem::take(&mut event),
                    n_bytes: text.len(),
                    text: text.into(),
                });
            }
            data.clear();
            event.clear();
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut event),
            "data" => data.push(value),
            _ => {}
        }
    }
    messages
}

/// Bytes as lines of sixteen: where they stand, each in hexadecimal, and as letters where they are letters.
pub fn hex_rows(bytes: &[u8]) -> String {
    let line = |(number, row): (usize, &[u8])| {
        let hex: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
        let letters: String = row
            .iter()
            .map(|byte| match byte {
                0x20..=0x7e => char::from(*byte),
                _ => '·',
            })
            .collect();
        format!("{:08x}  {:<47}  {letters}", number * 16, hex.join(" "))
    };
    let lines: Vec<String> = bytes.chunks(16).enumerate().map(line).collect();
    lines.join("\n")
}

/// Bytes from base64; None if it is not that.
pub fn base64_bytes(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=').as_bytes();
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut n_bits) = (0_u32, 0);
    for letter in text {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(six)) & 0xffff;
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push((bits >> n_bits) as u8);
        }
    }
    (n_bits < 6).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_told_by_how_they_begin_and_drawings_stay_text() {
        assert_eq!(
            kind_of(b"\x89PNG\r\n\x1a\n....", "text/html"),
            Kind::Image("image/png")
        );
        assert_eq!(kind_of(b"RIFF....WEBPVP8 ", ""), Kind::Image("image/webp"));
        assert_eq!(kind_of(b"RIFF....WAVEfmt ", "audio/wav"), Kind::Text);
        assert_eq!(kind_of(b"<svg onload='x'/>", "image/svg+xml"), Kind::Markup);
        assert_eq!(kind_of(b"BMW is a car", "text/plain"), Kind::Text);
        assert_eq!(kind_of(b" [1]", ""), Kind::Json);
        assert_eq!(kind_of(b"nope", "application/problem+json"), Kind::Json);
        assert_eq!(kind_of(b"a\0b", "text/plain"), Kind::Binary);
        assert_eq!(kind_of(&[0xff, 0xfe, 0x41], ""), Kind::Binary);
        assert_eq!(kind_of(&"aé".as_bytes()[..2], "text/plain"), Kind::Text);
    }

    #[test]
    fn events_are_read_as_the_standard_says() {
        let told: Vec<(String, String)> = event_messages(
            "\u{feff}: hello\nevent: tick\ndata: 1\ndata:2\nid: 7\r\n\r\ndata\n\nevent: lost\n\ndata: end",
        )
        .into_iter()
        .map(|message| (message.event, message.text.to_string()))
        .collect();
        assert_eq!(
            told,
            [
                ("tick".to_owned(), "1\n2".to_owned()),
                (String::new(), String::new())
            ]
        );
    }

    #[test]
    fn bytes_are_read_from_base64_and_shown_in_rows() {
        assert_eq!(base64_bytes("aGk="), Some(b"hi".to_vec()));
        assert_eq!(base64_bytes("AAECAw"), Some(vec![0, 1, 2, 3]));
        assert_eq!(base64_bytes(""), Some(Vec::new()));
        assert_eq!([base64_bytes("a"), base64_bytes("a b=")], [None, None]);
        assert_eq!(
            hex_rows(b"0123456789abcdef\n\x00"),
            "00000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef\n\
             00000010  0a 00                                            ··"
        );
        assert_eq!(
            socket_messages(true, [(&b"hi"[..], Some(5.0)), (&[0xff_u8][..], None)])
                .iter()
                .map(|message| message.text.to_string())
                .collect::<Vec<_>>(),
            ["hi", "1 bytes: ff"]
        );
    }
}
