//! A transport that misbehaves on purpose, as a test tells it to, frame by frame and without a clock.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use futures::{
    StreamExt,
    channel::mpsc::{UnboundedSender, unbounded},
    future::{Either, select},
    pin_mut, stream,
};

use crate::transport::{CloseReason, Frame, Transport};

/// What happens to the next arriving frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is delivered.
    Pass,
    /// It is lost.
    Drop,
    /// It waits for [`Control::release`].
    Hold,
    /// It is delivered twice.
    Repeat,
    /// It is replaced.
    Replace(Frame),
    /// It is lost, and the transport ends with this reason.
    Cut(CloseReason),
}

/// Steers one faulty transport. Dropping it leaves the plan as it is.
#[derive(Clone)]
pub struct Control {
    plan: Rc<RefCell<Plan>>,
    wake: UnboundedSender<Event>,
}

impl Control {
    /// Appends to the plan for arriving frames. Frames beyond the plan pass.
    pub fn then(&self, faults: impl IntoIterator<Item = Fault>) {
        self.plan.borrow_mut().faults.extend(faults);
    }

    /// Delivers the held frames in the order of `order`, indices into the frames held so far, 0 the oldest; frames that
    /// it does not name stay held, and an index out of range is skipped.
    pub fn release(&self, order: &[usize]) {
        let mut plan = self.plan.borrow_mut();
        let mut held: Vec<Option<Frame>> = plan.held.drain(..).map(Some).collect();
        let released: Vec<Frame> = order
            .iter()
            .filter_map(|idx| held.get_mut(*idx)?.take())
            .collect();
        plan.held = held.into_iter().flatten().collect();
        for frame in released {
            // The other end may be gone already; then nobody misses the frame.
            let _ = self.wake.unbounded_send(Event::Deliver(frame));
        }
    }

    /// Frames held now.
    pub fn n_held(&self) -> usize {
        self.plan.borrow().held.len()
    }

    /// Ends the transport at once, without waiting for a frame.
    pub fn cut(&self, reason: CloseReason) {
        let _ = self.wake.unbounded_send(Event::Cut(reason));
    }
}

/// Wraps `inner`: everything that arrives follows the plan of the returned control; what leaves is untouched.
pub fn wrap(inner: Transport) -> (Transport, Control) {
    let (wake, steering) = unbounded();
    let plan = Rc::new(RefCell::new(Plan::default()));
    let control = Control {
        plan: Rc::clone(&plan),
        wake,
    };
    let state = (inner.incoming, steering, plan, VecDeque::new());
    let incoming = stream::unfold(state, |(mut inner, mut steering, plan, mut ready)| async move {
        loop {
            if let Some(item) = ready.pop_front() {
                return Some((item, (inner, steering, plan, ready)));
            }
            let event = {
                let (steered, arrived) = (steering.next(), inner.next());
                pin_mut!(steered, arrived);
                match select(steered, arrived).await {
                    Either::Left((Some(event), _)) => event,
                    // No control is left, so only the inner transport can say anything.
                    Either::Left((None, arrived)) => Event::Arrived(arrived.await),
                    Either::Right((arrived, _)) => Event::Arrived(arrived),
                }
            };
            match event {
                Event::Deliver(frame) => ready.push_back(Ok(frame)),
                Event::Cut(reason) => ready.push_back(Err(reason)),
                Event::Arrived(None) => return None,
                Event::Arrived(Some(Err(reason))) => ready.push_back(Err(reason)),
                Event::Arrived(Some(Ok(frame))) => plan.borrow_mut().apply(frame, &mut ready),
            }
        }
    });
    (Transport::new(incoming, inner.outgoing), control)
}

#[derive(Default)]
struct Plan {
    faults: VecDeque<Fault>,
    held: VecDeque<Frame>,
}

impl Plan {
    fn apply(&mut self, frame: Frame, ready: &mut VecDeque<Result<Frame, CloseReason>>) {
        match self.faults.pop_front().unwrap_or(Fault::Pass) {
            Fault::Pass => ready.push_back(Ok(frame)),
            Fault::Drop => {}
            Fault::Hold => self.held.push_back(frame),
            Fault::Repeat => ready.extend([Ok(frame.clone()), Ok(frame)]),
            Fault::Replace(other) => ready.push_back(Ok(other)),
            Fault::Cut(reason) => ready.push_back(Err(reason)),
        }
    }
}

enum Event {
    Deliver(Frame),
    Cut(CloseReason),
    Arrived(Option<Result<Frame, CloseReason>>),
}
