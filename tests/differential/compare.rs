//! Lines up what V8 and we saw of a program, and counts what agrees.
//!
//! **Order.** Every site of ours has at most one place of V8's: the first one at or after it in the text, but
//! * of `for (… of …)` and `for (… in …)` the first one of the iterated expression, which V8 reaches first (its place at
//!   the loop's variable runs once per round);
//! * of `new Global(…)` the one at `Global`, which V8 looks up first, if it has one there;
//! * a class declaration has none (V8 makes the class without a stop; places within belong to its members), nor has a
//!   loop test that is a literal (V8 drops it).
//!
//! Two sites can share a place, where V8 has only one: `try`, `do`, `while` and labels share it with what runs first in
//! them. Steps of ours in one frame, one right after the other, at sites that share a place are one stop of V8's. Stops
//! of V8 at places that belong to no site are left out; the places must be of a kind named in [`Extra`], else the test
//! fails. What then remains must be the same sequence, to the last stop, each with the same number of frames.
//!
//! **Values.** At every stop of that sequence each variable V8 can name is compared with ours of that name: primitives
//! by type and value, arrays, Maps, Sets and plain objects one level deep. Before a variable's declaration has run we say
//! `uninitialized`; V8 shows `undefined`, or whatever an earlier round of the block left in its register. The first
//! counts as equal; the second as `stale`, if the declaration does follow in the text of a block around, within the
//! function. V8 enters the scope of a loop's head before its first expression is evaluated, where our step stands before
//! the loop: the head's names are not known to us yet (`not yet in scope`). Those are the one explained kind of missing value, and bounded like any other.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Display},
};

use crate::{
    ours::{self, Known},
    v8::{self, At, Contents, Value},
};

/// The explained kind of missing value: a name of a loop's head, at the step before the loop.
pub(crate) const NOT_YET_IN_SCOPE: &str = "not yet in scope";

/// Why V8 can stop at a place where we have no site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Extra {
    /// V8 marks it as a call or a return within a statement.
    CallOrReturn,
    /// A later declarator of `let a = 1, b = 2`.
    Declarator,
    /// The variable of `for (x of …)` or `for (x in …)`, once per round.
    ForEachVariable,
    /// A default of a parameter or pattern.
    Default,
    /// The initialiser of a class field.
    Field,
    /// A computed name of a class's member, evaluated as part of the class's declaration.
    MemberName,
    /// A directive such as `"use strict"`, which does nothing.
    Directive,
}

/// What was counted.
#[derive(Default)]
pub(crate) struct Outcome {
    /// Steps of ours.
    pub(crate) n_steps: usize,
    /// Stops in the common sequence.
    pub(crate) n_matched: usize,
    /// Variables compared, objects included.
    pub(crate) n_values: usize,
    /// Primitives and parts of objects within them.
    pub(crate) n_parts: usize,
    /// Values V8 shows of variables whose declaration is still to come.
    pub(crate) n_stale: usize,
    pub(crate) wrong: Vec<String>,
    pub(crate) missing: BTreeMap<&'static str, Vec<String>>,
    /// Places of V8 without a site of ours, by kind.
    pub(crate) extras: BTreeMap<Extra, BTreeSet<At>>,
    /// Where the sequences part, or a place is of no known kind.
    pub(crate) faults: Vec<String>,
}

/// A stop both made.
struct Common<'a> {
    /// The program.
    text: &'a str,
    v8: &'a v8::Stop,
    ours: &'a ours::Step,
}

