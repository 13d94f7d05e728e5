//! Holds the pace of polls against jobs of many kinds, beside fixed intervals and the peers' ways, and prints JSON: `npm run bench -- --only polling`.

#[path = "../tests/polling/mod.rs"]
mod polling;

use polling::{BOUNDS, Fixed, KINDS, Ours, Outcome, PEERS, PROGRESS, Peer, play};
use serde_json::json;

const JOBS: usize = 4_000;

fn median(mut of: Vec<f64>) -> Option<f64> {
    of.sort_by(f64::total_cmp);
    of.get(of.len() / 2).copied()
}

fn main() {
    let scales = (-14..=14).map(|step| 1.25_f64.powi(step));
    let point = |outcome: &Outcome| json!({ "requests": outcome.requests, "lagMs": outcome.lag_ms });
    let rows: Vec<_> = KINDS
        .iter()
        .flat_map(|(jobs, draw)| PROGRESS.iter().map(move |(progress, tell)| (jobs, draw, progress, tell)))
        .map(|(jobs, draw, progress, tell)| {
            let ours = play(JOBS, *draw, *tell, &mut || Box::new(Ours::new(1.0)));
            let curve = scales.clone().map(|scale| point(&play(JOBS, *draw, *tell, &mut || Box::new(Ours::new(scale)))));
            let fixed = scales.clone().map(|scale| point(&play(JOBS, *draw, *tell, &mut || Box::new(Fixed(5_000.0 * scale)))));
            let peers = PEERS.map(|(name, way)| {
                let outcome = play(JOBS, *draw, *tell, &mut || Box::new(Peer(way)));
                json!({ "name": name, "requests": outcome.requests, "lagMs": outcome.lag_ms })
            });
            json!({
                "jobs": jobs, "progress": progress, "ours": point(&ours), "etaOff": median(ours.off),
                "curve": curve.collect::<Vec<_>>(), "fixed": fixed.collect::<Vec<_>>(), "peers": peers,
            })
        })
        .collect();
    println!("{}", json!({ "jobsEach": JOBS, "boundsMs": [BOUNDS.0, BOUNDS.1], "rows": rows }));
}
