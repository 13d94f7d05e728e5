//! The [`Platform`] of a native build: kept libraries in place of the JavaScript host, for tests and simulation.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

use regex::Regex;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::platform::{Address, Platform};
use crate::value::{MAX_DEPTH, Value};

/// Parsers from `url`, `serde_json`, `chrono` and `regex`.
pub const PLATFORM: Platform = Platform { url: parse_url, json: parse_json, date: parse_date, matches };

fn parse_url(text: &str, base: Option<&str>) -> Option<Address> {
    let url = match base {
        Some(base) => url::Url::parse(base).ok()?.join(text).ok()?,
        None => url::Url::parse(text).ok()?,
    };
    Some(Address {
        scheme: url.scheme().to_owned(),
        host: url.host_str().unwrap_or_default().to_owned(),
        origin: url.origin().ascii_serialization(),
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

thread_local! {
    /// Patterns that were compiled; one that cannot be matches nothing.
    static PATTERNS: RefCell<HashMap<&'static str, Option<Regex>>> = RefCell::default();
}

fn matches(pattern: &'static str, text: &str) -> String {
    // A word of `RegExp` is of ASCII.
    let compile = || Regex::new(&["(?i)", &pattern.replace(r"\b", r"(?-u:\b)")].concat()).ok();
    PATTERNS.with_borrow_mut(|patterns| {
        let Some(pattern) = patterns.entry(pattern).or_insert_with(compile) else { return String::new() };
        let groups = pattern.captures_iter(text).filter_map(|found| found.iter().skip(1).flatten().next());
        groups.map(|group| group.as_str()).collect::<Vec<_>>().join("\n")
    })
}

impl<'de> serde::Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Reader { depth: 0 }.deserialize(deserializer)
    }
}

#[derive(Clone, Copy)]
struct Reader {
    depth: u8,
}

impl<'de> DeserializeSeed<'de> for Reader {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if self.depth > MAX_DEPTH {
            return deserializer.deserialize_ignored_any(IgnoredAny).map(|_| Value::Null);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Reader { depth: self.depth + 1 })? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        while let Some(key) = entries.next_key::<String>()? {
            map.push((key, entries.next_value_seed(Reader { depth: self.depth + 1 })?));
        }
        Ok(Value::Map(map))
    }
}
