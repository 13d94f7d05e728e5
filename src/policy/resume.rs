//! Continuing a body that was cut: what to ask for, and whether the answer is the right piece.

use crate::text::{begins, split};
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

fn whole(digits: &str) -> Option<f64> {
    let digits = digits.trim_ascii();
    let all = !digits.is_empty() && digits.len() <= 15 && digits.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| decimal(digits)).flatten()
}

/// A validator that pins one version of the bytes: a strong ETag, else the modification date. A weak ETag pins nothing.
pub fn validator(etag: Option<&str>, last_modified: Option<&str>) -> Option<String> {
    let strong = etag.map(str::trim_ascii).filter(|etag| etag.as_bytes().first() == Some(&b'"') && etag.len() > 2);
    strong.or(last_modified.map(str::trim_ascii).filter(|date| !date.is_empty())).map(str::to_owned)
}
