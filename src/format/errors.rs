//! What a relay says of a failure, whatever envelope it comes in.

use super::unwrap::inside;
use super::urls::is_address;
use super::words;
use crate::platform::Platform;
use crate::task::{Reason, Status};
use crate::text::{framed, only, split};
use crate::value::Value;

/// Messages quote messages; this many layers are opened.
const MAX_LAYERS: u8 = 4;
/// A text may hold braces of its own before the JSON it ends in; this many are tried.
const MAX_BRACES: usize = 16;

/// The relay's code and message. On a failed task also the places where relays hide the reason.
pub fn reason(body: &Value, is_task: bool, platform: &Platform) -> Reason {
    open(body, is_task, platform, MAX_LAYERS)
}

/// The reason in a text that is, or ends in, an error as JSON.
pub fn reason_of_text(text: &str, platform: &Platform) -> Reason {
    let said = Reason { code: None, message: Some(text.trim_ascii().to_owned()).filter(|text| !text.is_empty()) };
    quoted(said, platform, MAX_LAYERS)
}

/// The reason of a body that is no task: the envelope's, completed by what is inside it, which is nearer to the trouble.
pub(super) fn enveloped(body: &Value, object: &Value, platform: &Platform) -> Reason {
    let inner = reason(object, false, platform);
    if std::ptr::eq(body, object) {
        return inner;
    }
    let outer = reason(body, false, platform);
    inner.or(outer)
}

/// The reason of a failed task: its own, else that of an envelope that refuses, too.
///
/// A vendor's own words, inside a relay's envelope, say more than the relay's.
pub(super) fn of_task(body: &Value, object: &Value, vendor: bool, platform: &Platform) -> Reason {
    let mut own = reason(object, true, platform);
    let mut layer = object;
    for _ in 0..if vendor { MAX_LAYERS } else { 0 } {
        // Suno's task holds its clips, each with an end of its own.
        layer = match inside(layer) {
            Value::Null => layer.get("data").list().first().unwrap_or(&Value::Null),
            inner => inner,
        };
        let inner = reason(layer, true, platform);
        own = inner.or(own);
    }
    if own.is_empty() && !std::ptr::eq(body, object) && refuses(body, false) { reason(body, false, platform) } else { own }
}

/// Whether a body says that it is an error, whatever its HTTP status. Beside a task's id only a plain refusal counts: some
/// relays number their successes 1.
pub(super) fn refuses(body: &Value, named: bool) -> bool {
    let error = body.get("error");
    let speaks = is_said(error) || is_said(innermost(error).get("message")) || is_fault(error.get("code"));
    let code = body.get("code");
    let coded = match code.number() {
        Some(number) if named => !(0.0..400.0).contains(&number) && number != 10_000.0,
        // 10000 is Jimeng's word for success.
        Some(number) => number != 0.0 && number != 10_000.0 && !(200.0..300.0).contains(&number),
        None => code.words().is_some_and(|code| !is_success(code)),
    };
    speaks || coded || denies(body) || error.is(true) || body.get("success").is(false) || is_said(body.get("detail"))
}

/// MiniMax answers 200 whatever happened; so does its relay form, with an empty word for the state.
pub(super) fn denies(body: &Value) -> bool {
    body.at("base_resp.status_code").number().is_some_and(|code| code != 0.0)
}

fn is_success(code: &str) -> bool {
    words::read(code) == Status::Succeeded || code.eq_ignore_ascii_case("ok") || matches!(code, "0" | "200")
}

