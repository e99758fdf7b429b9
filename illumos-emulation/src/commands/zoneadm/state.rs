//! What a zone's state forbids (illumos-gate usr/src/cmd/zoneadm/zoneadm.c, `sanity_check`).

use super::{Done, Terminal, Zone};

/// The subcommands that a zone with kernel presence forbids.
const NOT_WHEN_UP: &[&str] = &[
    "install",
    "uninstall",
    "clone",
    "attach",
    "detach",
    "move",
    "mark",
    "sysboot",
];

impl Zone<'_> {
    /// Whether the kernel has the zone.
    pub(super) fn is_up(&self) -> bool {
        !matches!(
            self.state,
            None | Some("configured" | "incomplete" | "installed")
        )
    }

    /// Refuses a subcommand for the zone's name or state. `force` is what `boot -f`, `mount -f` and `attach -U` ask for.
    pub(super) fn refuse_state(
        &self,
        terminal: &mut Terminal<'_>,
        subcommand: &str,
        force: bool,
    ) -> Done {
        // Who calls is not looked at; the setting says what a caller would lack.
        match self.host.setting("caller-lacks").as_deref() {
            Some("privileges") => {
                let text = format!("only a privileged user may {subcommand} a zone.");
                return Err(self.complain(terminal, &text));
            }
            Some("authorization") => {
                let text = format!("User root is not authorized to {subcommand} this zone.");
                return Err(self.complain(terminal, &text));
            }
            _ => {}
        }
        if self.name.starts_with("SUNW") {
            let text = format!("{subcommand} operation is invalid for zones starting with SUNW.");
            return Err(self.complain(terminal, &text));
        }
        let state = self.state.unwrap_or("configured");
        if matches!(subcommand, "shutdown" | "reboot") {
            return if self.is_up() {
                Ok(())
            } else {
                Err(self.complain(terminal, "not running"))
            };
        }
        if self.is_up() && NOT_WHEN_UP.contains(&subcommand) {
            let text = format!("{subcommand} operation is invalid for {state} zones.");
            return Err(self.complain(terminal, &text));
        }
        if self.state.is_none() {
            terminal.error(&format!(
                "zoneadm: {}: could not get state: No such zone configured",
                self.name
            ));
            return Err(super::Stop(1));
        }
        match refusal(subcommand, state, force) {
            None => Ok(()),
            Some(text) => Err(self.complain(terminal, &text)),
        }
    }
}

fn refusal(subcommand: &str, state: &str, force: bool) -> Option<String> {
    const UNINSTALL: &str = "zone is incomplete; uninstall required.";
    Some(match (subcommand, state) {
        ("install" | "clone" | "attach", "installed") => "is already installed.".to_owned(),
        ("attach", "incomplete") if force => return None,
        ("install" | "clone" | "attach" | "verify", "incomplete") => UNINSTALL.to_owned(),
        ("uninstall", "configured") => "is already in state 'configured'.".to_owned(),
        ("boot" | "mount", "configured") if force => {
            format!("must be incomplete before {subcommand}.")
        }
        ("boot" | "mount", "incomplete") if force => return None,
        ("detach" | "move" | "ready" | "boot" | "mount", "configured" | "incomplete") => {
            format!("must be installed before {subcommand}.")
        }
        ("unmount", state) if state != "mounted" => "must be mounted before unmount.".to_owned(),
        ("sysboot", "configured" | "incomplete") => {
            format!("sysboot operation is invalid for {state} zones.")
        }
        _ => return None,
    })
}
