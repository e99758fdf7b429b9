//! The publishers of a zone's image, by the rules of its brand.
//!
//! The package system of the global zone cares for the images of some brands' zones as well: they are linked to its own. The enabled
//! publishers of a linked image must begin with those of the global zone, in their order and with their stickiness; else `pkg update`
//! fails in the global zone and in the zone (pkg5 `src/modules/client/linkedimage/common.py`, `pubcheck`). So what a template asks for
//! comes behind them there. Elsewhere it comes first.

use illumos::Flavour;
use illumos::ips::{Publisher, Rank, RepositoryUri, Setting};

use crate::documents::Kind;
use crate::documents::model::{Documents, Publisher as Document, Template};
use crate::failure::Code;
use crate::{ExitCode, Failure};

/// Whether zones of the brand have a package image of their own (pkg(7)).
pub(super) fn has_image(brand: &str) -> bool {
    matches!(brand, "ipkg" | "nlipkg" | "lipkg" | "sparse" | "pkgsrc")
}

/// Whether the images of zones of the brand are linked to that of the global zone (pkg5 `src/modules/client/linkedimage/zone.py`).
pub(crate) fn is_linked(flavour: Flavour, brand: &str) -> bool {
    let brands: &[&str] = match flavour {
        Flavour::Upstream => &["ipkg", "solaris", "sn1", "labeled"],
        Flavour::Extended => &["lipkg", "solaris", "sn1", "labeled", "sparse", "pkgsrc"],
    };
    brands.contains(&brand)
}

/// What is set in an image, and what the person should know.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wished {
    pub(super) settings: Vec<Setting>,
    pub(super) warnings: Vec<String>,
}

/// The publishers that the template asks for, as they are set in the image of a new zone. `host` are those of the global zone.
///
/// # Errors
/// Exit status 6 if there is no document of a publisher; 1 if a linked zone cannot have it so.
pub(super) fn wished(
    template: &Template,
    documents: &Documents,
    host: &[Publisher],
    linked: bool,
) -> Result<Wished, Failure> {
    let parents: Vec<&Publisher> = host
        .iter()
        .filter(|publisher| linked && publisher.enabled)
        .collect();
    let mut last = parents.last().map(|publisher| publisher.name.clone());
    let mut wished = Wished::default();
    let mut order: Vec<&str> = parents.iter().map(|parent| parent.name.as_str()).collect();
    for name in &template.publishers {
        documents.usable(Kind::Publisher, name)?;
        let document = documents.publishers.get(name).ok_or_else(|| {
            let message = format!(
                "template {} names publisher {name}, which does not exist",
                template.name
            );
            Failure::new(ExitCode::NotFound, Code::PublisherNotFound, message)
                .with_help(format!("`zmgr publisher create {name}` creates it"))
        })?;
        let mut setting = Setting {
            name: name.clone(),
            origins: uris(document, &document.origins)?,
            mirrors: uris(document, &document.mirrors)?,
            sticky: document.sticky,
            rank: last.clone().map_or(Rank::First, Rank::After),
            enable: host
                .iter()
                .any(|publisher| publisher.name == *name && !publisher.enabled),
        };
        if let Some(parent) = parents.iter().find(|parent| parent.name == *name) {
            of_parent(&mut setting, parent, &mut wished.warnings)?;
            if setting.holds(std::slice::from_ref(*parent)) {
                continue;
            }
        } else {
            last = Some(name.clone());
            order.push(name);
        }
        wished.settings.push(setting);
    }
    let asked = |name: &&&str| template.publishers.iter().any(|asked| asked == **name);
    if !order.iter().filter(asked).eq(template.publishers.iter()) {
        wished.warnings.push(format!(
            "the zone's packages are linked to those of the global zone, whose publishers come first: {}",
            order.join(", ")
        ));
    }
    Ok(wished)
}

