//! Clients by number. A client holds settings and counts, nothing that the caller handed in.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::gate::Gate;
use crate::format::Format;
use crate::options::Config;
use crate::policy::limit::Limit;

/// A client.
pub struct Client {
    /// Its settings.
    pub config: Config,
    /// The caller's own headers, for the relay only.
    pub headers: Vec<(String, String)>,
    /// The route that `auto` found.
    pub remembered: Cell<Option<Format>>,
    /// Its limit.
    pub gate: Gate,
    /// The host's fetch takes `cache: "no-store"`.
    pub no_store: bool,
    /// The host is a page: its browser hides redirects and drops the key itself when one leaves the origin.
    pub in_page: bool,
}

thread_local! {
    static CLIENTS: RefCell<Vec<Option<Rc<Client>>>> = const { RefCell::new(Vec::new()) };
}

impl Client {
    /// A client from checked settings.
    pub fn new(config: Config, headers: Vec<(String, String)>, no_store: bool, in_page: bool) -> Self {
        let gate = Gate::new(Limit::new(config.concurrent, config.per_second));
        Client { config, headers, remembered: Cell::new(None), gate, no_store, in_page }
    }

    /// Keeps a client and numbers it.
    pub fn keep(self) -> u32 {
        CLIENTS.with_borrow_mut(|clients| {
            let free = clients.iter().position(Option::is_none).unwrap_or(clients.len());
            if free == clients.len() {
                clients.push(None);
            }
            if let Some(place) = clients.get_mut(free) {
                *place = Some(Rc::new(self));
            }
            free as u32
        })
    }

    /// Finds a client.
    pub fn find(number: u32) -> Option<Rc<Client>> {
        CLIENTS.with_borrow(|clients| clients.get(number as usize).cloned().flatten())
    }

    /// Forgets a client; calls under way keep it alive until they end.
    pub fn forget(number: u32) {
        CLIENTS.with_borrow_mut(|clients| {
            if let Some(place) = clients.get_mut(number as usize) {
                *place = None;
            }
        });
    }
}
