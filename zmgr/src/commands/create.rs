//! `zmgr create`.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use illumos::zone::{ZoneConfig, ZoneName};

use super::select::unknown_zone;
use super::setting;
use crate::commands::args::ChangeArgs;
use crate::documents::Kind;
use crate::documents::model::{Documents, Settings, Template, ZoneEntry};
use crate::documents::values::nearest;
use crate::failure::{Code, ExitCode, Failure};
use crate::ipam::Request;
use crate::operation::{self, Look, Proposal, Scope, World};
use crate::output::Ui;
use crate::plan::create::{Planner, Until, Wanted};
use crate::{Context, observe};

/// Create zones
///
/// Each zone gets VNICs, an address from the pool of each net, a configuration and a registry entry. It is installed, and booted if its
/// template sets autoboot. If a step fails, the steps before it are undone.
///
/// With --from-registry, zones that the host has lost are created again from their registry entries.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr create web01
  zmgr create web01 --template router --net public=203.0.113.9
  zmgr create 'web{number}' --count 3 --no-boot
  zmgr create db01 --set capped-memory.physical=4G --set autoboot=false
  zmgr create web01 --dry-run
  zmgr create --from-registry            all zones that the host has lost")]
pub struct CreateArgs {
    /// The names of the zones; with --count, {number} is replaced by 1, 2, …
    #[arg(required_unless_present = "from_registry", value_name = "NAME")]
    names: Vec<String>,
    /// The template [default: default-template in config.kdl]
    #[arg(short, long, add = crate::commands::args::complete::template())]
    template: Option<String>,
    /// The brand, instead of the template's
    #[arg(long)]
    brand: Option<String>,
    /// Override a setting of the template, by its name in a document: autoboot=true, capped-memory.physical=4G
    #[arg(long, value_name = "NAME=VALUE", add = crate::commands::args::complete::setting())]
    set: Vec<String>,
    /// Give NET this address, or one from the range FIRST-LAST
    #[arg(long, value_name = "NET=ADDRESS")]
    net: Vec<String>,
    /// Assign addresses even if those of another zone cannot be read
    #[arg(long)]
    assume_free: bool,
    /// Set a variable of the template
    #[arg(long, value_name = "NAME=VALUE")]
    var: Vec<String>,
    /// Boot the zone, whatever autoboot says
    #[arg(long, conflicts_with_all = ["no_boot", "no_install"])]
    boot: bool,
    /// Do not boot the zone
    #[arg(long)]
    no_boot: bool,
    /// Do not install the zone; leave it configured
    #[arg(long)]
    no_install: bool,
    /// Create zones again from their registry entries, with the same addresses and settings [default NAME: every registered zone that the
    /// host does not have]
    #[arg(long, conflicts_with_all = ["template", "brand", "set", "net", "var", "count"])]
    from_registry: bool,
    /// Create this many zones; {number} in NAME becomes 1, 2, …
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=8192))]
    count: Option<u16>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Creates the zones.
///
/// # Errors
/// Exit status 7 if one exists; 6 if there is no such template; 2 for a value that cannot be used; 1 if a step failed and everything
/// was undone; 5 if something is left, or only some of the zones were made.
pub fn run(cx: &Context, ui: &mut Ui, args: &CreateArgs) -> Result<ExitCode, Failure> {
    let asked = Asked::of(args)?;
    let mut zones = names(args)?;
    if zones.is_empty() {
        zones = lost(cx)?;
        if zones.is_empty() {
            ui.status("the host has every registered zone");
        }
    }
    let scope = Scope {
        command: "create",
        zones,
        look: Look {
            config: true,
            usage: true,
            own: true,
            ..Look::default()
        },
        ..Scope::default()
    };
    operation::change(cx, ui, &scope, |world| {
        plan(world, args, &asked, &scope.zones)
    })
}

/// What was asked for besides the names.
struct Asked {
    settings: Settings,
    addresses: BTreeMap<String, Vec<Request>>,
    variables: BTreeMap<String, String>,
    until: Until,
    nodename: String,
}

impl Asked {
    fn of(args: &CreateArgs) -> Result<Self, Failure> {
        let mut settings = setting::settings(&args.set)?;
        if args.brand.is_some() {
            settings.brand.clone_from(&args.brand);
        }
        let until = if args.no_install {
            Until::Configured
        } else if args.no_boot {
            Until::Installed
        } else if args.boot {
            Until::Running
        } else {
            Until::Autoboot
        };
        Ok(Self {
            settings,
            addresses: addresses(&args.net)?,
            variables: pairs("--var", &args.var)?,
            until,
            nodename: observe::nodename(),
        })
    }
}

/// The names, with `{number}` replaced.
fn names(args: &CreateArgs) -> Result<Vec<ZoneName>, Failure> {
    let usage = |message: String| Failure::new(ExitCode::Usage, Code::Usage, message);
    let mut names: Vec<ZoneName> = Vec::new();
    let mut seen = BTreeSet::new();
    for written in &args.names {
        let texts: Vec<String> = match args.count {
            None => vec![written.clone()],
            Some(_) if !written.contains("{number}") => {
                return Err(
                    usage(format!("--count needs {{number}} in the name {written:?}"))
                        .with_help(format!("for example '{written}{{number}}'")),
                );
            }
            Some(count) => (1..=count)
                .map(|number| written.replace("{number}", &number.to_string()))
                .collect(),
        };
        for text in texts {
            let name: ZoneName = text
                .parse()
                .map_err(|error| usage(format!("{text:?}: {error}")))?;
            if !seen.insert(name.clone()) {
                return Err(usage(format!("{name} is named twice")));
            }
            names.push(name);
        }
    }
    Ok(names)
}

