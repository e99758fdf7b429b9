//! The table of zones with kernel presence, one line each: `ID NAME STATUS KEY=VALUE…`.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::OnceLock;

use crate::host::{Record, decode, encode};

use super::KernelZone;

/// The zones with kernel presence besides the global zone, in the order in which they came up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    zones: Vec<KernelZone>,
    /// By id, where in `zones` the zone is, counted from 1; 0 if there is none.
    places: Vec<usize>,
    /// By name, once somebody asks for one.
    by_name: OnceLock<HashMap<String, usize>>,
    last_id: i32,
}

/// Ids run from 1 to this, then start over.
const MAX_ID: i32 = 9999;

impl Table {
    pub(crate) fn zones(&self) -> &[KernelZone] {
        &self.zones
    }

    pub(crate) fn by_id(&self, id: i32) -> Option<&KernelZone> {
        let place = self.places.get(usize::try_from(id).ok()?)?;
        self.zones.get(place.checked_sub(1)?)
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<&KernelZone> {
        self.place(name).map(|place| &self.zones[place])
    }

    pub(crate) fn by_name_mut(&mut self, name: &str) -> Option<&mut KernelZone> {
        self.place(name).map(|place| &mut self.zones[place])
    }

    fn place(&self, name: &str) -> Option<usize> {
        let places = self.by_name.get_or_init(|| {
            let zones = self.zones.iter().enumerate();
            zones
                .map(|(place, zone)| (zone.name.clone(), place))
                .collect()
        });
        places.get(name).copied()
    }

    /// Adds a zone under a free id, which is returned; `None` if the name is taken or no id is free.
    pub(crate) fn add(&mut self, mut zone: KernelZone) -> Option<i32> {
        if self.by_name(&zone.name).is_some() {
            return None;
        }
        let following = |id: i32| if id >= MAX_ID { 1 } else { id + 1 };
        let mut id = following(self.last_id);
        for _ in 0..MAX_ID {
            if self.by_id(id).is_none() {
                zone.id = id;
                self.last_id = id;
                self.zones.push(zone);
                self.rebuild();
                return Some(id);
            }
            id = following(id);
        }
        None
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.zones.retain(|zone| zone.name != name);
        self.rebuild();
    }

    pub(crate) fn clear(&mut self) {
        self.zones.clear();
        self.rebuild();
    }

    fn rebuild(&mut self) {
        self.by_name.take();
        self.places.clear();
        for (place, zone) in (1..).zip(&self.zones) {
            let id = usize::try_from(zone.id).unwrap_or_default();
            if self.places.len() <= id {
                self.places.resize(id + 1, 0);
            }
            self.places[id] = place;
        }
    }
}

impl Record for Table {
    const FILE: &'static str = "kernel";

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
            table.zones.push(
                parse_line(line)
                    .ok_or_else(|| format!("line {}: not ID NAME STATUS", number + 1))?,
            );
        }
        table.rebuild();
        Ok(table)
    }

    fn print(&self, out: &mut String) {
        let _ = writeln!(out, "last-id {}", self.last_id);
        for zone in &self.zones {
            let _ = write!(out, "{} {} {}", zone.id, zone.name, zone.status);
            for (key, value) in [
                ("root", &zone.root),
                ("brand", &zone.brand),
                ("bootargs", &zone.bootargs),
                ("iptype", &zone.ip_type),
            ] {
                if !value.is_empty() {
                    let _ = write!(out, " {key}={}", encode(value));
                }
            }
            if zone.init_pid != 0 {
                let _ = write!(out, " init={}", zone.init_pid);
            }
            out.push('\n');
        }
    }
}

fn parse_line(line: &str) -> Option<KernelZone> {
    let mut words = line.split(' ');
    let id = words.next()?.parse().ok()?;
    let mut zone = KernelZone {
        id: Some(id).filter(|id| (1..=MAX_ID).contains(id))?,
        name: words.next()?.to_owned(),
        status: words.next()?.parse().ok()?,
        ..KernelZone::default()
    };
    for word in words {
        let (key, value) = word.split_once('=')?;
        let value = decode(value);
        match key {
            "root" => zone.root = value,
            "brand" => zone.brand = value,
            "bootargs" => zone.bootargs = value,
            "iptype" => zone.ip_type = value,
            "init" => zone.init_pid = value.parse().ok()?,
            _ => return None,
        }
    }
    Some(zone)
}
