//! Searching in text by bytes, reading whole numbers, joining. `str`'s own pattern searchers, its parsers and `format!`
//! bring tables and machinery of 10 KB that no relay's answer needs; texts are put together by `concat`.

/// Texts as one, a line each: a list of them would be a table of their places.
macro_rules! lines {
    ($first:expr $(, $more:expr)* $(,)?) => {
        concat!($first $(, "\n", $more)*)
    };
}
pub(crate) use lines;

/// What stands before the first of the given ASCII bytes; all of it where there is none.
pub fn before<'a>(text: &'a str, stops: &[u8]) -> &'a str {
    split(text, stops).0
}

/// What stands before and after the first of the given ASCII bytes.
pub fn split<'a>(text: &'a str, stops: &[u8]) -> (&'a str, Option<&'a str>) {
    // Without iterators, which code made for size calls once a byte: this is half of what reading a body takes.
    let mut at = 0;
    // Nearly always there is one: compared by itself, the loop is as tight as it gets.
    let only = if let [only] = stops { Some(*only) } else { None };
    while let Some(byte) = text.as_bytes().get(at) {
        if only.map_or_else(|| has(stops, *byte), |only| only == *byte) {
            return (text.get(..at).unwrap_or_default(), text.get(at + 1..));
        }
        at += 1;
    }
    (text, None)
}

/// What stands between the given ASCII bytes, one part after another; at least one, which may be empty.
#[derive(Debug, Clone)]
pub struct Parts<'a> {
    rest: Option<&'a str>,
    signs: &'static [u8],
}

/// Takes a text apart.
pub fn parts<'a>(text: &'a str, signs: &'static [u8]) -> Parts<'a> {
    Parts { rest: Some(text), signs }
}

impl Parts<'_> {
    /// Whether there is another.
    pub fn is_more(&self) -> bool {
        self.rest.is_some()
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    // Hardly more than a call: so no loop pays for being written with this.
    #[inline(always)]
    fn next(&mut self) -> Option<&'a str> {
        let (part, after) = split(self.rest?, self.signs);
        self.rest = after;
        Some(part)
    }
}

/// Whether a text is one of several words, which stand with `|` between them.
pub fn among(text: &str, words: &str) -> bool {
    for word in parts(words, b"|") {
        if word == text {
            return true;
        }
    }
    false
}

/// One of several words, which stand with `|` between them.
pub fn nth(words: &str, number: usize) -> &str {
    let mut rest = words;
    for _ in 0..number {
        rest = split(rest, b"|").1.unwrap_or_default();
    }
    before(rest, b"|")
}

/// What stands behind the last of the given ASCII bytes; all of it where there is none.
pub fn behind<'a>(mut text: &'a str, stops: &[u8]) -> &'a str {
    while let Some(after) = split(text, stops).1 {
        text = after;
    }
    text
}

/// Whether one of these bytes is that one. `contains` would bring a search by words.
pub fn has(bytes: &[u8], wanted: u8) -> bool {
    for byte in bytes {
        if *byte == wanted {
            return true;
        }
    }
    false
}

/// Whether all bytes of a text are of a sort.
pub fn all(text: &str, of: fn(u8) -> bool) -> bool {
    for byte in text.as_bytes() {
        if !of(*byte) {
            return false;
        }
    }
    true
}

/// Whether a text is made of ASCII letters, digits and these alone.
pub fn only(text: &str, others: &[u8]) -> bool {
    for byte in text.as_bytes() {
        if !byte.is_ascii_alphanumeric() && !has(others, *byte) {
            return false;
        }
    }
    true
}

/// Where a part begins.
pub fn find(text: &str, part: &str) -> Option<usize> {
    text.as_bytes().windows(part.len().max(1)).position(|window| window == part.as_bytes())
}

/// A text with another part wherever there is this one.
pub fn replaced(text: &str, part: &str, with: &str) -> String {
    let (mut made, mut rest) = (String::new(), text);
    while let Some(at) = find(rest, part) {
        made.push_str(rest.get(..at).unwrap_or_default());
        made.push_str(with);
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    made.push_str(rest);
    made
}

/// Whether a text begins so, without regard to case.
pub fn begins(text: &str, with: &str) -> bool {
    text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
}

/// Whether a text ends so.
pub fn ends(text: &str, with: &str) -> bool {
    text.len().checked_sub(with.len()).and_then(|at| text.get(at..)) == Some(with)
}

/// A text without the given ASCII byte at its end, however often it stands there.
pub fn without_end(mut text: &str, byte: u8) -> &str {
    while text.as_bytes().last() == Some(&byte) {
        text = text.get(..text.len() - 1).unwrap_or_default();
    }
    text
}

/// A text without the given ASCII bytes at its start, however many stand there.
pub fn without_start<'a>(mut text: &'a str, bytes: &[u8]) -> &'a str {
    while text.as_bytes().first().is_some_and(|first| has(bytes, *first)) {
        text = text.get(1..).unwrap_or_default();
    }
    text
}

/// Whether a text begins and ends with these ASCII bytes.
pub fn framed(text: &str, first: u8, last: u8) -> bool {
    text.as_bytes().first() == Some(&first) && text.as_bytes().last() == Some(&last)
}

/// A whole number in digits of a base up to 16; `None` where anything else stands there, or where it is above 2^64.
pub fn whole(digits: &str, base: u8) -> Option<u64> {
    let mut number = (!digits.is_empty()).then_some(0_u64)?;
    for byte in digits.bytes() {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            _ => return None,
        };
        if digit >= base {
            return None;
        }
        number = number.checked_mul(u64::from(base))?.checked_add(u64::from(digit))?;
    }
    Some(number)
}

/// Writes a text as it stands between the quotes of JSON.
pub fn escape(text: &str, into: &mut String) {
    let (mut plain, mut at) = (0, 0);
    while let Some(byte) = text.as_bytes().get(at) {
        if *byte < b' ' || *byte == b'"' || *byte == b'\\' {
            into.push_str(text.get(plain..at).unwrap_or_default());
            into.push('\\');
            plain = at;
            if *byte < b' ' {
                into.push_str("u00");
                hex(*byte, b'a', into);
                plain += 1;
            }
        }
        at += 1;
    }
    into.push_str(text.get(plain..).unwrap_or_default());
}

/// Writes a byte as two hexadecimal digits, the letters from this one on.
pub fn hex(byte: u8, letters: u8, into: &mut String) {
    for digit in &[byte >> 4, byte & 15] {
        into.push(char::from(if *digit < 10 { b'0' + digit } else { letters + digit - 10 }));
    }
}

/// A text as JSON.
pub fn quoted(text: &str) -> String {
    let mut json = String::from("\"");
    escape(text, &mut json);
    json.push('"');
    json
}

/// A whole number in decimal digits.
pub fn digits(number: u64) -> String {
    let mut digits = String::with_capacity(20);
    let mut scale = 1;
    while number / scale >= 10 {
        scale *= 10;
    }
    while scale > 0 {
        digits.push(char::from(b'0' + (number / scale % 10) as u8));
        scale /= 10;
    }
    digits
}
