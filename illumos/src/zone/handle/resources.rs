//! Resources: each kind is read as a whole, added, deleted and modified.
//!
//! `add_*` checks neither duplicates nor what zonecfg(8) requires, only that libzonecfg can store the value and read it back.
//! `delete_*` removes the first match, comparing what libzonecfg compares. `modify_*` moves the resource to the end.
//! Deleting or modifying what is not there is [`crate::ErrorKind::NotFound`] (Z_NO_RESOURCE_ID). A value too long for
//! libzonecfg's structure is [`crate::ErrorKind::Invalid`] (Z_TOO_BIG).

use std::ptr;

use illumos_sys::{zone_attrtab, zone_dstab, zone_fstab, zone_rctltab, zone_rctlvaltab};

use super::Handle;
use super::table::{Functions, Table, functions};
use crate::Result;
use crate::ffi::{Api, Unfit, document_text, put, text};
use crate::zone::config::{Attr, Fs, Rctl, RctlValue};

impl Handle {
    /// `fs` resources.
    pub fn filesystems(&self) -> Result<Vec<Fs>> {
        self.list::<zone_fstab>()
    }

    /// Adds an `fs`.
    pub fn add_fs(&mut self, fs: &Fs) -> Result<()> {
        self.add::<zone_fstab>(fs)
    }

    /// Deletes the `fs` with this dir, special, raw and type.
    pub fn delete_fs(&mut self, fs: &Fs) -> Result<()> {
        self.delete::<zone_fstab>(fs)
    }

    /// Replaces `old`.
    pub fn modify_fs(&mut self, old: &Fs, new: &Fs) -> Result<()> {
        self.modify::<zone_fstab>(old, new)
    }

    /// `dataset` resources, by name.
    pub fn datasets(&self) -> Result<Vec<String>> {
        self.list::<zone_dstab>()
    }

    /// Adds a `dataset`.
    pub fn add_dataset(&mut self, name: &str) -> Result<()> {
        self.add::<zone_dstab>(&name.to_owned())
    }

    /// Deletes the `dataset` of this name.
    pub fn delete_dataset(&mut self, name: &str) -> Result<()> {
        self.delete::<zone_dstab>(&name.to_owned())
    }

    /// Replaces `old`.
    pub fn modify_dataset(&mut self, old: &str, new: &str) -> Result<()> {
        self.modify::<zone_dstab>(&old.to_owned(), &new.to_owned())
    }

    /// `attr` resources.
    pub fn attrs(&self) -> Result<Vec<Attr>> {
        self.list::<zone_attrtab>()
    }

    /// Adds an `attr`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] for a type other than `boolean`, `int`, `string`, `uint`: libzonecfg would abort the process when saving.
    pub fn add_attr(&mut self, attr: &Attr) -> Result<()> {
        self.check_attr_type("add", "zonecfg_add_attr", attr)?;
        self.add::<zone_attrtab>(attr)
    }

    /// Deletes the `attr` of this name.
    pub fn delete_attr(&mut self, attr: &Attr) -> Result<()> {
        self.delete::<zone_attrtab>(attr)
    }

    /// Replaces `old`.
    pub fn modify_attr(&mut self, old: &Attr, new: &Attr) -> Result<()> {
        self.check_attr_type("change", "zonecfg_modify_attr", new)?;
        self.modify::<zone_attrtab>(old, new)
    }

    /// The document type allows four words, and a document that is not valid ends the process when it is saved.
    fn check_attr_type(&self, verb: &str, function: &'static str, attr: &Attr) -> Result<()> {
        if matches!(
            attr.attr_type.as_str(),
            "boolean" | "int" | "string" | "uint"
        ) {
            return Ok(());
        }
        let reason = format!(
            "{:?} is not one of boolean, int, string, uint",
            attr.attr_type
        );
        Err(self.resource_unfit::<zone_attrtab>(
            verb,
            function,
            Unfit::new("type", illumos_sys::Z_INVAL, reason),
        ))
    }

    /// `rctl` resources. Values that are not `privileged` with `none` or `deny` end a resource's list: libzonecfg does not hand them over.
    pub fn rctls(&self) -> Result<Vec<Rctl>> {
        self.list::<zone_rctltab>()
    }

