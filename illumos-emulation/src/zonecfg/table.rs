//! What is alike for all resources that C structures stand for: add, delete, modify, look up, iterate.

use super::code;
use super::document::Element;
use super::handle::Handle;

/// A C structure that stands for an element.
pub(super) trait Table {
    /// The element's name.
    const ELEMENT: &'static str;

    /// The element that the structure describes.
    fn element(&self) -> Element;

    /// Whether a removal means `element`.
    fn means(&self, handle: &Handle, element: &Element) -> bool;

    /// Fills the structure at `this`.
    ///
    /// # Errors
    /// [`code::TOO_BIG`] if a value does not fit, [`code::BAD_PROPERTY`] if one is absent; what came before has been filled.
    ///
    /// # Safety
    /// `this` can be written.
    unsafe fn fill(this: *mut Self, handle: &Handle, element: &Element) -> Result<(), i32>;
}

/// A structure that is looked up by the fields that are not empty.
pub(super) trait Query: Table {
    /// The fields in the order of comparison: attribute, wanted value, and the room that the compared value must fit into.
    fn query(&self) -> Vec<(&'static str, Vec<u8>, usize)>;
}

/// Adds a resource. Nothing is checked.
pub(super) fn add<T: Table>(handle: &mut Handle, table: &T) -> Result<(), i32> {
    handle.prepare()?;
    handle.append(table.element())
}

/// Deletes the first resource that `table` means.
pub(super) fn delete<T: Table>(handle: &mut Handle, table: &T) -> Result<(), i32> {
    handle.prepare()?;
    handle
        .remove(T::ELEMENT, |handle, element| table.means(handle, element))
        .map(drop)
}

/// Replaces a resource; the new one comes last.
pub(super) fn modify<T: Table>(handle: &mut Handle, old: &T, new: &T) -> Result<(), i32> {
    delete(handle, old)?;
    handle.append(new.element())
}

/// Finds the only resource that matches, and fills the structure.
///
/// A field after the first also selects where an earlier one did not match: that is how the real library compares.
///
/// # Safety
/// `table` points to such a structure.
pub(super) unsafe fn lookup<T: Query>(handle: &mut Handle, table: *mut T) -> Result<(), i32> {
    handle.prepare()?;
    // SAFETY: the caller's promise.
    let query = unsafe { &*table }.query();
    let mut found: Option<&Element> = None;
    for element in handle.root()?.elements(T::ELEMENT) {
        for (at, (attribute, wanted, room)) in query.iter().enumerate() {
            let value = handle
                .fetch(element, attribute)
                .ok()
                .filter(|value| value.len() < *room);
            let Some(value) = value.filter(|_| !wanted.is_empty()) else {
                continue;
            };
            let is_this = found.is_some_and(|found| std::ptr::eq(found, element));
            if value == wanted.as_slice() {
                if found.is_some() && !is_this {
                    return Err(code::INSUFFICIENT_SPEC);
                }
                found = Some(element);
            } else if at > 0 && is_this {
                found = None;
            }
        }
    }
    let found = found.ok_or(code::NO_RESOURCE_ID)?;
    // SAFETY: the caller's promise.
    unsafe { T::fill(table, handle, found) }
}

/// The next resource of an iteration.
///
/// # Safety
/// `table` can be written.
pub(super) unsafe fn next<T: Table>(handle: &mut Handle, table: *mut T) -> Result<(), i32> {
    // SAFETY: the caller's promise.
    handle.next(T::ELEMENT, |handle, element| unsafe {
        T::fill(table, handle, element)
    })
}
