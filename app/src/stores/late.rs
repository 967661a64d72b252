//! Signals that are made when somebody first wants them: a store that only panels use costs the first file nothing but its name.

use leptos::prelude::*;

/// What a store will hold, and whose it will be. It lives as long as the owner under which this was made.
#[derive(Debug)]
pub(super) struct Late<T: 'static>(StoredValue<(Option<T>, Option<WeakOwner>), LocalStorage>);

impl<T> Clone for Late<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Late<T> {}

impl<T: Copy> Late<T> {
    /// Nothing yet, of the current owner.
    pub(super) fn new() -> Self {
        let owner = Owner::current().map(|owner| owner.downgrade());
        Self(StoredValue::new_local((None, owner)))
    }

    /// What there is, made now if this is the first time. After the owner's end, something that nobody else sees.
    pub(super) fn get_or(self, make: impl FnOnce() -> T) -> T {
        let (made, owner) = self.0.try_with_value(Clone::clone).unwrap_or((None, None));
        if let Some(made) = made {
            return made;
        }
        let made = match owner.and_then(|owner| owner.upgrade()) {
            Some(owner) => owner.with(make),
            None => make(),
        };
        self.0.try_update_value(|late| late.0 = Some(made));
        made
    }
}

impl<T: Copy + Default> Late<T> {
    /// What there is, made now if this is the first time.
    pub(super) fn get(self) -> T {
        self.get_or(T::default)
    }
}
