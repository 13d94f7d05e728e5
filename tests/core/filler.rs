//! What stands in for the placeholders of documented bodies.

use std::collections::BTreeSet;

use reelay::task::Kind;
use serde_json::{Value as Json, json};

pub const ID: &str = "models/m/operations/t";

pub const CREATED: u64 = 1_795_000_000;

pub const FINISHED: u64 = 1_795_000_060;

pub const MESSAGE: &str = "No, not that.";

/// What stands in for a placeholder. Those of outputs are noted.
pub struct Filler {
    pub word: String,
    pub urls: Vec<(Kind, String)>,
    pub used: BTreeSet<String>,
}

impl Filler {
    pub fn new(word: &str) -> Self {
        Filler { word: word.to_owned(), urls: Vec::new(), used: BTreeSet::new() }
    }

    pub fn value(&mut self, placeholder: &str) -> Json {
        let name = placeholder.split('|').next().unwrap();
        self.used.insert(name.to_owned());
        let (name, form) = name.split_once(':').unwrap_or((name, ""));
        let url = |ending: &str| format!("https://cdn.example/{name}{form}.{ending}");
        match name {
            "url" => self.output(Kind::Video, url("mp4")),
            "cover" => self.output(Kind::Cover, url("webp")),
            "image" => self.output(Kind::Image, url("webp")),
            "audio" => self.output(Kind::Audio, url("wav")),
            "base64" => {
                self.output(Kind::Video, "data:video/mp4;base64,AAAA".to_owned());
                json!("AAAA")
            }
            "id" => json!(ID),
            "word" => json!(self.word),
            "percent" => json!(40),
            "progress" => json!(0.4),
            "code" if form == "number" => json!(50_500),
            "code" => json!("blocked"),
            "message" => json!(MESSAGE),
            "created" => time(CREATED, form),
            "started" | "finished" | "updated" | "expires" => time(FINISHED, form),
            "file" if form == "number" => json!(123_456),
            "file" => json!("123456"),
            "http" | "row" | "width" | "height" | "count" => json!(400),
            "model" | "prompt" | "seconds" | "size" | "orientation" | "inner" | "request" | "hex" | "type" | "field" => {
                json!(name)
            }
            _ => panic!("a placeholder that nobody fills: {placeholder}"),
        }
    }

    pub fn output(&mut self, kind: Kind, url: String) -> Json {
        if !self.urls.iter().any(|(_, known)| *known == url) {
            self.urls.push((kind, url.clone()));
        }
        json!(url)
    }

    pub fn fill(&mut self, template: &Json) -> Json {
        match template {
            Json::String(text) => match whole(text) {
                Some(name) => self.value(name),
                None => {
                    let mut filled = String::new();
                    let mut rest = text.as_str();
                    while let Some((before, after)) = rest.split_once('{') {
                        let (name, after) = after.split_once('}').unwrap();
                        let value = self.value(name);
                        filled += before;
                        filled += &value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                        rest = after;
                    }
                    json!(filled + rest)
                }
            },
            Json::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            // In the order in which they are written, which is that of the outputs.
            Json::Object(entries) => entries.iter().map(|(key, item)| (key.clone(), self.fill(item))).collect(),
            _ => template.clone(),
        }
    }
}

/// The name of a text that is one placeholder.
fn whole(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.strip_suffix('}').filter(|name| !name.contains(['{', '}']))
}

fn time(seconds: u64, form: &str) -> Json {
    let later = seconds - CREATED;
    match form {
        "ms" => json!(seconds * 1000),
        "iso" => json!(format!("2026-11-18T11:{:02}:{:02}Z", 6 + later / 60, 40)),
        "text" => json!(format!("2026-11-18 11:{:02}:{:02}.000", 6 + later / 60, 40)),
        _ => json!(seconds),
    }
}
