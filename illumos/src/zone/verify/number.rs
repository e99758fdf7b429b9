//! Numbers, as libzonecfg reads them.

/// One megabyte.
const MB: u64 = 1 << 20;

/// The least `physical` of `capped-memory` where it is not a resource control, in bytes.
pub const LEAST_PHYSICAL: u64 = MB;

/// The least `swap` of `capped-memory`, in bytes: of a zone, and of the global zone.
pub const LEAST_SWAP: u64 = 50 * MB;
/// See [`LEAST_SWAP`].
pub const LEAST_SWAP_GLOBAL: u64 = 100 * MB;

/// What `strtoull(3C)` reads in base 10 if no `-` occurs: blanks before the number and a `+` are taken, and the empty text is 0.
#[must_use]
pub fn unsigned(text: &str) -> Option<u64> {
    if text.contains('-') {
        return None;
    }
    if text.is_empty() {
        return Some(0);
    }
    let digits = text.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '\u{b}');
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// What `strtoll(3C)` reads in base 10; the empty text is 0.
#[must_use]
pub fn signed(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let digits = text.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '\u{b}');
    let number = digits.strip_prefix('+').unwrap_or(digits);
    if digits.starts_with("+-") {
        return None;
    }
    number.parse().ok()
}

/// The limit of a resource control: decimal, `0x…` or `0…` octal; the empty text is 0.
#[must_use]
pub fn limit(text: &str) -> Option<u64> {
    if text.starts_with('-') {
        return None;
    }
    if text.is_empty() {
        return Some(0);
    }
    let digits = text.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '\u{b}');
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let lower = digits.to_ascii_lowercase();
    match lower.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None if lower.len() > 1 && lower.starts_with('0') => u64::from_str_radix(&lower, 8).ok(),
        None => lower.parse().ok(),
    }
}

/// A number of bytes: a decimal number, fractions included, and one of `K`, `M`, `G`, `T` or nothing.
///
/// Numbers that libzonecfg takes and stores as something else (`inf`, `nan`, more than 64 bits hold) are `None`.
#[must_use]
pub fn bytes(text: &str) -> Option<u64> {
    let text = text.trim_start();
    let end = number_end(text);
    let (number, unit) = text.split_at(end);
    let shift = match unit.trim_start().to_ascii_uppercase().as_str() {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        "T" => 40,
        _ => return None,
    };
    if number.is_empty() {
        // The library takes a missing number for 0, a missing number and a unit too.
        return Some(0);
    }
    if let Ok(whole) = number.parse::<u64>() {
        return whole.checked_mul(1 << shift);
    }
    if let Some(hex) = number
        .strip_prefix("0x")
        .or_else(|| number.strip_prefix("0X"))
    {
        return u64::from_str_radix(hex, 16).ok()?.checked_mul(1 << shift);
    }
    let value: f64 = number.parse().ok()?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "a power of two is exact in a double"
    )]
    let scaled = value * (1_u64 << shift) as f64;
    if !(0.0..18_446_744_073_709_551_616.0).contains(&scaled) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 2^64, and the library drops the fraction"
    )]
    Some(scaled as u64)
}

/// Where the number at the start of `text` ends: digits, one point, an exponent, or `0x` and hexadecimal digits.
fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize, wanted: fn(&u8) -> bool| {
        from + bytes[from..].iter().take_while(|b| wanted(b)).count()
    };
    if bytes.len() > 2 && bytes[0] == b'0' && bytes[1] | 0x20 == b'x' {
        let end = digits(2, u8::is_ascii_hexdigit);
        if end > 2 {
            return end;
        }
    }
    let sign = usize::from(bytes.first() == Some(&b'+'));
    let mut end = digits(sign, u8::is_ascii_digit);
    let mut seen = end - sign;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1, u8::is_ascii_digit);
        seen += fraction - end - 1;
        if seen > 0 {
            end = fraction;
        }
    }
    if seen == 0 {
        return 0;
    }
    if bytes.get(end).is_some_and(|b| b | 0x20 == b'e') {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign, u8::is_ascii_digit);
        if exponent > end + 1 + sign {
            return exponent;
        }
    }
    end
}

/// What `strtof(3C)` and `strtod(3C)` read if nothing is left over: a decimal number or a hexadecimal one, with an exponent or without.
fn floating(text: &str) -> Option<(f32, f64)> {
    let text = text.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '\u{b}');
    let text = text.strip_prefix('+').unwrap_or(text);
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    if let Some(hex) = hex {
        let value = hexadecimal(hex)?;
        #[expect(clippy::cast_possible_truncation, reason = "rounds, as strtof does")]
        return Some((value as f32, value));
    }
    let decimal = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-');
    if text.starts_with(['+', '-']) || !text.bytes().all(decimal) {
        return None;
    }
    Some((text.parse().ok()?, text.parse().ok()?))
}

