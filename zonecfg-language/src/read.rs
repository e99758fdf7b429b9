//! Reading commands without carrying them out.

use super::ast::{Arguments, Command, Item, PropertyValue, Value};
use super::info::alias_of;
use super::parser::{Parsed, Parser};
use super::unwritable;
use super::word::{Property, Resource, Verb};
use illumos::Flavour;
use illumos::zone::ZoneName;
use illumos::zone::config::{
    self, Admin, Alias, Attr, DedicatedCpu, Device, Fs, IpType, Net, Rctl, RctlValue,
    SecurityFlags, ZoneConfig,
};
use illumos::zone::verify::number;

mod lines;

/// Why a text is not a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct SyntaxError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: String,
}

impl SyntaxError {
    fn new(line: usize, reason: impl Into<String>) -> Self {
        Self {
            line,
            reason: reason.into(),
        }
    }
}

/// A command, and the line that it begins on, from 1.
pub(super) type Placed = (usize, Command);

/// Reads the commands in `text`, in the language of the flavour. The last one need not end in a newline.
///
/// # Errors
/// At the first that is not a command.
pub fn parse_commands(text: &[u8], flavour: Flavour) -> Result<Vec<(usize, Command)>, SyntaxError> {
    let mut text = text.to_vec();
    if !text.ends_with(b"\n") {
        text.push(b'\n');
    }
    let mut parser = Parser::new(&text, flavour);
    let mut commands = Vec::new();
    loop {
        let line = parser.line();
        match parser.next() {
            Parsed::Nothing => {}
            Parsed::Command(command) => commands.push((line, command)),
            Parsed::EndOfInput => return Ok(commands),
            Parsed::Unexpected { text, .. } => {
                return Err(SyntaxError::new(line, format!("unexpected '{text}'")));
            }
            Parsed::Usage { verb, .. } => {
                let usage = super::synopsis::of(verb);
                return Err(SyntaxError::new(line, format!("incomplete: {usage}")));
            }
            Parsed::TooLong => {
                let longest = super::lexer::LONGEST;
                return Err(SyntaxError::new(
                    line,
                    format!("a word of more than {longest} bytes"),
                ));
            }
        }
    }
}

/// The configuration of the zone `name` that the commands in `text` make: what `export` prints, or what
/// [`to_commands`](crate::to_commands) gives.
///
/// Nothing is verified but the form. Commands that ask the host (`create -t`, `select`, `remove`, `info`) are refused. Where
/// `export` prints what the language cannot express (blanks without quotes, double quotes, newlines), the lines are read as they were
/// written. That is a guess: a text that was written without care may be commands of its own. To take over the configurations of a
/// host, [`read_all`](illumos::zone::store::read_all) reads them without any text between.
///
/// # Errors
/// With the line of the first command that cannot be read.
pub fn parse_configuration(name: &ZoneName, text: &str) -> Result<ZoneConfig, SyntaxError> {
    let (text, unwritable) = unwritable::take_out(text);
    let build = |mut commands: Vec<Placed>| {
        commands.extend(unwritable.iter().cloned());
        commands.sort_by_key(|(line, _)| *line);
        build(name, &commands)
    };
    let strict = parse_commands(text.as_bytes(), Flavour::Extended).and_then(build);
    strict.or_else(|error| {
        let commands = lines::commands(&text).ok_or_else(|| error.clone())?;
        build(commands).map_err(|_| error)
    })
}

