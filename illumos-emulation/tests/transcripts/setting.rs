//! The host that a transcript begins with, and what was changed on it between commands.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use illumos_emulation::kernel::{self, KernelZone};
use illumos_emulation::{Flavour, commands};
use serde_json::Value;

use crate::common::TestHost;

/// The UUIDs that zones have from the beginning.
pub(crate) const UUIDS: &[(&str, &str)] = &[
    ("web01", "11111111-1111-4111-8111-111111111111"),
    ("web02", "22222222-2222-4222-8222-222222222222"),
    ("db01", "33333333-3333-4333-8333-333333333333"),
];

/// The brands, each with its hooks.
const BRANDS: &[(&str, &[&str])] = &[
    (
        "ipkg",
        &[
            "install",
            "attach",
            "detach",
            "clone",
            "uninstall",
            "sysboot",
        ],
    ),
    ("hooks", &["install", "postinstall", "verify_adm"]),
    (
        "full",
        &[
            "install",
            "postinstall",
            "attach",
            "postattach",
            "predetach",
            "detach",
            "clone",
            "postclone",
            "preuninstall",
            "uninstall",
            "verify_adm",
        ],
    ),
    ("plain", &["install"]),
];

/// Notes its arguments, makes or removes the root, and ends as it was told.
const HOOK: &str = r#"#!/bin/sh
umask 022
hook=${0##*/}
printf 'hook %s:' "$hook" >> "$ZMGR_EMULATED_ASKED"
for word in "$@"; do printf ' %s' "$word" >> "$ZMGR_EMULATED_ASKED"; done
echo >> "$ZMGR_EMULATED_ASKED"
path=$ZMGR_EMULATED_HOST$4
end=$(cat "$ZMGR_EMULATED_HOST/emulation/end.$hook" 2>/dev/null)
case $hook in
install) mkdir "$path/root" && echo > "$path/root/file" ;;
clone) mkdir "$path/root" ;;
uninstall) [ "$5" = '-?' ] || [ "${end:-0}" != 0 ] || rm -rf "$path" ;;
attach) [ -d "$path/root" ] || { echo "attach: no root" >&2; exit 1; } ;;
esac
case $end in
SIG*) kill "-${end#SIG}" $$ ;;
esac
exit ${end:-0}
"#;

/// A host on which a transcript is replayed.
pub(crate) struct Scenario {
    pub(crate) host: TestHost,
    pub(crate) flavour: Flavour,
    /// Variables for the commands that follow.
    faults: Vec<&'static str>,
}

