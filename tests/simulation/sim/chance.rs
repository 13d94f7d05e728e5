//! All chance of a world: SplitMix64, written out so that a seed replays on any machine and with any version of any crate.

use std::cell::Cell;

pub struct Chance(Cell<u64>);

impl Chance {
    pub fn new(seed: u64) -> Self {
        let chance = Chance(Cell::new(seed ^ 0x6a09_e667_f3bc_c909));
        // Neighbouring seeds must not give neighbouring worlds.
        chance.0.set(chance.next());
        chance
    }

    pub fn next(&self) -> u64 {
        self.0.set(self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        let mut mixed = self.0.get();
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 to `most` - 1.
    pub fn below(&self, most: usize) -> usize {
        (((self.next() >> 32) * most as u64) >> 32) as usize
    }

    /// 0 up to 1.
    pub fn share(&self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn between(&self, low: f64, high: f64) -> f64 {
        low + self.share() * (high - low)
    }

    /// True in so many of 100 cases.
    pub fn percent(&self, of: usize) -> bool {
        self.below(100) < of
    }

    pub fn pick<T: Copy>(&self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}
