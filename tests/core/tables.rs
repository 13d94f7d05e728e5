//! The tables agree with the public contract and with themselves.

use std::collections::BTreeSet;

use reelay::failure::Code;
use reelay::format::{AUTO, Format, TABLE, Variant, words};
use reelay::options::SETTINGS;
use reelay::tables::{paths, tables};
use reelay::task::Status;

/// `ErrorCode` of the public contract.
const ERROR_CODES: &[&str] = &[
    "invalid_argument",
    "auth",
    "not_found",
    "rate_limited",
    "insufficient_funds",
    "rejected",
    "server",
    "network",
    "timeout",
    "wait_timeout",
    "task_failed",
    "task_expired",
    "unexpected_response",
    "no_output",
    "not_a_video",
    "download_incomplete",
    "too_large",
    "unsafe_url",
    "wasm_unavailable",
    "internal",
];

/// Stops compiling when a code is added, as a reminder of the list above.
fn place(code: Code) -> usize {
    match code {
        Code::InvalidArgument => 0,
        Code::Auth => 1,
        Code::NotFound => 2,
        Code::RateLimited => 3,
        Code::InsufficientFunds => 4,
        Code::Rejected => 5,
        Code::Server => 6,
        Code::Network => 7,
        Code::Timeout => 8,
        Code::WaitTimeout => 9,
        Code::TaskFailed => 10,
        Code::TaskExpired => 11,
        Code::UnexpectedResponse => 12,
        Code::NoOutput => 13,
        Code::NotAVideo => 14,
        Code::DownloadIncomplete => 15,
        Code::TooLarge => 16,
        Code::UnsafeUrl => 17,
        Code::WasmUnavailable => 18,
        Code::Internal => 19,
    }
}

#[test]
fn every_error_code_stands_once_with_the_contracts_word() {
    assert_eq!(Code::TABLE.len(), ERROR_CODES.len());
    let places: BTreeSet<usize> = Code::TABLE.iter().map(|row| place(row.0)).collect();
    assert_eq!(places.len(), ERROR_CODES.len(), "a code stands twice, and another nowhere");
    for (code, meaning, hint) in Code::TABLE {
        let word = code.word();
        assert_eq!(ERROR_CODES[place(*code)], word);
        assert!(meaning.ends_with('.') && hint.ends_with('.'), "{word}: a sentence each");
        assert_eq!(code.hint(), *hint);
    }
}

#[test]
fn status_words_are_lower_case_and_stand_once_with_a_source() {
    let mut seen = BTreeSet::new();
    for row in words::WORDS {
        assert_eq!(row.word, row.word.trim().to_lowercase());
        assert!(seen.insert(row.word), "{:?} stands twice", row.word);
        assert!(!row.source.is_empty() && row.status != Status::Unknown, "{:?}", row.word);
        assert_eq!(words::read(row.word), row.status);
    }
}

#[test]
fn statuses_have_the_contracts_words() {
    let all = [Status::Queued, Status::Running, Status::Succeeded, Status::Failed, Status::Expired, Status::Unknown];
    assert_eq!(all.map(Status::word), ["queued", "running", "succeeded", "failed", "expired", "unknown"]);
    assert_eq!(all.map(Status::is_final), [false, false, true, true, true, false]);
}

#[test]
fn every_default_lies_in_its_range() {
    let mut names = BTreeSet::new();
    for setting in SETTINGS {
        assert!(names.insert((setting.of, setting.name)), "{} stands twice", setting.name);
        assert!(setting.min <= setting.max && setting.max.is_finite(), "{}", setting.name);
        assert!(setting.default == f64::INFINITY || (setting.min..=setting.max).contains(&setting.default), "{}", setting.name);
        assert!(!setting.unit.is_empty() && setting.about.ends_with('.'), "{}", setting.name);
    }
}

