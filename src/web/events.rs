//! What `onEvent` is told: typed, redacted, and never able to harm the call.

use wasm_bindgen::prelude::*;

use super::call::Call;
use super::convert;
use crate::address::redact;
use crate::flow::{Exchange, Pause, Request, Trouble, Want, Why};

fn emit(call: &Call, kind: &str, details: &[(&str, JsValue)]) {
    let task_ref = call.about.borrow().as_ref().map_or(JsValue::UNDEFINED, convert::task_ref);
    let mut entries = vec![("type", kind.into()), ("at", js_sys::Date::now().into()), ("ref", task_ref)];
    entries.extend_from_slice(details);
    call.host.tell(&convert::object(&entries));
}

fn is_heard(call: &Call) -> bool {
    call.host.listens()
}

/// Before a request.
pub fn request(call: &Call, request: &Request) {
    if is_heard(call) {
        let from = match request.want {
            Want::Bytes { from: Some(from), .. } => JsValue::from(from),
            _ => JsValue::NULL,
        };
        if !from.is_null() {
            emit(call, "resume", &[("url", redact(&request.url).into()), ("bytes", from)]);
        }
        emit(call, "request", &[("method", "GET".into()), ("url", redact(&request.url).into())]);
    }
}

/// After a request.
pub fn response(call: &Call, request: &Request, exchange: &Exchange, ms: f64) {
    if is_heard(call) {
        let (status, error) = match exchange {
            Exchange::Answer(answer) => (JsValue::from(answer.status), JsValue::NULL),
            Exchange::Failed(Trouble::Network) => (JsValue::NULL, "network".into()),
            Exchange::Failed(Trouble::Timeout) => (JsValue::NULL, "timeout".into()),
        };
        emit(
            call,
            "response",
            &[("url", redact(&request.url).into()), ("httpStatus", status), ("error", error), ("ms", ms.into())],
        );
    }
}

/// Before a pause.
pub fn pause(call: &Call, pause: &Pause) {
    if !is_heard(call) {
        return;
    }
    match &pause.why {
        Why::Poll => emit(call, "poll", &[("delayMs", pause.ms.into())]),
        Why::Retry { attempt, code, http_status } => {
            let status = http_status.map_or(JsValue::NULL, JsValue::from);
            let details = [
                ("attempt", (*attempt).into()),
                ("code", code.word().into()),
                ("httpStatus", status),
                ("delayMs", pause.ms.into()),
            ];
            emit(call, "retry", &details);
        }
    }
}

/// A status word that no table knows.
pub fn unknown_status(call: &Call, word: &str) {
    if is_heard(call) {
        emit(call, "unknown_status", &[("rawStatus", word.into())]);
    }
}
