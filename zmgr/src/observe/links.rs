use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use illumos::datalink::{Datalinks, Link, LinkClass};

use crate::Failure;

/// The links of the host, each asked for when somebody wants to know, and then kept.
///
/// A host with 8,192 zones has twice as many VNICs, each of which costs several calls of libdladm; a plan names a few of them.
#[derive(Debug, Default)]
pub struct Links {
    all: OnceLock<BTreeMap<String, Link>>,
    asked: Mutex<Asked>,
}

#[derive(Debug, Default)]
struct Asked {
    datalinks: Option<Datalinks>,
    found: BTreeMap<String, Option<Link>>,
    default_tags: BTreeMap<String, Option<u16>>,
}

impl Asked {
    fn datalinks(&mut self) -> Result<&Datalinks, Failure> {
        Ok(match &mut self.datalinks {
            Some(datalinks) => datalinks,
            closed => closed.insert(Datalinks::open()?),
        })
    }
}

impl Links {
    /// The link named `name`, if there is one.
    ///
    /// # Errors
    /// If libdladm fails.
    pub fn find(&self, name: &str) -> Result<Option<Link>, Failure> {
        if let Some(all) = self.all.get() {
            return Ok(all.get(name).cloned());
        }
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = asked.found.get(name) {
            return Ok(known.clone());
        }
        let found = asked.datalinks()?.find(name)?;
        asked.found.insert(name.to_owned(), found.clone());
        Ok(found)
    }

    /// The VNIC of a zone, which may be lent to it: where the name alone does not find it, all links are looked through. In SmartOS
    /// the name of a link of a running zone is known in that zone only (illumos-joyent `usr/src/cmd/dlmgmtd/dlmgmt_util.c`, `link_by_name`).
    ///
    /// # Errors
    /// If libdladm fails.
    pub fn find_lent(&self, name: &str) -> Result<Option<Link>, Failure> {
        match self.find(name)? {
            Some(link) => Ok(Some(link)),
            None => Ok(self.all()?.get(name).cloned()),
        }
    }

    /// The VLAN id that the link keeps for packets without a VLAN, if it does: no VNIC over it can have that (illumos-gate
    /// `usr/src/uts/common/io/mac/mac_client.c`: no client may use the port's VLAN id).
    ///
    /// # Errors
    /// If libdladm cannot be opened.
    pub fn default_tag(&self, name: &str) -> Result<Option<u16>, Failure> {
        let Some(link) = self.find(name)? else {
            return Ok(None);
        };
        let tagged = matches!(
            link.class,
            LinkClass::Phys | LinkClass::Aggr | LinkClass::Simnet | LinkClass::Overlay
        );
        if !tagged || !link.active {
            return Ok(None);
        }
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = asked.default_tags.get(name) {
            return Ok(*known);
        }
        // Not every driver knows the property.
        let values = asked.datalinks()?.property(name, "default_tag").ok();
        let tag = values.and_then(|values| values.first()?.parse().ok());
        let tag = tag.filter(|tag| *tag != 0);
        asked.default_tags.insert(name.to_owned(), tag);
        Ok(tag)
    }

    /// Whether the host still answers as it did to everything that was asked.
    ///
    /// # Errors
    /// If libdladm fails.
    pub fn still_hold(&self) -> Result<bool, Failure> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Self::default();
        for (name, found) in &asked.found {
            if now.find(name)? != *found {
                return Ok(false);
            }
        }
        for (name, tag) in &asked.default_tags {
            if now.default_tag(name)? != *tag {
                return Ok(false);
            }
        }
        match self.all.get() {
            Some(all) => Ok(now.all()? == all),
            None => Ok(true),
        }
    }

    /// Every link, by name.
    ///
    /// # Errors
    /// If libdladm fails.
    pub fn all(&self) -> Result<&BTreeMap<String, Link>, Failure> {
        if let Some(all) = self.all.get() {
            return Ok(all);
        }
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let listed = asked.datalinks()?.list()?;
        let all = listed.into_iter().map(|link| (link.name.clone(), link));
        Ok(self.all.get_or_init(|| all.collect()))
    }
}
