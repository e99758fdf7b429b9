//! The properties that zfs(8) of illumos has, in the order of `zfs get all`.
//!
//! # Source
//! r1mikey/illumos-gate usr/src/common/zfs/zfs_prop.c.

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A number of bytes.
    Size,
    /// A number of something else.
    Count,
    /// `1.00`.
    Ratio,
    /// Seconds since 1970.
    Date,
    /// One of a few words.
    Word,
    /// Any text.
    Text,
}

/// When a property can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edit {
    /// At any time.
    Set,
    /// When the dataset is created.
    Once,
    /// Never.
    No,
}

/// The kinds of datasets that have a property: a sum of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Types(u8);

impl Types {
    pub(crate) const FILESYSTEM: Self = Self(1);
    pub(crate) const VOLUME: Self = Self(2);
    pub(crate) const SNAPSHOT: Self = Self(4);
    pub(crate) const BOOKMARK: Self = Self(8);

    /// Whether one of `other` is among them.
    pub(crate) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// These and `other`.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A property.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    /// Its other name in lists of columns, or nothing.
    pub(crate) short: &'static str,
    /// The heading of its column, unless that is the name in capitals.
    pub(crate) heading: &'static str,
    pub(crate) form: Form,
    /// The value if none is set anywhere.
    pub(crate) default: &'static str,
    pub(crate) inherited: bool,
    pub(crate) edit: Edit,
    pub(crate) types: Types,
    /// The words that it may be.
    pub(crate) words: &'static [&'static str],
    /// These words as an error lists them, unless joined by ` | `.
    pub(crate) listed: &'static str,
}

const fn calculated(
    name: &'static str,
    short: &'static str,
    heading: &'static str,
    form: Form,
    types: u8,
) -> Property {
    Property {
        name,
        short,
        heading,
        form,
        default: "",
        inherited: false,
        edit: Edit::No,
        types: Types(types),
        words: &[],
        listed: "",
    }
}

const fn words(
    name: &'static str,
    default: &'static str,
    inherited: bool,
    types: u8,
    words: &'static [&'static str],
) -> Property {
    Property {
        name,
        short: "",
        heading: "",
        form: Form::Word,
        default,
        inherited,
        edit: Edit::Set,
        types: Types(types),
        words,
        listed: "",
    }
}

const fn free(
    name: &'static str,
    form: Form,
    default: &'static str,
    inherited: bool,
    types: u8,
) -> Property {
    Property {
        name,
        short: "",
        heading: "",
        form,
        default,
        inherited,
        edit: Edit::Set,
        types: Types(types),
        words: &[],
        listed: "",
    }
}

const fn once(property: Property) -> Property {
    Property {
        edit: Edit::Once,
        ..property
    }
}

const fn called(short: &'static str, heading: &'static str, property: Property) -> Property {
    Property {
        short,
        heading,
        ..property
    }
}

const ON_OFF: &[&str] = &["on", "off"];
/// File systems; volumes too; with their snapshots too; bookmarks as well.
const F: u8 = 1;
const V: u8 = 2;
const FV: u8 = 3;
const S: u8 = 4;
const FS: u8 = 5;
const VS: u8 = 6;
const ALL: u8 = 7;
const ANY: u8 = 15;

