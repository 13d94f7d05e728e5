//! The [`Platform`] of a JavaScript host.

use wasm_bindgen::prelude::*;

use crate::platform::{Address, Moment, Platform};
use crate::value::Value;

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

/// What the rules need of a parsed body; `None` for what JSON cannot hold.
pub fn value_of(body: &JsValue) -> Option<Value> {
    serde_wasm_bindgen::from_value(body.clone()).ok()
}

fn parse_date(text: &str) -> Option<f64> {
    let millis = js_sys::Date::parse(text);
    millis.is_finite().then_some(millis)
}
