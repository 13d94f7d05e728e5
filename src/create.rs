//! What a caller wants made, and the request that a format makes of it: templates, filled with what was given.
//!
//! The bytes of images never come here. Where a file belongs, the request holds a token that begins with a NUL, which no
//! text of a caller holds: the facade puts the bytes there.

use crate::address::{encode_id, encode_path};
use crate::failure::Failure;
use crate::flow::Method;
use crate::format::Spec;
use crate::task::is_kind;
use crate::text::{begins, digits, find, quoted, split, whole, without_end};
use crate::value::Value;

/// What else a caller may do who was refused.
const EXTRA: &str = "Correct the argument that the message names; `extra` sends a field of the format's own unchecked.";

/// The ways in which a format is asked to make something, a text each; the first that takes what is given is meant. A text has
/// four or five words:
///
/// 1. the kinds that mean it, `|` between them, or `-`;
/// 2. the path after the format's prefix, behind its method unless that is POST;
/// 3. how many images it takes, and an `f` where these must be files, a `u` where they must be none;
/// 4. the body;
/// 5. what stands in it for one image: `<url>` where it is left out. With `<file>` the body is sent as a form.
///
/// In paths and bodies `<field>` stands for a field of the request, as JSON or encoded. An entry whose field was not given is
/// left out. `<field.how>` stands for what is made of it, and what is behind a `:` are the values allowed: a list with `|`, or
/// a range with `-`. `<images>` are all images, `<images.list>` the same in brackets, `<0>` and `<1>` the first and the second.
pub type Ways = &'static [&'static str];

/// A request, ready but for the bytes of its images.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// How.
    pub method: Method,
    /// After the format's prefix.
    pub path: String,
    /// A JSON object; the fields of a form are its entries.
    pub body: String,
    /// It is sent as a form.
    pub form: bool,
    /// The kind it is of.
    pub kind: String,
}

/// One way, taken apart.
#[derive(Clone, Copy)]
struct Way {
    kinds: &'static str,
    path: &'static str,
    images: &'static str,
    body: &'static str,
    image: &'static str,
}

impl Way {
    fn of(text: &'static str) -> Self {
        let mut rest = Some(text);
        let mut next = || {
            let (word, after) = split(rest.unwrap_or_default(), b" ");
            rest = after;
            word
        };
        let way = Way { kinds: next(), path: next(), images: next(), body: next(), image: next() };
        Way { image: if way.image.is_empty() { "<url>" } else { way.image }, ..way }
    }

    fn takes(&self, field: &str) -> bool {
        let mark = ["<", field].concat();
        find(self.body, &mark).or_else(|| find(self.path, &mark)).is_some()
    }

    fn counts(&self) -> (usize, usize) {
        let digit = |at: usize| self.images.as_bytes().get(at).map_or(0, |byte| usize::from(byte.wrapping_sub(b'0')));
        (digit(0), digit(if find(self.images, "-").is_some() { 2 } else { 0 }))
    }

    /// What is wrong with these images.
    fn misfit(&self, images: &[Value]) -> Option<String> {
        let (least, most) = self.counts();
        if !(least..=most).contains(&images.len()) {
            let (bound, count) = if images.len() > most { ("at most ", most) } else { ("at least ", least) };
            return Some(["images must be ", bound, &digits(count as u64)].concat());
        }
        let files = match self.images.as_bytes().last() {
            Some(b'f') => true,
            Some(b'u') => false,
            _ => return None,
        };
        let other = images.iter().any(|image| image.text().is_none() != files);
        other.then(|| ["images must be ", if files { "files or data: URLs" } else { "all addresses or all files" }].concat())
    }
}