/// All of them.
pub(crate) const PROPERTIES: &[Property] = &[
    calculated("type", "", "", Form::Text, ANY),
    calculated("creation", "", "", Form::Date, ANY),
    calculated("used", "", "", Form::Size, ALL),
    calculated("available", "avail", "AVAIL", Form::Size, FV),
    calculated("referenced", "refer", "REFER", Form::Size, ANY),
    calculated("compressratio", "", "RATIO", Form::Ratio, ALL),
    calculated("mounted", "", "", Form::Text, F),
    calculated("origin", "", "", Form::Text, FV),
    free("quota", Form::Size, "0", false, F),
    called(
        "reserv",
        "RESERV",
        free("reservation", Form::Size, "0", false, FV),
    ),
    free("volsize", Form::Size, "", false, VS),
    called(
        "volblock",
        "VOLBLOCK",
        once(free("volblocksize", Form::Size, "8192", false, V)),
    ),
    called(
        "recsize",
        "RECSIZE",
        free("recordsize", Form::Size, "131072", true, F),
    ),
    free("mountpoint", Form::Text, "", true, F),
    free("sharenfs", Form::Text, "off", true, F),
    words(
        "checksum",
        "on",
        true,
        FV,
        &[
            "on",
            "off",
            "fletcher2",
            "fletcher4",
            "sha256",
            "sha512",
            "skein",
            "edonr",
        ],
    ),
    called(
        "compress",
        "COMPRESS",
        Property {
            listed: "on | off | lzjb | gzip | gzip-[1-9] | zle | lz4",
            ..words(
                "compression",
                "off",
                true,
                FV,
                &[
                    "on", "off", "lzjb", "gzip", "zle", "lz4", "gzip-1", "gzip-2", "gzip-3",
                    "gzip-4", "gzip-5", "gzip-6", "gzip-7", "gzip-8", "gzip-9",
                ],
            )
        },
    ),
    words("atime", "on", true, F, ON_OFF),
    words("devices", "on", true, FS, ON_OFF),
    words("exec", "on", true, FS, ON_OFF),
    words("setuid", "on", true, FS, ON_OFF),
    called(
        "rdonly",
        "RDONLY",
        words("readonly", "off", true, FV, ON_OFF),
    ),
    words("zoned", "off", true, F, ON_OFF),
    words("snapdir", "hidden", true, F, &["hidden", "visible"]),
    words(
        "aclmode",
        "discard",
        true,
        F,
        &["discard", "groupmask", "passthrough", "restricted"],
    ),
    words(
        "aclinherit",
        "restricted",
        true,
        F,
        &[
            "discard",
            "noallow",
            "restricted",
            "passthrough",
            "passthrough-x",
        ],
    ),
    words("aclimplicit", "on", true, F, ON_OFF),
    calculated("createtxg", "", "", Form::Count, ANY),
    words("canmount", "on", false, F, &["on", "off", "noauto"]),
    words("xattr", "on", true, FS, ON_OFF),
    words("copies", "1", true, FV, &["1", "2", "3"]),
    free("version", Form::Count, "5", false, FS),
    once(words("utf8only", "off", true, FS, ON_OFF)),
    once(words(
        "normalization",
        "none",
        true,
        FS,
        &["none", "formC", "formD", "formKC", "formKD"],
    )),
    called(
        "case",
        "CASE",
        once(words(
            "casesensitivity",
            "sensitive",
            true,
            FS,
            &["sensitive", "insensitive", "mixed"],
        )),
    ),
    words("vscan", "off", true, F, ON_OFF),
    words("nbmand", "off", true, FS, ON_OFF),
    free("sharesmb", Form::Text, "off", true, F),
    free("refquota", Form::Size, "0", false, F),
    called(
        "refreserv",
        "REFRESERV",
        free("refreservation", Form::Size, "0", false, FV),
    ),
    calculated("guid", "", "", Form::Count, ANY),
    words(
        "primarycache",
        "all",
        true,
        ALL,
        &["all", "none", "metadata"],
    ),
    words(
        "secondarycache",
        "all",
        true,
        ALL,
        &["all", "none", "metadata"],
    ),
    calculated("usedbysnapshots", "usedsnap", "USEDSNAP", Form::Size, FV),
    calculated("usedbydataset", "usedds", "USEDDS", Form::Size, FV),
    calculated("usedbychildren", "usedchild", "USEDCHILD", Form::Size, FV),
    calculated(
        "usedbyrefreservation",
        "usedrefreserv",
        "USEDREFRESERV",
        Form::Size,
        FV,
    ),
    calculated("defer_destroy", "", "", Form::Text, S),
    calculated("userrefs", "", "", Form::Count, S),
    words("logbias", "latency", true, FV, &["latency", "throughput"]),
    calculated("objsetid", "", "", Form::Count, ALL),
    Property {
        listed: "on | off | verify | sha256[,verify] | sha512[,verify] | skein[,verify] | edonr,verify",
        ..words(
            "dedup",
            "off",
            true,
            FV,
            &[
                "on",
                "off",
                "verify",
                "sha256",
                "sha256,verify",
                "sha512",
                "sha512,verify",
                "skein",
                "skein,verify",
                "edonr,verify",
            ],
        )
    },
    free("mlslabel", Form::Text, "none", true, ALL),
    words(
        "sync",
        "standard",
        true,
        FV,
        &["standard", "always", "disabled"],
    ),
    words(
        "dnodesize",
        "legacy",
        true,
        F,
        &["legacy", "auto", "1k", "2k", "4k", "8k", "16k"],
    ),
    calculated("refcompressratio", "", "REFRATIO", Form::Ratio, ALL),
    calculated("written", "", "", Form::Size, ALL),
    calculated("clones", "", "", Form::Text, S),
    calculated("logicalused", "lused", "LUSED", Form::Size, FV),
    calculated("logicalreferenced", "lrefer", "LREFER", Form::Size, ANY),
    called(
        "",
        "FSLIMIT",
        free(
            "filesystem_limit",
            Form::Count,
            "18446744073709551615",
            false,
            F,
        ),
    ),
    called(
        "",
        "SSLIMIT",
        free(
            "snapshot_limit",
            Form::Count,
            "18446744073709551615",
            false,
            FV,
        ),
    ),
    calculated("filesystem_count", "", "FSCOUNT", Form::Count, F),
    calculated("snapshot_count", "", "SSCOUNT", Form::Count, FV),
    calculated("receive_resume_token", "", "RESUMETOK", Form::Text, FV),
    called(
        "redund_md",
        "REDUND_MD",
        words("redundant_metadata", "all", true, FV, &["all", "most"]),
    ),
    once(free("encryption", Form::Text, "off", true, ALL)),
    free("keylocation", Form::Text, "none", false, FV),
    once(free("keyformat", Form::Text, "none", false, FV)),
    once(free("pbkdf2iters", Form::Count, "0", false, FV)),
    free("special_small_blocks", Form::Size, "0", true, F),
    calculated("name", "", "", Form::Text, ANY),
];