fn open(body: &Value, is_task: bool, platform: &Platform, layers: u8) -> Reason {
    let error = innermost(body.get("error"));
    let detail = body.get("detail");
    // Vidu's `code` repeats the HTTP status; its `reason` is the code.
    let outer = body.first("reason", is_word);
    let outer = if outer.is_null() { body.get("code") } else { outer };
    // An envelope's word of success, left on a failed task, is no code of the failure.
    let outer = if is_task && code_of(outer).is_some_and(|code| is_success(&code)) { &Value::Null } else { outer };
    let hidden = if is_task { body.first(CODES, is_code) } else { &Value::Null };
    let base = body.first("base_resp.status_code", is_fault);
    let code = [error.get("code"), body.at("error.code"), outer, base, hidden].iter().find_map(|value| code_of(value));
    let mut message = said(error.first("message|", is_said))
        .or_else(|| said(body.first("detail|message|msg|base_resp.status_msg", is_said)))
        .filter(|text| !(is_task && is_success(text)));
    if is_task {
        // new-api's result_url falls back to the failure text: model/task.go GetResultURL.
        let no_address = |value: &Value| is_said(value) && !value.words().is_some_and(is_address);
        message = message
            .or_else(|| said(body.first(MESSAGES, is_said)))
            .or_else(|| said(body.first("result_url|metadata.url|url", no_address)));
    } else if detail.is_map() && message.is_none() && layers > 0 {
        // FastAPI puts whatever object it was given under `detail`.
        let inner = open(detail, false, platform, layers - 1);
        return Reason { code: inner.code.or(code), message: inner.message };
    } else {
        // midjourney-proxy's text of a refusal, as it is; on a task it tells of the queue.
        message = message.or_else(|| body.get("description").text().filter(|text| !text.trim_ascii().is_empty()));
    }
    quoted(Reason { code, message: message.map(str::to_owned) }, platform, layers)
}

/// Where failed tasks keep their codes, beside the usual places.
const CODES: &str = "err_code|failureCode|metadata.error_type|data.data.error.code|data.error.code";
/// Where failed tasks keep their reasons, beside the usual places.
const MESSAGES: &str = "task_status_msg|failReason|failure|failure_reason|error_message|metadata.error_message\
    |response.raiMediaFilteredReasons|response.generateVideoResponse.raiMediaFilteredReasons|fail_reason\
    |detail.video_generation_error|detail.error_message|detail.failure_reason";

/// Follows `error.error` as long as the outer one says nothing itself.
fn innermost(mut error: &Value) -> &Value {
    for _ in 0..MAX_LAYERS {
        if is_said(error.get("message")) || error.get("error").is_null() {
            break;
        }
        error = error.get("error");
    }
    error
}

/// A code as text; a whole number is one, too. `""` and null are none.
fn code_of(value: &Value) -> Option<String> {
    match value {
        Value::Number(_) => value.whole(),
        _ => value.words().map(str::to_owned),
    }
}

fn is_code(value: &Value) -> bool {
    code_of(value).is_some()
}

/// Whether a code is not the one of success.
fn is_fault(value: &Value) -> bool {
    code_of(value).is_some_and(|code| code != "0")
}

/// Whether a code is one word.
fn is_word(value: &Value) -> bool {
    code_of(value).is_some_and(|code| only(&code, b"_"))
}

/// A message: text, or the first `msg` of FastAPI's list.
fn said(value: &Value) -> Option<&str> {
    match value {
        Value::List(items) => items.first()?.say("msg|message|"),
        _ => value.words(),
    }
}

fn is_said(value: &Value) -> bool {
    said(value).is_some()
}

/// Replaces a reason by the one quoted in its message, where it quotes one.
fn quoted(outer: Reason, platform: &Platform, layers: u8) -> Reason {
    let Some(inner) = outer.message.as_deref().filter(|_| layers > 0).and_then(|text| json_at_end(text, platform)) else {
        return outer;
    };
    let inner = open(&inner, false, platform, layers - 1);
    inner.or(outer)
}

fn json_at_end(text: &str, platform: &Platform) -> Option<Value> {
    let text = text.trim_ascii();
    // Stringified twice: the text is a JSON string that holds one.
    if framed(text, b'"', b'"') {
        let inner = (platform.json)(text)?;
        return json_at_end(inner.text().filter(|inner| inner.len() < text.len())?, platform);
    }
    if text.as_bytes().last() != Some(&b'}') {
        return None;
    }
    let mut rest = text;
    for _ in 0..MAX_BRACES {
        rest = split(rest, b"{").1?;
        let quoted = (platform.json)(text.get(text.len() - rest.len() - 1..)?);
        if quoted.as_ref().is_some_and(Value::is_map) {
            return quoted;
        }
    }
    None
}
