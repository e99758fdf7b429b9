//! The manual pages: zmgr(8), a page for each command, and zmgr(5) for the documents.

use clap::{Arg, ArgAction, Command};
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

use crate::documents::Kind;
use crate::documents::schema::reference;

/// What the environment decides, for every command.
pub(crate) const ENVIRONMENT: &[(&str, &str)] = &[
    (
        "ZMGR_CONFIG_DIR",
        "The directory of the documents, as --config-dir.",
    ),
    (
        "VISUAL, EDITOR",
        "The editor that edit, template edit and the like start; vi if neither is set.",
    ),
    ("NO_COLOR", "If set, nothing is coloured."),
    (
        "ZMGR_EMULATED_HOST",
        "Not on illumos: the directory of the emulated host.",
    ),
    (
        "ZMGR_EMULATED_FLAVOUR",
        "Not on illumos: the distribution that a new emulated host imitates, upstream or omnios.",
    ),
];

/// The files of zmgr.
const FILES: &[(&str, &str)] = &[
    ("/etc/zmgr/config.kdl", "Settings of the host."),
    ("/etc/zmgr/templates/NAME.kdl", "Templates."),
    ("/etc/zmgr/pools/NAME.kdl", "Address pools."),
    ("/etc/zmgr/publishers/NAME.kdl", "IPS publishers."),
    (
        "/etc/zmgr/zones/NAME.kdl",
        "The registry: an entry for each zone.",
    ),
    (
        "/var/zmgr/operations",
        "The journals of operations, which history and recover read.",
    ),
];

/// The day of the last change to the manual pages.
const DATE: &str = "2026-11-27";

/// A page: its file name, such as `zmgr-create.8`, and its text in roff.
pub(crate) fn pages(root: &Command) -> Vec<(String, String)> {
    let mut pages = Vec::new();
    below(root, "zmgr", &mut pages);
    pages.push(("zmgr.5".to_owned(), documents()));
    pages
}

fn below(command: &Command, name: &str, pages: &mut Vec<(String, String)>) {
    pages.push((format!("{name}.8"), page(command, name)));
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        below(sub, &format!("{name}-{}", sub.get_name()), pages);
    }
}

/// The page of one command.
pub(crate) fn page(command: &Command, name: &str) -> String {
    let mut roff = title(name, "8", "System Administration Commands");
    let about = text(command.get_about());
    roff.control("SH", ["NAME"]);
    roff.text([roman(format!("{name} - {about}"))]);
    roff.control("SH", ["SYNOPSIS"]);
    roff.text(synopsis(command, &name.replace('-', " ")));
    roff.control("SH", ["DESCRIPTION"]);
    let long = text(command.get_long_about());
    let long = long.strip_prefix(about.as_str()).unwrap_or(&long).trim();
    paragraphs(&mut roff, if long.is_empty() { &about } else { long });
    if command.get_subcommands().next().is_some() {
        roff.control("SH", ["COMMANDS"]);
        for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
            let page = format!("{name}-{}", sub.get_name());
            item(
                &mut roff,
                [bold(page), roman("(8)")],
                &text(sub.get_about()),
            );
        }
    }
    let root = name == "zmgr";
    let own: Vec<&Arg> = command
        .get_arguments()
        .filter(|arg| {
            !arg.is_hide_set() && (root || !arg.is_global_set()) && arg.get_id() != "help"
        })
        .collect();
    if !own.is_empty() || !root {
        roff.control("SH", ["OPTIONS"]);
    }
    for arg in own {
        item(&mut roff, spelled(arg), &explained(arg));
    }
    if !root {
        roff.control("PP", []);
        roff.text([
            roman("The options of every command, such as "),
            bold("--json"),
            roman(", are in "),
            bold("zmgr"),
            roman("(8)."),
        ]);
    }
    let after = text(command.get_after_help());
    for paragraph in after.split("\n\n") {
        if let Some(lines) = paragraph.strip_prefix("Examples:\n") {
            roff.control("SH", ["EXAMPLES"]);
            examples(&mut roff, lines);
        } else if !root && !paragraph.trim().is_empty() {
            roff.control("SH", ["NOTES"]);
            paragraphs(&mut roff, paragraph);
        }
    }
    roff.control("SH", ["EXIT STATUS"]);
    for (exit, meaning) in crate::ExitCode::ALL {
        item(&mut roff, [bold((exit as u8).to_string())], meaning);
    }
    roff.control("SH", ["ENVIRONMENT"]);
    for (variable, meaning) in ENVIRONMENT {
        item(&mut roff, [bold(*variable)], meaning);
    }
    roff.control("SH", ["FILES"]);
    for (file, meaning) in FILES {
        item(&mut roff, [italic(*file)], meaning);
    }
    see_also(&mut roff, command, name);
    roff.render()
}

