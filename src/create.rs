//! What a caller wants made, and the request that a format makes of it: templates, filled with what was given.
//!
//! The bytes of images never come here. Where a file belongs, the request holds a token that begins with a NUL, which no
//! text of a caller holds: the facade puts the bytes there.

mod fill;

use crate::failure::Failure;
use crate::flow::Method;
use crate::format::Spec;
use crate::task::is_kind;
use crate::text::{among, before, begins, digits, find, parts, without_end};
use crate::value::Value;

/// What else a caller may do who was refused.
const EXTRA: &str = "Correct the argument that the message names; `extra` sends a field of the format's own unchecked.";

/// The ways in which a format is asked to make something, a line each; the first that takes what is given is meant. A line has
/// four or five words:
///
/// 1. the kinds that mean it, `|` between them, or `-`;
/// 2. the path after the format's prefix, behind its method unless that is POST;
/// 3. two digits, the least and the most images it takes; and an `f` where these must be files, a `u` where they must be none,
///    a `g` where they must be files or in Google's storage;
/// 4. the body;
/// 5. what stands in it for one image: `"<url>"` where it is left out. With `"<file>"` the body is sent as a form.
///
/// In paths and bodies `<field>` stands for a field of the request: of a text `<field?>`, or of a number `<field#>`, the entry
/// is left out where it was not given. `<field.how>` stands for what is made of it, told by the first letter; and what is
/// behind a `:` are the values allowed, `|` between them: one value, `from=to`, a range with `-`, or a start with `*`.
/// `<images>` are all images, `<0>` and `<1>` the first and the second.
pub type Ways = &'static str;

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

/// The request by the first way that takes what was given.
pub fn plan(ways: Ways, spec: &Spec, given: &Value) -> Result<Plan, Failure> {
    let images = given.get("images").list();
    let (files, urls, elsewhere) = (false, false, false);
    let (way, out) = (Way::of(""), String::new());
    let mut maker = Maker { spec, given, images, files, urls, elsewhere, way, kind: "", path: true, rank: 0, out };
    if let Some(plan) = maker.plan(ways) {
        return Ok(plan);
    }
    maker.out.push('.');
    let mut failure = Failure::argument(maker.out);
    failure.hint = Some(EXTRA);
    Err(failure)
}

/// One way, taken apart.
#[derive(Clone, Copy)]
struct Way {
    text: &'static str,
    kinds: &'static str,
    path: &'static str,
    images: &'static str,
    body: &'static str,
    image: &'static str,
}

impl Way {
    fn of(text: &'static str) -> Self {
        let mut words = parts(text, b" ");
        let mut next = || words.next().unwrap_or("\"<url>\"");
        Way { text, kinds: next(), path: next(), images: next(), body: next(), image: next() }
    }
}

/// A request being made, by one way after another.
struct Maker<'a> {
    spec: &'a Spec,
    given: &'a Value,
    images: &'a [Value],
    /// Of the images there are files, addresses, and addresses elsewhere than in Google's storage.
    files: bool,
    urls: bool,
    elsewhere: bool,
    way: Way,
    kind: &'a str,
    /// It is the path that is being filled.
    path: bool,
    /// How near the nearest of the ways came that did not fit.
    rank: u8,
    /// What is filled so far; or, once something is refused, why.
    out: String,
}

impl<'a> Maker<'a> {
    /// Says what is wrong with a field.
    fn refuse(&mut self, field: &str, what: &str, more: &str) {
        self.out = [field, what, more].concat();
    }

    fn foreign(&mut self, field: &str) {
        let of = [self.spec.name, if self.way.kinds == "-" { "" } else { " as " }, without_end(self.way.kinds, b'-')].concat();
        self.refuse(field, " is no field of ", &of);
    }

    fn has(&self, field: &str) -> bool {
        !self.given.get(field).is_null()
    }

    fn takes(&self, field: &str) -> bool {
        find(self.way.text, &["<", field].concat()).is_some()
    }

