//! What a conversation's text tells of a task: its id, its progress, and where the clip is. Each search goes over the text once.

use super::urls::is_address;
use crate::text::{before, begins, find, split, without_start};
use crate::value::decimal;

/// Texts of neighbouring chunks have no separator: these may run into the value before them. Longer ones first.
const LABELS: &[&str] =
    &["video_url", "progress", "task_id", "message", "prompt", "status", "https", "error", "model", "http", "url", "id"];
/// What an address of a clip is called where nothing in the address tells.
const ADDRESS_LABELS: &[&str] = &["video_url", "video url", "output_url", "download_url", "result_url"];
const ID_LABELS: &[&str] = &["task_id", "task id", "taskid", "任务id"];
const PROGRESS_LABELS: &[&str] = &["progress", "进度"];
const EXTENSIONS: &[&str] = &[".mp4", ".mov", ".webm"];
/// Between a label and its value; the last three are a wide colon.
const SIGNS: &[u8] = b" \t:=\"'`*(<\xef\xbc\x9a";
/// So far before a value its label is looked for.
const LEAD: usize = 32;
/// What somebody has escaped.
const ESCAPES: &[(&str, &str)] = &[("\\/", "/"), ("\\u0026", "&"), ("&amp;", "&"), ("\\\"", "\""), ("\\_", "_")];
/// Shorter texts behind a `task_` or a label are words.
const MIN_ID: usize = 6;
/// And behind a model's name.
const MIN_MODEL_ID: usize = 14;

/// Something found, and where in the text it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found<'a> {
    /// What.
    pub text: &'a str,
    /// Where it begins.
    pub start: usize,
}

impl Found<'_> {
    /// Whether something follows it, so that no more of it can be to come.
    pub fn is_within(&self, text: &str) -> bool {
        self.start + self.text.len() < text.len()
    }
}

/// A text as it was before somebody escaped it.
pub fn unescaped(text: &str) -> String {
    let mut plain = text.to_owned();
    for (escaped, meant) in ESCAPES {
        let mut made = String::new();
        let mut from = 0;
        while let Some(at) = find_from(&plain, escaped, from) {
            made.push_str(slice(&plain, from, at));
            made.push_str(meant);
            from = at + escaped.len();
        }
        made.push_str(slice(&plain, from, plain.len()));
        plain = made;
    }
    plain
}

/// The first id: `task_…`, `<model>:<id>`, or whatever is called a task id.
pub fn id(text: &str) -> Option<Found<'_>> {
    let mut start = 0;
    while start < text.len() {
        let run = run(text, start, |byte| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte));
        let mut label = !run.is_empty() && labelled(text, start, ID_LABELS);
        // Where the part begins, and the one before it, if that may be a model.
        let (mut at, mut model) = (start, None);
        let mut rest = Some(run);
        while let Some((part, after)) = rest.map(|rest| split(rest, b":")) {
            let whole = if after.is_some() { without_label(part) } else { part };
            // No id has a dot: a file's extension begins there.
            let whole = trim_end(before(whole, b"."), b"-");
            let digit = whole.bytes().any(|byte| byte.is_ascii_digit());
            let own = begins(whole, "task_") && whole.len() >= 5 + MIN_ID && digit;
            let of_model = whole.len() >= MIN_MODEL_ID && digit && split(whole, b"-").1.is_some();
            let begin = match model {
                Some(model) if own || of_model => Some(model),
                _ if own || (label && whole.len() > MIN_ID && digit) => Some(at),
                _ => None,
            };
            if let Some(start) = begin {
                return Some(Found { text: slice(text, start, at + whole.len()), start });
            }
            label = ends_with(part, ID_LABELS);
            // `request_id`, `sid` and their like name no model.
            let named = part.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && !ends_with(part, &["id", "url"]);
            model = if named { Some(at) } else { None };
            at += part.len() + 1;
            rest = after;
        }
        start += run.len() + 1;
    }
    None
}

/// The last progress, 0..1: a percentage, or a number that is called so.
pub fn progress(text: &str) -> Option<f64> {
    let (mut last, mut start) = (None, 0);
    while start < text.len() {
        let run = run(text, start, |byte| byte.is_ascii_digit() || byte == b'.');
        let end = start + run.len();
        // `76..` is followed by dots.
        let number = trim_end(run, b".");
        let percent = number.len() == run.len() && text.as_bytes().get(end) == Some(&b'%');
        // A style's `max-width:100%` is none.
        let lead = slice(text, 0, start).as_bytes().last();
        let free = lead.is_none_or(|byte| !byte.is_ascii() || b" \t\r\n*(".contains(byte));
        if !number.is_empty() && ((percent && free) || labelled(text, start, PROGRESS_LABELS)) {
            last = decimal(number).filter(|number| *number <= 100.0).or(last);
        }
        start = end + 1;
    }
    last.map(|percent| percent / 100.0)
}

