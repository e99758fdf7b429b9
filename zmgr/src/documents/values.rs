//! The types of values in documents: how each is written, read and checked.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use illumos::datalink::{InvalidMacAddress, MacAddress};
use illumos::ips::{self, RepositoryUri};
use illumos::zone::ZoneName;
use ipnet::IpNet;

use super::syntax::tree::Value;

/// The type of an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A string of at most so many bytes.
    Text(usize),
    /// `#true` or `#false`.
    Boolean,
    /// A whole number in this range.
    Integer(u64, u64),
    /// An amount of memory: `"8G"`, or a number of bytes.
    Size,
    /// A number of CPUs, in hundredths: `1.5`.
    Cpus,
    /// A number of CPUs or a range of it: `"1-4"`.
    CpuRange,
    /// A length of time: `"24h"`.
    Duration,
    /// An IP address.
    Address,
    /// An IP address with its prefix length: `"10.0.0.10/24"`.
    AddressWithPrefix,
    /// A network: `"10.0.0.0/24"`, host bits clear.
    Network,
    /// An IP address, or a network.
    AddressOrNetwork,
    /// A MAC address: `"2:8:20:a:b:c"`.
    MacAddress,
    /// The name of a document: a template, pool or publisher.
    Name,
    /// The name of an IPS publisher.
    PublisherName,
    /// The URI of a repository.
    RepositoryUri,
    /// The name of a link, etherstub or uplink.
    Link,
    /// Up to 63 letters, digits, `-`, `_` and `.`.
    Word,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// An absolute path.
    Path,
    /// A host id in hexadecimal.
    HostId,
    /// A number, written with or without quotes.
    Number,
    /// The name of an attr.
    AttrName,
    /// A word to find zones by: up to 255 bytes without white space, commas and control characters.
    Tag,
}

