//! Which hosts are this machine or a private network, as literals. A name that resolves to one is beyond us.
//!
//! Written out over the few forms that matter: the standard parser of addresses is larger than all rules of a format.

use crate::text::{before, ends, has, split, whole, without_end};

/// Whether a URL's host is the machine itself, or no address at all.
pub fn is_loopback(host: &str) -> bool {
    let host = plain(host);
    match v4(&host) {
        Some([first, ..]) => first == 127 || host == "0.0.0.0" || matches!(&*host, "[::]" | "[::ffff:0:0]"),
        None => is_local_name(&host) || host == "[::1]",
    }
}

/// Whether a URL's host is loopback, link-local, private, shared or unspecified, or a name without a dot, which only a
/// resolver inside a network knows.
pub fn is_private(host: &str) -> bool {
    let host = plain(host);
    if let Some([a, b, ..]) = v4(&host).or_else(|| tunnelled(&host)) {
        let carrier = a == 100 && (64..128).contains(&b);
        let private = a == 10 || (a == 172 && (16..32).contains(&b)) || (a == 192 && b == 168);
        return matches!(a, 0 | 127 | 255) || carrier || private || (a == 169 && b == 254);
    }
    let Some(v6) = host.strip_prefix('[') else {
        let dotless = !has(host.as_bytes(), b'.');
        return dotless || is_local_name(&host) || ends(&host, ".local") || ends(&host, ".internal");
    };
    let first = whole(before(v6, b":"), 16).unwrap_or(0);
    host == "[::1]" || first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80
}

fn plain(host: &str) -> String {
    without_end(host, b'.').to_ascii_lowercase()
}

fn is_local_name(host: &str) -> bool {
    host == "localhost" || ends(host, ".localhost")
}

/// A dotted address, also one that is mapped into IPv6.
fn v4(host: &str) -> Option<[u8; 4]> {
    let Some(v6) = host.strip_prefix('[') else { return dotted(host) };
    let mapped = before(v6, b"]").strip_prefix("::")?;
    let mapped = mapped.strip_prefix("ffff:").unwrap_or(mapped);
    match split(mapped, b":") {
        ("", None) => Some([0; 4]),
        (high, Some(low)) => halves(high, low),
        (text, None) => dotted(text),
    }
}

/// A dotted address that NAT64 or 6to4 leads to.
fn tunnelled(host: &str) -> Option<[u8; 4]> {
    let v6 = before(host.strip_prefix('[')?, b"]");
    match v6.strip_prefix("64:ff9b::") {
        Some(v4) => match split(v4, b":") {
            (low, None) => halves("", low),
            (high, Some(low)) => halves(high, low),
        },
        None => {
            let (high, rest) = split(v6.strip_prefix("2002:")?, b":");
            halves(high, before(rest.unwrap_or_default(), b":"))
        }
    }
}

/// Two groups of an IPv6 address; nothing in a group's place is zero.
fn halves(high: &str, low: &str) -> Option<[u8; 4]> {
    let group = |text: &str| if text.is_empty() { Some(0) } else { u16::try_from(whole(text, 16)?).ok() };
    let [a, b] = group(high)?.to_be_bytes();
    let [c, d] = group(low)?.to_be_bytes();
    Some([a, b, c, d])
}

fn dotted(text: &str) -> Option<[u8; 4]> {
    let mut bytes = [0; 4];
    let mut rest = Some(text);
    for byte in &mut bytes {
        let (part, after) = split(rest?, b".");
        *byte = u8::try_from(whole(part, 10)?).ok()?;
        rest = after;
    }
    rest.is_none().then_some(bytes)
}
