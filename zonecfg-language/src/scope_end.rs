//! `end`: what a resource must have, and putting it into the document.

use super::ast::Value;
use super::lookup;
use super::scope::{Draft, Scope};
use super::session::{Flow, Session};
use super::word::Verb;
use illumos::Flavour;
use illumos::zone::config::{Admin, Alias, Attr, Fs, IpType, Net, Rctl};
use illumos::zone::handle::Handle;
use illumos::zone::verify::{attr, net, security_flags, user, values, whole};

impl Session<'_> {
    pub(super) fn end(&mut self, words: &[Value]) -> Flow {
        if self.scan_all(Verb::End, words, "?").is_none() {
            return Ok(());
        }
        let Some(scope) = self.scope.clone() else {
            self.fail("The end command only makes sense in the resource scope.");
            return Ok(());
        };
        let adding = scope.selected.is_none();
        if !self.is_complete(&scope.draft) || (adding && self.exists(&scope.draft)) {
            self.saw_error = true;
            return Ok(());
        }
        let flavour = self.flavour;
        let Some(handle) = self.handle.as_mut() else {
            return Ok(());
        };
        if let Some(Draft::Net(old)) = &scope.selected {
            let nets = handle.nets().unwrap_or_default();
            if let Some(reason) = lookup::deletes_another(&nets, old, flavour) {
                self.fail_zone(&reason);
                return Ok(());
            }
        }
        match put(handle, &scope) {
            Ok(()) => {
                self.need_to_commit = true;
                self.scope = None;
            }
            Err(error) => self.fail_zone(error.reason()),
        }
        Ok(())
    }

    /// Says that a property is missing, if it is.
    fn require(&mut self, property: &str, value: &str) -> bool {
        if value.is_empty() {
            self.say(&format!("{property} not specified"));
        }
        !value.is_empty()
    }

    /// Whether the resource has what it must have; says what it has not.
    fn is_complete(&mut self, draft: &Draft) -> bool {
        match draft {
            Draft::Fs(fs) => self.is_complete_fs(fs),
            Draft::Net(net) => self.require("physical", &net.physical),
            Draft::Device(device) => self.require("match", &device.match_),
            Draft::Rctl(rctl) => self.is_complete_rctl(rctl),
            Draft::Attr(attr) => self.is_complete_attr(attr),
            Draft::Dataset(name) => self.require("name", name),
            Draft::DedicatedCpu(cpus) => self.require("ncpus", &cpus.ncpus),
            Draft::CappedCpu => {
                let set = self.alias_value(Alias::CpuCap).is_some();
                if !set {
                    self.say("ncpus not specified");
                }
                set
            }
            Draft::CappedMemory(physical) => self.is_complete_memory(*physical),
            Draft::Admin(admin) => self.is_complete_admin(admin),
            Draft::SecurityFlags(flags) => {
                let said = security_flags::problems(flags);
                for (sentence, _) in &said {
                    self.say(sentence);
                }
                !said.iter().any(|(_, refuses)| *refuses)
            }
        }
    }

    fn is_absolute(&mut self, property: &str, path: &str) -> bool {
        let absolute = path.starts_with('/');
        if !absolute {
            self.say(&format!("{property} {path} is not an absolute path."));
        }
        absolute
    }

    fn is_complete_fs(&mut self, fs: &Fs) -> bool {
        let dir = self.require("dir", &fs.dir) && self.is_absolute("dir", &fs.dir);
        let special = self.require("special", &fs.special);
        let raw = match fs.raw.as_deref() {
            Some(raw) => self.is_absolute("raw", raw),
            None => true,
        };
        let fs_type = self.require("type", &fs.fs_type);
        dir && special && raw && fs_type
    }

    fn is_complete_rctl(&mut self, rctl: &Rctl) -> bool {
        let name = self.require("name", &rctl.name);
        if rctl.value.is_empty() {
            self.say("no value specified");
        }
        name && !rctl.value.is_empty()
    }

    fn is_complete_attr(&mut self, attr: &Attr) -> bool {
        let mut complete = self.require("name", &attr.name);
        complete &= self.require("type", &attr.attr_type);
        complete &= self.require("value", &attr.value);
        for checked in [attr::name(&attr.name), attr::value(attr)] {
            if let Err(sentence) = checked {
                self.say(&sentence);
                complete = false;
            }
        }
        complete
    }

    fn alias_value(&self, alias: Alias) -> Option<u64> {
        self.handle.as_ref()?.alias(alias).ok().flatten()
    }

    fn is_complete_memory(&mut self, physical: Option<u64>) -> bool {
        let physical = match self.flavour {
            Flavour::Upstream => physical,
            Flavour::Extended => self.alias_value(Alias::Physical),
        };
        let locked = self.alias_value(Alias::Locked);
        if physical
            .or(locked)
            .or(self.alias_value(Alias::Swap))
            .is_none()
        {
            self.say("No property was specified.  One of physical, swap or locked is required.");
            return false;
        }
        if let (Some(physical), Some(locked)) = (physical, locked)
            && physical < locked
        {
            self.say("The locked cap must be less than or equal to the physical cap.");
            return false;
        }
        true
    }

    fn is_complete_admin(&mut self, admin: &Admin) -> bool {
        let mut complete = self.require("user", &admin.user);
        if complete && !user::exists(&admin.user) {
            self.say(&format!("user {} is not a valid username", admin.user));
            complete = false;
        }
        complete &= self.require("auths", &admin.auths);
        if let Some(auth) = user::unknown_authorization(&admin.auths) {
            let problem = whole::unknown_authorization(&self.zone, &admin.auths, auth);
            self.say_plainly(&problem.sentence);
            complete = false;
        }
        complete
    }

    /// Whether a resource like this one is there already; says so.
    fn exists(&mut self, draft: &Draft) -> bool {
        let ip_type = self.ip_type();
        let sentence = self
            .handle
            .as_ref()
            .and_then(|handle| existing(handle, draft, ip_type));
        if let Some(sentence) = &sentence {
            self.say(sentence);
        }
        sentence.is_some()
    }
}

