//! The resources that there can be several of.

use super::{Inexpressible, given};
use crate::lookup::deletes_another;
use crate::word::{Resource, Verb};
use crate::write::{Lines, written};
use illumos::Flavour;
use illumos::zone::config::{Admin, Attr, Device, Fs, IpType, Net, Rctl};
use illumos::zone::verify::net;

/// A property by which a resource is found, and its value.
type Criterion<'a> = (&'static str, &'a str);

/// What differs between the kinds.
trait Item: Clone + PartialEq {
    const RESOURCE: Resource;

    /// Whether this one can have become `new`.
    fn is_same(&self, new: &Self) -> bool;

    /// What finds this one among `all` and no other; `None` if nothing does, or the tool would meet another one.
    fn criteria<'a>(
        &'a self,
        all: &[Self],
        flavour: Flavour,
        ip_type: IpType,
    ) -> Option<Vec<Criterion<'a>>>;

    /// Writes what changes this one into `new` between `select` and `end`; `None` if that cannot be done.
    fn change(
        &self,
        new: &Self,
        lines: &mut Lines,
        flavour: Flavour,
        ip_type: IpType,
    ) -> Option<()>;

    /// Writes what adds it.
    fn add(&self, lines: &mut Lines);

    /// Whether the tool would say of it that it is there already.
    fn exists(&self, all: &[Self], ip_type: IpType) -> bool;

    /// What the flavour does not have of it.
    fn missing(&self, _flavour: Flavour) -> Option<&'static str> {
        None
    }
}

/// The resources of a kind before and after.
pub(super) struct Kind<'a, T> {
    old: &'a [T],
    new: &'a [T],
}

macro_rules! constructors {
    ($($name:ident: $item:ty),* $(,)?) => {
        $(
            impl<'a> Kind<'a, $item> {
                pub(super) fn $name(old: &'a [$item], new: &'a [$item]) -> Self {
                    Self { old, new }
                }
            }
        )*
    };
}

constructors!(fs: Fs, net: Net, device: Device, rctl: Rctl, attr: Attr, dataset: String, admin: Admin);

#[expect(private_bounds, reason = "what the kinds differ in is this file's own")]
impl<T: Item> Kind<'_, T> {
    /// The commands that make the new ones out of the old ones.
    pub(super) fn commands(
        &self,
        flavour: Flavour,
        ip_type: IpType,
    ) -> Result<Lines, Inexpressible> {
        let (gone, come) = self.unequal();
        if let Some(property) = come.iter().find_map(|item| item.missing(flavour)) {
            let reason = "this distribution's zonecfg does not have it; OmniOS and SmartOS do";
            return Err(Inexpressible::new(
                format!("{} {property}", T::RESOURCE),
                reason,
            ));
        }
        if let Some(lines) = self.one_by_one(&gone, &come, flavour, ip_type) {
            return lines;
        }
        // One that nothing tells from the others is removed with all of them.
        let mut lines = Lines::default();
        lines.line(format!("remove -F {}", T::RESOURCE));
        let new: Vec<&T> = self.new.iter().collect();
        Self::added(lines, &mut Vec::new(), &new, ip_type)
    }

    /// The old ones that are not among the new ones, and the new ones that are not among the old ones.
    fn unequal(&self) -> (Vec<&T>, Vec<&T>) {
        let mut gone: Vec<&T> = self.old.iter().collect();
        let mut come = Vec::new();
        for item in self.new {
            match gone.iter().position(|old| *old == item) {
                Some(at) => {
                    gone.remove(at);
                }
                None => come.push(item),
            }
        }
        (gone, come)
    }

    /// Each removed, changed or added by itself; `None` if one of them cannot be named.
    fn one_by_one(
        &self,
        gone: &[&T],
        come: &[&T],
        flavour: Flavour,
        ip_type: IpType,
    ) -> Option<Result<Lines, Inexpressible>> {
        let mut gone: Vec<&T> = gone.to_vec();
        let mut pairs = Vec::new();
        let mut added = Vec::new();
        for item in come {
            let mut body = Lines::default();
            let found = gone.iter().position(|old| old.is_same(item));
            let changed = found.filter(|at| {
                gone[*at]
                    .change(item, &mut body, flavour, ip_type)
                    .is_some()
            });
            match changed {
                Some(at) => pairs.push((gone.remove(at), *item, body)),
                None => added.push(*item),
            }
        }
        let mut lines = Lines::default();
        let mut all = self.old.to_vec();
        for old in gone {
            let criteria = old.criteria(&all, flavour, ip_type)?;
            lines.line(format!("remove {}", query(T::RESOURCE, &criteria)?));
            take(&mut all, old);
        }
        for (old, item, body) in pairs {
            let criteria = old.criteria(&all, flavour, ip_type)?;
            lines.line(format!("select {}", query(T::RESOURCE, &criteria)?));
            lines.lines.extend(body.lines);
            lines.unwritable = lines.unwritable.or(body.unwritable);
            lines.line("end".to_owned());
            take(&mut all, old);
            all.push(item.clone());
        }
        Some(Self::added(lines, &mut all, &added, ip_type))
    }

    /// Adds those of `new` to `all`.
    fn added(
        mut lines: Lines,
        all: &mut Vec<T>,
        new: &[&T],
        ip_type: IpType,
    ) -> Result<Lines, Inexpressible> {
        for item in new {
            if item.exists(all, ip_type) {
                let reason = "zonecfg(8) adds no second one that it cannot tell from the first";
                return Err(Inexpressible::new(T::RESOURCE.as_str(), reason));
            }
            item.add(&mut lines);
            all.push((*item).clone());
        }
        Ok(lines)
    }
}

