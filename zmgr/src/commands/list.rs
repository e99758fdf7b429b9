//! `zmgr list`.

use crate::failure::Code;
use std::borrow::Cow;

use clap::Args;
use illumos::zone::ZoneState;
use regex_lite::Regex;

use crate::cache::Cache;
use crate::documents::Store;
use crate::inventory::{self, Need, ZoneView};
use crate::natural::natural;
use crate::output::{Cell, Column, Table, Ui, plural, style};
use crate::registry::Difference;
use crate::{Context, ExitCode, Failure};

/// List the zones of this host
///
/// Zones that are not in the registry are listed too, with managed=false. A registered zone that the host does not have is listed as
/// missing.
#[derive(Debug, Args)]
#[command(alias = "ls")]
#[command(after_help = "\
A FILTER is FIELD=VALUE or FIELD~REGEX; != and !~ negate it. Fields are name, state, brand, template, zonepath, autoboot, managed, \
tags and nets; and, for nets, pool, address, gateway, vnic and stub. A field with several values matches if any of them does. An empty \
VALUE matches a field that is not set.

Examples:
  zmgr list
  zmgr list --state running brand=ipkg
  zmgr list name~^web -o name,state,address -s state,name
  zmgr list tags=production state!=running
  zmgr list managed=false -H -p -o name")]
pub struct ListArgs {
    /// Show only zones that match every FILTER
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    /// The columns to show, in this order
    #[arg(short = 'o', long, value_name = "FIELD,…", value_delimiter = ',', value_parser = field_parser())]
    output: Vec<String>,
    /// Sort by these fields; prefix a field with - for descending order
    #[arg(
        short,
        long,
        value_name = "FIELD,…",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    sort: Vec<String>,
    /// Show only zones in one of these states
    #[arg(long, value_name = "STATE,…", value_delimiter = ',', value_parser = state_parser())]
    state: Vec<String>,
    /// Omit the header
    #[arg(short = 'H', long)]
    no_header: bool,
    /// Separate fields with colons; a : or \ in a value is escaped with \; requires -o
    #[arg(short, long, requires = "output", conflicts_with = "json")]
    parsable: bool,
}

/// A field of a zone that can be shown, sorted by and filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    State,
    Brand,
    Template,
    Zonepath,
    Autoboot,
    Managed,
    Tags,
    Nets,
    Pool,
    Address,
    Gateway,
    Vnic,
    Stub,
}

/// What is shown without `-o`.
const DEFAULT: [Field; 8] = [
    Field::Name,
    Field::State,
    Field::Brand,
    Field::Template,
    Field::Zonepath,
    Field::Autoboot,
    Field::Managed,
    Field::Nets,
];

/// What a zone in the registry that the host does not have has for a state.
const MISSING: &str = "missing";

impl Field {
    const ALL: [(&str, Self); 14] = [
        ("name", Self::Name),
        ("state", Self::State),
        ("brand", Self::Brand),
        ("template", Self::Template),
        ("zonepath", Self::Zonepath),
        ("autoboot", Self::Autoboot),
        ("managed", Self::Managed),
        ("tags", Self::Tags),
        ("nets", Self::Nets),
        ("pool", Self::Pool),
        ("address", Self::Address),
        ("gateway", Self::Gateway),
        ("vnic", Self::Vnic),
        ("stub", Self::Stub),
    ];

    fn find(name: &str) -> Result<Self, Failure> {
        let names = Self::ALL.map(|(name, _)| name);
        Self::ALL
            .into_iter()
            .find(|(known, _)| *known == name)
            .map(|(_, field)| field)
            .ok_or_else(|| {
                let failure = Failure::new(
                    ExitCode::Usage,
                    Code::ListField,
                    format!("zones have no field {name:?}"),
                );
                match crate::documents::values::nearest(name, names) {
                    Some(nearest) => failure.with_help(format!("did you mean {nearest}?")),
                    None => failure.with_help(format!("the fields are {}", names.join(", "))),
                }
            })
    }

