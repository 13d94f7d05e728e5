//! Event streams, as they come in: cut anywhere, with any of the three line ends, and not always ended as they should be.

use crate::text::{begins, split};

/// Takes a stream apart into the data of its events. The text of a field but `data` means nothing to any relay's answer.
#[derive(Debug, Clone, Default)]
pub struct Events {
    /// The line being read.
    line: String,
    /// The event being read, its lines joined.
    data: String,
    /// A line end was `\r`: a `\n` that follows belongs to it.
    returned: bool,
}

impl Events {
    /// Takes the next piece, or the end, and gives the events that it completes: the last one may have come without its blank
    /// line, or without any line end.
    pub fn push(&mut self, piece: Option<&str>, then: &mut dyn FnMut(&str)) {
        let Some(mut rest) = piece else {
            self.read_line(then);
            return self.give(then);
        };
        loop {
            if self.returned && !rest.is_empty() {
                self.returned = false;
                rest = rest.strip_prefix('\n').unwrap_or(rest);
            }
            let (line, after) = split(rest, b"\n\r");
            self.line.push_str(line);
            let Some(after) = after else { return };
            self.returned = rest.as_bytes().get(line.len()) == Some(&b'\r');
            rest = after;
            self.read_line(then);
        }
    }

    fn read_line(&mut self, then: &mut dyn FnMut(&str)) {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return self.give(then);
        }
        // A comment begins with the colon, and is a field without a name.
        let (name, value) = split(&line, b":");
        if name != "data" {
            return;
        }
        let value = value.unwrap_or_default();
        let value = value.strip_prefix(' ').unwrap_or(value);
        // Nothing follows, whatever does: some relays leave out the blank line.
        if begins(value, "[DONE]") {
            self.give(then);
            return then(value);
        }
        if !self.data.is_empty() {
            self.data.push('\n');
        }
        self.data.push_str(value);
    }

    fn give(&mut self, then: &mut dyn FnMut(&str)) {
        let data = std::mem::take(&mut self.data);
        if !data.is_empty() {
            then(&data);
        }
    }
}