/// Why a value is not what a document may have at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Whether the kind of value is wrong, not only what it says.
    pub kind: bool,
    /// What is wrong, following the name of the node.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Wrong {
    fn value(message: impl Into<String>) -> Self {
        Self {
            kind: false,
            message: message.into(),
            help: None,
        }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Type {
    /// What is to be written, for messages and documentation.
    #[must_use]
    pub fn describe(self) -> String {
        match self {
            Self::Text(_) => "a string".to_owned(),
            Self::Boolean => "#true or #false".to_owned(),
            Self::Integer(least, u64::MAX) => format!("a whole number from {least}"),
            Self::Integer(least, most) => format!("a whole number from {least} to {most}"),
            Self::Size => "a size such as \"512M\" or \"8G\"".to_owned(),
            Self::Cpus => "a number of CPUs such as 2 or 1.5".to_owned(),
            Self::CpuRange => "a number of CPUs such as 2, or a range such as \"1-4\"".to_owned(),
            Self::Duration => "a duration such as \"30m\", \"24h\" or \"7d\"".to_owned(),
            Self::Address => "an IP address such as \"10.0.0.10\"".to_owned(),
            Self::AddressWithPrefix => {
                "an IP address with its prefix length such as \"10.0.0.10/24\"".to_owned()
            }
            Self::Network => "a network such as \"10.0.0.0/24\"".to_owned(),
            Self::AddressOrNetwork => {
                "an IP address, or a network such as \"10.0.0.0/24\"".to_owned()
            }
            Self::MacAddress => "a MAC address such as \"2:8:20:a:b:c\"".to_owned(),
            Self::Name => "a name".to_owned(),
            Self::PublisherName => "the name of a publisher such as \"openindiana.org\"".to_owned(),
            Self::RepositoryUri => {
                "the URI of a repository such as \"https://pkg.example.org/\"".to_owned()
            }
            Self::Link => "the name of a link such as \"igb0\"".to_owned(),
            Self::Word => "a word of letters, digits, \"-\", \"_\" and \".\"".to_owned(),
            Self::OneOf(words) => words
                .iter()
                .map(|word| format!("\"{word}\""))
                .collect::<Vec<_>>()
                .join(" or "),
            Self::Path => "an absolute path".to_owned(),
            Self::HostId => "a host id of up to eight hexadecimal digits".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::AttrName => "a name of letters, digits, \"-\" and \".\"".to_owned(),
            Self::Tag => "a word such as \"web\"".to_owned(),
        }
    }

    /// Checks that `value` is of this type.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(self, value: &Value<'_>) -> Result<(), Wrong> {
        match (self, value) {
            (Self::Boolean, Value::Bool(_)) => Ok(()),
            (Self::Integer(least, most), Value::Integer(number)) => {
                if (i128::from(least)..=i128::from(most)).contains(number) {
                    Ok(())
                } else {
                    Err(Wrong::value(format!("{number} is out of range"))
                        .help(format!("write {}", self.describe())))
                }
            }
            (Self::Size, _) if size(value).is_some() => Ok(()),
            (Self::Cpus, _) if cpus(value).is_some() => Ok(()),
            (Self::CpuRange, _) if cpu_range(value).is_some() => Ok(()),
            (Self::Number, _) if number(value).is_some() => Ok(()),
            (_, Value::Text(text)) => self.check_text(text),
            _ => Err(Wrong {
                kind: true,
                message: format!("expected {}, found {}", self.describe(), value.describe()),
                help: self.type_help(value),
            }),
        }
    }

    fn type_help(self, value: &Value<'_>) -> Option<String> {
        match value {
            Value::Bool(flag) if !matches!(self, Self::Boolean) => {
                Some(format!("write \"{flag}\" if you mean the text"))
            }
            Value::Integer(number) if matches!(self, Self::Text(_) | Self::HostId) => {
                Some(format!("write \"{number}\""))
            }
            _ => None,
        }
    }

    fn check_text(self, text: &str) -> Result<(), Wrong> {
        let wrong = || {
            let found = super::syntax::tree::quote(text);
            Err(Wrong {
                kind: true,
                message: format!("expected {}, found {found}", self.describe()),
                help: None,
            })
        };
        let holds =
            match self {
                Self::Text(most) => {
                    return match text.len() {
                        length if length > most => Err(Wrong::value(format!(
                            "is {length} bytes long; at most {most} are allowed"
                        ))),
                        _ if text.contains('\0') => Err(Wrong::value("contains a NUL character")),
                        _ => Ok(()),
                    };
                }
                Self::Boolean => {
                    return match text {
                        "true" | "false" | "yes" | "no" | "on" | "off" => {
                            let flag = matches!(text, "true" | "yes" | "on");
                            wrong().map_err(|wrong| wrong.help(format!("write #{flag}")))
                        }
                        _ => wrong(),
                    };
                }
                Self::Integer(..) => {
                    return match text.parse::<u64>() {
                        Ok(_) => wrong()
                            .map_err(|wrong| wrong.help(format!("write {text}, without quotes"))),
                        Err(_) => wrong(),
                    };
                }
                Self::Tag => {
                    let apart = |c: char| c == ',' || c.is_whitespace() || c.is_control();
                    if text.contains(apart) {
                        let words: Vec<String> = text
                            .split(apart)
                            .filter(|word| !word.is_empty())
                            .map(super::syntax::tree::quote)
                            .collect();
                        return wrong().map_err(|wrong| {
                            wrong.help(format!("several are written apart: {}", words.join(" ")))
                        });
                    }
                    !text.is_empty() && text.len() <= 255
                }
                Self::Name => {
                    return check_name(text)
                        .map_err(|message| Wrong::value(message).help(NAME_HELP));
                }
                Self::PublisherName => {
                    return check_publisher_name(text)
                        .map_err(|message| Wrong::value(message).help(PUBLISHER_HELP));
                }
                // What is written may have a password in it, which no message repeats.
                Self::RepositoryUri => {
                    return match text.parse::<RepositoryUri>() {
                        Ok(_) => Self::Text(MOST_OF_URI).check_text(text),
                        Err(reason) => Err(Wrong::value(format!("the URI {reason}"))
                            .help(format!("write {}", self.describe()))),
                    };
                }
                Self::Network => {
                    return match text.parse::<IpNet>() {
                        Ok(net) if net.trunc() == net => Ok(()),
                        Ok(net) => Err(Wrong::value(format!("{net} has host bits set")).help(
                            format!("the network of that address is \"{}\"", net.trunc()),
                        )),
                        Err(_) => match text.parse::<IpAddr>() {
                            Ok(_) => wrong().map_err(|wrong| wrong.help("add the prefix length")),
                            Err(_) => wrong(),
                        },
                    };
                }
                Self::AddressOrNetwork => {
                    return if text.contains('/') {
                        Self::Network.check_text(text)
                    } else {
                        Self::Address.check_text(text)
                    };
                }
                Self::AddressWithPrefix => {
                    if text.parse::<IpAddr>().is_ok() {
                        return wrong()
                            .map_err(|wrong| wrong.help("add the prefix length of the network"));
                    }
                    text.parse::<IpNet>().is_ok()
                }
                Self::Address => {
                    if let Ok(net) = text.parse::<IpNet>() {
                        return wrong().map_err(|wrong| {
                            wrong.help(format!("leave out the prefix length: \"{}\"", net.addr()))
                        });
                    }
                    text.parse::<IpAddr>().is_ok()
                }
                Self::OneOf(words) => {
                    if words.contains(&text) {
                        return Ok(());
                    }
                    return wrong().map_err(|wrong| match nearest(text, words.iter().copied()) {
                        Some(word) => wrong.help(format!("did you mean \"{word}\"?")),
                        None => wrong,
                    });
                }
                Self::MacAddress => {
                    return match text.parse::<MacAddress>() {
                        Ok(_) => Ok(()),
                        Err(InvalidMacAddress::Multicast(_)) => {
                            Err(Wrong::value(format!("{text} is a multicast address"))
                                .help("the first byte of a station's address is even"))
                        }
                        Err(_) => wrong(),
                    };
                }
                Self::Path => {
                    if text.len() > 1023 {
                        return Err(Wrong::value(format!(
                            "is {} bytes long; at most 1023 are allowed",
                            text.len()
                        )));
                    }
                    text.starts_with('/') && !text.contains(['\0', '\n'])
                }
                Self::Duration => duration(text).is_some(),
                Self::HostId => {
                    let digits = text.strip_prefix("0x").unwrap_or(text);
                    u32::from_str_radix(digits, 16).is_ok_and(|id| id != u32::MAX)
                        && !digits.starts_with('+')
                }
                Self::Word => check_name(text).is_ok(),
                Self::Link => {
                    !text.is_empty()
                        && text.len() <= 31
                        && text.bytes().all(|byte| {
                            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
                        })
                }
                Self::AttrName => {
                    text.len() < 256
                        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
                        && text
                            .bytes()
                            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
                }
                Self::Size | Self::Cpus | Self::CpuRange | Self::Number => false,
            };
        if holds { Ok(()) } else { wrong() }
    }
}

