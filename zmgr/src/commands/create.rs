//! `zmgr create`.

use crate::failure::Code;
use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use illumos::ErrorKind;
use illumos::zone::{ZoneConfig, ZoneName};

use super::operation::{self, OperationView};
use super::setting;
use crate::cache::Cache;
use crate::cli::ChangeArgs;
use crate::documents::model::{Documents, Settings, Template, ZoneEntry};
use crate::documents::values::nearest;
use crate::documents::{Loaded, Store};
use crate::execute::{self, Operation, Reporter, batch, recover};
use crate::ipam::{Book, Request, Taken};
use crate::observe::{Observed, Uses};
use crate::output::Ui;
use crate::plan::Plan;
use crate::plan::create::{Planned, Planner, Until, Wanted};
use crate::{Context, ExitCode, Failure};

/// So few operations begin one after the other.
const FEW: usize = 4;
/// So many begin at once where there are more.
const TOGETHER: usize = 32;

/// Create zones
///
/// Each gets an address from the pool of each of its nets, VNICs, a configuration and an entry in the registry; it is
/// installed, and booted if its template says autoboot. If a step fails, everything done before it is undone.
///
/// With --from-registry nothing is chosen: a zone that the host has lost is made again as its entry says.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zmgr create web01
  zmgr create web01 --template router --net public=203.0.113.9
  zmgr create 'web{number}' --count 3 --no-boot
  zmgr create db01 --set capped-memory.physical=4G --set autoboot=false
  zmgr create web01 --dry-run
  zmgr create --from-registry            what the registry has and the host has lost")]
pub struct CreateArgs {
    /// The names of the zones; {number} stands for the number with --count
    #[arg(required_unless_present = "from_registry", value_name = "NAME")]
    names: Vec<String>,
    /// The template [default: default-template of config.kdl]
    #[arg(short, long, add = crate::cli::complete::template())]
    template: Option<String>,
    /// The brand, in place of the template's
    #[arg(long)]
    brand: Option<String>,
    /// A setting over the template's, as its node in a document is called: autoboot=true, capped-memory.physical=4G
    #[arg(long, value_name = "NAME=VALUE", add = crate::cli::complete::setting())]
    set: Vec<String>,
    /// The address that a net shall have, or a range FIRST-LAST that it shall be from
    #[arg(long, value_name = "NET=ADDRESS")]
    net: Vec<String>,
    /// Give out addresses even if those of another zone cannot be read
    #[arg(long)]
    assume_free: bool,
    /// The value of a variable of the template
    #[arg(long, value_name = "NAME=VALUE")]
    var: Vec<String>,
    /// Boot it at the end, whatever autoboot says
    #[arg(long, conflicts_with_all = ["no_boot", "no_install"])]
    boot: bool,
    /// Do not boot it at the end
    #[arg(long)]
    no_boot: bool,
    /// Leave it configured: nothing is installed
    #[arg(long)]
    no_install: bool,
    /// Make zones again from their entries in the registry, with their addresses and settings [NAME: all that the host does not have]
    #[arg(long, conflicts_with_all = ["template", "brand", "set", "net", "var", "count"])]
    from_registry: bool,
    /// Create this many: {number} in NAME becomes 1, 2, …
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
    operation::prepare(cx, "create")?;
    let mut names = names(args)?;
    let asked = Asked::of(args)?;
    let progress = ui.progress();
    if names.is_empty() {
        names = lost(&store(cx, args)?.load()?.ok()?)?;
        if names.is_empty() {
            ui.status("the host has every zone of the registry");
        }
    }
    let store = store(cx, args)?;
    if cx.dry_run {
        let draft = Draft::new(cx, &store, args, &asked, &names)?;
        for planned in &draft.planned {
            operation::warn(ui, &planned.plan);
        }
        operation::show_plans(
            ui,
            draft
                .planned
                .iter()
                .map(|planned| OperationView::planned(&planned.plan))
                .collect(),
        );
        return Ok(ExitCode::Done);
    }
    let mut locks = execute::lock_zones(cx, &names, &progress)?;
    recover::refuse_unsettled(cx, &names)?;
    execute::zones_idle(cx, &names, &progress)?;
    // The lock of the host is not to be held for long: what nobody has changed until then need not be worked out again.
    let mut draft = Draft::new(cx, &store, args, &asked, &names)?;
    let host = execute::lock_host(cx, &progress)?;
    if !draft.still_holds(cx, &store, &names)? {
        draft = Draft::new(cx, &store, args, &asked, &names)?;
    }
    let Draft {
        loaded, planned, ..
    } = draft;
    let documents = loaded.documents;
    for planned in &planned {
        operation::warn(ui, &planned.plan);
    }
    let plans: Vec<Plan> = planned.into_iter().map(|planned| planned.plan).collect();
    let operations = begin(cx, &progress, &plans, &names, &mut locks);
    drop(host);
    let parallel = documents
        .config
        .parallel
        .unwrap_or_else(batch::default_parallel);
    let applied = batch::each(operations, parallel, |operation| {
        operation.map(Operation::run)
    });
    let mut done = Vec::new();
    let mut failures = Vec::new();
    for (plan, applied) in plans.iter().zip(applied) {
        match applied.and_then(|applied| operation::view(plan, applied)) {
            Ok(view) => done.push(view),
            Err(failure) => failures.push(failure),
        }
    }
    drop(progress);
    let failure = batch::conclude(failures, plans.len());
    operation::finish(cx, ui, documents.config.history, done, failure)
}

