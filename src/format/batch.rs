//! One request for many tasks, as a row of a format's table.

use super::{Ask, Id};
use crate::text::{digits, quoted, split};

const DAY_MS: f64 = 86_400_000.0;
/// DashScope's regions keep Chinese time.
const ZONE_MS: f64 = 8.0 * 3_600_000.0;

/// How a format asks for many tasks at once.
pub struct Batch {
    /// Only tasks of this kind, where it is not empty.
    pub kind: &'static str,
    /// The request as a template, see [`Ask::of`]: `<id>` stands for all of the ids, `<kind>` for a day and a page of it.
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
    pub fn request(&self, row: &str, now: f64, page: u32) -> Ask {
        let (from, to, page) = (compact(now - DAY_MS), compact(now), digits(page.into()));
        let span = ["start_time=", &from, "&end_time=", &to, "&page_no=", &page].concat();
        Ask::of(self.ask, Id { plain: "", encoded: row }, &span)
    }
}

/// A moment as `YYYYMMDDhhmmss`.
fn compact(now: f64) -> String {
    let seconds = ((now + ZONE_MS) / 1000.0) as u64;
    // Years begin in March here, so that the odd day of a leap year is its last.
    let (day, time) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, late) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let date = (era * 400 + year + late) * 10_000 + month * 100 + day;
    digits(date * 1_000_000 + time / 3_600 * 10_000 + time / 60 % 60 * 100 + time % 60)
}
