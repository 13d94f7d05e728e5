//! Whether bytes that should be a video are one of the things relays send instead.

use crate::text::{before, begins, ends};

/// The first bytes that the decision needs.
pub const HEAD: usize = 512;

/// What stands where a video was due, judged by its first bytes whatever the header says.
pub fn impostor(head: &[u8]) -> Option<&'static str> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let (&first, rest) = head.split_first()?;
    let next = rest.trim_ascii_start().first().copied();
    match (first, next) {
        (b'{', Some(b'"' | b'}')) => Some("JSON"),
        (b'[', Some(b'{' | b'[' | b'"')) => Some("JSON"),
        (b'<', Some(b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z')) if is_text(head) => {
            let start: Vec<u8> = head.iter().take(9).map(u8::to_ascii_lowercase).collect();
            let html = start.starts_with(b"<!doctype")
                || start.starts_with(b"<html")
                || start.starts_with(b"<head")
                || start.starts_with(b"<body");
            Some(if html { "HTML" } else { "XML" })
        }
        _ => None,
    }
}

fn is_text(head: &[u8]) -> bool {
    head.iter().take(64).all(|byte| *byte >= 0x20 || matches!(byte, b'\t' | b'\r' | b'\n'))
}

/// Whether a media type announces a document rather than a film.
pub fn is_json(media_type: Option<&str>) -> bool {
    media_type.is_some_and(|media_type| {
        let essence = before(media_type, b";").trim_ascii().to_ascii_lowercase();
        essence == "application/json" || essence == "text/json" || ends(&essence, "+json")
    })
}

/// Whether a media type is a page or an XML error of a storage service.
pub fn is_markup(media_type: Option<&str>) -> bool {
    media_type.is_some_and(|media_type| {
        let essence = before(media_type, b";").trim_ascii().to_ascii_lowercase();
        essence == "text/html" || essence == "application/xhtml+xml" || essence == "application/xml" || essence == "text/xml"
    })
}

/// Whether a media type announces several ranges in an envelope, which was never asked for.
pub fn is_multipart(media_type: Option<&str>) -> bool {
    media_type.is_some_and(|media_type| begins(media_type.trim_ascii(), "multipart/"))
}