/// Begins every operation, each with the lock of its zone, while the host's lock is held: the addresses are reserved then.
fn begin<'a>(
    cx: &'a Context,
    reporter: &'a dyn Reporter,
    plans: &[Plan],
    names: &[ZoneName],
    locks: &mut Vec<execute::Lock>,
) -> Vec<Result<Operation<'a>, Failure>> {
    // The locks are in the order of the names, sorted.
    let mut sorted: Vec<&ZoneName> = names.iter().collect();
    sorted.sort();
    let mut by_name: BTreeMap<&ZoneName, execute::Lock> =
        sorted.into_iter().zip(locks.drain(..)).collect();
    let work: Vec<(&Plan, Vec<execute::Lock>)> = plans
        .iter()
        .map(|plan| {
            let locks = plan.zones.first().and_then(|zone| by_name.remove(zone));
            (plan, locks.into_iter().collect())
        })
        .collect();
    // Each waits for the disk some times; what waits at the same time is written together.
    let parallel = if work.len() > FEW { TOGETHER } else { 1 };
    batch::each(work, parallel, |(plan, locks)| {
        Operation::begin(cx, reporter, plan.clone(), locks)
    })
}

/// What was asked for besides the names.
struct Asked {
    settings: Settings,
    addresses: BTreeMap<String, Vec<Request>>,
    variables: BTreeMap<String, String>,
    until: Until,
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
            variables: operation::pairs("--var", &args.var)?,
            until,
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
                        .with_help(format!("for instance '{written}{{number}}'")),
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
                .with_help("for instance internal=10.0.0.42")
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

/// The documents. Entries come from the cache where zones are new; of those that are made from their entries, these are read.
fn store(cx: &Context, args: &CreateArgs) -> Result<Store, Failure> {
    let store = Store::open(&cx.config_dir)?;
    Ok(if args.from_registry {
        store
    } else {
        store.with_cache(Cache::new(cx))
    })
}

/// What the host has and uses. Somebody may have changed a registered zone behind the registry's back, so that every configuration counts.
fn look(cx: &Context, names: &[ZoneName]) -> Result<(Observed, Uses), Failure> {
    let observed = Observed::index(names)?;
    let uses = observed.uses(|_| true, Some(&Cache::new(cx)))?;
    Ok((observed, uses))
}

/// What is to be made, and everything that it was worked out from.
struct Draft {
    observed: Observed,
    uses: Uses,
    loaded: Loaded,
    released: Vec<Taken>,
    planned: Vec<Planned>,
}

impl Draft {
    /// Looks at documents and host, and works out what is to be made.
    fn new(
        cx: &Context,
        store: &Store,
        args: &CreateArgs,
        asked: &Asked,
        names: &[ZoneName],
    ) -> Result<Self, Failure> {
        let loaded = store.load()?;
        loaded.check()?;
        // Before the host is looked at: an operation that ends meanwhile has written its zone's configuration.
        let released = operation::released(cx, &loaded.documents)?;
        let (mut observed, uses) = look(cx, names)?;
        let problems = observed.claim(&loaded.documents, &uses);
        let planned = plan(
            &loaded.documents,
            &observed,
            &released,
            problems,
            args,
            asked,
            names,
        )?;
        Ok(Self {
            observed,
            uses,
            loaded,
            released,
            planned,
        })
    }

