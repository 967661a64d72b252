//! What can be handed on of a recording, as plain values: the kinds of content, how large they are, the link to a moment.

use std::collections::BTreeSet;

use components::format;
use serde::{Deserialize, Serialize};

use super::time;
use crate::url::Link;

/// A kind of content that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Pictures of the page.
    Pictures,
    /// The words of the page.
    Texts,
    /// What was typed.
    Typed,
    /// What the program gave to the console.
    Console,
    /// Bodies of requests and answers.
    Bodies,
    /// Headers of requests and answers.
    Headers,
    /// Queries of addresses.
    Queries,
    /// The text of scripts.
    Sources,
    /// Texts that the program held.
    Values,
}

impl Kind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 9] = [
        Self::Pictures,
        Self::Texts,
        Self::Typed,
        Self::Console,
        Self::Bodies,
        Self::Headers,
        Self::Queries,
        Self::Sources,
        Self::Values,
    ];

    /// What leaves unless somebody says otherwise: what the program held, without which there is nothing to debug.
    pub const KEPT_FIRST: [Self; 1] = [Self::Values];

    /// Its name in plans and files.
    pub fn key(self) -> &'static str {
        match self {
            Self::Pictures => "pictures",
            Self::Texts => "texts",
            Self::Typed => "typed",
            Self::Console => "console",
            Self::Bodies => "bodies",
            Self::Headers => "headers",
            Self::Queries => "queries",
            Self::Sources => "sources",
            Self::Values => "values",
        }
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pictures => "Pictures of the page",
            Self::Texts => "Words on the page",
            Self::Typed => "What was typed",
            Self::Console => "Console arguments",
            Self::Bodies => "Network bodies",
            Self::Headers => "Headers",
            Self::Queries => "Queries in addresses",
            Self::Sources => "Source text and source maps",
            Self::Values => "Texts in variables and objects",
        }
    }

    /// What it may tell.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Pictures => "They show all that was on the screen.",
            Self::Texts => "Names, messages, amounts: all that could be read.",
            Self::Typed => "Keys, fields, and the same words wherever the program held them.",
            Self::Console => "What the program printed, and notes for tools.",
            Self::Bodies => "Also where the program held the same texts.",
            Self::Headers => "Cookies and tokens among them. If they leave, those that let others in do not.",
            Self::Queries => "What follows the ? in addresses, tokens among it.",
            Self::Sources => "Without it there are places in scripts, and nothing to read there.",
            Self::Values => {
                "Without them little is left to debug; with them whoever gets the file sees what the program knew."
            }
        }
    }

    /// The kind of a name.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// What is left out unless somebody says otherwise.
pub fn left_out_first() -> BTreeSet<Kind> {
    let all = Kind::ALL.into_iter();
    all.filter(|kind| !Kind::KEPT_FIRST.contains(kind)).collect()
}

/// What is left out, in the words of a badge: `3 kinds of content left out`.
pub fn in_words(left_out: &[String], is_part: bool) -> String {
    // Of headers that are gone the secret ones are, too.
    let n_kinds = left_out.iter().filter(|kind| *kind != "secretHeaders").count();
    match (n_kinds, is_part) {
        (0, true) => "Part of a recording".to_owned(),
        (0, false) => "Shared copy".to_owned(),
        (1, _) => "1 kind of content left out".to_owned(),
        (n, _) => format!("{n} kinds of content left out"),
    }
}

/// What a part of a recording holds, as the worker tells it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Inventory {
    /// When it begins, in µs.
    pub begin: u64,
    /// When it ends, in µs.
    pub end: u64,
    /// By kinds.
    pub portions: Vec<Portion>,
}

/// How much there is of one thing.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Portion {
    /// Of what.
    pub kind: String,
    /// How many.
    pub count: u64,
    /// Bytes it takes, about.
    pub n_bytes: u64,
    /// It goes away if this is left out.
    pub goes_with: Option<String>,
    /// A part of it goes away if one of these is left out.
    pub masked_by: Vec<String>,
}

/// What becomes of a portion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Becomes {
    /// All of it leaves.
    Leaves,
    /// Some of it does not.
    InPart,
    /// None of it leaves.
    LeftOut,
}

