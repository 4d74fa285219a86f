//! Names of the place that somebody wrote into the file.
//!
//! Each name by itself: XMP first (`Iptc4xmpCore:Location`, `photoshop:City`, `photoshop:State`,
//! `photoshop:Country`, `Iptc4xmpCore:CountryCode`), then IPTC (2:92, 2:90, 2:95, 2:101, 2:100).
//! A country code is one only with two letters; IPTC's own three letters are left to the geocoder.

use model::EmbeddedPlace;

use super::super::Said;
use super::super::iptc::DataSet;
use super::super::text;
use super::super::xmp::Property;

pub(super) fn place(said: &Said) -> EmbeddedPlace {
    let name = |property, data_set| {
        let written = [said.xmp.text(property), said.iptc.text(data_set)];
        written.into_iter().flatten().find_map(text::name)
    };
    let codes = [said.xmp.text(Property::IptcCountryCode), said.iptc.text(DataSet::CountryCode)];
    EmbeddedPlace {
        sublocation: name(Property::IptcLocation, DataSet::Sublocation),
        city: name(Property::PhotoshopCity, DataSet::City),
        state: name(Property::PhotoshopState, DataSet::State),
        country: name(Property::PhotoshopCountry, DataSet::Country),
        country_code: codes.into_iter().flatten().find_map(country_code),
    }
}

fn country_code(text: &str) -> Option<String> {
    let is_code = text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_alphabetic());
    is_code.then(|| text.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_code_has_two_letters() {
        assert_eq!(country_code("de").as_deref(), Some("DE"));
        for text in ["USA", "D1", "é", ""] {
            assert_eq!(country_code(text), None, "{text}");
        }
    }
}
