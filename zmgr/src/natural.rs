//! The order of names in which web2 comes before web10.

use std::cmp::Ordering;

/// Compares names: runs of digits by their numbers, everything else byte by byte. Names that differ in zeros alone keep the
/// order of their bytes.
#[must_use]
pub fn natural(one: &str, other: &str) -> Ordering {
    let (mut a, mut b) = (one.as_bytes(), other.as_bytes());
    loop {
        let (Some(first), Some(second)) = (a.first(), b.first()) else {
            return a.len().cmp(&b.len()).then_with(|| one.cmp(other));
        };
        if first.is_ascii_digit() && second.is_ascii_digit() {
            let (number, rest) = digits(a);
            let (other_number, other_rest) = digits(b);
            let order = number.len().cmp(&other_number.len());
            let order = order.then_with(|| number.cmp(other_number));
            if order.is_ne() {
                return order;
            }
            (a, b) = (rest, other_rest);
        } else if first == second {
            (a, b) = (&a[1..], &b[1..]);
        } else {
            return first.cmp(second);
        }
    }
}

/// The digits at the start without leading zeros, and what follows them.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = text.split_at(length);
    let zeros = number.iter().take_while(|byte| **byte == b'0').count();
    (&number[zeros..], rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_as_numbers() {
        let sorted = [
            "a",
            "a-1",
            "a1b2",
            "a1b10",
            "a2",
            "a10",
            "a99999999999999999999999",
            "b",
            "web",
            "web007",
            "web07",
            "web7",
            "web8",
            "web10",
            "webx",
        ];
        for (place, one) in sorted.iter().enumerate() {
            for (other_place, other) in sorted.iter().enumerate() {
                assert_eq!(
                    natural(one, other),
                    place.cmp(&other_place),
                    "{one} {other}"
                );
            }
        }
    }
}