/// A hexadecimal number without its `0x`: digits, one point, and `p` with a power of two.
fn hexadecimal(text: &str) -> Option<f64> {
    let (digits, exponent) = match text.split_once(['p', 'P']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0.0_f64;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let places = i32::try_from(fraction.len()).ok()?;
    Some(value * 2.0_f64.powi(exponent.saturating_sub(places.saturating_mul(4))))
}

/// The number of CPUs of `dedicated-cpu`: `2`, or a range `1-4`. The two ends, as they were written.
#[must_use]
pub fn cpu_range(text: &str) -> Option<(&str, &str)> {
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    let valid = matches!((unsigned(low), unsigned(high)), (Some(l), Some(h)) if l >= 1 && l <= h);
    valid.then_some((low, high))
}

/// The number of CPUs of `capped-cpu` in hundredths. Upstream computes in single precision and drops what is left; the
/// extended flavour computes in double precision and rounds.
#[must_use]
pub fn cpu_cap(text: &str, flavour: crate::Flavour) -> Option<u64> {
    let (single, double) = floating(text)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked before"
    )]
    match flavour {
        crate::Flavour::Upstream => {
            let hundredths = single * 100.0;
            // 2^31: beyond it the tool's conversion to int gives a negative number.
            (1.0..2_147_483_648.0)
                .contains(&hundredths)
                .then_some(hundredths as u64)
        }
        crate::Flavour::Extended => {
            let hundredths = double * 100.0;
            (1.0..4_294_967_295.0)
                .contains(&hundredths)
                .then_some((hundredths + 0.5) as u64)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Flavour::{Extended, Upstream};

    #[test]
    fn unsigned_numbers() {
        for (text, value) in [
            ("0", Some(0)),
            ("", Some(0)),
            (" 7", Some(7)),
            ("+7", Some(7)),
            ("007", Some(7)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("-1", None),
            ("7 ", None),
            ("x", None),
            ("+", None),
        ] {
            assert_eq!(unsigned(text), value, "{text:?}");
        }
    }

    #[test]
    fn numbers_of_bytes() {
        for (text, value) in [
            ("1g", Some(1 << 30)),
            ("1.5G", Some(3 << 29)),
            ("2 M", Some(2 << 20)),
            ("512", Some(512)),
            ("1T", Some(1 << 40)),
            (".5k", Some(512)),
            ("1e3", Some(1000)),
            ("0x10", Some(16)),
            ("", Some(0)),
            ("1P", None),
            ("1GB", None),
            ("abc", None),
            ("-1", None),
            ("inf", None),
            ("99999999999999999999", None),
            ("16777216T", None),
        ] {
            assert_eq!(bytes(text), value, "{text:?}");
        }
    }

    #[test]
    fn limits_of_resource_controls() {
        for (text, value) in [
            ("500", Some(500)),
            ("0x10", Some(16)),
            ("010", Some(8)),
            ("", Some(0)),
            ("-5", None),
            ("5x", None),
            ("09", None),
        ] {
            assert_eq!(limit(text), value, "{text:?}");
        }
    }

    #[test]
    fn cpus() {
        assert_eq!(cpu_range("1-4"), Some(("1", "4")));
        assert_eq!(cpu_range("2"), Some(("2", "2")));
        for bad in ["4-1", "0", "0-1", "-1", "1-", "x", "1-2-3", ""] {
            assert_eq!(cpu_range(bad), None, "{bad:?}");
        }
        for (text, value) in [
            ("1.5", Some(150)),
            (".05", Some(5)),
            ("1e2", Some(10_000)),
            ("0.57", Some(57)),
            ("0.001", None),
            ("99999999", None),
            ("two", None),
            ("-1", None),
            ("1.5x", None),
            ("", None),
        ] {
            assert_eq!(cpu_cap(text, Upstream), value, "{text:?}");
        }
        for (text, value) in [
            ("0x1", Some(100)),
            ("0X1.8", Some(150)),
            ("0x.8p1", Some(100)),
            ("0x1p-1", Some(50)),
            ("0x", None),
            ("0x1g", None),
            ("0x1p", None),
            ("inf", None),
            ("nan", None),
        ] {
            assert_eq!(cpu_cap(text, Upstream), value, "{text:?}");
            assert_eq!(cpu_cap(text, Extended), value, "{text:?}");
        }
        assert_eq!(cpu_cap("0.57", Extended), Some(57));
        assert_eq!(cpu_cap("0.0149", Upstream), Some(1));
        assert_eq!(cpu_cap("0.019", Extended), Some(2));
    }

    #[test]
    fn signed_numbers() {
        assert_eq!(signed("-5"), Some(-5));
        assert_eq!(signed(""), Some(0));
        assert_eq!(signed("x1"), None);
        assert_eq!(signed("9223372036854775808"), None);
    }
}