/// zmgr(5): what documents may hold.
pub(crate) fn documents() -> String {
    let mut roff = title("zmgr", "5", "File Formats and Configurations");
    roff.control("SH", ["NAME"]);
    roff.text([roman("zmgr - the documents of zmgr(8)")]);
    roff.control("SH", ["DESCRIPTION"]);
    paragraphs(&mut roff, reference::INTRODUCTION);
    for kind in Kind::ALL {
        roff.control("SH", [kind.word().to_uppercase().as_str()]);
        for (path, text) in reference::below(kind) {
            roff.control("SS", [path.as_str()]);
            paragraphs(&mut roff, &text.replace("\nNodes:\n", "\n\nNodes:\n"));
        }
    }
    roff.control("SH", ["FILES"]);
    for (file, meaning) in FILES {
        item(&mut roff, [italic(*file)], meaning);
    }
    roff.control("SH", ["SEE ALSO"]);
    roff.text([
        bold("zmgr"),
        roman("(8), "),
        bold("zmgr-doc"),
        roman("(8), "),
        bold("zonecfg"),
        roman("(8)"),
    ]);
    roff.render()
}

fn title(name: &str, section: &str, manual: &str) -> Roff {
    let mut roff = Roff::default();
    let source = concat!("zmgr ", env!("CARGO_PKG_VERSION"));
    roff.control(
        "TH",
        [name.to_uppercase().as_str(), section, DATE, source, manual],
    );
    roff
}

fn text(styled: Option<&clap::builder::StyledStr>) -> String {
    styled.map(ToString::to_string).unwrap_or_default()
}

fn item(roff: &mut Roff, tag: impl IntoIterator<Item = Inline>, what: &str) {
    roff.control("TP", []);
    roff.text(tag.into_iter().collect::<Vec<_>>());
    let mut paragraphs = what.split("\n\n");
    let first = paragraphs.next().unwrap_or_default();
    roff.text([roman(first.replace('\n', " ").replace('`', ""))]);
    for paragraph in paragraphs {
        roff.control("IP", []);
        roff.text([roman(paragraph.replace('\n', " "))]);
    }
}

/// Paragraphs; lines that are indented keep their breaks.
fn paragraphs(roff: &mut Roff, text: &str) {
    let mut literal = false;
    let mut gap = false;
    let mut first = true;
    for line in text.lines() {
        let indented = line.starts_with("    ") || line.starts_with("- ");
        if indented != literal {
            roff.control(if indented { "nf" } else { "fi" }, []);
            literal = indented;
        }
        if line.trim().is_empty() {
            gap = true;
            continue;
        }
        if std::mem::take(&mut gap) && !first {
            roff.control("PP", []);
        }
        roff.text([roman(line.replace('`', ""))]);
        first = false;
    }
    if literal {
        roff.control("fi", []);
    }
}

fn examples(roff: &mut Roff, lines: &str) {
    for line in lines.lines() {
        let line = line.trim();
        // What is said of a command stands some blanks after it.
        match line.split_once("   ") {
            Some((command, what)) => item(roff, [bold(command)], what.trim()),
            None => {
                roff.control("PP", []);
                roff.text([bold(line)]);
            }
        }
    }
}

