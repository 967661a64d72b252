//! HAR files (version 1.2): requests with their headers, times and bodies; pages as navigations.

mod entry;

use std::{
    collections::HashSet,
    io::{BufRead, Read, Seek},
};

use recording::origin::Content;
use serde::{Deserialize, de::DeserializeSeed};
use serde_json::value::RawValue;

pub(crate) use self::entry::{Entry, lenient};
use crate::{
    container::{Input, Resources},
    error::ImportError,
    exchange::Redirects,
    json::{self, EachIn},
    limits::MAX_LINE,
    story::Story,
    time,
};

/// What a HAR says of itself and holds.
#[derive(Default)]
struct Log {
    entries: Vec<Box<RawValue>>,
    pages: Vec<Box<RawValue>>,
    creator: Option<Tool>,
    browser: Option<Tool>,
    /// Where it turned out to be damaged, if it did.
    damage: Option<String>,
}

/// A program, by name and version.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Tool {
    #[serde(deserialize_with = "lenient")]
    name: Option<String>,
    #[serde(deserialize_with = "lenient")]
    version: Option<String>,
}

impl Tool {
    fn words(&self) -> String {
        let name = self.name.as_deref().unwrap_or("an unknown program");
        match self.version.as_deref() {
            Some(version) if !version.is_empty() => format!("{name} {version}"),
            _ => name.to_owned(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Page {
    #[serde(deserialize_with = "lenient")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient")]
    started_date_time: Option<String>,
    #[serde(deserialize_with = "lenient")]
    title: Option<String>,
}

/// Reads a HAR.
///
/// # Errors
/// Nothing of it can be read.
pub(crate) fn read<R: Read + Seek>(input: Input<'_, R>) -> Result<(Story, Resources<R>), ImportError> {
    let Input::Har(source) = input else {
        return Err(ImportError::Unknown);
    };
    let (log, resources) = source.read(read_log)?;
    let mut story = Story::default();
    story.recorder = log.creator.as_ref().map(Tool::words).unwrap_or_default();
    if let Some(why) = log.damage {
        if log.entries.is_empty() {
            return Err(ImportError::damaged("the HAR file", why));
        }
        let n_entries = log.entries.len();
        story.warnings.push(format!(
            "the HAR file is damaged: {n_entries} requests were read before it says: {why}"
        ));
    }
    let pages = log
        .pages
        .iter()
        .filter_map(|page| json::read::<Page>(page.get()).ok());
    let pages: Vec<Page> = pages.collect();
    tell(&mut story, log.entries, pages);
    lacks(&mut story);
    Ok((story, resources))
}

fn read_log(text: &mut dyn BufRead) -> Result<Log, ImportError> {
    let mut log = Log::default();
    let mut take = |name: &str, value: Box<RawValue>| match name {
        "entries" => log.entries.push(value),
        "pages" => log.pages.push(value),
        "creator" => log.creator = json::read(value.get()).ok(),
        "browser" => log.browser = json::read(value.get()).ok(),
        _ => {}
    };
    json::skip_mark(text);
    let seed = EachIn {
        arrays: &["entries", "pages"],
        within: Some("log"),
        take: &mut take,
    };
    let read = seed.deserialize(&mut serde_json::Deserializer::from_reader(text));
    log.damage = read.err().map(|error| error.to_string());
    Ok(log)
}

fn tell(story: &mut Story, entries: Vec<Box<RawValue>>, pages: Vec<Page>) {
    let mut all: Vec<(f64, Entry)> = Vec::new();
    for text in entries {
        let entry = match json::read::<Entry>(text.get()) {
            Ok(entry) if (text.get().len() as u64) < MAX_LINE * 2 => entry,
            _ => {
                story.leaving.add("entries that cannot be read");
                continue;
            }
        };
        match entry.began() {
            Some(began) => all.push((began, entry)),
            None => story.leaving.add("entries that say no time"),
        }
    }
    all.sort_by(|(left, _), (right, _)| left.total_cmp(right));
    navigations(story, &all, &pages);
    story.title = pages
        .iter()
        .filter_map(|page| page.title.clone())
        .find(|title| !title.is_empty())
        .unwrap_or_default();
    let mut redirects = Redirects::default();
    for (began, entry) in all {
        entry.into_exchange(began).tell(story, &mut redirects);
    }
}

/// Pages: the documents that were loaded where entries say what they are, else the first request of each page.
fn navigations(story: &mut Story, entries: &[(f64, Entry)], pages: &[Page]) {
    if entries.iter().any(|(_, entry)| !entry.kind().is_empty()) {
        for (began, entry) in entries.iter().filter(|(_, entry)| entry.is_page()) {
            story.navigation(*began, entry.url(), "load");
        }
        return;
    }
    let mut told = HashSet::new();
    for page in pages {
        let Some(id) = page.id.as_deref().filter(|id| told.insert(id.to_owned())) else {
            continue;
        };
        let of_page =
            |(_, entry): &&(f64, Entry)| entry.pageref.as_deref() == Some(id) && !entry.is_redirect();
        let began = page.started_date_time.as_deref().and_then(time::of_iso);
        if let Some((first, entry)) = entries.iter().find(of_page) {
            story.navigation(began.unwrap_or(*first), entry.url(), "load");
        }
    }
}

fn lacks(story: &mut Story) {
    let missing = [
        (Content::Execution, "which code ran"),
        (Content::Values, "what variables held"),
        (Content::Pictures, "how the page looked"),
        (Content::Documents, "what the document was"),
        (Content::Boxes, "where elements stood"),
        (Content::Styles, "which rules of style sheets applied"),
        (Content::Listeners, "which handlers there were"),
        (Content::Console, "what was printed"),
        (Content::Mouse, "what the mouse did"),
        (Content::Keyboard, "what the keyboard did"),
    ];
    for (content, what) in missing {
        story.lack(
            content,
            format!(
                "This recording was imported from a HAR file, which holds requests and does not say {what}."
            ),
        );
    }
}
