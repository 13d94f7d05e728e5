//! What a turn says to the facade: what is to be done next, results and events, as one text. A crossing for each of them,
//! and for each text in it, cost more than the turn itself.
//!
//! A record begins with two NULs and its name, which is that of a method in `pkg-template/src/give.ts` or `call.ts`; each field
//! begins with one NUL and a letter, as in `crate::flat`. No text holds a NUL: what comes in has lost them.

use crate::text::digits;

/// What one turn says.
#[derive(Default)]
pub struct Host(String);

impl Host {
    /// The whole text.
    pub fn said(self) -> String {
        self.0
    }

    /// Begins a record.
    pub fn say(&mut self, name: &str) -> &mut Self {
        self.put("\0\0").put(name)
    }

    /// A text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.put("\0s").put(text)
    }

    /// A text, if there is one.
    pub fn maybe(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.text(text),
            None => self.put("\0n"),
        }
    }

    /// A number, to the last bit.
    pub fn number(&mut self, number: f64) -> &mut Self {
        let whole = number as u64;
        if whole as f64 == number {
            return self.put("\0d").put(&digits(whole));
        }
        let bits = number.to_bits();
        self.put("\0x").put(&digits(bits >> 32)).put(",").put(&digits(bits & 0xffff_ffff))
    }

    /// A number, if there is one.
    pub fn amount(&mut self, number: Option<f64>) -> &mut Self {
        match number {
            Some(number) => self.number(number),
            None => self.put("\0n"),
        }
    }

    /// Yes or no.
    pub fn flag(&mut self, flag: bool) -> &mut Self {
        self.put(if flag { "\0t" } else { "\0f" })
    }

    fn put(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self
    }
}