/// Compares all there is.
pub(crate) fn compare(text: &str, v8: &v8::Seen, ours: &ours::Seen) -> Outcome {
    let lines: Vec<&str> = text.lines().collect();
    let mut places: Vec<At> = v8.places.iter().map(v8::Place::at).collect();
    places.sort_unstable();
    let place_of: BTreeMap<At, At> = ours
        .sites
        .iter()
        .filter_map(|&site| Some((site, place_of(&lines, &places, site)?)))
        .collect();
    let mut outcome = Outcome {
        n_steps: ours.steps.len(),
        ..Outcome::default()
    };
    explain_extras(&lines, v8, &place_of, &mut outcome);

    let shared: BTreeSet<At> = place_of.values().copied().collect();
    let theirs: Vec<&v8::Stop> = v8
        .stops
        .iter()
        .filter(|stop| shared.contains(&stop.at()))
        .collect();
    let mut own: Vec<(At, &ours::Step)> = Vec::new();
    for step in &ours.steps {
        let Some(&place) = place_of.get(&step.at) else {
            continue;
        };
        match own.last_mut() {
            Some((last_place, last))
                if *last_place == place && last.depth == step.depth && last.at < step.at =>
            {
                *last = step;
            }
            _ => own.push((place, step)),
        }
    }
    for (idx, stop) in theirs.iter().enumerate() {
        let Some((place, step)) = own.get(idx) else { break };
        if (*place, step.depth) != (stop.at(), stop.depth) {
            outcome.faults.push(format!(
                "stop {idx}: V8 is at {:?} in {} frames, we are at {:?} (its place {place:?}) in {} frames\n    V8: {}\n    we: {}",
                stop.at(), stop.depth, step.at, step.depth, line(&lines, stop.at()), line(&lines, step.at),
            ));
            return outcome;
        }
        outcome.n_matched += 1;
        compare_values(
            &Common {
                text,
                v8: stop,
                ours: step,
            },
            &mut outcome,
        );
    }
    if theirs.len() != own.len() {
        outcome
            .faults
            .push(format!("V8 makes {} stops, we make {}", theirs.len(), own.len()));
    }
    outcome
}

/// The place of V8 that belongs to a site of ours.
fn place_of(lines: &[&str], places: &[At], site: At) -> Option<At> {
    let code = line(lines, site);
    if code.starts_with("class ") || ["true", "false"].iter().any(|literal| is_word(code, literal)) {
        return None;
    }
    let from = for_each_expression(code).map_or(site, |offset| (site.0, site.1 + offset as u32));
    let first = *places.get(places.partition_point(|&place| place < from))?;
    let constructor = (first.0, first.1 + "new ".len() as u32);
    let is_new = line(lines, first).starts_with("new ") && places.binary_search(&constructor).is_ok();
    Some(if is_new { constructor } else { first })
}

/// Offset of the iterated expression, if the code is a loop over one, labelled or not.
fn for_each_expression(code: &str) -> Option<usize> {
    let at = code
        .find("for ")
        .filter(|&at| at == 0 || code[..at].trim_end().ends_with(':'))?;
    let head = code[at..].split(';').next()?;
    [" of ", " in "]
        .iter()
        .find_map(|word| Some(at + head.find(word)? + word.len()))
}

fn is_word(code: &str, word: &str) -> bool {
    code.strip_prefix(word)
        .is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
}

/// The rest of the line from a position on. The programs are ASCII up to every site.
fn line<'a>(lines: &[&'a str], (line, column): At) -> &'a str {
    lines
        .get(line as usize - 1)
        .and_then(|text| text.get(column as usize..))
        .unwrap_or_default()
}

fn explain_extras(lines: &[&str], v8: &v8::Seen, place_of: &BTreeMap<At, At>, outcome: &mut Outcome) {
    let shared: BTreeSet<At> = place_of.values().copied().collect();
    for place in v8.places.iter().filter(|place| !shared.contains(&place.at())) {
        match extra(lines, place) {
            Some(kind) => {
                outcome.extras.entry(kind).or_default().insert(place.at());
            }
            None => outcome.faults.push(format!(
                "V8 can stop at {:?}, which belongs to no site of ours: {}",
                place.at(),
                lines.get(place.at().0 as usize - 1).unwrap_or(&"")
            )),
        }
    }
}

