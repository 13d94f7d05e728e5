//! The pace of polls, by what it costs on simulated jobs: `npm run bench -- --only polling` plays more of them.

#[path = "../polling/mod.rs"]
#[allow(dead_code, reason = "the benchmark uses all of it")]
mod polling;

use polling::{Fixed, KINDS, Ours, PROGRESS, play};

const JOBS: usize = 4_000;

/// The default pace's lag, as a part of that of the fixed interval that sends as many requests.
fn lag_of_fixed(kind: usize, progress: &str) -> f64 {
    let (_, draw) = KINDS[kind];
    let tell = PROGRESS.iter().find(|(name, _)| *name == progress).unwrap().1;
    let ours = play(JOBS, draw, tell, &mut || Box::new(Ours::new(1.0)));
    let (mut short, mut long) = (100.0_f64, 100_000.0_f64);
    while long / short > 1.01 {
        let middle = (short * long).sqrt();
        let fixed = play(JOBS, draw, tell, &mut || Box::new(Fixed(middle)));
        if fixed.requests > ours.requests { short = middle } else { long = middle }
    }
    ours.lag_ms / play(JOBS, draw, tell, &mut || Box::new(Fixed(long))).lag_ms
}

#[test]
fn with_useful_progress_the_lag_is_half_that_of_any_fixed_interval() {
    for progress in ["honest", "coarse"] {
        for (kind, (name, _)) in KINDS.iter().enumerate() {
            let part = lag_of_fixed(kind, progress);
            assert!(part <= 0.5, "{name}, {progress}: {part}");
        }
    }
}

#[test]
fn without_progress_it_is_no_worse_than_that_of_the_best() {
    for (kind, (name, _)) in KINDS.iter().enumerate() {
        let part = lag_of_fixed(kind, "absent");
        assert!(part <= 1.0, "{name}: {part}");
    }
}

#[test]
fn nor_is_it_with_progress_that_lies() {
    for (kind, (name, _)) in KINDS.iter().enumerate() {
        let part = lag_of_fixed(kind, "stuck");
        assert!(part <= 1.0, "{name}: {part}");
    }
}
