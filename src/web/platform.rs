//! The [`Platform`] of a JavaScript host.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::flat;
use crate::platform::{Address, Moment, Platform};
use crate::text::without_end;
use crate::value::Value;

thread_local! {
    static FLATTEN: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Keeps the facade's `flatten(text)`, which parses JSON text and flattens it, or gives undefined.
pub fn install(flatten: Function) {
    FLATTEN.replace(Some(flatten));
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
    let flattened =
        FLATTEN.with_borrow(|flatten| flatten.as_ref()?.call1(&JsValue::UNDEFINED, &text.into()).ok()?.as_string())?;
    Some(flat::read(&flattened))
}

fn parse_date(text: &str) -> Option<f64> {
    let millis = js_sys::Date::parse(text);
    millis.is_finite().then_some(millis)
}
