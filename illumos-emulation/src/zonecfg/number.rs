//! Numbers as the C library reads them.

/// What `strtoull` makes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parsed {
    /// The value; that of a negative number is its two's complement.
    pub(super) value: u64,
    /// Bytes that belong to the number; 0 if there is none.
    pub(super) length: usize,
    /// Whether a minus sign stands before it.
    pub(super) is_negative: bool,
    /// Whether the number is too large.
    pub(super) overflows: bool,
}

/// `strtoull(text, &end, base)`, base 0, 10 or 16.
pub(super) fn strtoull(text: &[u8], base: u32) -> Parsed {
    let blanks = text.iter().take_while(|&&byte| is_space(byte)).count();
    let (sign, is_negative) = match text.get(blanks) {
        Some(b'-') => (1, true),
        Some(b'+') => (1, false),
        _ => (0, false),
    };
    let start = blanks + sign;
    let rest = &text[start..];
    let digit = |byte: u8, base: u32| char::from(byte).to_digit(base);
    let has_prefix = rest.len() > 2
        && rest[0] == b'0'
        && matches!(rest[1], b'x' | b'X')
        && digit(rest[2], 16).is_some();
    let (base, prefix) = match base {
        0 | 16 if has_prefix => (16, 2),
        0 if rest.first() == Some(&b'0') => (8, 0),
        0 => (10, 0),
        base => (base, 0),
    };
    let digits = rest[prefix..].iter().map_while(|&byte| digit(byte, base));
    let mut value = 0u64;
    let mut count = 0;
    let mut overflows = false;
    for digit in digits {
        count += 1;
        let next = value
            .checked_mul(u64::from(base))
            .and_then(|value| value.checked_add(u64::from(digit)));
        value = next.unwrap_or(u64::MAX);
        overflows |= next.is_none();
    }
    if is_negative && !overflows {
        value = value.wrapping_neg();
    }
    let length = if count == 0 {
        0
    } else {
        start + prefix + count
    };
    Parsed {
        value: if overflows { u64::MAX } else { value },
        length,
        is_negative,
        overflows,
    }
}

/// `isspace` in the C locale.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// A whole decimal number; an empty text is 0.
pub(super) fn whole(text: &[u8]) -> Option<u64> {
    let parsed = strtoull(text, 10);
    (!parsed.overflows && parsed.length == text.len()).then_some(parsed.value)
}

/// A number without sign: no minus anywhere.
pub(super) fn valid_uint(text: &[u8]) -> Option<u64> {
    if text.contains(&b'-') {
        None
    } else {
        whole(text)
    }
}

/// `strtoll` of a whole text; `None` on overflow or if something follows the number.
pub(super) fn whole_signed(text: &[u8]) -> Option<i64> {
    let parsed = strtoull(text, 10);
    if parsed.overflows || parsed.length != text.len() {
        return None;
    }
    if parsed.is_negative {
        let magnitude = parsed.value.wrapping_neg();
        (magnitude <= 1 << 63).then(|| parsed.value.cast_signed())
    } else {
        i64::try_from(parsed.value).ok()
    }
}

/// `atoi`.
pub(super) fn atoi(text: &[u8]) -> i32 {
    let parsed = strtoull(text, 10);
    if parsed.length == 0 {
        return 0;
    }
    i32::try_from(parsed.value.cast_signed()).unwrap_or(-1)
}

/// What `zonecfg_str_to_bytes` makes of a size: a number, blanks, and K, M, G or T; nothing for another text.
pub(super) fn size(text: &[u8]) -> Option<u64> {
    let (number, rest) = strtold(text);
    if number.is_negative() {
        return None;
    }
    let blanks = rest.iter().take_while(|&&byte| is_space(byte)).count();
    let scale: u32 = match rest[blanks..].to_ascii_uppercase().as_slice() {
        b"" => 0,
        b"K" => 10,
        b"M" => 20,
        b"G" => 30,
        b"T" => 40,
        _ => return None,
    };
    Some(number.scaled(scale))
}

/// A number as `strtold` reads it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Number {
    /// `digits` / 10^`decimals`, exactly.
    Decimal { digits: u128, decimals: u32 },
    /// A number with exponent, hexadecimal digits, very many digits, or none at all that is finite.
    Float(f64),
}

impl Number {
    fn is_negative(self) -> bool {
        matches!(self, Self::Float(value) if value < 0.0)
    }

