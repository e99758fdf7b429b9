//! Commands on the configuration as a whole: create, delete, revert, verify, commit, exit, info, export.

use super::ast::{Arguments, PropertyValue, Value};
use super::export;
use super::gather::gather;
use super::info::{Info, Subset};
use super::lookup;
use super::options::Found;
use super::session::{Exit, Flow, NO_PROPERTY_TYPE, Session};
use super::word::{Property, Resource, Verb};
use illumos::zone::handle::{Existing, Handle};
use illumos::zone::verify::whole::{self, Code, Weight};
use illumos::zone::{ZoneName, store};
use illumos::{ErrorKind, Flavour};

impl Session<'_> {
    pub(super) fn create(&mut self, words: &[Value]) -> Flow {
        let Some(scan) = self.scan_all(Verb::Create, words, "?a:bFt:") else {
            return Ok(());
        };
        if self.is_read_only() {
            return Ok(());
        }
        let Some(existing) = self.may_create(scan.has('F'))? else {
            return Ok(());
        };
        let mut template = "SUNWdefault".to_owned();
        let mut attach = None;
        for found in &scan.found {
            match found {
                Found::Flag('b') => "SUNWblank".clone_into(&mut template),
                Found::Argument('t', name) => template = self.template_name(name),
                Found::Argument('a', path) => attach = Some(path.clone()),
                _ => {}
            }
        }
        let made = match &attach {
            Some(path) => Handle::from_attach(path, &self.zone),
            None => Handle::from_template(&template, &self.zone),
        };
        match made {
            Ok(handle) => {
                self.need_to_commit = true;
                self.got_handle = true;
                self.existing = existing;
                self.handle = Some(handle);
            }
            Err(error) if attach.is_some() && error.kind() == ErrorKind::NotFound => {
                self.say_plainly("invalid path to detached zone");
            }
            Err(error) if attach.is_some() && error.kind() == ErrorKind::Invalid => {
                self.say_plainly("Cannot attach to an earlier release of the operating system");
            }
            Err(error) => {
                let reason = match error.kind() {
                    // Names that no document can have either.
                    ErrorKind::Invalid if !super::is_zone_name(&template) => {
                        "No such zone configured"
                    }
                    _ => error.reason(),
                };
                self.fail(&format!("{template}: {reason}"));
            }
        }
        Ok(())
    }

    /// The template that `create -t` means. OmniOS has its own under `OMNI`: only a name that begins with a capital letter is taken as it
    /// stands. The tool's buffer cuts what it puts together there.
    fn template_name(&self, name: &str) -> String {
        if self.flavour == Flavour::Upstream || name.starts_with(|c: char| c.is_ascii_uppercase()) {
            return name.to_owned();
        }
        format!("OMNI{name}")
            .chars()
            .take(super::LONGEST_NAME)
            .collect()
    }

    /// Whether `create` may go on, and what it may replace when it is saved.
    fn may_create(&mut self, force: bool) -> Result<Option<Existing>, Exit> {
        let zone = self.zone.clone();
        let exists = match Handle::load(&zone) {
            Ok(_) => true,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // An entry of the index without a document is filled.
                return Ok(Some(match self.state()? {
                    Some(_) => Existing::ReplaceConfigured,
                    None => Existing::Refuse,
                }));
            }
            Err(_) => false,
        };
        if !exists {
            return Ok(Some(Existing::ReplaceConfigured));
        }
        if self.is_installed()? && !self.global {
            self.say(&format!(
                "Zone {zone} already installed; create not allowed."
            ));
            return Ok(None);
        }
        if force && !self.is_strict() {
            let line = format!("Zone {zone} already exists; overwriting.\n");
            self.stdout.push_str(&line);
            return Ok(Some(Existing::ReplaceConfigured));
        }
        match self.asked(&format!("Zone {zone} already exists; create anyway")) {
            Some(true) => Ok(Some(Existing::ReplaceConfigured)),
            Some(false) => Ok(None),
            None => {
                self.fail(
                    "Zone exists, input not from terminal and -F not specified:\ncreate command ignored, exiting.",
                );
                Err(Exit(1))
            }
        }
    }

    pub(super) fn delete(&mut self, words: &[Value]) -> Flow {
        let Some(scan) = self.scan_all(Verb::Delete, words, "?F") else {
            return Ok(());
        };
        if self.is_read_only() {
            return Ok(());
        }
        if self.is_strict() {
            self.fail("delete cannot be taken back, and so not be one of several commands that are carried out together.");
            return Ok(());
        }
        if !scan.has('F') {
            if !self.initialize()? {
                return Ok(());
            }
            let question = format!("Are you sure you want to delete zone {}", self.zone);
            match self.asked(&question) {
                Some(true) => {}
                Some(false) => return Ok(()),
                None => {
                    self.fail("Input not from terminal and -F not specified:\ndelete command ignored, exiting.");
                    return Err(Exit(1));
                }
            }
        }
        self.initialize()?;
        let deleted = match self.zone.parse::<ZoneName>() {
            Ok(name) => store::delete(&name, scan.has('F')),
            Err(_) => Err(illumos::Error::new(
                ErrorKind::Invalid,
                "delete the global zone",
                "Invalid argument",
            )),
        };
        match deleted {
            Ok(()) => self.changed = true,
            Err(error) => self.fail_zone(error.reason()),
        }
        self.need_to_commit = false;
        if self.got_handle {
            self.handle = None;
            match Handle::load(&self.zone) {
                Ok(handle) => self.handle = Some(handle),
                Err(error) => {
                    if error.kind() != ErrorKind::NotFound {
                        self.fail_zone(error.reason());
                    }
                    self.got_handle = false;
                }
            }
        }
        Ok(())
    }

    pub(super) fn revert(&mut self, words: &[Value]) -> Flow {
        let Some(scan) = self.scan_all(Verb::Revert, words, "?F") else {
            return Ok(());
        };
        if self.is_read_only() {
            return Ok(());
        }
        if self.scope.is_some() {
            self.fail(
                "You can only use revert in the global scope.\nUse 'cancel' to cancel changes to a resource specification.",
            );
            return Ok(());
        }
        if self.handle.is_none() {
            self.fail("No changes to revert.");
            return Ok(());
        }
        if !scan.has('F') {
            match self.asked("Are you sure you want to revert") {
                Some(true) => {}
                Some(false) => return Ok(()),
                None => {
                    self.fail(
                        "Input not from terminal and -F not specified:\nrevert command ignored, exiting.",
                    );
                    return Err(Exit(1));
                }
            }
        }
        self.handle = None;
        let name = self.saved_name.clone();
        match Handle::load(&name) {
            Ok(handle) => self.handle = Some(handle),
            Err(error) => {
                self.got_handle = false;
                if error.kind() == ErrorKind::NotFound {
                    self.fail(&format!("{name}: no such saved zone to revert to."));
                } else {
                    self.fail_zone(error.reason());
                }
            }
        }
        self.zone = name;
        Ok(())
    }

    pub(super) fn commit(&mut self, words: &[Value]) -> Flow {
        if self.scan_all(Verb::Commit, words, "?").is_none() {
            return Ok(());
        }
        if self.is_strict() {
            // Everything is saved at the end, when all went well.
            return self.verify(false);
        }
        self.save()
    }

    /// Saves if the configuration verifies.
    pub(super) fn save(&mut self) -> Flow {
        self.verify(true)
    }

    /// Checks the configuration, and saves it if it is wanted and nothing is wrong.
    pub(super) fn verify(&mut self, save: bool) -> Flow {
        if self.is_read_only() || !self.initialize()? {
            return Ok(());
        }
        let Some(gathered) = self.handle.as_ref().map(gather) else {
            return Ok(());
        };
        let mut verdict: Option<&'static str> = None;
        for finding in whole::findings(
            &self.zone,
            &gathered.config,
            &gathered.withheld,
            self.global,
        ) {
            let sentence = &finding.problem.sentence;
            if finding.by_library {
                self.say_plainly(sentence);
            } else {
                self.say(sentence);
            }
            match finding.weight {
                Weight::Counts => verdict = verdict.or(Some(finding.code.text())),
                Weight::Overrides => verdict = Some(finding.code.text()),
                Weight::Stops => {
                    self.fail_zone(finding.code.text());
                    return Ok(());
                }
                Weight::StopsSilently => {
                    self.saw_error |= verdict.is_some();
                    return Ok(());
                }
                Weight::Warns => {}
            }
        }
        if self.scope.is_some() {
            self.fail("resource specification incomplete");
            verdict = verdict.or(Some(Code::InsufficientSpecification.text()));
        }
        match verdict {
            None if save => self.write(),
            None => {}
            Some(reason) => {
                if save {
                    let sentence = format!("Zone {} failed to verify", self.zone);
                    self.say(&sentence);
                }
                self.fail_zone(reason);
            }
        }
        Ok(())
    }

    fn write(&mut self) {
        if self.has_failed() {
            return;
        }
        let existing = self.existing;
        let writable = self.is_writable();
        let Some(handle) = self.handle.as_mut() else {
            return;
        };
        handle.set_did();
        let saved = match writable {
            true => handle.save(existing),
            // What libzonecfg says when the document cannot be written as UTF-8.
            false => Err(illumos::Error::new(
                ErrorKind::Invalid,
                "save the configuration",
                "Problem saving file",
            )),
        };
        match saved {
            Ok(()) => {
                self.need_to_commit = false;
                self.changed = true;
                self.saved_name.clone_from(&self.zone);
            }
            Err(error) => self.fail_zone(error.reason()),
        }
    }

    pub(super) fn exit(&mut self, words: &[Value]) -> Flow {
        let Some(scan) = self.scan_all(Verb::Exit, words, "?F") else {
            return Ok(());
        };
        self.force_exit |= scan.has('F');
        if self.scope.is_none() || self.force_exit {
            self.time_to_exit = true;
            return Ok(());
        }
        match self.asked("Resource incomplete; really quit") {
            Some(answer) => {
                self.time_to_exit = answer;
                Ok(())
            }
            None => {
                self.fail(
                    "Resource incomplete, input not from terminal and -F not specified:\nexit command ignored, but exiting anyway.",
                );
                Err(Exit(1))
            }
        }
    }

    pub(super) fn export(&mut self, words: &[Value]) -> Flow {
        let Some(scan) = self.scan_all(Verb::Export, words, "?f:") else {
            return Ok(());
        };
        if !self.initialize()? {
            return Ok(());
        }
        let Some(gathered) = self.handle.as_ref().map(gather) else {
            return Ok(());
        };
        let unreadable = gathered.unreadable();
        let mut config = gathered.config;
        // The tool takes the brand from the saved document.
        config.brand = Handle::load(&self.zone)
            .and_then(|saved| saved.brand())
            .unwrap_or_default();
        let text = export::readable(&config, &unreadable);
        let file = scan.found.iter().rev().find_map(|found| match found {
            Found::Argument('f', path) => Some(path),
            _ => None,
        });
        match file {
            None => self.stdout.push_str(&text),
            Some(path) => {
                if let Err(error) = std::fs::write(path, &text) {
                    self.say(&format!("opening file {path}: {error}"));
                }
            }
        }
        Ok(())
    }

    pub(super) fn info(&mut self, arguments: &Arguments) -> Flow {
        if !self.initialize()? {
            return Ok(());
        }
        if self.scope.is_some() {
            self.info_scope();
            return Ok(());
        }
        let subset = match arguments {
            Arguments::Name(property) => Subset::Property(*property),
            Arguments::Resource {
                resource, criteria, ..
            } => {
                let Some(criteria) = self.info_criteria(*resource, criteria) else {
                    return Ok(());
                };
                Subset::Resource(*resource, criteria)
            }
            Arguments::Words(_) | Arguments::Property { .. } => Subset::All,
        };
        if self.global {
            match subset {
                Subset::Property(property) if is_of_zones_only(property) => {
                    self.say(&format!(
                        "{property} is not a valid property for the global zone."
                    ));
                    return Ok(());
                }
                Subset::Resource(resource, _) if is_resource_of_zones_only(resource) => {
                    self.say(&format!(
                        "{resource} is not a valid resource for the global zone."
                    ));
                    return Ok(());
                }
                _ => {}
            }
        }
        let Some(gathered) = self.handle.as_ref().map(gather) else {
            return Ok(());
        };
        for (property, error) in &gathered.properties {
            let asked = match &subset {
                Subset::All => true,
                Subset::Property(wanted) => wanted == property,
                Subset::Resource(..) => false,
            };
            if asked {
                self.fail_zone(error.reason());
            }
        }
        for (resource, error) in &gathered.resources {
            // The tool leaves them out without a word.
            self.warn(&format!("{resource}: {}", error.reason()));
        }
        let text = Info::new(self.flavour, self.global).print(
            &gathered.name,
            &gathered.config,
            &subset,
            &gathered.unreadable(),
        );
        self.stdout.push_str(&text);
        Ok(())
    }

    /// The values that resources are looked for by; `None` if they cannot be.
    fn info_criteria(
        &mut self,
        resource: Resource,
        criteria: &[(Property, PropertyValue)],
    ) -> Option<Vec<(Property, String)>> {
        let mut wanted = Vec::new();
        for (property, value) in criteria {
            let PropertyValue::Simple(value) = value else {
                self.fail("A simple value was expected here.");
                return None;
            };
            if !lookup::identifies(resource, *property, self.flavour) {
                self.fail(&format!("{property}: {NO_PROPERTY_TYPE}"));
                return None;
            }
            wanted.push((*property, value.to_string()));
        }
        Some(wanted)
    }
}

/// Whether the global zone does not have the property.
pub(super) fn is_of_zones_only(property: Property) -> bool {
    use Property as P;
    matches!(
        property,
        P::Zonename
            | P::Zonepath
            | P::Autoboot
            | P::Limitpriv
            | P::Bootargs
            | P::Brand
            | P::SchedulingClass
            | P::IpType
            | P::Hostid
            | P::FsAllowed
    )
}

/// Whether the global zone does not have resources of the type.
pub(super) fn is_resource_of_zones_only(resource: Resource) -> bool {
    use Resource as R;
    matches!(resource, R::Fs | R::Net | R::Device | R::Attr | R::Dataset)
}