/// Why V8 can stop there and we cannot.
fn extra(lines: &[&str], place: &v8::Place) -> Option<Extra> {
    if place.kind != "statement" {
        return Some(Extra::CallOrReturn);
    }
    let (line_number, column) = place.at();
    let whole = lines.get(line_number as usize - 1)?;
    let (before, after) = whole.split_at_checked(column as usize)?;
    let trimmed = before.trim_end();
    let code = before.trim_start();
    if code.is_empty() && after.starts_with('"') {
        return Some(Extra::Directive);
    }
    if code.trim_start_matches(['*', ' ']).starts_with('[') && after.contains("](") {
        return Some(Extra::MemberName);
    }
    if code.starts_with("for (")
        && (after.contains(" of ") || after.contains(" in "))
        && !trimmed.ends_with(')')
    {
        return Some(Extra::ForEachVariable);
    }
    if !trimmed.ends_with('=') {
        return None;
    }
    let is_declaration = ["let ", "const ", "var "]
        .iter()
        .any(|word| code.starts_with(word));
    if is_declaration && trimmed.contains(',') && !trimmed.contains('{') {
        return Some(Extra::Declarator);
    }
    if is_declaration || code.starts_with("function") || code.contains('(') {
        return Some(Extra::Default);
    }
    Some(Extra::Field)
}

fn compare_values(common: &Common<'_>, outcome: &mut Outcome) {
    let mut seen = BTreeSet::new();
    for (_, variables) in &common.v8.scopes {
        for (name, value) in variables {
            if seen.insert(name) {
                compare_value(common, name, value, outcome);
            }
        }
    }
}

fn compare_value(common: &Common<'_>, name: &str, value: &Value, outcome: &mut Outcome) {
    let is_undefined = *value == Value::Primitive("undefined:undefined".to_owned());
    outcome.n_values += 1;
    let mut miss = |kind| {
        outcome
            .missing
            .entry(kind)
            .or_default()
            .push(format!("{:?} {name} = {value}", common.ours.at))
    };
    let ours = match common.ours.variables.get(name) {
        None if is_loop_over(common, name) => return miss(NOT_YET_IN_SCOPE),
        None => return miss("unknown name"),
        Some(Known::Unavailable) => return miss("unavailable"),
        Some(Known::Uninitialized) if is_undefined => return,
        Some(Known::Uninitialized) if is_declared_after(common.text, common.ours.at, name) => {
            outcome.n_stale += 1;
            return;
        }
        Some(Known::Uninitialized) => &Value::Primitive("uninitialized".to_owned()),
        Some(Known::Value(ours)) => ours,
    };
    let is_same = match (value, ours) {
        (Value::Primitive(value), Value::Primitive(ours)) => {
            outcome.n_parts += 1;
            value == ours
        }
        (Value::Object(value), Value::Object(ours)) => {
            outcome.n_parts += value.n_parts();
            value.is_within(ours)
        }
        _ => false,
    };
    if !is_same {
        outcome.wrong.push(format!(
            "{:?} {name}: V8 has {value}, we have {ours}",
            common.ours.at
        ));
    }
}

/// Whether we stand before a loop whose head declares the name.
fn is_loop_over(common: &Common<'_>, name: &str) -> bool {
    let lines: Vec<&str> = common.text.lines().collect();
    let head = line(&lines, common.ours.at);
    let parts = head
        .split_once("for (")
        .or_else(|| head.split_once("for await ("));
    parts.is_some_and(|(label, head)| {
        (label.is_empty() || label.trim_end().ends_with(':')) && declares(head, name)
    })
}

/// Whether a name is declared at or after a position in one of the blocks around it, up to its function's.
fn is_declared_after(text: &str, at: At, name: &str) -> bool {
    let skipped: usize = text
        .split_inclusive('\n')
        .take(at.0 as usize - 1)
        .map(str::len)
        .sum();
    let position = skipped + at.1 as usize;
    let blocks = blocks(text);
    let mut around: Vec<&Block> = blocks
        .iter()
        .filter(|block| block.begin < position && position < block.end)
        .collect();
    around.sort_by_key(|block| block.end);
    let innermost_function = around
        .iter()
        .position(|block| block.is_function)
        .unwrap_or(around.len());
    let whole = Block {
        begin: 0,
        end: text.len(),
        is_function: true,
    };
    around
        .iter()
        .copied()
        .chain([&whole])
        .take(innermost_function + 1)
        .any(|block| {
            let inner: Vec<&Block> = blocks
                .iter()
                .filter(|inner| block.begin < inner.begin && inner.end < block.end)
                .collect();
            (position..block.end)
                .filter(|&at| text.is_char_boundary(at) && declares(&text[at..], name))
                .any(|at| {
                    !inner
                        .iter()
                        .any(|inner| inner.begin < at && at < inner.end && position < inner.begin)
                })
        })
}