#[test]
fn formats_have_names_of_their_own() {
    let names: BTreeSet<&str> = TABLE.iter().map(|spec| spec.name).collect();
    assert_eq!(names.len(), TABLE.len());
    for (place, spec) in TABLE.iter().enumerate() {
        assert_eq!(spec.format as usize, place, "{}: the table is in the order of the variants", spec.name);
        assert_eq!(Format::named(spec.name), Some(spec.format));
        assert_eq!(spec.format.spec().name, spec.name);
        assert_eq!(spec.format.is_relays(), place < AUTO);
        assert_eq!(
            spec.status.is_empty(),
            spec.format == Format::SoraChat,
            "{}: only a conversation has no task route",
            spec.name
        );
        assert!(
            spec.status.is_empty() || spec.status.lines().last().unwrap().starts_with(' '),
            "{}: the last path is the usual one",
            spec.name
        );
    }
    assert_eq!(Format::named("auto"), None);
}

/// As the sheets have them.
const PATHS: &[(Format, &[&str])] = &[
    (Format::OpenaiVideos, &["/v1/videos/{id}", "/v1/videos/{id}/content"]),
    (Format::UnifiedVideo, &["/v1/video/query?id={id}", "/v1/videos/{id}/content"]),
    (Format::NewapiGenerations, &["/v1/video/generations/{id}", "/v1/videos/{id}/content"]),
    (Format::SoraChat, &[]),
    (Format::Kling, &["/kling/v1/videos/{kind}/{id}", "/kling/v1/{kind}/{id}", "/kling/tasks?task_ids={id}"]),
    (Format::Wan, &["/alibailian/api/v1/tasks/{id}"]),
    (
        Format::Minimax,
        &[
            "/minimax/v1/query/video_generation?task_id={id}",
            "/minimax/v1/query/video_template_generation?task_id={id}",
            "/minimax/v2/query/video_generation/{id}",
        ],
    ),
    (Format::Vidu, &["/vidu/ent/v2/tasks/{id}/creations"]),
    (Format::Doubao, &["/volc/v1/contents/generations/tasks/{id}"]),
    (Format::VeoNative, &["/v1beta/{id}", "POST /v1beta/{model}:fetchPredictOperation"]),
    (Format::Suno, &["/suno/fetch/{id}"]),
    (Format::Midjourney, &["/mj/task/{id}/fetch"]),
    (Format::Jimeng, &["POST /jimeng/?Action=CVSync2AsyncGetResult&Version=2022-08-31", "/jimeng/fetch/{id}"]),
    (Format::Luma, &["/luma/generations/{id}"]),
    (Format::Runway, &["/runwayml/v1/tasks/{id}"]),
    (Format::Replicate, &["/replicate/v1/predictions/{id}"]),
];

#[test]
fn the_documented_paths_are_those_of_the_sheets() {
    assert_eq!(PATHS.len(), TABLE.len());
    for (format, expected) in PATHS {
        assert_eq!(paths(format.spec()), *expected, "{format:?}");
    }
}

#[test]
fn variants_are_named() {
    for variant in [Variant::Video, Variant::Thumbnail, Variant::Spritesheet] {
        assert_eq!(Variant::named(variant.word()), Some(variant));
    }
    assert_eq!(Variant::named("poster"), None);
    let path = Format::OpenaiVideos.spec().content_path.unwrap();
    assert_eq!(path("t", Variant::Video), "/v1/videos/t/content");
    assert_eq!(path("t", Variant::Thumbnail), "/v1/videos/t/content?variant=thumbnail");
}

#[test]
fn the_rendered_tables_hold_every_row() {
    let tables = tables();
    assert_eq!(tables.version, env!("CARGO_PKG_VERSION"));
    let rows = (tables.formats.len(), tables.error_codes.len(), tables.settings.len(), tables.words.len());
    assert_eq!(rows, (TABLE.len(), Code::TABLE.len(), SETTINGS.len(), words::WORDS.len()));
    assert!(serde_json::to_value(&tables).unwrap()["errorCodes"][0]["hint"].is_string());
}