    /// Whether everything that the plan rests on is as it was: documents, addresses that are not given out, the index, configurations,
    /// addresses of the global zone, and links. To be asked with the host's lock held.
    fn still_holds(
        &self,
        cx: &Context,
        store: &Store,
        names: &[ZoneName],
    ) -> Result<bool, Failure> {
        Ok(store.still_says(&self.loaded)?
            && operation::released(cx, &self.loaded.documents)? == self.released
            && Observed::index(names)?.zones == self.observed.zones
            && self.uses.still_holds()?
            && self.observed.links.still_hold()?)
    }
}

fn plan(
    documents: &Documents,
    observed: &Observed,
    released: &[Taken],
    problems: Vec<Failure>,
    args: &CreateArgs,
    asked: &Asked,
    names: &[ZoneName],
) -> Result<Vec<Planned>, Failure> {
    let template = match args.from_registry {
        true => None,
        false => Some(template(documents, args.template.as_deref())?),
    };
    let book = Book::of(documents, [released, &observed.claims.addresses].concat());
    let mut planner = Planner::new(documents, observed, &book)
        .with_nodename(operation::nodename())
        .with_probe(&operation::answers);
    planner.assume_free(args.assume_free);
    let mut planned = Vec::new();
    for name in names {
        refuse_stray_document(observed, name)?;
        let Some(template) = template else {
            planned.push(planner.again(entry(documents, name)?, asked.until)?);
            continue;
        };
        let made = planner.create(&Wanted {
            name: name.clone(),
            template,
            settings: asked.settings.clone(),
            addresses: asked.addresses.clone(),
            variables: asked.variables.clone(),
            until: asked.until,
            id: operation::new_id(),
            created: operation::now(),
        })?;
        refuse_what_zonecfg_refuses(&made.config)?;
        planned.push(made);
    }
    // What could not be read is told once, with the first zone.
    if let Some(first) = planned.first_mut() {
        let texts = problems.iter().map(|problem| match &problem.help {
            Some(help) => format!("{}: {help}", problem.message),
            None => problem.message.clone(),
        });
        first.plan.warnings.extend(texts);
    }
    Ok(planned)
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
        .with_help("a setting over the template's is given with --set or --brand"))
}

fn entry<'a>(documents: &'a Documents, name: &ZoneName) -> Result<&'a ZoneEntry, Failure> {
    let names = || documents.zones.keys().map(ZoneName::as_str);
    let entry = documents.zones.get(name);
    entry.ok_or_else(|| operation::unknown_zone(name.as_str(), names()))
}

/// The zones of the registry that the host does not have.
fn lost(documents: &Documents) -> Result<Vec<ZoneName>, Failure> {
    let observed = Observed::host()?;
    let names = documents.zones.keys();
    let lost = names.filter(|name| observed.zone(name).is_none());
    Ok(lost.cloned().collect())
}

fn template<'a>(documents: &'a Documents, name: Option<&str>) -> Result<&'a Template, Failure> {
    let name = name.unwrap_or(&documents.config.default_template);
    documents.templates.get(name).ok_or_else(|| {
        let failure = Failure::new(
            ExitCode::NotFound,
            Code::TemplateNotFound,
            format!("there is no template {name}"),
        );
        match nearest(name, documents.templates.keys().map(String::as_str)) {
            Some(near) => failure.with_help(format!("did you mean {near}?")),
            None => failure.with_help("`zmgr template list` shows those there are"),
        }
    })
}

/// Refuses a name of which there is a document in `/etc/zones` and no zone: a template of the system, or what somebody left.
fn refuse_stray_document(observed: &Observed, name: &ZoneName) -> Result<(), Failure> {
    if observed.zone(name).is_some() {
        return Ok(());
    }
    match ZoneConfig::read(name) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        _ => {
            let message = format!("/etc/zones/{name}.xml is there, and no zone {name}");
            Err(
                Failure::new(ExitCode::Exists, Code::CreateStrayDocument, message).with_help(
                    "it is a template of the system, or was left over; choose another name",
                ),
            )
        }
    }
}
