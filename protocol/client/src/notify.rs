//! Telling whoever wants to know that something changed, without knowing who they are.

use std::{
    cell::{Cell, RefCell},
    fmt,
    rc::{Rc, Weak},
};

use futures::{StreamExt, channel::mpsc::unbounded};

use crate::{CallError, Lookup};

/// Ends the subscription when dropped.
#[must_use = "dropping a subscription ends it"]
pub struct Subscription {
    end: Option<Box<dyn FnOnce()>>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            end();
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscription")
    }
}

/// Those who want to hear of changes `C`. Cloning makes another handle to the same list.
pub(crate) struct Subscribers<C> {
    list: Rc<List<C>>,
}

struct List<C> {
    next_id: Cell<u64>,
    callbacks: RefCell<Vec<(u64, Callback<C>)>>,
}

type Callback<C> = Rc<dyn Fn(&C)>;

impl<C> Clone for Subscribers<C> {
    fn clone(&self) -> Self {
        Self {
            list: Rc::clone(&self.list),
        }
    }
}

impl<C> Default for Subscribers<C> {
    fn default() -> Self {
        Self {
            list: Rc::new(List {
                next_id: Cell::new(0),
                callbacks: RefCell::default(),
            }),
        }
    }
}

impl<C: 'static> Subscribers<C> {
    /// Adds a callback until the subscription is dropped.
    pub(crate) fn subscribe(&self, callback: impl Fn(&C) + 'static) -> Subscription {
        let id = self.list.next_id.get();
        self.list.next_id.set(id + 1);
        self.list.callbacks.borrow_mut().push((id, Rc::new(callback)));
        let list: Weak<List<C>> = Rc::downgrade(&self.list);
        let end = move || {
            if let Some(list) = list.upgrade() {
                // Taken out first: what the callback owns may end further subscriptions when it is dropped.
                let callback = {
                    let mut callbacks = list.callbacks.borrow_mut();
                    callbacks
                        .iter()
                        .position(|(other, _)| *other == id)
                        .map(|idx| callbacks.remove(idx))
                };
                drop(callback);
            }
        };
        Subscription {
            end: Some(Box::new(end)),
        }
    }

    /// Tells everyone subscribed now. Callbacks may subscribe, end subscriptions and read whatever changed.
    pub(crate) fn notify(&self, change: &C) {
        let callbacks: Vec<_> = self
            .list
            .callbacks
            .borrow()
            .iter()
            .map(|(_, callback)| Rc::clone(callback))
            .collect();
        for callback in callbacks {
            callback(change);
        }
    }

    /// Reads again at every change until there is an answer.
    pub(crate) async fn until_ready<T>(&self, read: impl Fn() -> Lookup<T>) -> Result<T, CallError> {
        let (sender, mut changed) = unbounded();
        let _subscription = self.subscribe(move |_change| {
            let _ = sender.unbounded_send(());
        });
        loop {
            match read() {
                Lookup::Ready(value) => return Ok(value),
                Lookup::Failed(error) => return Err(error),
                Lookup::Pending => match changed.next().await {
                    Some(()) => {}
                    None => return Err(CallError::Gone),
                },
            }
        }
    }
}
