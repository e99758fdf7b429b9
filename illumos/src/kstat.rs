//! The kernel's statistics, through libkstat.
//!
//! ```no_run
//! use illumos::kstat::{Kstats, Value};
//!
//! let mut kstats = Kstats::open()?;
//! for mut kstat in kstats.iter_mut() {
//!     if kstat.class() != "zone_misc" {
//!         continue;
//!     }
//!     // It may have gone since the chain was read.
//!     let Some(statistics) = kstat.read()? else { continue };
//!     if let (Some(Value::Text(zone)), Some(user)) = (statistics.get("zonename"), statistics.number("nsec_user")) {
//!         println!("{zone} has used {user} ns of CPU");
//!     }
//! }
//! # Ok::<(), illumos::Error>(())
//! ```
//!
//! Names of kstats are cut to 30 bytes, so that two zones can have kstats of one name: the instance, which is the id of the zone, and the
//! statistic `zonename` tell them apart. A statistic that a distribution does not have is simply not there.
//!
//! No privilege is needed. A zone sees its own kstats only, the global zone those of every zone.

use std::ffi::CStr;
use std::marker::PhantomData;
use std::ptr::NonNull;

use illumos_sys::{
    KSTAT_DATA_INT32, KSTAT_DATA_INT64, KSTAT_DATA_STRING, KSTAT_DATA_UINT32, KSTAT_DATA_UINT64,
    KSTAT_FLAG_INVALID, KSTAT_STRLEN, KSTAT_TYPE_NAMED, kstat_ctl_t, kstat_named_t, kstat_string_t,
    kstat_t,
};

use crate::{Error, ErrorKind, Result};

/// The chain of the kernel's statistics. libkstat is not safe for several threads on one handle, so it stays on its thread.
#[derive(Debug)]
pub struct Kstats {
    control: NonNull<kstat_ctl_t>,
}

impl Kstats {
    /// Opens `/dev/kstat` and reads the headers of all kstats, 184 bytes each.
    ///
    /// # Errors
    /// [`ErrorKind::Failed`] if it cannot be opened or read.
    pub fn open() -> Result<Self> {
        // SAFETY: it takes nothing.
        let control = unsafe { illumos_sys::kstat_open() };
        match NonNull::new(control) {
            Some(control) => Ok(Self { control }),
            None => Err(failed("open the kernel's statistics")),
        }
    }

    /// Takes the changes of the chain over: new kstats come, and those that are gone go. Whether anything changed.
    ///
    /// # Errors
    /// [`ErrorKind::Failed`] if the chain cannot be read.
    pub fn update(&mut self) -> Result<bool> {
        // SAFETY: the handle is open; what the chain frees is not borrowed, since that would borrow `self`.
        match unsafe { illumos_sys::kstat_chain_update(self.control.as_ptr()) } {
            -1 => Err(failed("read the chain of the kernel's statistics")),
            0 => Ok(false),
            _ => Ok(true),
        }
    }

    /// Every kstat, in the order of the chain. Nothing is read yet.
    ///
    /// Walk the chain once for all that you want: looking kstats up by name one by one is quadratic.
    pub fn iter_mut(&mut self) -> IterMut<'_> {
        // SAFETY: the handle is open, and points to what libkstat keeps until it is closed.
        let first = unsafe { self.control.as_ref() }.kc_chain;
        IterMut {
            control: self.control,
            next: NonNull::new(first),
            chain: PhantomData,
        }
    }
}

impl Drop for Kstats {
    fn drop(&mut self) {
        // SAFETY: the handle is open, and nobody has it afterwards. Closing a read-only descriptor has nothing to report.
        unsafe { illumos_sys::kstat_close(self.control.as_ptr()) };
    }
}

fn failed(operation: &str) -> Error {
    let reason = std::io::Error::last_os_error().to_string();
    Error::new(ErrorKind::Failed, operation, reason)
}

/// The kstats of a chain.
#[derive(Debug)]
pub struct IterMut<'k> {
    control: NonNull<kstat_ctl_t>,
    next: Option<NonNull<kstat_t>>,
    chain: PhantomData<&'k mut Kstats>,
}

impl<'k> Iterator for IterMut<'k> {
    type Item = Kstat<'k>;

    fn next(&mut self) -> Option<Self::Item> {
        let kstat = self.next?;
        // SAFETY: it is in the chain, which does not change while this borrows the handle.
        self.next = NonNull::new(unsafe { kstat.as_ref() }.ks_next);
        Some(Kstat {
            control: self.control,
            kstat,
            chain: PhantomData,
        })
    }
}

/// One kstat: a header of the chain.
#[derive(Debug)]
pub struct Kstat<'k> {
    control: NonNull<kstat_ctl_t>,
    kstat: NonNull<kstat_t>,
    chain: PhantomData<&'k mut Kstats>,
}

