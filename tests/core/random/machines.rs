//! The step machines, asked by a relay that answers anything.

use proptest::prelude::*;
use reelay::create::plan;
use reelay::failure::Code;
use reelay::flow::create::Create;
use reelay::flow::download::{Download, End};
use reelay::flow::query::Query;
use reelay::flow::{Answer, Body, Exchange, Headers, Request, Trouble};
use reelay::format::{self, Format, TABLE, Variant};
use reelay::host::PLATFORM;
use reelay::options::WaitOptions;
use reelay::reading::Reading;
use reelay::task::Status;
use serde_json::json;

use super::cases;
use super::json::{body, http_status};
use crate::drive::World;
use crate::make::{RELAY, config, succeeded, value};

const LOCATIONS: &[&str] = &[
    "/v1/videos/t",
    "/v1/videos/t/content",
    "https://relay.example/x",
    "https://cdn.example/a",
    "//cdn.example/b",
    "http://cdn.example/a",
    "https://127.0.0.1/",
    "",
    "https://user:pw@relay.example/",
    "data:video/mp4;base64,AA",
];

fn maybe(values: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop::sample::select(values).prop_map(str::to_owned))
}

fn headers() -> impl Strategy<Value = Headers> {
    let content = (
        maybe(&["video/mp4", "text/html", "application/json", "application/xml"]),
        maybe(&["5", "100", "0", "-1", "x"]),
        maybe(&["gzip", "identity"]),
        maybe(&["bytes 0-99/100", "bytes 5-99/100", "bytes 50-99/100", "bytes */100", "bytes 5-99/*", "odd"]),
        maybe(&["\"a\"", "\"b\"", "W/\"a\"", ""]),
    );
    let others =
        (maybe(LOCATIONS), maybe(&["0", "1", "59", "61", "1e9", "soon", "-1"]), maybe(&["5", "x"]), maybe(&["true", "false"]));
    (content, others).prop_map(
        |((content_type, content_length, content_encoding, content_range, etag), (location, after, ms, should_retry))| Headers {
            content_type,
            content_length,
            content_encoding,
            content_range,
            etag,
            location,
            retry_after: after,
            retry_after_ms: ms,
            should_retry,
            ..Headers::default()
        },
    )
}

fn exchange() -> impl Strategy<Value = Exchange> {
    let body = prop_oneof![
        4 => body().prop_map(Body::Json),
        2 => Just(Body::Unread),
        1 => any::<bool>().prop_map(|html| Body::Text { html }),
        1 => Just(Body::Empty),
        1 => Just(Body::TooLarge),
    ];
    prop_oneof![
        8 => (http_status(), headers(), body).prop_map(|(status, headers, body)| Exchange::Answer(Answer { status, headers, body })),
        1 => prop::sample::select(&[Trouble::Network, Trouble::Timeout][..]).prop_map(Exchange::Failed),
    ]
}

/// A relay that goes through these answers again and again.
fn circle(answers: &[Exchange]) -> impl FnMut(&Request, f64) -> Exchange {
    let mut next = answers.iter().cloned().cycle();
    move |request, _| {
        assert!(!request.credentialed || request.url.starts_with(RELAY), "the key went to {}", request.url);
        assert!(request.url.starts_with("https://") && !request.url.contains('@'), "{}", request.url);
        assert!(request.timeout_ms >= 250.0);
        next.next().unwrap()
    }
}

/// Whether some answer, as it came, says that the task succeeded.
fn says_succeeded(answers: &[Exchange]) -> bool {
    answers.iter().any(|exchange| match exchange {
        Exchange::Answer(Answer { status, body: Body::Json(body), .. }) => {
            matches!(format::read(body, *status, &PLATFORM), Reading::Task(task) if task.status == Status::Succeeded)
        }
        _ => false,
    })
}

fn formats() -> impl Strategy<Value = Option<Format>> {
    prop::option::of(prop::sample::select(TABLE.iter().map(|spec| spec.format).collect::<Vec<_>>()))
}

