//! The queue before the client's limit, as `pkg-template/src/gate.ts` keeps it.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::Poll;

use reelay::flow::{Exchange, Request};
use reelay::host::PLATFORM;
use reelay::options::Config;
use reelay::platform::Moment;
use reelay::policy::limit::{Admission, Limit};

use super::sabotage::Sabotage;
use super::time::{Time, within};

pub struct Gate {
    time: Rc<Time>,
    limit: RefCell<Limit>,
    waiting: RefCell<VecDeque<(u64, usize, bool)>>,
    granted: RefCell<Vec<u64>>,
    tickets: Cell<u64>,
    /// Whether the last place went to a request of the relay.
    last: Cell<bool>,
    /// When it is looked at next.
    look: Cell<f64>,
    sabotage: Option<Sabotage>,
}

/// A place in the queue, left on every exit.
struct Ticket<'a>(&'a Gate, u64);

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.0.waiting.borrow_mut().retain(|(ticket, ..)| *ticket != self.1);
        if self.0.take(self.1) {
            // Let in, and gone before it knew.
            self.0.leave();
        }
    }
}

/// A place under the limit, given back on every exit.
pub struct Place<'a>(&'a Gate);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

impl Gate {
    pub fn new(time: Rc<Time>, config: &Config, sabotage: Option<Sabotage>) -> Self {
        let rate = if sabotage == Some(Sabotage::IgnoresTheRate) { f64::INFINITY } else { config.per_second };
        let most = if sabotage == Some(Sabotage::IgnoresTheLimit) { 1_000 } else { config.concurrent };
        Gate {
            time,
            limit: RefCell::new(Limit::new(most, rate)),
            waiting: RefCell::default(),
            granted: RefCell::default(),
            tickets: Cell::new(0),
            last: Cell::new(false),
            look: Cell::new(f64::NEG_INFINITY),
            sabotage,
        }
    }

    /// A place, at once or after a while; `None` when there was none in `ms`. The second says whether there was a queue.
    pub async fn enter(&self, of_relay: bool, ms: Option<f64>) -> (Option<Place<'_>>, bool) {
        if self.first(of_relay).is_none() && self.ask(of_relay) == Admission::Go {
            return (Some(Place(self)), false);
        }
        let ticket = Ticket(self, self.tickets.replace(self.tickets.get() + 1));
        self.waiting.borrow_mut().push_back((ticket.1, self.time.current(), of_relay));
        self.admit(&self.time);
        let ms = ms.filter(|_| self.sabotage != Some(Sabotage::WaitsForeverInTheQueue));
        let turn = std::future::poll_fn(|_| if self.take(ticket.1) { Poll::Ready(()) } else { Poll::Pending });
        let entered = within(&self.time, ms, turn).await.is_some();
        (entered.then(|| Place(self)), true)
    }

    fn take(&self, ticket: u64) -> bool {
        let mut granted = self.granted.borrow_mut();
        let place = granted.iter().position(|known| *known == ticket);
        place.map(|place| granted.remove(place)).is_some()
    }

    fn ask(&self, of_relay: bool) -> Admission {
        self.limit.borrow_mut().admit(of_relay, self.time.wall())
    }

    fn first(&self, of_relay: bool) -> Option<usize> {
        self.waiting.borrow().iter().position(|waiting| waiting.2 == of_relay)
    }

    /// Lets in whoever may: the relay's and other servers' requests in turn, first come first served in each. A relay that is left alone
    /// holds up nobody else.
    pub fn admit(&self, time: &Time) {
        let mut soonest = f64::INFINITY;
        let mut tried = 0;
        while tried < 2 {
            let of_relay = self.last.get() == (tried == 1);
            tried += 1;
            let Some(first) = self.first(of_relay) else { continue };
            match self.ask(of_relay) {
                Admission::Go => {
                    self.last.set(of_relay);
                    (tried, soonest) = (0, f64::INFINITY);
                    let entry = self.waiting.borrow_mut().remove(first);
                    if let Some((ticket, work, _)) = entry {
                        self.granted.borrow_mut().push(ticket);
                        time.wake(work);
                    }
                }
                Admission::Later(ms) => soonest = soonest.min(ms),
                Admission::Full => {}
            }
        }
        // One look ahead is enough: each that found nothing would bring another.
        let (now, look) = (time.now(), self.look.get());
        if soonest.is_finite() && (look <= now || now + soonest < look) {
            self.look.set(now + soonest);
            time.wake_gate(soonest);
        }
    }

    fn leave(&self) {
        if self.sabotage == Some(Sabotage::NeverGivesBackAPlace) {
            return;
        }
        self.limit.borrow_mut().release();
        self.admit(&self.time);
    }

    /// Tells the limit how a request has ended, before its place is given back.
    pub fn hears(&self, request: &Request, exchange: &Exchange, moment: Moment) {
        self.limit.borrow_mut().ended(request, exchange, moment, &PLATFORM);
    }

    pub fn is_free(&self, concurrent: u32) -> bool {
        let mut limit = self.limit.borrow().clone();
        let far = self.time.wall() + 1e12;
        (0..concurrent).all(|turn| limit.admit(false, far + f64::from(turn) * 1e6) == Admission::Go)
    }
}
