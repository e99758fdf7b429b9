//! Texts and lists in the memory of a C caller.

use std::ffi::{CStr, c_char};

use super::code;

/// The text in a field, up to its NUL.
pub(super) fn text_of<const N: usize>(field: &[c_char; N]) -> Vec<u8> {
    field
        .iter()
        .take_while(|&&byte| byte != 0)
        .map(|&byte| byte.cast_unsigned())
        .collect()
}

/// The text at `pointer`; `None` for a null pointer.
///
/// # Safety
/// A pointer that is not null points to a text with a NUL, which stays as it is for `'a`.
pub(super) unsafe fn text<'a>(pointer: *const c_char) -> Option<&'a [u8]> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: not null; the rest is the caller's promise.
    Some(unsafe { CStr::from_ptr(pointer) }.to_bytes())
}

/// Copies as much of `text` as fits with a NUL into the buffer.
///
/// # Errors
/// [`code::TOO_BIG`] if not all of it fits.
///
/// # Safety
/// `size` bytes at `buffer` can be written.
pub(super) unsafe fn put(buffer: *mut c_char, size: usize, text: &[u8]) -> Result<(), i32> {
    let Some(room) = size.checked_sub(1) else {
        return Err(code::TOO_BIG);
    };
    let length = text.len().min(room);
    // SAFETY: `length` is below `size`, and nobody else knows of the buffer during the call: the caller's promise.
    unsafe {
        std::ptr::copy_nonoverlapping(text.as_ptr().cast::<c_char>(), buffer, length);
        *buffer.add(length) = 0;
    }
    if text.len() > room {
        Err(code::TOO_BIG)
    } else {
        Ok(())
    }
}

/// [`put`] for a field.
///
/// # Errors
/// As [`put`].
///
/// # Safety
/// `field` can be written.
pub(super) unsafe fn put_field<const N: usize>(
    field: *mut [c_char; N],
    text: &[u8],
) -> Result<(), i32> {
    // SAFETY: the field is N bytes long; the rest is the caller's promise.
    unsafe { put(field.cast::<c_char>(), N, text) }
}

/// A copy of `text` that the C caller frees.
pub(super) fn duplicate(text: &[u8]) -> *mut c_char {
    // SAFETY: malloc takes any size.
    let copy = unsafe { libc::malloc(text.len() + 1) }.cast::<c_char>();
    if !copy.is_null() {
        // SAFETY: there is room for the text and its NUL.
        let _ = unsafe { put(copy, text.len() + 1, text) };
    }
    copy
}

/// Zeroed memory for a `T` that the C caller frees.
///
/// # Errors
/// [`code::NOMEM`].
pub(super) fn allocate<T>() -> Result<*mut T, i32> {
    // SAFETY: calloc takes any size.
    let memory = unsafe { libc::calloc(1, size_of::<T>()) }.cast::<T>();
    if memory.is_null() {
        Err(code::NOMEM)
    } else {
        Ok(memory)
    }
}

/// A C structure that is linked to others of its kind.
pub(super) trait Linked {
    /// Where the pointer to the next one lies in the structure at `this`.
    ///
    /// # Safety
    /// `this` points to such a structure.
    unsafe fn link(this: *mut Self) -> *mut *mut Self;
}

/// The members of the list that begins with `first`.
///
/// # Safety
/// `first` is null or begins a list whose members stay as they are until the iterator has gone.
pub(super) unsafe fn members<T: Linked>(first: *mut T) -> impl Iterator<Item = *mut T> {
    std::iter::successors(Some(first), |&member| {
        // SAFETY: successors() stops at null below, so that `member` is one: the caller's promise.
        (!member.is_null()).then(|| unsafe { *T::link(member) })
    })
    .take_while(|member| !member.is_null())
}

/// Puts `member` at the end of the list that `*head` begins.
///
/// # Safety
/// `*head` is null or begins a list; `member` points to a structure that is in no list.
pub(super) unsafe fn append<T: Linked>(head: *mut *mut T, member: *mut T) {
    // SAFETY: the caller's promise.
    unsafe {
        *T::link(member) = std::ptr::null_mut();
        let last = members(*head).last();
        match last {
            Some(last) => *T::link(last) = member,
            None => *head = member,
        }
    }
}

/// Takes the first member that `wanted` names out of the list and frees it.
///
/// # Errors
/// [`code::NO_PROPERTY_ID`] if there is none.
///
/// # Safety
/// `*head` is null or begins a list whose members were allocated by `malloc`.
pub(super) unsafe fn remove<T: Linked>(
    head: *mut *mut T,
    wanted: impl Fn(&T) -> bool,
) -> Result<(), i32> {
    let mut place = head;
    // SAFETY: `place` is the head or a link of a member: the caller's promise.
    unsafe {
        while !(*place).is_null() {
            let member = *place;
            if wanted(&*member) {
                *place = *T::link(member);
                libc::free(member.cast());
                return Ok(());
            }
            place = T::link(member);
        }
    }
    Err(code::NO_PROPERTY_ID)
}

/// Frees a list.
///
/// # Safety
/// `first` is null or begins a list whose members were allocated by `malloc`, and is not used any more.
pub(super) unsafe fn free<T: Linked>(first: *mut T) {
    let mut member = first;
    while !member.is_null() {
        // SAFETY: the caller's promise; the link is read before its member goes.
        unsafe {
            let next = *T::link(member);
            libc::free(member.cast());
            member = next;
        }
    }
}
