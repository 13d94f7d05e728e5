//! The classes of fault, and how often each was met.

macro_rules! faults {
    ($($name:ident $group:ident $text:literal,)*) => {
        /// What can go wrong in a world.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Fault { $($name,)* }

        impl Fault {
            pub const ALL: &[(Fault, Group, &str)] = &[$((Fault::$name, Group::$group, $text),)*];
        }
    };
}

/// Where a class of fault belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// An answer to a status request; a patient client gets over it.
    Status,
    /// The same, and it may end a call.
    Hard,
    /// What a good answer may look like.
    Word,
    /// An answer that should bring bytes; a patient client gets over it.
    Bytes,
    /// The same, and it may end a download.
    Lie,
    /// Where a result is, and what is there.
    Place,
    /// `Retry-After`.
    Pause,
    /// The client's own host.
    Host,
}

faults! {
    Refused Status "no connection",
    SilentHead Status "stall before headers",
    CutBody Status "cut in a JSON body",
    StalledBody Status "stall in a JSON body",
    Slow Status "slow answer",
    Server Status "5xx as JSON",
    Gateway Status "5xx as a web page",
    TryAgain Status "408 or 425",
    Storm Status "429 storm",
    Page200 Status "web page in 200",
    Text200 Status "text in 200",
    Empty200 Status "nothing in 200",
    NullData Status "empty envelope in 200",
    Broken Status "broken JSON",
    Forgotten Status "task forgotten for a while",
    Again Status "same answer twice",
    Older Status "older snapshot after a newer one",
    RedirectOwn Status "redirect on the own origin",
    Unauthorized Hard "401",
    Forbidden Hard "403",
    Funds Hard "402",
    Envelope200 Hard "error envelope in 200",
    TooLarge Hard "JSON beyond the bound",
    RedirectAway Hard "redirect off the origin",
    RedirectLoop Hard "redirect without end",
    RedirectUnsafe Hard "redirect to http, a private address or a user",
    RedirectNowhere Hard "redirect without a place",
    NotImplemented Hard "501",
    TableWord Word "status word of the table",
    OddCase Word "status word in odd case or space",
    InventedWord Word "invented status word",
    NoWord Word "no status word",
    StaleError Word "stale error beside a good status",
    Enveloped Word "envelope around a body",
    FailedAs5xx Word "failed job with an error's status",
    OtherRoute Word "route that the relay lacks",
    ByteRefused Bytes "no connection for bytes",
    ByteSilent Bytes "stall before a video's headers",
    ByteCut Bytes "cut in a video",
    ByteCutAtOnce Bytes "cut before a video's first byte",
    ByteStall Bytes "stall in a video",
    QuietEnd Bytes "body that ends before its length",
    IgnoresRange Bytes "server that ignores Range",
    EarlierRange Bytes "range that begins earlier (bytes repeated)",
    GapRange Bytes "range that begins later",
    ShortRange Bytes "range that ends earlier",
    HiddenRange Bytes "hidden Content-Range",
    OddRange Bytes "unreadable Content-Range",
    StarRange Bytes "Content-Range without a total",
    Partial200 Bytes "part of the bytes in a 200",
    Always206 Bytes "206 without being asked",
    Range416 Bytes "416",
    Range502 Bytes "502 over a range",
    NoLength Bytes "no length",
    NoValidator Bytes "validator left out",
    OtherValidator Bytes "date in place of an ETag",
    Packed Bytes "compressed body",
    Expired Bytes "address that has run out",
    ByteServer Bytes "5xx for bytes",
    ByteStorm Bytes "429 for bytes",
    ByteRedirect Bytes "redirect of bytes",
    NotYet Bytes "content not completed yet",
    Changed Lie "other bytes than before",
    LyingTotal Lie "lying total",
    LyingLength Lie "lying Content-Length",
    PageTyped Lie "web page in place of a video",
    PageUntyped Lie "web page called a video",
    XmlUntyped Lie "XML called a video",
    JsonUntyped Lie "JSON called a video",
    JsonRefusal Lie "refusal in 200 in place of a video",
    ByteRedirectLoop Lie "redirect of bytes without end",
    ByteRedirectUnsafe Lie "unsafe redirect of bytes",
    PackedRange Lie "range of a compressed body",
    PlaceContent Place "video behind the content path",
    PlaceCdn Place "video at a signed address",
    PlaceOwn Place "video at the relay's own address",
    PlaceData Place "video in a data: address",
    PlaceLead Place "JSON that leads to the video",
    PlaceBase64 Place "video as base64 in JSON",
    PlaceContentRedirect Place "content path that redirects",
    PlaceUnsafe Place "unsafe result address",
    PlaceNowhere Place "done without a URL or content",
    PauseSeconds Pause "Retry-After in seconds",
    PauseDate Pause "Retry-After as a date",
    PausePast Pause "Retry-After in the past",
    PauseMs Pause "retry-after-ms",
    PauseLong Pause "Retry-After beyond the cap",
    PauseOdd Pause "unreadable Retry-After",
    PauseNone Pause "429 without Retry-After",
    JumpForward Host "clock set forward",
    JumpBack Host "clock set back",
    LateTimer Host "late timers",
    Abort Host "abort",
    CrashedWait Host "crash of a wait, and a fresh one",
    CrashedStep Host "crash between two steps",
    CrashedDownload Host "crash of a download, continued from its part",
    LostTail Host "part shorter than what was delivered",
    Queued Host "request queued before the limit",
}

pub const COUNT: usize = Fault::ALL.len();

/// How often each class was met.
#[derive(Clone, PartialEq, Eq)]
pub struct Counts(pub [u64; COUNT]);

impl Default for Counts {
    fn default() -> Self {
        Counts([0; COUNT])
    }
}

impl Counts {
    pub fn add(&mut self, other: &Counts) {
        for (sum, count) in self.0.iter_mut().zip(other.0) {
            *sum += count;
        }
    }

    pub fn missing(&self) -> Vec<&'static str> {
        Fault::ALL.iter().filter(|(fault, ..)| self.0[*fault as usize] == 0).map(|(_, _, text)| *text).collect()
    }
}