/// `net physical="web0"`; `None` if a text cannot be written.
fn query(resource: Resource, criteria: &[Criterion<'_>]) -> Option<String> {
    let mut text = resource.to_string();
    for (name, value) in criteria {
        text.push_str(&format!(" {name}={}", written(value)?));
    }
    Some(text)
}

fn take<T: PartialEq>(all: &mut Vec<T>, item: &T) {
    if let Some(at) = all.iter().position(|known| known == item) {
        all.remove(at);
    }
}

/// A name that finds a resource if it is the only one that has it.
fn by_name<'a, T>(
    name: &'static str,
    value: &'a str,
    all: &[T],
    of: impl Fn(&T) -> &str,
) -> Option<Vec<Criterion<'a>>> {
    let several = all.iter().filter(|item| of(item) == value).count() > 1;
    (!several && !value.is_empty()).then(|| vec![(name, value)])
}

/// The tool says so if exactly one has the name.
fn once<T>(value: &str, all: &[T], of: impl Fn(&T) -> &str) -> bool {
    all.iter().filter(|item| of(item) == value).count() == 1
}

fn set(lines: &mut Lines, name: &str, old: &str, new: &str) {
    if old != new {
        lines.given(name, new);
    }
}

/// Removes from a list and adds to it until it is the new one: what stands behind the first that differs is taken out and put back.
fn list<T: PartialEq>(old: &[T], new: &[T], mut write: impl FnMut(Verb, &T)) {
    let mut kept = 0;
    let mut out = Vec::new();
    for item in old {
        if new.get(kept) == Some(item) {
            kept += 1;
        } else {
            out.push(item);
        }
    }
    // `remove` takes the first that is equal, which may be one that was kept.
    if out.iter().any(|item| new[..kept].contains(item)) {
        out = old.iter().collect();
        kept = 0;
    }
    out.into_iter().for_each(|item| write(Verb::Remove, item));
    new[kept..].iter().for_each(|item| write(Verb::Add, item));
}

impl Item for Fs {
    const RESOURCE: Resource = Resource::Fs;

    fn is_same(&self, new: &Self) -> bool {
        self.dir == new.dir
    }

    fn criteria<'a>(&'a self, all: &[Self], _: Flavour, _: IpType) -> Option<Vec<Criterion<'a>>> {
        by_name("dir", &self.dir, all, |fs| &fs.dir)
    }

    fn change(&self, new: &Self, lines: &mut Lines, _: Flavour, _: IpType) -> Option<()> {
        set(lines, "special", &self.special, &new.special);
        match (given(&self.raw), given(&new.raw)) {
            (old, new) if old == new => {}
            (_, None) => lines.line("clear raw".to_owned()),
            (_, new) => lines.set("raw", new),
        }
        set(lines, "type", &self.fs_type, &new.fs_type);
        list(&self.options, &new.options, |verb, option| {
            lines.option(verb, option);
        });
        Some(())
    }

    fn add(&self, lines: &mut Lines) {
        lines.fs(self);
    }

    fn exists(&self, all: &[Self], _: IpType) -> bool {
        once(&self.dir, all, |fs| &fs.dir)
    }
}

impl Item for Net {
    const RESOURCE: Resource = Resource::Net;

    fn is_same(&self, new: &Self) -> bool {
        self.physical == new.physical
    }

