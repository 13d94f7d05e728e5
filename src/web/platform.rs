//! The [`Platform`] of a JavaScript host.

use wasm_bindgen::prelude::*;

use super::flat;
use super::state::state;
use crate::platform::{Address, Moment, Platform};
use crate::text::parts;
use crate::value::Value;

#[wasm_bindgen]
extern "C" {
    /// The facade's parsers.
    pub type Parsers;
    /// Parses JSON text and flattens it.
    #[wasm_bindgen(method)]
    fn flatten(this: &Parsers, text: &str) -> Option<String>;
    /// Takes a URL apart: origin, scheme, host, path, user and password, the whole; a line each.
    #[wasm_bindgen(method)]
    fn url(this: &Parsers, text: &str, base: Option<&str>) -> Option<String>;
    /// The first group of each match, a line each.
    #[wasm_bindgen(method)]
    fn matches(this: &Parsers, pattern: &str, text: &str) -> String;
}

/// Parsers from the host's own `URL`, `JSON`, `Date` and `RegExp`.
pub const PLATFORM: Platform = Platform { url: parse_url, json: parse_json, date: parse_date, matches };

/// Now, and a fresh chance, as the facade gave them for this turn: to ask for each would be a way out and back.
pub fn moment() -> Moment {
    state().moment.get()
}

fn parse_url(text: &str, base: Option<&str>) -> Option<Address> {
    let lines = state().parsers.get()?.url(text, base)?;
    let mut lines = parts(&lines, b"\n");
    let mut next = || lines.next().unwrap_or_default().to_owned();
    Some(Address { origin: next(), scheme: next(), host: next(), path: next(), userinfo: !next().is_empty(), href: next() })
}

fn parse_json(text: &str) -> Option<Value> {
    let flattened = state().parsers.get()?.flatten(text)?;
    Some(flat::read(&flattened))
}

fn matches(pattern: &'static str, text: &str) -> String {
    state().parsers.get().map(|parsers| parsers.matches(pattern, text)).unwrap_or_default()
}

fn parse_date(text: &str) -> Option<f64> {
    let millis = js_sys::Date::parse(text);
    millis.is_finite().then_some(millis)
}
