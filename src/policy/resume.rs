//! Continuing a body that was cut: what to ask for, and whether the answer is the right piece.

use crate::flow::Headers;
use crate::text::{all, begins, split};
use crate::value::decimal;

/// `Content-Range: bytes first-last/total`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ContentRange {
    /// First byte of the answer.
    pub first: f64,
    /// Last byte of the answer.
    pub last: f64,
    /// Length of the whole, where it is told.
    pub total: Option<f64>,
}

/// Reads a `Content-Range` of a 206.
pub fn content_range(header: &str) -> Option<ContentRange> {
    let header = header.trim_ascii();
    let (range, total) = split(header.get(5..).filter(|_| begins(header, "bytes"))?.trim_ascii_start(), b"/");
    let (first, last) = split(range, b"-");
    let (last, total) = (last?, total?);
    let (first, last) = (whole(first)?, whole(last)?);
    let total = match total.trim_ascii() {
        "*" => None,
        total => Some(whole(total)?),
    };
    let sound = first <= last && total.is_none_or(|total| last < total);
    sound.then_some(ContentRange { first, last, total })
}

/// The length of the whole that a 416 tells: `Content-Range: bytes */total`.
pub fn unsatisfied(header: &str) -> Option<f64> {
    let header = header.trim_ascii();
    let (range, total) = split(header.get(5..).filter(|_| begins(header, "bytes"))?.trim_ascii(), b"/");
    if range.trim_ascii() == "*" { whole(total?) } else { None }
}

fn whole(digits: &str) -> Option<f64> {
    let digits = digits.trim_ascii();
    let all = !digits.is_empty() && digits.len() <= 15 && all(digits, |byte| byte.is_ascii_digit());
    all.then(|| decimal(digits)).flatten()
}

/// A validator that pins one version of the bytes: a strong ETag, else the modification date. A weak ETag pins nothing.
pub fn validator(etag: Option<&str>, last_modified: Option<&str>) -> Option<String> {
    let strong = etag.map(str::trim_ascii).filter(|etag| etag.as_bytes().first() == Some(&b'"') && etag.len() > 2);
    strong.or(last_modified.map(str::trim_ascii).filter(|date| !date.is_empty())).map(str::to_owned)
}

/// What is known of the version of the bytes that are served, weak marks included.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Version {
    etag: Option<String>,
    modified: Option<String>,
    encoded: bool,
}

impl Version {
    /// As an answer tells it.
    pub fn of(headers: &Headers, encoded: bool) -> Self {
        let told =
            |header: &Option<String>| header.as_deref().map(str::trim_ascii).filter(|text| !text.is_empty()).map(str::to_owned);
        Version { etag: told(&headers.etag), modified: told(&headers.last_modified), encoded }
    }

    /// As a stored validator tells it.
    pub fn pinned(validator: &str) -> Self {
        let text = Some(validator.to_owned());
        let (etag, modified) = if validator.starts_with('"') { (text, None) } else { (None, text) };
        Version { etag, modified, encoded: false }
    }

    /// Whether the marks that both tell say that the bytes have changed. A packed body's marks are not the plain one's.
    pub fn differs(&self, other: &Version) -> bool {
        if self.encoded != other.encoded {
            return false;
        }
        match (&self.etag, &other.etag) {
            (Some(old), Some(new)) => opaque(old) != opaque(new),
            _ => matches!((&self.modified, &other.modified), (Some(old), Some(new)) if old != new),
        }
    }

    /// Keeps what was told first, and adds what was not.
    pub fn learn(&mut self, other: Version) {
        if self.etag.is_none() && self.modified.is_none() {
            *self = other;
        } else if self.encoded == other.encoded {
            self.etag = self.etag.take().or(other.etag);
            self.modified = self.modified.take().or(other.modified);
        }
    }
}

/// An ETag without its mark of weakness, which a server may add on the way.
fn opaque(etag: &str) -> &str {
    etag.strip_prefix("W/").unwrap_or(etag)
}
