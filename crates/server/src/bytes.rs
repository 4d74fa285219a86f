//! Numbers of bytes as people write and read them.

use std::str::FromStr;

use model::UNLIMITED_BYTES;

const UNITS: [(&str, u64); 4] =
    [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];

/// A cap, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit(pub(crate) Option<i64>);

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self(None));
        }
        let unit = UNITS
            .iter()
            .find_map(|(name, bytes)| Some((strip_unit(text, name)?, *bytes)))
            .unwrap_or((text, 1));
        let wrong = || format!("{text:?} is no size such as 50GB, and not none");
        let bytes = scaled(unit.0.trim(), unit.1).ok_or_else(wrong)?;
        Ok(Self(Some(bytes)))
    }
}

fn strip_unit<'t>(text: &'t str, unit: &str) -> Option<&'t str> {
    let (number, end) = text.split_at_checked(text.len().checked_sub(unit.len())?)?;
    end.eq_ignore_ascii_case(unit).then_some(number)
}

/// A decimal number of units in whole bytes, at most what a client can show.
fn scaled(number: &str, unit: u64) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let scale = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let part = u128::from(fraction.parse::<u64>().ok()?) * u128::from(unit);
    if part % u128::from(scale) != 0 {
        return None;
    }
    let bytes = whole.parse::<u128>().ok()?.checked_mul(u128::from(unit))?;
    let bytes = bytes.checked_add(part / u128::from(scale))?;
    i64::try_from(bytes).ok().filter(|bytes| *bytes <= UNLIMITED_BYTES)
}

/// A number of bytes in the largest unit it fills, to a tenth.
pub(crate) fn show(bytes: u64) -> String {
    match UNITS.iter().find(|(_, unit)| bytes >= *unit) {
        Some((name, unit)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        for (text, bytes) in [
            ("none", None),
            ("0", Some(0)),
            ("123", Some(123)),
            ("50GB", Some(50_000_000_000)),
            ("50 gb", Some(50_000_000_000)),
            ("1.5TB", Some(1_500_000_000_000)),
            ("9007199254740991", Some(UNLIMITED_BYTES)),
        ] {
            assert_eq!(text.parse(), Ok(Limit(bytes)), "{text}");
        }
        for text in
            ["", "GB", "-1", "1e9", "1.", ".5GB", "1.5", "50 G B", "9007199254740992", "1,5GB", "é"]
        {
            assert!(text.parse::<Limit>().is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_are_shown() {
        assert_eq!(show(999), "999 B");
        assert_eq!(show(1_260_000), "1.2 MB");
        assert_eq!(show(50_000_000_000), "50.0 GB");
    }
}
