//! Print statements, breakpoints and watches as plain values: how they are kept, what is evaluated for them, which hits are
//! evaluated next, and how the hits stand around a moment.

use serde::{Deserialize, Serialize};
use wire::{
    debugger::Location,
    ids::SourceId,
    pause::{PauseData, Value},
    point::ExecutionPoint,
};

use super::console::Row;

/// What a point does where it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PointKind {
    /// Prints to the console, at every hit.
    #[default]
    Print,
    /// Stops what runs forward and backward.
    Break,
}

/// A print statement or a breakpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Point {
    /// A number of its own, in this recording.
    pub id: u32,
    /// What it does.
    pub kind: PointKind,
    /// The source it stands in.
    pub source_id: String,
    /// Its line, from 1.
    pub line: u32,
    /// Its column, from 0.
    pub column: u32,
    /// What is printed: expressions with commas between them.
    pub content: String,
    /// What must be truthy; empty for always.
    pub condition: String,
    /// The sign in front of what it prints; empty for none.
    pub badge: String,
    /// Whether it is in force.
    pub is_enabled: bool,
}

impl Point {
    /// Where it stands.
    pub fn location(&self) -> Location {
        Location {
            source_id: SourceId::from(self.source_id.clone()),
            line: self.line,
            column: self.column,
        }
    }

    /// What is evaluated at each hit: an array of what is to be printed, or `undefined` where the condition does not hold.
    /// JavaScript itself decides what is truthy.
    pub fn expression(&self) -> String {
        // Lines of their own, because either may end with a comment.
        let values = format!("[{}\n]", self.content);
        match self.condition.trim() {
            "" => values,
            condition => format!("({condition}\n) ? {values} : undefined"),
        }
    }

    /// What it prints at every hit, if that can be told without evaluating anything.
    pub fn constants(&self) -> Option<Vec<Value>> {
        if !self.condition.trim().is_empty() {
            return None;
        }
        let values: Vec<serde_json::Value> = serde_json::from_str(&format!("[{}]", self.content)).ok()?;
        let constant = |value| match value {
            serde_json::Value::Null => Some(Value::Null),
            serde_json::Value::Bool(value) => Some(Value::Bool(value)),
            serde_json::Value::Number(value) => value.as_f64().map(Value::Number),
            serde_json::Value::String(text) => Some(Value::String(text)),
            _ => None,
        };
        values.into_iter().map(constant).collect()
    }
}

/// Signs to choose from, with what they are called.
pub const BADGES: &[(&str, &str)] = &[
    ("", "No badge"),
    ("●", "Circle"),
    ("▲", "Triangle"),
    ("■", "Square"),
    ("◆", "Diamond"),
    ("★", "Star"),
    ("♥", "Heart"),
];

/// How an evaluation at a hit ended.
#[derive(Clone, Debug, Default)]
pub enum Outcome {
    /// It has not been evaluated.
    #[default]
    Unknown,
    /// The condition did not hold.
    Passed,
    /// This is printed.
    Printed(Box<Row>),
}

/// A time that the place of a point ran.
#[derive(Clone, Debug)]
pub struct Hit {
    /// Where in the execution.
    pub point: ExecutionPoint,
    /// When, in ms.
    pub time_ms: f64,
    /// What was printed.
    pub outcome: Outcome,
}

impl Hit {
    /// Whether it is one that counts: the condition held.
    pub fn is_printed(&self) -> bool {
        matches!(self.outcome, Outcome::Printed(_))
    }
}

/// How the hits that were printed stand around a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How many lie at or before it.
    pub n_until: usize,
    /// How many there are.
    pub n_printed: usize,
    /// How many hits have not been evaluated.
    pub n_unknown: usize,
    /// The index, among all hits, of the last printed one before it.
    pub previous: Option<usize>,
    /// The index of the first printed one after it.
    pub next: Option<usize>,
}

/// Where we stand among hits, which are in the order of the execution. Without a point the time decides.
pub fn standing(hits: &[Hit], now: Option<&ExecutionPoint>, now_ms: f64) -> Standing {
    let mut standing = Standing::default();
    for (index, hit) in hits.iter().enumerate() {
        match hit.outcome {
            Outcome::Unknown => standing.n_unknown += 1,
            Outcome::Passed => {}
            Outcome::Printed(_) => {
                standing.n_printed += 1;
                let order = match now {
                    Some(now) => hit.point.cmp(now),
                    None => hit.time_ms.total_cmp(&now_ms),
                };
                if order.is_le() {
                    standing.n_until += 1;
                }
                match order {
                    std::cmp::Ordering::Less => standing.previous = Some(index),
                    std::cmp::Ordering::Greater if standing.next.is_none() => standing.next = Some(index),
                    _ => {}
                }
            }
        }
    }
    standing
}

/// The hits to evaluate next: the `n` unknown ones nearest to a moment, in the order of the execution.
pub fn next_unknown(hits: &[Hit], now: Option<&ExecutionPoint>, n: usize) -> Vec<usize> {
    let is_unknown = |index: &usize| {
        hits.get(*index)
            .is_some_and(|hit| matches!(hit.outcome, Outcome::Unknown))
    };
    let at = now.map_or(0, |now| hits.partition_point(|hit| hit.point < *now));
    let mut after = (at..hits.len()).filter(is_unknown);
    let mut before = (0..at).rev().filter(is_unknown);
    let mut chosen = Vec::new();
    while chosen.len() < n {
        let pair = [after.next(), before.next()];
        if pair == [None, None] {
            break;
        }
        chosen.extend(pair.into_iter().flatten());
    }
    chosen.truncate(n);
    chosen.sort_unstable();
    chosen
}

