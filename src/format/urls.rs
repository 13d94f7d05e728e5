//! Where a body keeps the address of its video: one ordered search through every place a relay was seen to use.

use super::Variant;
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
    match variant {
        Variant::Video => format!("/v1/videos/{id}/content"),
        other => format!("/v1/videos/{id}/content?variant={}", other.word()),
    }
}

/// Whether a text is an address of something that can be fetched or decoded.
pub fn is_address(text: &str) -> bool {
    let starts = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let text_ok = !text.chars().any(|c| c.is_control() || c == ' ');
    text_ok && ((starts("https://") && text.len() > 8) || (starts("http://") && text.len() > 7) || starts("data:"))
}

/// The addresses of a task's videos, the chosen one first; empty where there is none.
///
/// A relay may tell its own address as seen from inside its container: the first address that is not loopback wins.
pub fn find(task: &Value) -> Vec<String> {
    let mut found = Vec::new();
    search(task, 0, &mut found);
    let public = found.iter().position(|group| group.first().is_some_and(|url| !is_loopback(url)));
    let chosen = public.unwrap_or(0);
    if chosen < found.len() { found.swap_remove(chosen) } else { Vec::new() }
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

fn search_list(items: &[Value], depth: u8, found: &mut Vec<Vec<String>>) {
    let before = found.len();
    if let Some(first) = items.first() {
        search(first, depth + 1, found);
    }
    // The siblings of a chosen first element are deliverables, too.
    let siblings: Vec<String> = items.iter().skip(1).filter_map(|item| first_address(item, depth + 1)).collect();
    if let Some(group) = found.get_mut(before) {
        for url in siblings {
            if !group.contains(&url) {
                group.push(url);
            }
        }
    }
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
    let authority = url.split("://").nth(1).unwrap_or_default().split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = if host.starts_with('[') {
        host.split(']').next().unwrap_or_default()
    } else {
        host.split(':').next().unwrap_or_default()
    };
    let host = host.to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1" || host == "0.0.0.0"
}
