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

const PROHIBITED: &[&str] = &[
    "dtrace_kernel",
    "proc_zone",
    "sys_config",
    "sys_devices",
    "sys_dl_config",
    "sys_linkdir",
    "sys_net_config",
    "sys_res_config",
    "sys_suser_compat",
    "virt_manage",
    "xvm_control",
];

const PROHIBITED_SHARED: &[&str] = &["sys_ip_config", "sys_iptun_config", "sys_ppp_config"];

const REQUIRED: &[&str] = &["proc_exec", "proc_fork", "sys_mount"];

const REQUIRED_EXCLUSIVE: &[&str] = &["sys_ip_config"];

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
    "sys_fs_import",
    "sys_ipc_config",
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
    [
        BASIC,
        DEFAULT,
        DEFAULT_EXCLUSIVE,
        PROHIBITED,
        PROHIBITED_SHARED,
        OPTIONAL,
    ]
    .into_iter()
    .flatten()
    .copied()
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
    for (index, word) in limitpriv.split(',').enumerate() {
        let (name, drop) = match word.strip_prefix(['!', '-']) {
            Some(name) => (name, true),
            None => (word, false),
        };
        let name = name.to_ascii_lowercase();
        let group: Vec<&'static str> = match name.as_str() {
            "default" if index == 0 => default(ip_type).into_iter().collect(),
            "basic" => BASIC.to_vec(),
            "all" => known().collect(),
            "none" => {
                set.clear();
                continue;
            }
            name => match known().find(|privilege| *privilege == name) {
                Some(privilege) => vec![privilege],
                None => return Some(word.to_owned()),
            },
        };
        for privilege in group {
            if drop {
                set.remove(privilege);
            } else {
                set.insert(privilege);
            }
        }
    }
    let (prohibited, required): (&[&str], &[&str]) = match ip_type {
        IpType::Shared => (PROHIBITED_SHARED, &[]),
        IpType::Exclusive => (&[], REQUIRED_EXCLUSIVE),
    };
    let missing = REQUIRED
        .iter()
        .chain(required)
        .find(|name| !set.contains(*name));
    let excess = || {
        PROHIBITED
            .iter()
            .chain(prohibited)
            .find(|name| set.contains(*name))
    };
    missing.or_else(excess).map(|name| (*name).to_owned())
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
        ] {
            assert_eq!(shared(bad).as_deref(), Some(name), "{bad}");
        }
        assert!(shared("all").is_some());
    }
}
