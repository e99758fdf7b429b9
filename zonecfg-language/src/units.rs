//! Numbers of bytes as the tool prints them.

/// `1536` MB as `1.5G`: a whole number of the largest unit below 1024 of it, or one decimal below ten where it is not exact.
#[must_use]
pub fn with_unit(bytes: u64) -> String {
    // The tool reads the number as a signed one.
    let bytes = bytes.min(i64::MAX.unsigned_abs());
    if bytes < 1024 {
        return bytes.to_string();
    }
    let (mut number, mut before, mut unit) = (bytes, bytes, 'K');
    for next in ['K', 'M', 'G', 'T'] {
        if number < 1024 {
            break;
        }
        (before, unit) = (number, next);
        number = (number + 512) >> 10;
    }
    if before % 1024 != 0 && before >> 10 < 10 {
        let tenths = format_tenths(before);
        format!("{tenths}{unit}")
    } else {
        format!("{number}{unit}")
    }
}

/// `before / 1024` with one decimal, halves to even as printf(3C) rounds an exact half.
fn format_tenths(before: u64) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "below 10240, which a double holds exactly"
    )]
    let value = before as f64 / 1024.0;
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::with_unit;

    #[test]
    fn numbers() {
        for (bytes, text) in [
            (0, "0"),
            (1023, "1023"),
            (1024, "1K"),
            (1025, "1.0K"),
            (1536, "1.5K"),
            (10_239, "10.0K"),
            (10_240, "10K"),
            (10_300, "10K"),
            (102_400, "100K"),
            (1 << 20, "1M"),
            (52_428_800, "50M"),
            (1_610_612_736, "1.5G"),
            (2_147_483_648, "2G"),
            (1 << 40, "1T"),
            (3 << 50, "3072T"),
        ] {
            assert_eq!(with_unit(bytes), text, "{bytes}");
        }
    }
}
