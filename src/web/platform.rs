//! The [`Platform`] of a JavaScript host.

use wasm_bindgen::prelude::*;

use crate::platform::{Address, Moment, Platform};
use crate::value::{MAX_DEPTH, Value};

/// Parsers from the host's own `URL`, `JSON` and `Date`.
pub const PLATFORM: Platform = Platform { url: parse_url, json: parse_json, date: parse_date };

/// Now, and a fresh chance.
pub fn moment() -> Moment {
    Moment { now: js_sys::Date::now(), jitter: js_sys::Math::random() }
}

fn parse_url(text: &str, base: Option<&str>) -> Option<Address> {
    let url = match base {
        Some(base) => web_sys::Url::new_with_base(text, base),
        None => web_sys::Url::new(text),
    };
    let url = url.ok()?;
    Some(Address {
        scheme: url.protocol().trim_end_matches(':').to_owned(),
        host: url.hostname(),
        port: url.port().parse().ok(),
        path: url.pathname(),
        userinfo: !url.username().is_empty() || !url.password().is_empty(),
        href: url.href(),
    })
}

fn parse_json(text: &str) -> Option<Value> {
    value_of(&js_sys::JSON::parse(text).ok()?)
}

/// A parsed body as the rules see it. Walked here rather than through a Deserializer: half the size, and `None` for what
/// JSON cannot hold.
pub fn value_of(body: &JsValue) -> Option<Value> {
    walk(body, 0)
}

fn walk(value: &JsValue, depth: u8) -> Option<Value> {
    if let Some(text) = value.as_string() {
        return Some(Value::Text(text));
    }
    if let Some(number) = value.as_f64() {
        return Some(Value::Number(number));
    }
    if value.is_null_or_undefined() || depth > MAX_DEPTH {
        return Some(Value::Null);
    }
    if let Some(truth) = value.as_bool() {
        return Some(Value::Bool(truth));
    }
    if let Some(items) = value.dyn_ref::<js_sys::Array>() {
        return items.iter().map(|item| walk(&item, depth + 1)).collect::<Option<_>>().map(Value::List);
    }
    let object = value.dyn_ref::<js_sys::Object>().filter(|_| !value.is_function())?;
    let entry = |entry: JsValue| {
        let entry: js_sys::Array = entry.unchecked_into();
        Some((entry.get(0).as_string()?, walk(&entry.get(1), depth + 1)?))
    };
    js_sys::Object::entries(object).iter().map(entry).collect::<Option<_>>().map(Value::Map)
}

fn parse_date(text: &str) -> Option<f64> {
    let millis = js_sys::Date::parse(text);
    millis.is_finite().then_some(millis)
}
