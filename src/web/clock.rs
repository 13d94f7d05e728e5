//! One timer. Dropping it clears it, so that no exit leaves one behind.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    // A number in browsers, an object in Node.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

struct Shared {
    over: Cell<bool>,
    waker: Cell<Option<Waker>>,
}

/// Resolves after a while.
pub struct Sleep {
    shared: Rc<Shared>,
    timer: JsValue,
    _callback: Closure<dyn FnMut()>,
}

/// Starts a timer.
pub fn sleep(ms: f64) -> Sleep {
    let shared = Rc::new(Shared { over: Cell::new(false), waker: Cell::new(None) });
    let of_callback = shared.clone();
    let callback = Closure::own_assert_unwind_safe(move || {
        of_callback.over.set(true);
        if let Some(waker) = of_callback.waker.take() {
            waker.wake();
        }
    });
    let timer = set_timeout(callback.as_ref(), ms);
    Sleep { shared, timer, _callback: callback }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context) -> Poll<()> {
        if self.shared.over.get() {
            return Poll::Ready(());
        }
        self.shared.waker.set(Some(context.waker().clone()));
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if !self.shared.over.get() {
            clear_timeout(&self.timer);
        }
    }
}
