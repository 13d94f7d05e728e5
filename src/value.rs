//! A JSON value as the rules see it, and only so deep.

/// Nesting below this is not looked at; no relay's body comes near, and a hostile one cannot exhaust the stack.
pub const MAX_DEPTH: u8 = 24;

use crate::text::{all, digits, parts, split, whole};

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// `null`, and whatever lies too deep.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number.
    Number(f64),
    /// Any text.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// An object, in wire order.
    Map(Vec<(String, Value)>),
}

/// Compared some thousand times a body: most keys differ in length, and then nothing is called.
#[inline(always)]
fn same(name: &str, key: &str) -> bool {
    name.len() == key.len() && name == key
}

static NULL: Value = Value::Null;

impl Value {
    /// The value under a key; `Null` where there is none.
    pub fn get(&self, key: &str) -> &Value {
        match self {
            Value::Map(entries) => entries.iter().find(|(name, _)| same(name, key)).map_or(&NULL, |(_, value)| value),
            _ => &NULL,
        }
    }

    /// The value at the end of a path: keys with dots between them.
    pub fn at(&self, path: &str) -> &Value {
        let mut value = self;
        for key in parts(path, b".") {
            // The empty path leads nowhere.
            value = if path.is_empty() { value } else { value.get(key) };
        }
        value
    }

    /// The first of several paths, with `|` between them, at whose end something sound stands.
    pub fn first(&self, paths: &str, sound: fn(&Value) -> bool) -> &Value {
        for path in parts(paths, b"|") {
            let value = self.at(path);
            if sound(value) {
                return value;
            }
        }
        &NULL
    }

    /// The first of several paths that ends at words.
    pub fn say(&self, paths: &str) -> Option<&str> {
        self.first(paths, |value| value.words().is_some()).words()
    }

    /// Whether an object has the key, even with `null` behind it.
    pub fn has(&self, key: &str) -> bool {
        matches!(self, Value::Map(entries) if entries.iter().any(|(name, _)| same(name, key)))
    }

    /// The text, untouched.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text itself.
    pub fn into_text(self) -> Option<String> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text, trimmed, unless nothing is left: many relays write `""` for null.
    pub fn words(&self) -> Option<&str> {
        self.text().map(str::trim_ascii).filter(|text| !text.is_empty())
    }

    /// A number, or text that is one.
    pub fn number(&self) -> Option<f64> {
        let number = match self {
            Value::Number(number) => *number,
            Value::Text(text) => return decimal(text),
            _ => return None,
        };
        number.is_finite().then_some(number)
    }

    /// The digits of a whole number that a parser keeps to the last: above 2^53 some were lost.
    pub fn whole(&self) -> Option<String> {
        match self {
            Value::Number(number) if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 => {
                let sign = if *number < 0.0 { "-" } else { "" };
                Some([sign, &digits(number.abs() as u64)].concat())
            }
            _ => None,
        }
    }

    /// The elements of an array; empty for anything else.
    pub fn list(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// Whether this is that one of `true` and `false`.
    pub fn is(&self, flag: bool) -> bool {
        matches!(self, Value::Bool(of) if *of == flag)
    }

    /// Whether this is an object.
    pub fn is_map(&self) -> bool {
        matches!(self, Value::Map(_))
    }

    /// Whether this is `null` or was not there.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }
}

/// A plain decimal such as `42`, `-1` or `0.5`. `f64::from_str` reads more than any relay writes, and brings tables of 10 KB.
pub fn decimal(text: &str) -> Option<f64> {
    let text = text.trim_ascii();
    let negative = text.as_bytes().first() == Some(&b'-');
    let digits = text.get(usize::from(negative)..)?;
    let (before, after) = split(digits, b".");
    let after = after.unwrap_or_default();
    if before.is_empty() && after.is_empty() {
        return None;
    }
    let count = |digits: &str| if digits.is_empty() { Some(0.0) } else { whole(digits, 10).map(|count| count as f64) };
    // Further digits of a fraction are beyond what an f64 tells apart.
    let (kept, beyond) = after.split_at_checked(15).unwrap_or((after, ""));
    let mut scale = 1.0;
    for _ in kept.bytes() {
        scale *= 10.0;
    }
    if !all(beyond, |byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = count(before)? + count(kept)? / scale;
    Some(if negative { -number } else { number })
}