    fn column(self) -> Column {
        let (title, _) = Self::ALL[self as usize];
        let column = Column::new(title.to_uppercase());
        match self {
            Self::Template | Self::Zonepath => column.shrink(8),
            Self::Tags
            | Self::Nets
            | Self::Pool
            | Self::Address
            | Self::Gateway
            | Self::Vnic
            | Self::Stub => column.wrap(),
            _ => column,
        }
    }

    /// The field's values: several only for tags and what nets have.
    fn values(self, zone: &ZoneView) -> Vec<Cow<'_, str>> {
        fn one(text: &Option<impl AsRef<str>>) -> Vec<Cow<'_, str>> {
            text.iter().map(|text| text.as_ref().into()).collect()
        }
        fn word(value: bool) -> Cow<'static, str> {
            if value { "true" } else { "false" }.into()
        }
        let nets = || zone.nets.iter();
        match self {
            Self::Name => vec![zone.name.as_str().into()],
            Self::State => vec![zone.state.map_or(MISSING, ZoneState::as_str).into()],
            Self::Brand => one(&zone.brand),
            Self::Template => one(&zone.template),
            Self::Zonepath => one(&zone.zonepath),
            Self::Autoboot => zone.autoboot.into_iter().map(word).collect(),
            Self::Managed => vec![word(zone.managed)],
            Self::Tags => zone.tags.iter().map(Into::into).collect(),
            Self::Nets => nets().map(|net| net.line().into()).collect(),
            Self::Pool => nets().flat_map(|net| one(&net.pool)).collect(),
            Self::Address => nets()
                .flat_map(|net| net.addresses.iter().map(Into::into))
                .collect(),
            Self::Gateway => nets()
                .flat_map(|net| net.gateways.iter().map(Into::into))
                .collect(),
            Self::Vnic => nets().flat_map(|net| one(&net.vnic)).collect(),
            Self::Stub => nets().flat_map(|net| one(&net.stub)).collect(),
        }
    }

    /// Whether the field shows the setting, of a net's those of the net at this place if one is given.
    fn shows(self, setting: &str, net: Option<&str>) -> bool {
        let Some(path) = setting.strip_prefix("net.") else {
            return match self {
                Self::Brand => setting == "brand",
                Self::Zonepath => setting == "zonepath",
                Self::Autoboot => setting == "autoboot",
                _ => false,
            };
        };
        let of_net = net.is_none_or(|net| {
            let rest = path.strip_prefix(net);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        let nodes = ["address", "gateway", "vnic", "stub", "mac-address", "vlan"];
        // A net that one side does not have is named without a node.
        let node = path.rsplit('.').next().filter(|node| nodes.contains(node));
        of_net
            && !path.contains(".property.")
            && match self {
                Self::Nets | Self::Address => matches!(node, None | Some("address")),
                Self::Gateway => node == Some("gateway"),
                Self::Vnic => matches!(node, None | Some("vnic")),
                Self::Stub => node == Some("stub"),
                _ => false,
            }
    }

    /// The values as they are shown in a table: with a `*` where the documents say something else.
    fn marked(self, zone: &ZoneView) -> Vec<Cow<'_, str>> {
        let mut values = self.values(zone);
        let differs = |net: Option<&str>| {
            let mut differences = zone.differences.iter();
            differences.any(|one| self.shows(&one.setting, net))
        };
        if !differs(None) {
            return values;
        }
        let nets: Vec<bool> = match self {
            Self::Brand | Self::Zonepath | Self::Autoboot => vec![true],
            _ => {
                let nets = zone.nets.iter();
                nets.map(|net| differs(Some(&net.name))).collect()
            }
        };
        if nets.len() == values.len() && nets.contains(&true) {
            let marked = values.iter_mut().zip(nets).filter(|(_, differs)| *differs);
            marked.for_each(|(value, _)| value.to_mut().push('*'));
            return values;
        }
        // A net has none or several of them, or the host does not have the net.
        match values.last_mut() {
            Some(last) => last.to_mut().push('*'),
            None => values.push("-*".into()),
        }
        values
    }

    fn cell(self, zone: &ZoneView, marks: bool) -> Cell<'_> {
        let cell = Cell::list(if marks && !zone.differences.is_empty() {
            self.marked(zone)
        } else {
            self.values(zone)
        });
        match (self, zone.state) {
            (Self::Name, _) => cell.styled(style::NAME),
            (Self::State, Some(state)) => cell.styled(style::state(state)),
            (Self::State, None) => cell.styled(style::ATTENTION),
            (Self::Managed, _) if !zone.managed => cell.styled(style::FAINT),
            _ => cell,
        }
    }

    /// What has to be read of the host.
    fn needs(self, need: &mut Need) {
        match self {
            Self::Name
            | Self::State
            | Self::Template
            | Self::Zonepath
            | Self::Managed
            | Self::Tags => {}
            Self::Stub => *need = Need::ALL,
            _ => need.configuration = true,
        }
    }
}

