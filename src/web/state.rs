//! What lasts from turn to turn. It is never dropped: for a page there is no end at which it could be.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use super::client::Client;
use super::numbered::Numbered;
use super::platform::Parsers;
use super::run::Run;
use crate::platform::Moment;

/// All of it.
#[derive(Default)]
pub struct State {
    /// The clients that are open.
    pub clients: RefCell<Numbered<Rc<Client>>>,
    /// The calls under way.
    pub runs: RefCell<Numbered<Box<Run>>>,
    /// When the turn under way began, and its chance.
    pub moment: Cell<Moment>,
    /// The facade's parsers.
    pub parsers: OnceCell<Parsers>,
}

thread_local! {
    static STATE: &'static State = Box::leak(Box::default());
}

/// Where it is: in one place, as each way into a thread's own things is code.
#[inline(never)]
pub fn state() -> &'static State {
    STATE.with(|state| *state)
}