impl Portion {
    /// What becomes of it.
    pub fn becomes(&self, left_out: &BTreeSet<Kind>) -> Becomes {
        let is_out = |key: &String| Kind::of_key(key).is_some_and(|kind| left_out.contains(&kind));
        match (
            self.goes_with.iter().any(is_out),
            self.masked_by.iter().any(is_out),
        ) {
            (true, _) => Becomes::LeftOut,
            (false, true) => Becomes::InPart,
            (false, false) => Becomes::Leaves,
        }
    }

    /// How many of what: `53 pictures`.
    pub fn words(&self) -> String {
        let (one, many) = match &*self.kind {
            "log" => ("statement that ran", "statements that ran"),
            "scripts" => ("script's places and names", "scripts' places and names"),
            "sources" => ("script's text", "scripts' texts"),
            "console" => ("console message", "console messages"),
            "keys" => ("key event", "key events"),
            "events" => ("other event", "other events"),
            "documents" => ("change of the document", "changes of the document"),
            "looks" => ("look at boxes and styles", "looks at boxes and styles"),
            "pictures" => ("picture", "pictures"),
            "requests" => ("request", "requests"),
            "headers" => ("header", "headers"),
            "bodies" => ("body", "bodies"),
            other => (other, other),
        };
        format!(
            "{} {}",
            format::count(self.count),
            if self.count == 1 { one } else { many }
        )
    }
}

impl Inventory {
    /// About how large a file is without what is left out.
    pub fn n_bytes(&self, left_out: &BTreeSet<Kind>) -> u64 {
        let leaves = |portion: &&Portion| portion.becomes(left_out) != Becomes::LeftOut;
        self.portions
            .iter()
            .filter(leaves)
            .map(|portion| portion.n_bytes)
            .sum()
    }
}

/// What is asked of the worker: a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Where the part begins; None: at the beginning.
    pub begin: Option<Bound>,
    /// Where it ends; None: at the end.
    pub end: Option<Bound>,
    /// Names of what is left out.
    pub left_out: Vec<&'static str>,
    /// The new recording's id.
    pub recording_id: String,
    /// When it is made, in ms since 1970.
    pub at: f64,
    /// Comments that go with it.
    pub comments: Option<String>,
}

/// Where a part begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Bound {
    /// At a time, in µs.
    Time(u64),
}

impl Bound {
    /// At a time in ms.
    pub fn at_ms(time_ms: f64) -> Self {
        Self::Time((time_ms.max(0.0) * 1_000.0).round() as u64)
    }
}

impl Plan {
    /// A plan for what lies between two times in ms, or for everything.
    pub fn new(range: Option<(f64, f64)>, left_out: &BTreeSet<Kind>) -> Self {
        let mut keys: Vec<&'static str> = left_out.iter().map(|kind| kind.key()).collect();
        // Whoever hands headers on does not mean those that let others in.
        if !left_out.contains(&Kind::Headers) {
            keys.push("secretHeaders");
        }
        Self {
            begin: range.map(|(begin_ms, _)| Bound::at_ms(begin_ms)),
            end: range.map(|(_, end_ms)| Bound::at_ms(end_ms)),
            left_out: keys,
            recording_id: String::new(),
            at: 0.0,
            comments: None,
        }
    }
}

/// What a shared link says besides the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkParts {
    /// Whether it leads to a moment.
    pub has_moment: bool,
    /// Whether it has the focus.
    pub has_focus: bool,
    /// Whether it has the panels that are seen.
    pub has_panels: bool,
    /// Whether it has the theme.
    pub has_theme: bool,
}

/// The link of the page as it is to be shared: to another time, if one was typed, and without what is not wanted.
///
/// # Errors
/// What was typed is no time: a sentence.
pub fn link(page: Link, typed: &str, parts: LinkParts, theme: &str) -> Result<Link, String> {
    let mut link = page;
    if !parts.has_moment {
        (link.point, link.time_ms, link.frame, link.source) = (None, None, None, None);
    } else {
        let typed_ms =
            time::clock_ms(typed.trim()).ok_or_else(|| "Type a time such as 62.3 or 1:02.345.".to_owned())?;
        // What was only shown and not changed stands for the exact moment.
        let is_same = link
            .time_ms
            .is_some_and(|now_ms| shown(now_ms) == shown(typed_ms));
        if !is_same {
            link = link.at(None, typed_ms);
        }
    }
    if !parts.has_focus {
        link.focus = None;
    }
    if !parts.has_panels {
        link.panels = Vec::new();
    }
    link.theme = parts.has_theme.then(|| theme.to_owned());
    Ok(link)
}

