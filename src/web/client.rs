//! Clients by number. A client holds settings and counts, nothing that the caller handed in.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::fetch;
use super::flat;
use super::platform::PLATFORM;
use super::state::state;
use crate::address::Base;
use crate::failure::Failure;
use crate::flow::hearing::Finished;
use crate::format::Route;
use crate::options::Config;
use crate::policy::limit::Limit;
use crate::text::{all, has};
use crate::value::Value;

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

impl Client {
    /// Opens a client: its key unless a function gives it, whether someone listens to events, whether the host is a page, whether
    /// its fetch takes `no-store`, and the options.
    pub fn open(given: &mut &str) -> Result<Client, Failure> {
        let key = flat::text(given);
        let (listens, in_page, no_store) = (flat::flag(given), flat::flag(given), flat::flag(given));
        let options = flat::next(given);
        let base = options.get("baseUrl").text().ok_or_else(|| Failure::argument("baseUrl is missing."))?;
        let base = Base::parse(base, &PLATFORM)?;
        let config = Config::read(&options, base, !in_page)?;
        let headers = headers_of(options.get("headers"))?;
        let authorization = key.as_deref().map_or(Ok(String::new()), fetch::authorization)?;
        let limit = RefCell::new(Limit::new(config.concurrent, config.per_second));
        let (remembered, single, finished) = (Cell::new(None), Cell::new(0), RefCell::default());
        Ok(Client { config, headers, authorization, listens, remembered, single, limit, finished, no_store, in_page })
    }

    /// Keeps a client and numbers it.
    pub fn keep(self) -> u32 {
        let mut clients = state().clients.borrow_mut();
        let number = clients.number();
        clients.put(number, Rc::new(self));
        number
    }

    /// Finds a client.
    pub fn find(number: u32) -> Option<Rc<Client>> {
        state().clients.borrow().get(number).cloned()
    }

    /// Forgets a client; calls under way keep it alive until they end.
    pub fn forget(number: u32) {
        drop(state().clients.borrow_mut().take(number));
    }
}

fn headers_of(headers: &Value) -> Result<Vec<(String, String)>, Failure> {
    let Value::Map(entries) = headers else { return Ok(Vec::new()) };
    let token = |byte: u8| byte.is_ascii_alphanumeric() || has(b"!#$%&'*+-.^_`|~", byte);
    let mut sound = Vec::new();
    for (name, value) in entries {
        match value.text() {
            Some(value) if !name.is_empty() && all(name, token) && fetch::is_printable(value) => {
                sound.push((name.clone(), value.to_owned()));
            }
            // The value may be a secret: only the name is told.
            _ => return Err(Failure::argument(["The header ", name, " is not one that HTTP allows."].concat())),
        }
    }
    Ok(sound)
}
