//! The table of links: `emulation/links`, one a line, `CLASS NAME KEY=VALUE…`.
//!
//! A person may add lines: `phys e1000g0` is enough; the id is given when the table is next read.

use std::collections::HashMap;
use std::fmt::Write;

use super::MacAddress;
use crate::host::Record;

/// The class of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    Phys,
    Vlan,
    Aggr,
    Vnic,
    Etherstub,
    Simnet,
    Overlay,
}

impl Class {
    const ALL: [Self; 7] = [
        Self::Phys,
        Self::Vlan,
        Self::Aggr,
        Self::Vnic,
        Self::Etherstub,
        Self::Simnet,
        Self::Overlay,
    ];

    /// The name that `dladm_class2str` gives.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Phys => "phys",
            Self::Vlan => "vlan",
            Self::Aggr => "aggr",
            Self::Vnic => "vnic",
            Self::Etherstub => "etherstub",
            Self::Simnet => "simnet",
            Self::Overlay => "overlay",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// The number, `datalink_class_t`.
    pub(crate) fn number(self) -> u32 {
        match self {
            Self::Phys => 1,
            Self::Vlan => 2,
            Self::Aggr => 4,
            Self::Vnic => 8,
            Self::Etherstub => 0x10,
            Self::Simnet => 0x20,
            Self::Overlay => 0x200,
        }
    }
}

/// How a VNIC got its MAC address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum MacType {
    Fixed,
    #[default]
    Random,
}

impl MacType {
    /// The word in the table and in `show-vnic`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Random => "random",
        }
    }

    /// The number, `vnic_mac_addr_type_t`.
    pub(crate) fn number(self) -> i32 {
        match self {
            Self::Fixed => 0,
            Self::Random => 1,
        }
    }
}

/// Link properties that are not at their default, with their values.
pub(crate) type Properties = Vec<(String, Vec<String>)>;

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// `datalink_id_t`.
    pub(crate) id: u32,
    pub(crate) name: String,
    pub(crate) class: Class,
    /// The lower link's name; several for an aggregation, empty for none.
    pub(crate) over: String,
    /// Whether the kernel has it.
    pub(crate) active: bool,
    /// Whether it is stored for the next boot.
    pub(crate) persistent: bool,
    pub(crate) mac: MacAddress,
    pub(crate) mac_type: MacType,
    /// 0 for untagged.
    pub(crate) vid: u16,
    /// The zone that it is in now; empty for the global zone.
    pub(crate) zone: String,
    /// Properties in force.
    pub(crate) set: Properties,
    /// Properties stored for the next boot.
    pub(crate) stored: Properties,
}

impl Link {
    pub(crate) fn new(class: Class, name: &str) -> Self {
        Self {
            id: 0,
            name: name.to_owned(),
            class,
            over: String::new(),
            active: true,
            persistent: true,
            mac: MacAddress([0; 6]),
            mac_type: MacType::default(),
            vid: 0,
            zone: String::new(),
            set: Vec::new(),
            stored: Vec::new(),
        }
    }
}

/// All links, by id.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    links: Vec<Link>,
    by_name: HashMap<String, usize>,
    by_id: HashMap<u32, usize>,
    last_id: u32,
}

impl Table {
    pub(crate) fn links(&self) -> &[Link] {
        &self.links
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<&Link> {
        self.by_name.get(name).map(|at| &self.links[*at])
    }

    pub(crate) fn by_id(&self, id: u32) -> Option<&Link> {
        self.by_id.get(&id).map(|at| &self.links[*at])
    }

    pub(crate) fn by_id_mut(&mut self, id: u32) -> Option<&mut Link> {
        self.by_id.get(&id).map(|at| &mut self.links[*at])
    }

    pub(crate) fn links_mut(&mut self) -> impl Iterator<Item = &mut Link> {
        self.links.iter_mut()
    }

    /// Adds a link under a new id, which is returned.
    pub(crate) fn add(&mut self, mut link: Link) -> u32 {
        self.last_id += 1;
        link.id = self.last_id;
        if link.mac == MacAddress([0; 6]) {
            link.mac = MacAddress::of_device(link.id);
        }
        self.by_name.insert(link.name.clone(), self.links.len());
        self.by_id.insert(link.id, self.links.len());
        self.links.push(link);
        self.last_id
    }

    /// Keeps the links for which `keep` is true.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&Link) -> bool) {
        self.links.retain(keep);
        self.index();
    }

    fn index(&mut self) {
        self.by_name = self
            .links
            .iter()
            .enumerate()
            .map(|(at, link)| (link.name.clone(), at))
            .collect();
        self.by_id = self
            .links
            .iter()
            .enumerate()
            .map(|(at, link)| (link.id, at))
            .collect();
    }
}

impl Record for Table {
    const FILE: &'static str = "links";

