//! One call on a client: its signal, what the caller handed in, and the carrying out of actions.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestInit};

use super::abort::{Abort, Aborted};
use super::client::Client;
use super::clock::sleep;
use super::events;
use super::fetch::{Sent, send};
use crate::failure::{Code, Failure};
use crate::flow::{Event, Pause, Request};
use crate::task::TaskRef;

/// Shorter keys are words that a message may hold by chance.
const MIN_SECRET: usize = 5;
const HIDDEN: &str = "[key]";

#[wasm_bindgen]
extern "C" {
    /// What the facade hands in with each call; never kept beyond it, so that no cycle through it can leak.
    pub type Host;
    #[wasm_bindgen(method, getter)]
    fn fetch(this: &Host) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = apiKey)]
    fn api_key(this: &Host) -> JsValue;
    /// The listener, if any.
    #[wasm_bindgen(method, getter, js_name = onEvent)]
    pub fn on_event(this: &Host) -> JsValue;
    #[wasm_bindgen(method, catch, js_name = readText)]
    fn read_text(this: &Host, response: &JsValue, max: f64) -> Result<js_sys::Promise, JsValue>;
}

/// Why a call ends without a result.
pub enum Stop {
    /// By its signal.
    Aborted,
    /// With a failure; `cause` and the failed task's `raw` come from JavaScript.
    Failed {
        /// For the caller.
        failure: Box<Failure>,
        /// What was thrown at us, if anything.
        cause: JsValue,
        /// The body behind `failure.task`.
        raw: JsValue,
    },
    /// With what the caller's own listener threw.
    Thrown(JsValue),
}

impl Stop {
    /// Something that a sound host never does.
    pub fn internal(message: &str, cause: JsValue) -> Self {
        Stop::Failed { failure: Box::new(Failure::new(Code::Internal, message)), cause, raw: JsValue::UNDEFINED }
    }
}

impl From<Aborted> for Stop {
    fn from(_: Aborted) -> Self {
        Stop::Aborted
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::Failed { failure: Box::new(failure), cause: JsValue::UNDEFINED, raw: JsValue::UNDEFINED }
    }
}

/// What a machine wants carried out.
pub enum Work {
    /// Its `Send`.
    Send(Request),
    /// Its `Sleep`.
    Sleep(Pause),
}

/// A call under way.
pub struct Call {
    /// On whose behalf.
    pub client: Rc<Client>,
    /// What the caller handed in.
    pub host: Host,
    /// Its signal.
    pub abort: Abort,
    /// The task asked about, for events.
    pub about: RefCell<Option<TaskRef>>,
    last: RefCell<Last>,
}

/// What the last exchange left in JavaScript.
#[derive(Default)]
struct Last {
    raw: JsValue,
    cause: JsValue,
    open: Option<(JsValue, AbortController)>,
}

impl Call {
    /// Begins a call.
    pub fn begin(client: u32, host: Host, signal: JsValue) -> Result<Self, Stop> {
        let client = Client::find(client).ok_or_else(|| Failure::new(Code::Internal, "The client is gone."))?;
        let call = Call { client, host, abort: Abort::new(signal), about: RefCell::default(), last: RefCell::default() };
        Ok(call)
    }

