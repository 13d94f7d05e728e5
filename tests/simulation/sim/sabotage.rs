//! Bugs to be switched on, one for each thing that was promised: a world with one of them must be found out.

macro_rules! sabotages {
    ($($name:ident $invariant:literal,)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Sabotage { $($name,)* }

        impl Sabotage {
            /// Each with the promise it breaks.
            pub const ALL: &[(Sabotage, &str, &str)] = &[$((Sabotage::$name, stringify!($name), $invariant),)*];
        }
    };
}

sabotages! {
    // Bytes.
    KeepsOverlap "delivered bytes are the output's",
    LosesAChunk "delivered bytes are the output's",
    TakesACutForTheEnd "a success is the whole output",
    KeepsAStalePart "delivered bytes are the output's",
    PassesPagesOn "delivered bytes are the output's",
    // The key and addresses.
    LeaksTheKey "the key goes to no foreign origin",
    AsksUnsafeAddresses "only safe addresses are asked",
    TellsSignatures "no failure tells a signature",
    // Ends.
    NeverGivesUp "every call ends",
    NeverGivesBackAPlace "every place is given back",
    WaitsForeverInTheQueue "a wait keeps its deadline",
    ForgetsTheDeadline "a wait keeps its deadline",
    PollsTooLate "the last poll is inside the deadline",
    // What the relay said.
    CallsSuccessFailure "a finished task is never reported otherwise",
    CallsFailureSuccess "a finished task is never reported otherwise",
    TakesUnknownForFailed "a finished task is never reported otherwise",
    GivesUpAtOnce "a patient client gets over it",
    // Limits.
    IgnoresTheLimit "requests at once keep to the limit",
    IgnoresTheRate "requests a second keep to the limit",
    IgnoresRetryAfter "no poll comes before its pause is over",
    PollsTooSoon "no poll comes before its pause is over",
    // Failures.
    DropsTheRef "every failure carries code and ref",
    MiscountsBytes "a failed download tells its bytes",
    ForgetsWhatItSaw "a failed wait tells what it saw",
    LosesItsState "a stored state is read back",
}