/// The request by the first way that takes what was given.
pub fn plan(ways: Ways, spec: &Spec, given: &Value) -> Result<Plan, Failure> {
    let format = spec.name;
    let images = given.get("images").list();
    check(given)?;
    let kind = given.get("kind").text();
    let mut best: Option<(bool, Way)> = None;
    for text in ways {
        let way = Way::of(text);
        if kind.is_some_and(|kind| !has(way.kinds, kind)) {
            continue;
        }
        let clip = given.has("video") == way.takes("video");
        if clip && way.misfit(images).is_none() {
            best = Some((true, way));
            break;
        }
        // Where none fits, that is told of the one which takes most.
        if best.is_none_or(|(other, best)| (clip, way.counts().1) > (other, best.counts().1)) {
            best = Some((clip, way));
        }
    }
    let Some((_, way)) = best else {
        let mut kinds = String::new();
        for text in ways {
            let more = Way::of(text).kinds;
            if more != "-" && !has(&kinds, more) {
                kinds.push_str(if kinds.is_empty() { "" } else { "|" });
                kinds.push_str(more);
            }
        }
        return match kinds.is_empty() {
            true => Err(refused(&["kind is no field of ", format, "."])),
            false => Err(unlisted("kind", " must be one of ", &kinds)),
        };
    };
    for field in ["seconds", "size", "aspectRatio", "video"] {
        if given.has(field) && !way.takes(field) {
            let of = if way.kinds == "-" { "" } else { " as " };
            return Err(refused(&[field, " is no field of ", format, of, without_end(way.kinds, b'-'), "."]));
        }
    }
    if let Some(misfit) = way.misfit(images) {
        return Err(refused(&[&misfit, " for ", format, "."]));
    }
    let kind = match kind.unwrap_or(split(way.kinds, b"|").0) {
        // By its model a task of Jimeng is asked for.
        "-" if !spec.kinds.is_empty() => {
            let model = given.get("model").text().unwrap_or_default();
            if !is_kind(model) {
                return Err(refused(&["model must be a word such as ", spec.kinds.first().copied().unwrap_or_default(), "."]));
            }
            model
        }
        kind => kind,
    };
    let (method, _) = split(way.path, b"/");
    let form = way.image == "<file>";
    let mut fill = Fill { given, images, image: way.image, kind, path: true, out: String::new() };
    fill.fill(way.path.get(method.len()..).unwrap_or_default(), None)?;
    let path = std::mem::take(&mut fill.out);
    fill.path = false;
    fill.fill(way.body, None)?;
    let method = [Method::Get, Method::Delete].into_iter().find(|known| known.word() == method).unwrap_or(Method::Post);
    Ok(Plan { method, path: without_end(&path, b'?').to_owned(), body: fill.out, form, kind: kind.to_owned() })
}

/// Checks what every format has.
fn check(given: &Value) -> Result<(), Failure> {
    let Value::Map(fields) = given else { return Ok(()) };
    for (name, value) in fields {
        let (sound, what) = match (&**name, value) {
            (_, Value::Null) => (true, ""),
            ("seconds" | "limit", value) => {
                (value.text().is_none() && value.whole().is_some_and(|whole| !begins(&whole, "-")), "a whole number")
            }
            ("images", value) => (matches!(value, Value::List(_)), "a list"),
            ("aspectRatio", value) => (value.text().is_some_and(|ratio| split(ratio, b":").1.is_some()), "like 16:9"),
            (_, value) => (value.words().is_some(), "text, and not empty"),
        };
        if !sound {
            return Err(refused(&[name, " must be ", what, "."]));
        }
    }
    for (at, image) in given.get("images").list().iter().enumerate() {
        let url = |text: &str| ["https://", "http://", "gs://"].iter().any(|scheme| begins(text, scheme));
        if !(matches!(image, Value::Number(_)) || image.text().is_some_and(url)) {
            return Err(refused(&["images[", &digits(at as u64), "] must be an http(s) URL, a data: URL or a file."]));
        }
    }
    Ok(())
}

/// A template being filled.
struct Fill<'a> {
    given: &'a Value,
    /// Addresses, and the numbers of files.
    images: &'a [Value],
    image: &'static str,
    kind: &'a str,
    path: bool,
    out: String,
}