    /// The number times 2^`scale` as an unsigned number. What does not fit becomes what x86 makes of it.
    fn scaled(self, scale: u32) -> u64 {
        match self {
            Self::Decimal { digits, decimals } => {
                let value = (digits << scale) / 10u128.pow(decimals);
                u64::try_from(value).unwrap_or(0)
            }
            Self::Float(value) if value.is_nan() => 1 << 63,
            Self::Float(value) => {
                let value = value * 2f64.powi(i32::try_from(scale).unwrap_or(0));
                if value >= 2f64.powi(64) {
                    0
                } else {
                    truncated(value)
                }
            }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the conversion of C"
)]
fn truncated(value: f64) -> u64 {
    value as u64
}

/// The number at the start of `text`, and what follows it; 0 and all of the text if there is none.
fn strtold(text: &[u8]) -> (Number, &[u8]) {
    let nothing = (
        Number::Decimal {
            digits: 0,
            decimals: 0,
        },
        text,
    );
    let blanks = text.iter().take_while(|&&byte| is_space(byte)).count();
    let (sign, is_negative) = match text.get(blanks) {
        Some(b'-') => (1, true),
        Some(b'+') => (1, false),
        _ => (0, false),
    };
    let rest = &text[blanks + sign..];
    let signed = |value: f64| Number::Float(if is_negative { -value } else { value });
    let lower = rest.to_ascii_lowercase();
    for (word, value) in [
        ("infinity", f64::INFINITY),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        if lower.starts_with(word.as_bytes()) {
            return (signed(value), &rest[word.len()..]);
        }
    }
    let is_hex = lower.starts_with(b"0x") && lower.get(2).is_some_and(u8::is_ascii_hexdigit);
    if is_hex {
        let digits = lower[2..]
            .iter()
            .take_while(|byte| byte.is_ascii_hexdigit())
            .count();
        let parsed = strtoull(&rest[..2 + digits], 16);
        #[expect(
            clippy::cast_precision_loss,
            reason = "exact below 2^53, and nobody writes more in hexadecimal"
        )]
        return (signed(parsed.value as f64), &rest[2 + digits..]);
    }
    let whole = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let fraction = match rest.get(whole) {
        Some(b'.') => rest[whole + 1..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count(),
        _ => 0,
    };
    if whole + fraction == 0 {
        return nothing;
    }
    let has_point = rest.get(whole) == Some(&b'.');
    let mantissa = whole + usize::from(has_point) + fraction;
    let exponent = exponent(&rest[mantissa..]);
    let length = mantissa + exponent;
    let literal = String::from_utf8_lossy(&rest[..length]);
    let digits: String = literal.chars().filter(char::is_ascii_digit).collect();
    let number = if exponent == 0 && digits.len() <= 24 && !is_negative {
        let decimals = u32::try_from(fraction).unwrap_or(0);
        Number::Decimal {
            digits: digits.parse().unwrap_or(0),
            decimals,
        }
    } else {
        let literal = literal.trim_start_matches('.').to_owned();
        let literal = if rest[0] == b'.' {
            format!("0.{literal}")
        } else {
            literal
        };
        signed(literal.parse().unwrap_or(0.0))
    };
    (number, &rest[length..])
}

/// The length of the exponent at the start of `text`.
fn exponent(text: &[u8]) -> usize {
    if !matches!(text.first(), Some(b'e' | b'E')) {
        return 0;
    }
    let sign = usize::from(matches!(text.get(1), Some(b'+' | b'-')));
    let digits = text[1 + sign..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if digits == 0 { 0 } else { 1 + sign + digits }
}

#[cfg(test)]
mod tests {
    use super::{size, strtoull, valid_uint, whole_signed};

    #[test]
    fn sizes_are_read_as_observed() {
        let cases: &[(&str, Option<u64>)] = &[
            ("1g", Some(1 << 30)),
            ("1G", Some(1 << 30)),
            ("1.5G", Some(1_610_612_736)),
            ("2 M", Some(2 << 20)),
            ("512", Some(512)),
            ("1K", Some(1024)),
            ("1T", Some(1 << 40)),
            ("1P", None),
            ("1GB", None),
            ("", Some(0)),
            ("abc", None),
            ("-1", None),
            ("0", Some(0)),
            ("0x10", Some(16)),
            ("1e3", Some(1000)),
            ("inf", Some(0)),
            ("nan", Some(1 << 63)),
            ("20000000T", Some(0)),
            (".5K", Some(512)),
            ("K", Some(0)),
            ("18446744073709551615", Some(u64::MAX)),
        ];
        for (text, expected) in cases {
            assert_eq!(size(text.as_bytes()), *expected, "{text:?}");
        }
    }

    #[test]
    fn integers_are_read_as_by_c() {
        assert_eq!(strtoull(b"0x1f", 0).value, 31);
        assert_eq!(strtoull(b"017", 0).value, 15);
        assert_eq!(strtoull(b"0x", 16).length, 1);
        assert_eq!(strtoull(b"abc", 10).length, 0);
        assert!(strtoull(b"18446744073709551616", 10).overflows);
        assert_eq!(whole_signed(b"-7"), Some(-7));
        assert_eq!(whole_signed(b"-9223372036854775808"), Some(i64::MIN));
        assert_eq!(whole_signed(b"-9223372036854775809"), None);
        assert_eq!(whole_signed(b" 5"), Some(5));
        assert_eq!(whole_signed(b"5 "), None);
        assert_eq!(valid_uint(b""), Some(0));
        assert_eq!(valid_uint(b"-1"), None);
    }
}
