//! Whether bytes that should be a video are one of the things relays send instead.

use crate::text::{among, before, begins, ends, has};

/// The first bytes that the decision needs.
pub const HEAD: usize = 512;

/// What relays send in a video's place, by the words of messages.
const IMPOSTORS: [&str; 5] = ["Text", "JSON", "HTML", "XML", "Packed data"];
const TEXT: u8 = 0;
const JSON: u8 = 1;
const HTML: u8 = 2;
const XML: u8 = 3;
const PACKED: u8 = 4;

/// What begins so is no video. No host unpacks every encoding, Deno leaves deflate as it is: these are the marks of gzip,
/// deflate and zstd, and of wide characters.
const MARKS: [(&[u8], u8); 8] = [
    (b"\x1f\x8b\x08", PACKED),
    (b"\x78\x01", PACKED),
    (b"\x78\x5e", PACKED),
    (b"\x78\x9c", PACKED),
    (b"\x78\xda", PACKED),
    (b"\x28\xb5\x2f\xfd", PACKED),
    (b"\xff\xfe", TEXT),
    (b"\xfe\xff", TEXT),
];

/// Tags that a page begins with.
const TAGS: [&[u8]; 4] = [b"<!doctype", b"<html", b"<head", b"<body"];

/// The impostor in that place.
pub fn named(number: u8) -> &'static str {
    IMPOSTORS.get(usize::from(number)).copied().unwrap_or_default()
}

/// What stands where a video was due, by its place among the impostors: judged by its first bytes, whatever the header says.
pub fn impostor(head: &[u8]) -> Option<u8> {
    for (mark, what) in &MARKS {
        if head.starts_with(mark) {
            return Some(*what);
        }
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii();
    let Some((first, rest)) = text.split_first() else { return (head.len() >= HEAD).then_some(TEXT) };
    let next = rest.trim_ascii_start().first().map_or(0, u8::to_ascii_lowercase);
    let json = match first {
        b'{' => has(b"\"}", next),
        b'[' if has(b"{[\"", next) => true,
        b'[' => has(b"]-0123456789fnt", next) && is_text(text),
        b'"' => next != 0 && is_text(text),
        b'<' if (next.is_ascii_lowercase() || has(b"!?", next)) && is_text(text) => {
            let html = TAGS.iter().any(|tag| text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag)));
            return Some(if html { HTML } else { XML });
        }
        _ => matches!(text, b"false" | b"null" | b"true"),
    };
    json.then_some(JSON)
}

fn is_text(head: &[u8]) -> bool {
    head.iter().take(64).all(|byte| *byte >= 0x20 || matches!(byte, b'\t' | b'\r' | b'\n'))
}

/// Whether a media type announces a document rather than a film.
pub fn is_json(media_type: Option<&str>) -> bool {
    let essence = essence(media_type);
    among(&essence, "application/json|text/json") || ends(&essence, "+json")
}

/// Whether a media type is a page or an XML error of a storage service.
pub fn is_markup(media_type: Option<&str>) -> bool {
    among(&essence(media_type), "text/html|application/xhtml+xml|application/xml|text/xml")
}

fn essence(media_type: Option<&str>) -> String {
    before(media_type.unwrap_or_default(), b";").trim_ascii().to_ascii_lowercase()
}

/// Whether a media type announces several ranges in an envelope, which was never asked for.
pub fn is_multipart(media_type: Option<&str>) -> bool {
    media_type.is_some_and(|media_type| begins(media_type.trim_ascii(), "multipart/"))
}
