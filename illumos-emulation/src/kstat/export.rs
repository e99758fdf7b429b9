//! The C functions of libkstat (illumos-gate usr/src/lib/libkstat/common/kstat.c).

use std::collections::HashMap;
use std::ffi::{c_char, c_int, c_void};
use std::time::Instant;

use illumos_sys::{
    KSTAT_DATA_STRING, KSTAT_DATA_UINT32, KSTAT_DATA_UINT64, KSTAT_STRLEN, KSTAT_TYPE_NAMED, kid_t,
    kstat_ctl_t, kstat_named_t, kstat_t,
};

use super::figures::Limits;
use super::{About, Key, Statistic, Value, chain, chain_id, read};
use crate::{Host, fault};

/// What `kstat_open` hands out: the caller sees the first member alone.
#[repr(C)]
struct Control {
    visible: kstat_ctl_t,
    /// The host that it was opened on.
    host: Host,
    opened: Instant,
    limits: Limits,
    /// In the order of the chain; each is from `Box::into_raw` and owned by this.
    nodes: Vec<*mut Node>,
    /// By the address that the caller has, where in `nodes` it is.
    places: HashMap<usize, usize>,
    next_id: kid_t,
}

impl Drop for Control {
    fn drop(&mut self) {
        for node in self.nodes.drain(..) {
            // SAFETY: it is from Box::into_raw, and is freed here and in `update` alone, each time with its removal from the list.
            drop(unsafe { Box::from_raw(node) });
        }
    }
}

/// One kstat. `visible` is what the caller sees; its data points into `data`.
struct Node {
    visible: kstat_t,
    key: Key,
    /// The named values, and behind them the texts that they point to.
    data: Vec<u64>,
}

fn set_errno(code: c_int) {
    #[cfg(any(target_os = "macos", target_os = "freebsd"))]
    // SAFETY: libc promises that the function returns the address of this thread's errno.
    let errno = unsafe { libc::__error() };
    #[cfg(not(any(target_os = "macos", target_os = "freebsd")))]
    // SAFETY: as above.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: as above.
    unsafe { *errno = code };
}

/// A name in its 31 bytes, the rest NUL.
fn name_bytes(name: &str) -> [c_char; KSTAT_STRLEN] {
    let mut bytes = [0; KSTAT_STRLEN];
    for (place, byte) in bytes.iter_mut().take(KSTAT_STRLEN - 1).zip(name.bytes()) {
        *place = c_char::from_ne_bytes([byte]);
    }
    bytes
}

impl Node {
    fn new(key: Key, id: kid_t, opened: Instant) -> Self {
        let raw = key.about == About::Raw;
        Self {
            visible: kstat_t {
                ks_crtime: since(opened),
                ks_next: std::ptr::null_mut(),
                ks_kid: id,
                ks_module: name_bytes(&key.module),
                ks_resv: 0,
                ks_instance: key.instance,
                ks_name: name_bytes(&key.name),
                ks_type: if raw { 0 } else { KSTAT_TYPE_NAMED },
                ks_class: name_bytes(key.class),
                ks_flags: 0,
                ks_data: std::ptr::null_mut(),
                ks_ndata: 0,
                ks_data_size: 0,
                ks_snaptime: 0,
                ks_update: std::ptr::null_mut(),
                ks_private: std::ptr::null_mut(),
                ks_snapshot: std::ptr::null_mut(),
                ks_lock: std::ptr::null_mut(),
            },
            key,
            data: Vec::new(),
        }
    }

    /// Takes the figures over, as the kernel fills the buffer of the library.
    fn fill(&mut self, statistics: &[Statistic], opened: Instant) {
        let texts: usize = statistics
            .iter()
            .map(|(_, value)| match value {
                Value::Text(Some(text)) => text.len() + 1,
                _ => 0,
            })
            .sum();
        let named = statistics.len() * size_of::<kstat_named_t>();
        self.data.clear();
        self.data
            .resize((named + texts).div_ceil(size_of::<u64>()), 0);
        let start: *mut u8 = self.data.as_mut_ptr().cast();
        let mut end = named;
        for (index, (name, value)) in statistics.iter().enumerate() {
            let (data_type, value) = match value {
                Value::U32(number) => (KSTAT_DATA_UINT32, [u64::from(*number), 0]),
                Value::U64(number) => (KSTAT_DATA_UINT64, [*number, 0]),
                Value::Unset => (0, [0, 0]),
                Value::Text(None) => (KSTAT_DATA_STRING, [0, 0]),
                Value::Text(Some(text)) => {
                    // SAFETY: the buffer was made with room for every text and its NUL behind the named values.
                    let place = unsafe {
                        let place = start.add(end);
                        std::ptr::copy_nonoverlapping(text.as_ptr(), place, text.len());
                        place
                    };
                    end += text.len() + 1;
                    let length = text.len() as u64 + 1;
                    (KSTAT_DATA_STRING, [place.addr() as u64, length])
                }
            };
            let entry = kstat_named_t {
                name: name_bytes(name),
                data_type,
                value,
            };
            // SAFETY: the buffer has room for as many entries, and is aligned as u64, as they are.
            unsafe { start.cast::<kstat_named_t>().add(index).write(entry) };
        }
        self.visible.ks_data = start.cast();
        self.visible.ks_ndata = u32::try_from(statistics.len()).unwrap_or(0);
        self.visible.ks_data_size = named + texts;
        self.visible.ks_snaptime = since(opened);
    }
}

