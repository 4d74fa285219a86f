//! Codes of countries and their parts (ISO 3166).

use rust_iso3166::iso3166_2;

/// Whether this is the code of a country: two capital letters of ISO 3166-1.
pub fn is_country(code: &str) -> bool {
    rust_iso3166::from_alpha2(code).is_some_and(|country| country.alpha2 == code)
}

/// Whether `part` is the code of a state, province or the like of `country`: what ISO 3166-2 writes
/// behind the country and a hyphen.
pub fn is_subdivision(country: &str, part: &str) -> bool {
    let code = format!("{country}-{part}");
    iso3166_2::from_code(&code).is_some_and(|found| found.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries() {
        for code in ["NO", "US", "TW"] {
            assert!(is_country(code), "{code}");
        }
        for code in ["", "no", "No", "XX", "NOR", "UK", "N O"] {
            assert!(!is_country(code), "{code}");
        }
    }

    #[test]
    fn parts_of_countries() {
        assert!(is_subdivision("US", "CA") && is_subdivision("NO", "46"));
        for (country, part) in
            [("US", "ca"), ("US", "46"), ("NO", "CA"), ("US", ""), ("US", "US-CA"), ("XX", "CA")]
        {
            assert!(!is_subdivision(country, part), "{country} {part}");
        }
    }
}
