//! How each command is written, as the tool says it after a syntax error.

use super::word::Verb;

/// How `verb` is written.
pub(super) fn of(verb: Verb) -> &'static str {
    match verb {
        Verb::Add => {
            "add <resource-type>\n\t(global scope)\nadd <property-name> <property-value>\n\t(resource scope)"
        }
        Verb::Cancel => "cancel",
        Verb::Clear => "clear <property-name>",
        Verb::Commit => "commit",
        Verb::Create => "create [-F] [ -a <path> | -b | -t <template> ]",
        Verb::Delete => "delete [-F]",
        Verb::End => "end",
        Verb::Exit => "exit [-F]",
        Verb::Export => "export [-f output-file]",
        Verb::Help => "help [commands] [syntax] [usage] [<command-name>]",
        Verb::Info => "info [<resource-type> [property-name=property-value]*]",
        Verb::Remove => {
            "remove [-F] <resource-type> [ <property-name>=<property-value> ]*\n\t(global scope)\n\
             remove <property-name> <property-value>\n\t(resource scope)"
        }
        Verb::Revert => "revert [-F]",
        Verb::Select => "select <resource-type> { <property-name>=<property-value> }",
        Verb::Set => "set <property-name>=<property-value>",
        Verb::Verify => "verify",
    }
}

/// All of them, as they follow a syntax error.
pub(super) fn all() -> String {
    let mut text = String::from("Commands:\n\n");
    for verb in Verb::ALL {
        text.push_str(of(*verb));
        text.push('\n');
    }
    text
}

/// What a zone name is.
pub(super) const ZONE_NAME: &str = "\n<zone> := [A-Za-z0-9][A-Za-z0-9_.-]*\n\
    \t(except the reserved words 'global' and anything starting with 'SUNW')\n\
    \tName must be less than 64 characters.\n";

/// What an address is.
pub(super) const ADDRESS: &str = "\n<net-addr> :=\t<IPv4-address>[/<IPv4-prefix-length>] |\n\
    \t\t<IPv6-address>/<IPv6-prefix-length> |\n\
    \t\t<hostname>[/<IPv4-prefix-length>]\n\
    See inet(3C) for IPv4 and IPv6 address syntax.\n\
    <IPv4-prefix-length> := [0-32]\n\
    <IPv6-prefix-length> := [0-128]\n\
    <hostname> := [A-Za-z0-9][A-Za-z0-9-.]*\n";
