//! Opening recordings in the page: which addresses can be opened, which files are none of ours, and what people are told.

use components::format;

use super::library::Entry;

/// How the names of files end that can be opened; their content is what counts.
pub const FILE_ENDINGS: [&str; 7] = [".playhead", ".zip", ".har", ".json", ".jsonl", ".ndjson", ".gz"];

/// How the engine in the page has a recording's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReadAs {
    /// A file, of which parts are read.
    File,
    /// Bytes in memory.
    Bytes,
    /// An address, of which parts are fetched.
    Ranges,
    /// An address whose host sends no parts, so all of it was fetched.
    Whole,
}

/// What the engine says of a recording that it has opened.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
pub struct Opened {
    /// What it is.
    #[serde(flatten)]
    pub entry: Entry,
    /// How its bytes are had.
    #[serde(rename = "readAs")]
    pub read_as: ReadAs,
    /// What is lost of it, or was left out of what it was made of, a sentence each.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// What another recorder had written, of which it was made: `a HAR file`.
    #[serde(default)]
    pub imported: Option<String>,
}

impl Opened {
    /// What the page says once it is open.
    pub fn words(&self, address: Option<&str>) -> String {
        if let Some(kind) = &self.imported {
            return format!("Imported from {kind}, on this computer; nothing is sent anywhere.");
        }
        match (self.read_as, address.and_then(host)) {
            (ReadAs::Whole, Some(host)) => format!(
                "{host} sends no parts of files, so all {} were fetched. The recording is opened on this computer; nothing is \
                 sent anywhere.",
                format::bytes(self.entry.size)
            ),
            (ReadAs::Ranges, Some(host)) => format!(
                "Opened on this computer: only the parts that you look at are fetched from {host}, and nothing is sent anywhere."
            ),
            _ => "Opened on this computer; nothing is sent anywhere.".to_owned(),
        }
    }
}

/// What the engine says while it opens something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// How much has come of what has to be read whole.
    Read(Read),
    /// It is what another recorder wrote, `a HAR file`, and becomes a recording.
    Importing(String),
}

/// How much has come of what has to be read whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// Bytes that have come.
    pub n_read: u64,
    /// All there are, if known.
    pub n_all: Option<u64>,
}

impl Read {
    /// From 0 to 1, if it is known how much there is.
    pub fn share(self) -> Option<f64> {
        let n_all = self.n_all.filter(|n_all| *n_all > 0)?;
        Some((self.n_read as f64 / n_all as f64).min(1.0))
    }

    /// As words; why all of it is read, unless it is to be imported, which takes all of it anyway.
    pub fn words(self, is_import: bool) -> String {
        let read = format::bytes(self.n_read);
        let read = match self.n_all {
            Some(n_all) => format!("{read} of {}", format::bytes(n_all)),
            None => read,
        };
        match is_import {
            true => read,
            false => format!("{read}: this host sends only whole files"),
        }
    }
}

/// Why what somebody gave as an address cannot be opened by a page of that scheme (`https:`), if it cannot.
///
/// # Errors
/// What is wrong with it, and what to do, in a sentence.
pub fn check_address(address: &str, page_scheme: &str) -> Result<(), String> {
    let (scheme, rest) = address.split_once(':').unwrap_or(("", address));
    match scheme.to_ascii_lowercase().as_str() {
        "file" => Err(
            "Browsers let no page read file: addresses. Drop the file on this page, or choose it with the button."
                .to_owned(),
        ),
        "http" if page_scheme == "https:" && !host(address).is_some_and(is_loopback) => Err(
            "This page came by https:, and browsers let such a page read http: addresses only on this computer. \
             Use the file's https: address, or download it and drop it here."
                .to_owned(),
        ),
        "http" | "https" if rest.trim_start_matches('/').is_empty() => {
            Err("The address names no file.".to_owned())
        }
        "http" | "https" | "blob" => Ok(()),
        "ws" | "wss" => Err(
            "That is the address of a service. Its recordings open as recording/ID?dispatch= and the address."
                .to_owned(),
        ),
        _ => Err("A recording's address begins with https: or http:.".to_owned()),
    }
}

/// What a recording from an address is called until it says so itself: the last part of the path.
pub fn name_of(address: &str) -> &str {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    if name.is_empty() { address } else { name }
}

