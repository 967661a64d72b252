//! What a cache knows of an answer at this moment.

use crate::call::CallError;

/// An answer that is there, on its way, or not to be had. Reading one never blocks.
#[derive(Clone, Debug)]
pub enum Lookup<T> {
    /// Here it is.
    Ready(T),
    /// It was asked for; the subscribers of what was read are told when it lands.
    Pending,
    /// It was asked for in vain, and is not asked for again by itself.
    Failed(CallError),
}

impl<T> Lookup<T> {
    /// The answer, if it is there.
    pub fn ready(self) -> Option<T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Pending | Self::Failed(_) => None,
        }
    }

    /// Whether it is on its way.
    pub const fn is_pending(&self) -> bool {
        matches!(self, Self::Pending)
    }

    /// Changes the answer, if it is there.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Lookup<U> {
        self.and_then(|value| Lookup::Ready(change(value)))
    }

    /// Goes on to another lookup, if the answer is there.
    pub fn and_then<U>(self, next: impl FnOnce(T) -> Lookup<U>) -> Lookup<U> {
        match self {
            Self::Ready(value) => next(value),
            Self::Pending => Lookup::Pending,
            Self::Failed(error) => Lookup::Failed(error),
        }
    }
}