fn field_parser() -> clap::builder::PossibleValuesParser {
    Field::ALL.map(|(name, _)| name).into()
}

fn state_parser() -> clap::builder::PossibleValuesParser {
    ZoneState::ALL
        .map(ZoneState::as_str)
        .into_iter()
        .chain([MISSING])
        .collect::<Vec<_>>()
        .into()
}

/// `FIELD=VALUE` or `FIELD~REGEX`, or the contrary with a `!` before the sign.
#[derive(Debug)]
struct Filter {
    field: Field,
    wanted: Wanted,
    contrary: bool,
}

#[derive(Debug)]
enum Wanted {
    Value(String),
    Match(Regex),
}

impl Filter {
    fn parse(text: &str) -> Result<Self, Failure> {
        let Some(at) = text.find(['=', '~']) else {
            let message = format!("{text:?} is not a filter");
            return Err(
                Failure::new(ExitCode::Usage, Code::ListFilter, message).with_help(format!(
                    "write FIELD=VALUE or FIELD~REGEX, such as name={text}"
                )),
            );
        };
        let (name, contrary) = match text[..at].strip_suffix('!') {
            Some(name) => (name, true),
            None => (&text[..at], false),
        };
        let field = Field::find(name)?;
        let value = &text[at + 1..];
        let wanted = if text[at..].starts_with('=') {
            Wanted::Value(value.to_owned())
        } else {
            let regex = Regex::new(value).map_err(|error| {
                let message = format!("{value:?} is not a regular expression: {error}");
                Failure::new(ExitCode::Usage, Code::ListFilter, message)
            })?;
            Wanted::Match(regex)
        };
        Ok(Self {
            field,
            wanted,
            contrary,
        })
    }

    fn holds(&self, zone: &ZoneView) -> bool {
        self.found(zone) != self.contrary
    }

    /// Whether one of the field's values is the wanted one; the empty value is wanted where there is none.
    fn found(&self, zone: &ZoneView) -> bool {
        let values = self.field.values(zone);
        match &self.wanted {
            Wanted::Value(wanted) if wanted.is_empty() => values.is_empty(),
            // An address is found with and without its prefix length.
            Wanted::Value(wanted) if self.field == Field::Address => values
                .iter()
                .any(|value| value == wanted || value.split('/').next() == Some(wanted)),
            Wanted::Value(wanted) => values.iter().any(|value| value == wanted),
            Wanted::Match(regex) => values.iter().any(|value| regex.is_match(value)),
        }
    }
}

/// Sorts by the named fields, then by name.
fn sort(zones: &mut [ZoneView], fields: &[(Field, bool)]) {
    zones.sort_by(|a, b| {
        for &(field, down) in fields {
            let order = match field {
                // The order of a zone's life, not of the alphabet.
                Field::State => a.state.cmp(&b.state),
                Field::Address => address_key(a).cmp(&address_key(b)),
                Field::Name => natural(a.name.as_str(), b.name.as_str()),
                _ => field.values(a).cmp(&field.values(b)),
            };
            if order.is_ne() {
                return if down { order.reverse() } else { order };
            }
        }
        natural(a.name.as_str(), b.name.as_str())
    });
}