/// The host of an address, without its port.
pub fn host(address: &str) -> Option<&str> {
    let rest = address.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => host.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

/// Whether a host is this computer.
pub fn is_loopback(host: &str) -> bool {
    host == "::1"
        || host == "localhost"
        || host.ends_with(".localhost")
        || octets(host).is_some_and(|it| it[0] == 127)
}

/// Whether a host is this computer or stands in its own network, which browsers ask about before a page may reach it.
pub fn is_private(host: &str) -> bool {
    let is_private_octets = |[a, b, ..]: [u8; 4]| {
        a == 10 || (a == 172 && (16..32).contains(&b)) || (a == 192 && b == 168) || (a == 169 && b == 254)
    };
    let lower = host.to_ascii_lowercase();
    is_loopback(&lower)
        || lower.ends_with(".local")
        || octets(&lower).is_some_and(is_private_octets)
        || (lower.contains(':')
            && ["fc", "fd", "fe8", "fe9", "fea", "feb"]
                .iter()
                .any(|begin| lower.starts_with(begin)))
}

fn octets(host: &str) -> Option<[u8; 4]> {
    let mut parts = host.split('.').map(|part| part.parse().ok());
    let octets = [parts.next()??, parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(octets)
}

/// Why a recording was refused, as a sentence that says what to do, from the engine's own words.
pub fn refusal(reason: &str, name: &str) -> String {
    let reason = super::library::sentence(reason);
    let is_ours = name.to_ascii_lowercase().ends_with(".playhead");
    match reason.as_str() {
        "This is not a recording." if is_ours => {
            "This is not a recording, whatever its name says. It may be a download that went wrong: get it again.".to_owned()
        }
        "This is not a recording." => {
            "This is not a recording. Recordings are files that end with .playhead; Playwright traces (trace.zip), rrweb events \
             (JSON) and HAR files open as well."
                .to_owned()
        }
        newer if newer.contains("reads versions up to") => {
            format!("{newer} Reload the page to see whether there is a newer viewer.")
        }
        damaged if damaged.contains("damaged beyond use") || damaged.contains("archive is damaged") => {
            format!("{damaged} If it was downloaded, get it again.")
        }
        _ => reason,
    }
}

/// Whether a service's words, or the code with which it closed, say that it wants to know who asks.
pub fn wants_token(reason: &str) -> bool {
    let reason = reason.to_ascii_lowercase();
    [
        "unauth",
        "not authorized",
        "token",
        "permission",
        "access denied",
        "sign in",
        "log in",
        "login",
        "forbidden",
        "(401",
        "(403",
    ]
    .iter()
    .any(|word| reason.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_page_can_read_is_an_address() {
        let check = |address, scheme| check_address(address, scheme).err().unwrap_or_default();
        for fine in [
            "https://x.example/a.playhead",
            "http://127.0.0.1:8/a",
            "http://[::1]/a",
            "blob:https://x/1",
        ] {
            assert_eq!(check(fine, "https:"), "", "{fine}");
        }
        assert_eq!(check("http://x.example/a", "http:"), "");
        assert!(check("http://x.example/a", "https:").contains("only on this computer"));
        assert!(check("file:///tmp/a.playhead", "http:").contains("Drop the file"));
        assert!(check("FILE:///tmp/a.playhead", "http:").contains("Drop the file"));
        assert!(check("wss://x.example/", "http:").contains("dispatch"));
        assert!(check("https://", "http:").contains("names no file"));
        for odd in ["javascript:alert(1)", "data:text/html,x", "a.playhead", ""] {
            assert!(check(odd, "http:").contains("begins with https:"), "{odd}");
        }
    }

    #[test]
    fn hosts_of_the_own_network_are_known() {
        assert_eq!(host("https://me@x.example:81/a?b"), Some("x.example"));
        assert_eq!(host("http://[fd00::1]:80/a"), Some("fd00::1"));
        assert_eq!((host("blob:x"), host("https:///a")), (None, None));
        for private in [
            "localhost",
            "a.localhost",
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.9.9",
            "192.168.1.1",
            "169.254.1.1",
            "printer.local",
            "::1",
            "fd00::1",
            "fe80::1",
        ] {
            assert!(is_private(private), "{private}");
        }
        for public in [
            "x.example",
            "172.32.0.1",
            "11.0.0.1",
            "192.169.0.1",
            "fdic.example",
            "1.2.3",
            "2001:db8::1",
        ] {
            assert!(!is_private(public), "{public}");
        }
    }

    #[test]
    fn names_are_the_last_part_of_the_path() {
        assert_eq!(
            name_of("https://x.example/r/to-do.playhead?sig=1/2#a"),
            "to-do.playhead"
        );
        assert_eq!(name_of("https://x.example/"), "x.example");
        assert_eq!(name_of(""), "");
    }

    #[test]
    fn refusals_say_what_to_do() {
        assert!(refusal("this is not a recording", "a.zip").contains("end with .playhead"));
        assert!(refusal("this is not a recording", "a.PLAYHEAD").contains("get it again"));
        let newer = "the recording has format version 9, and this program reads versions up to 1";
        assert!(refusal(newer, "a.playhead").ends_with("newer viewer."));
        assert!(refusal("the recording is damaged beyond use: x", "a").ends_with("get it again."));
        assert!(refusal("the ZIP archive is damaged: no end", "trace.zip").ends_with("get it again."));
        assert_eq!(refusal("nothing is at x", "a"), "Nothing is at x.");
    }

    #[test]
    fn the_engine_says_what_it_has_opened() {
        let said = r#"{"id":"a","title":"T","url":"http://x/","duration_ms":5,"size":2000000,"readAs":"whole","counts":{"steps":3}}"#;
        let opened: Opened = serde_json::from_str(said).unwrap();
        assert_eq!((opened.entry.title.as_str(), opened.entry.counts.steps), ("T", 3));
        let words = opened.words(Some("https://x.example/a"));
        assert!(
            words.starts_with("x.example sends no parts of files, so all 2"),
            "{words}"
        );
        assert_eq!(
            opened.words(None),
            "Opened on this computer; nothing is sent anywhere."
        );
        let imported = Opened {
            imported: Some("a HAR file".to_owned()),
            ..opened
        };
        let words = imported.words(Some("https://x.example/a"));
        assert!(
            words.starts_with("Imported from a HAR file, on this computer"),
            "{words}"
        );
    }

    #[test]
    fn progress_is_told_in_bytes() {
        let read = Read {
            n_read: 500_000,
            n_all: Some(2_000_000),
        };
        assert_eq!(read.share(), Some(0.25));
        let words = read.words(false);
        assert!(
            words.contains(" of ") && words.contains("only whole files"),
            "{words}"
        );
        assert!(!read.words(true).contains("only whole files"));
        assert_eq!(
            Read {
                n_read: 1,
                n_all: Some(0)
            }
            .share(),
            None
        );
    }

    #[test]
    fn services_say_in_their_own_words_that_they_want_a_token() {
        assert!(wants_token("Unauthorized"));
        assert!(wants_token(
            "closed by the other side: invalid access token (code 1008)"
        ));
        assert!(!wants_token("no description added for recording"));
    }
}
