//! Every body of the formats' documentation is read, and says what it is a sample of: so neither can drift from the other.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use reelay::failure::Code;
use reelay::flow::{Answer, Body, Exchange, Headers};
use reelay::format::doc::{Bodies, Call, Does, Sample};
use reelay::format::{self, Format, Spec, TABLE};
use reelay::host::PLATFORM;
use reelay::policy::verdict;
use reelay::reading::{Reading, Snapshot};
use reelay::tables::paths;
use reelay::task::{Kind, Status};
use serde_json::{Value as Json, json};

use crate::filler::{CREATED, Filler, ID, MESSAGE};
use crate::make::{RELAY, moment, value};

/// States a body may be a sample of.
const STATES: &[Status] = &[Status::Queued, Status::Running, Status::Succeeded, Status::Failed, Status::Expired, Status::Unknown];

fn put(template: &str, task: Json) -> Json {
    fn replace(template: &Json, task: &Json) -> Json {
        match template {
            Json::String(text) if text == "{task}" => task.clone(),
            Json::String(text) if text == "{tasks}" => json!([task]),
            Json::String(text) if text.starts_with('{') => json!(1),
            Json::Object(entries) => entries.iter().map(|(key, item)| (key.clone(), replace(item, task))).collect(),
            _ => template.clone(),
        }
    }
    replace(&serde_json::from_str(template).unwrap(), &task)
}

fn read(spec: &Spec, http: u16, body: Json) -> Reading {
    format::read_as(&value(body), http, Some(spec.format), &PLATFORM)
}

fn snapshot(spec: &Spec, bodies: &Bodies, sample: &Sample, body: Json) -> Box<Snapshot> {
    match read(spec, sample.http, body.clone()) {
        Reading::Task(snapshot) => snapshot,
        other => panic!("{} {:?} {}: {other:?}\n{body}", spec.name, bodies.name, sample.of),
    }
}

/// The one task of a list.
fn listed(spec: &Spec, body: Json, at: &str) -> Box<Snapshot> {
    let mut all = format::read_all_as(&value(body), Some(spec.format), &PLATFORM).unwrap_or_else(|| panic!("no list: {at}"));
    match all.pop() {
        Some(Reading::Task(snapshot)) if all.is_empty() => snapshot,
        other => panic!("{other:?} of {at}"),
    }
}

