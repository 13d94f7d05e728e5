//! Where a body keeps the address of its video: one ordered search through every place a relay was seen to use.

use super::Variant;
use crate::network;
use crate::text::{all, among, before, begins, behind, parts, split};
use crate::value::Value;

/// Vendor bodies stand in relay bodies; no address was met deeper.
const MAX_DEPTH: u8 = 8;

const PLACES: &str = "video_url|url|output_url|download_url|result_url|output|video";
const CONTAINERS: &str = "output|outputs|video|videos|metadata|task_result|content|generations|unsigned_urls|urls|artifacts\
    |content_url|data|detail|data_url|fail_reason";

/// The path of a result's bytes where the relay serves them as OpenAI did.
pub(super) fn content_path(id: &str, variant: Variant) -> String {
    let (query, word) = if variant == Variant::Video { ("", "") } else { ("?variant=", variant.word()) };
    ["/v1/videos/", id, "/content", query, word].concat()
}

/// Whether a text is an address of something that can be fetched or decoded.
pub fn is_address(text: &str) -> bool {
    let web = (begins(text, "https://") && text.len() > 8) || (begins(text, "http://") && text.len() > 7);
    is_clean(text) && (web || (begins(text, "data:") && split(text, b",").1.is_some()))
}

/// Whether nothing in a text is a space or a control character.
pub(super) fn is_clean(text: &str) -> bool {
    all(text, |byte| byte > b' ' && byte != 0x7f)
}

/// The addresses of a task's videos, the chosen one first; empty where there is none.
///
/// A relay may tell its own address as seen from inside its container: the first address that is not loopback wins.
pub fn find(task: &Value) -> Vec<String> {
    let mut found = Vec::new();
    search(task, 0, &mut found);
    let public = found.iter().find(|(_, url)| !is_loopback(url));
    let all = public.is_none();
    let Some(&(chosen, _)) = public.or(found.first()) else { return Vec::new() };
    let mut kept = Vec::new();
    for (group, url) in found {
        if group == chosen && (all || !is_loopback(url)) {
            kept.push(url.to_owned());
        }
    }
    kept
}

/// The address that an object itself gives, whatever stands inside it.
pub(super) fn own(object: &Value) -> Option<&str> {
    let sound = |value: &Value| address(value).is_some();
    address(object.first(PLACES, sound)).or_else(|| address(object.get("fail_reason")))
}

/// Addresses in order of preference, each with the number of its group: what stands side by side in one array.
type Found<'a> = Vec<(usize, &'a str)>;

fn search<'a>(value: &'a Value, depth: u8, found: &mut Found<'a>) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Text(_) => note(value, found),
        Value::List(items) => search_list(items, depth, found),
        Value::Map(_) => {
            for key in parts(PLACES, b"|") {
                note(value.get(key), found);
            }
            for key in parts(CONTAINERS, b"|") {
                search(value.get(key), depth + 1, found);
            }
        }
        _ => {}
    }
}

fn note<'a>(value: &'a Value, found: &mut Found<'a>) {
    if let Some(url) = address(value) {
        found.push((found.len(), url));
    }
}

/// What stands side by side is a group: its elements are all deliverables.
fn search_list<'a>(items: &'a [Value], depth: u8, found: &mut Found<'a>) {
    let all_other = items.iter().all(is_other_medium);
    let before = found.len();
    let mut group = None;
    for item in items {
        if !all_other && is_other_medium(item) {
            continue;
        }
        match group {
            // The first element that has an address leads, with all the places it has.
            None => {
                search(item, depth + 1, found);
                group = found.get(before).map(|(group, _)| *group);
            }
            Some(group) => {
                let mut inner = Vec::new();
                search(item, depth + 1, &mut inner);
                if let Some((_, url)) = inner.first()
                    && !found.contains(&(group, url))
                {
                    found.push((group, url));
                }
            }
        }
    }
}

/// new-api's artifacts say what they are: a still or a sound is no video.
fn is_other_medium(item: &Value) -> bool {
    item.get("type").words().is_some_and(|kind| among(&kind.to_ascii_lowercase(), "image|audio|cover|thumbnail"))
}

fn address(value: &Value) -> Option<&str> {
    value.words().filter(|text| is_address(text))
}

fn is_loopback(url: &str) -> bool {
    let Some(rest) = split(url, b":").1.and_then(|rest| rest.strip_prefix("//")) else { return false };
    let host = behind(before(rest, b"/?#"), b"@");
    let end = if begins(host, "[") { before(host, b"]").len() + 1 } else { before(host, b":").len() };
    network::is_loopback(host.get(..end).unwrap_or(host))
}
