//! Templates of requests that only ask.

use crate::address::encode_path;
use crate::flow::Method;
use crate::text::{find, quoted, split};

/// A task's id, as it is, and as a segment or value of a URL.
#[derive(Debug, Clone, Copy)]
pub struct Id<'a> {
    /// As the caller knows it.
    pub plain: &'a str,
    /// With everything escaped that has a meaning in a URL.
    pub encoded: &'a str,
}

/// A request for JSON, before it has a relay: the path follows one of the format's prefixes.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// How.
    pub method: Method,
    /// From the prefix on.
    pub path: String,
    /// JSON.
    pub body: Option<String>,
}

impl Ask {
    /// Fills a template: a path and, after a space, the JSON to POST to it. `<id>` and `<kind>` stand for themselves in a URL,
    /// `<path>` for the id with its slashes, `<model>` for what stands before `/operations/` in it, `<"id>` and `<"kind>`
    /// for JSON texts.
    pub fn of(template: &str, id: Id, kind: &str) -> Self {
        let mut filled = String::new();
        let mut rest = Some(template);
        while let Some(text) = rest {
            let (plain, after) = split(text, b"<");
            filled.push_str(plain);
            rest = after.and_then(|after| {
                let (name, after) = split(after, b">");
                match name {
                    "id" => filled.push_str(id.encoded),
                    "kind" => filled.push_str(kind),
                    "path" => filled.push_str(&encode_path(id.plain)),
                    "model" => {
                        let end = find(id.plain, "/operations/").and_then(|end| id.plain.get(..end));
                        filled.push_str(&encode_path(end.unwrap_or(id.plain)));
                    }
                    "\"id" => filled.push_str(&quoted(id.plain)),
                    _ => filled.push_str(&quoted(kind)),
                }
                after
            });
        }
        let (path, body) = split(&filled, b" ");
        let method = if body.is_some() { Method::Post } else { Method::Get };
        Ask { method, path: path.to_owned(), body: body.map(str::to_owned) }
    }
}