    /// Carries out a `Send` or a `Sleep`. Boxed, so that its code stands once and not in every export.
    pub fn carry_out<'a>(&'a self, work: Work) -> Pin<Box<dyn Future<Output = Result<Event, Stop>> + 'a>> {
        Box::pin(async move {
            match work {
                Work::Send(request) => self.send(&request).await,
                Work::Sleep(pause) => {
                    events::pause(self, &pause);
                    self.abort.race(Box::pin(sleep(pause.ms))).await?;
                    Ok(Event::Slept)
                }
            }
        })
    }

    async fn send(&self, request: &Request) -> Result<Event, Stop> {
        let began = js_sys::Date::now();
        events::request(self, request);
        let Sent { exchange, raw, open, cause } = send(self, request).await?;
        events::response(self, request, &exchange, js_sys::Date::now() - began);
        self.last.replace(Last { raw, cause: self.without_key(cause), open });
        Ok(Event::Ended(Box::new(exchange)))
    }

    /// The last parsed body.
    pub fn raw(&self) -> JsValue {
        self.last.borrow().raw.clone()
    }

    /// The response left open, for whoever streams it.
    pub fn take_open(&self) -> Option<(JsValue, AbortController)> {
        self.last.borrow_mut().open.take()
    }

    /// A failure of this call, with the last cause.
    pub fn stop(&self, mut failure: Failure, raw: JsValue) -> Stop {
        // Some relays quote the key they refuse.
        if let Some(key) = self.host.api_key().as_string().filter(|key| key.len() > MIN_SECRET) {
            failure.message = failure.message.replace(&key, HIDDEN);
            if let Some(said) = failure.server.as_mut().and_then(|server| server.message.as_mut()) {
                *said = said.replace(&key, HIDDEN);
            }
        }
        let cause = match failure.code {
            Code::Network | Code::DownloadIncomplete => self.last.borrow().cause.clone(),
            _ => JsValue::UNDEFINED,
        };
        Stop::Failed { failure: Box::new(failure), cause, raw }
    }

    /// Calls the caller's fetch, or the host's as it is now, with no `this`.
    pub fn fetch(&self, url: &str, init: &RequestInit) -> Result<js_sys::Promise, JsValue> {
        let own = self.host.fetch();
        let fetch = if own.is_undefined() { js_sys::Reflect::get(&js_sys::global(), &"fetch".into())? } else { own };
        let fetch: js_sys::Function =
            fetch.dyn_into().map_err(|_| JsValue::from(js_sys::TypeError::new("fetch is not a function here")))?;
        let promise = fetch.call2(&JsValue::UNDEFINED, &url.into(), init)?;
        Ok(js_sys::Promise::resolve(&promise))
    }

    /// Reads a body as text, in the facade; resolves to null where it is longer than `max` bytes.
    pub fn read_text(&self, response: &JsValue, max: f64) -> Result<js_sys::Promise, JsValue> {
        self.host.read_text(response, max)
    }

    /// The Authorization header; a function is asked before every request.
    pub async fn authorization(&self) -> Result<Option<String>, Stop> {
        let mut key = self.host.api_key();
        if let Some(ask) = key.dyn_ref::<js_sys::Function>() {
            let refused = |cause| Stop::Failed {
                failure: Box::new(Failure::new(Code::Auth, "The apiKey function failed.")),
                cause,
                raw: JsValue::UNDEFINED,
            };
            let promise = js_sys::Promise::resolve(&ask.call0(&JsValue::UNDEFINED).map_err(refused)?);
            key = self.abort.race(Box::pin(JsFuture::from(promise))).await?.map_err(refused)?;
        }
        if key.is_undefined() {
            return Ok(None);
        }
        let key = key.as_string().unwrap_or_default();
        let key = key.trim_ascii();
        if key.is_empty() || !key.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            return Err(Failure::argument("apiKey must be printable ASCII text, or a function that gives it.").into());
        }
        let scheme = key.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer "));
        Ok(Some(if scheme { key.to_owned() } else { format!("Bearer {key}") }))
    }

    /// A thrown value, unless it quotes the key.
    fn without_key(&self, cause: JsValue) -> JsValue {
        let Some(key) = self.host.api_key().as_string().filter(|key| key.len() > MIN_SECRET) else { return cause };
        let text =
            |name: &str| js_sys::Reflect::get(&cause, &name.into()).ok().and_then(|text| text.as_string()).unwrap_or_default();
        let (message, stack) = (text("message"), text("stack"));
        if message.contains(&key) || stack.contains(&key) || cause.as_string().is_some_and(|text| text.contains(&key)) {
            return js_sys::Error::new(&message.replace(&key, HIDDEN)).into();
        }
        cause
    }
}
