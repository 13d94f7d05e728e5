//! Decisions as pure functions: what an answer means, whether and when to ask again, how many at once, what a body is.

pub mod limit;
pub mod poll;
pub mod resume;
pub mod retry;
pub mod sniff;
pub mod verdict;