/// A publisher that the global zone has as well keeps its rank and its stickiness.
fn of_parent(
    setting: &mut Setting,
    parent: &Publisher,
    warnings: &mut Vec<String>,
) -> Result<(), Failure> {
    setting.rank = Rank::Unchanged;
    if setting.sticky == parent.sticky {
        return Ok(());
    }
    let name = &setting.name;
    if setting.sticky {
        setting.sticky = false;
        warnings.push(format!(
            "publisher {name} is not sticky in the global zone, so it is not sticky in this linked zone either"
        ));
        return Ok(());
    }
    let message = format!(
        "publisher {name} cannot be sticky #false in a zone that is linked to the global zone, where it is sticky: \
         `pkg update` would fail in the global zone"
    );
    Err(
        Failure::new(ExitCode::Failed, Code::PublisherLinked, message).with_help(format!(
            "`zmgr publisher set {name} sticky true`, or a brand whose packages are not linked"
        )),
    )
}

/// Refuses install arguments that leave a linked zone without the publishers of the global zone: `-P` makes an image that has one only.
///
/// # Errors
/// Exit status 1 if the zone would stop the global zone's `pkg update`; 2 if the origin is not the URI of a repository.
pub(super) fn check_install_args(
    args: &[String],
    host: &[Publisher],
    linked: bool,
) -> Result<(), Failure> {
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let Some(attached) = arg.strip_prefix("-P") else {
            continue;
        };
        let pair = match attached {
            "" => args.next().map_or("", String::as_str),
            attached => attached,
        };
        let (name, origin) = pair.split_once('=').unwrap_or((pair, ""));
        if let Err(reason) = origin.parse::<RepositoryUri>() {
            let message = format!("the origin of install argument -P {name}= {reason}");
            return Err(Failure::new(ExitCode::Usage, Code::PublisherUri, message));
        }
        let lost: Vec<&str> = host
            .iter()
            .filter(|publisher| linked && publisher.enabled && publisher.name != name)
            .map(|publisher| publisher.name.as_str())
            .collect();
        if !lost.is_empty() {
            let message = format!(
                "install argument -P {name}= makes an image without {}: `pkg update` would fail in the global zone, to which the zone is linked",
                lost.join(", ")
            );
            return Err(
                Failure::new(ExitCode::Failed, Code::PublisherLinked, message).with_help(format!(
                    "without -P the zone has the global zone's publishers; name {name} among the template's publishers"
                )),
            );
        }
    }
    Ok(())
}