/// What is typed: options first, then arguments.
fn synopsis(command: &Command, typed: &str) -> Vec<Inline> {
    let mut line = vec![bold(typed)];
    let shown = |arg: &&Arg| {
        !arg.is_hide_set()
            && !arg.is_global_set()
            && arg.get_id() != "help"
            && arg.get_id() != "version"
    };
    let mut push = |required: bool, parts: Vec<Inline>, more: bool| {
        line.push(roman(if required { " " } else { " [" }));
        line.extend(parts);
        if !required {
            line.push(roman("]"));
        }
        if more {
            line.push(roman("..."));
        }
    };
    for arg in command.get_arguments().filter(shown) {
        if arg.is_positional() {
            continue;
        }
        let name = match (arg.get_short(), arg.get_long()) {
            (Some(short), _) => format!("-{short}"),
            (None, Some(long)) => format!("--{long}"),
            (None, None) => continue,
        };
        let mut parts = vec![bold(name)];
        if arg.get_action().takes_values() {
            parts.push(roman(" "));
            parts.push(italic(values(arg)));
        }
        let more = matches!(arg.get_action(), ArgAction::Append | ArgAction::Count);
        push(arg.is_required_set(), parts, more);
    }
    for arg in command.get_positionals().filter(shown) {
        let more = arg
            .get_num_args()
            .is_some_and(|count| count.max_values() > 1)
            || matches!(arg.get_action(), ArgAction::Append);
        push(arg.is_required_set(), vec![italic(values(arg))], more);
    }
    if command.get_subcommands().next().is_some() {
        push(
            command.is_subcommand_required_set(),
            vec![italic("COMMAND")],
            false,
        );
    }
    line
}

fn values(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    match names {
        [] => arg.get_id().as_str().to_uppercase(),
        names => names.join(" "),
    }
}

/// `-o, --output FIELD`
fn spelled(arg: &Arg) -> Vec<Inline> {
    if arg.is_positional() {
        return vec![italic(values(arg))];
    }
    let mut parts = Vec::new();
    if let Some(short) = arg.get_short() {
        parts.push(bold(format!("-{short}")));
    }
    if let Some(long) = arg.get_long() {
        if !parts.is_empty() {
            parts.push(roman(", "));
        }
        parts.push(bold(format!("--{long}")));
    }
    if arg.get_action().takes_values() {
        parts.push(roman(" "));
        parts.push(italic(values(arg)));
    }
    parts
}

fn explained(arg: &Arg) -> String {
    let mut what = text(arg.get_long_help().or_else(|| arg.get_help()));
    if !arg.get_action().takes_values() {
        return what;
    }
    let choices: Vec<String> = arg
        .get_possible_values()
        .iter()
        .map(|value| value.get_name().to_owned())
        .collect();
    if !choices.is_empty() {
        what.push_str(&format!("; one of: {}", choices.join(", ")));
    }
    let default: Vec<String> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .collect();
    if !default.is_empty() {
        what.push_str(&format!(" [default: {}]", default.join(", ")));
    }
    what
}

fn see_also(roff: &mut Roff, command: &Command, name: &str) {
    roff.control("SH", ["SEE ALSO"]);
    let mut pages: Vec<(String, &str)> = Vec::new();
    if let Some((above, _)) = name.rsplit_once('-') {
        pages.push((above.to_owned(), "8"));
        if above != "zmgr" {
            pages.push(("zmgr".to_owned(), "8"));
        }
    }
    pages.extend(
        command
            .get_subcommands()
            .filter(|sub| name != "zmgr" && !sub.is_hide_set())
            .map(|sub| (format!("{name}-{}", sub.get_name()), "8")),
    );
    pages.push(("zmgr".to_owned(), "5"));
    for system in ["dladm", "zfs", "zoneadm", "zonecfg"] {
        pages.push((system.to_owned(), "8"));
    }
    pages.push(("zones".to_owned(), "7"));
    let last = pages.len() - 1;
    let mut line = Vec::new();
    for (index, (page, section)) in pages.into_iter().enumerate() {
        line.push(bold(page));
        let comma = if index == last { "" } else { ", " };
        line.push(roman(format!("({section}){comma}")));
    }
    roff.text(line);
}
