//! Numbers as zfs(8) reads and prints them.

/// Reads a number with a suffix: `10`, `1.5m`, `5Gb`. The error is in the words of zfs(8).
///
/// # Source
/// r1mikey/illumos-gate usr/src/lib/libzfs/common/libzfs_util.c, `zfs_nicestrtonum`.
pub(crate) fn parse(text: &str) -> Result<u64, String> {
    let first = text.bytes().next();
    if !first.is_some_and(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(format!("bad numeric value '{text}'"));
    }
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let shift = shift(suffix).ok_or_else(|| format!("invalid numeric suffix '{suffix}'"))?;
    let large = || "numeric value is too large".to_owned();
    if number.contains('.') {
        let value: f64 = number
            .parse()
            .map_err(|_| format!("bad numeric value '{text}'"))?;
        let value = value * 2_f64.powi(shift);
        // 2^64 is the first that does not fit.
        if value >= 18_446_744_073_709_551_616.0 {
            return Err(large());
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 2^64, and fractions of a byte are dropped"
        )]
        return Ok(value as u64);
    }
    let value: u64 = number.parse().map_err(|_| large())?;
    let factor = 1_u64.checked_shl(shift.unsigned_abs()).ok_or_else(large)?;
    value.checked_mul(factor).ok_or_else(large)
}

/// The power of two that a suffix means.
fn shift(suffix: &str) -> Option<i32> {
    let Some(first) = suffix.chars().next() else {
        return Some(0);
    };
    let place = "BKMGTPEZ".find(first.to_ascii_uppercase())?;
    let rest = suffix[first.len_utf8()..].to_ascii_uppercase();
    let fits = rest.is_empty() || (matches!(rest.as_str(), "B" | "IB") && place > 0);
    fits.then(|| i32::try_from(place * 10).unwrap_or(0))
}

/// A size in at most five characters: `24K`, `1.50M`, `0B`.
///
/// # Source
/// r1mikey/illumos-gate usr/src/lib/libzutil/common/zutil_nicenum.c.
pub(crate) fn nice(number: u64) -> String {
    let mut whole = number;
    let mut index = 0;
    while whole >= 1024 {
        whole /= 1024;
        index += 1;
    }
    let unit = ["B", "K", "M", "G", "T", "P", "E"][index];
    let divisor = 1_u64 << (10 * index);
    if number.is_multiple_of(divisor) {
        return format!("{whole}{unit}");
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "three digits of the number are printed"
    )]
    let value = number as f64 / divisor as f64;
    (0..=2)
        .rev()
        .map(|digits| format!("{value:.digits$}{unit}"))
        .find(|text| text.len() <= 5)
        .unwrap_or_else(|| format!("{value:.0}{unit}"))
}

/// Seconds since 1970 as a date in UTC: `Fri Nov 27 14:08 2026`.
pub(crate) fn date(seconds: u64) -> String {
    let days = seconds / 86_400;
    let (year, month, day) = civil(days);
    let week = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    format!(
        "{} {} {day:>2} {:>2}:{:02} {year}",
        week[usize::try_from(days % 7).unwrap_or(0)],
        months[month],
        seconds % 86_400 / 3_600,
        seconds % 3_600 / 60,
    )
}

/// The year, the month from 0, and the day of the month.
fn civil(mut days: u64) -> (u64, usize, u64) {
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let mut month = 0;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
mod tests {
    use super::{date, nice, parse};

    #[test]
    fn numbers_are_read() {
        for (text, number) in [
            ("1023", 1023),
            ("1.5m", 1_572_864),
            ("1MB", 1_048_576),
            ("1MiB", 1_048_576),
            ("5Gb", 5_368_709_120),
            ("1b", 1),
            ("10.5m", 11_010_048),
        ] {
            assert_eq!(parse(text), Ok(number), "{text}");
        }
        for (text, fault) in [
            ("abc", "bad numeric value 'abc'"),
            ("-1", "bad numeric value '-1'"),
            ("", "bad numeric value ''"),
            ("1x", "invalid numeric suffix 'x'"),
            ("5 G", "invalid numeric suffix ' G'"),
            ("1BB", "invalid numeric suffix 'BB'"),
            ("0x100000", "invalid numeric suffix 'x100000'"),
            ("99999999999999999999", "numeric value is too large"),
            ("16E", "numeric value is too large"),
            ("1Z", "numeric value is too large"),
        ] {
            assert_eq!(parse(text), Err(fault.to_owned()), "{text}");
        }
    }

    #[test]
    fn sizes_have_five_characters() {
        for (number, text) in [
            (0, "0B"),
            (24_576, "24K"),
            (1_048_575, "1024K"),
            (1_572_864, "1.50M"),
            (11_010_048, "10.5M"),
            (105_119_744, "100M"),
            (1_234_567_890, "1.15G"),
            (u64::MAX, "16.0E"),
        ] {
            assert_eq!(nice(number), text);
        }
    }

    #[test]
    fn dates_are_those_of_utc() {
        assert_eq!(date(0), "Thu Jan  1  0:00 1970");
        assert_eq!(date(1_795_788_494), "Fri Nov 27 14:08 2026");
        assert_eq!(date(1_709_164_800), "Thu Feb 29  0:00 2024");
    }
}
