//! Real points whose answers are known.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::LazyLock;

use model::Coordinates;
use places::{Geocoder, Place};

static GEOCODER: LazyLock<Geocoder> = LazyLock::new(Geocoder::load);

/// What a point must answer: code, country, state, city, zone; `-` is `None`, `*` anything.
type Label = (f64, f64, &'static str);

fn check(labels: &[Label]) {
    let wrong: Vec<_> = labels.iter().filter_map(|label| mismatch(*label)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn mismatch((latitude, longitude, expected): Label) -> Option<String> {
    let place = GEOCODER.locate(Coordinates::new(latitude, longitude).unwrap());
    let Place { city, state, country, country_code, timezone, .. } = &place;
    let got = [country_code, country, state, city, timezone];
    let got = got.map(|field| field.as_deref().unwrap_or("-"));
    let expected: Vec<_> = expected.split(" | ").collect();
    let same = expected.len() == got.len()
        && expected.iter().zip(got).all(|(expected, got)| *expected == "*" || *expected == got);
    (!same).then(|| {
        format!("{latitude}, {longitude}: {} != {}", got.join(" | "), expected.join(" | "))
    })
}

#[test]
fn border_towns() {
    check(&[
        (47.5584, 7.5733, "CH | Switzerland | Basel-City | Basel | Europe/Zurich"),
        (47.5933, 7.6208, "DE | Germany | Baden-Wuerttemberg | Weil am Rhein | Europe/Berlin"),
        (47.5884, 7.5625, "FR | France | Alsace | Saint-Louis | Europe/Paris"),
        (47.6603, 9.1758, "DE | Germany | Baden-Wuerttemberg | Konstanz | Europe/Berlin"),
        (47.6500, 9.1833, "CH | Switzerland | Thurgau | Kreuzlingen | Europe/Zurich"),
        (43.0845, -79.0900, "CA | Canada | Ontario | Niagara Falls | America/Toronto"),
        (43.0945, -79.0400, "US | United States | New York | Niagara Falls | America/New_York"),
        // Baarle: two houses apart. The time zones are drawn too coarsely for it.
        (51.4478, 4.9270, "NL | Netherlands | North Brabant | Baarle-Nassau | Europe/Amsterdam"),
        (51.4422, 4.9297, "BE | Belgium | Vlaams Gewest | Baarle-Hertog | *"),
        (50.7766, 6.0834, "DE | Germany | North Rhine-Westphalia | Aachen | Europe/Berlin"),
        (32.5331, -117.0189, "MX | Mexico | Baja California | Tijuana | America/Tijuana"),
        (42.4950, -83.0000, "US | United States | Michigan | Warren | America/Detroit"),
        (42.3000, -83.0200, "CA | Canada | Ontario | Windsor | America/Toronto"),
    ]);
}

#[test]
fn coasts_and_bridges() {
    check(&[
        (56.153_775, 10.1993, "DK | Denmark | Central Jutland | Århus | Europe/Copenhagen"),
        (-33.8568, 151.2153, "AU | Australia | New South Wales | Sydney | Australia/Sydney"),
        (51.5007, -0.1246, "GB | United Kingdom | England | London | Europe/London"),
        (
            37.8199,
            -122.4783,
            "US | United States | California | San Francisco | America/Los_Angeles",
        ),
        (-22.9519, -43.2105, "BR | Brazil | Rio de Janeiro | Rio de Janeiro | America/Sao_Paulo"),
        (43.7384, 7.4246, "MC | Monaco | Commune de Monaco | Monaco | Europe/Monaco"),
        (45.4341, 12.3388, "IT | Italy | Veneto | Venice | Europe/Rome"),
        (-33.9180, 18.4233, "ZA | South Africa | Western Cape | Cape Town | Africa/Johannesburg"),
    ]);
}

#[test]
fn enclaves_and_exclaves() {
    check(&[
        (-29.3167, 27.4833, "LS | Lesotho | Maseru | Maseru | Africa/Maseru"),
        (41.9022, 12.4533, "VA | Vatican City | - | Vatican City | Europe/Vatican"),
        (43.9367, 12.4467, "SM | San Marino | San Marino | San Marino | Europe/San_Marino"),
        (
            54.7065,
            20.5110,
            "RU | Russia | Kaliningradskaya oblast' | Kaliningrad | Europe/Kaliningrad",
        ),
        (35.8894, -5.3198, "ES | Spain | Ceuta | Ceuta | Africa/Ceuta"),
        (36.1400, -5.3530, "GI | Gibraltar | - | Gibraltar | Europe/Gibraltar"),
        (47.6973, 8.6910, "DE | Germany | Baden-Wuerttemberg | Büsingen | Europe/Busingen"),
    ]);
}

#[test]
fn territories_are_their_own_country() {
    check(&[
        (22.2855, 114.1577, "HK | Hong Kong | * | Hong Kong | Asia/Hong_Kong"),
        (18.4655, -66.1057, "PR | Puerto Rico | San Juan | San Juan | America/Puerto_Rico"),
        (25.0330, 121.5654, "TW | Taiwan | Taipei | Taipei | Asia/Taipei"),
        (64.1750, -51.7360, "GL | Greenland | Sermersooq | Nuuk | America/Nuuk"),
        (42.6629, 21.1655, "XK | Kosovo | Pristina | Pristina | Europe/Belgrade"),
        (
            12.1500,
            -68.2667,
            "BQ | Caribbean Netherlands | Bonaire | Kralendijk | America/Kralendijk",
        ),
        (
            78.2232,
            15.6267,
            "SJ | Svalbard and Jan Mayen | Svalbard | Longyearbyen | Arctic/Longyearbyen",
        ),
        (
            44.9521,
            34.1024,
            "UA | Ukraine | Avtonomna Respublika Krym | Simferopol | Europe/Simferopol",
        ),
    ]);
}

#[test]
fn inland_cities_of_countries_with_and_without_subdivision_polygons() {
    check(&[
        (48.1374, 11.5755, "DE | Germany | Bavaria | Munich | Europe/Berlin"),
        (37.5665, 126.9780, "KR | South Korea | Seoul | Seoul | Asia/Seoul"),
        (-6.1754, 106.8272, "ID | Indonesia | Jakarta Raya | Jakarta | Asia/Jakarta"),
        (41.3874, 2.1686, "ES | Spain | Catalunya | Barcelona | Europe/Madrid"),
        (39.9042, 116.4074, "CN | China | Beijing Shi | Beijing | Asia/Shanghai"),
        (20.2961, 85.8245, "IN | India | Odisha | Bhubaneshwar | Asia/Kolkata"),
        (
            37.7456,
            -119.5936,
            "US | United States | California | Yosemite Valley | America/Los_Angeles",
        ),
    ]);
}

#[test]
fn islands_and_the_antimeridian() {
    check(&[
        // Taveuni, on both sides of the antimeridian; the data has no place on that island.
        (-16.80, -179.99, "FJ | Fiji | - | - | Pacific/Fiji"),
        (-16.80, 179.99, "FJ | Fiji | - | - | Pacific/Fiji"),
        (66.0, -172.5, "RU | Russia | - | - | Asia/Anadyr"),
        (64.7340, 177.5150, "RU | Russia | Chukotskiy Avtonomnyy Okrug | Anadyr | Asia/Anadyr"),
        (
            28.1235,
            -15.4363,
            "ES | Spain | Canary Islands | Las Palmas de Gran Canaria | Atlantic/Canary",
        ),
        (21.3069, -157.8583, "US | United States | Hawaii | Honolulu | Pacific/Honolulu"),
        (
            37.7412,
            -25.6756,
            "PT | Portugal | Região Autónoma dos Açores | Ponta Delgada | Atlantic/Azores",
        ),
        (-27.1127, -109.3497, "CL | Chile | - | Ostrov Paskhi | Pacific/Easter"),
    ]);
}

#[test]
fn the_sea_has_nothing() {
    let nothing = "- | - | - | - | -";
    check(&[
        (0.0, 0.0, nothing),
        (0.0, 180.0, nothing),
        (0.0, -180.0, nothing),
        (30.0, -40.0, nothing),
        (90.0, 0.0, nothing),
        (56.0, 3.0, nothing),
        // Country polygons reach out to here; territorial waters do not.
        (57.5, 19.9, nothing),
        (43.0, 15.0, nothing),
        (24.5, 119.5, nothing),
    ]);
}

#[test]
fn far_from_people_there_is_no_city() {
    check(&[
        (-77.85, 166.67, "- | - | - | - | Antarctica/McMurdo"),
        (-90.0, 0.0, "- | - | - | - | Antarctica/McMurdo"),
        (72.58, -38.46, "GL | Greenland | - | - | America/Nuuk"),
        (-24.5, 127.5, "AU | Australia | Western Australia | - | Australia/Perth"),
        (26.0, 5.0, "DZ | Algeria | - | - | Africa/Algiers"),
    ]);
}

#[test]
fn a_quarter_is_named_beside_its_city() {
    let quarter = |lat, lon| GEOCODER.locate(Coordinates::new(lat, lon).unwrap()).sublocation;
    assert_eq!(quarter(-33.8568, 151.2153).as_deref(), Some("Kirribilli"));
    assert_eq!(quarter(41.3874, 2.1686).as_deref(), Some("Eixample"));
    assert_eq!(quarter(44.0, 4.0), None);
}
