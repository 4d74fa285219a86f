//! Places worth a journey, in every corner of the map.

use crate::Motif::{self, City, Dunes, Forest, Lake, Mountains, Sea, Snow};

/// A well-known place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Its name, as travellers say it.
    pub name: &'static str,
    /// ISO 3166-1 alpha-2.
    pub country_code: &'static str,
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
    /// Metres above sea level.
    pub altitude: f64,
    /// IANA time zone.
    pub zone: &'static str,
    /// What a photograph of it shows.
    pub motif: Motif,
}

const fn place(
    (name, country_code): (&'static str, &'static str),
    (latitude, longitude): (f64, f64),
    altitude: f64,
    zone: &'static str,
    motif: Motif,
) -> Place {
    Place { name, country_code, latitude, longitude, altitude, zone, motif }
}

/// The places of the demo library, from the far east to the far west.
#[rustfmt::skip]
pub const PLACES: [Place; 136] = [
    place(("Aoraki Mount Cook", "NZ"), (-43.595, 170.1418), 760.0, "Pacific/Auckland", Lake),
    place(("Milford Sound", "NZ"), (-44.6414, 167.8974), 5.0, "Pacific/Auckland", Lake),
    place(("Auckland", "NZ"), (-36.8485, 174.7633), 20.0, "Pacific/Auckland", City),
    place(("Chatham Islands", "NZ"), (-43.9514, -176.561), 10.0, "Pacific/Chatham", Sea),
    place(("Suva", "FJ"), (-18.1416, 178.4419), 6.0, "Pacific/Fiji", Sea),
    place(("Taveuni", "FJ"), (-16.85, -179.9667), 8.0, "Pacific/Fiji", Sea),
    place(("Apia", "WS"), (-13.8333, -171.7667), 2.0, "Pacific/Apia", Sea),
    place(("Nukualofa", "TO"), (-21.1394, -175.2049), 3.0, "Pacific/Tongatapu", Sea),
    place(("Bora Bora", "PF"), (-16.5004, -151.7415), 4.0, "Pacific/Tahiti", Sea),
    place(("Rapa Nui", "CL"), (-27.1258, -109.2769), 80.0, "Pacific/Easter", Sea),
    place(("Sydney Opera House", "AU"), (-33.8568, 151.2153), 6.0, "Australia/Sydney", City),
    place(("Uluru", "AU"), (-25.3444, 131.0369), 540.0, "Australia/Darwin", Dunes),
    place(("Twelve Apostles", "AU"), (-38.6662, 143.1044), 30.0, "Australia/Melbourne", Sea),
    place(("Cradle Mountain", "AU"), (-41.6848, 145.9511), 1230.0, "Australia/Hobart", Lake),
    place(("Perth", "AU"), (-31.9523, 115.8613), 10.0, "Australia/Perth", City),
    place(("Mount Hagen", "PG"), (-5.8581, 144.2431), 1680.0, "Pacific/Port_Moresby", Forest),
    place(("Mount Bromo", "ID"), (-7.9425, 112.953), 2329.0, "Asia/Jakarta", Mountains),
    place(("Ubud", "ID"), (-8.5069, 115.2625), 210.0, "Asia/Makassar", Forest),
    place(("Singapore", "SG"), (1.2834, 103.8607), 5.0, "Asia/Singapore", City),
    place(("Kuala Lumpur", "MY"), (3.1579, 101.7123), 60.0, "Asia/Kuala_Lumpur", City),
    place(("Ha Long Bay", "VN"), (20.9101, 107.1839), 2.0, "Asia/Ho_Chi_Minh", Lake),
    place(("Angkor Wat", "KH"), (13.4125, 103.867), 65.0, "Asia/Phnom_Penh", Forest),
    place(("Bangkok", "TH"), (13.7437, 100.4889), 4.0, "Asia/Bangkok", City),
    place(("El Nido", "PH"), (11.1956, 119.4075), 3.0, "Asia/Manila", Sea),
    place(("Hong Kong", "HK"), (22.2855, 114.1577), 5.0, "Asia/Hong_Kong", City),
    place(("Shanghai", "CN"), (31.2397, 121.4998), 4.0, "Asia/Shanghai", City),
    place(("Guilin", "CN"), (25.2736, 110.29), 150.0, "Asia/Shanghai", Lake),
    place(("Zhangjiajie", "CN"), (29.325, 110.434), 1080.0, "Asia/Shanghai", Forest),
    place(("Taroko Gorge", "TW"), (24.1587, 121.6213), 60.0, "Asia/Taipei", Mountains),
    place(("Mount Fuji", "JP"), (35.5171, 138.7518), 850.0, "Asia/Tokyo", Lake),
    place(("Tokyo", "JP"), (35.6586, 139.7454), 18.0, "Asia/Tokyo", City),
    place(("Kyoto", "JP"), (35.0394, 135.7292), 90.0, "Asia/Tokyo", Forest),
    place(("Niseko", "JP"), (42.8622, 140.6988), 310.0, "Asia/Tokyo", Snow),
    place(("Seoul", "KR"), (37.5512, 126.9882), 240.0, "Asia/Seoul", City),
    place(("Seongsan Ilchulbong", "KR"), (33.458, 126.9425), 90.0, "Asia/Seoul", Sea),
    place(("Khongoryn Els", "MN"), (43.77, 102.26), 1250.0, "Asia/Ulaanbaatar", Dunes),
    place(("Lake Baikal", "RU"), (53.2038, 107.3429), 460.0, "Asia/Irkutsk", Lake),
    place(("Avacha Bay", "RU"), (52.976, 158.65), 15.0, "Asia/Kamchatka", Snow),
    place(("Anadyr", "RU"), (64.7337, 177.5089), 20.0, "Asia/Anadyr", Snow),
    place(("Everest Base Camp", "NP"), (28.0043, 86.8557), 5364.0, "Asia/Kathmandu", Snow),
    place(("Pokhara", "NP"), (28.2096, 83.9856), 822.0, "Asia/Kathmandu", Lake),
    place(("Tiger's Nest", "BT"), (27.4915, 89.3635), 3120.0, "Asia/Thimphu", Forest),
    place(("Lhasa", "CN"), (29.6578, 91.117), 3656.0, "Asia/Shanghai", Mountains),
    place(("Pangong Tso", "IN"), (33.7595, 78.6674), 4350.0, "Asia/Kolkata", Lake),
    place(("Taj Mahal", "IN"), (27.1751, 78.0421), 171.0, "Asia/Kolkata", City),
    place(("Munnar", "IN"), (10.0889, 77.0595), 1530.0, "Asia/Kolkata", Forest),
    place(("Mumbai", "IN"), (18.922, 72.8347), 5.0, "Asia/Kolkata", City),
    place(("Ella", "LK"), (6.8667, 81.0466), 1041.0, "Asia/Colombo", Forest),
    place(("Malé", "MV"), (4.1755, 73.5093), 1.0, "Indian/Maldives", Sea),
    place(("Hunza", "PK"), (36.3167, 74.65), 2438.0, "Asia/Karachi", Mountains),
    place(("Band-e Amir", "AF"), (34.84, 67.23), 2900.0, "Asia/Kabul", Lake),
    place(("Samarkand", "UZ"), (39.6547, 66.9758), 705.0, "Asia/Samarkand", Dunes),
    place(("Song Kul", "KG"), (41.8333, 75.1333), 3016.0, "Asia/Bishkek", Mountains),
    place(("Damavand", "IR"), (35.9519, 52.109), 3900.0, "Asia/Tehran", Snow),
    place(("Dubai", "AE"), (25.1972, 55.2744), 8.0, "Asia/Dubai", City),
    place(("Wahiba Sands", "OM"), (22.25, 58.8), 200.0, "Asia/Muscat", Dunes),
    place(("Dead Sea", "JO"), (31.559, 35.4732), -430.0, "Asia/Amman", Sea),
    place(("Wadi Rum", "JO"), (29.5765, 35.42), 800.0, "Asia/Amman", Dunes),
    place(("Cappadocia", "TR"), (38.6431, 34.8289), 1180.0, "Europe/Istanbul", Dunes),
    place(("Istanbul", "TR"), (41.0082, 28.9784), 40.0, "Europe/Istanbul", City),
    place(("Kazbegi", "GE"), (42.6625, 44.6203), 2170.0, "Asia/Tbilisi", Mountains),
    place(("Lake Sevan", "AM"), (40.564, 45.011), 1900.0, "Asia/Yerevan", Lake),
    place(("Petra", "JO"), (30.3285, 35.4444), 810.0, "Asia/Amman", Dunes),
    place(("Giza", "EG"), (29.9792, 31.1342), 60.0, "Africa/Cairo", Dunes),
    place(("Erg Chebbi", "MA"), (31.15, -3.98), 720.0, "Africa/Casablanca", Dunes),
    place(("Marrakesh", "MA"), (31.6258, -7.9892), 460.0, "Africa/Casablanca", City),
    place(("Danakil Depression", "ET"), (14.2417, 40.3), -116.0, "Africa/Addis_Ababa", Dunes),
    place(("Lalibela", "ET"), (12.0317, 39.0411), 2480.0, "Africa/Addis_Ababa", Mountains),
    place(("Kilimanjaro", "TZ"), (-3.0674, 37.3556), 5895.0, "Africa/Dar_es_Salaam", Snow),
    place(("Zanzibar", "TZ"), (-6.163, 39.19), 3.0, "Africa/Dar_es_Salaam", Sea),
    place(("Nairobi", "KE"), (-1.2864, 36.8172), 1795.0, "Africa/Nairobi", City),
    place(("Bwindi", "UG"), (-1.05, 29.6167), 1900.0, "Africa/Kampala", Forest),
    place(("Victoria Falls", "ZM"), (-17.9243, 25.8572), 885.0, "Africa/Lusaka", Forest),
    place(("Sossusvlei", "NA"), (-24.7275, 15.3436), 560.0, "Africa/Windhoek", Dunes),
    place(("Table Mountain", "ZA"), (-33.9628, 18.4098), 1067.0, "Africa/Johannesburg", Mountains),
    place(("Cape Town", "ZA"), (-33.9036, 18.4207), 3.0, "Africa/Johannesburg", City),
    place(("Avenue of the Baobabs", "MG"), (-20.2508, 44.4185), 30.0, "Indian/Antananarivo", Forest),
    place(("Le Morne", "MU"), (-20.4566, 57.308), 5.0, "Indian/Mauritius", Sea),
    place(("Lagos", "NG"), (6.4541, 3.3947), 4.0, "Africa/Lagos", City),
    place(("Cape Verde", "CV"), (16.88, -24.99), 8.0, "Atlantic/Cape_Verde", Sea),
    place(("Teide", "ES"), (28.2724, -16.6425), 3555.0, "Atlantic/Canary", Mountains),
    place(("Madeira", "PT"), (32.7607, -16.9595), 12.0, "Atlantic/Madeira", Sea),
    place(("Azores", "PT"), (37.842, -25.788), 560.0, "Atlantic/Azores", Lake),
    place(("Lisbon", "PT"), (38.7139, -9.1335), 90.0, "Europe/Lisbon", City),
    place(("Alhambra", "ES"), (37.1761, -3.5881), 740.0, "Europe/Madrid", Mountains),
    place(("Barcelona", "ES"), (41.4036, 2.1744), 45.0, "Europe/Madrid", City),
    place(("Mont Saint-Michel", "FR"), (48.6361, -1.5115), 10.0, "Europe/Paris", Sea),
    place(("Paris", "FR"), (48.8584, 2.2945), 35.0, "Europe/Paris", City),
    place(("Chamonix", "FR"), (45.9237, 6.8694), 1035.0, "Europe/Paris", Snow),
    place(("Matterhorn", "CH"), (45.9836, 7.785), 2582.0, "Europe/Zurich", Snow),
    place(("Hallstatt", "AT"), (47.5622, 13.6493), 511.0, "Europe/Vienna", Lake),
    place(("Königssee", "DE"), (47.589, 12.988), 604.0, "Europe/Berlin", Lake),
    place(("Berlin", "DE"), (52.5163, 13.3777), 35.0, "Europe/Berlin", City),
    place(("Black Forest", "DE"), (48.1, 8.2), 900.0, "Europe/Berlin", Forest),
    place(("Santorini", "GR"), (36.4618, 25.3753), 150.0, "Europe/Athens", Sea),
    place(("Dolomites", "IT"), (46.6147, 12.3), 2320.0, "Europe/Rome", Mountains),
    place(("Venice", "IT"), (45.434, 12.3388), 1.0, "Europe/Rome", City),
    place(("Lake Bled", "SI"), (46.3625, 14.0938), 480.0, "Europe/Ljubljana", Lake),
    place(("Dubrovnik", "HR"), (42.6403, 18.1083), 15.0, "Europe/Zagreb", Sea),
    place(("High Tatras", "SK"), (49.1197, 20.06), 1350.0, "Europe/Bratislava", Mountains),
    place(("London", "GB"), (51.5055, -0.0754), 8.0, "Europe/London", City),
    place(("Isle of Skye", "GB"), (57.5067, -6.183), 230.0, "Europe/London", Mountains),
    place(("Cliffs of Moher", "IE"), (52.9715, -9.4309), 200.0, "Europe/Dublin", Sea),
    place(("Vík", "IS"), (63.4043, -19.045), 10.0, "Atlantic/Reykjavik", Sea),
    place(("Lofoten", "NO"), (67.9328, 13.0887), 6.0, "Europe/Oslo", Snow),
    place(("Preikestolen", "NO"), (58.9864, 6.1904), 604.0, "Europe/Oslo", Lake),
    place(("Stockholm", "SE"), (59.3251, 18.0711), 12.0, "Europe/Stockholm", City),
    place(("Rovaniemi", "FI"), (66.5436, 25.8473), 90.0, "Europe/Helsinki", Snow),
    place(("Longyearbyen", "NO"), (78.2232, 15.6267), 10.0, "Arctic/Longyearbyen", Snow),
    place(("Ilulissat", "GL"), (69.2198, -51.0986), 30.0, "America/Nuuk", Snow),
    place(("Moraine Lake", "CA"), (51.3217, -116.186), 1885.0, "America/Edmonton", Lake),
    place(("Toronto", "CA"), (43.6426, -79.3871), 85.0, "America/Toronto", City),
    place(("Yosemite Valley", "US"), (37.7456, -119.5936), 1200.0, "America/Los_Angeles", Mountains),
    place(("Badwater Basin", "US"), (36.23, -116.767), -86.0, "America/Los_Angeles", Dunes),
    place(("White Sands", "US"), (32.7872, -106.3257), 1220.0, "America/Denver", Dunes),
    place(("New York", "US"), (40.7061, -73.9969), 10.0, "America/New_York", City),
    place(("Denali", "US"), (63.332, -150.5), 620.0, "America/Anchorage", Snow),
    place(("Waikiki", "US"), (21.271, -157.823), 3.0, "Pacific/Honolulu", Sea),
    place(("Adak", "US"), (51.88, -176.6581), 5.0, "America/Adak", Snow),
    place(("Tulum", "MX"), (20.2145, -87.429), 12.0, "America/Cancun", Sea),
    place(("Havana", "CU"), (23.1437, -82.358), 6.0, "America/Havana", City),
    place(("Arenal", "CR"), (10.4626, -84.7032), 560.0, "America/Costa_Rica", Forest),
    place(("Galápagos", "EC"), (-0.9538, -90.9656), 4.0, "Pacific/Galapagos", Sea),
    place(("Cotopaxi", "EC"), (-0.66, -78.44), 4800.0, "America/Guayaquil", Snow),
    place(("Machu Picchu", "PE"), (-13.1631, -72.545), 2430.0, "America/Lima", Mountains),
    place(("Laguna 69", "PE"), (-9.0114, -77.611), 4600.0, "America/Lima", Lake),
    place(("Salar de Uyuni", "BO"), (-20.1338, -67.4891), 3656.0, "America/La_Paz", Lake),
    place(("Atacama", "CL"), (-22.92, -68.29), 2450.0, "America/Santiago", Dunes),
    place(("Torres del Paine", "CL"), (-50.9423, -73.4068), 870.0, "America/Punta_Arenas", Lake),
    place(("Fitz Roy", "AR"), (-49.2713, -72.986), 1180.0, "America/Argentina/Rio_Gallegos", Mountains),
    place(("Ushuaia", "AR"), (-54.8019, -68.303), 20.0, "America/Argentina/Ushuaia", Snow),
    place(("Rio de Janeiro", "BR"), (-22.9519, -43.2105), 700.0, "America/Sao_Paulo", City),
    place(("Lençóis Maranhenses", "BR"), (-2.486, -43.128), 40.0, "America/Fortaleza", Dunes),
    place(("Angel Falls", "VE"), (5.9701, -62.5362), 980.0, "America/Caracas", Forest),
    place(("South Georgia", "GS"), (-54.283, -36.508), 5.0, "Atlantic/South_Georgia", Snow),
    place(("Neko Harbour", "AQ"), (-64.844, -62.533), 5.0, "Antarctica/Palmer", Snow),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_reach_every_corner() {
        let any = |wanted: fn(&Place) -> bool| PLACES.iter().any(wanted);
        assert!(any(|place| place.longitude > 178.0) && any(|place| place.longitude < -179.0));
        assert!(any(|place| place.latitude < -60.0) && any(|place| place.latitude > 75.0));
        assert!(any(|place| place.altitude > 5000.0) && any(|place| place.altitude < -400.0));
        for motif in Motif::ALL {
            assert!(PLACES.iter().filter(|place| place.motif == motif).count() > 8, "{motif:?}");
        }
    }

    #[test]
    fn every_place_is_on_the_globe_and_named_once() {
        for (at, place) in PLACES.iter().enumerate() {
            assert!(place.latitude.abs() < 90.0 && place.longitude.abs() < 180.0);
            assert!(PLACES[..at].iter().all(|other| other.name != place.name), "{}", place.name);
        }
    }
}
