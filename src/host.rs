//! The [`Platform`] of a native build: kept libraries in place of the JavaScript host, for tests and simulation.

use crate::platform::{Address, Platform};
use crate::value::Value;

/// Parsers from `url`, `serde_json` and `chrono`.
pub const PLATFORM: Platform = Platform { url: parse_url, json: parse_json, date: parse_date };

fn parse_url(text: &str, base: Option<&str>) -> Option<Address> {
    let url = match base {
        Some(base) => url::Url::parse(base).ok()?.join(text).ok()?,
        None => url::Url::parse(text).ok()?,
    };
    Some(Address {
        scheme: url.scheme().to_owned(),
        host: url.host_str().unwrap_or_default().to_owned(),
        port: url.port(),
        path: url.path().to_owned(),
        userinfo: !url.username().is_empty() || url.password().is_some(),
        href: url.into(),
    })
}

/// Parses JSON as `JSON.parse` would, then keeps what a [`Value`] keeps.
pub fn parse_json(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

fn parse_date(text: &str) -> Option<f64> {
    let date = chrono::DateTime::parse_from_rfc3339(text).or_else(|_| chrono::DateTime::parse_from_rfc2822(text));
    date.ok().map(|date| date.timestamp_millis() as f64)
}
