//! `limitpriv`: a privilege set that has what a zone must have, and nothing that it must not have.
//!
//! The sets are those of the brands of the native kind (illumos-gate `usr/src/lib/brand/ipkg/zone/config.xml`,
//! `usr/src/uts/common/os/priv_defs`).

use std::collections::BTreeSet;

use crate::zone::config::IpType;

const BASIC: &[&str] = &[
    "file_link_any",
    "file_read",
    "file_write",
    "net_access",
    "proc_exec",
    "proc_fork",
    "proc_info",
    "proc_secflags",
    "proc_session",
];

/// What `default` stands for besides the basic ones.
const DEFAULT: &[&str] = &[
    "contract_event",
    "contract_identity",
    "contract_observer",
    "file_chown",
    "file_chown_self",
    "file_dac_execute",
    "file_dac_read",
    "file_dac_search",
    "file_dac_write",
    "file_owner",
    "file_setid",
    "ipc_dac_read",
    "ipc_dac_write",
    "ipc_owner",
    "net_bindmlp",
    "net_icmpaccess",
    "net_mac_aware",
    "net_observability",
    "net_privaddr",
    "proc_audit",
    "proc_chroot",
    "proc_lock_memory",
    "proc_owner",
    "proc_setid",
    "proc_taskid",
    "sys_acct",
    "sys_admin",
    "sys_audit",
    "sys_mount",
    "sys_nfs",
    "sys_resource",
];

/// What `default` stands for in addition if `ip-type` is `exclusive`.
const DEFAULT_EXCLUSIVE: &[&str] = &[
    "net_rawaccess",
    "sys_ip_config",
    "sys_iptun_config",
    "sys_ppp_config",
];

/// What no zone may have, in the order in which the tool looks for it; `true` if only `ip-type=shared` forbids it.
const PROHIBITED: &[(&str, bool)] = &[
    ("sys_ppp_config", true),
    ("virt_manage", false),
    ("xvm_control", false),
    ("sys_suser_compat", false),
    ("sys_res_config", false),
    ("sys_net_config", false),
    ("sys_linkdir", false),
    ("sys_ip_config", true),
    ("sys_devices", false),
    ("sys_config", false),
    ("proc_zone", false),
    ("dtrace_kernel", false),
];

/// What a zone must have, in the order in which the tool looks for it; `true` if only `ip-type=exclusive` needs it.
const REQUIRED: &[(&str, bool)] = &[
    ("sys_mount", false),
    ("sys_ip_config", true),
    ("proc_fork", false),
    ("proc_exec", false),
];

/// Known, and neither by default nor prohibited.
const OPTIONAL: &[&str] = &[
    "cpc_cpu",
    "dtrace_proc",
    "dtrace_user",
    "file_downgrade_sl",
    "file_flag_set",
    "file_upgrade_sl",
    "graphics_access",
    "graphics_map",
    "hyprlofs_control",
    "net_rawaccess",
    "proc_clock_highres",
    "proc_meminfo",
    "proc_prioup",
    "proc_priocntl",
    "sys_dl_config",
    "sys_flow_config",
    "sys_fs_import",
    "sys_ipc_config",
    "sys_res_bind",
    "sys_smb",
    "sys_time",
    "sys_trans_label",
    "win_colormap",
    "win_config",
    "win_dac_read",
    "win_dac_write",
    "win_devices",
    "win_dga",
    "win_downgrade_sl",
    "win_fontpath",
    "win_mac_read",
    "win_mac_write",
    "win_selection",
    "win_upgrade_sl",
];

fn known() -> impl Iterator<Item = &'static str> {
    [BASIC, DEFAULT, DEFAULT_EXCLUSIVE, OPTIONAL]
        .into_iter()
        .flatten()
        .copied()
        .chain(PROHIBITED.iter().map(|(name, _)| *name))
}

fn default(ip_type: IpType) -> BTreeSet<&'static str> {
    let exclusive: &[&str] = match ip_type {
        IpType::Exclusive => DEFAULT_EXCLUSIVE,
        IpType::Shared => &[],
    };
    [BASIC, DEFAULT, exclusive]
        .into_iter()
        .flatten()
        .copied()
        .collect()
}

/// The privilege for which the tool refuses the set; `None` if it does not.
///
/// `default` stands for the brand's set and must come first to be extended.
#[must_use]
pub fn refused(limitpriv: &str, ip_type: IpType) -> Option<String> {
    if limitpriv.is_empty() || limitpriv == "default" {
        return None;
    }
    let mut set = BTreeSet::new();
    let words = match limitpriv.split_once(',') {
        // The library compares no more of `default` than there is before the comma.
        Some((first, rest)) if "default".starts_with(first) => {
            set = default(ip_type);
            rest
        }
        _ => limitpriv,
    };
    if words.split(',').any(|word| word == "zone") {
        return Some("zone".to_owned());
    }
    for word in words.split(',').filter(|word| !word.is_empty()) {
        match word.to_ascii_lowercase().as_str() {
            "basic" => set.extend(BASIC),
            "all" => set.extend(known()),
            "none" => set.clear(),
            lower => {
                let name = lower.strip_prefix(['!', '-', '+']).unwrap_or(lower);
                let name = name.strip_prefix("priv_").unwrap_or(name);
                let Some(privilege) = known().find(|privilege| *privilege == name) else {
                    return Some(word.to_owned());
                };
                if lower.starts_with(['!', '-']) {
                    set.remove(privilege);
                } else {
                    set.insert(privilege);
                }
            }
        }
    }
    let excess = PROHIBITED
        .iter()
        .filter(|(_, shared)| !shared || ip_type == IpType::Shared)
        .find(|(name, _)| set.contains(name));
    let missing = || {
        REQUIRED
            .iter()
            .filter(|(_, exclusive)| !exclusive || ip_type == IpType::Exclusive)
            .find(|(name, _)| !set.contains(name))
    };
    excess.or_else(missing).map(|(name, _)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets() {
        let shared = |text: &str| refused(text, IpType::Shared);
        for good in [
            "",
            "default",
            "default,sys_time",
            "default,!sys_nfs",
            "default,dtrace_proc,dtrace_user",
            "default,",
            ",",
            "def,sys_time",
            "default,PRIV_SYS_TIME,+dtrace_proc",
            "default,!Sys_Nfs",
        ] {
            assert_eq!(shared(good), None, "{good}");
        }
        assert_eq!(
            refused(
                "basic,proc_exec,proc_fork,sys_mount,sys_ip_config",
                IpType::Exclusive
            ),
            None
        );
        for (bad, name) in [
            ("basic", "sys_mount"),
            ("default,dtrace_kernel", "dtrace_kernel"),
            ("default,!proc_fork", "proc_fork"),
            ("default,fly", "fly"),
            ("zone", "zone"),
            ("sys_time,default", "default"),
            ("DEFAULT", "DEFAULT"),
            ("default,!all", "!all"),
            // Of several, what is looked for first is named; what is too much before what lacks.
            ("none", "sys_mount"),
            ("default,!proc_exec,!sys_mount", "sys_mount"),
            ("all", "sys_ppp_config"),
            ("all,!sys_ppp_config", "virt_manage"),
            ("basic,proc_zone", "proc_zone"),
        ] {
            assert_eq!(shared(bad).as_deref(), Some(name), "{bad}");
        }
        assert!(shared("all").is_some());
    }
}