    fn criteria<'a>(
        &'a self,
        all: &[Self],
        flavour: Flavour,
        ip_type: IpType,
    ) -> Option<Vec<Criterion<'a>>> {
        // Upstream the tool looks for what it has found by the addresses that go with the ip-type, and does not find it again.
        if deletes_another(all, self, flavour).is_some()
            || (flavour == Flavour::Upstream && has_strange_address(self, ip_type))
        {
            return None;
        }
        let of_the_type = match ip_type {
            IpType::Shared => vec![("address", given(&self.address))],
            IpType::Exclusive => vec![
                ("allowed-address", given(&self.allowed_address)),
                ("mac-addr", given(&self.mac_addr)),
                ("global-nic", given(&self.global_nic)),
            ],
        };
        let mut others: Vec<Criterion<'a>> = of_the_type
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        others.extend(given(&self.defrouter).map(|value| ("defrouter", value)));
        let physical = ("physical", self.physical.as_str());
        let mut tries = vec![vec![physical]];
        tries.extend(others.iter().map(|one| vec![physical, *one]));
        for (at, one) in others.iter().enumerate() {
            tries.extend(
                others[at + 1..]
                    .iter()
                    .map(|two| vec![physical, *one, *two]),
            );
        }
        tries.into_iter().find(|criteria| {
            let asked = asked(criteria);
            all.iter()
                .filter(|net| net::matches(&asked, net, ip_type))
                .count()
                == 1
        })
    }

    fn change(
        &self,
        new: &Self,
        lines: &mut Lines,
        flavour: Flavour,
        ip_type: IpType,
    ) -> Option<()> {
        if has_more_than_selected(self, ip_type) {
            return None;
        }
        let extended = flavour == Flavour::Extended;
        for (name, old, new) in [
            ("address", &self.address, &new.address),
            (
                "allowed-address",
                &self.allowed_address,
                &new.allowed_address,
            ),
            ("mac-addr", &self.mac_addr, &new.mac_addr),
            ("vlan-id", &self.vlan_id, &new.vlan_id),
            ("global-nic", &self.global_nic, &new.global_nic),
            ("defrouter", &self.defrouter, &new.defrouter),
        ] {
            match (given(old), given(new)) {
                (old, new) if old == new => {}
                (_, Some(new)) => lines.set(name, Some(new)),
                (_, None) if extended && name != "address" => lines.line(format!("clear {name}")),
                (Some(old), None) if name == "defrouter" => {
                    lines.put("remove defrouter \0", &[(old, written(old))]);
                }
                // The tool has no command for it.
                _ => return None,
            }
        }
        list(&self.property, &new.property, |verb, property| {
            lines.property(verb, property);
        });
        Some(())
    }

    fn add(&self, lines: &mut Lines) {
        lines.net(self);
    }

    fn exists(&self, all: &[Self], ip_type: IpType) -> bool {
        if self.address.is_some() && self.allowed_address.is_some() {
            return false;
        }
        let asked = Net {
            mac_addr: None,
            global_nic: None,
            ..self.clone()
        };
        let same = all.iter().filter(|net| net::matches(&asked, net, ip_type));
        same.count() == 1
    }

    fn missing(&self, flavour: Flavour) -> Option<&'static str> {
        if flavour == Flavour::Extended {
            return None;
        }
        [
            ("mac-addr", self.mac_addr.is_some()),
            ("vlan-id", self.vlan_id.is_some()),
            ("global-nic", self.global_nic.is_some()),
            ("property", !self.property.is_empty()),
        ]
        .into_iter()
        .find_map(|(name, is_set)| is_set.then_some(name))
    }
}

/// What a query for a net asks for.
fn asked(criteria: &[Criterion<'_>]) -> Net {
    let mut net = Net::default();
    for (name, value) in criteria {
        let value = (*value).to_owned();
        match *name {
            "physical" => net.physical = value,
            "address" => net.address = Some(value),
            "allowed-address" => net.allowed_address = Some(value),
            "mac-addr" => net.mac_addr = Some(value),
            "global-nic" => net.global_nic = Some(value),
            _ => net.defrouter = Some(value),
        }
    }
    net
}

/// Whether the net has an address of the kind that does not go with the ip-type.
fn has_strange_address(net: &Net, ip_type: IpType) -> bool {
    match ip_type {
        IpType::Shared => net.allowed_address.is_some(),
        IpType::Exclusive => net.address.is_some(),
    }
}

/// Whether the net has what the tool does not take over when it selects one, and loses at `end` (libzonecfg.c zonecfg_lookup_nwif).
fn has_more_than_selected(net: &Net, ip_type: IpType) -> bool {
    let of_exclusive = [&net.mac_addr, &net.vlan_id, &net.global_nic];
    has_strange_address(net, ip_type)
        || (ip_type == IpType::Shared && of_exclusive.iter().any(|value| value.is_some()))
}

impl Item for Device {
    const RESOURCE: Resource = Resource::Device;

    fn is_same(&self, new: &Self) -> bool {
        self.match_ == new.match_
    }

    fn criteria<'a>(&'a self, all: &[Self], _: Flavour, _: IpType) -> Option<Vec<Criterion<'a>>> {
        by_name("match", &self.match_, all, |device| &device.match_)
    }

    fn change(&self, new: &Self, lines: &mut Lines, _: Flavour, _: IpType) -> Option<()> {
        list(&self.property, &new.property, |verb, property| {
            lines.property(verb, property);
        });
        Some(())
    }

    fn add(&self, lines: &mut Lines) {
        lines.device(self);
    }

    fn exists(&self, all: &[Self], _: IpType) -> bool {
        once(&self.match_, all, |device| &device.match_)
    }

    fn missing(&self, flavour: Flavour) -> Option<&'static str> {
        (flavour == Flavour::Upstream && !self.property.is_empty()).then_some("property")
    }
}

