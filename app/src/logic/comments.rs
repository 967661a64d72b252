//! Comments on moments of a recording, as plain values: reading and writing lists of them, and bringing two lists together.

use serde::{Deserialize, Serialize};
use wire::point::ExecutionPoint;

/// The version of the list that this module writes.
const VERSION: u32 = 1;
/// Bytes of one comment's text: some 600 words.
pub const MAX_TEXT: usize = 4_096;
/// Bytes of an author's name.
pub const MAX_AUTHOR: usize = 100;
/// Comments on one recording: more are a book.
pub const MAX_COMMENTS: usize = 1_000;

/// What somebody says of a moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// By which copies of it are known to be the same.
    pub id: String,
    /// When in the recording, in ms.
    pub time_ms: f64,
    /// Where in the execution, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<ExecutionPoint>,
    /// What is said: text, and nothing else.
    pub text: String,
    /// Who says it; empty if they did not say who they are.
    #[serde(default)]
    pub author: String,
    /// When it was said or changed last, in ms since 1970.
    pub at_ms: f64,
}

impl Comment {
    /// Whether it can be kept: a time that is one, and some text, not too much.
    fn is_sound(&self) -> bool {
        let is_id = |char: char| char.is_ascii_alphanumeric() || char == '-';
        self.time_ms.is_finite()
            && self.time_ms >= 0.0
            && self.at_ms.is_finite()
            && (1..=64).contains(&self.id.len())
            && self.id.chars().all(is_id)
            && check(&self.text).is_ok()
            && self.author.len() <= MAX_AUTHOR
    }
}

/// Whether a text can be a comment's, or why not, as a sentence.
///
/// # Errors
/// It says nothing, or too much.
pub fn check(text: &str) -> Result<(), String> {
    match text.trim().is_empty() {
        true => Err("Write something first.".to_owned()),
        false if text.len() > MAX_TEXT => Err(format!(
            "That is {} bytes long; a comment has at most {MAX_TEXT}.",
            text.len()
        )),
        false => Ok(()),
    }
}

#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    comments: &'a [Comment],
}

#[derive(Deserialize)]
struct Read {
    #[serde(default)]
    version: u32,
    comments: Vec<serde_json::Value>,
}

/// A list as JSON text.
pub fn write(comments: &[Comment]) -> String {
    let written = Written {
        version: VERSION,
        comments,
    };
    // Strings and finite numbers always have a form in JSON.
    serde_json::to_string(&written).unwrap_or_default()
}

/// Reads a list. What in it is no comment is left out.
///
/// # Errors
/// It is no list of comments: a sentence.
pub fn read(json: &str) -> Result<Vec<Comment>, String> {
    let read: Read = serde_json::from_str(json)
        .map_err(|_| "This is not a list of comments that was exported here.".to_owned())?;
    if read.version > VERSION {
        return Err(format!(
            "These comments are of version {}, and this viewer reads up to version {VERSION}: reload the page for a newer one.",
            read.version
        ));
    }
    let comments = read.comments.into_iter();
    let comments = comments.filter_map(|comment| serde_json::from_value::<Comment>(comment).ok());
    Ok(sorted(
        comments.filter(Comment::is_sound).take(MAX_COMMENTS).collect(),
    ))
}

/// In the order of time, and of saying where the time is the same.
pub fn sorted(mut comments: Vec<Comment>) -> Vec<Comment> {
    comments.sort_by(|a, b| {
        a.time_ms
            .total_cmp(&b.time_ms)
            .then_with(|| a.at_ms.total_cmp(&b.at_ms))
            .then_with(|| a.id.cmp(&b.id))
    });
    comments
}

/// Two lists as one, and how many of the second were new or newer. Of one that both have the later counts.
pub fn merged(known: &[Comment], other: Vec<Comment>) -> (Vec<Comment>, usize) {
    let mut all = known.to_vec();
    let mut n_news = 0;
    for comment in other {
        let n_known = all.len();
        match all.iter_mut().find(|known| known.id == comment.id) {
            Some(known) if known.at_ms < comment.at_ms => *known = comment,
            None if n_known < MAX_COMMENTS => all.push(comment),
            _ => continue,
        }
        n_news += 1;
    }
    (sorted(all), n_news)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn comment(id: &str, time_ms: f64, text: &str, at_ms: f64) -> Comment {
        Comment {
            id: id.to_owned(),
            time_ms,
            point: ExecutionPoint::new("5").ok(),
            text: text.to_owned(),
            author: "Ada".to_owned(),
            at_ms,
        }
    }

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let comments = [
            comment("a", 1.5, "<b>first</b>", 10.0),
            comment("b", 2.0, "second", 20.0),
        ];
        assert_eq!(read(&write(&comments)), Ok(comments.to_vec()));
    }

    #[test]
    fn what_is_no_comment_is_left_out() {
        let json = r#"{"version":1,"comments":[
            {"id":"a","timeMs":-1,"text":"x","atMs":1}, {"id":"../b","timeMs":1,"text":"x","atMs":1},
            {"id":"c","timeMs":1,"text":"  ","atMs":1}, {"id":"d","timeMs":9,"text":"x","atMs":1,"more":[]},
            {"id":"e","timeMs":1,"text":"x","atMs":1,"point":"x"}, 7, {"id":"f","timeMs":3,"text":"y","atMs":1}]}"#;
        let ids: Vec<String> = read(json)
            .unwrap_or_default()
            .into_iter()
            .map(|it| it.id)
            .collect();
        assert_eq!(ids, ["f", "d"]);
        assert!(read("[]").is_err());
        assert!(read(r#"{"version":9,"comments":[]}"#).is_err_and(|why| why.contains("version 9")));
    }

    #[test]
    fn of_two_copies_the_later_counts() {
        let known = [comment("a", 5.0, "old", 10.0), comment("b", 1.0, "kept", 30.0)];
        let other = vec![
            comment("a", 5.0, "new", 20.0),
            comment("b", 1.0, "older", 20.0),
            comment("c", 3.0, "added", 1.0),
        ];
        let (all, n_news) = merged(&known, other);
        let texts: Vec<&str> = all.iter().map(|comment| &*comment.text).collect();
        assert_eq!((texts, n_news), (vec!["kept", "added", "new"], 2));
    }

    #[test]
    fn a_comment_says_something_and_not_too_much() {
        assert!(check(" \n").is_err());
        assert!(check(&"x".repeat(MAX_TEXT + 1)).is_err());
        assert_eq!(check("x"), Ok(()));
    }
}
