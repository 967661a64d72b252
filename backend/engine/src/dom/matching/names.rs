//! The words that selectors consist of, and which pseudo-classes and pseudo-elements there are.

use std::fmt;

use cssparser::{CowRcStr, ParseError, Parser as CssParser, SourceLocation, ToCss, serialize_identifier};
use precomputed_hash::PrecomputedHash;
use selectors::parser::{self, SelectorParseErrorKind};

use super::Kinds;

/// A name or value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Name(Box<str>);

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl ToCss for Name {
    fn to_css<W: fmt::Write>(&self, target: &mut W) -> fmt::Result {
        serialize_identifier(&self.0, target)
    }
}

impl PrecomputedHash for Name {
    /// FNV-1a: hashes only sort out what cannot match.
    fn precomputed_hash(&self) -> u32 {
        self.0.bytes().fold(0x811c_9dc5, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        })
    }
}

/// A pseudo-class that the structure of the tree does not decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PseudoClass {
    AnyLink,
    Checked,
    Disabled,
    Enabled,
    Required,
    Optional,
    ReadWrite,
    ReadOnly,
    Defined,
    Open,
    Language(Vec<Box<str>>),
    /// One that the recording cannot decide.
    Unrecorded(Box<str>),
}

/// States of the live page.
const UNRECORDED: [&str; 34] = [
    "active",
    "autofill",
    "blank",
    "buffering",
    "current",
    "default",
    "focus",
    "focus-visible",
    "focus-within",
    "fullscreen",
    "future",
    "has-slotted",
    "hover",
    "in-range",
    "indeterminate",
    "invalid",
    "local-link",
    "modal",
    "muted",
    "out-of-range",
    "past",
    "paused",
    "picture-in-picture",
    "placeholder-shown",
    "playing",
    "popover-open",
    "seeking",
    "stalled",
    "target",
    "user-invalid",
    "user-valid",
    "valid",
    "visited",
    "window-inactive",
];

impl ToCss for PseudoClass {
    fn to_css<W: fmt::Write>(&self, target: &mut W) -> fmt::Result {
        let name = match self {
            Self::AnyLink => "any-link",
            Self::Checked => "checked",
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::Required => "required",
            Self::Optional => "optional",
            Self::ReadWrite => "read-write",
            Self::ReadOnly => "read-only",
            Self::Defined => "defined",
            Self::Open => "open",
            Self::Language(languages) => return write!(target, ":lang({})", languages.join(", ")),
            Self::Unrecorded(name) => name,
        };
        write!(target, ":{name}")
    }
}

impl parser::NonTSPseudoClass for PseudoClass {
    type Impl = Kinds;

    fn is_active_or_hover(&self) -> bool {
        matches!(self, Self::Unrecorded(name) if matches!(&**name, "active" | "hover"))
    }

    fn is_user_action_state(&self) -> bool {
        matches!(self, Self::Unrecorded(name) if matches!(&**name, "active" | "hover" | "focus"))
    }
}

/// A pseudo-element, with its arguments if it has any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PseudoElement(Box<str>);

impl ToCss for PseudoElement {
    fn to_css<W: fmt::Write>(&self, target: &mut W) -> fmt::Result {
        write!(target, "::{}", self.0)
    }
}

impl parser::PseudoElement for PseudoElement {
    type Impl = Kinds;

    fn accepts_state_pseudo_classes(&self) -> bool {
        true
    }

    fn valid_after_slotted(&self) -> bool {
        true
    }

    fn is_before_or_after(&self) -> bool {
        matches!(&*self.0, "before" | "after")
    }
}

/// Reads selectors as browsers do.
pub(super) struct Grammar;

type Error<'i> = ParseError<'i, SelectorParseErrorKind<'i>>;

impl<'i> parser::Parser<'i> for Grammar {
    type Impl = Kinds;
    type Error = SelectorParseErrorKind<'i>;

    fn parse_slotted(&self) -> bool {
        true
    }

    fn parse_part(&self) -> bool {
        true
    }

    fn parse_nth_child_of(&self) -> bool {
        true
    }

    fn parse_is_and_where(&self) -> bool {
        true
    }

    fn is_is_alias(&self, name: &str) -> bool {
        ["-webkit-any", "matches"]
            .iter()
            .any(|alias| name.eq_ignore_ascii_case(alias))
    }

    fn parse_has(&self) -> bool {
        true
    }

    fn parse_host(&self) -> bool {
        true
    }

    fn parse_non_ts_pseudo_class(
        &self,
        location: SourceLocation,
        name: CowRcStr<'i>,
    ) -> Result<PseudoClass, Error<'i>> {
        let lower = name.to_ascii_lowercase();
        Ok(match &*lower {
            "link" | "any-link" | "-webkit-any-link" => PseudoClass::AnyLink,
            "checked" => PseudoClass::Checked,
            "disabled" => PseudoClass::Disabled,
            "enabled" => PseudoClass::Enabled,
            "required" => PseudoClass::Required,
            "optional" => PseudoClass::Optional,
            "read-write" => PseudoClass::ReadWrite,
            "read-only" => PseudoClass::ReadOnly,
            "defined" => PseudoClass::Defined,
            "open" => PseudoClass::Open,
            known if UNRECORDED.contains(&known) || known.starts_with('-') => {
                PseudoClass::Unrecorded(known.into())
            }
            // Parts of a scroll bar have states of their own.
            "horizontal" | "vertical" | "increment" | "decrement" | "start" | "end" | "double-button"
            | "single-button" | "no-button" | "corner-present" => PseudoClass::Unrecorded((&*lower).into()),
            _ => {
                return Err(
                    location.new_custom_error(SelectorParseErrorKind::UnsupportedPseudoClassOrElement(name))
                );
            }
        })
    }

    fn parse_non_ts_functional_pseudo_class<'t>(
        &self,
        name: CowRcStr<'i>,
        arguments: &mut CssParser<'i, 't>,
        _: bool,
    ) -> Result<PseudoClass, Error<'i>> {
        let lower = name.to_ascii_lowercase();
        match &*lower {
            "lang" => {
                let languages = arguments.parse_comma_separated(|language| {
                    Ok::<_, Error<'i>>(Box::<str>::from(&**language.expect_ident_or_string()?))
                })?;
                Ok(PseudoClass::Language(languages))
            }
            "dir" | "state" | "active-view-transition-type" => {
                let text = text_of(arguments);
                Ok(PseudoClass::Unrecorded(format!("{lower}({text})").into()))
            }
            _ => {
                Err(arguments.new_custom_error(SelectorParseErrorKind::UnsupportedPseudoClassOrElement(name)))
            }
        }
    }

    fn parse_pseudo_element(
        &self,
        _: SourceLocation,
        name: CowRcStr<'i>,
    ) -> Result<PseudoElement, Error<'i>> {
        Ok(PseudoElement(name.to_ascii_lowercase().into()))
    }

    fn parse_functional_pseudo_element<'t>(
        &self,
        name: CowRcStr<'i>,
        arguments: &mut CssParser<'i, 't>,
    ) -> Result<PseudoElement, Error<'i>> {
        let text = text_of(arguments);
        Ok(PseudoElement(
            format!("{}({text})", name.to_ascii_lowercase()).into(),
        ))
    }
}

/// Reads to the end, as text.
fn text_of(arguments: &mut CssParser<'_, '_>) -> String {
    let start = arguments.position();
    while arguments.next().is_ok() {}
    arguments.slice_from(start).trim().to_owned()
}
