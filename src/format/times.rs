//! Moments: those a body names, and those a signed address runs out at.

use crate::platform::Platform;
use crate::text::{all, before, ends, parts, replaced, split, whole};
use crate::value::{Value, decimal};

/// Numbers above this are milliseconds, below it seconds: 1e11 s is the year 5138, 1e11 ms is 1973.
const MILLISECONDS_FROM: f64 = 1e11;
/// A signature does not run out before 2001; smaller numbers count something else.
const FIRST_SECOND: f64 = 1e9;

/// Seconds, milliseconds or ISO text as milliseconds since 1970; 0 is unset. Text that names no zone is taken as UTC.
pub(super) fn of(value: &Value, platform: &Platform) -> Option<f64> {
    if let Some(number) = value.number() {
        let millis = if number < MILLISECONDS_FROM { number * 1000.0 } else { number };
        return (number > 0.0).then_some(millis.round());
    }
    date(value.words()?, platform).filter(|millis| *millis > 0.0)
}

/// Whether something may be a time: a positive number, or text that is none.
pub(super) fn is_time(value: &Value) -> bool {
    value.number().map_or(value.words().is_some(), |number| number > 0.0)
}

fn date(text: &str, platform: &Platform) -> Option<f64> {
    let bytes = text.as_bytes();
    // `2025-07-27 21:05:15.212`, as DashScope writes it. A zone would begin with Z, + or - behind the seconds.
    let plain = bytes.get(4) == Some(&b'-') && bytes.get(13) == Some(&b':');
    let zoned = text.get(19..).is_some_and(|rest| !all(rest, |byte| matches!(byte, b'.' | b'0'..=b'9')));
    if plain && !zoned {
        let (day, time) = (text.get(..10)?, text.get(11..)?);
        return (platform.date)(&[day, "T", time, "Z"].concat());
    }
    (platform.date)(text)
}

/// When a signed address runs out, by its own query.
pub(super) fn expiry(url: &str, platform: &Platform) -> Option<f64> {
    let (mut after, mut from, mut azure, mut hex, mut signs) = (None, None, None, None, 0);
    let query = split(before(url, b"#"), b"?").1?;
    for pair in parts(query, b"&") {
        let (name, value) = split(pair, b"=");
        let (name, value) = (name.to_ascii_lowercase(), value.unwrap_or_default());
        match name.as_str() {
            "se" => azure = Some(value),
            "sig" => signs |= AZURE,
            "hm" => signs |= DISCORD,
            "ex" => hex = Some((value, DISCORD)),
            "kstime" => hex = Some((value, 0)),
            "expires" | "expire" => after = decimal(value),
            name if ends(name, "-expires") => after = decimal(value),
            name if ends(name, "-date") => from = compact(value, platform),
            _ => {}
        }
    }
    let moment = |second: f64| (FIRST_SECOND..MILLISECONDS_FROM).contains(&second).then_some(second * 1000.0);
    match (after, azure, hex) {
        // S3, TOS, GCS: so many seconds from a date. Of a number alone it is the moment itself: OSS, CloudFront, GCS's first form.
        (Some(seconds), ..) => from.map(|from| from + seconds * 1000.0).or_else(|| moment(seconds)),
        // A date's colons may be escaped; nothing else in it need be.
        (_, Some(escaped), _) if signs & AZURE != 0 => date(&replaced(&replaced(escaped, "%3A", ":"), "%3a", ":"), platform),
        // Discord and Kling: seconds in hexadecimal digits.
        (.., Some((digits, sign))) if signs & sign == sign => {
            whole(&digits.to_ascii_lowercase(), 16).and_then(|seconds| moment(seconds as f64))
        }
        _ => None,
    }
}

/// What else a query must hold for its other parts to be of that kind.
const AZURE: u8 = 1;
const DISCORD: u8 = 2;

/// `20260101T000000Z`.
fn compact(text: &str, platform: &Platform) -> Option<f64> {
    let (year, month, hour, minute, second) =
        (text.get(..4)?, text.get(4..6)?, text.get(6..11)?, text.get(11..13)?, text.get(13..)?);
    (platform.date)(&[year, "-", month, "-", hour, ":", minute, ":", second].concat())
}
