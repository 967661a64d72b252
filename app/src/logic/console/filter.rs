//! Which lines are shown: by words or a pattern, by level, by where they come from.

use std::collections::HashSet;

use components::console::FilterState;

use super::entry::{Entry, Kind, SourceKey};

/// Longer texts are searched to here.
const MAX_SEARCHED: usize = 20_000;

/// What the person wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Words or `/a pattern/`, and the levels.
    pub state: FilterState,
    /// Whether what libraries print is shown. What nobody caught always is.
    pub shows_libraries: bool,
    /// Whether errors that nobody caught are shown.
    pub shows_uncaught: bool,
    /// Whether what the program prints is shown.
    pub shows_console: bool,
    /// Whether print statements' lines are shown.
    pub shows_prints: bool,
    /// Whether the same said again and again is one line with a count.
    pub groups_repeats: bool,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            state: FilterState::default(),
            shows_libraries: false,
            shows_uncaught: true,
            shows_console: true,
            shows_prints: true,
            groups_repeats: true,
        }
    }
}

/// What a text must have in it.
#[derive(Clone, Debug)]
pub enum Needle {
    /// Nothing.
    Any,
    /// These words, in lower case.
    Words(String),
    /// A match of this pattern.
    Pattern(Box<regex_lite::Regex>),
}

impl Needle {
    /// Reads what a person wrote: `/pattern/` or `/pattern/i`, else words in any case.
    ///
    /// # Errors
    /// What is wrong with the pattern, as a sentence.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let pattern = text
            .strip_prefix('/')
            .and_then(|rest| rest.rsplit_once('/'))
            .filter(|(pattern, flags)| {
                !pattern.is_empty() && flags.chars().all(|flag| "gimsu".contains(flag))
            });
        let Some((pattern, flags)) = pattern else {
            return Ok(match text.is_empty() {
                true => Self::Any,
                false => Self::Words(text.to_lowercase()),
            });
        };
        // Matches in time linear in the text, whatever the pattern; its own size is bounded.
        regex_lite::RegexBuilder::new(pattern)
            .case_insensitive(flags.contains('i'))
            .multi_line(flags.contains('m'))
            .dot_matches_new_line(flags.contains('s'))
            .size_limit(1 << 20)
            .build()
            .map(|pattern| Self::Pattern(Box::new(pattern)))
            .map_err(|error| format!("This pattern cannot be used: {error}."))
    }

    /// Whether it is in a text.
    pub fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Words(words) => contains(cut(text), words),
            Self::Pattern(pattern) => pattern.is_match(cut(text)),
        }
    }

    /// Whether all that has the other has this too, so that only that needs to be looked at.
    pub fn widens(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) => true,
            (Self::Words(words), Self::Words(others)) => others.contains(words.as_str()),
            _ => false,
        }
    }
}

/// A filter ready to be asked about many lines.
pub struct Matcher<'a> {
    /// The filter.
    pub filter: &'a Filter,
    /// What a text must have in it.
    pub needle: &'a Needle,
    /// Numbers of the sources that are libraries'.
    pub libraries: &'a HashSet<u32>,
}

/// Why a line is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Shown,
    /// It is a library's.
    Library,
    /// The person does not want such lines.
    Unwanted,
}

impl Matcher<'_> {
    /// Whether a line is shown.
    pub fn judge(&self, entry: &Entry) -> Verdict {
        let filter = self.filter;
        if entry.source == SourceKey::EVALUATIONS {
            return Verdict::Shown;
        }
        let is_wanted = match entry.kind {
            Kind::Uncaught => filter.shows_uncaught && filter.state.shows(entry.kind.level()),
            Kind::Caught | Kind::Event => true,
            _ if entry.source >= SourceKey::FIRST_OF_OTHERS => filter.shows_prints,
            kind => filter.shows_console && filter.state.shows(kind.level()),
        };
        if !is_wanted || !self.needle.is_in(&entry.text) {
            return Verdict::Unwanted;
        }
        let is_library = !filter.shows_libraries
            && entry.kind != Kind::Uncaught
            && entry.source < SourceKey::FIRST_OF_OTHERS
            && entry
                .place
                .is_some_and(|place| self.libraries.contains(&place.source));
        if is_library {
            Verdict::Library
        } else {
            Verdict::Shown
        }
    }
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(MAX_SEARCHED);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Whether a text has words in it that are in lower case.
pub fn contains(text: &str, lower_words: &str) -> bool {
    let (text_bytes, words) = (text.as_bytes(), lower_words.as_bytes());
    let Some(first) = words.first() else { return true };
    if !lower_words.is_ascii() {
        return text.to_lowercase().contains(lower_words);
    }
    text_bytes.windows(words.len()).any(|window| {
        window
            .first()
            .is_some_and(|byte| byte.to_ascii_lowercase() == *first)
            && window.eq_ignore_ascii_case(words)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case_and_patterns_as_they_are() {
        let is_in = |needle: &str, text: &str| Needle::read(needle).is_ok_and(|needle| needle.is_in(text));
        assert!(is_in("SAVED 2", "was saved 2 times"));
        assert!(is_in("é", "CAFÉ"));
        assert!(!is_in("saved", "save"));
        assert!(is_in("/sav(ed|ing)/", "saving"));
        assert!(!is_in("/Sav/", "saving"));
        assert!(is_in("/Sav/i", "saving"));
        assert!(is_in("/", "a/b"), "one slash is a word");
        assert!(is_in("/a/b", "x/a/b"), "what is no flag is no pattern");
        assert!(Needle::read("/(/").is_err());
    }

    #[test]
    fn no_pattern_makes_it_slow() {
        // With a matcher that tries everything this would not end.
        let needle = Needle::read("/(a+)+$/").unwrap_or(Needle::Any);
        assert!(!needle.is_in(&format!("{}b", "a".repeat(5_000))));
    }

    #[test]
    fn a_longer_word_is_looked_for_in_what_has_the_shorter() {
        let read = |text| Needle::read(text).unwrap_or(Needle::Any);
        assert!(read("sa").widens(&read("save")));
        assert!(!read("save").widens(&read("sa")));
        assert!(!read("/sa/").widens(&read("/save/")));
    }
}
