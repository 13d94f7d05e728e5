//! The queue before [`Limit`]: first come, first served, and whoever leaves it is never waited for.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use super::clock::sleep;
use crate::policy::limit::{Admission, Limit};

struct Place {
    waker: Cell<Option<Waker>>,
}

/// One client's limit and those who wait for it.
pub struct Gate {
    limit: RefCell<Limit>,
    queue: RefCell<VecDeque<Rc<Place>>>,
}

/// A place taken. Dropping it gives it back.
pub struct Permit<'a>(&'a Gate);

impl Gate {
    /// A gate before a limit.
    pub fn new(limit: Limit) -> Self {
        Gate { limit: RefCell::new(limit), queue: RefCell::default() }
    }

    /// Waits for a place.
    pub async fn enter(&self) -> Permit<'_> {
        let place = Queued { gate: self, place: Rc::new(Place { waker: Cell::new(None) }) };
        self.queue.borrow_mut().push_back(place.place.clone());
        loop {
            poll_fn(|context| {
                let first = self.queue.borrow().front().is_some_and(|front| Rc::ptr_eq(front, &place.place));
                let full = !self.limit.borrow().has_room();
                if first && !full {
                    return Poll::Ready(());
                }
                place.place.waker.set(Some(context.waker().clone()));
                Poll::Pending
            })
            .await;
            let admission = self.limit.borrow_mut().admit(js_sys::Date::now());
            match admission {
                Admission::Go => return Permit(self),
                Admission::Later(ms) => sleep(ms).await,
                Admission::Full => {}
            }
        }
    }

    fn wake_first(&self) {
        let waker = self.queue.borrow().front().and_then(|place| place.waker.take());
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.limit.borrow_mut().release();
        self.0.wake_first();
    }
}

/// A place in the queue; leaving it, admitted or aborted, lets the next one look.
struct Queued<'a> {
    gate: &'a Gate,
    place: Rc<Place>,
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.gate.queue.borrow_mut().retain(|place| !Rc::ptr_eq(place, &self.place));
        self.gate.wake_first();
    }
}
