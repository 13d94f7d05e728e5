//! A file, a server that serves it badly, and a download that must not get one byte wrong.

use proptest::prelude::*;
use reelay::flow::download::{Download, End, Flow};
use reelay::flow::{Exchange, Request, Trouble, Want};
use reelay::format::Variant;

use super::cases;
use crate::drive::World;
use crate::make::{bytes, config, status, succeeded};

/// How the server answers one request.
#[derive(Debug, Clone, Copy)]
struct Mood {
    /// 0..: an error; the whole; the part asked for; a part a little earlier; one too late.
    answer: u8,
    /// Bytes until the connection breaks.
    cut_after: usize,
    /// Whether headers tell the range.
    tells: bool,
    /// Whether a break looks like an end.
    quiet: bool,
}

fn mood() -> impl Strategy<Value = Mood> {
    (0u8..7, 0usize..80, any::<bool>(), any::<bool>()).prop_map(|(answer, cut_after, tells, quiet)| Mood {
        answer,
        cut_after,
        tells,
        quiet,
    })
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn what_is_delivered_is_the_file_or_its_beginning(
        length in 1usize..200, moods in prop::collection::vec(mood(), 1..12), etagged in any::<bool>(), retries in 0u32..6,
    ) {
        let file: Vec<u8> = (0..length).map(|place| (place % 251) as u8).collect();
        let mut config = config();
        config.retries = retries;
        let mut moods = moods.into_iter().cycle();
        // What the server sends after its headers, and how many of it arrive.
        let sent = std::cell::RefCell::new((Vec::new(), 0usize, false));
        let mut relay = |request: &Request, _: f64| -> Exchange {
            let Want::Bytes { from, .. } = &request.want else { return status(503) };
            let asked = from.map_or(0, |from| from as usize);
            let mood = moods.next().unwrap();
            let first = match mood.answer {
                0 => return status(503),
                1 if asked > 0 => return status(416),
                2 | 3 => asked,
                4 => asked.saturating_sub(3),
                5 => (asked + 2).min(length - 1),
                _ => 0,
            };
            // Nobody serves a part that was not asked for.
            let first = if from.is_some() && asked < length { first } else { 0 };
            let partial = from.is_some() && asked < length && mood.answer != 6;
            let first = if partial { first } else { 0 };
            sent.replace((file[first..].to_vec(), mood.cut_after, mood.quiet));
            bytes(if partial { 206 } else { 200 }, |headers| {
                // A range may be hidden only where it is the one asked for.
                if partial && (mood.tells || first != asked) {
                    headers.content_range = Some(format!("bytes {first}-{}/{length}", length - 1));
                }
                headers.content_length = Some((length - first).to_string());
                headers.etag = etagged.then(|| "\"v1\"".to_owned());
            })
        };
        let mut got: Vec<u8> = Vec::new();
        let machine = Download::new(succeeded(&[]), Variant::Video, None).unwrap();
        let run = World::new(&config, &mut relay).download(machine, &mut |flow: &Flow, _: &Request| {
            let (body, cut_after, quiet) = sent.borrow().clone();
            let whole = cut_after >= body.len();
            let arrived = &body[..cut_after.min(body.len())];
            got.extend(arrived.iter().skip(flow.skip as usize));
            (got.len() as f64, if whole || quiet { End::Whole } else { End::Cut(Trouble::Network) })
        });
        prop_assert_eq!(&got[..], &file[..got.len()], "bytes out of place");
        match run.result {
            Ok(()) => prop_assert_eq!(got.len(), length),
            Err(failure) => prop_assert_eq!(failure.bytes, Some(got.len() as f64)),
        }
    }
}