impl Fill<'_> {
    /// Fills a template, or that of one image.
    fn fill(&mut self, template: &str, of: Option<usize>) -> Result<(), Failure> {
        // Where the entry being written begins, its comma included.
        let mut start = self.out.len();
        let mut rest = Some(template);
        while let Some((plain, after)) = rest.map(|rest| split(rest, b"<")) {
            for byte in plain.bytes() {
                let first = matches!(self.out.as_bytes().last(), Some(b'{' | b'[' | b'?'));
                match byte {
                    b',' | b'&' if first => continue,
                    b',' | b'&' => start = self.out.len(),
                    _ => {}
                }
                self.out.push(byte.into());
                if matches!(byte, b'{' | b'[' | b'?') {
                    start = self.out.len();
                }
            }
            let Some((name, after)) = after.map(|after| split(after, b">")) else { break };
            rest = after;
            let (name, allowed) = split(name, b":");
            let (field, how) = split(name, b".");
            let how = how.unwrap_or_default();
            let given = match (field, of) {
                (_, Some(at)) => self.put_image(field, at)?,
                ("images", _) => self.put_images(how, 0, usize::MAX)?,
                ("0", _) => self.put_images(how, 0, 1)?,
                ("1", _) => self.put_images(how, 1, 1)?,
                _ => self.put_field(field, how, allowed.unwrap_or_default())?,
            };
            if !given {
                self.out.truncate(start);
            }
        }
        Ok(())
    }

    fn put_images(&mut self, how: &str, from: usize, most: usize) -> Result<bool, Failure> {
        let before = self.out.len();
        let brackets = matches!(how, "list" | "files");
        for (at, image) in self.images.iter().enumerate().skip(from).take(most) {
            match image.text() {
                // What is no file is a part of the prompt there.
                Some(url) if how == "urls" => {
                    self.put_inside(url);
                    self.out.push(' ');
                }
                Some(_) if how == "files" => {}
                None if how == "urls" => {}
                _ => {
                    let more = self.out.len() > before;
                    self.out.push_str(if more {
                        ","
                    } else if brackets {
                        "["
                    } else {
                        ""
                    });
                    self.fill(self.image, Some(at))?;
                }
            }
        }
        let given = self.out.len() > before;
        if given && brackets {
            self.out.push(']');
        }
        Ok(given || how == "urls")
    }

    /// Puts a field, or what is made of it; false where it was not given.
    fn put_field(&mut self, field: &str, how: &str, allowed: &str) -> Result<bool, Failure> {
        let given = self.given.get(field);
        let number = given.number().unwrap_or_default() as u64;
        let shown = digits(if how == "frames" { number * 24 + 1 } else { number });
        let text = match given.text() {
            _ if field == "kind" => self.kind,
            Some(text) => text,
            None if given.is_null() => {
                let must = matches!(field, "model" | "prompt" | "name" | "video");
                return if must { Err(refused(&[field, " must be given."])) } else { Ok(how == "ar") };
            }
            None => {
                // Volcengine counts frames.
                allow(field, &digits(number), allowed)?;
                if how == "text" {
                    return self.put(&shown);
                }
                self.out.push_str(&shown);
                return Ok(true);
            }
        };
        allow(field, text, allowed)?;
        let (width, height) = split(text, b"xX*:");
        let tall = height.unwrap_or_default();
        let bare = match how {
            "pixels" | "resolution" if height.is_some() != (how == "pixels") => return Ok(false),
            "pixels" => return self.put(&[width, "*", tall].concat()),
            "ratio" if height.is_some() => return self.put(&[width, ":", tall].concat()),
            "size" => {
                if text == "16:9" {
                    "1280x720"
                } else {
                    "720x1280"
                }
            }
            "orientation" if !begins(self.given.get("model").text().unwrap_or_default(), "sora") => return Ok(false),
            "orientation" => {
                if whole(width, 10) < whole(tall, 10) {
                    "portrait"
                } else {
                    "landscape"
                }
            }
            "bot" => {
                if find(&text.to_ascii_lowercase(), "niji").is_some() {
                    "NIJI_JOURNEY"
                } else {
                    "MID_JOURNEY"
                }
            }
            "ar" | "part" => {
                self.out.push_str(if how == "ar" { " --ar " } else { "" });
                self.put_inside(text);
                return Ok(true);
            }
            "path" | "slashes" => {
                self.out.push_str(if how == "slashes" || find(text, "/").is_some() { "" } else { "models/" });
                self.out.push_str(&encode_path(text));
                return Ok(true);
            }
            "gs" => stored(field, text)?,
            _ if self.path && field == "kind" => {
                self.out.push_str(text);
                return Ok(true);
            }
            _ => text,
        };
        self.put(bare)
    }

    /// Puts what stands for one image.
    fn put_image(&mut self, what: &str, at: usize) -> Result<bool, Failure> {
        let image = self.images.get(at).unwrap_or(&Value::Null);
        let value = match (what, image.text()) {
            // More than two are no frames.
            ("role", _) if self.images.len() > 2 => "reference_image",
            ("role", _) => {
                if at == 0 {
                    "first_frame"
                } else {
                    "last_frame"
                }
            }
            ("gs", None) | ("bytes", Some(_)) => return Ok(false),
            // The facade knows what is meant by the first letter.
            (_, None) => {
                return self.put(&["\0", what.get(..1).unwrap_or_default(), &image.whole().unwrap_or_default()].concat());
            }
            ("gs", Some(url)) => stored("images", url)?,
            ("type", Some(url)) => {
                if find(url, ".jp").is_some() {
                    "image/jpeg"
                } else {
                    "image/png"
                }
            }
            (_, Some(url)) => url,
        };
        self.put(value)
    }

    /// Puts a text: as JSON, or encoded.
    fn put(&mut self, text: &str) -> Result<bool, Failure> {
        let put = if self.path { encode_id(text)? } else { quoted(text) };
        self.out.push_str(&put);
        Ok(true)
    }

    /// Puts a text as a part of a JSON text.
    fn put_inside(&mut self, text: &str) {
        let quoted = quoted(text);
        self.out.push_str(quoted.get(1..quoted.len() - 1).unwrap_or_default());
    }
}

