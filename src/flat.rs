//! A JSON value as one text: the facade flattens a parsed body, so that it crosses in one call instead of one a field.
//!
//! `n` null, `t` and `f`, `d` a whole number up to NUL, `x` the two halves of any other's bits, `s` text up to NUL, `[` items `]`, `{` key up to NUL and value `}`.
//! NULs inside texts are dropped on the way.

use crate::text::{split, whole};
use crate::value::{MAX_DEPTH, Value, decimal};

/// Reads a flattened value; what is cut short, malformed or nested without end becomes `Null`, never a panic.
pub fn read(mut text: &str) -> Value {
    next(&mut text)
}

/// Reads the next of several values, one behind the other; `Null` behind the last.
pub fn next(text: &mut &str) -> Value {
    value(text, 0)
}

/// The next of several values, a number of things.
pub fn count(text: &mut &str) -> f64 {
    next(text).number().unwrap_or_default()
}

/// The next of several values, a yes or no.
pub fn flag(text: &mut &str) -> bool {
    next(text).is(true)
}

/// The next of several values, a text if there is one.
pub fn text(text: &mut &str) -> Option<String> {
    next(text).into_text()
}

fn value(rest: &mut &str, depth: u8) -> Value {
    // The facade nests no deeper.
    let nests = depth <= MAX_DEPTH;
    match token(rest) {
        Some(b't') => Value::Bool(true),
        Some(b'f') => Value::Bool(false),
        Some(b'd') => decimal(upto(rest)).map_or(Value::Null, Value::Number),
        Some(b'x') => {
            let (high, low) = split(upto(rest), b",");
            let half = |digits: &str| whole(digits, 10).unwrap_or(0);
            Value::Number(f64::from_bits(half(high) << 32 | half(low.unwrap_or_default())))
        }
        Some(b's') => Value::Text(upto(rest).to_owned()),
        Some(b'[') if nests => {
            let mut items = Vec::new();
            while !closes(rest, b']') {
                items.push(value(rest, depth + 1));
            }
            Value::List(items)
        }
        Some(b'{') if nests => {
            let mut entries = Vec::new();
            while !closes(rest, b'}') {
                let key = upto(rest).to_owned();
                entries.push((key, value(rest, depth + 1)));
            }
            Value::Map(entries)
        }
        _ => Value::Null,
    }
}

fn token(rest: &mut &str) -> Option<u8> {
    let first = *rest.as_bytes().first()?;
    *rest = rest.get(1..).unwrap_or_default();
    Some(first)
}

/// Whether a list or map is over. An end of the text ends it, too.
fn closes(rest: &mut &str, close: u8) -> bool {
    match rest.as_bytes().first() {
        Some(first) if *first == close => token(rest).is_some(),
        first => first.is_none(),
    }
}

fn upto<'a>(rest: &mut &'a str) -> &'a str {
    let (before, after) = split(rest, &[0]);
    *rest = after.unwrap_or_default();
    before
}
