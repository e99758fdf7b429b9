//! The documents that `zmgr init` writes: short, commented, and made to be changed.

use super::model::Publisher;
use super::schema::Kind;
use super::syntax::tree::quote;

/// What of a host the default documents depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// The brand of zones: `ipkg`.
    pub brand: String,
    /// The link to the outside: the first physical one.
    pub link: String,
    /// The preferred publisher, if the distribution has IPS.
    pub publisher: Option<Publisher>,
}

impl Default for Setup {
    /// OpenIndiana on a host whose link is `igb0`.
    fn default() -> Self {
        Self {
            brand: "ipkg".to_owned(),
            link: "igb0".to_owned(),
            publisher: Some(Publisher {
                name: "openindiana.org".to_owned(),
                origins: vec!["https://pkg.openindiana.org/hipster/".to_owned()],
                mirrors: Vec::new(),
                sticky: true,
            }),
        }
    }
}

/// A document to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultDocument {
    /// Its kind.
    pub kind: Kind,
    /// Its name; `config` for `config.kdl`.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// The documents of a fresh configuration directory.
#[must_use]
pub fn defaults(setup: &Setup) -> Vec<DefaultDocument> {
    let document = |kind, name: &str, text: String| DefaultDocument {
        kind,
        name: name.to_owned(),
        text: format!("/- kdl-version 2\n{text}"),
    };
    let (brand, link) = (quote(&setup.brand), quote(&setup.link));
    let publishers = setup
        .publisher
        .as_ref()
        .map(|publisher| format!("    publishers {}\n", quote(&publisher.name)))
        .unwrap_or_default();
    let mut documents = vec![
        document(Kind::Config, "config", CONFIG.replace("LINK", &link)),
        document(
            Kind::Template,
            "default",
            template(DEFAULT, &brand, &publishers),
        ),
        document(
            Kind::Template,
            "router",
            template(ROUTER, &brand, &publishers),
        ),
        document(Kind::Pool, "internal", INTERNAL.to_owned()),
        document(Kind::Pool, "public", PUBLIC.to_owned()),
    ];
    if let Some(publisher) = &setup.publisher {
        let line = |node: &str, uri: &String| format!("    {node} {}\n", quote(uri));
        let mut lines: String = publisher
            .origins
            .iter()
            .map(|uri| line("origin", uri))
            .collect();
        lines.extend(publisher.mirrors.iter().map(|uri| line("mirror", uri)));
        if !publisher.sticky {
            lines.push_str("    sticky #false\n");
        }
        let text = PUBLISHER
            .replace("NAME", &quote(&publisher.name))
            .replace("    LINES\n", &lines);
        documents.push(document(Kind::Publisher, &publisher.name, text));
    }
    documents
}

fn template(text: &str, brand: &str, publishers: &str) -> String {
    text.replace("BRAND", brand)
        .replace("    PUBLISHERS\n", publishers)
}

const CONFIG: &str = r#"// zmgr on this host. `zmgr doc config` explains every node.

// The template of `zmgr create` without --template.
default-template "default"

// Where a new zone lies; {zone} stands for its name.
zonepath "/zones/{zone}"

// A name for the link to the outside, so that pools and templates need no device name.
uplink "external" link=LINK
"#;

const DEFAULT: &str = r#"// A zone with one interface on the internal network. `zmgr doc template` explains every node.
template "default" {
    brand BRAND
    autoboot #true
    net "internal" {
        pool "internal"
    }
    PUBLISHERS
}
"#;

const ROUTER: &str = r#"// A zone between the internal network and the outside.
template "router" {
    brand BRAND
    autoboot #true
    net "internal" {
        pool "internal"
        // The way out is the public network's.
        defrouter #false
        // A router passes on packets of other addresses than its own.
        protect #false
    }
    net "public" {
        pool "public"
    }
    PUBLISHERS
}
"#;

const INTERNAL: &str = r#"// A network within this host. `zmgr doc pool` explains every node.
pool "internal" {
    network "10.0.0.0/24"
    gateway "10.0.0.1"
    range-start "10.0.0.10"
    range-end "10.0.0.250"
    // An etherstub; it is made with the first zone.
    stub "int0"
}
"#;

const PUBLIC: &str = r#"// Addresses that are reached from outside. These are only examples: put in those that your provider gave you.
pool "public" {
    network "203.0.113.0/28"
    gateway "203.0.113.1"
    addresses {
        - "203.0.113.5"
        - "203.0.113.9"
    }
    stub "external"
}
"#;

const PUBLISHER: &str = r#"// Where packages of zones come from.
publisher NAME {
    LINES
}
"#;