    fn plan(&mut self, ways: Ways) -> Option<Plan> {
        self.check()?;
        let kind = self.has("kind").then(|| self.given.get("kind").text().unwrap_or_default());
        for text in parts(ways, b"\n") {
            self.way = Way::of(text);
            if kind.is_none_or(|kind| among(kind, self.way.kinds)) && self.fits() {
                return self.make(kind);
            }
        }
        if self.rank > 0 {
            return None;
        }
        for text in parts(ways, b"\n") {
            let kinds = before(text, b" ");
            if kinds == "-" || find(&self.out, kinds).is_some() {
                continue;
            }
            self.out.push_str(if self.out.is_empty() { "kind must be one of " } else { ", " });
            self.out.push_str(kinds);
        }
        if self.out.is_empty() {
            self.foreign("kind");
        }
        None
    }

    fn check(&mut self) -> Option<()> {
        if !matches!(self.given.get("images"), Value::List(_) | Value::Null) {
            self.refuse("images", " must be a list", "");
            return None;
        }
        for (at, image) in self.images.iter().enumerate() {
            match image {
                Value::Number(_) => self.files = true,
                Value::Text(url) if begins(url, "gs://") => self.urls = true,
                Value::Text(url) if begins(url, "https://") || begins(url, "http://") => {
                    (self.urls, self.elsewhere) = (true, true)
                }
                _ => {
                    self.refuse("images[", &digits(at as u64), "] must be an http(s) URL, a data: URL or a file");
                    return None;
                }
            }
        }
        Some(())
    }

    /// Whether the way takes these images and the clip. Where none does, that is told of the one which takes most.
    fn fits(&mut self) -> bool {
        let word = self.way.images;
        let &[least, most, ..] = word.as_bytes() else { return false };
        let count = b'0' + self.images.len().min(10) as u8;
        let clip = self.has("video");
        let (rank, what, bound) = match word.as_bytes().get(2) {
            _ if clip != self.takes("video") => (1, "", ""),
            _ if count > most => (most, "at most ", word.get(1..2).unwrap_or_default()),
            _ if count < least => (most, "at least ", word.get(..1).unwrap_or_default()),
            Some(b'f') if self.urls => (u8::MAX, "files or data: URLs", ""),
            Some(b'u') if self.files => (u8::MAX, "all addresses or all files", ""),
            Some(b'g') if self.elsewhere => (u8::MAX, "files, data: URLs or gs:// addresses", ""),
            _ => return true,
        };
        if rank > self.rank {
            self.rank = rank;
            match rank {
                1 if clip => self.foreign("video"),
                1 => self.refuse("video", MISSING, ""),
                _ => self.refuse("images must be ", what, &[bound, " for ", self.spec.name].concat()),
            }
        }
        false
    }

    fn make(&mut self, kind: Option<&'a str>) -> Option<Plan> {
        for field in parts("seconds|size|aspectRatio", b"|") {
            if self.has(field) && !self.takes(field) {
                self.foreign(field);
                return None;
            }
        }
        let way = self.way;
        self.kind = kind.unwrap_or(before(way.kinds, b"|"));
        if self.kind == "-" {
            // By its model a task of Jimeng is asked for.
            self.kind = self.given.get("model").text().unwrap_or_default();
            let usual = before(self.spec.kinds, b"|");
            if !usual.is_empty() && !is_kind(self.kind) {
                self.refuse("model", " must be a word such as ", usual);
                return None;
            }
        }
        self.out.clear();
        let (method, path) = way.path.split_at_checked(find(way.path, "/").unwrap_or_default()).unwrap_or_default();
        self.fill(path, None)?;
        let path = without_end(&self.out, b'?').to_owned();
        self.out.clear();
        self.path = false;
        self.fill(way.body, None)?;
        let method = match method {
            "GET" => Method::Get,
            "DELETE" => Method::Delete,
            _ => Method::Post,
        };
        let (body, form) = (std::mem::take(&mut self.out), way.image == "\"<file>\"");
        Some(Plan { method, path, body, form, kind: self.kind.to_owned() })
    }
}

/// Of a field that the way needs.
const MISSING: &str = " must be given";
