//! The caller's signal: one listener a call, heard at every await, removed on every exit.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::prelude::*;
use web_sys::AbortController;

#[wasm_bindgen]
extern "C" {
    // Structural, so that a signal of another realm or of a polyfill serves as well.
    type Signal;
    #[wasm_bindgen(method, getter, catch)]
    fn aborted(this: &Signal) -> Result<bool, JsValue>;
    #[wasm_bindgen(method, getter, catch)]
    fn reason(this: &Signal) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = addEventListener)]
    fn add_listener(this: &Signal, event: &str, listener: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = removeEventListener)]
    fn remove_listener(this: &Signal, event: &str, listener: &JsValue) -> Result<(), JsValue>;
}

/// The call is to end, with the signal's own reason.
#[derive(Debug)]
pub struct Aborted;

#[derive(Default)]
struct Heard {
    fired: Cell<bool>,
    waker: Cell<Option<Waker>>,
    /// What is under way and must be cancelled along.
    running: RefCell<Option<AbortController>>,
}

/// A call's ear on its signal.
pub struct Abort {
    signal: Option<Signal>,
    heard: Rc<Heard>,
    listener: Option<Closure<dyn FnMut()>>,
}

impl Abort {
    /// Listens to a signal; `undefined` and `null` never fire.
    pub fn new(signal: JsValue) -> Self {
        let heard = Rc::new(Heard::default());
        if signal.is_null_or_undefined() {
            return Abort { signal: None, heard, listener: None };
        }
        let signal: Signal = signal.unchecked_into();
        let of_listener = heard.clone();
        let of_signal: JsValue = signal.clone();
        let listener = Closure::<dyn FnMut()>::own_assert_unwind_safe(move || {
            of_listener.fired.set(true);
            if let Some(controller) = of_listener.running.take() {
                controller.abort_with_reason(&reason_of(&of_signal));
            }
            if let Some(waker) = of_listener.waker.take() {
                waker.wake();
            }
        });
        heard.fired.set(signal.aborted().unwrap_or(false));
        if !heard.fired.get() {
            // What cannot be listened to cannot fire; the facade has refused such values already.
            let _ = signal.add_listener("abort", listener.as_ref());
        }
        Abort { signal: Some(signal), heard, listener: Some(listener) }
    }

    /// The signal's reason.
    pub fn reason(&self) -> JsValue {
        self.signal.as_ref().map_or(JsValue::UNDEFINED, |signal| reason_of(signal))
    }

    /// The controller that the signal cancels, if it fires from now on.
    pub fn cancels(&self, controller: Option<AbortController>) {
        self.heard.running.replace(controller);
    }

    /// A future's result, unless the signal fires first.
    pub async fn race<T>(&self, mut future: Pin<Box<dyn Future<Output = T> + '_>>) -> Result<T, Aborted> {
        poll_fn(|context| {
            if self.hears(context) {
                return Poll::Ready(Err(Aborted));
            }
            future.as_mut().poll(context).map(Ok)
        })
        .await
    }

    /// Whether the signal has fired; if not, the task is woken when it does.
    fn hears(&self, context: &Context) -> bool {
        if self.signal.is_some() && !self.heard.fired.get() {
            self.heard.waker.set(Some(context.waker().clone()));
        }
        self.heard.fired.get()
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        if let (Some(signal), Some(listener)) = (&self.signal, &self.listener) {
            let _ = signal.remove_listener("abort", listener.as_ref());
        }
    }
}

fn reason_of(signal: &JsValue) -> JsValue {
    signal.unchecked_ref::<Signal>().reason().unwrap_or(JsValue::UNDEFINED)
}
