//! Compares the bindings with the measured layouts, while they are compiled, for whatever target that is.

#[path = "bindings/layout.rs"]
mod facts;

/// The size of the member that a projection leads to, which needs no value to look at.
const fn size_of_member<S, M>(_projection: fn(&S) -> &M) -> usize {
    size_of::<M>()
}

macro_rules! assert_type {
    ($name:path, $size:literal, $align:literal) => {
        const _: () = {
            assert!(
                size_of::<$name>() == $size,
                concat!("the size of ", stringify!($name))
            );
            assert!(
                align_of::<$name>() == $align,
                concat!("the alignment of ", stringify!($name))
            );
        };
    };
}

macro_rules! assert_structure {
    ($name:path, $relation:tt $size:literal, $align:literal, { $($member:ident: $offset:literal, $length:tt;)* }) => {
        const _: () = {
            assert!(size_of::<$name>() $relation $size, concat!("the size of ", stringify!($name)));
            assert!(align_of::<$name>() == $align, concat!("the alignment of ", stringify!($name)));
            $(
                assert!(
                    core::mem::offset_of!($name, $member) == $offset,
                    concat!("the offset of ", stringify!($name), "::", stringify!($member))
                );
                $crate::layout::assert_length!($name, $member, $length);
            )*
        };
    };
}

macro_rules! assert_length {
    ($name:path, $member:ident, _) => {};
    ($name:path, $member:ident, $length:literal) => {
        assert!(
            $crate::layout::size_of_member(|value: &$name| &value.$member) == $length,
            concat!("the size of ", stringify!($name), "::", stringify!($member))
        );
    };
}

use {assert_length, assert_structure, assert_type};