/// What the marks of these fields say.
fn note(zones: &[ZoneView], fields: &[Field]) -> Option<String> {
    let shown = |one: &&Difference| {
        let mut fields = fields.iter();
        fields.any(|field| field.shows(&one.setting, None))
    };
    let mut differing = zones.iter().filter_map(|zone| {
        let marked: Vec<&Difference> = zone.differences.iter().filter(shown).collect();
        (!marked.is_empty()).then_some((zone, marked))
    });
    let (zone, marked) = differing.next()?;
    let more = differing.count();
    if more > 0 {
        return Some(format!(
            "* {} differ from their documents: `zmgr validate --host` shows both values",
            plural(1 + more, "zone")
        ));
    }
    if let [one] = marked.as_slice() {
        return Some(format!("* {} {one}", zone.name));
    }
    let settings: Vec<&str> = marked.iter().map(|one| one.setting.as_str()).collect();
    Some(format!(
        "* {0} differs from its documents in {1}: `zmgr show {0}` shows both values",
        zone.name,
        settings.join(", ")
    ))
}

/// Addresses sort by their numbers.
fn address_key(zone: &ZoneView) -> Vec<(Option<std::net::IpAddr>, String)> {
    let parse = |text: Cow<'_, str>| {
        (
            text.split('/')
                .next()
                .and_then(|address| address.parse().ok()),
            text.into_owned(),
        )
    };
    Field::Address.values(zone).into_iter().map(parse).collect()
}

