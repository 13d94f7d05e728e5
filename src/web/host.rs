//! What a turn says to the facade: what is to be done next, results and events, as one JSON text. A crossing for each of them,
//! and for each text in it, cost more than the turn itself.
//!
//! A record is an array: its name, which is that of a method in `pkg-template/src/give.ts` or `call.ts`, and what that is given.
//! The first record says nothing, so that each can begin with the end of the one before.

use crate::text::{digits, escape};

/// What one turn says.
pub struct Host {
    said: String,
    /// Nobody waits for a place under the client's limit: what the turn has to send may take one.
    pub free: bool,
}

impl Host {
    /// Nothing is said yet.
    pub fn new(free: bool) -> Self {
        // Room for most turns, so that it need not grow.
        let mut said = String::with_capacity(1_024);
        said.push_str("[[0");
        Host { said, free }
    }

    /// The whole text.
    pub fn said(mut self) -> String {
        self.put("]]");
        self.said
    }

    /// Begins a record.
    pub fn say(&mut self, name: &str) -> &mut Self {
        self.put("],[\"").put(name).put("\"")
    }

    /// A text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.put(",\"");
        escape(text, &mut self.said);
        self.put("\"")
    }

    /// A text, if there is one.
    pub fn maybe(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.text(text),
            None => self.put(",null"),
        }
    }

    /// A number of things that have no halves: milliseconds, bytes, attempts.
    pub fn number(&mut self, number: f64) -> &mut Self {
        self.put(",").put(&digits((number + 0.5) as u64))
    }

    /// Such a number, if there is one.
    pub fn amount(&mut self, number: Option<f64>) -> &mut Self {
        match number {
            Some(number) => self.number(number),
            None => self.put(",null"),
        }
    }

    /// Any number, if there is one, to the last bit: the two halves of its bits.
    pub fn fraction(&mut self, number: Option<f64>) -> &mut Self {
        let Some(number) = number else { return self.put(",null") };
        let bits = number.to_bits();
        self.put(",[").put(&digits(bits >> 32)).put(",").put(&digits(bits & 0xffff_ffff)).put("]")
    }

    /// Yes or no.
    pub fn flag(&mut self, flag: bool) -> &mut Self {
        self.put(if flag { ",true" } else { ",false" })
    }

    fn put(&mut self, text: &str) -> &mut Self {
        self.said.push_str(text);
        self
    }
}
