//! The library's list: what the server says of each recording, which match a search, how long ago they were made.

use components::{card::CardContent, format};

/// A recording as `GET /api/recordings` lists it.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
#[serde(default)]
pub struct Entry {
    /// Its id; empty for a file that could not be read.
    pub id: String,
    /// Its title; may be empty.
    pub title: String,
    /// The address that was recorded.
    pub url: String,
    /// How long it is, in ms.
    pub duration_ms: f64,
    /// When it was made, in ms since 1970.
    pub recorded_at: f64,
    /// The file's size in bytes.
    pub size: u64,
    /// How much of each kind it holds.
    pub counts: Counts,
    /// The file's name.
    pub name: String,
    /// Why the file could not be read; None if it could.
    pub error: Option<String>,
    /// Whether it is still being made.
    pub is_live: bool,
    /// Where its file is, for the engine in the page; None if the server answers for it.
    pub src: Option<String>,
    /// Where its picture is; None for where the server has it.
    pub poster: Option<String>,
}

/// How much of each kind a recording holds.
#[derive(Clone, Debug, Default, PartialEq, serde::Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "named for what they count")]
pub struct Counts {
    pub messages: u64,
    pub mouse: u64,
    pub keyboard: u64,
    pub navigations: u64,
    pub paints: u64,
    pub steps: u64,
}

impl Entry {
    /// What it is called: its title, or else its address or file.
    pub fn display_title(&self) -> &str {
        [&self.title, &self.url, &self.name]
            .into_iter()
            .map(|name| name.trim())
            .find(|name| !name.is_empty())
            .unwrap_or("Untitled")
    }

    /// As a card, at a time now in ms since 1970. `home` is the path of the viewer's first address.
    pub fn card(&self, now_ms: f64, home: &str) -> CardContent {
        let count = |n: u64, one: &str| {
            (n > 0).then(|| {
                format!(
                    "{} {one}{}",
                    format::count_short(n),
                    if n == 1 { "" } else { "s" }
                )
            })
        };
        CardContent {
            title: self.display_title().to_owned(),
            url: self.url.clone(),
            href: match self.src {
                Some(_) => format!("{home}?recording={}", self.id),
                None => format!("{home}recording/{}", self.id),
            },
            poster: match (&self.src, &self.poster) {
                (None, None) => {
                    (self.counts.paints > 0).then(|| format!("{home}api/recordings/{}/poster", self.id))
                }
                (_, poster) => poster.clone(),
            },
            duration_ms: self.duration_ms,
            recorded: ago(self.recorded_at, now_ms),
            size: self.size,
            facts: [
                count(self.counts.messages, "message"),
                count(self.counts.steps, "step"),
            ]
            .into_iter()
            .flatten()
            .collect(),
            is_live: self.is_live,
        }
    }
}

/// The recordings whose title, address or file contains every word, the newest first.
pub fn search(entries: &[Entry], words: &str) -> Vec<Entry> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let matches = |entry: &&Entry| {
        let text = format!("{} {} {}", entry.title, entry.url, entry.name).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let mut found: Vec<Entry> = entries.iter().filter(matches).cloned().collect();
    found.sort_by(|a, b| b.recorded_at.total_cmp(&a.recorded_at));
    found
}

/// How long ago something was, and its date once that is longer than a week.
pub fn ago(then_ms: f64, now_ms: f64) -> String {
    let minutes = ((now_ms - then_ms) / 60_000.0).max(0.0) as u64;
    let plural = |n: u64, unit: &str| format!("{n} {unit}{} ago", if n == 1 { "" } else { "s" });
    match minutes {
        0 => "just now".to_owned(),
        1..60 => plural(minutes, "minute"),
        60..1440 => plural(minutes / 60, "hour"),
        1440..10_080 => plural(minutes / 1440, "day"),
        _ => super::literal::date(then_ms as i64).chars().take(10).collect(),
    }
}

/// An error as a sentence: they begin in lower case and end without a stop.
pub fn sentence(reason: &str) -> String {
    let mut chars = reason.chars();
    let first = chars
        .next()
        .map(|first| first.to_ascii_uppercase().to_string())
        .unwrap_or_default();
    let stop = if reason.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{first}{}{stop}", chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_more_or_less_than_expected_is_read() {
        let json = r#"[{"id":"a","title":"","url":"http://x/","counts":{"messages":1,"new":2},"size":5},{"name":"bad.playhead","error":"cut short"}]"#;
        let entries: Vec<Entry> = serde_json::from_str(json).unwrap_or_default();
        assert_eq!(
            entries.iter().map(Entry::display_title).collect::<Vec<_>>(),
            ["http://x/", "bad.playhead"]
        );
        assert_eq!(entries[0].card(0.0, "/").facts, ["1 message"]);
        assert_eq!(entries[0].card(0.0, "/x/").href, "/x/recording/a");
        assert_eq!(entries[1].error.as_deref(), Some("cut short"));
    }

    #[test]
    fn what_the_page_itself_opens_leads_to_the_first_address() {
        let json = r#"{"id":"a","src":"samples/a.playhead","poster":"samples/a.jpg","counts":{"paints":1}}"#;
        let card = serde_json::from_str::<Entry>(json)
            .unwrap_or_default()
            .card(0.0, "/x/");
        assert_eq!(card.href, "/x/?recording=a");
        assert_eq!(card.poster.as_deref(), Some("samples/a.jpg"));
    }

    #[test]
    fn search_wants_every_word() {
        let entry = |title: &str, recorded_at| Entry {
            title: title.to_owned(),
            recorded_at,
            ..Entry::default()
        };
        let entries = [
            entry("To-do list", 1.0),
            entry("Sorting", 2.0),
            entry("A list of todos", 3.0),
        ];
        let titles = |words| {
            search(&entries, words)
                .into_iter()
                .map(|entry| entry.title)
                .collect::<Vec<_>>()
        };
        assert_eq!(titles("LIST do"), ["A list of todos", "To-do list"]);
        assert_eq!(titles(""), ["A list of todos", "Sorting", "To-do list"]);
    }

    #[test]
    fn times_are_told_by_their_distance() {
        let now = 1_795_205_700_000.0;
        assert_eq!(ago(now + 5.0, now), "just now");
        assert_eq!(ago(now - 60_000.0, now), "1 minute ago");
        assert_eq!(ago(now - 7_300_000.0, now), "2 hours ago");
        assert_eq!(ago(now - 30.0 * 86_400_000.0, now), "2026-10-21");
    }
}