/// An address in Google's own storage, where that is all that a format can fetch from.
fn stored<'a>(field: &str, url: &'a str) -> Result<&'a str, Failure> {
    if begins(url, "gs://") { Ok(url) } else { Err(refused(&[field, " must be files, data: URLs or gs:// addresses here."])) }
}

/// A failure before any request.
pub fn refused(message: &[&str]) -> Failure {
    let mut failure = Failure::argument(message.concat());
    failure.hint = Some(EXTRA);
    failure
}

/// Whether a list has a word.
fn has(list: &str, word: &str) -> bool {
    let mut rest = Some(list);
    while let Some((first, others)) = rest.map(|rest| split(rest, b"|")) {
        if first == word {
            return true;
        }
        rest = others;
    }
    false
}

/// Refuses a value that is not among those allowed.
fn allow(field: &str, value: &str, allowed: &str) -> Result<(), Failure> {
    let (least, most) = split(allowed, b"-");
    let range = whole(least, 10).zip(most.and_then(|most| whole(most, 10)));
    let sound = match range {
        Some((least, most)) => whole(value, 10).is_some_and(|value| (least..=most).contains(&value)),
        None => allowed.is_empty() || has(allowed, value),
    };
    let what = if range.is_some() { " must be " } else { " must be one of " };
    if sound { Ok(()) } else { Err(unlisted(field, what, allowed)) }
}

fn unlisted(field: &str, what: &str, allowed: &str) -> Failure {
    let mut list = String::new();
    let mut rest = Some(allowed);
    while let Some((word, others)) = rest.map(|rest| split(rest, b"|")) {
        list.push_str(if list.is_empty() { "" } else { ", " });
        list.push_str(word);
        rest = others;
    }
    refused(&[field, what, &list, "."])
}
