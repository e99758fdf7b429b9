//! A row of the settings. Besides how it is read and written, it says how a template's and a zone's own become one, which of
//! its strings have variables, and what of the zone's configuration it is.

use illumos::Flavour;
use illumos::zone::ZoneConfig;
use illumos::zone::config::{
    Admin, Alias, Attr, DedicatedCpu, Device, Fs, IpType, Rctl, SecurityFlags,
};

use super::{Reading, Spec, Writing};
use crate::documents::expand::ExpandError;
use crate::documents::model::{CappedMemory, Settings};

/// A row of the settings.
pub(crate) struct Setting {
    pub(crate) spec: Spec,
    pub(crate) read: fn(&mut Settings, &mut Reading<'_, '_>),
    pub(crate) write: fn(&Settings, &mut Writing),
    pub(crate) layers: Layers,
    pub(crate) zone: OfZone,
}

/// What of the zone a setting is.
pub(crate) enum OfZone {
    /// Nothing that the zone's configuration holds: the registry, or `zoneadm install`, uses it.
    Nothing,
    /// A property or resource of the configuration.
    Configuration {
        /// Puts it into a configuration that does not have it yet.
        apply: fn(&Settings, &mut ZoneConfig, Flavour),
        /// Takes it out of a configuration.
        observe: fn(&mut Found, &mut Settings),
    },
}

/// A configuration from which settings are taken.
pub(crate) struct Found {
    /// What no setting has taken yet.
    pub(crate) rest: ZoneConfig,
    pub(crate) flavour: Flavour,
    /// Whether resource controls that have a name of their own are called by it.
    pub(crate) aliases: bool,
}

impl Found {
    /// The value behind an alias, which is then no resource control any more.
    pub(super) fn take(&mut self, alias: Alias) -> Option<u64> {
        let value = self.rest.alias(alias).filter(|_| self.aliases);
        if value.is_some() {
            self.rest.set_alias(alias, None);
        }
        value
    }
}

/// Puts the value behind an alias into a configuration, if there is one.
pub(super) fn put(config: &mut ZoneConfig, alias: Alias, value: Option<u64>) {
    if value.is_some() {
        config.set_alias(alias, value);
    }
}

/// The rows of the resource controls behind an alias: `alias!(cpu_shares, Alias::CpuShares)`.
macro_rules! alias {
    ($field:ident, $alias:expr) => {
        $crate::documents::schema::setting::OfZone::Configuration {
            apply: |settings, config, _| {
                $crate::documents::schema::setting::put(config, $alias, settings.$field);
            },
            observe: |found, settings| settings.$field = found.take($alias),
        }
    };
}
pub(super) use alias;

/// A field of the configuration that has the same value: `property!(bootargs)`, `property!(resource_pool, pool)`.
macro_rules! property {
    ($field:ident) => {
        $crate::documents::schema::setting::property!($field, $field)
    };
    ($field:ident, $property:ident) => {
        $crate::documents::schema::setting::OfZone::Configuration {
            apply: |settings, config, _| config.$property.clone_from(&settings.$field),
            observe: |found, settings| {
                settings.$field = std::mem::take(&mut found.rest.$property);
            },
        }
    };
}
pub(super) use property;

/// By what a setting of one layer takes the place of that of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// As a whole.
    Whole,
    /// Each node of its block by itself.
    Part,
    /// Each node by its first argument.
    Key,
    /// Each value by itself.
    Value,
}

/// Called for each string that may have variables.
pub(crate) type EachText<'a> = dyn FnMut(&mut String) -> Result<(), ExpandError> + 'a;

