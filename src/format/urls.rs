//! Where a body keeps the address of its video: one ordered search through every place a relay was seen to use.

use super::Variant;
use crate::network;
use crate::text::{self, before, begins, split};
use crate::value::Value;

/// Vendor bodies stand in relay bodies; no address was met deeper.
const MAX_DEPTH: u8 = 8;

const PLACES: &[&str] = &["video_url", "url", "output_url", "download_url", "result_url", "output", "video"];
const CONTAINERS: &[&str] = &[
    "output",
    "outputs",
    "video",
    "videos",
    "metadata",
    "task_result",
    "content",
    "generations",
    "unsigned_urls",
    "urls",
    "artifacts",
];

/// The path of a result's bytes where the relay serves them as OpenAI did.
pub(super) fn content_path(id: &str, variant: Variant) -> String {
    let (query, word) = if variant == Variant::Video { ("", "") } else { ("?variant=", variant.word()) };
    ["/v1/videos/", id, "/content", query, word].concat()
}

/// Whether a text is an address of something that can be fetched or decoded.
pub fn is_address(text: &str) -> bool {
    let clean = !text.bytes().any(|byte| byte <= b' ' || byte == 0x7f);
    let web = (begins(text, "https://") && text.len() > 8) || (begins(text, "http://") && text.len() > 7);
    clean && (web || (begins(text, "data:") && split(text, b",").1.is_some()))
}

/// The addresses of a task's videos, the chosen one first; empty where there is none.
///
/// A relay may tell its own address as seen from inside its container: the first address that is not loopback wins.
pub fn find(task: &Value) -> Vec<String> {
    let mut found = Vec::new();
    search(task, 0, &mut found);
    let is_public = |url: &String| !is_loopback(url);
    match found.iter().position(|group| group.iter().any(is_public)) {
        Some(chosen) => found.swap_remove(chosen).into_iter().filter(is_public).collect(),
        None => found.into_iter().next().unwrap_or_default(),
    }
}

/// The address that an object itself gives, whatever stands inside it.
pub(super) fn own(object: &Value) -> Option<String> {
    PLACES.iter().chain(&["fail_reason"]).find_map(|key| address(object.get(key)))
}

/// Collects groups of addresses in order of preference; a group is what stands side by side in one array.
fn search(value: &Value, depth: u8, found: &mut Vec<Vec<String>>) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Text(_) => found.extend(address(value).map(|url| vec![url])),
        Value::List(items) => search_list(items, depth, found),
        Value::Map(_) => {
            for key in PLACES {
                found.extend(address(value.get(key)).map(|url| vec![url]));
            }
            for key in CONTAINERS.iter().chain(&["content_url", "data", "detail", "data_url", "fail_reason"]) {
                search(value.get(key), depth + 1, found);
            }
        }
        _ => {}
    }
}

/// What stands side by side is a group: its elements are all deliverables.
fn search_list(items: &[Value], depth: u8, found: &mut Vec<Vec<String>>) {
    let videos: Vec<&Value> = items.iter().filter(|item| !is_other_medium(item)).collect();
    let items = if videos.is_empty() { items.iter().collect() } else { videos };
    let mut rest = items.into_iter();
    let before = found.len();
    // The first element that has an address leads, with all the places it has.
    for item in rest.by_ref() {
        search(item, depth + 1, found);
        if found.len() > before {
            break;
        }
    }
    let siblings: Vec<String> = rest.filter_map(|item| first_address(item, depth + 1)).collect();
    if let Some(group) = found.get_mut(before) {
        for url in siblings {
            if !group.contains(&url) {
                group.push(url);
            }
        }
    }
}

/// new-api's artifacts say what they are: a still or a sound is no video.
fn is_other_medium(item: &Value) -> bool {
    item.get("type")
        .words()
        .is_some_and(|kind| ["image", "audio", "cover", "thumbnail"].iter().any(|other| kind.eq_ignore_ascii_case(other)))
}

fn first_address(value: &Value, depth: u8) -> Option<String> {
    let mut found = Vec::new();
    search(value, depth, &mut found);
    found.into_iter().flatten().next()
}

fn address(value: &Value) -> Option<String> {
    value.words().filter(|text| is_address(text)).map(str::to_owned)
}

fn is_loopback(url: &str) -> bool {
    let Some(start) = text::find(url, "://") else { return false };
    let authority = before(url.get(start + 3..).unwrap_or_default(), b"/?#");
    let at = authority.bytes().rposition(|byte| byte == b'@').map_or(0, |at| at + 1);
    let host = authority.get(at..).unwrap_or_default();
    let end = if host.as_bytes().first() == Some(&b'[') {
        text::find(host, "]").map_or(host.len(), |end| end + 1)
    } else {
        before(host, b":").len()
    };
    network::is_loopback(host.get(..end).unwrap_or_default())
}
