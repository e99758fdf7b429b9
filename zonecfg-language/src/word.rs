//! The words of the command language: commands, resource types and property names, as zonecfg(8) spells them.

use std::fmt;

/// Declares an enum whose variants are words, with the table that leads back from the text.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`")] $variant),+
        }

        impl $name {
            /// Every word of this kind.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }

            /// The word that `text` is, if it is one.
            #[must_use]
            pub fn from_text(text: &[u8]) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.as_str().as_bytes() == text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words! {
    /// A command.
    Verb {
        Add = "add",
        Cancel = "cancel",
        Clear = "clear",
        Commit = "commit",
        Create = "create",
        Delete = "delete",
        End = "end",
        Exit = "exit",
        Export = "export",
        Help = "help",
        Info = "info",
        Remove = "remove",
        Revert = "revert",
        Select = "select",
        Set = "set",
        Verify = "verify",
    }
}

words! {
    /// A resource type.
    Resource {
        Fs = "fs",
        Net = "net",
        Device = "device",
        Rctl = "rctl",
        Attr = "attr",
        Dataset = "dataset",
        DedicatedCpu = "dedicated-cpu",
        CappedCpu = "capped-cpu",
        CappedMemory = "capped-memory",
        Admin = "admin",
        SecurityFlags = "security-flags",
    }
}

words! {
    /// A property, of the zone or of a resource.
    Property {
        Zonename = "zonename",
        Zonepath = "zonepath",
        Brand = "brand",
        Autoboot = "autoboot",
        IpType = "ip-type",
        Pool = "pool",
        Limitpriv = "limitpriv",
        Bootargs = "bootargs",
        SchedulingClass = "scheduling-class",
        Hostid = "hostid",
        FsAllowed = "fs-allowed",
        CpuShares = "cpu-shares",
        MaxLwps = "max-lwps",
        MaxProcesses = "max-processes",
        MaxShmMemory = "max-shm-memory",
        MaxShmIds = "max-shm-ids",
        MaxMsgIds = "max-msg-ids",
        MaxSemIds = "max-sem-ids",
        Dir = "dir",
        Special = "special",
        Raw = "raw",
        Type = "type",
        Options = "options",
        Address = "address",
        AllowedAddress = "allowed-address",
        Physical = "physical",
        Defrouter = "defrouter",
        MacAddr = "mac-addr",
        VlanId = "vlan-id",
        GlobalNic = "global-nic",
        Property = "property",
        Name = "name",
        Value = "value",
        Match = "match",
        Priv = "priv",
        Limit = "limit",
        Action = "action",
        Ncpus = "ncpus",
        Importance = "importance",
        Swap = "swap",
        Locked = "locked",
        User = "user",
        Auths = "auths",
        Default = "default",
        Lower = "lower",
        Upper = "upper",
    }
}

impl Property {
    /// Whether only the extended flavour has the word.
    #[must_use]
    pub fn is_extended(self) -> bool {
        matches!(
            self,
            Self::MacAddr | Self::VlanId | Self::GlobalNic | Self::Property
        )
    }

    /// Whether it is a property of the zone itself.
    #[must_use]
    pub fn is_global(self) -> bool {
        let end = Self::ALL
            .iter()
            .position(|word| *word == Self::Dir)
            .unwrap_or(0);
        Self::ALL[..end].contains(&self)
    }
}
