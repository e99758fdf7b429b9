//! Whether the emulated pkg did what the real one did.

use crate::transcript::Step;

/// Everything: exit status, what is listed, and what is said about failures.
pub(crate) fn all(wanted: &Step, found: &Step) -> Vec<String> {
    let mut wrong = Vec::new();
    if wanted.status != found.status {
        wrong.push(format!(
            "exit status {}, wanted {}",
            found.status, wanted.status
        ));
    }
    differ(
        "stdout",
        &printed(&wanted.stdout),
        &printed(&found.stdout),
        &mut wrong,
    );
    differ(
        "stderr",
        &said(&wanted.stderr),
        &said(&found.stderr),
        &mut wrong,
    );
    wrong
}

/// Only whether the publishers of linked zones are refused, and how.
pub(crate) fn link_check(wanted: &Step, found: &Step) -> Vec<String> {
    let mut wrong = Vec::new();
    let refused = |step: &Step| {
        step.stderr
            .contains("Invalid child image publisher configuration")
    };
    if refused(wanted) {
        differ(
            "stderr",
            &said(&wanted.stderr),
            &said(&found.stderr),
            &mut wrong,
        );
    }
    if refused(wanted) != refused(found) || refused(wanted) && wanted.status != found.status {
        wrong.push(format!(
            "exit status {}, wanted {}",
            found.status, wanted.status
        ));
    }
    wrong
}

fn differ(what: &str, wanted: &str, found: &str, wrong: &mut Vec<String>) {
    if wanted != found {
        wrong.push(format!("{what}: wanted\n{wanted}--- found\n{found}"));
    }
}

/// Standard output without progress, and without what differs from run to run or stands in a certificate.
fn printed(text: &str) -> String {
    let mut lines = String::new();
    for line in text.lines() {
        let progress = line.ends_with("Done") && !line.starts_with("Refreshing catalog");
        let of_run = ["Cert. Effective Date:", "Cert. Expiration Date:"];
        if progress || of_run.iter().any(|key| line.trim_start().starts_with(key)) {
            continue;
        }
        let line = match line.split_once(": ") {
            Some((key, value))
                if key.trim() == "Client UUID"
                    || key.trim() == "Catalog Updated" && value != "None" =>
            {
                format!("{key}: …")
            }
            Some((key, value)) if key.trim_start().starts_with("SSL ") => {
                format!("{key}: {}", without_digest(value))
            }
            _ => line.to_owned(),
        };
        lines.push_str(&line);
        lines.push('\n');
    }
    lines
}

/// Standard error up to where the manual, a library or an operating system speaks.
fn said(text: &str) -> String {
    let mut lines = String::new();
    for line in text.lines() {
        let ends = [
            "Usage:",
            "Additional details:",
            "Unable to contact valid package repository",
        ];
        if ends.iter().any(|end| line.trim_start().starts_with(end))
            || line.contains("The following commands are supported")
        {
            break;
        }
        if !line.trim().is_empty() {
            lines.push_str(&without_digest(line.trim()));
            lines.push('\n');
        }
    }
    lines
}

/// The text with `…` for each name of a copied key.
fn without_digest(text: &str) -> String {
    let mut words = Vec::new();
    for part in text.split('/') {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        words.push(if digits == 40 {
            format!("…{}", &part[40..])
        } else {
            part.to_owned()
        });
    }
    words.join("/")
}