    fn parse(text: &str) -> Result<Self, String> {
        let mut table = Self::default();
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(id) = line.strip_prefix("last-id ") {
                table.last_id = id
                    .parse()
                    .map_err(|_| format!("line {}: bad id", number + 1))?;
                continue;
            }
            let link = parse_line(line)
                .ok_or_else(|| format!("line {}: not CLASS NAME KEY=VALUE…: {line}", number + 1))?;
            table.links.push(link);
        }
        let highest = table.links.iter().map(|link| link.id).max().unwrap_or(0);
        table.last_id = table.last_id.max(highest);
        for link in &mut table.links {
            if link.id == 0 {
                table.last_id += 1;
                link.id = table.last_id;
            }
            if link.mac == MacAddress([0; 6]) {
                link.mac = MacAddress::of_device(link.id);
            }
        }
        table.index();
        if table.by_name.len() < table.links.len() || table.by_id.len() < table.links.len() {
            return Err("a name or an id is there twice".to_owned());
        }
        Ok(table)
    }

    fn print(&self, out: &mut String) {
        out.reserve(self.links.len() * 128);
        let _ = writeln!(out, "last-id {}", self.last_id);
        for link in &self.links {
            print_line(link, out);
        }
    }
}

fn parse_line(line: &str) -> Option<Link> {
    let mut words = line.split_ascii_whitespace();
    let mut link = Link::new(Class::from_name(words.next()?)?, words.next()?);
    for word in words {
        let (key, value) = word.split_once('=')?;
        match key {
            "id" => link.id = value.parse().ok()?,
            "over" => value.clone_into(&mut link.over),
            "mac" => link.mac = MacAddress::parse(value)?,
            "mac-type" => {
                link.mac_type = [MacType::Fixed, MacType::Random]
                    .into_iter()
                    .find(|mac_type| mac_type.name() == value)?;
            }
            "vid" => link.vid = value.parse().ok()?,
            "zone" => value.clone_into(&mut link.zone),
            "only" => match value {
                "active" => link.persistent = false,
                "stored" => link.active = false,
                _ => return None,
            },
            _ => {
                let values = value.split(',').map(str::to_owned).collect();
                if let Some(name) = key.strip_prefix("set.") {
                    link.set.push((name.to_owned(), values));
                } else {
                    link.stored
                        .push((key.strip_prefix("stored.")?.to_owned(), values));
                }
            }
        }
    }
    Some(link)
}

fn print_line(link: &Link, out: &mut String) {
    let Link {
        id,
        name,
        class,
        over,
        active,
        persistent,
        mac,
        mac_type,
        vid,
        zone,
        set,
        stored,
    } = link;
    // Thousands of lines are written for each change of one: without the machinery of formats.
    let mut word = |key: &str, value: &str| {
        out.push_str(key);
        out.push_str(value);
    };
    word("", class.name());
    word(" ", name);
    word(" id=", &id.to_string());
    if !over.is_empty() {
        word(" over=", over);
    }
    if *mac != MacAddress::of_device(*id) {
        word(" mac=", &mac.to_string());
    }
    if *mac_type != MacType::default() {
        word(" mac-type=", mac_type.name());
    }
    if *vid != 0 {
        word(" vid=", &vid.to_string());
    }
    if !zone.is_empty() {
        word(" zone=", zone);
    }
    match (active, persistent) {
        (true, false) => word(" only=", "active"),
        (false, _) => word(" only=", "stored"),
        (true, true) => {}
    }
    for (prefix, properties) in [(" set.", set), (" stored.", stored)] {
        for (property, values) in properties {
            word(prefix, property);
            for (place, value) in values.iter().enumerate() {
                word(if place == 0 { "=" } else { "," }, value);
            }
            if values.is_empty() {
                word("=", "");
            }
        }
    }
    word("\n", "");
}

#[cfg(test)]
mod tests {
    use super::{Class, Table};
    use crate::host::Record;

    const TEXT: &str = "last-id 7\nphys igb0 id=1\netherstub stub0 id=2 only=active\n\
        vnic web1_0 id=5 over=igb0 mac=2:8:20:a:b:c mac-type=fixed vid=20 zone=web1 set.maxbw=100M stored.allowed-ips=10.0.0.1,10.0.0.2\n\
        vnic gone0 id=6 over=net9 mac=2:8:20:a:b:d only=stored\n";

    #[test]
    fn what_is_read_is_printed_again() {
        let table = Table::parse(TEXT).unwrap();
        let mut printed = String::new();
        table.print(&mut printed);
        assert_eq!(printed, TEXT);
    }

    #[test]
    fn a_line_written_by_hand_gets_an_id() {
        let table = Table::parse("phys igb0\nphys e1000g0\nphys x0 id=9\n").unwrap();
        assert_eq!(table.by_name("igb0").unwrap().id, 10);
        assert_eq!(table.by_name("e1000g0").unwrap().id, 11);
        assert_eq!(table.by_id(9).unwrap().class, Class::Phys);
    }

    #[test]
    fn damage_is_found() {
        for text in [
            "phys",
            "modem m0",
            "phys igb0 speed",
            "phys igb0 id=x",
            "phys igb0\nphys igb0\n",
            "vnic v0 only=never",
        ] {
            assert!(Table::parse(text).is_err(), "{text}");
        }
    }
}
