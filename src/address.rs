//! URLs: the relay's own, those it names, and which of them may be asked, and with the key.

use crate::failure::{Code, Failure};
pub use crate::network::is_private;
use crate::options::MAX_ID;
use crate::platform::{Address, Platform};
use crate::text::{before, digits, ends, has, hex, parts, split, without_end, without_start};

/// The relay: an origin, and a path prefix that may be empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Base {
    address: Address,
    url: String,
}

/// An address that may be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The whole URL.
    pub url: String,
    /// It is the relay's own origin, so the key goes along.
    pub credentialed: bool,
}

impl Base {
    /// Reads a base URL, with or without a trailing slash or `/v1`; a path prefix is kept.
    pub fn parse(text: &str, platform: &Platform) -> Result<Self, Failure> {
        let address = (platform.url)(text.trim_ascii(), None)
            .ok_or_else(|| Failure::argument("baseUrl is not an absolute URL such as https://relay.example."))?;
        if !is_http(&address) {
            return Err(Failure::argument("baseUrl must start with https:// or http://."));
        }
        if address.userinfo {
            return Err(Failure::argument("baseUrl must not hold a user or a password: give the key as apiKey."));
        }
        let path = without_end(&address.path, b'/');
        let prefix = if ends(path, "/v1") { path.get(..path.len() - 3).unwrap_or_default() } else { path };
        let prefix = without_end(prefix, b'/');
        let url = [&address.origin, prefix].concat();
        Ok(Base { address, url })
    }

    /// Origin and prefix, as a task's ref names the relay.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A path of the API on this relay.
    pub fn join(&self, path: &str) -> Target {
        Target { url: [&self.url, path].concat(), credentialed: true }
    }

    /// An address the relay named: a result, or a redirect's goal. Refused where following it would be unsafe.
    pub fn follow(&self, text: &str, from: Option<&str>, guard_private: bool, platform: &Platform) -> Result<Target, Failure> {
        let unsafe_url = |why: &str| Failure::new(Code::UnsafeUrl, ["The relay named an address that ", why, "."].concat());
        let base = from.unwrap_or(&self.address.href);
        let to = (platform.url)(text, Some(base)).ok_or_else(|| unsafe_url("is not a URL"))?;
        if !is_http(&to) {
            return Err(unsafe_url("is neither http nor https"));
        }
        if to.userinfo {
            return Err(unsafe_url("holds a user or a password"));
        }
        let own = to.origin == self.address.origin;
        if to.scheme == "http" && self.address.scheme == "https" {
            return Err(unsafe_url("gives up https"));
        }
        if guard_private && is_private(&to.host) && !is_private(&self.address.host) {
            return Err(unsafe_url("is on a private network"));
        }
        Ok(Target { credentialed: own, url: to.href })
    }
}

/// A URL as it may be shown: no query, no fragment; of one that names a user, only the scheme. Signed addresses are secrets.
pub fn redact(url: &str) -> &str {
    if url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
        return "data:";
    }
    let shown = before(url, b"?#");
    let (scheme, rest) = split(shown, b":");
    let authority = before(without_start(rest.unwrap_or_default(), b"/\\"), b"/\\");
    if has(authority.as_bytes(), b'@') { scheme } else { shown }
}

/// A task id as one path segment, or one query value. `:` and `=` stay: relays write them so, and every server takes them.
pub fn encode_id(id: &str) -> Result<String, Failure> {
    if id.is_empty() || id == "." || id == ".." || id.len() > MAX_ID {
        return Err(Failure::argument(
            ["The task id must be text of 1 to ", &digits(MAX_ID as u64), " bytes, and not a dot segment."].concat(),
        ));
    }
    let mut encoded = String::with_capacity(id.len());
    for byte in id.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b'=' => encoded.push(byte as char),
            _ => {
                encoded.push('%');
                hex(byte, b'A', &mut encoded);
            }
        }
    }
    Ok(encoded)
}

/// An id that is a path, its slashes kept; one with a dot segment stays a single one.
pub fn encode_path(id: &str) -> String {
    let mut path = String::new();
    for segment in parts(id, b"/") {
        let Ok(encoded) = encode_id(segment) else { return encode_id(id).unwrap_or_default() };
        // No segment is empty.
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(&encoded);
    }
    path
}

fn is_http(address: &Address) -> bool {
    (address.scheme == "https" || address.scheme == "http") && !address.host.is_empty()
}
