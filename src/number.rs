//! Numbers within bounds.

/// `f64`'s own `max` and `min`, by names that say what is meant. Each is ten instructions of wasm, for what it does with NaN: here
/// they stand once, and everywhere else there is a call.
pub trait Bounds {
    /// This, or the bound where it is below. A bound where it is NaN.
    fn at_least(self, bound: f64) -> f64;
    /// This, or the bound where it is above. A bound where it is NaN.
    fn at_most(self, bound: f64) -> f64;
}

impl Bounds for f64 {
    #[inline(never)]
    fn at_least(self, bound: f64) -> f64 {
        self.max(bound)
    }

    #[inline(never)]
    fn at_most(self, bound: f64) -> f64 {
        self.min(bound)
    }
}
