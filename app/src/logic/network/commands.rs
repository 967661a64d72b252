//! A request as a command for a shell or for a page, to be sent again. Everything in a request is what a stranger wrote, so
//! everything is quoted, and what no quoting makes safe is left out.

use std::fmt::Write;

use wire::network::Header;

use super::request::{Request, cookies};

/// The request as a command of curl, for the shells of Unix. `body` is what was sent, if anything was.
pub fn curl(request: &Request, body: Option<&[u8]>) -> String {
    let mut lines = Vec::new();
    let url = in_single_quotes(&one_line(&request.url));
    let is_plain = ["http://", "https://"]
        .iter()
        .any(|scheme| request.url.starts_with(scheme));
    lines.push(match is_plain {
        true => format!("curl {url}"),
        // An address that looks like an option is still an address.
        false => format!("curl --url {url}"),
    });
    if request.url.contains(['[', ']', '{', '}']) {
        lines.push("--globoff".to_owned());
    }
    let body = body.filter(|body| !body.is_empty());
    match (request.method.as_str(), body.is_some()) {
        ("GET", false) | ("POST", true) => {}
        ("HEAD", false) => lines.push("--head".to_owned()),
        (method, _) => lines.push(format!("-X {}", in_single_quotes(&one_line(method)))),
    }
    for Header { name, value } in sendable(request) {
        let value = one_line(value);
        lines.push(match value.is_empty() {
            // So curl writes a header without a value; with a colon it would take the header out.
            true => format!("-H {}", in_single_quotes(&format!("{name};"))),
            false => format!("-H {}", in_single_quotes(&format!("{name}: {value}"))),
        });
    }
    let has_cookies = request
        .request_headers
        .iter()
        .any(|header| header.name.eq_ignore_ascii_case("cookie"));
    let sent = cookies(request);
    if !has_cookies && !sent.is_empty() {
        let pairs: Vec<String> = sent
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        lines.push(format!(
            "-H {}",
            in_single_quotes(&one_line(&format!("Cookie: {}", pairs.join("; "))))
        ));
    }
    if request
        .request_headers
        .iter()
        .any(|header| header.name.eq_ignore_ascii_case("accept-encoding"))
    {
        lines.push("--compressed".to_owned());
    }
    let mut before = String::new();
    match body.map(as_shell_text) {
        None => {}
        Some(Ok(text)) => lines.push(format!("--data-raw {text}")),
        Some(Err(format)) => {
            // What no argument can hold comes through a pipe.
            before = format!("printf {format} | ");
            lines.push("--data-binary @-".to_owned());
        }
    }
    before + &lines.join(" \\\n  ")
}

/// The request as a call of `fetch`, for a page's console. `body` is what was sent, if anything was.
pub fn fetch(request: &Request, body: Option<&[u8]>) -> String {
    let mut text = format!("fetch({}, {{\n", js_string(&request.url));
    let _ = writeln!(text, "  \"method\": {},", js_string(&request.method));
    let headers: Vec<String> = sendable(request)
        .filter(|header| !is_forbidden(&header.name))
        .map(|Header { name, value }| format!("    [{}, {}]", js_string(name), js_string(&one_line(value))))
        .collect();
    if !headers.is_empty() {
        let _ = writeln!(text, "  \"headers\": [\n{}\n  ],", headers.join(",\n"));
    }
    match body.filter(|body| !body.is_empty()) {
        None => {}
        Some(body) => {
            let _ = match std::str::from_utf8(body) {
                Ok(body) => writeln!(text, "  \"body\": {},", js_string(body)),
                Err(_) => {
                    let bytes: Vec<String> = body.iter().map(u8::to_string).collect();
                    writeln!(text, "  \"body\": new Uint8Array([{}]),", bytes.join(","))
                }
            };
        }
    }
    let credentials = match cookies(request).is_empty() {
        true => "same-origin",
        false => "include",
    };
    let _ = write!(text, "  \"credentials\": \"{credentials}\"\n}});");
    text
}

