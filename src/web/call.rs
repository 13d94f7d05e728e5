//! One call on a client: what the caller handed in, and the carrying out of actions.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use super::client::Client;
use super::fetch::send;
use super::{events, give};
use crate::failure::{Code, Failure};
use crate::flow::{Event, Pause, Request};
use crate::task::{Task, TaskRef};

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    /// What the facade hands in with each call; never kept beyond it, so that no cycle through it can leak.
    pub type Host;
    /// The caller's fetch, or the host's.
    #[wasm_bindgen(method, catch)]
    pub fn fetch(this: &Host, url: &str, init: &JsValue) -> Result<js_sys::Promise, JsValue>;
    /// The key, or a promise of it; undefined where there is none.
    #[wasm_bindgen(method, catch)]
    pub fn key(this: &Host) -> Result<JsValue, JsValue>;
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
    /// The promise's result, or undefined after a while; then, and when the signal fires, the controller is aborted.
    #[wasm_bindgen(method)]
    pub fn within(this: &Host, promise: &js_sys::Promise, ms: f64, controller: Option<&AbortController>) -> js_sys::Promise;
    /// A controller for one request.
    #[wasm_bindgen(method)]
    pub fn controller(this: &Host) -> AbortController;
    /// Takes back the controller of a request that is over, body and all.
    #[wasm_bindgen(method, js_name = takeBack)]
    pub fn take_back(this: &Host, controller: &AbortController);
    /// The answer of a fetch with its body read, as by `readBody`: `{ status, headers, body }`. A redirect's is left.
    #[wasm_bindgen(method)]
    pub fn answer(this: &Host, fetched: &js_sys::Promise, max: f64) -> js_sys::Promise;
    /// Undefined when there is a place under the limit, else a promise of one: true, or false after `ms` without one.
    #[wasm_bindgen(method)]
    pub fn enter(this: &Host, ms: Option<f64>) -> JsValue;
    /// Gives the place back.
    #[wasm_bindgen(method)]
    pub fn leave(this: &Host);
    /// Reads and parses a body of at most `max` bytes; resolves to it flattened, or to a number that says what it is
    /// instead: 0 nothing, 1 text, 2 markup, 3 too large. The parsed body stays with the host.
    #[wasm_bindgen(method, catch, js_name = readBody)]
    pub fn read_body(this: &Host, response: &JsValue, max: f64) -> Result<js_sys::Promise, JsValue>;
    /// The body last read is the task's: what is made of the task from now on has it as `raw`.
    #[wasm_bindgen(method, js_name = keepBody)]
    pub fn keep_body(this: &Host);
}

/// Why a call ends without a result.
pub enum Stop {
    /// By its signal.
    Aborted,
    /// With a failure, and what was thrown at us, if anything.
    Failed(Box<Failure>, JsValue),
    /// With what the caller's own listener threw.
    Thrown(JsValue),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::Failed(Box::new(failure), JsValue::UNDEFINED)
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
    /// What the last exchange rejected with.
    pub cause: RefCell<JsValue>,
    /// The response that the last exchange left open, and what cancels it.
    pub open: RefCell<Option<(JsValue, AbortController)>>,
}

impl Call {
    /// Begins a call.
    pub fn begin(client: u32, host: Host) -> Result<Self, Failure> {
        let client = Client::find(client).ok_or_else(|| Failure::new(Code::Internal, "The client is gone."))?;
        Ok(Call { client, host, about: RefCell::default(), cause: RefCell::default(), open: RefCell::default() })
    }

    /// Carries a run out to its end.
    pub async fn carry_out(&self, mut run: Box<dyn Run>) -> Result<JsValue, Stop> {
        let mut event = Event::Start;
        loop {
            event = match run.next(event, self) {
                Act::Send(request) => {
                    let began = js_sys::Date::now();
                    events::request(self, &request);
                    self.cause.replace(JsValue::UNDEFINED);
                    let exchange = send(self, &request).await?;
                    events::response(self, &request, &exchange, js_sys::Date::now() - began);
                    Event::Ended(Box::new(exchange))
                }
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

    /// A snapshot in JavaScript's terms.
    pub fn give(&self, task: &Task) -> JsValue {
        give::task(&self.host, task)
    }

    /// A failure of this call, with the last cause.
    pub fn stop(&self, failure: Failure) -> Stop {
        let cause = match failure.code {
            Code::Network | Code::DownloadIncomplete => self.cause.borrow().clone(),
            _ => JsValue::UNDEFINED,
        };
        Stop::Failed(Box::new(failure), cause)
    }
}
