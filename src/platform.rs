//! What every JavaScript host already does well, handed in so that the core neither writes it again nor names a JS type.

use crate::value::Value;

/// An absolute URL taken apart by the platform's own parser (WHATWG rules).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The whole URL, normalised, fragment included.
    pub href: String,
    /// `https`, without the colon.
    pub scheme: String,
    /// Lower case; IPv6 in brackets; empty for `data:`.
    pub host: String,
    /// Scheme, host and port: where a key may go is decided by all three.
    pub origin: String,
    /// Always starts with `/` for http(s).
    pub path: String,
    /// The URL names a user or a password.
    pub userinfo: bool,
}

/// The platform's parsers. Each answers `None` where the text cannot be read.
#[derive(Debug, Clone, Copy)]
pub struct Platform {
    /// Resolves a URL, relative to the second where that is given.
    pub url: fn(&str, Option<&str>) -> Option<Address>,
    /// Parses JSON text.
    pub json: fn(&str) -> Option<Value>,
    /// Milliseconds since 1970 of an RFC 3339 or HTTP date that names its zone.
    pub date: fn(&str) -> Option<f64>,
    /// What a regular expression, without regard to case, matches in a text: the first group of each match that took part, a
    /// line each. Patterns are written in what `RegExp` and the `regex` crate have in common, such that each takes linear time.
    pub matches: fn(&'static str, &str) -> String,
}

/// The moment and the chance a step machine is given, having neither of its own.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moment {
    /// Milliseconds since 1970.
    pub now: f64,
    /// Uniform in 0..1, fresh for each step.
    pub jitter: f64,
}
