//! What a relay says of a failure, whatever envelope it comes in.

use super::urls::is_address;
use crate::platform::Platform;
use crate::task::Reason;
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
    let said = Reason { code: None, message: Some(text.trim().to_owned()).filter(|text| !text.is_empty()) };
    quoted(said, platform, MAX_LAYERS)
}

fn open(body: &Value, is_task: bool, platform: &Platform, layers: u8) -> Reason {
    let error = innermost(body.get("error"));
    let mut code = code_of(error.get("code")).or_else(|| code_of(body.get("code")));
    let mut message =
        [error.get("message"), error, body.get("detail"), body.get("message"), body.get("msg")].into_iter().find_map(message_of);
    if is_task {
        let detail = body.get("detail");
        message = message
            .or_else(|| message_of(body.get("fail_reason")))
            .or_else(|| {
                ["video_generation_error", "error_message", "failure_reason"].iter().find_map(|key| message_of(detail.get(key)))
            })
            .or_else(|| {
                // new-api's result_url falls back to the failure text: model/task.go GetResultURL.
                let places = [body.get("result_url"), body.at(&["metadata", "url"]), body.get("url")];
                places.into_iter().filter(|place| !place.text().is_some_and(is_address)).find_map(message_of)
            });
        code = code
            .or_else(|| code_of(body.at(&["data", "data", "error", "code"])))
            .or_else(|| code_of(body.at(&["data", "error", "code"])));
    }
    quoted(Reason { code, message }, platform, layers)
}

/// Follows `error.error` as long as the outer one says nothing itself.
fn innermost(mut error: &Value) -> &Value {
    for _ in 0..MAX_LAYERS {
        if message_of(error.get("message")).is_some() || error.get("error").is_null() {
            break;
        }
        error = error.get("error");
    }
    error
}

/// A code as text; a number is one, too. `""` and null are none.
fn code_of(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        _ => value.words().map(str::to_owned),
    }
}

/// A message: text, or the first `msg` of FastAPI's list.
fn message_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::List(items) => items.first()?.get("msg").words().or_else(|| items.first()?.get("message").words()),
        _ => value.words(),
    };
    text.map(str::to_owned)
}

/// Replaces a reason by the one quoted in its message, where it quotes one.
fn quoted(outer: Reason, platform: &Platform, layers: u8) -> Reason {
    let Some(inner) = outer.message.as_deref().filter(|_| layers > 0).and_then(|text| json_at_end(text, platform)) else {
        return outer;
    };
    let inner = open(&inner, false, platform, layers - 1);
    Reason { code: inner.code.or(outer.code), message: inner.message.or(outer.message) }
}

fn json_at_end(text: &str, platform: &Platform) -> Option<Value> {
    let text = text.trim_end();
    if !text.ends_with('}') {
        return None;
    }
    let starts = text.match_indices('{').take(MAX_BRACES);
    starts.filter_map(|(start, _)| text.get(start..)).find_map(|tail| (platform.json)(tail)).filter(Value::is_map)
}
