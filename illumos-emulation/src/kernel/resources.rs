//! What the kernel holds of the resources of zones that are up: resource controls, memory caps, pools and scheduling classes.
//! They come from the configuration when a zone becomes ready, can be changed while it runs, and go when it halts.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::Host;
use crate::host::{Record, decode, encode};

/// A value of a resource control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// The name: `zone.cpu-shares`.
    pub name: String,
    /// The privilege: `privileged`.
    pub privilege: String,
    /// The limit.
    pub value: u64,
    /// `none`, `deny`, or with a signal.
    pub action: String,
}

/// The resources of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resources {
    /// The values of resource controls that are not the system's.
    pub controls: Vec<Control>,
    /// The cap that rcapd(8) enforces, in bytes; 0 if there is none.
    pub memory_cap: u64,
    /// The pool that the zone is bound to.
    pub pool: String,
    /// The class of its processes.
    pub scheduling_class: String,
}

/// The resources of all zones that are up, by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResourceTable {
    pub(crate) zones: BTreeMap<String, Resources>,
}

/// The resources of the zone `name`, if the kernel has it.
#[must_use]
pub fn resources(host: &Host, name: &str) -> Option<Resources> {
    host.read::<ResourceTable>().ok()?.zones.get(name).cloned()
}

impl Record for ResourceTable {
    const FILE: &'static str = "resources";

    fn parse(text: &str) -> Result<Self, String> {
        let mut table = Self::default();
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, resources) = parse_line(line)
                .ok_or_else(|| format!("line {}: not ZONE KEY=VALUE…", number + 1))?;
            table.zones.insert(name, resources);
        }
        Ok(table)
    }

    fn print(&self, out: &mut String) {
        for (name, resources) in &self.zones {
            let Resources {
                controls,
                memory_cap,
                pool,
                scheduling_class,
            } = resources;
            out.push_str(name);
            for control in controls {
                let Control {
                    name,
                    privilege,
                    value,
                    action,
                } = control;
                let action = encode(action);
                let _ = write!(out, " rctl={name},{privilege},{value},{action}");
            }
            if *memory_cap != 0 {
                let _ = write!(out, " mcap={memory_cap}");
            }
            let _ = writeln!(
                out,
                " pool={} class={}",
                encode(pool),
                encode(scheduling_class)
            );
        }
    }
}

fn parse_line(line: &str) -> Option<(String, Resources)> {
    let mut words = line.split(' ');
    let name = words.next()?.to_owned();
    let mut resources = Resources::default();
    for word in words {
        let (key, value) = word.split_once('=')?;
        match key {
            "rctl" => {
                let mut fields = value.splitn(4, ',');
                resources.controls.push(Control {
                    name: fields.next()?.to_owned(),
                    privilege: fields.next()?.to_owned(),
                    value: fields.next()?.parse().ok()?,
                    action: decode(fields.next()?),
                });
            }
            "mcap" => resources.memory_cap = value.parse().ok()?,
            "pool" => resources.pool = decode(value),
            "class" => resources.scheduling_class = decode(value),
            _ => return None,
        }
    }
    Some((name, resources))
}

#[cfg(test)]
mod tests {
    use super::{Control, ResourceTable, Resources};
    use crate::host::Record;

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let mut table = ResourceTable::default();
        let resources = Resources {
            controls: vec![Control {
                name: "zone.cpu-shares".to_owned(),
                privilege: "privileged".to_owned(),
                value: 20,
                action: "none".to_owned(),
            }],
            memory_cap: 1 << 30,
            pool: "a pool".to_owned(),
            scheduling_class: "FSS".to_owned(),
        };
        table.zones.insert("web1".to_owned(), resources);
        let mut text = String::new();
        table.print(&mut text);
        assert_eq!(ResourceTable::parse(&text).unwrap().zones, table.zones);
        assert!(ResourceTable::parse("web1 rctl=zone.cpu-shares").is_err());
    }
}