fn build(name: &ZoneName, commands: &[Placed]) -> Result<ZoneConfig, SyntaxError> {
    let mut config = ZoneConfig::new(name.clone(), "", "");
    config.ip_type = IpType::Shared;
    let mut open: Option<(usize, Draft)> = None;
    for (line, command) in commands {
        let error = |reason: String| SyntaxError::new(*line, reason);
        match (command.verb, &command.arguments, &mut open) {
            (Verb::Create, Arguments::Words(words), None) if is_blank(words) => {}
            (Verb::Verify | Verb::Commit | Verb::Exit, Arguments::Words(_), None) => {}
            (
                Verb::Set,
                Arguments::Property {
                    option: None,
                    property,
                    value: PropertyValue::Simple(value),
                },
                None,
            ) => set_global(&mut config, *property, value).map_err(error)?,
            (Verb::Add, Arguments::Resource { resource, .. }, None) => {
                open = Some((*line, Draft::new(*resource)));
            }
            (
                Verb::Set | Verb::Add,
                Arguments::Property {
                    option: None,
                    property,
                    value,
                },
                Some((_, draft)),
            ) => set_in(draft, command.verb, *property, value).map_err(error)?,
            (Verb::End, Arguments::Words(words), Some(_)) if words.is_empty() => {
                if let Some((_, draft)) = open.take() {
                    draft.put(&mut config).map_err(error)?;
                }
            }
            _ => {
                let verb = command.verb;
                return Err(error(format!("{verb} cannot stand here")));
            }
        }
    }
    match open {
        None => Ok(config),
        Some((line, _)) => Err(SyntaxError::new(line, "the resource has no end")),
    }
}

/// Whether nothing is taken over from a template.
fn is_blank(words: &[Value]) -> bool {
    let known: [&[u8]; 2] = [b"-b", b"-F"];
    words.iter().any(|word| word.as_bytes() == b"-b")
        && words.iter().all(|word| known.contains(&word.as_bytes()))
}

fn text(value: &Value) -> Result<String, String> {
    String::from_utf8(value.as_bytes().to_vec()).map_err(|_| format!("{value:?} is not UTF-8"))
}

fn set_global(config: &mut ZoneConfig, property: Property, value: &Value) -> Result<(), String> {
    let value = text(value)?;
    if let Some(alias) = alias_of(property) {
        let limit = match alias {
            Alias::MaxShmMemory => number::bytes(&value),
            _ => number::unsigned(&value),
        };
        let limit = limit.ok_or_else(|| format!("{property}: '{value}' is not a number"))?;
        config.set_alias(alias, Some(limit));
        return Ok(());
    }
    let place = match property {
        Property::Zonepath => {
            config.zonepath = value;
            return Ok(());
        }
        Property::Brand => {
            config.brand = value;
            return Ok(());
        }
        Property::Autoboot => {
            let value = value.parse();
            config.autoboot = value.map_err(|_| "autoboot is true or false".to_owned())?;
            return Ok(());
        }
        Property::IpType => {
            config.ip_type = match value.as_str() {
                "shared" => IpType::Shared,
                "exclusive" => IpType::Exclusive,
                _ => return Err("ip-type is shared or exclusive".to_owned()),
            };
            return Ok(());
        }
        Property::Bootargs => &mut config.bootargs,
        Property::Pool => &mut config.pool,
        Property::Limitpriv => &mut config.limitpriv,
        Property::SchedulingClass => &mut config.scheduling_class,
        Property::Hostid => &mut config.hostid,
        Property::FsAllowed => &mut config.fs_allowed,
        _ => return Err(format!("{property} cannot be set here")),
    };
    *place = Some(value);
    Ok(())
}

/// A resource between `add` and `end`.
#[derive(Debug)]
enum Draft {
    Fs(Fs),
    Net(Net),
    Device(Device),
    Rctl(Rctl),
    Attr(Attr),
    Dataset(String),
    DedicatedCpu(DedicatedCpu),
    CappedCpu(Option<u64>),
    CappedMemory {
        physical: Option<u64>,
        swap: Option<u64>,
        locked: Option<u64>,
    },
    Admin(Admin),
    SecurityFlags(SecurityFlags),
}

