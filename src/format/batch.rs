//! One request for many tasks, as a row of a format's table.

use super::{Ask, Id};
use crate::text::{digits, quoted, split};

/// How a format asks for many tasks at once.
pub struct Batch {
    /// Only tasks of this kind, where it is not empty.
    pub kind: &'static str,
    /// The request as a template, see [`Ask::of`]: `<id>` stands for all of the ids, `<kind>` for the number of
    /// a page.
    pub ask: &'static str,
    /// What stands between two ids.
    pub between: &'static str,
    /// The answer lists whatever tasks there are, page by page, and not only those of the ids. Relays seldom have such a list:
    /// it is asked for only under a prefix that is known to be served.
    pub paged: bool,
}

impl Batch {
    /// Tasks on a full page.
    pub const PAGE: usize = 100;

    /// Ids that one request is made for.
    pub fn most(&self) -> u32 {
        if self.paged { 1_000 } else { 50 }
    }

    /// Writes one more id into a row of them.
    pub fn write(&self, row: &mut String, id: Id) {
        if !row.is_empty() {
            row.push_str(self.between);
        }
        match split(self.ask, b" ").1 {
            Some(_) => row.push_str(&quoted(id.plain)),
            None => row.push_str(id.encoded),
        }
    }

    /// The request for a row of ids; the first page is 1.
    pub fn request(&self, row: &str, page: u32) -> Ask {
        Ask::of(self.ask, Id { plain: "", encoded: row }, &digits(page.into()))
    }
}
