//! Fills an emulated host that has just been made with as many zones as are wanted, by writing its files.
//!
//! Used by `cargo xtask host`, the benchmarks and the tests, each of which includes this file: it needs nothing but std.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// How large a host is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Zones.
    pub zones: usize,
    /// Nets of each zone.
    pub nets: usize,
    /// Pools, each a /16 with an etherstub.
    pub pools: usize,
    /// Templates. A zone's nets are those of its template.
    pub templates: usize,
    /// Whether the registry has the zones.
    pub registered: bool,
    /// Snapshots of each zone's dataset.
    pub snapshots: usize,
}

impl Default for Size {
    /// As many zones as the kernel allows.
    fn default() -> Self {
        Self {
            zones: 8192,
            nets: 2,
            pools: 60,
            templates: 20,
            registered: true,
            snapshots: 0,
        }
    }
}

/// The name of the zone `index`, counted from 0.
pub(crate) fn zone_name(index: usize) -> String {
    format!("zone{index:04}")
}

impl Size {
    /// The pool of a net of a template.
    fn pool(&self, template: usize, net: usize) -> usize {
        (template * self.nets + net) % self.pools
    }

    /// The address of a zone's net, without prefix length: no two are alike.
    pub(crate) fn address(&self, zone: usize, net: usize) -> String {
        let pool = self.pool(zone % self.templates, net);
        let host = 256 + zone * self.nets + net;
        format!("10.{pool}.{}.{}", host / 256, host % 256)
    }