impl Draft {
    fn new(resource: Resource) -> Self {
        match resource {
            Resource::Fs => Self::Fs(Fs::default()),
            Resource::Net => Self::Net(Net::default()),
            Resource::Device => Self::Device(Device::default()),
            Resource::Rctl => Self::Rctl(Rctl::default()),
            Resource::Attr => Self::Attr(Attr::default()),
            Resource::Dataset => Self::Dataset(String::new()),
            Resource::DedicatedCpu => Self::DedicatedCpu(DedicatedCpu::default()),
            Resource::CappedCpu => Self::CappedCpu(None),
            Resource::CappedMemory => Self::CappedMemory {
                physical: None,
                swap: None,
                locked: None,
            },
            Resource::Admin => Self::Admin(Admin::default()),
            Resource::SecurityFlags => Self::SecurityFlags(SecurityFlags::default()),
        }
    }

    fn put(self, config: &mut ZoneConfig) -> Result<(), String> {
        match self {
            Self::Fs(fs) => config.fs.push(fs),
            Self::Net(net) => config.net.push(net),
            Self::Device(device) => config.device.push(device),
            Self::Rctl(rctl) => config.rctl.push(rctl),
            Self::Attr(attr) => config.attr.push(attr),
            Self::Dataset(name) => config.dataset.push(name),
            Self::DedicatedCpu(cpus) => once(&mut config.dedicated_cpu, cpus)?,
            Self::CappedCpu(hundredths) => config.set_alias(Alias::CpuCap, hundredths),
            Self::CappedMemory {
                physical,
                swap,
                locked,
            } => {
                if let Some(physical) = physical {
                    once(&mut config.capped_memory_physical, physical)?;
                }
                for (alias, bytes) in [(Alias::Swap, swap), (Alias::Locked, locked)] {
                    if bytes.is_some() {
                        config.set_alias(alias, bytes);
                    }
                }
            }
            Self::Admin(admin) => config.admin.push(admin),
            Self::SecurityFlags(flags) => once(&mut config.security_flags, flags)?,
        }
        Ok(())
    }
}

fn once<T>(place: &mut Option<T>, value: T) -> Result<(), String> {
    match place {
        Some(_) => Err("this resource is there already".to_owned()),
        None => {
            *place = Some(value);
            Ok(())
        }
    }
}

fn set_in(
    draft: &mut Draft,
    verb: Verb,
    property: Property,
    value: &PropertyValue,
) -> Result<(), String> {
    use Property as P;
    let wrong = || format!("{property} cannot be {verb} here");
    match (draft, property, value) {
        (Draft::Fs(fs), P::Options, value) => {
            if verb == Verb::Set {
                fs.options.clear();
            }
            match value {
                PropertyValue::Simple(option) => fs.options.push(text(option)?),
                PropertyValue::List(items) => {
                    for item in items {
                        let Item::Simple(option) = item else {
                            return Err(wrong());
                        };
                        fs.options.push(text(option)?);
                    }
                }
                PropertyValue::Complex(_) => return Err(wrong()),
            }
            Ok(())
        }
        (Draft::Rctl(rctl), P::Value, PropertyValue::Complex(pieces)) => {
            let [priv_, limit, action] = pieces_of(pieces, [P::Priv, P::Limit, P::Action])?;
            rctl.value.push(RctlValue {
                priv_,
                limit,
                action,
            });
            Ok(())
        }
        (
            Draft::Net(Net { property, .. }) | Draft::Device(Device { property, .. }),
            P::Property,
            PropertyValue::Complex(pieces),
        ) => {
            let [name, value] = pieces_of(pieces, [P::Name, P::Value])?;
            property.push(config::Property { name, value });
            Ok(())
        }
        (draft, _, PropertyValue::Simple(value)) if verb == Verb::Set => {
            set_simple(draft, property, text(value)?).ok_or_else(wrong)?
        }
        _ => Err(wrong()),
    }
}