impl Item for Rctl {
    const RESOURCE: Resource = Resource::Rctl;

    fn is_same(&self, new: &Self) -> bool {
        self.name == new.name
    }

    fn criteria<'a>(&'a self, all: &[Self], _: Flavour, _: IpType) -> Option<Vec<Criterion<'a>>> {
        by_name("name", &self.name, all, |rctl| &rctl.name)
    }

    fn change(&self, new: &Self, lines: &mut Lines, _: Flavour, _: IpType) -> Option<()> {
        list(&self.value, &new.value, |verb, value| {
            lines.value(verb, value);
        });
        Some(())
    }

    fn add(&self, lines: &mut Lines) {
        lines.rctl(self);
    }

    fn exists(&self, all: &[Self], _: IpType) -> bool {
        once(&self.name, all, |rctl| &rctl.name)
    }
}

impl Item for Attr {
    const RESOURCE: Resource = Resource::Attr;

    fn is_same(&self, new: &Self) -> bool {
        self.name == new.name
    }

    fn criteria<'a>(&'a self, all: &[Self], _: Flavour, _: IpType) -> Option<Vec<Criterion<'a>>> {
        by_name("name", &self.name, all, |attr| &attr.name)
    }

    fn change(&self, new: &Self, lines: &mut Lines, _: Flavour, _: IpType) -> Option<()> {
        set(lines, "type", &self.attr_type, &new.attr_type);
        set(lines, "value", &self.value, &new.value);
        Some(())
    }

    fn add(&self, lines: &mut Lines) {
        lines.attr(self);
    }

    fn exists(&self, all: &[Self], _: IpType) -> bool {
        once(&self.name, all, |attr| &attr.name)
    }
}

impl Item for String {
    const RESOURCE: Resource = Resource::Dataset;

    fn is_same(&self, _: &Self) -> bool {
        // A dataset is its name.
        false
    }

    fn criteria<'a>(&'a self, all: &[Self], _: Flavour, _: IpType) -> Option<Vec<Criterion<'a>>> {
        by_name("name", self, all, |name| name)
    }

    fn change(&self, _: &Self, _: &mut Lines, _: Flavour, _: IpType) -> Option<()> {
        None
    }

    fn add(&self, lines: &mut Lines) {
        lines.dataset(self);
    }

    fn exists(&self, all: &[Self], _: IpType) -> bool {
        once(self, all, |name| name)
    }
}

impl Item for Admin {
    const RESOURCE: Resource = Resource::Admin;

    fn is_same(&self, new: &Self) -> bool {
        self.user == new.user
    }

    fn criteria<'a>(&'a self, all: &[Self], _: Flavour, _: IpType) -> Option<Vec<Criterion<'a>>> {
        by_name("user", &self.user, all, |admin| &admin.user)
    }

    fn change(&self, new: &Self, lines: &mut Lines, _: Flavour, _: IpType) -> Option<()> {
        set(lines, "auths", &self.auths, &new.auths);
        Some(())
    }

    fn add(&self, lines: &mut Lines) {
        lines.admin(self);
    }

    fn exists(&self, all: &[Self], _: IpType) -> bool {
        once(&self.user, all, |admin| &admin.user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the tool makes of a list: `remove` takes the first that is equal.
    fn typed(old: &str, new: &str) -> String {
        let mut items: Vec<char> = old.chars().collect();
        let (before, after): (Vec<char>, Vec<char>) = (items.clone(), new.chars().collect());
        list(&before, &after, |verb, item| match verb {
            Verb::Remove => take(&mut items, item),
            _ => items.push(*item),
        });
        items.into_iter().collect()
    }

    #[test]
    fn lists_become_the_new_ones() {
        for (old, new) in [
            ("", "ab"),
            ("ab", ""),
            ("ab", "ba"),
            ("abc", "ac"),
            ("aba", "ab"),
            ("abab", "ba"),
            ("aab", "ab"),
            ("abc", "abdc"),
        ] {
            assert_eq!(typed(old, new), new, "{old}");
        }
    }
}
