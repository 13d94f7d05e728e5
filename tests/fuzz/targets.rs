//! What is fuzzed: each reader of foreign text, what must hold of whatever it makes of it, and the texts to begin with.
//! `fuzz/` runs these under libFuzzer for minutes, `tests/fuzz/main.rs` over the corpus in seconds.

use std::fs;
use std::path::{Path, PathBuf};

use reelay::address::{Base, encode_id, is_private, redact};
use reelay::flat;
use reelay::flow::wait::{State, Wait};
use reelay::flow::{Act, Action, Event};
use reelay::format::{self, Talk};
use reelay::host::PLATFORM;
use reelay::options::{Config, WaitOptions};
use reelay::platform::Moment;
use reelay::policy::poll::Pace;
use reelay::policy::resume::{content_range, validator};
use reelay::policy::retry::retry_after;
use reelay::policy::sniff;
use reelay::reading::Reading;
use reelay::task::Status;
use reelay::value::Value;

const NOW: f64 = 1_795_000_000_000.0;

pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
    pub corpus: fn() -> Vec<Vec<u8>>,
}

pub const TARGETS: &[Target] = &[
    Target { name: "bodies", run: bodies, corpus: all_fixtures },
    Target { name: "flat", run: flattened, corpus: flat_fixtures },
    Target { name: "retry-after", run: retry_afters, corpus: retry_headers },
    Target { name: "content-range", run: content_ranges, corpus: range_headers },
    Target { name: "urls", run: urls, corpus: url_texts },
    Target { name: "state", run: states, corpus: state_texts },
    Target { name: "sniff", run: sniffed, corpus: all_fixtures },
    Target { name: "sse", run: streams, corpus: stream_texts },
];

