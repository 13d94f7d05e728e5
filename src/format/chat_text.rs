//! What a conversation's text tells of a task: its id, its progress, and where the clip is. Patterns find it, linear ones: no
//! part of one can begin where another part of it goes on.

use super::urls::is_address;
use crate::platform::Platform;
use crate::text::{all, begins, has, parts, replaced, split};
use crate::value::{Value, decimal};

/// Between a label and its value.
macro_rules! signs {
    () => {
        "[ \t:=\"'`*(<：]{0,32}"
    };
}
/// What no stretch of an address or an id has: the graphic bytes but quotes, brackets, and what escapes.
macro_rules! link {
    () => {
        "[!#-&*-;=?-Z_a-z~]"
    };
}

/// `task_…`, `<model>:<id>`, or whatever is called a task id.
const ID: &str = concat!(
    r"(?:task[_ ]?id|任务id)",
    signs!(),
    r"((?:[a-z][a-z0-9._-]{0,40}:)?[a-z0-9_-]{7,250}:?)",
    r"|\b((?:[a-z][a-z0-9._-]{0,40}:)?task_[a-z0-9_-]{6,250}:?|[a-z][a-z0-9._-]{0,40}:[a-z0-9_]{4,40}-[a-z0-9_-]{8,250}:?)"
);
/// A number that is called so, or a percentage; a style's `max-width:100%` is none.
const PROGRESS: &str = concat!("((?:progress|进度)", signs!(), r"[0-9.]+|(?:^|[\s(*]|[^ -~])[0-9.]+%)");
/// The `src` of a `<video>`, its own or of the `<source>` in it. What is cut off has no end, and is none.
const PLAYER: &str = r#"<video[^<]*?(?:<source[^<]*?)?src[ =\\]*["']?([^\s"'<>]+)["'\s>]"#;
/// A link.
const LINK: &str = concat!("(https?://", link!(), "+)");
/// One that is called a clip's, where nothing in it tells.
const CALLED: &str = concat!("(?:video[_ ]url|output_url|download_url|result_url)", signs!(), "(https?://", link!(), "+)");
/// A film's extension, of the address or of a name in it.
const FILM: &str = r"(\.(?:mp4|mov|webm))(?:[?&#]|$)";
/// The text itself, where it is an address or a link and nothing else, in a fence or not.
const SOLE: &str = r"^\s*(?:```[^\n]*\n\s*)?(?:<|!?\[[^\]]*\]\()?([^\s<>()`]+)[>)]?\s*(?:```\s*)?$";
/// A body of its own, in a fence or not.
const BODY: &str = r"^\s*(?:```[^\n]*\n\s*)?(\{[\s\S]*\})\s*(?:```\s*)?$";

/// Where a clip's address stands, in order of preference, and whether it must tell that it is a film's.
const PLACES: &[(&str, bool)] = &[(PLAYER, false), (LINK, true), (CALLED, false), (SOLE, false)];

/// Texts of neighbouring chunks have no separator: these may run into the value before them. Longer ones first.
const LABELS: &str = "video_url|progress|task_id|message|prompt|status|https|error|model|http|url|id";
/// What somebody has escaped.
const ESCAPES: &[(&str, &str)] = &[("\\/", "/"), ("\\u0026", "&"), ("&amp;", "&"), ("\\\"", "\""), ("\\_", "_")];

/// A text as it was before somebody escaped it.
pub fn unescaped(text: &str) -> String {
    let mut plain = text.to_owned();
    for (escaped, meant) in ESCAPES {
        plain = replaced(&plain, escaped, meant);
    }
    plain
}

/// A text without the stretch at its very end that began before `came`: more of it may have been to come.
pub fn settled(text: &str, came: usize) -> &str {
    let goes_on = |byte: &u8| byte.is_ascii_graphic() && !has(b"\"'<>`\\^{}[]()|", *byte);
    let start = text.as_bytes().iter().rposition(|byte| !goes_on(byte)).map_or(0, |at| at + 1);
    if start < came { text.get(..start).unwrap_or_default() } else { text }
}

/// The first id.
pub fn id(text: &str, platform: &Platform) -> Option<String> {
    let found = (platform.matches)(ID, text);
    for line in parts(&found, b"\n") {
        let line = whole(line, b"-");
        let (model, part) = split(line, b":");
        let own = part.unwrap_or(line);
        // `request_id`, `sid` and their like name no model.
        let named = part.is_some() && without_label(model).len() < model.len();
        if !all(own, |byte| !byte.is_ascii_digit()) && (!named || begins(own, "task_")) {
            return Some((if named { own } else { line }).to_owned());
        }
    }
    None
}

/// The last progress, 0..1: a percentage, or a number that is called so.
pub fn progress(text: &str, platform: &Platform) -> Option<f64> {
    let found = (platform.matches)(PROGRESS, text);
    let mut last = None;
    for line in parts(&found, b"\n") {
        let start = line.bytes().position(|byte| byte.is_ascii_digit()).unwrap_or_default();
        // `76..` is followed by dots.
        let number = trim_end(line.get(start..).unwrap_or_default(), b".%");
        last = decimal(number).filter(|number| *number <= 100.0).or(last);
    }
    last.map(|percent| percent / 100.0)
}

/// Where the clip is: the last `<video src>`, else the last link to a film, else one that is called so, else the whole text.
pub fn address(text: &str, platform: &Platform) -> Option<String> {
    for (pattern, film) in PLACES {
        let found = (platform.matches)(pattern, text);
        let mut last = None;
        for line in parts(&found, b"\n") {
            let link = whole(line, b".,;:!?*~_");
            if is_address(link) && (!film || !(platform.matches)(FILM, link).is_empty()) {
                last = Some(link);
            }
        }
        if let Some(link) = last {
            return Some(link.to_owned());
        }
    }
    None
}

/// A body that is all of the text, in a fence or not.
pub fn body(text: &str, platform: &Platform) -> Option<Value> {
    (platform.json)(&(platform.matches)(BODY, text)).filter(Value::is_map)
}

/// What was found, without the label that it has run into, and what ends a sentence.
fn whole<'a>(found: &'a str, stops: &[u8]) -> &'a str {
    trim_end(found.strip_suffix(':').map_or(found, without_label), stops)
}

/// A text without the label that it has run into.
fn without_label(text: &str) -> &str {
    for label in parts(LABELS, b"|") {
        if let Some((before, end)) = text.split_at_checked(text.len().saturating_sub(label.len()))
            && end.eq_ignore_ascii_case(label)
        {
            return before;
        }
    }
    text
}

/// A text without the given ASCII bytes at its end.
fn trim_end<'a>(mut text: &'a str, stops: &[u8]) -> &'a str {
    while text.as_bytes().last().is_some_and(|last| has(stops, *last)) {
        text = text.get(..text.len() - 1).unwrap_or_default();
    }
    text
}
