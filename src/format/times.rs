//! Moments: those a body names, and those a signed address runs out at.

use crate::platform::Platform;
use crate::text::{before, ends, split, whole};
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
    let zoned = bytes.get(19..).is_some_and(|rest| rest.iter().any(|byte| !matches!(byte, b'.' | b'0'..=b'9')));
    if plain && !zoned {
        let (day, time) = (text.get(..10)?, text.get(11..)?);
        return (platform.date)(&[day, "T", time, "Z"].concat());
    }
    (platform.date)(text)
}

/// When a signed address runs out, by its own query.
pub(super) fn expiry(url: &str, platform: &Platform) -> Option<f64> {
    let query = before(split(url, b"?").1?, b"#");
    let named = |wanted: &dyn Fn(&str) -> bool| {
        let mut rest = Some(query);
        while let Some(text) = rest {
            let (pair, after) = split(text, b"&");
            let (name, value) = split(pair, b"=");
            if wanted(&name.to_ascii_lowercase()) {
                return value;
            }
            rest = after;
        }
        None
    };
    let moment = |second: f64| (FIRST_SECOND..MILLISECONDS_FROM).contains(&second).then_some(second * 1000.0);
    // S3, TOS, GCS: so many seconds from a date. Of a number alone it is the moment itself: OSS, CloudFront, GCS's first form.
    let after = named(&|name| name == "expires" || name == "expire" || ends(name, "-expires")).and_then(decimal);
    let from = named(&|name| ends(name, "-date")).and_then(|date| compact(date, platform));
    after
        .and_then(|seconds| from.map(|from| from + seconds * 1000.0).or_else(|| moment(seconds)))
        // Azure: an ISO date.
        .or_else(|| {
            let parts = named(&|name| name == "se")?;
            named(&|name| name == "sig")?;
            date(&unescaped(parts), platform)
        })
        // Discord and Kling: seconds in hexadecimal digits.
        .or_else(|| {
            let discord = named(&|name| name == "hm").and_then(|_| named(&|name| name == "ex"));
            let digits = discord.or_else(|| named(&|name| name == "kstime"))?;
            whole(&digits.to_ascii_lowercase(), 16).and_then(|seconds| moment(seconds as f64))
        })
}

/// `20260101T000000Z`.
fn compact(text: &str, platform: &Platform) -> Option<f64> {
    let part = |from: usize, to: usize| text.get(from..to);
    let (day, time) = ([part(0, 4)?, "-", part(4, 6)?, "-", part(6, 8)?], [part(9, 11)?, ":", part(11, 13)?, ":", part(13, 15)?]);
    (platform.date)(&[day.concat(), "T".to_owned(), time.concat(), "Z".to_owned()].concat())
}

/// A date's colons may be escaped; nothing else in it need be.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = Some(text);
    while let Some(text) = rest {
        let (part, after) = split(text, b"%");
        plain.push_str(part);
        rest = after.map(|after| after.get(2..).unwrap_or_default());
        if after.is_some() {
            plain.push(':');
        }
    }
    plain
}