/// A time as it is shown, to be typed over: `1:02.345`.
pub fn shown(time_ms: f64) -> String {
    format::clock(time_ms.round())
}

#[cfg(test)]
mod tests {
    use wire::point::ExecutionPoint;

    use super::*;

    fn page() -> Link {
        Link {
            point: ExecutionPoint::new("77").ok(),
            time_ms: Some(62_345.2),
            frame: Some(2),
            panels: vec!["network".to_owned()],
            ..Link::default()
        }
    }

    const ALL: LinkParts = LinkParts {
        has_moment: true,
        has_focus: true,
        has_panels: true,
        has_theme: false,
    };

    #[test]
    fn a_link_leads_to_the_moment_unless_another_time_is_typed() {
        let shown = shown(62_345.2);
        assert_eq!(link(page(), &shown, ALL, "dark"), Ok(page()));
        let other = link(page(), " 1:00 ", ALL, "dark").unwrap_or_default();
        assert_eq!(
            (other.point, other.time_ms, other.frame),
            (None, Some(60_000.0), None)
        );
        assert_eq!(other.panels, ["network"]);
        assert!(link(page(), "soon", ALL, "dark").is_err());
    }

    #[test]
    fn what_is_not_wanted_is_not_in_the_link() {
        let parts = LinkParts {
            has_moment: false,
            has_panels: false,
            has_theme: true,
            ..ALL
        };
        let bare = link(page(), "whatever", parts, "dark").unwrap_or_default();
        assert_eq!(bare.write(), "?v=1&theme=dark");
    }

    fn inventory() -> Inventory {
        serde_json::from_str(
            r#"{"begin":0,"end":1000000,"portions":[
                {"kind":"log","count":20,"nBytes":100,"goesWith":null,"maskedBy":["values","typed"]},
                {"kind":"pictures","count":1,"nBytes":900,"goesWith":"pictures","maskedBy":[]},
                {"kind":"headers","count":3,"nBytes":50,"goesWith":"headers","maskedBy":["secretHeaders"]}]}"#,
        )
        .unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn sizes_follow_what_is_left_out() {
        let inventory = inventory();
        assert_eq!(inventory.n_bytes(&BTreeSet::new()), 1_050);
        let first = left_out_first();
        assert!(!first.contains(&Kind::Values) && first.contains(&Kind::Pictures));
        assert_eq!(inventory.n_bytes(&first), 100);
        let becomes: Vec<Becomes> = inventory.portions.iter().map(|it| it.becomes(&first)).collect();
        assert_eq!(becomes, [Becomes::InPart, Becomes::LeftOut, Becomes::LeftOut]);
        let words: Vec<String> = inventory.portions.iter().map(Portion::words).collect();
        assert_eq!(words, ["20 statements that ran", "1 picture", "3 headers"]);
    }

    #[test]
    fn headers_that_let_others_in_leave_never() {
        let plan = Plan::new(Some((1.5, 2_000.0)), &BTreeSet::from([Kind::Bodies]));
        assert_eq!(plan.left_out, ["bodies", "secretHeaders"]);
        let json = serde_json::to_string(&plan).unwrap_or_default();
        assert!(
            json.starts_with(
                r#"{"begin":{"time":1500},"end":{"time":2000000},"leftOut":["bodies","secretHeaders"]"#
            ),
            "{json}"
        );
    }

    #[test]
    fn a_badge_says_how_much_is_missing() {
        let of = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>();
        assert_eq!(in_words(&[], true), "Part of a recording");
        assert_eq!(in_words(&of(&["bodies"]), true), "1 kind of content left out");
        assert_eq!(
            in_words(&of(&["bodies", "headers", "secretHeaders"]), false),
            "2 kinds of content left out"
        );
    }
}
