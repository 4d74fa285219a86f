//! What people call countries and their parts.

use rust_iso3166::iso3166_2::Subdivision;

use crate::regions::KOSOVO;

/// Countries whose ISO 3166-1 name, shortened at the bracket, is not what people say.
const COMMON: [(&str, &str); 20] = [
    (KOSOVO, "Kosovo"),
    ("BN", "Brunei"),
    ("BQ", "Caribbean Netherlands"),
    ("CC", "Cocos (Keeling) Islands"),
    ("CD", "Democratic Republic of the Congo"),
    ("CG", "Republic of the Congo"),
    ("GB", "United Kingdom"),
    ("KP", "North Korea"),
    ("KR", "South Korea"),
    ("LA", "Laos"),
    ("MO", "Macau"),
    ("PN", "Pitcairn Islands"),
    ("RU", "Russia"),
    ("SY", "Syria"),
    ("UM", "U.S. Outlying Islands"),
    ("US", "United States"),
    ("VA", "Vatican City"),
    ("VG", "British Virgin Islands"),
    ("VI", "U.S. Virgin Islands"),
    ("VN", "Vietnam"),
];

/// The English short name: that of ISO 3166-1 without the addition in brackets, or the common one.
/// A code that has no name is its own.
pub(crate) fn country(code: &'static str) -> &'static str {
    if let Some((_, name)) = COMMON.iter().find(|(common, _)| *common == code) {
        return name;
    }
    rust_iso3166::from_alpha2(code).map_or(code, |country| without_brackets(country.name))
}

/// The name of ISO 3166-2 without the addition in brackets, and in the order of speech: the list
/// sorts `Murcia, Región de` under M, people say `Región de Murcia`.
pub(crate) fn subdivision(subdivision: Subdivision) -> String {
    let name = without_brackets(subdivision.name);
    match name.split_once(", ") {
        Some((proper, generic)) => format!("{generic} {proper}"),
        None => name.to_owned(),
    }
}

fn without_brackets(name: &str) -> &str {
    name.split_once(" (").map_or(name, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rust_iso3166::iso3166_2;

    use super::*;

    #[test]
    fn countries_have_the_names_people_expect() {
        let names = ["US", "GB", "KR", "TW", "BO", "CC", "XK", "CI", "TR"].map(country);
        let expected = [
            "United States",
            "United Kingdom",
            "South Korea",
            "Taiwan",
            "Bolivia",
            "Cocos (Keeling) Islands",
            "Kosovo",
            "Côte d'Ivoire",
            "Türkiye",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn no_two_countries_share_a_name_and_none_is_official_prose() {
        let names: BTreeSet<_> =
            rust_iso3166::ALL.iter().map(|entry| country(entry.alpha2)).collect();
        assert_eq!(names.len(), rust_iso3166::ALL.len());
        assert!(
            names
                .iter()
                .all(|name| !name.contains("Republic of)") && !name.contains(" of America"))
        );
    }

    #[test]
    fn subdivisions_are_named_in_the_order_of_speech() {
        let name = |code| subdivision(iso3166_2::from_code(code).unwrap());
        assert_eq!(name("US-CA"), "California");
        assert_eq!(name("ES-MC"), "Región de Murcia");
        assert_eq!(name("BE-WAL"), "Région wallonne");
        assert_eq!(name("NO-21"), "Svalbard");
        assert_eq!(name("MD-GA"), "Unitatea teritorială autonomă Găgăuzia");
    }
}