    /// Adds an `rctl`.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Invalid`] (Z_INVAL) for a value that is not `privileged` with `none` or `deny` and an unsigned limit.
    pub fn add_rctl(&mut self, rctl: &Rctl) -> Result<()> {
        self.add::<zone_rctltab>(rctl)
    }

    /// Deletes the `rctl` of this name.
    pub fn delete_rctl(&mut self, rctl: &Rctl) -> Result<()> {
        self.delete::<zone_rctltab>(&Rctl {
            name: rctl.name.clone(),
            value: Vec::new(),
        })
    }

    /// Replaces `old`, found by its name.
    pub fn modify_rctl(&mut self, old: &Rctl, new: &Rctl) -> Result<()> {
        self.modify::<zone_rctltab>(
            &Rctl {
                name: old.name.clone(),
                value: Vec::new(),
            },
            new,
        )
    }
}

// SAFETY: arrays of characters and a pointer; the functions are declared with this structure. The options come from the library's malloc
// in either direction.
unsafe impl Table for zone_fstab {
    type Item = Fs;
    const KIND: &'static str = "fs";
    const FUNCTIONS: Functions<Self> = functions!(
        illumos_sys,
        zonecfg_setfsent,
        zonecfg_getfsent,
        zonecfg_endfsent,
        zonecfg_add_filesystem,
        zonecfg_delete_filesystem,
        zonecfg_modify_filesystem
    );

    fn fill(&mut self, fs: &Fs, _: &Api) -> Result<(), Unfit> {
        put(&mut self.zone_fs_dir, "dir", &fs.dir)?;
        put(&mut self.zone_fs_special, "special", &fs.special)?;
        put(
            &mut self.zone_fs_raw,
            "raw",
            fs.raw.as_deref().unwrap_or_default(),
        )?;
        put(&mut self.zone_fs_type, "type", &fs.fs_type)?;
        for option in &fs.options {
            // The library copies what fits and says nothing of the rest.
            put(&mut [0; illumos_sys::MAX_MNTOPT_STR], "options", option)?;
            let argument = document_text("options", option)?;
            // SAFETY: the structure is ours, its list NULL or made by this function; the library links a copy of the text.
            let code = unsafe {
                illumos_sys::zonecfg_add_fs_option(&raw mut *self, argument.as_mut_ptr())
            };
            if code != illumos_sys::Z_OK {
                return Err(Unfit::new("options", code, "libzonecfg does not take it"));
            }
        }
        Ok(())
    }

    fn item(&self, _: &Api) -> Result<Fs, Unfit> {
        let mut options = Vec::new();
        let mut node = self.zone_fs_options;
        while !node.is_null() {
            // SAFETY: the library made the list, which ends in NULL and is freed only by release.
            let option = unsafe { &*node };
            options.push(text(&option.zone_fsopt_opt, "options")?);
            node = option.zone_fsopt_next;
        }
        let raw = text(&self.zone_fs_raw, "raw")?;
        Ok(Fs {
            dir: text(&self.zone_fs_dir, "dir")?,
            special: text(&self.zone_fs_special, "special")?,
            raw: Some(raw).filter(|raw| !raw.is_empty()),
            fs_type: text(&self.zone_fs_type, "type")?,
            options,
        })
    }

    fn release(&mut self, _: &Api) {
        // SAFETY: a list that the library made, or NULL, which is accepted; the pointer is cleared.
        unsafe { illumos_sys::zonecfg_free_fs_option_list(self.zone_fs_options) };
        self.zone_fs_options = ptr::null_mut();
    }
}

// SAFETY: an array of characters; the functions are declared with this structure.
unsafe impl Table for zone_dstab {
    type Item = String;
    const KIND: &'static str = "dataset";
    const FUNCTIONS: Functions<Self> = functions!(
        illumos_sys,
        zonecfg_setdsent,
        zonecfg_getdsent,
        zonecfg_enddsent,
        zonecfg_add_ds,
        zonecfg_delete_ds,
        zonecfg_modify_ds
    );

    fn fill(&mut self, name: &String, _: &Api) -> Result<(), Unfit> {
        put(&mut self.zone_dataset_name, "name", name)
    }

    fn item(&self, _: &Api) -> Result<String, Unfit> {
        text(&self.zone_dataset_name, "name")
    }
}

