//! `dladm_status_t`: what libdladm answers.

use crate::Flavour;

/// A status of libdladm other than 0, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status(pub(crate) u32);

impl Status {
    pub(crate) const BADARG: Self = Self(1);
    pub(crate) const TOOSMALL: Self = Self(3);
    pub(crate) const NOTSUP: Self = Self(4);
    pub(crate) const NOTFOUND: Self = Self(5);
    pub(crate) const BADVAL: Self = Self(6);
    pub(crate) const EXIST: Self = Self(8);
    pub(crate) const LINKINVAL: Self = Self(9);
    pub(crate) const PROPRDONLY: Self = Self(10);
    pub(crate) const BADVALCNT: Self = Self(11);
    pub(crate) const DBNOTFOUND: Self = Self(12);
    pub(crate) const IOERR: Self = Self(14);
    pub(crate) const TEMPONLY: Self = Self(15);
    pub(crate) const INVALIDMACADDRLEN: Self = Self(22);
    pub(crate) const INVALIDMACADDRTYPE: Self = Self(23);
    pub(crate) const LINKBUSY: Self = Self(24);
    pub(crate) const VIDINVAL: Self = Self(25);
    pub(crate) const INVALIDMACADDR: Self = Self(34);
    pub(crate) const INVALIDMACADDRINUSE: Self = Self(36);
    pub(crate) const MACFACTORYNOTSUP: Self = Self(40);
    pub(crate) const MINMAXBW: Self = Self(71);
    pub(crate) const INVALID_MTU: Self = Self(84);

    /// `DLADM_STATUS_PERSIST_ON_TEMP`, whose number differs.
    pub(crate) fn persist_on_temp(flavour: Flavour) -> Self {
        match flavour {
            Flavour::Upstream => Self(85),
            Flavour::Omnios => Self(87),
        }
    }

    /// The text of `dladm_status2str` (illumos-gate usr/src/lib/libdladm/common/libdladm.c).
    pub(crate) fn text(self, flavour: Flavour) -> String {
        if self == Self::persist_on_temp(flavour) {
            return "can't create persistent object on top of temporary object".to_owned();
        }
        let text = match self.0 {
            0 => "ok",
            1 => "invalid argument",
            2 => "operation failed",
            3 => "buffer size too small",
            4 => "operation not supported",
            5 => "object not found",
            6 => "invalid value",
            7 => "insufficient memory",
            8 => "object already exists",
            9 => "invalid link",
            10 => "read-only property",
            11 => "invalid number of values",
            12 => "database not found",
            13 => "permission denied",
            14 => "I/O error",
            15 => "change cannot be persistent",
            16 => "operation timed out",
            20 => "invalid MAC address",
            22 => "invalid MAC address length",
            23 => "invalid MAC address type",
            24 => "link busy",
            25 => "invalid VLAN identifier",
            27 => "try again later",
            32 => "address already in use",
            34 => "invalid MAC address value",
            35 => "MAC address reserved for use by underlying data-link",
            36 => "MAC address is already in use",
            37 => "invalid factory MAC address slot",
            38 => "factory MAC address slot already used",
            39 => "all factory MAC address slots are in use",
            40 => "factory MAC address slots not supported",
            41 => "invalid MAC address prefix value",
            42 => "invalid MAC address prefix length",
            62 => "invalid IP address",
            70 => "invalid property",
            71 => "minimum value for maxbw is 1.2 Mbps",
            73 => "change cannot be temporary",
            84 => "MTU check failed, MTU outside of device's supported range",
            _ => return format!("<unknown error ({})>", self.0),
        };
        text.to_owned()
    }
}

impl From<std::io::Error> for Status {
    fn from(_: std::io::Error) -> Self {
        Self::IOERR
    }
}
