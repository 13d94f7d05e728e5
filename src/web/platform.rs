//! The [`Platform`] of a JavaScript host.

use wasm_bindgen::prelude::*;

use crate::platform::{Address, Moment, Platform};
use crate::text::without_end;
use crate::value::{MAX_DEPTH, Value};

#[wasm_bindgen]
extern "C" {
    // Catching, unlike js_sys's: a caller's object may have a getter that throws.
    #[wasm_bindgen(js_namespace = Object, catch)]
    fn entries(object: &JsValue) -> Result<js_sys::Array, JsValue>;
}

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
        scheme: without_end(&url.protocol(), b':').to_owned(),
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
        let mut list = Vec::new();
        for item in items.iter() {
            list.push(walk(&item, depth + 1)?);
        }
        return Some(Value::List(list));
    }
    if !value.is_object() {
        return None;
    }
    let mut map = Vec::new();
    for entry in entries(value).ok()?.iter() {
        let entry: js_sys::Array = entry.unchecked_into();
        map.push((entry.get(0).as_string()?, walk(&entry.get(1), depth + 1)?));
    }
    Some(Value::Map(map))
}

fn parse_date(text: &str) -> Option<f64> {
    let millis = js_sys::Date::parse(text);
    millis.is_finite().then_some(millis)
}