// SAFETY: arrays of characters; the functions are declared with this structure.
unsafe impl Table for zone_attrtab {
    type Item = Attr;
    const KIND: &'static str = "attr";
    const FUNCTIONS: Functions<Self> = functions!(
        illumos_sys,
        zonecfg_setattrent,
        zonecfg_getattrent,
        zonecfg_endattrent,
        zonecfg_add_attr,
        zonecfg_delete_attr,
        zonecfg_modify_attr
    );

    fn fill(&mut self, attr: &Attr, _: &Api) -> Result<(), Unfit> {
        put(&mut self.zone_attr_name, "name", &attr.name)?;
        put(&mut self.zone_attr_type, "type", &attr.attr_type)?;
        put(&mut self.zone_attr_value, "value", &attr.value)
    }

    fn item(&self, _: &Api) -> Result<Attr, Unfit> {
        Ok(Attr {
            name: text(&self.zone_attr_name, "name")?,
            attr_type: text(&self.zone_attr_type, "type")?,
            value: text(&self.zone_attr_value, "value")?,
        })
    }
}

// SAFETY: an array of characters and a pointer; the functions are declared with this structure. The values come from malloc, whether the
// library made them or fill did.
unsafe impl Table for zone_rctltab {
    type Item = Rctl;
    const KIND: &'static str = "rctl";
    const FUNCTIONS: Functions<Self> = functions!(
        illumos_sys,
        zonecfg_setrctlent,
        zonecfg_getrctlent,
        zonecfg_endrctlent,
        zonecfg_add_rctl,
        zonecfg_delete_rctl,
        zonecfg_modify_rctl
    );

    fn fill(&mut self, rctl: &Rctl, _: &Api) -> Result<(), Unfit> {
        put(&mut self.zone_rctl_name, "name", &rctl.name)?;
        for value in &rctl.value {
            // SAFETY: allocates; the library takes the node over and frees it with C's free, so it must come from C's allocator.
            let node: *mut zone_rctlvaltab =
                unsafe { libc::calloc(1, size_of::<zone_rctlvaltab>()) }.cast();
            if node.is_null() {
                return Err(Unfit::new("value", illumos_sys::Z_NOMEM, "out of memory"));
            }
            // SAFETY: allocated with this length, zeroed, which is a value of the structure, and nobody else's.
            let filled = fill_value(unsafe { &mut *node }, value);
            let linked = filled.and_then(|()| {
                // SAFETY: the structure is ours; the node's texts end in a NUL. On another code than Z_OK it stays ours.
                match unsafe { illumos_sys::zonecfg_add_rctl_value(&raw mut *self, node) } {
                    illumos_sys::Z_OK => Ok(()),
                    code => {
                        let RctlValue { priv_, limit, action } = value;
                        let reason = format!(
                            "(priv={priv_},limit={limit},action={action}) is not privileged with an unsigned limit and action none or deny"
                        );
                        Err(Unfit::new("value", code, reason))
                    }
                }
            });
            if let Err(unfit) = linked {
                // SAFETY: from calloc above, and not linked.
                unsafe { libc::free(node.cast()) };
                return Err(unfit);
            }
        }
        Ok(())
    }

    fn item(&self, _: &Api) -> Result<Rctl, Unfit> {
        let mut value = Vec::new();
        let mut node = self.zone_rctl_valptr;
        while !node.is_null() {
            // SAFETY: the library made the list, which ends in NULL and is freed only by release.
            let one = unsafe { &*node };
            value.push(RctlValue {
                priv_: text(&one.zone_rctlval_priv, "priv")?,
                limit: text(&one.zone_rctlval_limit, "limit")?,
                action: text(&one.zone_rctlval_action, "action")?,
            });
            node = one.zone_rctlval_next;
        }
        Ok(Rctl {
            name: text(&self.zone_rctl_name, "name")?,
            value,
        })
    }

    fn release(&mut self, _: &Api) {
        // SAFETY: a list of nodes from malloc, or NULL, which is accepted; the pointer is cleared.
        unsafe { illumos_sys::zonecfg_free_rctl_value_list(self.zone_rctl_valptr) };
        self.zone_rctl_valptr = ptr::null_mut();
    }
}

fn fill_value(node: &mut zone_rctlvaltab, value: &RctlValue) -> Result<(), Unfit> {
    put(&mut node.zone_rctlval_priv, "priv", &value.priv_)?;
    put(&mut node.zone_rctlval_limit, "limit", &value.limit)?;
    put(&mut node.zone_rctlval_action, "action", &value.action)
}
