//! Whether bytes that should be a video are one of the things relays send instead.

use crate::text::{before, begins, ends};

/// The first bytes that the decision needs.
pub const HEAD: usize = 512;

/// What relays send in a video's place, by the words of messages.
const IMPOSTORS: [&str; 5] = [JSON, HTML, XML, PACKED, TEXT];
const JSON: &str = "JSON";
const HTML: &str = "HTML";
const XML: &str = "XML";
const PACKED: &str = "Packed data";
const TEXT: &str = "Text";

/// An impostor's place among them.
pub fn number(name: &str) -> Option<u8> {
    IMPOSTORS.iter().position(|impostor| *impostor == name).map(|place| place as u8)
}

/// The impostor in that place.
pub fn named(number: u8) -> &'static str {
    IMPOSTORS.get(usize::from(number)).copied().unwrap_or(TEXT)
}

/// What stands where a video was due, judged by its first bytes whatever the header says.
pub fn impostor(head: &[u8]) -> Option<&'static str> {
    // No host unpacks every encoding: Deno leaves deflate as it is. Then come the marks of gzip, deflate and zstd.
    if let [0x1f, 0x8b, 8, ..] | [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] = head {
        return Some(PACKED);
    }
    // The mark of wide characters.
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = head {
        return Some(TEXT);
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let Some((&first, rest)) = text.split_first() else { return (head.len() >= HEAD).then_some(TEXT) };
    let next = rest.trim_ascii_start().first().copied();
    match (first, next) {
        (b'{', Some(b'"' | b'}')) => Some(JSON),
        (b'[', Some(b'{' | b'[' | b'"')) => Some(JSON),
        (b'[', Some(b']' | b'-' | b'0'..=b'9' | b'f' | b'n' | b't')) | (b'"', Some(_)) if is_text(text) => Some(JSON),
        (b'f' | b'n' | b't', _) if matches!(text.trim_ascii_end(), b"false" | b"null" | b"true") => Some(JSON),
        (b'<', Some(b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z')) if is_text(text) => {
            let html = [&b"<!doctype"[..], b"<html", b"<head", b"<body"].into_iter();
            let mut starts = html.map(|tag| text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag)));
            Some(if starts.any(|does| does) { HTML } else { XML })
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