/// Where the clip is: the last `<video src>`, else the last link to a film, else one that is called so, else the whole text.
///
/// What stands at the very end counts only if it begins at `came` or behind it: of anything else more may be to come.
pub fn address(text: &str, came: usize) -> Option<Found<'_>> {
    let (mut best, mut film, mut from) = (last_player(text), false, 0);
    if best.is_some() {
        return best;
    }
    while let Some(start) = find_from(text, "http", from) {
        let link = Found { text: link(text, start), start };
        from = start + link.text.len().max(4);
        if is_address(link.text) && (link.is_within(text) || start >= came) {
            let is_film = is_film(link.text);
            if is_film || (!film && labelled(text, start, ADDRESS_LABELS)) {
                (best, film) = (Some(link), film || is_film);
            }
        }
    }
    best.or_else(|| sole(text).filter(|link| link.start >= came))
}

/// The `src` of the last `<video>`, its own or of the `<source>` in it. What is cut off has no end, and is none.
fn last_player(text: &str) -> Option<Found<'_>> {
    let (mut last, mut next) = (None, find_from(text, "<video", 0));
    while let Some(start) = next {
        next = find_from(text, "<video", start + 1);
        let player = slice(text, start, next.unwrap_or(text.len()));
        let Some(at) = find_from(player, "src", 0) else { continue };
        let value = without_start(slice(player, at + 3, player.len()), b" =\\");
        let (value, stops) = match value.as_bytes().first() {
            Some(b'"') => (slice(value, 1, value.len()), &b"\""[..]),
            Some(b'\'') => (slice(value, 1, value.len()), &b"'"[..]),
            _ => (value, &b" >"[..]),
        };
        let (address, rest) = split(value, stops);
        if rest.is_some() && is_address(address) {
            last = Some(Found { text: address, start: start + player.len() - value.len() });
        }
    }
    last
}

/// The text itself, where it is an address or a link and nothing else, in a fence or not.
fn sole(text: &str) -> Option<Found<'_>> {
    let mut address = trim_end(without_start(unfenced(text), b"<"), b">)");
    if let Some(at) = find(address, "](").filter(|_| matches!(address.as_bytes().first(), Some(b'[' | b'!'))) {
        address = slice(address, at + 2, address.len());
    }
    is_address(address).then(|| Found { text: address, start: address.as_ptr() as usize - text.as_ptr() as usize })
}

/// A text without the fence around it, if all of it is in one.
pub fn unfenced(text: &str) -> &str {
    let text = text.trim_ascii();
    if !begins(text, "```") || !ends_with(text, &["```"]) {
        return text;
    }
    // The first line of a fence names its language.
    split(trim_end(text, b"`"), b"\n").1.unwrap_or_default().trim_ascii()
}

/// An address from where it begins to where it must end.
fn link(text: &str, start: usize) -> &str {
    let link = run(text, start, |byte| byte.is_ascii_graphic() && !b"\"'<>`\\^{}[]()|".contains(&byte));
    let unlabelled = if link.as_bytes().last() == Some(&b':') { without_label(trim_end(link, b":")) } else { link };
    trim_end(unlabelled, b".,;:!?*~_")
}

/// Whether an address, or a name in it, ends as a film's does.
fn is_film(address: &str) -> bool {
    let mut rest = Some(before(address, b"#"));
    while let Some(text) = rest {
        let (part, after) = split(text, b"?&");
        if ends_with(part, EXTENSIONS) {
            return true;
        }
        rest = after;
    }
    false
}

/// A text without the label that it has run into.
fn without_label(text: &str) -> &str {
    let label = LABELS.iter().find(|label| ends_with(text, &[label]));
    slice(text, 0, text.len() - label.map_or(0, |label| label.len()))
}

/// Whether one of these names stands before a place in the text, with no more than signs between.
fn labelled(text: &str, start: usize, labels: &[&str]) -> bool {
    let mut from = start.saturating_sub(LEAD);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    ends_with(trim_end(slice(text, from, start), SIGNS), labels)
}

fn ends_with(text: &str, names: &[&str]) -> bool {
    names.iter().any(|name| text.len() >= name.len() && begins(slice(text, text.len() - name.len(), text.len()), name))
}

fn trim_end<'a>(text: &'a str, bytes: &[u8]) -> &'a str {
    let end = text.bytes().rposition(|byte| !bytes.contains(&byte)).map_or(0, |at| at + 1);
    slice(text, 0, end)
}

fn slice(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// Where a part stands, from a place on, without regard to case.
pub fn find_from(text: &str, part: &str, from: usize) -> Option<usize> {
    let mut windows = text.as_bytes().get(from..)?.windows(part.len().max(1));
    windows.position(|window| window.eq_ignore_ascii_case(part.as_bytes())).map(|at| from + at)
}

/// What stands in one stretch of certain ASCII bytes.
fn run(text: &str, start: usize, is_part: fn(u8) -> bool) -> &str {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    slice(text, start, start + rest.iter().position(|byte| !is_part(*byte)).unwrap_or(rest.len()))
}
