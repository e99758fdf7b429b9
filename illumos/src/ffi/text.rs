//! Texts across the boundary: what a document can hold, arrays of a fixed length, and buffers.

use std::ffi::{CStr, CString, c_char, c_int};

/// Why a value cannot be handed over, in either direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unfit {
    /// The property, in the words of zonecfg(8).
    pub(crate) property: &'static str,
    pub(crate) reason: String,
    /// The libzonecfg code that says it best.
    pub(crate) code: c_int,
}

impl Unfit {
    pub(crate) fn new(property: &'static str, code: c_int, reason: impl Into<String>) -> Self {
        Self {
            property,
            reason: reason.into(),
            code,
        }
    }
}

/// A text argument. Many parameters are `char *` although the library only reads them.
#[derive(Debug)]
pub(crate) struct CArgument(CString);

impl CArgument {
    pub(crate) fn as_mut_ptr(&self) -> *mut c_char {
        self.0.as_ptr().cast_mut()
    }

    pub(crate) fn as_ptr(&self) -> *const c_char {
        self.0.as_ptr()
    }
}

/// `value` as an argument for a document.
///
/// Refused is what XML 1.0 has no way to write: libzonecfg saves it and cannot read the document again.
pub(crate) fn document_text(property: &'static str, value: &str) -> Result<CArgument, Unfit> {
    let unwritable = |c: &char| matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    if let Some(c) = value.chars().find(unwritable) {
        return Err(Unfit::new(
            property,
            illumos_sys::Z_INVAL,
            format!(
                "it contains the character {}, which a document cannot hold",
                c.escape_unicode()
            ),
        ));
    }
    let unfit = |_| Unfit::new(property, illumos_sys::Z_INVAL, "it contains a NUL");
    CString::new(value).map(CArgument).map_err(unfit)
}

/// Writes `value` into the zeroed array `field`.
pub(crate) fn put(field: &mut [c_char], property: &'static str, value: &str) -> Result<(), Unfit> {
    document_text(property, value)?;
    if value.len() >= field.len() {
        let reason = format!(
            "it is {} bytes long; at most {} are allowed",
            value.len(),
            field.len() - 1
        );
        return Err(Unfit::new(property, illumos_sys::Z_TOO_BIG, reason));
    }
    for (to, from) in field.iter_mut().zip(value.bytes()) {
        *to = c_char::from_ne_bytes([from]);
    }
    Ok(())
}

/// The text in the array `field`.
pub(crate) fn text(field: &[c_char], property: &'static str) -> Result<String, Unfit> {
    let bytes: Vec<u8> = field
        .iter()
        .map(|c| c.to_ne_bytes()[0])
        .take_while(|byte| *byte != 0)
        .collect();
    if bytes.len() == field.len() {
        return Err(Unfit::new(
            property,
            illumos_sys::Z_TOO_BIG,
            "libzonecfg left it without its end",
        ));
    }
    String::from_utf8(bytes)
        .map_err(|_| Unfit::new(property, illumos_sys::Z_INVAL, "it is not UTF-8"))
}

/// Texts longer than this are not asked for.
const LONGEST: usize = 64 << 10;

/// The text that `call` fills a buffer with: `call` gets the buffer and its length and returns a libzonecfg code.
///
/// The buffer grows while the code is Z_TOO_BIG, in which case the library has cut the text off.
pub(crate) fn read_text(
    property: &'static str,
    mut call: impl FnMut(*mut c_char, usize) -> c_int,
) -> Result<Result<String, Unfit>, c_int> {
    let mut length = illumos_sys::MAXPATHLEN;
    loop {
        let mut buffer: Vec<c_char> = vec![0; length];
        match call(buffer.as_mut_ptr(), length) {
            illumos_sys::Z_OK => return Ok(text(&buffer, property)),
            illumos_sys::Z_TOO_BIG if length < LONGEST => length *= 4,
            code => return Err(code),
        }
    }
}

/// The text that the library allocated for us at `pointer`, which is freed; `None` for NULL.
///
/// # Safety
/// `pointer` is NULL or a NUL-terminated text from malloc that nobody else uses or frees.
pub(crate) unsafe fn owned(
    property: &'static str,
    pointer: *mut c_char,
) -> Result<Option<String>, Unfit> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL; the caller promises a NUL-terminated text.
    let bytes = unsafe { CStr::from_ptr(pointer) }.to_bytes().to_vec();
    // SAFETY: the caller promises that it comes from malloc and is ours.
    unsafe { libc::free(pointer.cast()) };
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|_| Unfit::new(property, illumos_sys::Z_INVAL, "it is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{document_text, put, text};

    #[test]
    fn what_a_document_cannot_hold_is_refused() {
        for bad in [
            "\u{1}",
            "a\u{0}b",
            "\u{b}",
            "\u{1f}",
            "\u{fffe}",
            "x\u{ffff}",
        ] {
            assert!(document_text("value", bad).is_err(), "{bad:?}");
        }
        for good in [
            "",
            "a\tb\nc\rd",
            "\u{7f}",
            "\u{85}",
            "caf\u{e9}",
            "\u{1f600}",
            "\u{fffd}",
        ] {
            assert!(document_text("value", good).is_ok(), "{good:?}");
        }
    }

    #[test]
    fn an_array_keeps_room_for_its_end() {
        let mut field = [0; 4];
        assert!(put(&mut field, "value", "abcd").is_err());
        assert!(put(&mut field, "value", "abc").is_ok());
        assert_eq!(text(&field, "value").unwrap(), "abc");
        assert!(text(&[97, 98], "value").is_err());
        let latin1 = [std::ffi::c_char::from_ne_bytes([0xe9]), 0];
        assert!(text(&latin1, "value").is_err());
    }

    proptest! {
        #[test]
        fn what_was_put_is_read_back(value in "[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\u{fffe}\u{ffff}]{0,40}") {
            let mut field = [0; 128];
            match put(&mut field, "value", &value) {
                Ok(()) => prop_assert_eq!(text(&field, "value").unwrap(), value),
                Err(_) => prop_assert!(value.len() >= 128),
            }
        }
    }
}