/// The elements of an array that an evaluation returned, from what came with it.
pub fn elements(returned: &Value, data: &PauseData) -> Option<Vec<Value>> {
    let id = returned.as_object()?;
    let object = data.objects.iter().find(|object| object.object_id == *id)?;
    let properties = object.preview.as_ref()?.properties.as_ref()?;
    let mut elements: Vec<(usize, Value)> = properties
        .iter()
        .filter_map(|property| Some((property.name.parse().ok()?, property.value.clone())))
        .collect();
    elements.sort_by_key(|(index, _)| *index);
    Some(elements.into_iter().map(|(_, value)| value).collect())
}

/// Times as the path of a strip that is 1000 wide and 10 high: a stroke for each, of those that fall together one.
pub fn strip(times_ms: impl Iterator<Item = f64>, duration_ms: f64) -> String {
    use std::fmt::Write;
    let mut path = String::new();
    let mut last = None;
    for time_ms in times_ms {
        let x = (time_ms / duration_ms.max(1.0) * 500.0).clamp(0.0, 499.0).floor() * 2.0;
        if last != Some(x) {
            // Writing to a string does not fail.
            write!(path, "M{x} 0h2v10h-2z").ok();
            last = Some(x);
        }
    }
    path
}

/// What is kept of a recording's points.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// Print statements and breakpoints.
    pub points: Vec<Point>,
    /// Expressions that are watched.
    pub watches: Vec<String>,
}

/// More points or watches than this are not kept.
pub const MAX_KEPT: usize = 200;
/// A longer expression is not kept.
const MAX_LEN: usize = 10_000;

impl Kept {
    /// Reads what was kept; anything unreadable counts as nothing.
    pub fn read(text: &str) -> Self {
        let mut kept: Self = serde_json::from_str(text).unwrap_or_default();
        kept.points.truncate(MAX_KEPT);
        kept.watches.truncate(MAX_KEPT);
        let is_sound = |point: &Point| {
            point.line > 0 && point.content.len() <= MAX_LEN && point.condition.len() <= MAX_LEN
        };
        kept.points.retain(is_sound);
        // Numbers are given anew, so that no two are the same whatever was kept.
        for (id, point) in (0..).zip(&mut kept.points) {
            point.id = id;
        }
        kept
    }

    /// Writes what is to be kept.
    pub fn write(&self) -> String {
        // Strings and numbers always have a form in JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(content: &str, condition: &str) -> Point {
        Point {
            line: 3,
            content: content.to_owned(),
            condition: condition.to_owned(),
            ..Point::default()
        }
    }

    fn at(number: u32) -> ExecutionPoint {
        serde_json::from_str(&format!("\"{number}\"")).unwrap_or_default()
    }

    fn hits(outcomes: &str) -> Vec<Hit> {
        let hit = |(index, outcome): (u32, char)| Hit {
            point: at(index * 10),
            time_ms: f64::from(index * 10),
            outcome: match outcome {
                'p' => Outcome::Printed(Box::default()),
                '-' => Outcome::Passed,
                _ => Outcome::Unknown,
            },
        };
        (0..).zip(outcomes.chars()).map(hit).collect()
    }

    #[test]
    fn comments_and_conditions_leave_the_expression_whole() {
        assert_eq!(point("a, b // why", "").expression(), "[a, b // why\n]");
        assert_eq!(
            point("a", " b // c").expression(),
            "(b // c\n) ? [a\n] : undefined"
        );
    }

    #[test]
    fn only_what_needs_no_evaluation_is_constant() {
        assert_eq!(
            point("\"hit\", 2", "").constants(),
            Some(vec![Value::String("hit".to_owned()), Value::Number(2.0)])
        );
        assert_eq!(point("\"hit\"", "x").constants(), None);
        assert_eq!(point("total", "").constants(), None);
        assert_eq!(point("[1]", "").constants(), None);
    }

    #[test]
    fn printed_hits_stand_around_the_moment() {
        let expected = Standing {
            n_until: 2,
            n_printed: 3,
            n_unknown: 1,
            previous: Some(0),
            next: Some(4),
        };
        assert_eq!(standing(&hits("p-p?p"), Some(&at(20)), 20.0), expected);
        assert_eq!(standing(&hits("p-p?p"), None, 20.0), expected);
    }

    #[test]
    fn hits_near_the_moment_are_evaluated_first() {
        assert_eq!(next_unknown(&hits("??p???"), Some(&at(20)), 3), vec![1, 3, 4]);
        assert_eq!(next_unknown(&hits("????"), None, 2), vec![0, 1]);
        assert_eq!(next_unknown(&hits("p-"), None, 5), Vec::<usize>::new());
    }

    #[test]
    fn a_strip_has_one_stroke_for_times_that_fall_together() {
        assert_eq!(
            strip([0.0, 0.1, 50.0].into_iter(), 100.0),
            "M0 0h2v10h-2zM500 0h2v10h-2z"
        );
        assert_eq!(strip([9.0].into_iter(), 0.0), "M998 0h2v10h-2z");
    }

    #[test]
    fn what_was_kept_is_read_whatever_it_is() {
        let kept = Kept {
            points: vec![point("a", "b")],
            watches: vec!["c".to_owned()],
        };
        assert_eq!(Kept::read(&kept.write()), kept);
        assert_eq!(Kept::read("nonsense"), Kept::default());
        let twice = r#"{"points":[{"id":7,"line":1},{"id":7,"line":2},{"id":1,"line":0}],"later":1}"#;
        let ids: Vec<u32> = Kept::read(twice).points.iter().map(|point| point.id).collect();
        assert_eq!(ids, [0, 1]);
    }
}