fn ends() -> impl Strategy<Value = Vec<(f64, u8)>> {
    prop::collection::vec((0.0..60.0f64, 0u8..5), 1..6)
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn a_query_ends(answers in prop::collection::vec(exchange(), 1..6), format in formats(), retries in 0u32..8) {
        let config = config();
        let run = World::new(&config, &mut circle(&answers)).query(Query::new("t", format, None, retries).unwrap());
        // Kling has two prefixes and five kinds; MiniMax asks once more, for its file.
        let most = 11 * (usize::try_from(retries).unwrap() + 1 + 6);
        prop_assert!(run.requests.len() <= most, "{} requests", run.requests.len());
        match run.result {
            Ok(task) => prop_assert!(task.status != Status::Succeeded || says_succeeded(&answers)),
            Err(failure) => prop_assert!(failure.task_ref.is_some() && failure.code != Code::Internal),
        }
    }

    #[test]
    fn a_create_is_sent_again_only_when_nothing_was_made(answers in prop::collection::vec(exchange(), 1..6), format in formats()) {
        let format = format.unwrap_or(Format::OpenaiVideos);
        let mut config = config();
        config.retries = 3;
        let plan = plan(format.spec().create, format.spec(), &value(json!({"model": "m", "prompt": "p"}))).unwrap();
        let run = World::new(&config, &mut circle(&answers)).create(Create::new(plan, format, None, true));
        for exchange in answers.iter().cycle().take(run.requests.len() - 1) {
            let refused = matches!(exchange, Exchange::Answer(Answer { status: 404 | 405 | 429, .. }));
            prop_assert!(refused, "sent again after {exchange:?}");
        }
        match run.result {
            Ok(task) => prop_assert!(task.is_some_and(|task| !task.task_ref.id.is_empty() || task.status.is_final())),
            Err(failure) => prop_assert!(failure.code != Code::Internal && failure.code != Code::InvalidArgument),
        }
    }

    #[test]
    fn a_wait_ends_by_its_deadline(answers in prop::collection::vec(exchange(), 1..6), format in formats(), min in 0.0..3000.0f64, failures in 0.0..20.0f64) {
        let config = config();
        let options = value(json!({"timeoutMs": 300_000, "poll": {"minMs": min, "maxMs": min + 5000.0}, "failures": failures.floor()}));
        let run = World::new(&config, &mut circle(&answers)).wait(format, WaitOptions::read(&options, false).unwrap());
        // A poll may ask three routes and follow redirects, and its last request is given a moment.
        prop_assert!(run.took <= 300_000.0 + 18.0 * 250.0, "{} ms", run.took);
        match run.result {
            Ok(task) => {
                prop_assert_eq!(task.status, Status::Succeeded);
                prop_assert!(says_succeeded(&answers));
            }
            Err(failure) => prop_assert!(failure.code != Code::Internal && failure.task_ref.is_some()),
        }
    }

    #[test]
    fn a_finished_task_is_never_a_failed_wait(answers in prop::collection::vec(exchange(), 0..4), status in prop::sample::select(&["completed", "SUCCESS", "done"][..])) {
        let finished = Exchange::Answer(crate::make::answer(200, json!({"id": "t", "status": status, "error": {"message": "stale"}})));
        let config = config();
        let mut all = vec![finished];
        all.extend(answers);
        let run = World::new(&config, &mut circle(&all)).wait(None, WaitOptions::read(&value(json!({})), false).unwrap());
        prop_assert_eq!(run.result.unwrap().status, Status::Succeeded);
    }

    #[test]
    fn a_download_ends(answers in prop::collection::vec(exchange(), 1..8), ends in ends(), addressed in any::<bool>(), retries in 0u32..6) {
        let mut config = config();
        config.retries = retries;
        let task = if addressed { succeeded(&["https://cdn.example/a.mp4"]) } else { succeeded(&[]) };
        let mut ends = ends.into_iter().cycle();
        let mut delivered = 0.0;
        let machine = Download::new(task, Variant::Video, None).unwrap();
        let run = World::new(&config, &mut circle(&answers)).download(machine, &mut |flow, _| {
            assert!(flow.skip >= 0.0 && flow.skip <= delivered, "a gap would be passed on");
            let (more, how) = ends.next().unwrap();
            // A body brings more only so long as the whole is not there.
            let rest = flow.total.map_or(500.0 - delivered, |total| total - delivered);
            delivered += f64::min(more, rest).max(0.0).floor();
            let end = match how {
                0 | 1 => End::Whole,
                2 => End::Cut(Trouble::Network),
                3 => End::Cut(Trouble::Timeout),
                _ => End::Impostor("HTML"),
            };
            (delivered, end)
        });
        prop_assert!(run.requests.len() < 2000, "{} requests", run.requests.len());
        if let Err(failure) = &run.result {
            prop_assert!(failure.code != Code::Internal, "{}", failure.message);
            prop_assert!(failure.bytes.is_some() && failure.task.is_some());
            prop_assert!(!failure.message.contains('?'), "{}", failure.message);
        }
    }
}
