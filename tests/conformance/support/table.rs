//! What came of asking, as a table for people.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use wire::{command::COMMANDS, event::EVENTS};

use crate::raw::Outcome;

/// What is known of every command and event.
pub(crate) struct Table {
    limits: BTreeMap<String, String>,
    answered: BTreeSet<String>,
    /// Code and sentence, numbers that only this recording has left out.
    refused: BTreeMap<String, BTreeSet<(i64, String)>>,
    told: BTreeSet<String>,
}

impl Table {
    /// `limits` has a line for each method with something to say of it: `Domain.name: sentence`.
    pub(crate) fn new(limits: &str) -> Self {
        let mut table = Self {
            limits: BTreeMap::new(),
            answered: BTreeSet::new(),
            refused: BTreeMap::new(),
            told: BTreeSet::new(),
        };
        for line in limits
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let (method, sentence) = line.split_once(": ").expect("a method and a sentence");
            let is_known = COMMANDS.iter().any(|command| command.method == method)
                || EVENTS.iter().any(|event| event.method == method);
            assert!(
                is_known,
                "limits.txt speaks of {method}, which the protocol does not have"
            );
            let before = table.limits.insert(method.to_owned(), sentence.to_owned());
            assert!(before.is_none(), "limits.txt speaks of {method} twice");
        }
        table
    }

    /// A command was asked.
    pub(crate) fn asked(&mut self, method: &str, outcome: &Outcome) {
        match outcome {
            Ok(_) => {
                self.answered.insert(method.to_owned());
            }
            Err((code, sentence)) => {
                let refusals = self.refused.entry(method.to_owned()).or_default();
                refusals.insert((*code, without_numbers(sentence)));
            }
        }
    }

    /// An event came.
    pub(crate) fn told(&mut self, method: &str) {
        self.told.insert(method.to_owned());
    }

    pub(crate) fn to_markdown(&self) -> String {
        let n_answered = COMMANDS
            .iter()
            .filter(|it| self.answered.contains(it.method))
            .count();
        let n_told = EVENTS.iter().filter(|it| self.told.contains(it.method)).count();
        let mut text = format!(
            "# What of the protocol is answered\n\n\
             Written by the conformance suite (`cargo xtask protocol-support`) from what `playhead serve --uploads` did when it\n\
             was asked every command of `@replayio/protocol` 0.103.0 about the recordings in `public/samples`; a test fails when\n\
             this file and the server differ. Only the limits are written by hand. A refusal is the protocol's numeric code and\n\
             the server's own sentence.\n\n\
             {n_answered} of {} commands are answered, and {n_told} of {} events were sent.\n",
            COMMANDS.len(),
            EVENTS.len(),
        );
        let mut domain = "";
        for command in COMMANDS {
            self.heading(&mut text, &mut domain, command.method, "command", "answer");
            let (_, name) = command.method.split_once('.').unwrap_or_default();
            let answer = match (
                self.answered.contains(command.method),
                self.refused.get(command.method),
            ) {
                (true, _) => "yes".to_owned(),
                (false, Some(refusals)) => {
                    let said: Vec<_> = refusals
                        .iter()
                        .map(|(code, sentence)| format!("no, {code}: {sentence}"))
                        .collect();
                    said.join("; ")
                }
                (false, None) => panic!("{} was never asked", command.method),
            };
            self.row(&mut text, command.method, name, &answer);
        }
        let mut domain = "";
        text.push_str("\n# Events\n");
        for event in EVENTS {
            self.heading(&mut text, &mut domain, event.method, "event", "sent");
            let (_, name) = event.method.split_once('.').unwrap_or_default();
            let was_sent = self.told.contains(event.method);
            self.row(
                &mut text,
                event.method,
                name,
                if was_sent { "yes" } else { "not here" },
            );
        }
        text
    }

    /// Events that were not sent, and of which `limits.txt` does not say why.
    pub(crate) fn unexplained(&self) -> Vec<&str> {
        let events = EVENTS.iter().map(|event| event.method);
        let is_known = |method: &&str| self.told.contains(*method) || self.limits.contains_key(*method);
        events.filter(|method| !is_known(method)).collect()
    }

    fn heading<'a>(&self, text: &mut String, domain: &mut &'a str, method: &'a str, what: &str, how: &str) {
        let (of, _) = method.split_once('.').unwrap_or_default();
        if of != *domain {
            *domain = of;
            let _ = write!(
                text,
                "\n## {of}\n\n| {what} | {how} | limits |\n| --- | --- | --- |\n"
            );
        }
    }

    fn row(&self, text: &mut String, method: &str, name: &str, answer: &str) {
        let limits = self.limits.get(method).map(String::as_str).unwrap_or_default();
        let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
        let _ = writeln!(text, "| `{name}` | {} | {} |", cell(answer), cell(limits));
    }
}

/// Ids and points of one recording would make the table differ at every recording.
fn without_numbers(sentence: &str) -> String {
    let words = sentence.split(' ').map(|word| {
        let is_id = word.bytes().filter(u8::is_ascii_digit).count() >= 5;
        if is_id { "…" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}
