//! Filling a way's path and body with what was given.

use super::{MISSING, Maker};
use crate::address::{encode_id, encode_path};
use crate::text::{before, begins, digits, escape, find, parts, split, whole};
use crate::value::Value;

impl Maker<'_> {
    /// Fills a template, or that of one image.
    pub(super) fn fill(&mut self, template: &str, of: Option<usize>) -> Option<()> {
        // Where the entry being written begins, its comma included; and whether the rest of it is left out.
        let (mut start, mut out) = (self.out.len(), false);
        let mut rest = Some(template);
        while let Some(text) = rest {
            let (plain, after) = split(text, b"<");
            for byte in plain.bytes() {
                let next = matches!(byte, b',' | b'&');
                out &= !next && !matches!(byte, b'}' | b']');
                if out || next && matches!(self.out.as_bytes().last(), Some(b'{' | b'?')) {
                    continue;
                }
                if next {
                    start = self.out.len();
                }
                self.out.push(byte.into());
                if matches!(byte, b'{' | b'?') {
                    start = self.out.len();
                }
            }
            let Some(after) = after else { break };
            let (name, after) = split(after, b">");
            rest = after;
            if !self.put(name, of)? {
                // With nothing in it a list is left out as well.
                if self.out.as_bytes().last() == Some(&b'[') {
                    rest = after.and_then(|after| after.get(1..));
                }
                self.out.truncate(start);
                out = true;
            }
        }
        Some(())
    }

    /// Puts what a name stands for; false where that was not given, nothing where it is refused.
    fn put(&mut self, name: &str, of: Option<usize>) -> Option<bool> {
        let (name, allowed) = split(name, b":");
        let (name, how) = split(name, b".");
        let how = initial(how.unwrap_or_default());
        let field = before(name, b"?#");
        let mark = name.as_bytes().get(field.len());
        let one = whole(field, 10);
        if one.is_some() || field == "images" {
            return self.put_images(one, how);
        }
        let given = self.given;
        let made;
        let mut text = match given.get(field) {
            _ if of.is_some() => {
                made = self.image(field, how, of.unwrap_or_default());
                if made.is_empty() {
                    return Some(false);
                }
                &made
            }
            _ if field == "kind" => self.kind,
            Value::Null if mark.is_some() => return Some(how == b'a'),
            Value::Null => {
                self.refuse(field, MISSING, "");
                return None;
            }
            Value::Number(number) if mark == Some(&b'#') && *number >= 0.0 && *number == number.trunc() => {
                made = digits(*number as u64);
                &made
            }
            _ if mark == Some(&b'#') => {
                self.refuse(field, " must be a whole number", "");
                return None;
            }
            value if value.words().is_some() => value.text().unwrap_or_default(),
            _ => {
                self.refuse(field, " must be text, and not empty", "");
                return None;
            }
        };
        if let Some(allowed) = allowed {
            text = self.allow(field, text, allowed)?;
        }
        let (width, tall) = split(text, b"xX*:");
        if tall.is_none() && field == "aspectRatio" {
            self.refuse(field, " must be like 16:9", "");
            return None;
        }
        let joined;
        // By their first letters: ar, bot, path and slashes, orientation, level, x and ratio.
        match how {
            b'a' => self.out.push_str(" --ar "),
            b'b' => {
                let niji = find(&text.to_ascii_lowercase(), "niji").is_some();
                text = if niji { "NIJI_JOURNEY" } else { "MID_JOURNEY" };
            }
            b'p' if find(text, "/").is_none() => self.out.push_str("models/"),
            b'o' => {
                if !begins(given.get("model").text().unwrap_or_default(), "sora") {
                    return Some(false);
                }
                text = if whole(width, 10) < whole(tall.unwrap_or_default(), 10) { "portrait" } else { "landscape" };
            }
            b'l' if tall.is_some() => return Some(false),
            b'x' if tall.is_none() => return Some(false),
            b'x' | b'r' => {
                let sign = if how == b'x' { "*" } else { ":" };
                joined = [width, if tall.is_some() { sign } else { "" }, tall.unwrap_or_default()].concat();
                text = &joined;
            }
            _ => {}
        }
        if !self.path {
            escape(text, &mut self.out);
        } else if matches!(how, b'p' | b's') || field == "kind" {
            self.out.push_str(&encode_path(text));
        } else if let Ok(encoded) = encode_id(text) {
            self.out.push_str(&encoded);
        } else {
            self.refuse(field, " does not fit into an address", "");
            return None;
        }
        Some(true)
    }

    /// Puts all images, or one.
    fn put_images(&mut self, one: Option<u64>, how: u8) -> Option<bool> {
        let before = self.out.len();
        for (at, image) in self.images.iter().enumerate() {
            if one.is_some_and(|one| one != at as u64) {
                continue;
            }
            if how == b'u' {
                // What is no file is a part of the prompt there.
                if let Some(url) = image.text() {
                    escape(url, &mut self.out);
                    self.out.push(' ');
                }
                continue;
            }
            let end = self.out.len();
            if end > before {
                self.out.push(',');
            }
            let begun = self.out.len();
            self.fill(self.way.image, Some(at))?;
            if self.out.len() == begun {
                self.out.truncate(end);
            }
        }
        Some(self.out.len() > before || how > 0)
    }

    /// What stands for one image; nothing where it is not of the sort.
    fn image(&self, what: &str, how: u8, at: usize) -> String {
        let image = self.images.get(at).unwrap_or(&Value::Null);
        let text = match (initial(what), image.text()) {
            (b'r', _) => match at {
                // More than two are no frames.
                _ if self.images.len() > 2 => "reference_image",
                0 => "first_frame",
                _ => "last_frame",
            },
            (_, None) if how == b'g' => "",
            (_, Some(_)) if how == b'f' => "",
            // The facade knows what is meant by the first letter.
            (_, None) => {
                let number = image.whole().unwrap_or_default();
                return ["\0", what.get(..1).unwrap_or_default(), &number].concat();
            }
            (b't', Some(url)) => match find(url, ".jp") {
                Some(_) => "image/jpeg",
                None => "image/png",
            },
            (_, Some(url)) => url,
        };
        text.to_owned()
    }

    /// What is sent for a value, which must be among those allowed.
    fn allow<'b>(&mut self, field: &str, value: &'b str, allowed: &'b str) -> Option<&'b str> {
        let number = whole(value, 10);
        let mut list = String::new();
        for item in parts(allowed, b"|") {
            let (from, to) = split(item, b"=");
            let (least, most) = split(from, b"-");
            let within = number.is_some() && whole(least, 10) <= number && number <= most.and_then(|most| whole(most, 10));
            let (start, open) = split(from, b"*");
            if from == value || within || open.is_some() && begins(value, start) {
                return Some(to.unwrap_or(value));
            }
            list.push_str(if list.is_empty() { "" } else { ", " });
            list.push_str(from);
        }
        let one = split(allowed, b"|").1.is_none();
        self.refuse(field, if one { " must be " } else { " must be one of " }, &list);
        None
    }
}

fn initial(word: &str) -> u8 {
    word.as_bytes().first().copied().unwrap_or_default()
}