fn since(opened: Instant) -> i64 {
    i64::try_from(opened.elapsed().as_nanos()).unwrap_or(i64::MAX)
}

impl Control {
    /// Makes the chain that of the host now: what is unchanged keeps its place in memory, what is gone is freed.
    fn update(&mut self) -> kid_t {
        self.limits.forget();
        let keys = chain(&self.host, &self.limits);
        let id = chain_id(&keys);
        if id == self.visible.kc_chain_id {
            return 0;
        }
        let mut old: HashMap<Key, *mut Node> = self
            .nodes
            .drain(..)
            // SAFETY: what is in the list is allocated, and nobody else refers to it now.
            .map(|node| (unsafe { (*node).key.clone() }, node))
            .collect();
        for key in keys {
            let node = old.remove(&key).unwrap_or_else(|| {
                self.next_id += 1;
                Box::into_raw(Box::new(Node::new(key, self.next_id, self.opened)))
            });
            self.nodes.push(node);
        }
        for node in old.into_values() {
            // SAFETY: it is from Box::into_raw, and is in the list no more.
            drop(unsafe { Box::from_raw(node) });
        }
        let mut next: *mut kstat_t = std::ptr::null_mut();
        self.places.clear();
        for (place, node) in self.nodes.iter().enumerate().rev() {
            // SAFETY: what is in the list is allocated, and nobody else refers to it now.
            unsafe {
                (**node).visible.ks_next = next;
                next = &raw mut (**node).visible;
            }
            self.places.insert(next.addr(), place);
        }
        self.visible.kc_chain = next;
        self.visible.kc_chain_id = id;
        id
    }
}

/// `kstat_open(3KSTAT)`.
#[unsafe(no_mangle)]
extern "C" fn kstat_open() -> *mut kstat_ctl_t {
    let host = match (fault::before("kstat_open"), Host::current()) {
        (Err(code), _) => Err(code),
        (Ok(()), None) => Err(libc::ENOENT),
        (Ok(()), Some(host)) => Ok(host),
    };
    let host = match host {
        Ok(host) => host,
        Err(code) => {
            set_errno(code);
            return std::ptr::null_mut();
        }
    };
    let mut control = Box::new(Control {
        visible: kstat_ctl_t {
            kc_chain_id: 0,
            kc_chain: std::ptr::null_mut(),
            kc_kd: -1,
        },
        limits: Limits::new(&host),
        host,
        opened: Instant::now(),
        nodes: Vec::new(),
        places: HashMap::new(),
        next_id: 0,
    });
    control.update();
    fault::after("kstat_open");
    Box::into_raw(control).cast()
}

/// `kstat_close(3KSTAT)`.
///
/// # Safety
/// `control` is null, or from [`kstat_open`] and not closed yet.
#[unsafe(no_mangle)]
unsafe extern "C" fn kstat_close(control: *mut kstat_ctl_t) -> c_int {
    if !control.is_null() {
        // SAFETY: the caller promises that it is from kstat_open, which makes it of a boxed `Control`, and hands it back once.
        drop(unsafe { Box::from_raw(control.cast::<Control>()) });
    }
    0
}

/// `kstat_chain_update(3KSTAT)`.
///
/// # Safety
/// `control` is from [`kstat_open`] and open; nobody uses a kstat of its chain meanwhile.
#[unsafe(no_mangle)]
unsafe extern "C" fn kstat_chain_update(control: *mut kstat_ctl_t) -> kid_t {
    if let Err(code) = fault::before("kstat_chain_update") {
        set_errno(code);
        return -1;
    }
    // SAFETY: the caller promises that it is from kstat_open and that nobody else uses it.
    let control = unsafe { &mut *control.cast::<Control>() };
    let id = control.update();
    fault::after("kstat_chain_update");
    id
}

/// `kstat_read(3KSTAT)`: `ENXIO` where the kstat is gone from the kernel. The figures are copied to `data` too, if it is not null.
///
/// # Safety
/// `control` is from [`kstat_open`] and open, `kstat` is in its chain, and `data` is null or has room for what the kstat holds.
#[unsafe(no_mangle)]
unsafe extern "C" fn kstat_read(
    control: *mut kstat_ctl_t,
    kstat: *mut kstat_t,
    data: *mut c_void,
) -> kid_t {
    if let Err(code) = fault::before("kstat_read") {
        set_errno(code);
        return -1;
    }
    // SAFETY: the caller promises that it is from kstat_open and open.
    let control = unsafe { &mut *control.cast::<Control>() };
    let Some(place) = control.places.get(&kstat.addr()) else {
        set_errno(libc::EINVAL);
        return -1;
    };
    // SAFETY: what is in the list is allocated; the caller, who alone has pointers into it, does not use them during the call.
    let node = unsafe { &mut *control.nodes[*place] };
    let Some(statistics) = read(&control.host, &control.limits, &node.key) else {
        set_errno(libc::ENXIO);
        return -1;
    };
    node.fill(&statistics, control.opened);
    if !data.is_null() {
        // SAFETY: the caller promises room for what the kstat holds; the source is memory of this program.
        unsafe {
            std::ptr::copy_nonoverlapping(
                node.visible.ks_data.cast::<u8>(),
                data.cast::<u8>(),
                node.visible.ks_data_size,
            );
        }
    }
    fault::after("kstat_read");
    control.visible.kc_chain_id
}
