//! One call on a client: what the caller handed in, and the carrying out of actions.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use super::client::Client;
use super::events;
use super::fetch::{Sent, send};
use crate::failure::{Code, Failure};
use crate::flow::{Event, Pause, Request};
use crate::task::TaskRef;

#[wasm_bindgen]
extern "C" {
    /// What the facade hands in with each call; never kept beyond it, so that no cycle through it can leak.
    pub type Host;
    /// The caller's fetch, or the host's.
    #[wasm_bindgen(method, catch)]
    pub fn fetch(this: &Host, url: &str, init: &JsValue) -> Result<js_sys::Promise, JsValue>;
    /// The key, or a promise of it; undefined where there is none.
    #[wasm_bindgen(method, catch)]
    pub fn key(this: &Host) -> Result<JsValue, JsValue>;
    /// Tells the caller's listener; the facade sees to it that this never throws.
    #[wasm_bindgen(method)]
    pub fn tell(this: &Host, event: &JsValue);
    /// Whether anyone listens.
    #[wasm_bindgen(method, getter)]
    pub fn listens(this: &Host) -> bool;
    /// Gives a changed snapshot to the caller; throws what the caller's function throws.
    #[wasm_bindgen(method, catch)]
    pub fn update(this: &Host, task: &JsValue) -> Result<(), JsValue>;
    /// The signal has fired.
    #[wasm_bindgen(method, getter)]
    pub fn aborted(this: &Host) -> bool;
    /// Resolves after a while; rejects at once when the signal fires.
    #[wasm_bindgen(method)]
    fn sleep(this: &Host, ms: f64) -> js_sys::Promise;
    /// The promise's result, or undefined after a while; either way and on the signal the controller is aborted.
    #[wasm_bindgen(method)]
    pub fn within(this: &Host, promise: &js_sys::Promise, ms: f64, controller: &AbortController) -> js_sys::Promise;
    /// Undefined when there is a place under the limit, else a promise of one.
    #[wasm_bindgen(method)]
    pub fn enter(this: &Host) -> JsValue;
    /// Gives the place back.
    #[wasm_bindgen(method)]
    pub fn leave(this: &Host);
    /// Reads a body as text; null where it is longer than `max` bytes.
    #[wasm_bindgen(method, catch, js_name = readText)]
    pub fn read_text(this: &Host, response: &JsValue, max: f64) -> Result<js_sys::Promise, JsValue>;
    /// A thrown value, without any key it quotes.
    #[wasm_bindgen(method)]
    fn scrub(this: &Host, thrown: &JsValue) -> JsValue;
    /// A text, without any key it quotes.
    #[wasm_bindgen(method, js_name = scrub)]
    fn scrub_text(this: &Host, text: &str) -> String;
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

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::Failed { failure: Box::new(failure), cause: JsValue::UNDEFINED, raw: JsValue::UNDEFINED }
    }
}

/// What a run wants next.
pub enum Act {
    /// A request.
    Send(Request),
    /// A pause.
    Sleep(Pause),
    /// Nothing more.
    End(Result<JsValue, Stop>),
}

/// A step machine of the core with its results in JavaScript's terms.
pub trait Run {
    /// The next act after an event.
    fn next(&mut self, event: Event, call: &Call) -> Act;
}

/// A call under way.
pub struct Call {
    /// On whose behalf.
    pub client: Rc<Client>,
    /// What the caller handed in.
    pub host: Host,
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
    pub fn begin(client: u32, host: Host) -> Result<Self, Failure> {
        let client = Client::find(client).ok_or_else(|| Failure::new(Code::Internal, "The client is gone."))?;
        Ok(Call { client, host, about: RefCell::default(), last: RefCell::default() })
    }

    /// Carries a run out to its end.
    pub async fn carry_out(&self, mut run: Box<dyn Run>) -> Result<JsValue, Stop> {
        let mut event = Event::Start;
        loop {
            event = match run.next(event, self) {
                Act::Send(request) => self.send(&request).await?,
                Act::Sleep(pause) => {
                    events::pause(self, &pause);
                    self.settled(&self.host.sleep(pause.ms)).await?;
                    Event::Slept
                }
                Act::End(result) => return result,
            };
        }
    }

    /// A promise's result. After every rejection the signal is looked at first: then the call ends by it.
    pub async fn settled(&self, promise: &js_sys::Promise) -> Result<JsValue, Stop> {
        let result = JsFuture::from(promise.clone()).await;
        result.map_err(|thrown| if self.host.aborted() { Stop::Aborted } else { Stop::Thrown(thrown) })
    }

    async fn send(&self, request: &Request) -> Result<Event, Stop> {
        let began = js_sys::Date::now();
        events::request(self, request);
        let Sent { exchange, raw, open, cause } = send(self, request).await?;
        events::response(self, request, &exchange, js_sys::Date::now() - began);
        let cause = if cause.is_undefined() { cause } else { self.host.scrub(&cause) };
        self.last.replace(Last { raw, cause, open });
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
        failure.message = self.host.scrub_text(&failure.message);
        if let Some(said) = failure.server.as_mut().and_then(|server| server.message.as_mut()) {
            *said = self.host.scrub_text(said);
        }
        let cause = match failure.code {
            Code::Network | Code::DownloadIncomplete => self.last.borrow().cause.clone(),
            _ => JsValue::UNDEFINED,
        };
        Stop::Failed { failure: Box::new(failure), cause, raw }
    }
}
