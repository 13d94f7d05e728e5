//! The deliverables of a vendor's own body, wherever a relay's envelopes put it: several a task, and of several kinds.

use super::unwrap::inside;
use super::{AUTO, Format, Spec, urls};
use crate::task::{Kind, Output};
use crate::text::{among, before, begins, behind, only, parts, split};
use crate::value::Value;

/// Envelopes that are opened on the way to the vendor's body.
const MAX_LAYERS: u8 = 6;

/// All deliverables of a task, in wire order; each address once.
pub(super) fn of(spec: &Spec, object: &Value) -> Vec<Output> {
    let mut found = Vec::new();
    let mut layer = object;
    for _ in 0..MAX_LAYERS {
        // Relays' formats hold the bodies of vendors whose names they do not tell.
        let vendor = if spec.results.is_empty() { Spec::vendor(layer, layer) } else { Some(spec) };
        for line in parts(vendor.map_or("", |vendor| vendor.results), b"\n") {
            let (at, places) = split(line, b" ");
            visit(layer, at, &mut |element| gather(element, places.unwrap_or_default(), &mut found));
        }
        if !found.is_empty() {
            break;
        }
        layer = match inside(layer) {
            Value::Null => break,
            inner => inner,
        };
    }
    // An address that the relay gives itself is the one it serves; the vendor's may want the vendor's key.
    if !std::ptr::eq(layer, object)
        && let Some(url) = urls::own(object)
        && let Some(video) = found.iter_mut().find(|output| output.kind == Kind::Video)
    {
        url.clone_into(&mut video.url);
    }
    found
}

/// Visits what is at the end of a path, every element of every list on it.
fn visit(value: &Value, path: &str, then: &mut dyn FnMut(&Value)) {
    match value {
        Value::List(items) => items.iter().for_each(|item| visit(item, path, then)),
        _ if path.is_empty() => then(value),
        _ => {
            let (key, rest) = split(path, b".");
            let rest = rest.unwrap_or_default();
            match value {
                Value::Map(entries) if key == "*" => entries.iter().for_each(|(_, item)| visit(item, rest, then)),
                _ => visit(value.get(key), rest, then),
            }
        }
    }
}

fn gather(element: &Value, places: &str, found: &mut Vec<Output>) {
    for place in parts(places, b" ") {
        let (kind, names) = split(place, b":");
        let Some(kind) = Kind::named(kind) else { continue };
        for name in parts(names.unwrap_or_default(), b"|") {
            let base64 = begins(name, "*");
            let count = found.len();
            visit(element, name.get(usize::from(base64)..).unwrap_or_default(), &mut |value| {
                let Some(text) = value.words() else { return };
                let url = match base64 {
                    true => data_url(text, element, kind),
                    false => (urls::is_address(text) || in_bucket(text)).then(|| text.to_owned()),
                };
                if let Some(url) = url
                    && !found.iter().any(|output| output.url == url)
                {
                    found.push(Output { kind: refined(kind, element, &url), url });
                }
            });
            if found.len() > count {
                break;
            }
        }
    }
}

/// Google's storage, which its own clients read.
fn in_bucket(text: &str) -> bool {
    begins(text, "gs://") && urls::is_clean(text)
}

/// Base64, in lines or not, as an address; Google's samples name its type in three ways.
fn data_url(text: &str, element: &Value, kind: Kind) -> Option<String> {
    let sound = |text: &str| only(text, b"+/=_-.");
    let mut bytes = String::with_capacity(text.len());
    for byte in text.bytes() {
        if !byte.is_ascii_whitespace() {
            bytes.push(char::from(byte));
        }
    }
    let named = element.say("mimeType|encoding|video.mimeType|video.encoding").filter(|named| sound(named));
    // Some say only `mp4`.
    let (before, named) = match named {
        Some(named) if split(named, b"/").1.is_some() => ("", named),
        Some(named) => ("video/", named),
        None if kind == Kind::Video => ("", "video/mp4"),
        None => ("", "image/png"),
    };
    sound(&bytes).then(|| ["data:", before, named, ";base64,", &bytes].concat())
}

/// The same places hold films, sounds and pictures; the element's `type`, or the file's name, tells.
fn refined(kind: Kind, element: &Value, url: &str) -> Kind {
    if kind != Kind::Video {
        return kind;
    }
    let path = if begins(url, "http") { before(url, b"?#") } else { "" };
    let extension = behind(path, b".");
    let told = element.get("type").text();
    if told == Some("audio") || among(extension, "mp3|wav|m4a|flac|ogg") {
        Kind::Audio
    } else if told == Some("image") || among(extension, "png|jpg|jpeg|webp|gif") {
        Kind::Image
    } else {
        Kind::Video
    }
}

/// The first deliverable that is a video.
pub fn video(outputs: &[Output]) -> Option<&Output> {
    outputs.iter().find(|output| output.kind == Kind::Video)
}

impl Format {
    /// Whether a relay invented it, and puts the bodies of vendors into it.
    pub fn is_relays(self) -> bool {
        (self as usize) < AUTO
    }
}