/// What the tool says if exactly one resource like this one is there.
fn existing(handle: &Handle, draft: &Draft, ip_type: IpType) -> Option<String> {
    let once = |found: illumos::Result<Vec<String>>, name: &str| {
        found.is_ok_and(|found| found.iter().filter(|known| *known == name).count() == 1)
    };
    let (property, name, is_there) = match draft {
        Draft::Fs(fs) => {
            let dirs = handle
                .filesystems()
                .map(|found| found.into_iter().map(|fs| fs.dir).collect());
            ("dir", &fs.dir, once(dirs, &fs.dir))
        }
        Draft::Net(query) => {
            return is_duplicate(handle, query, ip_type).then(|| values::net_exists(query));
        }
        Draft::Device(device) => {
            let matches = handle
                .devices()
                .map(|found| found.into_iter().map(|device| device.match_).collect());
            ("match", &device.match_, once(matches, &device.match_))
        }
        Draft::Rctl(rctl) => {
            let names = handle
                .rctls()
                .map(|found| found.into_iter().map(|rctl| rctl.name).collect());
            ("name", &rctl.name, once(names, &rctl.name))
        }
        Draft::Attr(attr) => {
            let names = handle
                .attrs()
                .map(|found| found.into_iter().map(|attr| attr.name).collect());
            ("name", &attr.name, once(names, &attr.name))
        }
        Draft::Dataset(name) => ("name", name, once(handle.datasets(), name)),
        Draft::Admin(admin) => {
            let users = handle
                .admins()
                .map(|found| found.into_iter().map(|admin| admin.user).collect());
            ("user", &admin.user, once(users, &admin.user))
        }
        Draft::DedicatedCpu(_)
        | Draft::CappedCpu
        | Draft::CappedMemory(_)
        | Draft::SecurityFlags(_) => return None,
    };
    let resource = draft.resource();
    is_there.then(|| values::exists(resource.as_str(), property, name))
}

/// A query with an address of both kinds finds nothing.
fn is_duplicate(handle: &Handle, query: &Net, ip_type: IpType) -> bool {
    if query.address.is_some() && query.allowed_address.is_some() {
        return false;
    }
    let Ok(nets) = handle.nets() else {
        return false;
    };
    // The tool compares four of the properties here.
    let query = Net {
        global_nic: None,
        mac_addr: None,
        ..query.clone()
    };
    let same = nets
        .iter()
        .filter(|known| net::matches(&query, known, ip_type));
    same.count() == 1
}

/// Puts the resource into the document, in the place of the one that was selected.
fn put(handle: &mut Handle, scope: &Scope) -> illumos::Result<()> {
    match (&scope.draft, &scope.selected) {
        (Draft::Fs(new), Some(Draft::Fs(old))) => handle.modify_fs(old, new),
        (Draft::Fs(new), _) => handle.add_fs(new),
        (Draft::Net(new), Some(Draft::Net(old))) => handle.modify_net(old, new),
        (Draft::Net(new), _) => handle.add_net(new),
        (Draft::Device(new), Some(Draft::Device(old))) => handle.modify_device(old, new),
        (Draft::Device(new), _) => handle.add_device(new),
        (Draft::Rctl(new), Some(Draft::Rctl(old))) => handle.modify_rctl(old, new),
        (Draft::Rctl(new), _) => handle.add_rctl(new),
        (Draft::Attr(new), Some(Draft::Attr(old))) => handle.modify_attr(old, new),
        (Draft::Attr(new), _) => handle.add_attr(new),
        (Draft::Dataset(new), Some(Draft::Dataset(old))) => handle.modify_dataset(old, new),
        (Draft::Dataset(new), _) => handle.add_dataset(new),
        (Draft::Admin(new), Some(Draft::Admin(old))) => handle.modify_admin(old, new),
        (Draft::Admin(new), _) => handle.add_admin(new),
        (Draft::DedicatedCpu(cpus), _) => handle.set_dedicated_cpu(Some(cpus)),
        (Draft::CappedMemory(Some(bytes)), _) => handle.set_mcap(Some(*bytes)),
        (Draft::CappedMemory(None), Some(_)) => handle.set_mcap(None),
        (Draft::CappedMemory(None), None) | (Draft::CappedCpu, _) => Ok(()),
        (Draft::SecurityFlags(flags), Some(_)) => handle.set_security_flags(Some(flags)),
        (Draft::SecurityFlags(flags), None) => handle.add_security_flags(flags),
    }
}
