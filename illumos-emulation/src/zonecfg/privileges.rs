//! `limitpriv`: which privileges a zone may, must and must not have.

use std::collections::BTreeSet;

use super::code;
use crate::Host;
use crate::host::Brand;

/// Every privilege (`illumos-gate usr/src/uts/common/os/priv_defs`).
const ALL: &[&str] = &[
    "contract_event",
    "contract_identity",
    "contract_observer",
    "cpc_cpu",
    "dtrace_kernel",
    "dtrace_proc",
    "dtrace_user",
    "file_chown",
    "file_chown_self",
    "file_dac_execute",
    "file_dac_read",
    "file_dac_search",
    "file_dac_write",
    "file_downgrade_sl",
    "file_flag_set",
    "file_link_any",
    "file_owner",
    "file_read",
    "file_setid",
    "file_upgrade_sl",
    "file_write",
    "graphics_access",
    "graphics_map",
    "ipc_dac_read",
    "ipc_dac_write",
    "ipc_owner",
    "net_access",
    "net_bindmlp",
    "net_icmpaccess",
    "net_mac_aware",
    "net_mac_implicit",
    "net_observability",
    "net_privaddr",
    "net_rawaccess",
    "proc_audit",
    "proc_chroot",
    "proc_clock_highres",
    "proc_exec",
    "proc_fork",
    "proc_info",
    "proc_lock_memory",
    "proc_owner",
    "proc_prioup",
    "proc_priocntl",
    "proc_secflags",
    "proc_session",
    "proc_setid",
    "proc_taskid",
    "proc_zone",
    "sys_acct",
    "sys_admin",
    "sys_audit",
    "sys_config",
    "sys_devices",
    "sys_dl_config",
    "sys_flow_config",
    "sys_ip_config",
    "sys_ipc_config",
    "sys_iptun_config",
    "sys_linkdir",
    "sys_mount",
    "sys_net_config",
    "sys_nfs",
    "sys_ppp_config",
    "sys_res_bind",
    "sys_res_config",
    "sys_resource",
    "sys_smb",
    "sys_suser_compat",
    "sys_time",
    "sys_trans_label",
    "virt_manage",
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

/// The set `basic`.
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

/// What a zone has unless `limitpriv` says otherwise, and those only where the zone has an IP stack of its own
/// (`illumos-gate usr/src/lib/brand/ipkg/zone/config.xml`; the other brands hardly differ).
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
    "proc_secflags",
    "proc_setid",
    "proc_taskid",
    "sys_acct",
    "sys_admin",
    "sys_audit",
    "sys_mount",
    "sys_nfs",
    "sys_resource",
    "sys_smb",
];
const DEFAULT_EXCLUSIVE: &[&str] = &[
    "net_rawaccess",
    "sys_ip_config",
    "sys_iptun_config",
    "sys_ppp_config",
];

/// What a zone must not have, in the order in which it is looked for.
const PROHIBITED_SHARED: &[&str] = &["sys_ppp_config"];
const PROHIBITED: &[&str] = &[
    "virt_manage",
    "sys_suser_compat",
    "sys_res_config",
    "sys_net_config",
    "sys_linkdir",
    "sys_devices",
    "sys_config",
    "proc_zone",
    "dtrace_kernel",
];
const PROHIBITED_LAST_SHARED: &[&str] = &["sys_ip_config"];

/// What a zone must have, in the order in which it is looked for.
const REQUIRED: &[&str] = &["sys_mount"];
const REQUIRED_EXCLUSIVE: &[&str] = &["sys_ip_config"];
const REQUIRED_LAST: &[&str] = &["proc_fork", "proc_exec"];

/// Checks `limitpriv` of a zone of a brand.
///
/// # Errors
/// [`code::BRAND_ERROR`] if the host lacks the brand; [`code::PRIV_UNKNOWN`], [`code::PRIV_PROHIBITED`] and
/// [`code::PRIV_REQUIRED`] with the privilege.
pub(crate) fn check(
    host: &Host,
    brand: &str,
    is_exclusive: bool,
    limitpriv: &str,
) -> Result<(), (i32, Option<String>)> {
    if !matches!(Brand::find(host, brand), Ok(Some(_))) {
        return Err((code::BRAND_ERROR, None));
    }
    if limitpriv.is_empty() || limitpriv == "default" {
        return Ok(());
    }
    let when = |condition: bool, list: &'static [&'static str]| if condition { list } else { &[] };
    let mut set = BTreeSet::new();
    let tokens = match limitpriv.strip_prefix("default,") {
        Some(rest) => {
            set.extend(
                BASIC
                    .iter()
                    .chain(DEFAULT)
                    .chain(when(is_exclusive, DEFAULT_EXCLUSIVE)),
            );
            rest
        }
        None => limitpriv,
    };
    let unknown = |token: &str| Err((code::PRIV_UNKNOWN, Some(token.to_owned())));
    if tokens.split(',').any(|token| token == "zone") {
        return unknown("zone");
    }
    for token in tokens.split(',').filter(|token| !token.is_empty()) {
        let (name, removes) = match token.strip_prefix(['!', '-']) {
            Some(name) => (name, true),
            None => (token, false),
        };
        let known = ALL.iter().find(|known| known.eq_ignore_ascii_case(name));
        let named: &[&str] = match (name, known) {
            ("all", _) => ALL,
            ("none", _) => &[],
            ("basic", _) => BASIC,
            (_, Some(known)) => std::slice::from_ref(known),
            (_, None) => return unknown(token),
        };
        for privilege in named {
            if removes {
                set.remove(privilege);
            } else {
                set.insert(privilege);
            }
        }
    }
    let prohibited = when(!is_exclusive, PROHIBITED_SHARED)
        .iter()
        .chain(PROHIBITED)
        .chain(when(!is_exclusive, PROHIBITED_LAST_SHARED));
    if let Some(privilege) = prohibited
        .into_iter()
        .find(|privilege| set.contains(*privilege))
    {
        return Err((code::PRIV_PROHIBITED, Some((*privilege).to_owned())));
    }
    let required = REQUIRED
        .iter()
        .chain(when(is_exclusive, REQUIRED_EXCLUSIVE))
        .chain(REQUIRED_LAST);
    match required
        .into_iter()
        .find(|privilege| !set.contains(*privilege))
    {
        Some(privilege) => Err((code::PRIV_REQUIRED, Some((*privilege).to_owned()))),
        None => Ok(()),
    }
}