    /// Fills the host in `root`, of which nothing but the default documents is there.
    ///
    /// All zones are running: that is what costs most to look at.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub(crate) fn fill(&self, root: &Path) -> io::Result<()> {
        self.write_documents(&root.join("etc/zmgr"))?;
        self.links(root)?;
        let mut index = fs::read_to_string(root.join("etc/zones/index"))?;
        let mut kernel = format!("#\nlast-id {}\n", self.zones);
        let mut datasets = fs::read_to_string(root.join("emulation/datasets"))?;
        let mut snapshots = String::new();
        let mut number = datasets.lines().count();
        if !datasets.contains("\nrpool/zones ") {
            number += 1;
            let _ = writeln!(
                datasets,
                "rpool/zones #mounted=/zones #number={number} mountpoint=/zones"
            );
        }
        for zone in 0..self.zones {
            let name = zone_name(zone);
            let _ = writeln!(
                index,
                "{name}:installed:/zones/{name}:5b0c5b6f-0000-4f0e-9a43-{zone:012x}"
            );
            let _ = writeln!(
                kernel,
                "{} {name} 4 root=/zones/{name}/root/ brand=native iptype=excl init={}",
                zone + 1,
                zone + 1001
            );
            number += 1;
            let _ = writeln!(
                datasets,
                "rpool/zones/{name} #mounted=/zones/{name} #number={number} sharenfs=off sharesmb=off"
            );
            for snapshot in 0..self.snapshots {
                number += 1;
                let _ = writeln!(
                    snapshots,
                    "rpool/zones/{name}@daily{snapshot:03} #txg={number} #guid={number}"
                );
            }
            fs::create_dir_all(root.join("zones").join(&name).join("root"))?;
            fs::write(
                root.join(format!("etc/zones/{name}.xml")),
                self.configuration(zone),
            )?;
        }
        fs::write(root.join("etc/zones/index"), index)?;
        fs::write(root.join("emulation/kernel"), kernel)?;
        fs::write(root.join("emulation/snapshots"), snapshots)?;
        fs::write(root.join("emulation/datasets"), datasets)
    }

    /// Writes pools, templates and, if the registry has the zones, their entries into the configuration directory `directory`.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub(crate) fn write_documents(&self, directory: &Path) -> io::Result<()> {
        for kind in ["zones", "pools", "templates"] {
            fs::create_dir_all(directory.join(kind))?;
        }
        for zone in 0..self.zones {
            if self.registered {
                let file = format!("zones/{}.kdl", zone_name(zone));
                fs::write(directory.join(file), self.entry(zone))?;
            }
        }
        for pool in 0..self.pools {
            let text = format!(
                "pool \"pool{pool}\" {{\n    network \"10.{pool}.0.0/16\"\n    gateway \"10.{pool}.0.1\"\n    \
                 range-start \"10.{pool}.1.0\"\n    range-end \"10.{pool}.255.250\"\n    stub \"stub{pool}\"\n}}\n"
            );
            fs::write(directory.join(format!("pools/pool{pool}.kdl")), text)?;
        }
        for template in 0..self.templates {
            let mut text = format!(
                "template \"template{template}\" {{\n    brand \"ipkg\"\n    autoboot #true\n"
            );
            for net in 0..self.nets {
                let pool = self.pool(template, net);
                let router = if net == 0 { "" } else { "; defrouter #false" };
                let _ = writeln!(
                    text,
                    "    net \"net{net}\" {{ pool \"pool{pool}\"{router}; }}"
                );
            }
            text.push_str("}\n");
            fs::write(
                directory.join(format!("templates/template{template}.kdl")),
                text,
            )?;
        }
        Ok(())
    }

    /// The etherstubs of the pools and the VNICs of the zones.
    fn links(&self, root: &Path) -> io::Result<()> {
        let last = 1 + self.pools + self.zones * self.nets;
        let mut links = format!("#\nlast-id {last}\nphys igb0 id=1\n");
        for pool in 0..self.pools {
            let _ = writeln!(links, "etherstub stub{pool} id={}", 2 + pool);
        }
        for zone in 0..self.zones {
            for net in 0..self.nets {
                let number = zone * self.nets + net;
                let address = self.address(zone, net);
                let _ = writeln!(
                    links,
                    "vnic {name}_{net} id={id} over=stub{pool} mac=2:8:20:0:{high:x}:{low:x} zone={name} set.protection=ip-nospoof set.allowed-ips={address}",
                    name = zone_name(zone),
                    id = 2 + self.pools + number,
                    pool = self.pool(zone % self.templates, net),
                    high = number / 256,
                    low = number % 256,
                );
            }
        }
        fs::write(root.join("emulation/links"), links)
    }

    /// What libzonecfg keeps of a zone.
    pub(crate) fn configuration(&self, zone: usize) -> String {
        let name = zone_name(zone);
        let mut text = format!(
            "<?xml version=\"1.0\"?>\n\
             <!DOCTYPE zone PUBLIC \"-//Sun Microsystems Inc//DTD Zones//EN\" \"file:///usr/share/lib/xml/dtd/zonecfg.dtd.1\">\n\
             <!--\n    DO NOT EDIT THIS FILE.  Use zonecfg(8) instead.\n-->\n\
             <zone name=\"{name}\" zonepath=\"/zones/{name}\" autoboot=\"true\" brand=\"ipkg\" ip-type=\"exclusive\">\n"
        );
        for net in 0..self.nets {
            let address = self.address(zone, net);
            let router = if net == 0 {
                let pool = self.pool(zone % self.templates, net);
                format!(" defrouter=\"10.{pool}.0.1\"")
            } else {
                String::new()
            };
            let _ = writeln!(
                text,
                "  <network allowed-address=\"{address}/16\" physical=\"{name}_{net}\"{router}/>"
            );
        }
        let _ = write!(
            text,
            "  <attr name=\"zmgr-id\" type=\"string\" value=\"{zone:016x}\"/>\n</zone>\n"
        );
        text
    }

    /// What the registry says of a zone.
    pub(crate) fn entry(&self, zone: usize) -> String {
        let name = zone_name(zone);
        let template = zone % self.templates;
        let mut text = format!(
            "zone \"{name}\" {{\n    template \"template{template}\"\n    created \"2026-03-22T14:04:15Z\"\n    \
             id \"{zone:016x}\"\n    brand \"ipkg\"\n    zonepath \"/zones/{name}\"\n"
        );
        for net in 0..self.nets {
            let pool = self.pool(template, net);
            let address = self.address(zone, net);
            let router = if net == 0 {
                ""
            } else {
                "        defrouter #false\n"
            };
            let _ = write!(
                text,
                "    net \"net{net}\" {{\n        pool \"pool{pool}\"\n        address \"{address}/16\"\n        \
                 gateway \"10.{pool}.0.1\"\n        vnic \"{name}_{net}\"\n        stub \"stub{pool}\"\n{router}    }}\n"
            );
        }
        text.push_str("}\n");
        text
    }
}
