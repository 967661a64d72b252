//! What the runtime in a Node program asks of the recorder: rewritten texts of modules, original texts of functions and
//! original positions of traces; and what it wants noted.

use std::io::{self, PipeReader, PipeWriter, Read, Write};

use recording::script::ScriptKind;
use serde::Deserialize;

use crate::{
    instrument::Goal, intercept::lock, levels::level_of, questions::Answers, scripts::Source, stack,
};

/// One side of a conversation.
pub(super) struct Conversation {
    /// What pages ask too; the document is the program.
    pub(super) answers: Answers,
}

/// A question, as JSON.
#[derive(Deserialize)]
#[serde(untagged)]
enum Question {
    /// The rewritten text of a module.
    Rewrite {
        rewrite: Format,
        url: String,
        text: String,
    },
    /// The rewritten text of code that comes as text: `eval` or `function`.
    Evaluate {
        evaluate: String,
        url: String,
        text: String,
    },
    /// The original text of a function or class.
    Original { original: String },
    /// The lines of a stack trace, to be put right.
    Trace { trace: String },
    /// Something that is not recorded.
    Warning { warning: String },
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    Commonjs,
    Module,
}

/// Texts of modules are the longest.
const MAX_QUESTION_BYTES: usize = 1 << 30;
/// The length that stands for no text.
const NO_TEXT: u32 = u32::MAX;

impl Conversation {
    /// Answers until the program has ended.
    pub(super) fn hold(&self, mut questions: PipeReader, mut answers: PipeWriter) {
        while let Some(question) = read(&mut questions) {
            let answer = serde_json::from_slice(&question)
                .ok()
                .and_then(|question| self.answer(question));
            if write(&mut answers, answer.as_deref()).is_err() {
                break;
            }
        }
    }

    fn answer(&self, question: Question) -> Option<String> {
        let question = match question {
            Question::Evaluate { evaluate, url, text } => {
                return self.answers.answer(&evaluate, &format!("{url}\n{text}"));
            }
            question => question,
        };
        let main_url = lock(&self.answers.document_url).clone();
        let mut scripts = lock(&self.answers.scripts);
        match question {
            Question::Evaluate { .. } => None,
            Question::Rewrite { rewrite, url, text } => {
                let level = level_of(&url, &main_url, &self.answers.levels);
                let goal = match rewrite {
                    Format::Module => Goal::Module,
                    Format::Commonjs => Goal::CommonJs,
                };
                Some(scripts.add(Source {
                    url: &url,
                    text: &text,
                    kind: ScriptKind::Module,
                    goal,
                    level,
                    document_line: 0,
                }))
            }
            Question::Original { original } => scripts.text_of_quote(&original),
            Question::Trace { trace } => Some(stack::original(&trace, &scripts)),
            Question::Warning { warning } => {
                scripts.warn(warning);
                None
            }
        }
    }
}

fn read(questions: &mut PipeReader) -> Option<Vec<u8>> {
    let mut length = [0; 4];
    questions.read_exact(&mut length).ok()?;
    let length = u32::from_ne_bytes(length) as usize;
    if length > MAX_QUESTION_BYTES {
        return None;
    }
    let mut question = vec![0; length];
    questions.read_exact(&mut question).ok()?;
    Some(question)
}

fn write(answers: &mut PipeWriter, answer: Option<&str>) -> io::Result<()> {
    let length = answer.map_or(Ok(NO_TEXT), |text| {
        u32::try_from(text.len()).map_err(io::Error::other)
    })?;
    answers.write_all(&length.to_ne_bytes())?;
    answers.write_all(answer.unwrap_or_default().as_bytes())
}