/// The headers that a person would send again: those with a proper name that the sender does not make itself.
fn sendable(request: &Request) -> impl Iterator<Item = &Header> {
    request.request_headers.iter().filter(|header| {
        let name = header.name.to_ascii_lowercase();
        is_token(&header.name)
            && !matches!(
                name.as_str(),
                "content-length" | "connection" | "transfer-encoding"
            )
    })
}

/// Whether a text can be the name of a header (RFC 9110); others could be anything, such as a file for curl to read.
fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Headers that pages may not set, with those that browsers set themselves.
fn is_forbidden(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("sec-")
        || name.starts_with("proxy-")
        || matches!(
            name.as_str(),
            "cookie"
                | "host"
                | "origin"
                | "referer"
                | "user-agent"
                | "accept-encoding"
                | "accept-charset"
                | "date"
                | "dnt"
                | "expect"
                | "keep-alive"
                | "te"
                | "trailer"
                | "upgrade"
                | "via"
        )
}

/// Without control characters: a line break in an address or a header begins something else.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|char| if char.is_control() { ' ' } else { char })
        .collect()
}

/// For a shell of Unix: in single quotes nothing has a meaning but the quote.
fn in_single_quotes(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A body as a quoted word, or as the quoted format of `printf` where it has bytes that no word can have.
fn as_shell_text(body: &[u8]) -> Result<String, String> {
    let is_word = |char: char| !char.is_control() || matches!(char, '\n' | '\t' | '\r');
    match std::str::from_utf8(body) {
        Ok(text) if text.chars().all(is_word) => Ok(in_single_quotes(text)),
        _ => {
            let mut format = String::with_capacity(body.len() * 2);
            for byte in body {
                match byte {
                    b'%' => format.push_str("%%"),
                    b'\\' => format.push_str(r"\\"),
                    b'\'' => format.push_str(r"'\''"),
                    0x20..=0x7e => format.push(char::from(*byte)),
                    _ => {
                        let _ = write!(format, "\\{byte:03o}");
                    }
                }
            }
            Err(format!("'{format}'"))
        }
    }
}

/// A string of JavaScript that is safe within a page's markup too.
fn js_string(text: &str) -> String {
    let mut string = String::with_capacity(text.len() + 2);
    string.push('"');
    for char in text.chars() {
        match char {
            '"' => string.push_str("\\\""),
            '\\' => string.push_str("\\\\"),
            '\n' => string.push_str("\\n"),
            '\r' => string.push_str("\\r"),
            '\t' => string.push_str("\\t"),
            '<' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => {
                let _ = write!(string, "\\u{:04x}", u32::from(char));
            }
            _ => string.push(char),
        }
    }
    string.push('"');
    string
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
    use super::*;

    fn request(method: &str, url: &str, headers: &[(&str, &str)]) -> Request {
        Request {
            method: method.to_owned(),
            url: url.to_owned(),
            request_headers: headers
                .iter()
                .map(|(name, value)| Header {
                    name: (*name).to_owned(),
                    value: (*value).to_owned(),
                })
                .collect(),
            ..Request::default()
        }
    }

    /// What curl would be given, as a shell reads the command: its arguments, and what came through a pipe.
    fn read_by_shell(command: &str) -> (Vec<String>, Vec<u8>) {
        let script = format!(
            "curl() {{ for a in \"$@\"; do printf '%s\\0' \"$a\"; done; printf 'END\\0'; \
             case \"$*\" in *@-) cat;; esac; }}\n{command}\n"
        );
        let output = std::process::Command::new("sh")
            .arg("-c")
            .arg(script)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let marker = b"END\0";
        let at = output
            .stdout
            .windows(marker.len())
            .position(|window| window == marker)
            .unwrap();
        let arguments = String::from_utf8(output.stdout[..at].to_vec()).unwrap();
        let arguments = arguments.split_terminator('\0').map(str::to_owned).collect();
        (arguments, output.stdout[at + marker.len()..].to_vec())
    }

    #[test]
    fn a_shell_reads_back_what_was_sent() {
        let body = "{\"it's\": \"a $(touch /tmp/x) `b` \\n\"}\nsecond line\t!";
        let request = request(
            "POST",
            "https://h.test/a?q='x'&y=$HOME",
            &[
                ("Content-Type", "application/json"),
                ("X-Evil", "a'\n-o /tmp/file"),
                ("X-Empty", ""),
                ("@/etc/passwd", "x"),
                ("bad name", "x"),
                ("Content-Length", "9"),
                ("Accept-Encoding", "gzip"),
            ],
        );
        let (arguments, _) = read_by_shell(&curl(&request, Some(body.as_bytes())));
        assert_eq!(
            arguments,
            [
                "https://h.test/a?q='x'&y=$HOME",
                "-H",
                "Content-Type: application/json",
                "-H",
                "X-Evil: a' -o /tmp/file",
                "-H",
                "X-Empty;",
                "-H",
                "Accept-Encoding: gzip",
                "--compressed",
                "--data-raw",
                body,
            ]
        );
    }

    #[test]
    fn bytes_that_no_word_holds_come_through_a_pipe() {
        let body: Vec<u8> = (0..=255).chain(*b"100% '\\' @file").collect();
        let (arguments, piped) = read_by_shell(&curl(&request("PUT", "http://h.test/", &[]), Some(&body)));
        assert_eq!(arguments, ["http://h.test/", "-X", "PUT", "--data-binary", "@-"]);
        assert_eq!(piped, body);
    }

    #[test]
    fn what_looks_like_an_option_or_a_file_stays_a_text() {
        let (arguments, _) = read_by_shell(&curl(
            &request("G'ET -o", "-K/etc/x[1]", &[]),
            Some(b"@/etc/passwd"),
        ));
        assert_eq!(
            arguments,
            [
                "--url",
                "-K/etc/x[1]",
                "--globoff",
                "-X",
                "G'ET -o",
                "--data-raw",
                "@/etc/passwd"
            ]
        );
        let (arguments, _) = read_by_shell(&curl(&request("HEAD", "http://h.test/", &[]), Some(b"")));
        assert_eq!(arguments, ["http://h.test/", "--head"]);
    }

    #[test]
    fn cookies_of_the_line_go_along() {
        let request = Request {
            raw_request: Some("GET / HTTP/1.1\r\nCookie: a=1; b='2'\r\n".to_owned()),
            ..request("GET", "http://h.test/", &[])
        };
        let (arguments, _) = read_by_shell(&curl(&request, None));
        assert_eq!(arguments, ["http://h.test/", "-H", "Cookie: a=1; b='2'"]);
        assert!(fetch(&request, None).contains("\"credentials\": \"include\""));
    }

    #[test]
    fn a_page_reads_back_what_was_sent() {
        let request = request(
            "POST",
            "https://h.test/\"</script>",
            &[
                ("X-A", "1\r\n2"),
                ("Cookie", "secret=1"),
                ("Sec-Fetch-Mode", "cors"),
                ("X-A", "3"),
            ],
        );
        assert_eq!(
            fetch(&request, Some("a\"b\\\n\u{2028}<".as_bytes())),
            "fetch(\"https://h.test/\\\"\\u003c/script>\", {\n  \"method\": \"POST\",\n  \"headers\": [\n    \
             [\"X-A\", \"1  2\"],\n    [\"X-A\", \"3\"]\n  ],\n  \"body\": \"a\\\"b\\\\\\n\\u2028\\u003c\",\n  \
             \"credentials\": \"include\"\n});"
        );
        assert!(fetch(&request, Some(&[0xff, 0])).contains("new Uint8Array([255,0])"));
    }
}
