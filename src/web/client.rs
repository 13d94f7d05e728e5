//! Clients by number. A client holds settings and counts, nothing that the caller handed in.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::numbered::Numbered;
use crate::flow::hearing::Finished;
use crate::format::Route;
use crate::options::Config;
use crate::policy::limit::Limit;

/// A client.
pub struct Client {
    /// Its settings.
    pub config: Config,
    /// The caller's own headers, for the relay only.
    pub headers: Vec<(String, String)>,
    /// The header that holds the key; empty where there is none, or a function gives it.
    pub authorization: String,
    /// Someone listens to its events.
    pub listens: bool,
    /// The route that was served last: what `auto` found, or which of a format's prefixes.
    pub remembered: Cell<Option<Route>>,
    /// The formats, a bit each, whose batches the relay does not serve.
    pub single: Cell<u32>,
    /// Its limit; the facade queues whoever does not get a place.
    pub limit: RefCell<Limit>,
    /// Conversations that have ended: what they were about is asked for nowhere.
    pub finished: RefCell<Finished>,
    /// The host's fetch takes `cache: "no-store"`.
    pub no_store: bool,
    /// The host is a page: its browser hides redirects and drops the key itself when one leaves the origin.
    pub in_page: bool,
}

thread_local! {
    static CLIENTS: RefCell<Numbered<Rc<Client>>> = const { RefCell::new(Numbered::new()) };
}

impl Client {
    /// Keeps a client and numbers it.
    pub fn keep(self) -> u32 {
        CLIENTS.with_borrow_mut(|clients| {
            let number = clients.number();
            clients.put(number, Rc::new(self));
            number
        })
    }

    /// Finds a client.
    pub fn find(number: u32) -> Option<Rc<Client>> {
        CLIENTS.with_borrow(|clients| clients.get(number).cloned())
    }

    /// Forgets a client; calls under way keep it alive until they end.
    pub fn forget(number: u32) {
        drop(CLIENTS.with_borrow_mut(|clients| clients.take(number)));
    }
}