fn uris(document: &Document, texts: &[String]) -> Result<Vec<RepositoryUri>, Failure> {
    let uri = |text: &String| {
        text.parse().map_err(|reason| {
            let message = format!("a URI of publisher {} {reason}", document.name);
            Failure::new(ExitCode::Invalid, Code::PublisherUri, message)
        })
    };
    texts.iter().map(uri).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn host() -> Vec<Publisher> {
        let text = "PUBLISHER\tSTICKY\tSYSPUB\tENABLED\tTYPE\tSTATUS\tURI\tPROXY\n\
                    first\ttrue\tfalse\ttrue\torigin\tonline\thttp://first/\t-\n\
                    off\ttrue\tfalse\ttrue\torigin\tonline\thttp://off/\t-\n\
                    loose\tfalse\tfalse\ttrue\torigin\tonline\thttp://loose/\t-\n";
        let mut publishers = illumos::ips::parse(text).unwrap();
        publishers[1].enabled = false;
        publishers
    }

    fn documents(changed: &[(&str, &str, bool)]) -> Documents {
        let mut documents = Documents {
            config: crate::documents::decode_config(&crate::documents::Source::new(
                "config.kdl",
                "",
            ))
            .unwrap(),
            templates: BTreeMap::new(),
            pools: BTreeMap::new(),
            publishers: BTreeMap::new(),
            zones: BTreeMap::new(),
            invalid: BTreeMap::new(),
        };
        let known = [
            ("first", "http://first", true),
            ("off", "http://off", true),
            ("loose", "http://loose/", false),
            ("new", "http://new", true),
        ];
        for (name, origin, sticky) in known.iter().chain(changed) {
            let publisher = Document {
                name: (*name).to_owned(),
                origins: vec![(*origin).to_owned()],
                mirrors: Vec::new(),
                sticky: *sticky,
            };
            documents.publishers.insert((*name).to_owned(), publisher);
        }
        documents
    }

    fn wish(
        names: &[&str],
        changed: &[(&str, &str, bool)],
        linked: bool,
    ) -> Result<(Vec<String>, Vec<String>), String> {
        let text = format!(
            "template \"t\" {{ publishers {}; }}",
            names
                .iter()
                .map(|name| format!("{name:?}"))
                .collect::<Vec<_>>()
                .join(" ")
        );
        let source = crate::documents::Source::new("t.kdl", text);
        let template = crate::documents::decode_template(&source, None).unwrap();
        let shown = |setting: &Setting| {
            let enable = if setting.enable { " enabled" } else { "" };
            format!(
                "{} {:?} {}{enable}",
                setting.name,
                setting.rank,
                if setting.sticky { "sticky" } else { "loose" }
            )
        };
        wished(&template, &documents(changed), &host(), linked)
            .map(|wished| (wished.settings.iter().map(shown).collect(), wished.warnings))
            .map_err(|failure| failure.message)
    }

    #[test]
    fn a_linked_zone_gets_them_behind_those_of_the_global_zone() {
        let (settings, warnings) = wish(&["first", "loose"], &[], true).unwrap();
        assert_eq!((settings.len(), warnings.len()), (0, 0));
        let (settings, warnings) = wish(&["first", "new", "off"], &[], true).unwrap();
        assert_eq!(
            settings,
            [
                "new After(\"loose\") sticky",
                "off After(\"new\") sticky enabled"
            ]
        );
        assert!(warnings.is_empty());
        let (settings, warnings) = wish(&["new", "loose"], &[], true).unwrap();
        assert_eq!(settings, ["new After(\"loose\") sticky"]);
        assert!(warnings[0].ends_with("first, loose, new"), "{warnings:?}");
        let (settings, _) = wish(&["first"], &[("first", "http://other", true)], true).unwrap();
        assert_eq!(settings, ["first Unchanged sticky"]);
    }

    #[test]
    fn a_linked_zone_keeps_their_stickiness() {
        let refused = wish(&["first"], &[("first", "http://first", false)], true).unwrap_err();
        assert!(refused.contains("cannot be sticky #false"), "{refused}");
        let (settings, warnings) =
            wish(&["loose"], &[("loose", "http://loose", true)], true).unwrap();
        assert_eq!((settings.len(), warnings.len()), (0, 1));
    }

    #[test]
    fn elsewhere_they_come_first() {
        let (settings, warnings) = wish(
            &["new", "off", "first"],
            &[("first", "http://first", false)],
            false,
        )
        .unwrap();
        assert_eq!(
            settings,
            [
                "new First sticky",
                "off After(\"new\") sticky enabled",
                "first After(\"off\") loose"
            ]
        );
        assert!(warnings.is_empty());
    }

    #[test]
    fn an_image_of_one_publisher_is_refused_where_it_would_stop_updates() {
        let check = |args: &[&str], linked| {
            let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
            check_install_args(&args, &host(), linked).map_err(|failure| failure.message)
        };
        assert_eq!(check(&["-P", "first=http://a/"], false), Ok(()));
        assert!(
            check(&["-P", "first=http://a/"], true)
                .unwrap_err()
                .contains("without loose")
        );
        assert!(check(&["-v", "-Pfirst=http://a/"], true).is_err());
        let refused = check(&["-P", "first=http://u:secret@a/"], false).unwrap_err();
        assert!(!refused.contains("secret"), "{refused}");
        assert_eq!(check(&["-e", "vim"], true), Ok(()));
    }
}
