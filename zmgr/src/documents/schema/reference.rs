//! The documentation of the documents, made from the table.

use std::fmt::Write as _;

use super::{Count, Kind, Repeat, Spec};

/// What a node looks like: `range FIRST LAST`.
#[must_use]
pub fn usage(spec: &Spec) -> String {
    let mut usage = spec.name.to_owned();
    for arg in spec.arguments {
        usage.push(' ');
        usage.push_str(&match arg.count {
            Count::One => arg.name.to_owned(),
            Count::Optional => format!("[{}]", arg.name),
            Count::Several => format!("{}…", arg.name),
            Count::Any => format!("[{}…]", arg.name),
        });
    }
    if spec.children.is_some() {
        usage.push_str(" { … }");
    }
    usage
}

/// What may be said of a node besides what it is for, as sentences without full stop.
fn facts(spec: &Spec) -> Vec<String> {
    let mut facts: Vec<String> = spec
        .arguments
        .iter()
        .map(|arg| format!("{} is {}", arg.name, arg.kind.describe()))
        .collect();
    if spec.required {
        facts.push("Required".to_owned());
    }
    match spec.repeat {
        Repeat::Once => {}
        Repeat::Any => facts.push("Can be repeated".to_owned()),
        Repeat::Keyed => {
            let key = spec.arguments.first().map_or("name", |arg| arg.name);
            facts.push(format!("Can be repeated, each time with a different {key}"));
        }
    }
    if let Some(default) = spec.default {
        facts.push(format!("Default: {default}"));
    }
    if let Some(system) = spec.system {
        facts.push(format!("Becomes `{system}` of zonecfg(8) or dladm(8)"));
    }
    facts
}

/// The documentation of the node at `topic`, such as `pool`, `template.net` or `template.net.vlan`, as plain text.
/// `None` if there is none.
#[must_use]
pub fn topic(topic: &str) -> Option<String> {
    let mut steps = topic.split('.');
    let first = steps.next()?;
    let mut spec = Kind::ALL
        .into_iter()
        .find(|kind| kind.word() == first)?
        .root();
    for step in steps {
        let children = spec.children?();
        spec = children.into_iter().find(|child| child.name == step)?;
    }
    let mut text = format!("{}\n\n{}\n", usage(spec), spec.about);
    for fact in facts(spec) {
        let _ = writeln!(text, "{}.", fact.replace('`', ""));
    }
    if !spec.example.is_empty() {
        let _ = write!(text, "\nExample:\n    {}\n", spec.example);
    }
    if let Some(children) = spec.children {
        let children = children();
        let width = children
            .iter()
            .map(|child| usage(child).chars().count())
            .max()
            .unwrap_or_default();
        text.push_str("\nNodes:\n");
        for child in children {
            let _ = writeln!(text, "    {:width$}  {}", usage(child), child.about);
        }
    }
    Some(text)
}

/// Every topic with what its node is for, in order.
#[must_use]
pub fn topics() -> Vec<(String, &'static str)> {
    fn below(prefix: &str, spec: &'static Spec, topics: &mut Vec<(String, &'static str)>) {
        topics.push((prefix.to_owned(), spec.about));
        for child in spec.children.map(|children| children()).unwrap_or_default() {
            below(&format!("{prefix}.{}", child.name), child, topics);
        }
    }
    let mut topics = Vec::new();
    for kind in Kind::ALL {
        below(kind.word(), kind.root(), &mut topics);
    }
    topics
}

/// Every node below the documents of `kind`, in order: its path, and what [`topic`] says of it.
pub(crate) fn below(kind: Kind) -> Vec<(String, String)> {
    let word = kind.word();
    topics()
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| path == word || path.starts_with(&format!("{word}.")))
        .filter_map(|path| {
            let text = topic(&path)?;
            Some((path, text))
        })
        .collect()
}

/// What holds for every document.
pub(crate) const INTRODUCTION: &str = "\
All documents lie under `/etc/zmgr`. They are KDL 2; files in KDL 1 (`true` instead of `#true`) are read as well. What is
not in the tables below is an error. A node that takes one value and has no block may also be written as a property of
the node around it: `fs \"/data\" type=\"lofs\"` is `fs \"/data\" { type \"lofs\"; }`. Field names in JSON are those of the nodes.

Sizes are written with a unit, a power of 1024: `\"512M\"`, `\"1.5G\"`; durations with `s`, `m`, `h`, `d` or `w`: `\"24h\"`.
In the strings of templates `{zone}` is replaced by the name of the zone and `{NAME}` for the variable of that name; `{{` and
`}}` stand for single braces.
";

const BASES: &str = "\
## What a template takes from its base

With `extends \"base\"`:

- of a node that is there once, the template's own counts, else the base's;
- the values of `capped-memory` and `security-flags` each count by themselves;
- of nodes that have a name (`net`, `rctl`, `fs`, `device`, `attr`, `admin`, `variable`) the template's own take the place of
  the base's of the same name as a whole, and further ones follow the base's;
- `dataset` and `tags` of both count;
- `publishers` and `install-args` are the template's own if it has any, else the base's.
";

/// The reference of all documents: `docs/reference/documents.md`.
#[must_use]
pub fn reference_markdown() -> String {
    let mut text = format!(
        "# Documents\n\n<!-- Made from the table that reads and checks the documents: zmgr/src/documents/schema. Do not edit. -->\n\n{INTRODUCTION}\n{BASES}"
    );
    for kind in Kind::ALL {
        section(&mut text, 2, kind.word(), kind.root());
    }
    text
}

fn section(text: &mut String, level: usize, path: &str, spec: &'static Spec) {
    let _ = write!(text, "\n{} `{path}`\n\n{}\n", "#".repeat(level), spec.about);
    if !spec.example.is_empty() {
        let _ = write!(text, "\n```kdl\n{}\n```\n", spec.example);
    }
    let children = spec.children.map(|children| children()).unwrap_or_default();
    text.push_str("\n| node | what | values |\n|---|---|---|\n");
    for child in &children {
        let facts = facts(child)
            .iter()
            .map(|fact| format!("{fact}."))
            .collect::<Vec<_>>()
            .join(" ");
        let cells = [format!("`{}`", usage(child)), child.about.to_owned(), facts];
        let _ = writeln!(
            text,
            "| {} |",
            cells.map(|cell| cell.replace('|', "\\|")).join(" | ")
        );
    }
    for child in children
        .iter()
        .filter(|child| child.children.is_some() && child.name != "addresses")
    {
        section(
            text,
            (level + 1).min(4),
            &format!("{path}.{}", child.name),
            child,
        );
    }
}
