//! `/etc/zones`: the index, the configurations, and what crashed saves left.

use crate::failure::Code;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use illumos::{ErrorKind, host_path};

use super::{Finding, Host, unchecked};
use crate::plan::{Mend, quoted};
use crate::{ExitCode, Failure, files};

const DIRECTORY: &str = "/etc/zones";

/// How much of a configuration is read to find out whether it is a template.
const HEAD: u64 = 16 * 1024;

pub(super) fn findings(host: &Host<'_>) -> Vec<Finding> {
    let directory = host_path(DIRECTORY);
    look(host, &directory).unwrap_or_else(|error| {
        let failure = Failure::new(ExitCode::Failed, Code::FileFailed, error.to_string());
        vec![unchecked(DIRECTORY, &failure)]
    })
}

fn look(host: &Host<'_>, directory: &Path) -> io::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let index = directory.join("index");
    if !ends_in_newline(&index)? {
        findings.push(Finding::mended(
            Code::DoctorIndexNewline,
            "/etc/zones/index",
            "its last line has no newline",
            "libzonecfg does not see the zone on that line, and loses the next zone that is added",
            Mend::Index,
        ));
    }
    trust(&index, "/etc/zones/index", &mut findings);
    let known: BTreeSet<&str> = host
        .observed
        .zones
        .iter()
        .map(|zone| zone.name.as_str())
        .collect();
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        names.extend(entry?.file_name().into_string());
    }
    names.sort_unstable();
    for file in names {
        let path = directory.join(&file);
        let shown = format!("{DIRECTORY}/{file}");
        if file.starts_with(".backup.") || file.starts_with("zonecfg.") {
            findings.push(Finding::told(
                Code::DoctorCrashedSave,
                &shown,
                "a process died while saving a zone's configuration",
                "a .backup file may be the last good configuration of its zone: compare before it is removed",
                [format!("rm {}", quoted(&shown))],
            ));
        } else if let Some(name) = file.strip_suffix(".xml") {
            trust(&path, &shown, &mut findings);
            if !known.contains(name) && is_zone(&path)? {
                findings.push(Finding::told(
                    Code::DoctorStrayConfiguration,
                    &shown,
                    format!("it is a configuration, but the index has no zone {name}"),
                    "creating a zone of that name would overwrite it",
                    [format!(
                        "mv {} {}",
                        quoted(&shown),
                        quoted(&format!("/root/{file}"))
                    )],
                ));
            }
        }
    }
    for (zone, config) in &host.configs {
        let Err(error) = config else { continue };
        if host.unsettled.contains(zone) {
            continue;
        }
        let finding = if error.kind() == ErrorKind::NotFound {
            Finding::told(
                Code::DoctorNoConfiguration,
                format!("zone {zone}"),
                "the zone is in the index but has no configuration",
                "the zone cannot be booted, changed or deleted in the usual way",
                [format!("zonecfg -z {zone} create -F -b")],
            )
        } else {
            Finding::told(
                Code::DoctorBadConfiguration,
                format!("zone {zone}"),
                error.to_string(),
                "the zone cannot be booted or changed",
                [format!("zonecfg -z {zone} info")],
            )
        };
        findings.push(finding);
    }
    Ok(findings)
}

/// Notes a file that others could change.
fn trust(path: &Path, shown: &str, findings: &mut Vec<Finding>) {
    let Err(failure) = files::check_trusted(path, &host_path(DIRECTORY)) else {
        return;
    };
    let finding = Finding::told(
        Code::DoctorUnsafeRecord,
        shown,
        failure.message,
        "whoever can change it controls what root boots",
        failure
            .help
            .map(|help| help.strip_prefix("run ").unwrap_or(&help).to_owned()),
    );
    // The directory above all of them is told once.
    if !findings.iter().any(|known| known.what == finding.what) {
        findings.push(finding);
    }
}

fn ends_in_newline(path: &Path) -> io::Result<bool> {
    let mut file = match illumos::file::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        other => other?,
    };
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// Whether it is the configuration of a zone: that of a template has no zonepath.
fn is_zone(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    illumos::file::open(path)?
        .take(HEAD)
        .read_to_end(&mut head)?;
    let head = String::from_utf8_lossy(&head);
    let Some((_, element)) = head.split_once("<zone ") else {
        return Ok(false);
    };
    let element = element
        .split_once('>')
        .map_or(element, |(element, _)| element);
    Ok(element.contains("zonepath=\"/"))
}