/// Checks every sample, and tells of all that are wrong.
fn each(mut check: impl FnMut(&'static Spec, &'static Bodies, &'static Sample)) {
    let mut wrong = 0;
    for spec in TABLE {
        for bodies in spec.doc.bodies {
            for sample in bodies.samples {
                wrong += usize::from(catch_unwind(AssertUnwindSafe(|| check(spec, bodies, sample))).is_err());
            }
        }
    }
    assert_eq!(wrong, 0, "samples are wrong: see above");
}

/// The words a sample is sent with: its state's, or its own.
fn words(bodies: &Bodies, of: &str) -> Vec<String> {
    if let Some(word) = of.strip_prefix('=') {
        return vec![word.to_owned()];
    }
    let state = of.trim_end_matches('%');
    let own = bodies.words.iter().find(|(name, _)| *name == state).map_or(&[][..], |(_, words)| words);
    // Another sample is the one of these.
    let taken = |word: &str| bodies.samples.iter().any(|other| other.of.split(' ').any(|of| of.strip_prefix('=') == Some(word)));
    own.iter().filter(|word| !taken(word)).map(|word| (*word).to_owned()).collect()
}

#[test]
fn a_documented_word_is_one_that_the_rules_know() {
    let mut wrong = Vec::new();
    for spec in TABLE {
        for (state, own) in spec.doc.bodies.iter().flat_map(|bodies| bodies.words) {
            for word in *own {
                let read = format::words::read(word).word();
                // A queued word outside, and a running task inside.
                if read != *state && !(spec.format == Format::UnifiedVideo && *word == "pending") {
                    wrong.push(format!("{}: {word} is {read}, not {state}", spec.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_sample_of_a_task_says_what_it_is_a_sample_of() {
    let mut seen = BTreeSet::new();
    each(|spec, bodies, sample| {
        for of in sample.of.split(' ') {
            let own = of.strip_prefix('=').map(|word| format::words::read(word).word());
            let name = own.unwrap_or(of.trim_end_matches('%'));
            let Some(status) = STATES.iter().find(|status| status.word() == name) else { continue };
            seen.insert((spec.name, *status as u8));
            let template: Json = serde_json::from_str(sample.body).unwrap();
            let mut all = words(bodies, of);
            // Not every format has a word for it; what is sent then is another's.
            let has_word = !all.is_empty();
            if !has_word {
                all.push(String::new());
            }
            for word in all {
                let mut filler = Filler::new(&word);
                let task = filler.fill(&template);
                let body = match (sample.whole, bodies.one) {
                    (true, _) => task,
                    (false, "") => put(bodies.many, task),
                    (false, one) => put(one, task),
                };
                let worded = filler.used.contains("word");
                if worded && !has_word {
                    continue;
                }
                let at = format!("{} {:?} {of} {word:?}: {body}", spec.name, bodies.name);
                let got = match bodies.one {
                    "" => listed(spec, body, &at),
                    _ => snapshot(spec, bodies, sample, body),
                };
                // What has no word of its own is sent with one that the rules read: an expired task of most is a failed one.
                assert_eq!(got.status.word(), wanted(spec, *status, worded.then_some(word.as_str())), "{at}");
                if worded {
                    assert_eq!(got.raw_status.as_deref(), Some(word.as_str()), "{at}");
                }
                if matches!(got.status, Status::Queued | Status::Running) {
                    let told = filler.used.contains("percent") || filler.used.contains("progress");
                    assert!(!told || got.progress == Some(0.4), "{:?} {at}", got.progress);
                }
                // The rows of DashScope's list have no outputs.
                if got.status == Status::Succeeded && !filler.used.contains("file") {
                    let kinds = |urls: &[(Kind, String)]| -> BTreeSet<(&str, String)> {
                        urls.iter().map(|(kind, url)| (kind.word(), url.clone())).collect()
                    };
                    let outputs: Vec<(Kind, String)> =
                        got.outputs.iter().map(|output| (output.kind, output.url.clone())).collect();
                    let there: Vec<(Kind, String)> =
                        filler.urls.iter().filter(|(kind, url)| !is_left_out(spec, *kind, url)).cloned().collect();
                    assert_eq!(kinds(&outputs), kinds(&there), "{at}");
                }
                if matches!(got.status, Status::Failed) {
                    let error = got.error.unwrap_or_default();
                    // A conversation's failure is a line with a mark before it.
                    let said = error.message.as_deref().map(|text| text.trim_start_matches("❌ "));
                    assert!(!filler.used.contains("message") || said == Some(MESSAGE), "{error:?} {at}");
                    let code = filler.used.iter().find_map(|name| match name.as_str() {
                        "code" => Some("blocked"),
                        "code:number" => Some("50500"),
                        _ => None,
                    });
                    assert!(code.is_none() || error.code.as_deref() == code, "{error:?} {at}");
                }
                // The unified form tells the time of its inner task only.
                if spec.format != Format::UnifiedVideo && filler.used.iter().any(|name| name.starts_with("created")) {
                    assert_eq!(got.created_at, Some(CREATED as f64 * 1000.0), "{at}");
                }
            }
        }
    });
    for spec in TABLE.iter().filter(|spec| spec.format != Format::SoraChat) {
        for status in [Status::Queued, Status::Running, Status::Succeeded, Status::Failed] {
            assert!(seen.contains(&(spec.name, status as u8)), "{} has no sample of {status:?}", spec.name);
        }
    }
}

/// A relay's stills are no outputs, and neither is Luma's copy with a watermark.
fn is_left_out(spec: &Spec, kind: Kind, url: &str) -> bool {
    (spec.format.is_relays() && kind == Kind::Cover) || (spec.format == Format::Luma && url.contains("url2"))
}

/// What a sample of a state reads as: Veo knows no queue, and nothing that is not over there is final.
fn wanted(spec: &Spec, status: Status, word: Option<&str>) -> &'static str {
    match (word, status) {
        // A queued word outside, and a running task inside.
        (Some(word), Status::Running) if format::words::read(word) == Status::Queued => "running",
        (Some(word), _) => format::words::read(word).word(),
        (None, Status::Queued | Status::Unknown) if spec.format == Format::VeoNative => "running",
        (None, Status::Expired) => "failed",
        _ => status.word(),
    }
}

fn judged(spec: &Spec, http: u16, body: Json) -> Result<Box<Snapshot>, reelay::failure::Failure> {
    let answer = Answer { status: http, headers: Headers::default(), body: Body::Json(value(body)) };
    verdict::judge(RELAY, &Exchange::Answer(answer), Some(spec.format), moment(), &PLATFORM)
}

#[test]
fn every_other_sample_is_what_it_says() {
    each(|spec, bodies, sample| {
        for of in sample.of.split(' ') {
            let mut filler = Filler::new(bodies.words.first().map_or("", |(_, words)| words[0]));
            let body = filler.fill(&serde_json::from_str(sample.body).unwrap());
            let at = format!("{} {:?} {of}: {body}", spec.name, bodies.name);
            match of {
                "created" => {
                    let got = snapshot(spec, bodies, sample, body);
                    assert!(matches!(got.status, Status::Queued | Status::Running), "{at}");
                    assert_eq!(got.id.as_deref(), Some(ID), "{at}");
                    assert!(sample.http < 300, "{at}");
                }
                "not_found" => match judged(spec, sample.http, body) {
                    Err(failure) if spec.format == Format::Minimax => assert_eq!(failure.code, Code::Rejected, "{at}"),
                    Err(failure) => assert_eq!(failure.code, Code::NotFound, "{failure:?} {at}"),
                    // MiniMax refuses the id as a parameter; DashScope has a word for it, and the same one for what it knows no more.
                    Ok(task) => assert_eq!((spec.format, task.status), (Format::Wan, Status::Unknown), "{at}"),
                },
                "refused" => {
                    let failure = judged(spec, sample.http, body).unwrap_err();
                    assert_eq!(failure.code, Code::Rejected, "{failure:?} {at}");
                    let said = failure.server.as_ref().and_then(|server| server.message.clone()).unwrap_or_default();
                    assert!(said.contains(MESSAGE), "{said:?} {at}");
                }
                "error" => {
                    let server = judged(spec, 503, body).unwrap_err().server.clone().unwrap();
                    let said = [server.code.unwrap_or_default(), server.message.unwrap_or_default()].concat();
                    let told = ["code", "code:number"].iter().any(|name| filler.used.contains(*name));
                    assert!(said.contains(MESSAGE) && (!told || said.len() > MESSAGE.len()), "{said} {at}");
                }
                "file" => {
                    let got = snapshot(spec, bodies, sample, body);
                    assert_eq!((got.status, got.outputs.len()), (Status::Succeeded, 1), "{at}");
                }
                "deleted" => assert_eq!(body["deleted"], true, "{at}"),
                of if of.starts_with("chunk:") => assert!(body["choices"][0]["delta"].is_object(), "{at}"),
                of => {
                    let state = of.strip_prefix('=').map_or(of.trim_end_matches('%'), |word| format::words::read(word).word());
                    assert!(STATES.iter().any(|status| status.word() == state), "nobody knows what {of} is: {at}");
                }
            }
        }
    });
}

/// Whether two paths are one, but for what varies in them. A name in braces may end before a colon.
fn same(one: &str, other: &str) -> bool {
    let parts = |path: &str| -> Vec<String> {
        let path = path.replace("{model.path}", "models/{model}").replace("{model.slashes}", "{owner}/{name}");
        let varies = |part: &str| part.find('}').filter(|_| part.starts_with('{')).map(|end| ["{}", &part[end + 1..]].concat());
        path.split('/').map(|part| varies(part).unwrap_or_else(|| part.to_owned())).collect()
    };
    parts(one) == parts(other)
}

#[test]
fn calls_and_bodies_belong_together() {
    for spec in TABLE {
        let doc = spec.doc;
        assert!(!doc.about.is_empty() && !doc.spoken_by.is_empty() && !doc.outputs_at.is_empty(), "{}", spec.name);
        assert!(doc.sources.len() >= 2 && doc.sources.iter().all(|(_, at)| at.contains("https://")), "{}", spec.name);
        let named = |name: &str| doc.bodies.iter().find(|bodies| bodies.name == name);
        let has = |bodies: &Bodies, of: &str| bodies.samples.iter().any(|sample| sample.of.split(' ').any(|own| own == of));
        // What a named set has not, the first one has.
        let finds = |bodies: &Bodies, of: &str| has(bodies, of) || has(&doc.bodies[0], of);
        for call in doc.calls {
            let at = format!("{} {}", spec.name, call.ask);
            let bodies = named(call.bodies).unwrap_or_else(|| panic!("{at}: no bodies {:?}", call.bodies));
            let needed: &[&str] = match call.does {
                Does::Status => &["running", "succeeded", "failed", "not_found", "error"],
                Does::Create => &["created", "refused", "error"],
                Does::File => &["file"],
                Does::Delete => &["deleted"],
                Does::Stream => &["succeeded", "failed", "chunk:created", "chunk:running", "chunk:succeeded", "refused"],
                Does::Many | Does::List | Does::Content => &[],
            };
            for of in needed {
                assert!(finds(bodies, of), "{at} needs a sample of {of}");
            }
            assert!(!matches!(call.does, Does::Many | Does::List) || !bodies.many.is_empty(), "{at} needs `many`");
            assert!(
                !matches!(call.does, Does::Create | Does::Stream) || !(bodies.id.is_empty() || call.needs.is_empty()),
                "{at}"
            );
            assert_eq!(call.ask.contains("{kind}"), !call.kinds.is_empty(), "{at}");
            assert!(call.body.is_empty() || serde_json::from_str::<Json>(call.body).is_ok(), "{at}");
        }
        // Veo's id is a path of its own.
        for path in paths(spec).iter().filter(|_| spec.format != Format::VeoNative) {
            let (verb, path) = path.split_once(' ').unwrap_or(("GET", path));
            let path = path.strip_prefix(spec.prefixes.split('|').next().unwrap()).unwrap_or(path);
            let known = |call: &&Call| call.ask.replace("{ids}", "{id}") == format!("{verb} {path}");
            assert!(doc.calls.iter().any(|call| known(&call)), "{}: {verb} {path}, which is asked, is documented", spec.name);
        }
        for way in spec.create.lines() {
            let mut parts = way.split(' ');
            let (kinds, path) = (parts.next().unwrap(), parts.next().unwrap());
            for kind in kinds.split('|') {
                let path = path.replace("<kind>", kind).replace('<', "{").replace('>', "}");
                // A path has a kind where the call's lists it, and varies where the call's does.
                let known = |call: &&Call| {
                    let asks = if call.kinds.is_empty() { vec![""] } else { call.kinds.to_vec() };
                    matches!(call.does, Does::Create | Does::Stream)
                        && asks.iter().any(|own| same(&call.ask.replace("{kind}", own), &format!("POST {path}")))
                };
                assert!(doc.calls.iter().any(|call| known(&call)), "{}: POST {path}, which is asked, is documented", spec.name);
            }
        }
        let of_calls = |name: &str| doc.calls.iter().any(|call| call.bodies == name);
        assert!(doc.bodies.iter().all(|bodies| bodies.name.is_empty() || of_calls(bodies.name)), "{}", spec.name);
    }
}