const NAME_HELP: &str =
    "names have up to 63 letters, digits, '-', '_' and '.', the first being a letter or digit";

const PUBLISHER_HELP: &str = "names of publishers have up to 63 letters, digits, '-' and '.', the first being a letter or digit";

/// The most bytes of a URI.
const MOST_OF_URI: usize = 1023;

/// Checks the name of a template, pool or publisher: it becomes the name of a file.
///
/// # Errors
/// What is wrong with it.
pub fn check_name(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("a name cannot be empty".to_owned());
    }
    if name.len() > 63 {
        return Err(format!(
            "the name is {} bytes long; at most 63 are allowed",
            name.len()
        ));
    }
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Err(format!(
            "the name {name:?} does not begin with a letter or digit"
        ));
    }
    match name
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
    {
        Some(c) => Err(format!("the name {name:?} contains {c:?}")),
        None => Ok(()),
    }
}

/// Checks the name of an IPS publisher, which becomes the name of a file as well.
///
/// # Errors
/// What is wrong with it.
pub fn check_publisher_name(name: &str) -> Result<(), String> {
    check_name(name)?;
    match ips::is_name(name) {
        true => Ok(()),
        false => Err(format!(
            "the name {name:?} contains '_', which pkg(1) does not take in the name of a publisher"
        )),
    }
}

/// Checks the name of a zone.
///
/// # Errors
/// What is wrong with it.
pub fn check_zone_name(name: &str) -> Result<(), String> {
    ZoneName::from_str(name)
        .map(|_| ())
        .map_err(|error| error.to_string())
}

/// The nearest of `names` to what was written, if one is near enough to be meant.
pub fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let written = written.to_lowercase();
    let near = |name: &&str| {
        let distance = strsim::damerau_levenshtein(&written, &name.to_lowercase());
        (distance <= 1 + written.chars().count() / 4).then_some(distance)
    };
    names
        .into_iter()
        .filter_map(|name| near(&name).map(|distance| (distance, name)))
        .min()
        .map(|(_, name)| name)
}

/// A decimal with a unit: its digits without the point, how many of them follow it, and the rest.
fn decimal(text: &str) -> Option<(u64, u32, &str)> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || fraction.contains('.') || (number.contains('.') && fraction.is_empty()) {
        return None;
    }
    let digits = format!("{whole}{fraction}").parse().ok()?;
    Some((digits, u32::try_from(fraction.len()).ok()?, unit))
}

