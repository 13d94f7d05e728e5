//! Simulated time: timers that fire in order, a wall clock that may jump, and futures polled when their moment has come.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// The wall clock at the begin of a world: a moment in 2026.
pub const START: f64 = 1_795_000_000_000.0;
/// No world needs as many; one that does goes round in circles.
const MOST_EVENTS: u64 = 300_000;
/// Nor so long: the longest wait, its jumps and all.
const LONGEST: f64 = 40.0 * 86_400_000.0;

pub type Work = Pin<Box<dyn Future<Output = ()>>>;

/// Whom a timer wakes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whom {
    Work(usize),
    Gate,
}

struct Timer {
    at: f64,
    order: u64,
    whom: Whom,
}

impl PartialEq for Timer {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Timer {}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timer {
    /// The earliest is the greatest: that is what a heap gives first.
    fn cmp(&self, other: &Self) -> Ordering {
        other.at.total_cmp(&self.at).then(other.order.cmp(&self.order))
    }
}

#[derive(Default)]
pub struct Time {
    now: Cell<f64>,
    skew: Cell<f64>,
    jumps: Cell<u32>,
    timers: RefCell<BinaryHeap<Timer>>,
    ready: RefCell<VecDeque<usize>>,
    current: Cell<usize>,
    order: Cell<u64>,
}

/// How a world ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Well,
    /// Something was broken already.
    Early,
    /// Work is left, and nothing will ever wake it.
    Stuck,
    /// It went on and on.
    Endless,
}

impl Time {
    /// Milliseconds since the begin: what a stopwatch shows.
    pub fn now(&self) -> f64 {
        self.now.get()
    }

    /// What `Date.now()` gives.
    pub fn wall(&self) -> f64 {
        (START + self.now.get() + self.skew.get()).floor()
    }

    pub fn jump(&self, by: f64) {
        self.skew.set(self.skew.get() + by);
        self.jumps.set(self.jumps.get() + 1);
    }

    pub fn jumps(&self) -> u32 {
        self.jumps.get()
    }

    pub fn sleep(self: &Rc<Self>, ms: f64) -> Sleep {
        Sleep { time: self.clone(), at: self.now.get() + ms.max(0.0), set: false }
    }

    /// The work that is being polled.
    pub fn current(&self) -> usize {
        self.current.get()
    }

    pub fn wake(&self, work: usize) {
        self.ready.borrow_mut().push_back(work);
    }

    /// Has the gate looked at after a while.
    pub fn wake_gate(&self, ms: f64) {
        self.set(self.now.get() + ms, Whom::Gate);
    }

    fn set(&self, at: f64, whom: Whom) {
        self.order.set(self.order.get() + 1);
        self.timers.borrow_mut().push(Timer { at, order: self.order.get(), whom });
    }

    /// Runs until the first `calls` of all work are over, or there is enough to see.
    pub fn run(&self, mut all: Vec<Option<Work>>, calls: usize, gate: &dyn Fn(), enough: &dyn Fn() -> bool) -> Ended {
        self.ready.borrow_mut().extend(0..all.len());
        for _ in 0..MOST_EVENTS {
            loop {
                let next = self.ready.borrow_mut().pop_front();
                let Some(next) = next else { break };
                self.current.set(next);
                let ended = all[next].as_mut().is_some_and(|work| poll(work.as_mut()).is_ready());
                if ended {
                    all[next] = None;
                }
            }
            if all[..calls].iter().all(Option::is_none) {
                return Ended::Well;
            }
            if enough() {
                return Ended::Early;
            }
            let timer = self.timers.borrow_mut().pop();
            let Some(timer) = timer else { return Ended::Stuck };
            self.now.set(self.now.get().max(timer.at));
            if self.now.get() > LONGEST {
                return Ended::Endless;
            }
            match timer.whom {
                Whom::Work(work) => self.wake(work),
                Whom::Gate => gate(),
            }
        }
        Ended::Endless
    }
}

pub fn poll<T>(work: Pin<&mut (impl Future<Output = T> + ?Sized)>) -> Poll<T> {
    work.poll(&mut Context::from_waker(Waker::noop()))
}

pub struct Sleep {
    time: Rc<Time>,
    at: f64,
    set: bool,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.time.now() >= self.at {
            return Poll::Ready(());
        }
        if !self.set {
            self.set = true;
            self.time.set(self.at, Whom::Work(self.time.current()));
        }
        Poll::Pending
    }
}

/// The work's result, or `None` after a while: then it is dropped wherever it stands.
pub async fn within<T>(time: &Rc<Time>, ms: Option<f64>, work: impl Future<Output = T>) -> Option<T> {
    let mut work = Box::pin(work);
    let Some(ms) = ms else { return Some(work.await) };
    let mut sleep = time.sleep(ms);
    std::future::poll_fn(|_| match poll(work.as_mut()) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => poll(Pin::new(&mut sleep)).map(|()| None),
    })
    .await
}