/// Lists the zones.
///
/// # Errors
/// If a filter or field is wrong, or registry or index cannot be read.
pub fn run(cx: &Context, ui: &mut Ui, args: &ListArgs) -> Result<ExitCode, Failure> {
    let filters = args
        .filters
        .iter()
        .map(|text| Filter::parse(text))
        .collect::<Result<Vec<_>, _>>()?;
    let mut order = Vec::new();
    for text in &args.sort {
        let (name, down) = text
            .strip_prefix('-')
            .map_or((text.as_str(), false), |name| (name, true));
        order.push((Field::find(name)?, down));
    }
    let fields = match args.output.as_slice() {
        [] => DEFAULT.to_vec(),
        names => names
            .iter()
            .map(|name| Field::find(name))
            .collect::<Result<_, _>>()?,
    };
    let mut need = Need {
        configuration: false,
        links: false,
    };
    if cx.json {
        need = Need::ALL;
    }
    let used = fields
        .iter()
        .copied()
        .chain(filters.iter().map(|filter| filter.field));
    for field in used.chain(order.iter().map(|(field, _)| *field)) {
        field.needs(&mut need);
    }
    let cache = Cache::new(cx);
    let store = Store::open(&cx.config_dir)?.with_cache(cache.clone());
    let (mut zones, problems) = inventory::gather(&store, &cache, need)?;
    for problem in &problems {
        ui.warning(problem);
    }
    let states = |zone: &ZoneView| {
        args.state.is_empty()
            || args
                .state
                .iter()
                .any(|state| *state == Field::State.values(zone)[0])
    };
    zones.retain(|zone| states(zone) && filters.iter().all(|filter| filter.holds(zone)));
    sort(&mut zones, &order);
    if cx.json {
        ui.json(&zones);
        std::mem::forget(zones);
        return Ok(ExitCode::Done);
    }
    // What was asked for is shown; of what was not, the least needed goes where it is narrow.
    let chosen = !args.output.is_empty();
    let columns = fields.iter().map(|field| match field {
        Field::Zonepath | Field::Autoboot if !chosen => field.column().optional(),
        Field::Brand | Field::Template | Field::Managed if !chosen => field.column().spare(),
        _ => field.column(),
    });
    let mut table = Table::new(columns.collect()).without_header(args.no_header);
    for zone in &zones {
        table.row(fields.iter().map(|field| field.cell(zone, !args.parsable)));
    }
    if args.parsable {
        ui.parsable(&table);
    } else if table.is_empty() {
        ui.status("no zones");
    } else {
        ui.table(&table);
        if let Some(note) = note(&zones, &fields) {
            ui.status(note);
        }
        ui.detail(plural(zones.len(), "zone"));
    }
    // The process ends now. To give thousands of texts back one by one would take a tenth of its time.
    std::mem::forget(table);
    std::mem::forget(zones);
    Ok(ExitCode::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str, state: Option<ZoneState>, address: &str) -> ZoneView {
        ZoneView {
            name: name.parse().unwrap(),
            state,
            brand: Some("ipkg".into()),
            template: None,
            zonepath: Some(format!("/zones/{name}")),
            autoboot: Some(false),
            managed: true,
            tags: vec!["web".to_owned(), "production".to_owned()],
            nets: vec![inventory::NetView {
                name: "internal".into(),
                addresses: vec![address.into()],
                ..inventory::NetView::default()
            }],
            differences: Vec::new(),
        }
    }

    fn names(zones: &[ZoneView]) -> Vec<&str> {
        zones.iter().map(|zone| zone.name.as_str()).collect()
    }

    #[test]
    fn fields_are_in_the_order_of_their_table() {
        for (index, (_, field)) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field as usize, index);
        }
    }

    #[test]
    fn filters() {
        let web = zone("web01", Some(ZoneState::Running), "10.0.0.10/24");
        for (filter, holds) in [
            ("name=web01", true),
            ("name=web", false),
            ("name~^web", true),
            ("name~^eb", false),
            ("state=running", true),
            ("template=", true),
            ("brand=", false),
            ("address=10.0.0.10", true),
            ("address=10.0.0.10/24", true),
            ("address=10.0.0.1", false),
            ("nets~internal", true),
            ("zonepath=/zones/web01", true),
            ("zonepath!=/zones/web01", false),
            ("tags=web", true),
            ("tags=production", true),
            ("tags=prod", false),
            ("tags!=web", false),
            ("tags!=db", true),
            ("tags=", false),
            ("template!=", false),
            ("brand!=", true),
            ("name!~^db", true),
            ("name!~^web", false),
            // The sign is the first one.
            ("zonepath=/a~b!=c", false),
            ("name~=", false),
        ] {
            assert_eq!(
                Filter::parse(filter).unwrap().holds(&web),
                holds,
                "{filter}"
            );
        }
        assert_eq!(
            Filter::parse("web01").unwrap_err().help.unwrap(),
            "write FIELD=VALUE or FIELD~REGEX, such as name=web01"
        );
        assert_eq!(
            Filter::parse("stat=x").unwrap_err().help.unwrap(),
            "did you mean state?"
        );
        assert!(Filter::parse("=x").is_err() && Filter::parse("!=x").is_err());
        assert!(Filter::parse("name~[").is_err());
    }

    #[test]
    fn sorting() {
        let mut zones = [
            zone("a", Some(ZoneState::Running), "10.0.0.9/24"),
            zone("b", None, "10.0.0.100/24"),
            zone("c", Some(ZoneState::Configured), "10.0.0.10/24"),
        ];
        sort(&mut zones, &[(Field::State, false)]);
        assert_eq!(names(&zones), ["b", "c", "a"]);
        sort(&mut zones, &[(Field::State, true)]);
        assert_eq!(names(&zones), ["a", "c", "b"]);
        sort(&mut zones, &[(Field::Address, false)]);
        assert_eq!(names(&zones), ["a", "c", "b"]);
        sort(&mut zones, &[(Field::Brand, true)]);
        assert_eq!(names(&zones), ["a", "b", "c"]);
    }
}