/// How the settings of two layers become one: a template's and that of a template that extends it, or of a zone.
pub(crate) struct Layers {
    pub(crate) by: By,
    /// Puts what the second says over what the first says.
    pub(crate) merge: fn(&mut Settings, &Settings),
    /// Writes into the third what has to be said over the first to get the second; false if nothing that can be said does.
    pub(crate) over: fn(&Settings, &Settings, &mut Settings) -> bool,
    /// Calls for each string that may have variables.
    pub(crate) texts: fn(&mut Settings, &mut EachText<'_>) -> Result<(), ExpandError>,
    /// Whether anything is said.
    pub(crate) is_said: fn(&Settings) -> bool,
    /// Whether two say it in the same words.
    pub(crate) same: fn(&Settings, &Settings) -> bool,
}

/// How one field of the settings is merged.
pub(super) trait Rule {
    const BY: By;
}

/// A rule for fields of type `T`.
pub(super) trait Merge<T>: Rule {
    fn merge(base: &mut T, own: &T);
    fn over(base: &T, actual: &T) -> Option<T>;
}

/// [`Layers`] of a field by a rule: `layers!(brand, Single)`.
macro_rules! layers {
    ($field:ident, $rule:ty) => {{
        use $crate::documents::model::Settings;
        use $crate::documents::schema::setting::{Layers, Merge, Rule, Texts};
        Layers {
            by: <$rule as Rule>::BY,
            merge: |base, own| <$rule as Merge<_>>::merge(&mut base.$field, &own.$field),
            over: |base, actual, own| match <$rule as Merge<_>>::over(&base.$field, &actual.$field)
            {
                Some(value) => {
                    own.$field = value;
                    true
                }
                None => false,
            },
            texts: |settings, each| settings.$field.texts(each),
            is_said: |settings| settings.$field != Settings::default().$field,
            same: |one, other| one.$field == other.$field,
        }
    }};
}
pub(super) use layers;

/// The nearest layer that says it counts.
pub(super) struct Single;

impl Rule for Single {
    const BY: By = By::Whole;
}

fn own_or_base<T: Clone>(base: &mut Option<T>, own: &Option<T>) {
    if own.is_some() {
        base.clone_from(own);
    }
}

/// What must be said over `base` to get `actual`. What `base` says cannot be taken away.
fn single_over<T: Clone + PartialEq>(base: &Option<T>, actual: &Option<T>) -> Option<Option<T>> {
    match (base, actual) {
        (base, actual) if base == actual => Some(None),
        (_, Some(_)) => Some(actual.clone()),
        (_, None) => None,
    }
}

impl<T: Clone + PartialEq> Merge<Option<T>> for Single {
    fn merge(base: &mut Option<T>, own: &Option<T>) {
        own_or_base(base, own);
    }

    fn over(base: &Option<T>, actual: &Option<T>) -> Option<Option<T>> {
        single_over(base, actual)
    }
}

/// As [`Single`], and what is not said is the preset.
pub(super) struct Preset;

impl Rule for Preset {
    const BY: By = By::Whole;
}

/// A value that counts where nothing is said.
pub(super) trait HasPreset: Copy + PartialEq {
    const PRESET: Self;
}

impl HasPreset for bool {
    const PRESET: Self = false;
}

impl HasPreset for IpType {
    const PRESET: Self = Self::Exclusive;
}

impl<T: HasPreset> Merge<Option<T>> for Preset {
    fn merge(base: &mut Option<T>, own: &Option<T>) {
        own_or_base(base, own);
    }

    fn over(base: &Option<T>, actual: &Option<T>) -> Option<Option<T>> {
        let actual = actual.unwrap_or(T::PRESET);
        Some((base.unwrap_or(T::PRESET) != actual).then_some(actual))
    }
}

/// Each node of the block counts by itself.
pub(super) struct Parts;

impl Rule for Parts {
    const BY: By = By::Part;
}

/// A block of nodes that are there at most once each.
pub(super) trait Block: Clone + Default + PartialEq {
    type Part: Clone + PartialEq;
    fn parts(&mut self) -> [&mut Option<Self::Part>; 3];
}

impl Block for CappedMemory {
    type Part = u64;
    fn parts(&mut self) -> [&mut Option<u64>; 3] {
        let Self {
            physical,
            swap,
            locked,
        } = self;
        [physical, swap, locked]
    }
}

impl Block for SecurityFlags {
    type Part = String;
    fn parts(&mut self) -> [&mut Option<String>; 3] {
        [&mut self.lower, &mut self.default, &mut self.upper]
    }
}

impl<T: Block> Merge<T> for Parts {
    fn merge(base: &mut T, own: &T) {
        let mut own = own.clone();
        for (base, own) in base.parts().into_iter().zip(own.parts()) {
            own_or_base(base, own);
        }
    }

    fn over(base: &T, actual: &T) -> Option<T> {
        let (mut base, mut own) = (base.clone(), actual.clone());
        for (base, own) in base.parts().into_iter().zip(own.parts()) {
            *own = single_over(base, own)?;
        }
        Some(own)
    }
}

impl Merge<Option<SecurityFlags>> for Parts {
    fn merge(base: &mut Option<SecurityFlags>, own: &Option<SecurityFlags>) {
        if let Some(own) = own {
            Self::merge(base.get_or_insert_with(SecurityFlags::default), own);
        }
    }

