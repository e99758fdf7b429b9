//! zlogin(1): a command in a zone. It runs in a plain sh, in the zone's root directory, but is not confined to it.

use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use crate::zonecfg::index;
use crate::{Host, kernel};

use super::{Options, Terminal};

pub(super) fn run(terminal: &mut Terminal<'_>, host: &Host, args: &[String]) -> i32 {
    let Ok(options) = Options::parse(args, "CdEe:l:nQS") else {
        return usage(terminal);
    };
    let Some((zone, command)) = options.rest.split_first() else {
        return usage(terminal);
    };
    let Some(state) = state(host, zone) else {
        terminal.error(&format!("zlogin: zone '{zone}' unknown"));
        return 1;
    };
    if zone == "global" {
        terminal.error("zlogin: 'global' zone not allowed");
        return 1;
    }
    if matches!(state, "configured" | "incomplete") {
        terminal.error(&format!(
            "zlogin: cannot login to a zone which is '{state}'"
        ));
        return 1;
    }
    if options.has('C') {
        terminal.line(&format!("[Connected to zone '{zone}' console]"));
        terminal.line("");
        terminal.line(&format!("[Connection to zone '{zone}' console closed]"));
        return 0;
    }
    if !matches!(state, "running" | "mounted") {
        terminal.error(&format!(
            "zlogin: login allowed only to running zones ({zone} is '{state}')."
        ));
        return 1;
    }
    let Some(found) = kernel::zone(host, zone) else {
        return 1;
    };
    if command.is_empty() {
        // What the session ended with is nobody's business.
        shell(
            terminal,
            host,
            &found.root,
            options.value('l').unwrap_or("root"),
            None,
            false,
        );
        return 0;
    }
    // The zone's shell takes the words apart again.
    let line = command.join(" ");
    shell(
        terminal,
        host,
        &found.root,
        options.value('l').unwrap_or("root"),
        Some(&line),
        options.has('n'),
    )
}

fn usage(terminal: &mut Terminal<'_>) -> i32 {
    terminal
        .error("usage: zlogin [ -dnQCES ] [ -e cmdchar ] [-l user] zonename [command [args ...] ]");
    2
}

/// The zone's state in the words of zoneadm(8).
fn state(host: &Host, zone: &str) -> Option<&'static str> {
    if let Some(found) = kernel::zone(host, zone) {
        return Some(kernel::state_name(found.status, &found.root));
    }
    index::find(host, zone.as_bytes()).map(|entry| match entry.state {
        index::INSTALLED => "installed",
        index::INCOMPLETE => "incomplete",
        _ => "configured",
    })
}

fn shell(
    terminal: &mut Terminal<'_>,
    host: &Host,
    root: &str,
    user: &str,
    command: Option<&str>,
    no_input: bool,
) -> i32 {
    let home = if user == "root" {
        "/root".to_owned()
    } else {
        format!("/home/{user}")
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "the emulation does not depend on the crate that has the runner"
    )]
    let mut shell = std::process::Command::new("/bin/sh");
    if let Some(command) = command {
        shell.arg("-c").arg(command);
    }
    shell
        .current_dir(host.path(root))
        .env_clear()
        .envs([
            ("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
            ("SHELL", "/bin/sh"),
            ("TERM", "vt100"),
        ])
        .envs([
            ("LOGNAME", user),
            ("HOME", &home),
            ("MAIL", &format!("/var/mail/{user}")),
        ])
        .env("ZONEROOT", host.path(root));
    if no_input {
        shell.stdin(Stdio::null());
    }
    match shell.status() {
        // The real one takes the exit status of a command that a signal ended for 0.
        Ok(status) if status.signal().is_some() => 0,
        Ok(status) => status.code().unwrap_or(0),
        Err(error) => {
            terminal.error(&format!("zlogin: could not start the shell: {error}"));
            1
        }
    }
}
