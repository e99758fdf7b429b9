//! `extends`: what a template takes from the one that it names.
//!
//! - A node that is there once (`brand`, `autoboot`, `cpu-shares`, …): the template's own counts, else the base's.
//! - `capped-memory` and `security-flags`: each of their values by itself.
//! - Nodes that have a name (`net`, `rctl`, `fs`, `device`, `attr`, `admin`, `variable`): the template's own take the place
//!   of the base's of the same name as a whole; further ones follow the base's.
//! - `dataset` and `tags`: the base's, then the template's own that are not among them.
//! - `publishers` and `install-args`: the template's own if it has any, else the base's.
//!
//! Nothing of the base can be taken away; a base that has too much is split in two.

use super::model::{CappedMemory, Settings, Template};

/// `own` with what it takes from `base`, which has its own base merged in already.
#[must_use]
pub fn extend(base: &Template, own: &Template) -> Template {
    let mut extends = vec![base.name.clone()];
    extends.extend(base.extends.iter().cloned());
    let mut variables = base.variables.clone();
    variables.extend(own.variables.clone());
    Template {
        name: own.name.clone(),
        extends,
        settings: extend_settings(&base.settings, &own.settings),
        nets: by_name(&base.nets, &own.nets, |net| &net.name),
        publishers: if own.publishers.is_empty() {
            base.publishers.clone()
        } else {
            own.publishers.clone()
        },
        variables,
    }
}

/// `own` over `base`, by the rules of `extends`. Also what a zone's own settings are over its template's.
#[must_use]
pub fn extend_settings(base: &Settings, own: &Settings) -> Settings {
    fn one<T: Clone>(base: &Option<T>, own: &Option<T>) -> Option<T> {
        own.clone().or_else(|| base.clone())
    }
    Settings {
        brand: one(&base.brand, &own.brand),
        zonepath: one(&base.zonepath, &own.zonepath),
        autoboot: one(&base.autoboot, &own.autoboot),
        ip_type: one(&base.ip_type, &own.ip_type),
        bootargs: one(&base.bootargs, &own.bootargs),
        resource_pool: one(&base.resource_pool, &own.resource_pool),
        limitpriv: one(&base.limitpriv, &own.limitpriv),
        scheduling_class: one(&base.scheduling_class, &own.scheduling_class),
        hostid: one(&base.hostid, &own.hostid),
        fs_allowed: one(&base.fs_allowed, &own.fs_allowed),
        cpu_shares: one(&base.cpu_shares, &own.cpu_shares),
        capped_cpu: one(&base.capped_cpu, &own.capped_cpu),
        dedicated_cpu: one(&base.dedicated_cpu, &own.dedicated_cpu),
        capped_memory: CappedMemory {
            physical: one(&base.capped_memory.physical, &own.capped_memory.physical),
            swap: one(&base.capped_memory.swap, &own.capped_memory.swap),
            locked: one(&base.capped_memory.locked, &own.capped_memory.locked),
        },
        max_lwps: one(&base.max_lwps, &own.max_lwps),
        max_processes: one(&base.max_processes, &own.max_processes),
        max_shm_memory: one(&base.max_shm_memory, &own.max_shm_memory),
        max_shm_ids: one(&base.max_shm_ids, &own.max_shm_ids),
        max_msg_ids: one(&base.max_msg_ids, &own.max_msg_ids),
        max_sem_ids: one(&base.max_sem_ids, &own.max_sem_ids),
        rctl: by_name(&base.rctl, &own.rctl, |rctl| &rctl.name),
        fs: by_name(&base.fs, &own.fs, |fs| &fs.dir),
        dataset: by_name(&base.dataset, &own.dataset, |name| name),
        device: by_name(&base.device, &own.device, |device| &device.match_),
        attr: by_name(&base.attr, &own.attr, |attr| &attr.name),
        admin: by_name(&base.admin, &own.admin, |admin| &admin.user),
        security_flags: match (&base.security_flags, &own.security_flags) {
            (Some(base), Some(own)) => Some(illumos::zone::config::SecurityFlags {
                lower: one(&base.lower, &own.lower),
                default: one(&base.default, &own.default),
                upper: one(&base.upper, &own.upper),
            }),
            (base, own) => one(base, own),
        },
        install_args: if own.install_args.is_empty() {
            base.install_args.clone()
        } else {
            own.install_args.clone()
        },
        tags: by_name(&base.tags, &own.tags, |tag| tag),
    }
}

/// The base's, each replaced by the own one of its name, then the own ones that have no counterpart.
fn by_name<T: Clone>(base: &[T], own: &[T], name: impl Fn(&T) -> &String) -> Vec<T> {
    let counterpart =
        |one: &T, list: &[T]| list.iter().find(|other| name(other) == name(one)).cloned();
    let replaced = base
        .iter()
        .map(|one| counterpart(one, own).unwrap_or_else(|| one.clone()));
    replaced
        .chain(
            own.iter()
                .filter(|one| counterpart(one, base).is_none())
                .cloned(),
        )
        .collect()
}