/// Bytes of a size: `"8G"`, `"1.5G"`, `"512m"`, or a number of bytes. Units are powers of 1024, as in zonecfg(8).
#[must_use]
pub fn size(value: &Value<'_>) -> Option<u64> {
    let text = match value {
        Value::Integer(bytes) => return u64::try_from(*bytes).ok(),
        Value::Text(text) => text,
        _ => return None,
    };
    let (digits, places, unit) = decimal(text)?;
    let shift = match unit
        .to_ascii_uppercase()
        .trim_end_matches("IB")
        .trim_end_matches('B')
    {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        "T" => 40,
        "P" => 50,
        "E" => 60,
        _ => return None,
    };
    let scaled = u128::from(digits)
        .checked_shl(shift)
        .filter(|scaled| scaled >> shift == u128::from(digits))?;
    let divisor = 10u128.checked_pow(places)?;
    (scaled % divisor == 0)
        .then_some(scaled / divisor)
        .and_then(|bytes| u64::try_from(bytes).ok())
}

/// A size as it is written: in the largest unit that leaves no fraction.
#[must_use]
pub fn write_size(bytes: u64) -> String {
    let units = [
        ("E", 60),
        ("P", 50),
        ("T", 40),
        ("G", 30),
        ("M", 20),
        ("K", 10),
    ];
    match units
        .iter()
        .find(|(_, shift)| bytes != 0 && bytes.trailing_zeros() >= *shift)
    {
        Some((unit, shift)) => format!("{}{unit}", bytes >> shift),
        None => bytes.to_string(),
    }
}

/// Hundredths of a CPU: `2`, `1.5`, `"0.25"`.
#[must_use]
pub fn cpus(value: &Value<'_>) -> Option<u64> {
    let text = match value {
        Value::Integer(cpus) => cpus.to_string(),
        Value::Float(cpus) => format!("{cpus:?}"),
        Value::Text(text) => text.clone().into_owned(),
        _ => return None,
    };
    let (digits, places, unit) = decimal(&text)?;
    let hundredths = match places {
        0 => digits.checked_mul(100)?,
        1 => digits.checked_mul(10)?,
        2 => digits,
        _ => return None,
    };
    (unit.is_empty() && hundredths > 0).then_some(hundredths)
}

/// A number of CPUs as it is written.
#[must_use]
pub fn write_cpus(hundredths: u64) -> Value<'static> {
    if hundredths.is_multiple_of(100) {
        return Value::Integer(i128::from(hundredths / 100));
    }
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0')
        .parse()
        .map_or(Value::from(text.clone()), Value::Float)
}

/// CPUs of `dedicated-cpu`: `2`, `"2"` or `"1-4"`, as zonecfg(8) takes them.
#[must_use]
pub fn cpu_range(value: &Value<'_>) -> Option<String> {
    let text = match value {
        Value::Integer(cpus) => cpus.to_string(),
        Value::Text(text) => text.clone().into_owned(),
        _ => return None,
    };
    // zonecfg(8) takes more than any machine has.
    let count = |text: &str| -> Option<u64> {
        text.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse().ok())
            .flatten()
            .filter(|&count| count > 0)
    };
    let holds = match text.split_once('-') {
        Some((least, most)) => count(least)? <= count(most)?,
        None => count(&text).is_some(),
    };
    holds.then_some(text)
}

/// A number as zonecfg(8) keeps it: a text of digits.
#[must_use]
pub fn number(value: &Value<'_>) -> Option<String> {
    let text = match value {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.clone().into_owned(),
        _ => return None,
    };
    (!text.is_empty() && text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then_some(text)
}

/// A length of time: `"90s"`, `"30m"`, `"24h"`, `"7d"`, `"2w"`, or several of them as in `"1h30m"`.
#[must_use]
pub fn duration(text: &str) -> Option<Duration> {
    let mut seconds = 0u64;
    let mut rest = text;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: u64 = rest[..end].parse().ok()?;
        let unit = match rest.as_bytes()[end] {
            b's' => 1,
            b'm' => 60,
            b'h' => 3600,
            b'd' => 86_400,
            b'w' => 604_800,
            _ => return None,
        };
        seconds = seconds.checked_add(count.checked_mul(unit)?)?;
        rest = &rest[end + 1..];
    }
    Some(Duration::from_secs(seconds))
}

/// A length of time as it is written.
#[must_use]
pub fn write_duration(duration: Duration) -> String {
    let mut seconds = duration.as_secs();
    if seconds == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    for (unit, length) in [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)] {
        if seconds >= length {
            text.push_str(&format!("{}{unit}", seconds / length));
            seconds %= length;
        }
    }
    text
}