/// What stands between a pair of braces, as byte offsets of the braces.
struct Block {
    begin: usize,
    end: usize,
    /// Whether it is the body of a function.
    is_function: bool,
}

/// Every pair of braces of a program; strings and comments are passed over.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Vec<(usize, bool)> = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        let rest = &text[at..];
        at += match next {
            '"' | '\'' | '`' => 2 + rest[1..].find(next).unwrap_or(rest.len() - 2),
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '{' => {
                open.push((
                    at,
                    is_function_head(text[..at].lines().last().unwrap_or_default()),
                ));
                1
            }
            '}' => {
                blocks.extend(open.pop().map(|(begin, is_function)| Block {
                    begin,
                    end: at,
                    is_function,
                }));
                1
            }
            _ => next.len_utf8(),
        };
    }
    blocks
}

/// Whether what stands before a brace on its line is the head of a function.
fn is_function_head(before: &str) -> bool {
    let before = before.trim();
    let word = before.trim_start_matches(['}', ' ']);
    let is_control = ["if", "for", "while", "switch", "catch", "else", "do"]
        .iter()
        .any(|control| is_word(word, control));
    before.ends_with("=>") || (before.ends_with(')') && !is_control && !before.contains(": for "))
}

/// Whether the text begins with a declaration of a name, alone or in a pattern.
fn declares(text: &str, name: &str) -> bool {
    let Some(pattern) = ["let ", "const ", "class "]
        .iter()
        .find_map(|word| text.strip_prefix(word))
    else {
        return false;
    };
    // A pattern ends before the ` =` of its value; defaults within it are no obstacle to finding the name.
    let pattern = pattern.split(" = ").next().unwrap_or_default();
    let pattern = pattern.lines().next().unwrap_or_default();
    pattern
        .split(|part: char| !part.is_alphanumeric() && part != '_')
        .any(|word| word == name)
}

impl Contents {
    fn n_parts(&self) -> usize {
        self.array.as_ref().map_or(0, Vec::len)
            + self.map.as_ref().map_or(0, |entries| entries.len() * 2)
            + self.set.as_ref().map_or(0, Vec::len)
            + self.object.as_ref().map_or(0, BTreeMap::len)
    }

    /// Whether ours says the same, and perhaps more (private fields, which V8 does not list).
    fn is_within(&self, ours: &Self) -> bool {
        let object = match (&self.object, &ours.object) {
            (Some(theirs), Some(ours)) => {
                theirs.iter().all(|(name, value)| ours.get(name) == Some(value))
                    && ours
                        .keys()
                        .all(|name| name.starts_with('#') || theirs.contains_key(name))
            }
            (None, _) => true,
            (Some(_), None) => false,
        };
        let is_same = |theirs: bool, same: bool| !theirs || same;
        object
            && is_same(self.array.is_some(), self.array == ours.array)
            && is_same(self.map.is_some(), self.map == ours.map)
            && is_same(self.set.is_some(), self.set == ours.set)
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Primitive(text) => f.write_str(text),
            Self::Object(contents) => {
                let parts = [
                    contents.array.as_ref().map(|array| format!("array {array:?}")),
                    contents.map.as_ref().map(|map| format!("Map {map:?}")),
                    contents.set.as_ref().map(|set| format!("Set {set:?}")),
                    contents
                        .object
                        .as_ref()
                        .map(|object| format!("object {object:?}")),
                ];
                f.write_str(
                    &parts
                        .into_iter()
                        .flatten()
                        .next()
                        .unwrap_or_else(|| "an object".to_owned()),
                )
            }
        }
    }
}
