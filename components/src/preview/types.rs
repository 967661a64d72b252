//! A piece of a preview.

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Words of a person, such as a message's text.
    #[default]
    Plain,
    /// A string.
    String,
    /// A number or a big integer.
    Number,
    /// `true`, `null`, `undefined` and other words of the language.
    Keyword,
    /// A symbol or a date.
    Literal,
    /// A function.
    Function,
    /// The class of an object.
    Class,
    /// The name of a property.
    Key,
    /// Braces, commas, what is left out.
    Faint,
    /// An error.
    Error,
}

impl Tone {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Plain => "ph-preview",
            Self::String => "ph-preview ph-preview--string",
            Self::Number => "ph-preview ph-preview--number",
            Self::Keyword => "ph-preview ph-preview--keyword",
            Self::Literal => "ph-preview ph-preview--literal",
            Self::Function => "ph-preview ph-preview--function",
            Self::Class => "ph-preview ph-preview--class",
            Self::Key => "ph-preview ph-preview--key",
            Self::Faint => "ph-preview ph-preview--faint",
            Self::Error => "ph-preview ph-preview--error",
        }
    }
}

/// A piece of text and what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// The text.
    pub text: String,
    /// What it is.
    pub tone: Tone,
}

impl Token {
    /// A piece of text of a kind.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            tone,
        }
    }
}
