//! `set` and `clear` of the zone's own properties.

use super::ast::{PropertyValue, Value};
use super::configuration::is_of_zones_only;
use super::info::alias_of;
use super::session::{CLEAR_DISALLOWED, Exit, Flow, GLOBAL_WARNING, Session, TOO_BIG, code};
use super::synopsis;
use super::word::{Property, Verb};
use illumos::zone::ZoneName;
use illumos::zone::config::{Alias, IpType};
use illumos::zone::handle::Handle;
use illumos::zone::verify::{brand, number};

/// The most bytes that libzonecfg hands back of `bootargs`, `pool`, `brand` and `scheduling-class`.
const LONGEST_NAME: usize = 255;

impl Session<'_> {
    pub(super) fn set(
        &mut self,
        option: Option<&Value>,
        property: Property,
        value: &PropertyValue,
    ) -> Flow {
        if self.is_read_only() {
            return Ok(());
        }
        self.quiet_options = true;
        let words: Vec<Value> = option.cloned().into_iter().collect();
        let Some(scan) = self.scan(Verb::Set, &words, "F") else {
            return Ok(());
        };
        if self.scope.is_none() {
            if self.global && is_of_zones_only(property) {
                self.fail(&format!(
                    "{property} is not a valid property for the global zone."
                ));
                return Ok(());
            }
            if !property.is_global() {
                self.fail("Cannot set a resource-specific property from the global scope.");
                return Ok(());
            }
        }
        if scan.has('F') {
            let sentence = match self.scope {
                None => "Zonepath is changeable only in an alternate root.",
                Some(_) => "Only zonepath setting can be forced.",
            };
            self.fail(sentence);
            return Ok(());
        }
        if self.scope.is_some() {
            return self.set_in_scope(property, value);
        }
        match value {
            PropertyValue::Simple(value) => self.set_global(property, value),
            PropertyValue::Complex(_) | PropertyValue::List(_) => {
                self.fail("A simple value was expected here.");
                Ok(())
            }
        }
    }

    fn set_global(&mut self, property: Property, value: &Value) -> Flow {
        if property == Property::Zonename && !self.got_handle && self.state()?.is_none() {
            self.name_new_zone(value);
            return Ok(());
        }
        if !self.initialize()? {
            return Ok(());
        }
        if let Some(alias) = alias_of(property) {
            self.set_alias(property, alias, &value.to_text());
            return Ok(());
        }
        match property {
            Property::Zonename => self.rename(value),
            Property::Zonepath => self.set_zonepath(value)?,
            Property::Brand => self.set_brand(value)?,
            Property::Autoboot => match value.as_bytes() {
                b"true" | b"false" => {
                    let autoboot = value.as_bytes() == b"true";
                    self.change(|handle| handle.set_autoboot(autoboot));
                }
                _ => self.fail("autoboot value must be 'true' or 'false'."),
            },
            Property::Pool => self.set_pool(value),
            Property::IpType => self.set_ip_type(value),
            Property::Hostid => self.set_hostid(value),
            Property::Limitpriv
            | Property::Bootargs
            | Property::SchedulingClass
            | Property::FsAllowed => {
                let limited = matches!(property, Property::Bootargs | Property::SchedulingClass);
                let Some(text) = self.readable(value, limited) else {
                    return Ok(());
                };
                let text = text.as_str();
                self.change(|handle| match property {
                    Property::Limitpriv => handle.set_limitpriv(Some(text)),
                    Property::Bootargs => handle.set_bootargs(Some(text)),
                    Property::SchedulingClass => handle.set_scheduling_class(Some(text)),
                    _ => handle.set_fs_allowed(Some(text)),
                });
            }
            _ => self.fail("Cannot set a resource-specific property from the global scope."),
        }
        Ok(())
    }

    /// The text of a value; `None` after refusing one that can be stored and not be read back, which `limited` says of more than
    /// 255 bytes.
    fn readable(&mut self, value: &Value, limited: bool) -> Option<String> {
        if limited && value.as_bytes().len() > LONGEST_NAME {
            self.fail_zone("Argument list too long");
            return None;
        }
        Some(self.text(value, super::lexer::LONGEST + 1))
    }

    /// Changes the document, and notes that it is to be saved.
    pub(super) fn change(
        &mut self,
        change: impl FnOnce(&mut illumos::zone::handle::Handle) -> illumos::Result<()>,
    ) {
        if let Some(handle) = self.handle.as_mut() {
            let result = change(handle);
            self.note(result);
        }
    }

    /// `set zonename` before there is a configuration: another zone is meant.
    fn name_new_zone(&mut self, value: &Value) {
        let name = value.to_string();
        let known = name.starts_with("SUNW") && super::is_zone_name(&name) && name.len() < 64;
        if known || name.parse::<ZoneName>().is_ok() {
            self.zone = name;
        } else {
            self.fail(&format!("{name}: Bogus zone name"));
            self.explain(synopsis::ZONE_NAME);
        }
    }

    fn explain(&mut self, text: &str) {
        self.say_plainly(text.strip_suffix('\n').unwrap_or(text));
    }

    pub(super) fn explain_addresses(&mut self) {
        self.explain(synopsis::ADDRESS);
    }

    fn rename(&mut self, value: &Value) {
        let name = value.to_string();
        let Some(handle) = self.handle.as_mut() else {
            return;
        };
        match handle.set_zonename(&name) {
            Ok(()) => {
                self.need_to_commit = true;
                self.zone = name;
            }
            Err(error) => {
                let reason = match name.parse::<ZoneName>() {
                    Ok(_) => error.reason(),
                    Err(_) => "Bogus zone name",
                };
                self.fail(&format!("{name}: {reason}"));
                self.explain(synopsis::ZONE_NAME);
            }
        }
    }

    fn set_zonepath(&mut self, value: &Value) -> Result<(), Exit> {
        if self.is_installed()? {
            let sentence = format!(
                "Zone {} already installed; set zonepath not allowed.",
                self.zone
            );
            self.say(&sentence);
            return Ok(());
        }
        let path = self.text(value, super::lexer::LONGEST + 1);
        if !path.starts_with('/') {
            self.fail(&format!("{path} is not an absolute path."));
        } else if path.bytes().all(|b| b == b'/') {
            self.fail("/ is not allowed as a zonepath.");
        } else {
            self.change(|handle| handle.set_zonepath(&path));
        }
        Ok(())
    }

    fn set_brand(&mut self, value: &Value) -> Result<(), Exit> {
        if self.is_installed()? {
            let sentence = format!(
                "Zone {} already installed; set brand not allowed.",
                self.zone
            );
            self.say(&sentence);
            return Ok(());
        }
        if let Some(brand) = self.readable(value, true) {
            self.change(|handle| handle.set_brand(&brand));
        }
        Ok(())
    }

    fn set_pool(&mut self, value: &Value) {
        if value.as_bytes().starts_with(b"SUNW") {
            self.fail("pool names starting with SUNW are reserved.");
            return;
        }
        let dedicated = self
            .handle
            .as_ref()
            .is_some_and(|handle| matches!(handle.dedicated_cpu(), Ok(Some(_))));
        if dedicated {
            self.fail(
                "The dedicated-cpu resource already exists.  A persistent pool is incompatible\nwith the dedicated-cpu resource.",
            );
            return;
        }
        if let Some(pool) = self.readable(value, true) {
            self.change(|handle| handle.set_pool(Some(&pool)));
        }
    }

    fn set_ip_type(&mut self, value: &Value) {
        let ip_type = match value.as_bytes() {
            b"shared" => IpType::Shared,
            b"exclusive" => IpType::Exclusive,
            _ => {
                self.fail("ip-type value must be 'shared' or 'exclusive'.");
                return;
            }
        };
        if ip_type == IpType::Exclusive && !self.allows_exclusive_ip() {
            return;
        }
        self.change(|handle| handle.set_ip_type(ip_type));
    }

    fn allows_exclusive_ip(&mut self) -> bool {
        let zone = self.zone.clone();
        let Some(Ok(brand)) = self.handle.as_ref().map(Handle::brand) else {
            self.fail(&format!("{zone}: could not get zone brand\n"));
            return false;
        };
        if !brand::is_installed(&brand) {
            self.fail(&format!("{zone}: unknown brand.\n"));
            return false;
        }
        if !brand::allows_exclusive_ip(&brand) {
            self.fail(&format!(
                "ip-type cannot be 'exclusive' when brand is '{brand}'."
            ));
            return false;
        }
        true
    }

    fn set_hostid(&mut self, value: &Value) {
        let text = self.text(value, super::lexer::LONGEST + 1);
        let Some(handle) = self.handle.as_mut() else {
            return;
        };
        match handle.set_hostid(Some(&text)) {
            Ok(()) => self.need_to_commit = true,
            Err(error) if code(&error) == TOO_BIG => {
                self.fail(&format!("hostid string is too large: {text}"));
            }
            Err(error) => self.fail(&format!("hostid: {}", error.reason())),
        }
    }

    fn set_alias(&mut self, property: Property, alias: Alias, text: &str) {
        if self.global && alias != Alias::CpuShares {
            self.warn(&format!(
                "WARNING: Setting a global zone resource control too low {GLOBAL_WARNING}"
            ));
        }
        let limit = if alias == Alias::MaxShmMemory {
            let Some(bytes) = number::bytes(text) else {
                self.fail(
                    "A non-negative number with a required scale suffix (K, M, G or T) was expected\nhere.",
                );
                return;
            };
            Some(bytes)
        } else {
            number::unsigned(text)
        };
        if !self.may_set_alias(property, alias) {
            return;
        }
        let least = match alias {
            Alias::MaxLwps | Alias::MaxProcesses => 100,
            _ => 0,
        };
        match limit.filter(|limit| *limit >= least) {
            Some(limit) => self.change(|handle| handle.set_alias(alias, limit)),
            None => self.fail(&format!("{property} property is out of range.")),
        }
    }

    pub(super) fn clear(&mut self, property: Property) -> Flow {
        if self.is_read_only() {
            return Ok(());
        }
        if self.scope.is_some() {
            return self.clear_in_scope(property);
        }
        if self.global && is_of_zones_only(property) {
            self.fail(&format!(
                "{property} is not a valid property for the global zone."
            ));
            return Ok(());
        }
        if !self.initialize()? {
            return Ok(());
        }
        if let Some(alias) = alias_of(property) {
            self.clear_alias(property, alias);
            return Ok(());
        }
        let Some(handle) = self.handle.as_mut() else {
            return Ok(());
        };
        let cleared = match property {
            Property::Zonename | Property::Zonepath | Property::Brand => {
                self.fail(&format!("{property}: {CLEAR_DISALLOWED}"));
                return Ok(());
            }
            Property::Autoboot => handle.set_autoboot(false),
            Property::Pool => handle.set_pool(None),
            Property::Limitpriv => handle.set_limitpriv(None),
            Property::Bootargs => handle.set_bootargs(None),
            Property::SchedulingClass => handle.set_scheduling_class(None),
            Property::IpType => handle.set_ip_type(IpType::Shared),
            Property::Hostid => handle.set_hostid(None),
            Property::FsAllowed => handle.set_fs_allowed(None),
            _ => {
                self.no_such_property(Verb::Clear, property);
                return Ok(());
            }
        };
        match cleared {
            Ok(()) => self.need_to_commit = true,
            Err(error) => self.fail(&format!("clear {property}: {}", error.reason())),
        }
        Ok(())
    }
}