impl Scenario {
    pub(crate) fn new(flavour: Flavour, setup: &Value) -> Self {
        let host = TestHost::new(flavour);
        let scenario = Self {
            host,
            flavour,
            faults: Vec::new(),
        };
        scenario.make_brands();
        if setup["zfs"] != Value::Bool(true) {
            scenario.write(
                "emulation/datasets",
                "rpool #mounted=/rpool #number=1 mountpoint=/rpool\n",
            );
        }
        fs::create_dir_all(scenario.host.host.path("/tmp")).unwrap();
        for (name, zone) in setup["zones"].as_object().unwrap() {
            scenario.make_zone(name, zone, setup["zfs"] == Value::Bool(true));
        }
        // Behind the sentence stand those that one transcript alone has: name, type, mount point.
        let more = setup["datasets"].as_str().unwrap_or_default();
        for line in more.split_once(". ").map_or("", |(_, more)| more).lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let mountpoint = format!("mountpoint={}", words[2]);
            scenario.run("zfs", &["create", "-o", &mountpoint, words[0]]);
        }
        scenario
    }

    pub(crate) fn path(&self, path: &str) -> std::path::PathBuf {
        self.host.host.path(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).unwrap();
    }

    fn run(&self, name: &str, args: &[&str]) {
        let _entered = self.host.host.enter();
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let status = commands::run_with(name, &args, &mut out, &mut err);
        assert_eq!(status, 0, "{args:?}: {}", String::from_utf8_lossy(&err));
    }

    fn make_brands(&self) {
        for (brand, hooks) in BRANDS {
            let directory = format!("/usr/lib/brand/{brand}");
            fs::create_dir_all(self.path(&directory)).unwrap();
            let mut text = format!("<?xml version=\"1.0\"?>\n<brand name=\"{brand}\">\n");
            for hook in *hooks {
                let place = format!("{directory}/{hook}");
                text += &format!("<{hook}>{place} -z %z -R %R </{hook}>\n");
                self.write(&place, HOOK);
                fs::set_permissions(self.path(&place), Permissions::from_mode(0o755)).unwrap();
            }
            text += "<installopts>a:c:d:e:hk:P:p:suv</installopts>\n</brand>\n";
            self.write(&format!("{directory}/config.xml"), &text);
        }
    }

    fn make_zone(&self, name: &str, zone: &Value, zfs: bool) {
        let text = |key: &str| zone[key].as_str().unwrap_or_default();
        let path = match text("path") {
            "" => format!("/zones/{name}"),
            path => path.to_owned(),
        };
        let state = match text("state") {
            "" => "configured",
            state => state,
        };
        let brand = if text("brand").is_empty() {
            "ipkg"
        } else {
            text("brand")
        };
        let in_document = if text("xmlpath").is_empty() {
            &path
        } else {
            text("xmlpath")
        };
        let document = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <!DOCTYPE zone PUBLIC \"-//Sun Microsystems Inc//DTD Zones//EN\" \"file:///usr/share/lib/xml/dtd/zonecfg.dtd.1\">\n\
             <zone name=\"{name}\" zonepath=\"{in_document}\" autoboot=\"false\" brand=\"{brand}\"{}>{}</zone>\n",
            text("attrs"),
            text("body")
        );
        self.write(&format!("/etc/zones/{name}.xml"), &document);
        let indexed = match state {
            "configured" | "incomplete" => state,
            _ => "installed",
        };
        let uuid = UUIDS
            .iter()
            .find(|(known, _)| *known == name)
            .map_or("", |(_, uuid)| uuid);
        let index = fs::read_to_string(self.path("/etc/zones/index")).unwrap();
        let quoted = if path.contains(':') {
            format!("\"{path}\"")
        } else {
            path.clone()
        };
        self.write(
            "/etc/zones/index",
            &format!("{index}{name}:{indexed}:{quoted}:{uuid}\n"),
        );
        if state != "configured" && zone["files"] != Value::Bool(false) {
            if zfs {
                self.run("zfs", &["create", &format!("rpool{path}")]);
            }
            for (part, mode) in [("", 0o700), ("/root", 0o755), ("/root/sbin", 0o755)] {
                let place = self.path(&format!("{path}{part}"));
                fs::create_dir_all(&place).unwrap();
                fs::set_permissions(&place, Permissions::from_mode(mode)).unwrap();
            }
            self.write(&format!("{path}/root/sbin/init"), "");
        }
        let status = match state {
            "ready" => 2,
            "running" => 4,
            "shutting_down" => 5,
            "down" => 7,
            _ => return,
        };
        let zone = KernelZone {
            name: name.to_owned(),
            status,
            root: format!("{path}/root/"),
            brand: brand.to_owned(),
            ip_type: if text("attrs").contains("exclusive") {
                "excl"
            } else {
                "shared"
            }
            .to_owned(),
            ..KernelZone::default()
        };
        kernel::put(&self.host.host, zone).unwrap();
        self.write(&format!("/var/run/zones/{name}.zoneadmd_door"), "");
    }

    /// Changes the host as a line of the transcript says; whether the line is understood.
    pub(crate) fn apply(&mut self, text: &str) -> bool {
        let words: Vec<&str> = text.split(' ').collect();
        let mode = |text: &str| Permissions::from_mode(u32::from_str_radix(text, 8).unwrap());
        match words[..] {
            ["mkdir", "-m", bits, path] => {
                let place = self.path(path);
                if !place.exists() {
                    fs::create_dir(&place).unwrap();
                }
                fs::set_permissions(&place, mode(bits)).unwrap();
            }
            ["chmod", bits, path] => fs::set_permissions(self.path(path), mode(bits)).unwrap(),
            ["the", "hook", hook, "will", "exit", "with", status] => {
                self.write(&format!("emulation/end.{hook}"), status);
            }
            [
                "the",
                "hook",
                hook,
                "will",
                "kill",
                "itself",
                "with",
                signal,
            ] => {
                self.write(&format!("emulation/end.{hook}"), signal);
            }
            [
                zone,
                "is",
                "configured",
                "again,",
                "its",
                "zonepath",
                "gone",
            ] => {
                self.configure_again(zone);
            }
            [path, "is", "a", "link", "to", target] => {
                self.remove(path);
                symlink(target, self.path(path)).unwrap();
            }
            [path, "is", "a", "file", "instead"] => {
                self.remove(path);
                self.write(path, "");
            }
            ["the", "directory", path, "is", "gone"] => self.remove(path),
            ["a", "file", "of", "somebody", "else,", path] => self.write(path, ""),
            ["a", "file", "in", path] => self.write(&format!("{path}/x"), ""),
            [path, "is", "a", "directory:", ..] => {
                let place = self.path(path);
                let _ = fs::remove_file(&place);
                fs::create_dir_all(place).unwrap();
            }
            [zone, "has", "an", "unknown", "ip-type"] => {
                self.edit(zone, " brand=", " ip-type=\"bogus\" brand=");
            }
            [zone, "has", "a", "brand", "that", "is", "not", "installed"] => {
                self.edit(zone, "\"ipkg\"", "\"nosuch\"");
            }
            [file, "is", "no", "XML"] => self.write(&format!("/etc/zones/{file}"), "no XML\n"),
            [file, "is", "gone"] => self.remove(&format!("/etc/zones/{file}")),
            ["a", "zoneadmd", "of", zone, "still", "has", "its", "door"] => {
                self.write(&format!("/var/run/zones/{zone}.zoneadmd_door"), "");
            }
            ["mnttab:", "something", "is", "mounted", "at", path] => {
                self.write("/etc/mnttab", &format!("swap\t{path}\ttmpfs\trw\t1\n"));
            }
            ["mnttab", "is", "empty"] => self.write("/etc/mnttab", ""),
            ["zfs", "set", "will", "fail"] => self.faults.push("zoneadm move: zfs set@*=1"),
            ["zfs", "destroy", "will", "fail:", "dataset", "is", "busy"] => {
                self.faults.push("zoneadm uninstall: zfs destroy@*=1");
            }
            [
                "zoneadmd",
                "will",
                "answer",
                command,
                "with",
                status,
                "and",
                ..,
            ] => {
                let said = text.split_once(" and '").map_or("", |(_, said)| said);
                let said = said.trim_end_matches('\'').replace('\n', "\\n");
                self.answer(command, Some(&format!("{status} {said}")));
            }
            ["zoneadmd", "answers", command, "well"] => self.answer(command, None),
            ["the", "caller", "does", "not", "have", "all", "privileges"] => {
                self.set("caller-lacks", Some("privileges"));
            }
            [
                "the",
                "caller",
                "has",
                "all",
                "privileges",
                "but",
                "not",
                "the",
                "authorization",
            ] => {
                self.set("caller-lacks", Some("authorization"));
            }
            // It is there already.
            ["zoneadmd", "cannot", "be", "started", ..] => {}
            ["global", "zone:", ..] => return self.make_links(text),
            _ => return false,
        }
        true
    }

    /// Sets or removes what zoneadmd answers.
    fn answer(&self, command: &str, answer: Option<&str>) {
        let name = format!("zoneadmd-{}", command[2..].to_ascii_lowercase());
        self.set(&name, answer);
    }

    /// Sets or removes a setting of the host.
    fn set(&self, name: &str, value: Option<&str>) {
        let name = format!("{name}=");
        let text = fs::read_to_string(self.path("emulation/settings")).unwrap();
        let mut lines: Vec<String> = text
            .lines()
            .filter(|line| !line.starts_with(&name))
            .map(str::to_owned)
            .collect();
        lines.extend(value.map(|value| format!("{name}{value}")));
        self.write("emulation/settings", &(lines.join("\n") + "\n"));
    }

    fn make_links(&self, text: &str) -> bool {
        let parts = text.trim_start_matches("global zone: ").split("; ");
        for part in parts {
            match part.split(' ').collect::<Vec<_>>()[..] {
                [link, "is", "plumbed"] => {
                    self.run("dladm", &["create-vnic", "-l", "igb0", link]);
                    self.run("ipadm", &["create-if", link]);
                }
                ["link", link, "exists"] => {
                    self.run("dladm", &["create-vnic", "-l", "igb0", link]);
                }
                _ => return false,
            }
        }
        true
    }

    fn remove(&self, path: &str) {
        let place = self.path(path);
        let _ = fs::remove_dir_all(&place);
        let _ = fs::remove_file(&place);
    }

    fn edit(&self, zone: &str, old: &str, new: &str) {
        let path = format!("/etc/zones/{zone}.xml");
        let text = fs::read_to_string(self.path(&path)).unwrap();
        self.write(&path, &text.replace(old, new));
    }

    /// The state alone is changed: a UUID stays.
    fn configure_again(&self, zone: &str) {
        let index = fs::read_to_string(self.path("/etc/zones/index")).unwrap();
        let mut text = index;
        for state in ["installed", "incomplete"] {
            text = text.replace(&format!("{zone}:{state}:"), &format!("{zone}:configured:"));
        }
        self.write("/etc/zones/index", &text);
        let datasets = fs::read_to_string(self.path("emulation/datasets")).unwrap();
        if datasets.contains(&format!("rpool/zones/{zone} ")) {
            self.run("zfs", &["destroy", "-r", &format!("rpool/zones/{zone}")]);
        }
        self.remove(&format!("/zones/{zone}"));
    }

    /// The command, ready to run, with what it asks for going to the file `asked`.
    pub(crate) fn command(&self, line: &str) -> Command {
        let asked = self.host.beside("asked");
        let _ = fs::remove_file(&asked);
        let mut command = self.host.command(line);
        command
            .env("ZMGR_EMULATED_ASKED", asked)
            .env("PATH", "/usr/bin:/bin");
        if !self.faults.is_empty() {
            command.env("ZMGR_EMULATED_FAULT_FAIL", self.faults.join(";"));
        }
        command
    }
}
