//! Searching in text by bytes. `str`'s own pattern searchers bring tables and panics that no relay's answer needs.

/// What stands before the first of the given ASCII bytes; all of it where there is none.
pub fn before<'a>(text: &'a str, stops: &[u8]) -> &'a str {
    split(text, stops).0
}

/// What stands before and after the first of the given ASCII bytes.
pub fn split<'a>(text: &'a str, stops: &[u8]) -> (&'a str, Option<&'a str>) {
    for (at, byte) in text.bytes().enumerate() {
        for stop in stops {
            if byte == *stop {
                return (text.get(..at).unwrap_or_default(), text.get(at + 1..));
            }
        }
    }
    (text, None)
}

/// Where a part begins.
pub fn find(text: &str, part: &str) -> Option<usize> {
    text.as_bytes().windows(part.len().max(1)).position(|window| window == part.as_bytes())
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
