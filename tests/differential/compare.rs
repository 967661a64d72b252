//! Lines up what V8 and we saw of a program, and counts what agrees.
//!
//! **Order.** Every site of ours has at most one place of V8's: the one at the position V8 gives to what stands there
//! (`text.rs` knows), or else the first one after it. Of `new Global(…)` it is the one at `Global`, which V8 looks up first.
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
//!
//! Of the functions around the one that runs, V8 knows only variables that an inner function uses. Where it forgot one and a
//! scope further out has one of that name, it shows that: such a name is `shadowed`, and nothing is compared.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Display},
};

use crate::{
    facts::Extra,
    ours::{self, Known},
    text::Text,
    v8::{self, At, Contents, PlaceKind, Value},
};

/// The explained kind of missing value: a name of a loop's head, at the step before the loop.
pub(crate) const NOT_YET_IN_SCOPE: &str = "not yet in scope";

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
    /// Names for which V8 shows an outer variable: it has forgotten the one that is meant.
    pub(crate) n_shadowed: usize,
    pub(crate) wrong: Vec<String>,
    pub(crate) missing: BTreeMap<&'static str, Vec<String>>,
    /// Places of V8 without a site of ours, by kind.
    pub(crate) extras: BTreeMap<Extra, BTreeSet<At>>,
    /// Where the sequences part, or a place is of no known kind.
    pub(crate) faults: Vec<String>,
}

/// A stop both made.
struct Common<'a> {
    text: &'a Text,
    v8: &'a v8::Stop,
    ours: &'a ours::Step,
}

/// Compares all there is.
pub(crate) fn compare(text: &Text, v8: &v8::Seen, ours: &ours::Seen) -> Outcome {
    let places: BTreeMap<At, PlaceKind> = v8.places.iter().map(|place| (place.at(), place.kind)).collect();
    let stops = v8.stops.iter().enumerate().rev();
    let first_stops: BTreeMap<At, usize> = stops.map(|(idx, stop)| (stop.at(), idx)).collect();
    // `return;f()`: where V8 returns from and where the next statement begins is one place, and V8 stops for the first.
    let taken: BTreeSet<At> = v8
        .stops
        .iter()
        .filter(|stop| stop.is_return && places.get(&stop.at()) != Some(&PlaceKind::Return))
        .map(v8::Stop::at)
        .collect();
    let place_of: BTreeMap<At, At> = ours
        .sites
        .iter()
        .filter_map(|&site| Some((site, text.place_of(&places, &first_stops, site)?)))
        .filter(|(_, place)| !taken.contains(place))
        .collect();
    let mut outcome = Outcome {
        n_steps: ours.steps.len(),
        ..Outcome::default()
    };
    explain_extras(text, v8, &place_of, &taken, &mut outcome);

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
                stop.at(), stop.depth, step.at, step.depth, text.rest(stop.at()), text.rest(step.at),
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

fn explain_extras(
    text: &Text,
    v8: &v8::Seen,
    place_of: &BTreeMap<At, At>,
    taken: &BTreeSet<At>,
    outcome: &mut Outcome,
) {
    let shared: BTreeSet<At> = place_of.values().copied().collect();
    for place in v8.places.iter().filter(|place| !shared.contains(&place.at())) {
        let extra = match place.kind {
            PlaceKind::Statement if !taken.contains(&place.at()) => text.extra(place.at()),
            _ => Some(Extra::CallOrReturn),
        };
        match extra {
            Some(kind) => {
                outcome.extras.entry(kind).or_default().insert(place.at());
            }
            None => outcome.faults.push(format!(
                "V8 can stop at {:?}, which belongs to no site of ours: {}",
                place.at(),
                text.rest(place.at())
            )),
        }
    }
}

fn compare_values(common: &Common<'_>, outcome: &mut Outcome) {
    let mut seen = BTreeSet::new();
    for (_, variables, begin) in &common.v8.scopes {
        for (name, value) in variables {
            if !seen.insert(name) {
                continue;
            }
            if common.text.is_shadowed(common.ours.at, name, *begin) {
                outcome.n_shadowed += 1;
            } else {
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
    if is_undefined && common.text.is_loop_over(common.ours.at, name) {
        return miss(NOT_YET_IN_SCOPE);
    }
    let ours = match common.ours.variables.get(name) {
        None if common.text.is_loop_over(common.ours.at, name) => return miss(NOT_YET_IN_SCOPE),
        None => return miss("unknown name"),
        Some(Known::Unavailable) => return miss("unavailable"),
        Some(Known::Uninitialized) if is_undefined => return,
        Some(Known::Uninitialized) if common.text.is_declared_after(common.ours.at, name) => {
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
