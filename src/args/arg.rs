//! The table of arguments that commands share.

macro_rules! arguments {
    ($($(#[$doc:meta])* $variant:ident: $kind:ident $long:literal $short:tt $value:literal, $help:literal;)+) => {
        /// One argument, by its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(rustdoc::broken_intra_doc_links, reason = "help texts, in which brackets are not links")]
        pub enum Arg { $(#[doc = $help] $variant),+ }

        impl Arg {
            /// Every argument.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its long name in both forms; for modern-only arguments, the name after `--`.
            pub fn long(self) -> &'static str {
                match self { $(Self::$variant => $long),+ }
            }

            /// Its one-letter name, if any.
            pub fn short(self) -> Option<char> {
                match self { $(Self::$variant => arguments!(@short $short)),+ }
            }

            /// What its value is called in help texts; empty for a switch.
            pub fn value_name(self) -> &'static str {
                match self { $(Self::$variant => $value),+ }
            }

            /// One line of help.
            pub fn help(self) -> &'static str {
                match self { $(Self::$variant => $help),+ }
            }

            /// Whether the classic form knows it.
            pub fn is_classic(self) -> bool {
                match self { $(Self::$variant => arguments!(@kind $kind)),+ }
            }
        }
    };
    (@short -) => { None };
    (@short $c:literal) => { Some($c) };
    (@kind classic) => { true };
    (@kind modern) => { false };
}

arguments! {
    Instance: classic "instance" 'i' "INSTANCE", "Instance, HOST[:PORT]; several separated by commas or blanks";
    Destination: classic "destination" 'd' "INSTANCE", "Destination instance, HOST[:PORT]";
    Target: modern "target" - "CLUSTER|INSTANCE", "Cluster name, cluster alias, or any instance of the cluster";
    Alias: classic "alias" - "CLUSTER", "Cluster alias or exact cluster name";
    Pattern: classic "pattern" - "PATTERN", "Regular expression or text to look for";
    Owner: classic "owner" - "NAME", "Who does this [default: the operating system's user]";
    Reason: classic "reason" - "TEXT", "Why this is done";
    Duration: classic "duration" - "SPAN", "How long, such as 90s, 30m, 3h, 6d, 4w";
    Tag: classic "tag" - "TAG", "Tag, NAME or NAME=VALUE; or a search expression of several";
    Pool: classic "pool" - "POOL", "Pool name";
    Hostname: classic "hostname" - "HOST", "Host name to use instead";
    PromotionRule: classic "promotion-rule" - "RULE", "prefer, neutral, prefer_not or must_not [default: prefer]";
    Binlog: classic "binlog" - "LOG", "Binary log name, or FILE:POSITION";
    Statement: classic "statement" - "SQL", "Statement to put between";
    Path: classic "path" - "PATH", "Path of the read-only web answers, such as clusters-info";
    Query: classic "query" - "TEXT", "Query";
    Seconds: classic "seconds" - "N", "Seconds";
    NoCrawl: modern "no-crawl" - "", "Read only the servers named; do not follow masters and replicas";
    Cluster: modern "cluster" - "CLUSTER", "Only this cluster, by name or alias";
    IncludeDowntimed: modern "include-downtimed" - "", "Also show what a downtime leaves out";
    Refresh: modern "refresh" - "", "Ask every known server first";
    Check: modern "check" - "", "Exit with monitoring's status: 0 ok, 1 warning, 2 critical, 3 unknown";
    Rules: modern "rules" - "", "Print the table of rules instead";
    Replay: modern "replay" - "FILE", "Judge again the verdicts stored in FILE, as `explain --output json` printed them";
    Search: modern "search" - "TEXT", "Only instances whose name, version, cluster or ids hold TEXT";
    Tabulated: modern "tabulated" - "", "In seven columns";
    Tags: modern "tags" - "", "With each instance's tags";
    Unmasked: modern "unmasked" - "", "Print passwords and tokens too";
    Once: modern "once" - "", "Do everything once, servers first, and end: the form for cron";
    MetricsFile: modern "metrics-file" - "FILE", "Write metrics there each second, in the Prometheus text format";
    LogFormat: modern "log-format" - "FORM", "How messages are printed: text or json";
    Uid: modern "uid" - "UID", "Name of a recovery or of a run of hooks";
    Recovery: modern "recovery" - "RECOVERY", "Number of a recovery, or its name";
    Unacknowledged: modern "unacknowledged" - "", "Only those that nobody took note of yet";
    Id: modern "id" - "N", "Only the one with this number";
    All: modern "all" - "", "Everything, not only a part";
    At: modern "at" - "TIME", "As of the last snapshot taken until then";
    FromTime: modern "from" - "TIME", "The earlier snapshot: the last one taken until then";
    ToTime: modern "to" - "TIME", "The later snapshot: the last one taken until then; `now` is the inventory as it is";
    Candidate: modern "candidate" - "INSTANCE", "The replica to promote: this one or none";
    NoHooks: modern "no-hooks" - "", "Run no hooks";
    DryRun: modern "dry-run" - "", "Print what would be done, and change nothing";
    Resume: modern "resume" - "", "Go on with what was left in the middle, or take it back";
    To: modern "to" - "INSTANCE", "The replica that takes over";
    Auto: modern "auto" - "", "Choose the replica that takes over, where there are several";
    Force: modern "force" - "", "End client sessions that hold the old master back";
    Anyway: modern "force" - "", "Go on though transactions stay on the replica alone, or its position is taken as it is";
    Page: modern "page" - "N", "Only this page of 20, counted from 0";
}