    fn over(
        base: &Option<SecurityFlags>,
        actual: &Option<SecurityFlags>,
    ) -> Option<Option<SecurityFlags>> {
        match (base, actual) {
            (base, actual) if base == actual => Some(None),
            (_, None) => None,
            (base, Some(actual)) => {
                let base = base.clone().unwrap_or_default();
                Self::over(&base, actual).map(Some)
            }
        }
    }
}

/// A node takes the place of that with the same first argument; others follow.
pub(super) struct Named;

impl Rule for Named {
    const BY: By = By::Key;
}

/// A value takes the place of the same one; others follow.
pub(super) struct Each;

impl Rule for Each {
    const BY: By = By::Value;
}

/// An element of a list that has a name.
pub(super) trait Key: Clone + PartialEq {
    fn key(&self) -> &str;
}

macro_rules! keys {
    ($($kind:ty: $field:ident),*) => {
        $(impl Key for $kind {
            fn key(&self) -> &str {
                &self.$field
            }
        })*
    };
}
keys!(Rctl: name, Fs: dir, Device: match_, Attr: name, Admin: user);

impl Key for String {
    fn key(&self) -> &str {
        self
    }
}

fn merge_by_key<T: Key>(base: &mut Vec<T>, own: &[T]) {
    for own in own {
        match base.iter_mut().find(|base| base.key() == own.key()) {
            Some(base) => base.clone_from(own),
            None => base.push(own.clone()),
        }
    }
}

fn over_by_key<T: Key>(base: &[T], actual: &[T]) -> Option<Vec<T>> {
    let there = |base: &T| actual.iter().any(|actual| actual.key() == base.key());
    let new = |actual: &&T| !base.contains(actual);
    (base.iter().all(there)).then(|| actual.iter().filter(new).cloned().collect())
}

impl<T: Key> Merge<Vec<T>> for Named {
    fn merge(base: &mut Vec<T>, own: &Vec<T>) {
        merge_by_key(base, own);
    }

    fn over(base: &Vec<T>, actual: &Vec<T>) -> Option<Vec<T>> {
        over_by_key(base, actual)
    }
}

impl Merge<Vec<String>> for Each {
    fn merge(base: &mut Vec<String>, own: &Vec<String>) {
        merge_by_key(base, own);
    }

    fn over(base: &Vec<String>, actual: &Vec<String>) -> Option<Vec<String>> {
        over_by_key(base, actual)
    }
}

/// The values of the nearest layer that has any count, and no others.
pub(super) struct List;

impl Rule for List {
    const BY: By = By::Whole;
}

impl Merge<Vec<String>> for List {
    fn merge(base: &mut Vec<String>, own: &Vec<String>) {
        if !own.is_empty() {
            base.clone_from(own);
        }
    }

    fn over(base: &Vec<String>, actual: &Vec<String>) -> Option<Vec<String>> {
        match actual {
            actual if actual == base => Some(Vec::new()),
            actual if actual.is_empty() => None,
            actual => Some(actual.clone()),
        }
    }
}

/// What may hold strings with variables.
pub(super) trait Texts {
    /// Calls for each of them.
    fn texts(&mut self, each: &mut EachText<'_>) -> Result<(), ExpandError>;
}

impl Texts for String {
    fn texts(&mut self, each: &mut EachText<'_>) -> Result<(), ExpandError> {
        each(self)
    }
}

impl<T: Texts> Texts for Option<T> {
    fn texts(&mut self, each: &mut EachText<'_>) -> Result<(), ExpandError> {
        self.iter_mut().try_for_each(|inner| inner.texts(each))
    }
}

impl<T: Texts> Texts for Vec<T> {
    fn texts(&mut self, each: &mut EachText<'_>) -> Result<(), ExpandError> {
        self.iter_mut().try_for_each(|inner| inner.texts(each))
    }
}

impl Texts for Fs {
    fn texts(&mut self, each: &mut EachText<'_>) -> Result<(), ExpandError> {
        each(&mut self.dir)?;
        each(&mut self.special)?;
        each(&mut self.fs_type)?;
        self.raw.texts(each)?;
        self.options.texts(each)
    }
}

impl Texts for Device {
    fn texts(&mut self, each: &mut EachText<'_>) -> Result<(), ExpandError> {
        each(&mut self.match_)?;
        let mut properties = self.property.iter_mut();
        properties.try_for_each(|property| each(&mut property.value))
    }
}

impl Texts for Attr {
    fn texts(&mut self, each: &mut EachText<'_>) -> Result<(), ExpandError> {
        each(&mut self.value)
    }
}

impl Texts for Admin {
    fn texts(&mut self, each: &mut EachText<'_>) -> Result<(), ExpandError> {
        each(&mut self.user)?;
        each(&mut self.auths)
    }
}

/// Types without a string that may have variables.
macro_rules! no_texts {
    ($($kind:ty),*) => {
        $(impl Texts for $kind {
            fn texts(&mut self, _: &mut EachText<'_>) -> Result<(), ExpandError> {
                Ok(())
            }
        })*
    };
}
no_texts!(
    bool,
    u64,
    IpType,
    DedicatedCpu,
    CappedMemory,
    Rctl,
    SecurityFlags
);
