//! Policies, on numbers and headers nobody thought of.

use proptest::prelude::*;
use reelay::address::{Base, encode_id, is_private, redact};
use reelay::failure::{Code, Failure};
use reelay::format::Format;
use reelay::host::PLATFORM;
use reelay::options::{MAX_ID, RETRY_AFTER_MAX_MS};
use reelay::policy::limit::{Admission, Limit};
use reelay::policy::poll::{Pace, delay};
use reelay::policy::resume::{content_range, validator};
use reelay::policy::retry::{backoff, pause, retry_after};
use reelay::policy::sniff::impostor;
use reelay::task::{Status, Task};
use serde_json::json;

use super::cases;
use crate::make::{START, task, task_ref};

/// Undoes percent-encoding, as a server does.
fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn with_progress(progress: Option<f64>) -> Task {
    let mut read = task(json!({"id": "t", "status": "running"}));
    (read.progress, read.status) = (progress, Status::Running);
    read.of(task_ref(Format::OpenaiVideos))
}

fn header() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9 .eE+-]{0,8}",
        "\\PC{0,20}",
        "bytes [0-9]{0,17}-[0-9]{0,17}/[0-9*]{0,17}",
        "bytes [0-9]{1,3}-[0-9]{1,3}/[0-9]{1,4}"
    ]
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn an_id_is_one_segment_and_comes_back(id in "\\PC{0,40}") {
        match encode_id(&id) {
            Ok(encoded) => {
                prop_assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:=%".contains(&b)), "{}", encoded);
                prop_assert_eq!(decode(&encoded), id.clone());
                let url = format!("https://relay.example/v1/videos/{encoded}/content");
                let address = (PLATFORM.url)(&url, None).unwrap();
                prop_assert_eq!(address.path.split('/').count(), 5, "the id left its segment: {}", address.path);
            }
            Err(failure) => {
                prop_assert_eq!(failure.code, Code::InvalidArgument);
                prop_assert!(id.is_empty() || id == "." || id == ".." || id.len() > MAX_ID);
            }
        }
    }

    #[test]
    fn nothing_shown_has_a_query(url in prop_oneof!["\\PC{0,40}", "(https?|data):(//)?[a-z:@]{0,9}[a-z.]{1,9}/[a-z/]{0,9}[?#][a-zA-Z=&?#/]{0,9}"]) {
        let shown = redact(&url);
        prop_assert!(!shown.contains('?') && !shown.contains('#'));
        prop_assert!(url.to_lowercase().starts_with(&shown.to_lowercase()));
        let host = shown.split("://").nth(1).unwrap_or_default().split('/').next().unwrap_or_default();
        prop_assert!(!host.contains('@'), "{}", shown);
    }

    #[test]
    fn the_key_leaves_only_for_the_own_origin(to in prop_oneof!["\\PC{0,30}", "(https?:)?(//|\\\\)?(relay.example|cdn.example|127.0.0.1|u@relay.example)(:[0-9]{1,5})?/[a-z]{0,5}"]) {
        let base = Base::parse("https://relay.example", &PLATFORM).unwrap();
        if let Ok(target) = base.follow(&to, None, true, &PLATFORM) {
            let address = (PLATFORM.url)(&target.url, None).unwrap();
            prop_assert_eq!(address.scheme.as_str(), "https");
            prop_assert!(!address.userinfo);
            prop_assert_eq!(target.credentialed, address.origin == "https://relay.example");
            prop_assert!(target.credentialed || !is_private(&address.host));
        }
    }

    #[test]
    fn any_base_url_is_read_or_refused(text in prop_oneof!["\\PC{0,30}", "(https?|ftp)://[a-zA-Z0-9.:@-]{0,12}(/v1|/api|/)*"]) {
        if let Ok(base) = Base::parse(&text, &PLATFORM) {
            prop_assert!(base.url().starts_with("http") && !base.url().ends_with('/') && !base.url().contains('@'));
            let again = Base::parse(base.url(), &PLATFORM).unwrap();
            prop_assert!(again.url() == base.url() || base.url().ends_with("/v1"), "{} became {}", base.url(), again.url());
        }
    }

    #[test]
    fn any_retry_after_is_a_pause_or_none(ms in prop::option::of(header()), after in prop::option::of(header())) {
        if let Some(pause) = retry_after(ms.as_deref(), after.as_deref(), START, &PLATFORM) {
            prop_assert!(pause.is_finite() && pause >= 0.0);
        }
    }

    #[test]
    fn any_content_range_is_a_range_or_none(header in header()) {
        if let Some(range) = content_range(&header) {
            prop_assert!(range.first >= 0.0 && range.first <= range.last && range.last < 1e15);
            prop_assert!(range.total.is_none_or(|total| range.last < total));
        }
        validator(Some(&header), Some(&header));
    }

    #[test]
    fn any_bytes_are_sniffed(head in prop::collection::vec(any::<u8>(), 0..80)) {
        impostor(&head);
        // A film that begins with its box is never taken for a document.
        let mut film = vec![0, 0, 0, 32, b'f', b't', b'y', b'p'];
        film.extend(head);
        prop_assert_eq!(impostor(&film), None);
    }

    #[test]
    fn every_pause_between_polls_keeps_its_bounds(
        first in prop::option::of((0.0..=1.0f64, -1e9..1e9f64)), moved in -1e9..1e9f64, progress in prop::option::of(0.0..=1.0f64),
        age in -1.0..1e9f64, min in 0.0..1e6f64, more in 0.0..1e6f64, jitter in -1.0..2.0f64,
    ) {
        let pace = Pace { first: first.map(|(progress, ago)| (progress, START - ago)), moved: START - moved };
        let task = with_progress(progress);
        let ms = delay(&task, pace.left(&task, START), age, min, min + more, jitter);
        prop_assert!((min..=min + more).contains(&ms), "{}", ms);
    }

    #[test]
    fn every_retry_pause_is_bounded(
        row in prop::sample::select(Code::TABLE), http in prop::option::of(100u16..600), asked in prop::option::of(0.0..1e9f64),
        advice in prop::option::of(any::<bool>()), attempt in 0u32..20, retries in 0u32..20, jitter in -1.0..2.0f64,
    ) {
        let failure = {
            let mut failure = Failure::new(row.0, "");
            (failure.http_status, failure.retry_after_ms) = (http, asked);
            failure
        };
        if let Some(ms) = pause(&failure, advice, attempt, retries, jitter) {
            prop_assert!(attempt < retries && row.0 != Code::Auth);
            prop_assert!((0.0..=RETRY_AFTER_MAX_MS).contains(&ms));
        }
        prop_assert!((250.0..=8000.0).contains(&backoff(attempt, jitter)));
    }

    #[test]
    fn no_more_are_under_way_than_may_be(concurrent in 1u32..6, rate in prop::option::of(0.1..50.0f64), events in prop::collection::vec((any::<bool>(), -50.0..400.0f64), 0..60)) {
        let mut limit = Limit::new(concurrent, rate.unwrap_or(f64::INFINITY));
        let (mut active, mut now, mut clock) = (0u32, START, f64::NEG_INFINITY);
        for (give_back, step) in events {
            now += step;
            // A clock set back shows the last start no later than now.
            clock = clock.min(now);
            if give_back && active > 0 {
                limit.release();
                active -= 1;
            }
            match limit.admit(true, now) {
                Admission::Go => {
                    active += 1;
                    let gap = rate.map_or(0.0, |rate| 1000.0 / rate);
                    prop_assert!(now - clock >= gap - 1e-3, "two starts {} ms apart", now - clock);
                    clock = now;
                }
                Admission::Later(ms) => prop_assert!(ms > 0.0 && ms <= 1000.0 / rate.unwrap() + 1e-6 && active < concurrent),
                Admission::Full => prop_assert_eq!(active, concurrent),
            }
            prop_assert!(active <= concurrent);
        }
    }
}
