//! What the kinds of tracks are called, where their things are drawn, and which of them can be walked.

use super::{Content, EventTrack, TrackKind};
use crate::canvas::Ink;

impl TrackKind {
    /// What things of this kind are called: `Clicks`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Activity => "Activity",
            Self::Paint => "Paints",
            Self::Movement => "Mouse moves",
            Self::Click => "Clicks",
            Self::Key => "Keys",
            Self::Navigation => "Pages",
            Self::Request => "Requests",
            Self::Warning => "Warnings",
            Self::Error => "Errors",
            Self::Exception => "Exceptions",
            Self::Print => "Print statements",
            Self::Breakpoint => "Breakpoints",
            Self::Watch => "Watched changes",
            Self::Comment => "Comments",
        }
    }

    /// A name that is kept over versions: `click`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Paint => "paint",
            Self::Movement => "movement",
            Self::Click => "click",
            Self::Key => "key",
            Self::Navigation => "navigation",
            Self::Request => "request",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Exception => "exception",
            Self::Print => "print",
            Self::Breakpoint => "breakpoint",
            Self::Watch => "watch",
            Self::Comment => "comment",
        }
    }

    /// Whether its things are marks that can be gone to one after the other. Movements and activity are only seen as an
    /// amount; paints have keys of their own.
    pub fn is_walked(self) -> bool {
        !matches!(self, Self::Activity | Self::Movement | Self::Paint)
    }

    pub(super) fn lane(self) -> LaneKind {
        match self {
            Self::Click | Self::Key | Self::Navigation | Self::Movement => LaneKind::Person,
            Self::Warning | Self::Error | Self::Exception => LaneKind::Troubles,
            Self::Print | Self::Breakpoint | Self::Watch | Self::Comment => LaneKind::Points,
            Self::Request => LaneKind::Requests,
            Self::Activity | Self::Paint => LaneKind::Activity,
        }
    }

    pub(super) fn ink(self) -> Ink {
        match self {
            Self::Activity => Ink::Activity,
            Self::Paint => Ink::Paint,
            Self::Movement => Ink::Movement,
            Self::Click => Ink::Click,
            Self::Key => Ink::Key,
            Self::Navigation => Ink::Navigation,
            Self::Request => Ink::Request,
            Self::Warning => Ink::Warning,
            Self::Error => Ink::Error,
            Self::Exception => Ink::Exception,
            Self::Print => Ink::Print,
            Self::Breakpoint => Ink::Breakpoint,
            Self::Watch => Ink::Watch,
            Self::Comment => Ink::Comment,
        }
    }
}

impl EventTrack {
    /// How many things are on it: events, requests, or parts with an amount.
    pub fn n_things(&self) -> usize {
        match &self.content {
            Content::Moments(times) => times.len(),
            Content::Stretches(stretches) => stretches.len(),
            Content::Amounts(amounts) => amounts.amounts.len(),
        }
    }
}

/// A row of the track, for kinds that are looked at together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LaneKind {
    /// What the person did.
    Person,
    /// What went wrong.
    Troubles,
    /// Where points were hit, and what was said of moments.
    Points,
    /// Requests, from their beginning to their end.
    Requests,
    /// How busy the program was, and the paints at its foot.
    Activity,
}

/// A set of kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u16);

impl Kinds {
    pub(super) fn has(self, kind: TrackKind) -> bool {
        self.0 & (1 << kind as u16) != 0
    }

    pub(super) fn has_lane(self, lane: LaneKind) -> bool {
        TrackKind::ALL
            .into_iter()
            .any(|kind| kind.lane() == lane && self.has(kind))
    }
}

impl FromIterator<TrackKind> for Kinds {
    fn from_iter<I: IntoIterator<Item = TrackKind>>(kinds: I) -> Self {
        Self(kinds.into_iter().fold(0, |all, kind| all | 1 << kind as u16))
    }
}

/// Those of which there is something.
pub(super) fn kinds_of(tracks: &[EventTrack]) -> Kinds {
    tracks
        .iter()
        .filter(|track| track.n_things() > 0)
        .map(|track| track.kind)
        .collect()
}
