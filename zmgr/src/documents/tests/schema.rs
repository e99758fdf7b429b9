//! The table itself: every row can be read, written and documented.

use super::super::schema::reference::{reference_markdown, topic, topics, usage};
use super::super::schema::{Kind, Spec};
use super::super::{decode_config, decode_pool, decode_publisher, decode_template, decode_zone};
use super::{source, told};

/// What has to be beside a node in its block for the block to be valid.
fn company(path: &str) -> &'static str {
    match path {
        "pool.range" | "pool.gateway" | "pool.exclude" | "pool.reserve" | "pool.addresses" => {
            "network \"10.0.0.0/24\""
        }
        "pool.range-start" | "pool.network.range-start" => {
            "network \"10.0.0.0/24\"; range-end \"10.0.0.250\""
        }
        "pool.range-end" => "network \"10.0.0.0/24\"; range-start \"10.0.0.10\"",
        path if path.starts_with("pool.") && path.matches('.').count() == 1 => {
            "network \"10.9.0.0/24\""
        }
        _ => "",
    }
}

fn decoded(kind: Kind, text: &str) -> Result<String, Vec<String>> {
    let source = source(text);
    let shown = match kind {
        Kind::Config => decode_config(&source).map(|value| format!("{value:?}")),
        Kind::Template => decode_template(&source, None).map(|value| format!("{value:?}")),
        Kind::Pool => decode_pool(&source, None).map(|value| format!("{value:?}")),
        Kind::Publisher => decode_publisher(&source, None).map(|value| format!("{value:?}")),
        Kind::Zone => decode_zone(&source, None).map(|value| format!("{value:?}")),
    };
    shown.map_err(|problems| told(&problems))
}

fn document(kind: Kind, inside: &str) -> String {
    if kind == Kind::Config {
        inside.to_owned()
    } else {
        format!("{} \"n\" {{ {inside} }}", kind.word())
    }
}

#[test]
fn the_example_of_every_node_is_valid_and_changes_what_is_read() {
    let mut count = 0;
    for kind in Kind::ALL {
        for spec in kind.specs() {
            let path = format!("{}.{}", kind.word(), spec.name);
            let needed = if kind == Kind::Publisher && spec.name != "origin" {
                "origin \"http://x\""
            } else {
                company(&path)
            };
            let with = decoded(
                kind,
                &document(
                    kind,
                    format!("{needed}; {}", spec.example).trim_start_matches("; "),
                ),
            );
            assert!(with.is_ok(), "{path}: {with:?}");
            // What says the default changes nothing.
            let without = decoded(kind, &document(kind, needed));
            let says_default = spec
                .default
                .is_some_and(|default| spec.example == format!("{} {default}", spec.name));
            assert!(
                says_default || with != without,
                "{path}: {} is not read",
                spec.example
            );
            count += 1;
        }
    }
    assert!(count > 80, "{count}");
}

/// Every row below the outermost, with the nodes on the way to it.
fn walk(
    spec: &'static Spec,
    way: &mut Vec<&'static Spec>,
    visit: &mut dyn FnMut(&[&'static Spec]),
) {
    for child in spec.children.map(|children| children()).unwrap_or_default() {
        way.push(child);
        visit(way);
        walk(child, way, visit);
        way.pop();
    }
}

#[test]
fn rows_are_complete_and_distinct() {
    for kind in Kind::ALL {
        walk(kind.root(), &mut Vec::new(), &mut |way| {
            let spec = way.last().unwrap();
            assert!(
                spec.about.ends_with('.') && spec.about.len() > 8,
                "{}: {}",
                spec.name,
                spec.about
            );
            assert!(
                spec.example.starts_with(spec.name),
                "{}: {}",
                spec.name,
                spec.example
            );
            let source = source(spec.example);
            assert!(
                super::super::syntax::parse(&source).is_ok(),
                "{}",
                spec.example
            );
            let names: Vec<_> = spec.children.map(|children| children()).unwrap_or_default();
            for (index, one) in names.iter().enumerate() {
                assert!(
                    names[..index].iter().all(|other| other.name != one.name),
                    "{}.{}",
                    spec.name,
                    one.name
                );
            }
        });
    }
}

#[test]
fn every_topic_is_documented() {
    let all = topics();
    assert!(all.len() > 120, "{}", all.len());
    for (name, _) in &all {
        assert!(topic(name).is_some(), "{name}");
    }
    assert_eq!(topic("pool.nothing"), None);
    assert_eq!(topic("nothing"), None);
    let quarantine = topic("pool.quarantine").unwrap();
    assert_eq!(
        quarantine,
        "quarantine TIME\n\nHow long a released address stays in quarantine.\nTIME is a duration such as \"30m\", \"24h\" or \"7d\".\nDefault: no quarantine.\n\nExample:\n    quarantine \"24h\"\n"
    );
}

#[test]
fn the_reference_has_every_node() {
    let text = reference_markdown();
    for kind in Kind::ALL {
        walk(kind.root(), &mut Vec::new(), &mut |way| {
            let spec = way.last().unwrap();
            assert!(
                spec.name == "-" || text.contains(&format!("`{}`", usage(spec))),
                "{}",
                spec.name
            );
        });
    }
}