pub fn named(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// A body of JSON text, read with every kind of HTTP status, as one task and as several.
fn bodies(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    format::reason_of_text(&text, &PLATFORM);
    let Some(value) = (PLATFORM.json)(&text) else { return };
    for status in [200, 404, 500] {
        check(format::read(&value, status, &PLATFORM), status);
        for spec in format::TABLE {
            check(format::read_as(&value, status, Some(spec.format), &PLATFORM), status);
        }
    }
    format::reason(&value, true, &PLATFORM);
    for reading in format::read_all(&value, &PLATFORM).unwrap_or_default() {
        check(reading, 200);
    }
}

fn check(reading: Reading, status: u16) {
    let task = match reading {
        Reading::Task(task) => task,
        Reading::Error(reason) => return assert!(!reason.is_empty(), "an error that says nothing"),
        Reading::Nothing => return,
    };
    assert!(task.progress.is_none_or(|progress| (0.0..=1.0).contains(&progress)), "progress {:?}", task.progress);
    assert!(task.id.as_ref().is_none_or(|id| !id.trim().is_empty()), "an id of nothing");
    assert_eq!(
        task.error.is_some(),
        matches!(task.status, Status::Failed | Status::Expired),
        "an error beside {:?}",
        task.status
    );
    assert!(status < 400 || task.raw_status.is_some(), "an HTTP error without a word is no task");
    for url in task.outputs.iter().map(|output| &output.url) {
        let begins = |with: &str| url.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
        assert!(begins("http://") || begins("https://") || begins("data:") || begins("gs://"), "{url}");
        assert!(!url.bytes().any(|byte| byte <= b' ' || byte == 0x7f), "{url:?}");
    }
    for time in [task.created_at, task.completed_at, task.expires_at].into_iter().flatten() {
        assert!(time.is_finite() && time > 0.0, "a time of {time}");
    }
}

/// A flattened value is read whatever it is, and JSON that the facade has flattened comes back as it was.
fn flattened(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let value = (PLATFORM.json)(&text).unwrap_or_else(|| flat::read(&text));
    let mut written = String::new();
    flatten(&value, &mut written);
    let mut again = String::new();
    flatten(&flat::read(&written), &mut again);
    assert_eq!(again, written);
}

/// As `pkg-template/src/flatten.ts` writes it.
fn flatten(value: &Value, text: &mut String) {
    let clean = |text: &str| text.replace('\0', "");
    match value {
        Value::Null => text.push('n'),
        Value::Bool(true) => text.push('t'),
        Value::Bool(false) => text.push('f'),
        Value::Number(number)
            if number.fract() == 0.0
                && number.abs() < 9_007_199_254_740_992.0
                && !(*number == 0.0 && number.is_sign_negative()) =>
        {
            text.push_str(&format!("d{}\0", *number as i64));
        }
        Value::Number(number) => text.push_str(&format!("x{},{}\0", number.to_bits() >> 32, number.to_bits() as u32)),
        Value::Text(words) => text.push_str(&format!("s{}\0", clean(words))),
        Value::List(items) => {
            text.push('[');
            items.iter().for_each(|item| flatten(item, text));
            text.push(']');
        }
        Value::Map(entries) => {
            text.push('{');
            for (key, value) in entries.iter().map(|(key, value)| (clean(key), value)).filter(|(key, _)| !key.starts_with('}')) {
                text.push_str(&key);
                text.push('\0');
                flatten(value, text);
            }
            text.push('}');
        }
    }
}

/// Two lines: `retry-after-ms` and `Retry-After`.
fn retry_afters(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (ms, header) = text.split_once('\n').unwrap_or(("", &text));
    let given = Some(ms).filter(|ms| !ms.is_empty());
    for ms in [given, None] {
        if let Some(pause) = retry_after(ms, Some(header), NOW, &PLATFORM) {
            assert!(pause.is_finite() && pause >= 0.0, "a pause of {pause}");
        }
    }
}

/// Two lines: `Content-Range` and `ETag`.
fn content_ranges(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (range, etag) = text.split_once('\n').unwrap_or((&text, ""));
    if let Some(range) = content_range(range) {
        assert!(range.first >= 0.0 && range.first <= range.last && range.last < 1e15, "{range:?}");
        assert!(range.first.fract() == 0.0 && range.last.fract() == 0.0, "{range:?}");
        assert!(range.total.is_none_or(|total| range.last < total), "{range:?}");
    }
    if let Some(pin) = validator(Some(etag), None) {
        assert!(pin.starts_with('"') && !pin.starts_with("W/"), "{pin}");
    }
}

/// Three lines: a base URL, an address that the relay names, and an id.
fn urls(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.splitn(3, '\n');
    let (base, named, id) =
        (lines.next().unwrap_or_default(), lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let shown = redact(named);
    assert!(!shown.contains(['?', '#']), "{shown}");
    let encoded = encode_id(id);
    if let Ok(encoded) = &encoded {
        assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:=%".contains(&byte)), "{encoded}");
    }
    let Ok(base) = Base::parse(base, &PLATFORM) else { return };
    assert!(base.url().starts_with("http") && !base.url().contains(['?', '#']), "{}", base.url());
    let own = |url: &str| (PLATFORM.url)(url, None).map(|address| address.origin);
    let relay = own(base.url());
    if let Ok(encoded) = encoded {
        let target = base.join(&format!("/v1/videos/{encoded}/content"));
        assert!(target.credentialed && own(&target.url) == relay, "{} left {relay:?}", target.url);
    }
    for from in [None, Some("https://cdn.example/a/b?c=d")] {
        let Ok(target) = base.follow(named, from, true, &PLATFORM) else { continue };
        let address = (PLATFORM.url)(&target.url, None).expect("what is followed is a URL");
        assert_eq!(target.credentialed, own(&target.url) == relay, "{}", target.url);
        assert!(!address.userinfo && (address.scheme == "https" || base.url().starts_with("http:")), "{}", target.url);
        let at_home = (PLATFORM.url)(base.url(), None).is_some_and(|home| is_private(&home.host));
        assert!(at_home || !is_private(&address.host), "{}", target.url);
    }
}

/// A stored state is read or refused; what is read is written as it is, and a wait goes on from it.
fn states(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Some(state) = State::read("t", "https://relay.example", None, &text) else { return };
    let written = state.write();
    let again = State::read("t", "https://relay.example", None, &written).expect("what was written is read");
    assert_eq!(again.write(), written);
    let base = Base::parse("https://relay.example", &PLATFORM).expect("a base");
    let config = Config::read(&Value::Null, base, true).expect("the defaults");
    let options = WaitOptions { timeout_ms: 60_000.0, min_ms: 10.0, max_ms: 20.0, failures: 3 };
    let mut wait = Wait::new(state, options);
    let moment = Moment { now: NOW, jitter: 0.5 };
    match wait.next(Event::Start, None, &config, moment, &PLATFORM) {
        Action::Do(Act::Send(request)) => assert!((250.0..=60_000.0).contains(&request.timeout_ms), "{}", request.timeout_ms),
        other => panic!("a wait begins with a poll: {other:?}"),
    }
    wait.state.write();
}

/// The first bytes of a body.
fn sniffed(bytes: &[u8]) {
    let head = &bytes.get(..sniff::HEAD).unwrap_or(bytes);
    let text = String::from_utf8_lossy(head);
    sniff::is_json(Some(&text));
    sniff::is_markup(Some(&text));
    let found = sniff::impostor(head);
    assert!(found.is_none_or(|what| !sniff::named(what).is_empty()), "{found:?} has no name");
    // Whatever follows, a film that begins with its box is none of these.
    assert_eq!(sniff::impostor(&[b"\0\0\0\x20ftyp", *head].concat()), None);
}

/// An event stream, cut by its own bytes: what is read does not depend on where it was cut.
fn streams(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut whole = Talk::default();
    whole.push(&text, &PLATFORM);
    whole.end(&PLATFORM);
    let mut cut = Talk::default();
    let mut rest = &*text;
    for step in bytes.iter().cycle() {
        let mut at = (usize::from(*step) % 40 + 1).min(rest.len());
        while !rest.is_char_boundary(at) {
            at += 1;
        }
        let (piece, after) = rest.split_at(at);
        cut.push(piece, &PLATFORM);
        let running = cut.running();
        assert!(running.progress.is_none_or(|progress| (0.0..=1.0).contains(&progress)), "progress {:?}", running.progress);
        assert!(running.outputs.is_empty() && running.error.is_none(), "{running:?}");
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    cut.end(&PLATFORM);
    assert_eq!(cut.clone().reading(&PLATFORM), whole.clone().reading(&PLATFORM));
    assert_eq!((cut.completion(), cut.heard(), cut.is_ended()), (whole.completion(), whole.heard(), whole.is_ended()));
    check(whole.reading(&PLATFORM), 200);
    format::read_text(&text, 500, &PLATFORM);
    // The text as an assistant's words.
    let event = serde_json::json!({"choices": [{"delta": {"content": text, "reasoning_content": text}}]});
    for end in ["", "data: [DONE]\n\n"] {
        check(format::read_text(&format!("data: {event}\n\n{end}"), 200, &PLATFORM), 200);
    }
}

fn root() -> PathBuf {
    // The fuzz crate stands one folder below.
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    [own.to_owned(), own.join("..")]
        .into_iter()
        .map(|root| root.join("tests/fixtures"))
        .find(|root| root.is_dir())
        .expect("fixtures")
}

fn all_fixtures() -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for folder in fs::read_dir(root()).expect("fixtures") {
        for file in fs::read_dir(folder.expect("a folder").path()).expect("a folder") {
            paths.push(file.expect("a file").path());
        }
    }
    paths.retain(|path| !path.to_string_lossy().ends_with(".expected.json"));
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a fixture")).collect()
}

fn values() -> Vec<Value> {
    all_fixtures().iter().filter_map(|bytes| (PLATFORM.json)(std::str::from_utf8(bytes).ok()?)).collect()
}

fn flat_fixtures() -> Vec<Vec<u8>> {
    let flat = |value: &Value| {
        let mut text = String::new();
        flatten(value, &mut text);
        text.into_bytes()
    };
    let odd = [&b"{\"}\":1,\"id\":\"a\"}"[..], b"{\"\":{\"]\":[1.5,-0,1e300]}}"].map(<[u8]>::to_vec);
    values().iter().map(flat).chain(all_fixtures()).chain(odd).collect()
}

/// Every text in every fixture.
fn texts() -> Vec<String> {
    fn walk(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Text(text) => into.push(text.clone()),
            Value::List(items) => items.iter().for_each(|item| walk(item, into)),
            Value::Map(entries) => entries.iter().for_each(|(_, value)| walk(value, into)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    values().iter().for_each(|value| walk(value, &mut all));
    all.sort();
    all.dedup();
    all
}

fn with(given: &[&str], from_fixtures: impl Fn(&str) -> Option<String>) -> Vec<Vec<u8>> {
    let given = given.iter().map(|text| text.as_bytes().to_vec());
    given.chain(texts().iter().filter_map(|text| from_fixtures(text)).map(String::into_bytes)).collect()
}

fn retry_headers() -> Vec<Vec<u8>> {
    let given =
        ["\n1", "\n0.5", "1500\n60", "\nSat, 21 Nov 2026 10:00:00 GMT", "\n2026-11-21T10:00:00+01:00", "-1\n-1", "x\nsoon"];
    with(&given, |text| {
        text.bytes().any(|byte| byte.is_ascii_digit()).then(|| format!("\n{text}")).filter(|text| text.len() < 40)
    })
}

/// The streams of the fixtures, and what is said in them.
fn stream_texts() -> Vec<Vec<u8>> {
    let odd = [
        "\u{feff}: ping\r\ndata:{\"choices\":\rdata:[]}\r\n\r\ndata: [DONE]\\n\\n",
        "data: {\"error\":{\"message\":\"a: {\\\"error\\\":{\\\"message\\\":\\\"b\\\",\\\"code\\\":\\\"c\\\"}}\"}}\n",
        "task_id: sora-2:1234567890-abcdefghprogress: 25%video_url: https://a.example/x.mp4",
        "[a](https://a.example/x.mp4) ```json\n{\"id\":\"veo3:1\",\"status\":\"failed\"}\n``` ❌ no",
    ];
    with(&odd, |text| (text.contains("data: ") || text.contains("https:") || text.contains('%')).then(|| text.to_owned()))
}

fn range_headers() -> Vec<Vec<u8>> {
    let given = ["bytes 0-99/100\n\"v1\"", "bytes 5-5/*\nW/\"v1\"", "bytes */100\n", "bytes 0-999999999999999/*\n\"\""];
    with(&given, |text| text.starts_with("bytes").then(|| text.to_owned()))
}

fn url_texts() -> Vec<Vec<u8>> {
    let given = [
        "https://relay.example/v1\nhttps://u:p@relay.example/\nsora-2:task_01k",
        "http://127.0.0.1:3000/api/v1/\n//relay.example:8443/a\n../..",
        "https://relay.example\nhttps://[::ffff:10.0.0.1]/\na/b?c#d",
    ];
    with(&given, |text| text.contains("://").then(|| format!("https://relay.example/v1\n{text}\nvideo_1")))
}

fn state_texts() -> Vec<Vec<u8>> {
    let state = |progress: Option<f64>| State {
        polls: 3,
        seen: vec![("running".to_owned(), 3), ("http 502".to_owned(), 1)],
        pace: Pace { first: progress.map(|progress| (progress, NOW)), ..Pace::default() },
        latest: Some(("in_progress".to_owned(), progress)),
        ..State::new("t", "https://relay.example", None, NOW)
    };
    [None, Some(0.0), Some(0.25), Some(1.0)].into_iter().map(|progress| state(progress).write().into_bytes()).collect()
}