/// Sets a property; `None` if the resource has no such one.
fn set_simple(draft: &mut Draft, property: Property, value: String) -> Option<Result<(), String>> {
    use Property as P;
    let bytes = |value: &str| {
        number::bytes(value)
            .map(Some)
            .ok_or_else(|| format!("{property}: '{value}' is not a number of bytes"))
    };
    let (text, optional) = match (draft, property) {
        (Draft::Fs(fs), P::Dir) => (Some(&mut fs.dir), None),
        (Draft::Fs(fs), P::Special) => (Some(&mut fs.special), None),
        (Draft::Fs(fs), P::Type) => (Some(&mut fs.fs_type), None),
        (Draft::Fs(fs), P::Raw) => (None, Some(&mut fs.raw)),
        (Draft::Net(net), P::Physical) => (Some(&mut net.physical), None),
        (Draft::Net(net), P::Address) => (None, Some(&mut net.address)),
        (Draft::Net(net), P::AllowedAddress) => (None, Some(&mut net.allowed_address)),
        (Draft::Net(net), P::Defrouter) => (None, Some(&mut net.defrouter)),
        (Draft::Net(net), P::GlobalNic) => (None, Some(&mut net.global_nic)),
        (Draft::Net(net), P::MacAddr) => (None, Some(&mut net.mac_addr)),
        (Draft::Net(net), P::VlanId) => (None, Some(&mut net.vlan_id)),
        (Draft::Device(device), P::Match) => (Some(&mut device.match_), None),
        (Draft::Rctl(rctl), P::Name) => (Some(&mut rctl.name), None),
        (Draft::Attr(attr), P::Name) => (Some(&mut attr.name), None),
        (Draft::Attr(attr), P::Type) => (Some(&mut attr.attr_type), None),
        (Draft::Attr(attr), P::Value) => (Some(&mut attr.value), None),
        (Draft::Dataset(name), P::Name) => (Some(name), None),
        (Draft::DedicatedCpu(cpus), P::Ncpus) => (Some(&mut cpus.ncpus), None),
        (Draft::DedicatedCpu(cpus), P::Importance) => (None, Some(&mut cpus.importance)),
        (Draft::Admin(admin), P::User) => (Some(&mut admin.user), None),
        (Draft::Admin(admin), P::Auths) => (Some(&mut admin.auths), None),
        (Draft::SecurityFlags(flags), P::Default) => (None, Some(&mut flags.default)),
        (Draft::SecurityFlags(flags), P::Lower) => (None, Some(&mut flags.lower)),
        (Draft::SecurityFlags(flags), P::Upper) => (None, Some(&mut flags.upper)),
        (Draft::CappedCpu(hundredths), P::Ncpus) => {
            let cap = number::cpu_cap(&value, Flavour::Upstream);
            let missing = || format!("ncpus: '{value}' is not a number of CPUs");
            return Some(cap.map(|cap| *hundredths = Some(cap)).ok_or_else(missing));
        }
        (
            Draft::CappedMemory {
                physical,
                swap,
                locked,
            },
            P::Physical | P::Swap | P::Locked,
        ) => {
            let place = match property {
                P::Physical => physical,
                P::Swap => swap,
                _ => locked,
            };
            return Some(bytes(&value).map(|bytes| *place = bytes));
        }
        _ => return None,
    };
    if let Some(place) = text {
        *place = value;
    } else if let Some(place) = optional {
        *place = Some(value);
    }
    Some(Ok(()))
}

/// The values of the pieces of a complex value, each of which must be there once.
fn pieces_of<const N: usize>(
    pieces: &[(Property, Value)],
    wanted: [Property; N],
) -> Result<[String; N], String> {
    let mut found: [String; N] = std::array::from_fn(|_| String::new());
    if pieces.len() != N {
        return Err(format!("{N} values are expected"));
    }
    for (place, property) in found.iter_mut().zip(wanted) {
        let piece = pieces.iter().find(|(name, _)| *name == property);
        let (_, value) = piece.ok_or_else(|| format!("{property} not specified"))?;
        *place = text(value)?;
    }
    Ok(found)
}