impl Kstat<'_> {
    fn header(&self) -> &kstat_t {
        // SAFETY: it is in the chain, which does not change while `'k` borrows the handle, and only `read` of this value changes it.
        unsafe { self.kstat.as_ref() }
    }

    /// The module: `zones`, `caps`, `link`.
    #[must_use]
    pub fn module(&self) -> &str {
        name(&self.header().ks_module)
    }

    /// The instance: for the statistics of a zone, its id.
    #[must_use]
    pub fn instance(&self) -> i32 {
        self.header().ks_instance
    }

    /// The name, cut to 30 bytes.
    #[must_use]
    pub fn name(&self) -> &str {
        name(&self.header().ks_name)
    }

    /// The class: `zone_misc`, `zone_caps`, `net`.
    #[must_use]
    pub fn class(&self) -> &str {
        name(&self.header().ks_class)
    }

    /// Reads the statistics. `None` if the kstat is gone, is not valid now, or is of another type than named statistics.
    ///
    /// # Errors
    /// [`ErrorKind::Failed`] if the kernel refuses for another reason than that it is gone.
    pub fn read(&mut self) -> Result<Option<Statistics<'_>>> {
        let header = self.header();
        if header.ks_type != KSTAT_TYPE_NAMED || header.ks_flags & KSTAT_FLAG_INVALID != 0 {
            return Ok(None);
        }
        // SAFETY: the handle is open and the kstat is in its chain; nothing of its data is borrowed, since that would borrow `self`.
        let id = unsafe {
            illumos_sys::kstat_read(
                self.control.as_ptr(),
                self.kstat.as_ptr(),
                std::ptr::null_mut(),
            )
        };
        if id == -1 {
            let error = std::io::Error::last_os_error();
            // illumos-gate usr/src/uts/common/io/kstat.c: the kstat is not there any more.
            return match error.raw_os_error() {
                Some(libc::ENXIO) => Ok(None),
                _ => Err(failed(&format!(
                    "read the statistics {}:{}:{}",
                    self.module(),
                    self.instance(),
                    self.name()
                ))),
            };
        }
        let header = self.header();
        let count = usize::try_from(header.ks_ndata).unwrap_or(0);
        let fits = count
            .checked_mul(size_of::<kstat_named_t>())
            .is_some_and(|size| size <= header.ks_data_size);
        let data = header.ks_data.cast::<kstat_named_t>();
        if data.is_null() || !fits {
            return Ok(None);
        }
        Ok(Some(Statistics {
            // SAFETY: libkstat allocated ks_data_size bytes there, which hold as many entries, as was checked, and are the kernel's until the
            // next read of this kstat, which needs `self`.
            entries: unsafe { std::slice::from_raw_parts(data, count) },
            data: data.addr()..data.addr() + header.ks_data_size,
        }))
    }
}

/// What was read of a kstat.
pub struct Statistics<'r> {
    entries: &'r [kstat_named_t],
    /// The addresses of the data, in which texts lie.
    data: std::ops::Range<usize>,
}

impl std::fmt::Debug for Statistics<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// The value of a statistic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'r> {
    /// A signed number.
    Signed(i64),
    /// An unsigned number.
    Unsigned(u64),
    /// A text.
    Text(&'r str),
}

impl<'r> Statistics<'r> {
    /// The statistic `name`; `None` if there is none of that name here, or its value has none: a text that is a null pointer, an unknown type.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value<'r>> {
        let entry = self
            .entries
            .iter()
            .find(|entry| self::name(&entry.name) == name)?;
        self.value(entry)
    }

    /// The statistic `name`, if it is a number that is not negative.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<u64> {
        match self.get(name)? {
            Value::Unsigned(number) => Some(number),
            Value::Signed(number) => u64::try_from(number).ok(),
            Value::Text(_) => None,
        }
    }

    /// The statistic `name`, if it is a text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'r str> {
        match self.get(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Every statistic that has a name and a value.
    pub fn iter(&self) -> impl Iterator<Item = (&'r str, Value<'r>)> + '_ {
        self.entries.iter().filter_map(|entry| {
            let name = Some(name(&entry.name)).filter(|name| !name.is_empty())?;
            Some((name, self.value(entry)?))
        })
    }

    fn value(&self, entry: &'r kstat_named_t) -> Option<Value<'r>> {
        let bytes = entry.value[0].to_ne_bytes();
        let low = [bytes[0], bytes[1], bytes[2], bytes[3]];
        match entry.data_type {
            KSTAT_DATA_INT32 => Some(Value::Signed(i32::from_ne_bytes(low).into())),
            KSTAT_DATA_UINT32 => Some(Value::Unsigned(u32::from_ne_bytes(low).into())),
            KSTAT_DATA_INT64 => Some(Value::Signed(i64::from_ne_bytes(bytes))),
            KSTAT_DATA_UINT64 => Some(Value::Unsigned(entry.value[0])),
            KSTAT_DATA_STRING => self.string(entry),
            _ => None,
        }
    }

    fn string(&self, entry: &'r kstat_named_t) -> Option<Value<'r>> {
        // SAFETY: the value of an entry has 16 bytes, aligned to 8, of which a string uses 12 (abi.json: kstat_named, kstat_string).
        let string = unsafe { (&raw const entry.value).cast::<kstat_string_t>().read() };
        let start = string.addr.addr();
        let length = usize::try_from(string.len).ok()?;
        if !self.data.contains(&start) || length > self.data.end - start {
            return None;
        }
        // SAFETY: the bytes lie in the data of the kstat, as was checked, which nobody changes while `'r` lasts.
        let bytes = unsafe { std::slice::from_raw_parts(string.addr.cast::<u8>(), length) };
        let text = CStr::from_bytes_until_nul(bytes).ok()?;
        text.to_str().ok().map(Value::Text)
    }
}

/// A name in its 31 bytes. One that is not UTF-8 is nobody's.
fn name(bytes: &[std::ffi::c_char; KSTAT_STRLEN]) -> &str {
    // SAFETY: a character of C has the size and alignment of a byte, and every byte is one.
    let bytes = unsafe { &*std::ptr::from_ref(bytes).cast::<[u8; KSTAT_STRLEN]>() };
    CStr::from_bytes_until_nul(bytes)
        .ok()
        .and_then(|name| name.to_str().ok())
        .unwrap_or_default()
}