/// `NET=ADDRESS` and `NET=FIRST-LAST`, by net.
fn addresses(values: &[String]) -> Result<BTreeMap<String, Vec<Request>>, Failure> {
    let mut requests: BTreeMap<String, Vec<Request>> = BTreeMap::new();
    for value in values {
        let usage = || {
            let message = format!("--net {value}: expected NET=ADDRESS or NET=FIRST-LAST");
            Failure::new(ExitCode::Usage, Code::Usage, message)
                .with_help("for example internal=10.0.0.42")
        };
        let (net, address) = value.split_once('=').ok_or_else(usage)?;
        let request = match address.split_once('-') {
            Some((first, last)) => Request::Range(
                first.parse().map_err(|_| usage())?,
                last.parse().map_err(|_| usage())?,
            ),
            None => Request::Address(address.parse().map_err(|_| usage())?),
        };
        requests.entry(net.to_owned()).or_default().push(request);
    }
    Ok(requests)
}

fn plan(
    world: &World,
    args: &CreateArgs,
    asked: &Asked,
    names: &[ZoneName],
) -> Result<Proposal, Failure> {
    let documents = world.documents();
    let template = match args.from_registry {
        true => None,
        false => Some(template(documents, args.template.as_deref())?),
    };
    let mut planner = Planner::new(documents, &world.host, &world.book)
        .with_nodename(&asked.nodename)
        .with_probe(&observe::answers)
        .with_packages(&observe::publishers);
    planner.assume_free(args.assume_free);
    let mut plans = Vec::new();
    for name in names {
        refuse_stray_document(world, name)?;
        let Some(template) = template else {
            plans.push(planner.again(entry(documents, name)?, asked.until)?.plan);
            continue;
        };
        let made = planner.create(&Wanted {
            name: name.clone(),
            template,
            settings: asked.settings.clone(),
            addresses: asked.addresses.clone(),
            variables: asked.variables.clone(),
            until: asked.until,
            id: new_id(),
            created: world.time(),
        })?;
        refuse_what_zonecfg_refuses(&made.config)?;
        plans.push(made.plan);
    }
    // What could not be read is said once, with the first zone.
    if let Some(first) = plans.first_mut() {
        let texts = world.unread.iter().map(|problem| match &problem.help {
            Some(help) => format!("{}: {help}", problem.message),
            None => problem.message.clone(),
        });
        first.warnings.extend(texts);
    }
    Ok(Proposal::new(plans, ()))
}

/// Sixty-four random bits in hexadecimal: the identity of a zone.
fn new_id() -> String {
    use std::hash::{BuildHasher, Hasher};
    let hash = std::collections::hash_map::RandomState::new()
        .build_hasher()
        .finish();
    format!("{hash:016x}")
}

/// Before anything is made what would be undone again.
fn refuse_what_zonecfg_refuses(config: &ZoneConfig) -> Result<(), Failure> {
    let problems = config.verify()?;
    if problems.is_empty() {
        return Ok(());
    }
    let message = format!(
        "zone {} cannot have this configuration: {}",
        config.zonename,
        problems.join("; ")
    );
    Err(Failure::new(ExitCode::Usage, Code::CreateRefused, message)
        .with_help("override settings of the template with --set or --brand"))
}

fn entry<'a>(documents: &'a Documents, name: &ZoneName) -> Result<&'a ZoneEntry, Failure> {
    let names = || documents.zones.keys().map(ZoneName::as_str);
    documents.usable(Kind::Zone, name.as_str())?;
    let entry = documents.zones.get(name);
    entry.ok_or_else(|| unknown_zone(name.as_str(), names()))
}

/// The zones of the registry that the host does not have.
fn lost(cx: &Context) -> Result<Vec<ZoneName>, Failure> {
    let (documents, _, host) = operation::glance(cx)?;
    let names = documents.zones.into_keys();
    Ok(names.filter(|name| host.zone(name).is_none()).collect())
}

fn template<'a>(documents: &'a Documents, name: Option<&str>) -> Result<&'a Template, Failure> {
    let name = name.unwrap_or(&documents.config.default_template);
    documents.usable(Kind::Template, name)?;
    documents.templates.get(name).ok_or_else(|| {
        let failure = Failure::new(
            ExitCode::NotFound,
            Code::TemplateNotFound,
            format!("there is no template {name}"),
        );
        match nearest(name, documents.templates.keys().map(String::as_str)) {
            Some(near) => failure.with_help(format!("did you mean {near}?")),
            None => failure.with_help("`zmgr template list` lists the templates"),
        }
    })
}

/// Refuses a name of which there is a document in `/etc/zones` and no zone: a template of the system, or what somebody left.
fn refuse_stray_document(world: &World, name: &ZoneName) -> Result<(), Failure> {
    let stray = world
        .own
        .get(name)
        .is_some_and(|own| own.config != Ok(None));
    if !stray || world.host.zone(name).is_some() {
        return Ok(());
    }
    let message = format!("/etc/zones/{name}.xml exists, but there is no zone {name}");
    let failure = Failure::new(ExitCode::Exists, Code::CreateStrayDocument, message);
    Err(failure.with_help("it is a template of the system, or a leftover; choose another name"))
}

/// `key=value` options as a map. A key given twice is refused.
fn pairs(option: &str, values: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let usage = |message: String| Failure::new(ExitCode::Usage, Code::Usage, message);
    let mut pairs = BTreeMap::new();
    for value in values {
        let Some((key, value)) = value.split_once('=').filter(|(key, _)| !key.is_empty()) else {
            return Err(usage(format!("{option} {value}: expected NAME=VALUE")));
        };
        if pairs.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(usage(format!("{option} {key} is given twice")));
        }
    }
    Ok(pairs)
}
