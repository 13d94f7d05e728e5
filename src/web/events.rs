//! What `onEvent` is told: typed, redacted, and never able to harm the call.

use wasm_bindgen::prelude::*;

use super::call::{Call, Host};
use crate::address::redact;
use crate::flow::{Exchange, Pause, Request, Trouble, Want, Why};

#[wasm_bindgen]
extern "C" {
    /// Tells the caller's listener; the facade sees to it that this never throws.
    #[wasm_bindgen(method)]
    #[allow(clippy::too_many_arguments, reason = "one crossing for the whole event")]
    fn tell(
        this: &Host,
        kind: &str,
        id: Option<&str>,
        format: &str,
        base_url: &str,
        text: &str,
        code: Option<&str>,
        status: Option<f64>,
        number: f64,
        attempt: f64,
    );
}

/// The variable part of an event.
#[derive(Default)]
struct Detail<'a> {
    text: &'a str,
    code: Option<&'a str>,
    status: Option<f64>,
    number: f64,
    attempt: f64,
}

fn emit(call: &Call, kind: &str, detail: Detail) {
    if !call.host.listens() {
        return;
    }
    let about = call.about.borrow();
    let of = about.as_ref();
    call.host.tell(
        kind,
        of.map(|of| &*of.id),
        of.map_or("", |of| of.format.spec().name),
        of.map_or("", |of| &of.base_url),
        detail.text,
        detail.code,
        detail.status,
        detail.number,
        detail.attempt,
    );
}

/// Before a request.
pub fn request(call: &Call, request: &Request) {
    let text = redact(&request.url);
    if let Want::Bytes { from: Some(number), .. } = request.want {
        emit(call, "resume", Detail { text, number, ..Detail::default() });
    }
    emit(call, "request", Detail { text, ..Detail::default() });
}

/// After a request, which took `number` ms.
pub fn response(call: &Call, request: &Request, exchange: &Exchange, number: f64) {
    let (status, code) = match exchange {
        Exchange::Answer(answer) => (Some(f64::from(answer.status)), None),
        Exchange::Failed(Trouble::Network) => (None, Some("network")),
        Exchange::Failed(Trouble::Timeout) => (None, Some("timeout")),
    };
    emit(call, "response", Detail { text: redact(&request.url), code, status, number, ..Detail::default() });
}

/// Before a pause.
pub fn pause(call: &Call, pause: &Pause) {
    let number = pause.ms;
    match &pause.why {
        Why::Poll => emit(call, "poll", Detail { number, ..Detail::default() }),
        Why::Retry { attempt, code, http_status } => {
            let (attempt, status) = (f64::from(*attempt), http_status.map(f64::from));
            emit(call, "retry", Detail { code: Some(code.word()), status, number, attempt, ..Detail::default() });
        }
    }
}

/// A status word that no table knows.
pub fn unknown_status(call: &Call, word: &str) {
    emit(call, "unknown_status", Detail { text: word, ..Detail::default() });
}
