//! Sidecars: an XMP packet in a file of its own, beside the picture it speaks of.
//!
//! They are read by the same rules as a packet inside a file. What is written here are properties
//! that digiKam, darktable and Lightroom read; and read back, they say what they were written from.

use std::fmt::Write as _;

use model::{Coordinates, FileFacts, FileLayer};
use quick_xml::escape::escape;

use super::{Said, rules, xmp};

/// No sidecar is longer, in bytes.
pub const MOST_BYTES: usize = 4 << 20;

/// Whether this is an XMP packet at all, and not some other file.
pub fn is_sidecar(packet: &[u8]) -> bool {
    let head = &packet[..packet.len().min(4_096)];
    packet.len() <= MOST_BYTES && memchr::memmem::find(head, b"<rdf:RDF").is_some()
}

/// Reads a sidecar. Never fails: what is missing, damaged or absurd is `None`.
pub fn read(packet: &[u8]) -> FileFacts {
    let packet = &packet[..packet.len().min(MOST_BYTES)];
    rules::decide(&Said { xmp: xmp::read(packet), ..Said::default() }, None)
}

/// Writes a sidecar that says this. A caption or name is written without the characters that XML
/// cannot hold.
pub fn write(layer: &FileLayer) -> String {
    let mut packet = Packet(String::from(HEAD));
    if let Some(time) = layer.original {
        let time = time.to_string();
        packet.simple("exif:DateTimeOriginal", &time);
        packet.simple("photoshop:DateCreated", &time);
    }
    if let Some(at) = layer.coordinates {
        packet.place(at);
    }
    if let Some(altitude) = layer.altitude {
        packet.simple("exif:GPSAltitude", &fraction(altitude.abs()));
        packet.simple("exif:GPSAltitudeRef", if altitude < 0.0 { "1" } else { "0" });
    }
    if let Some(stars) = layer.rating {
        packet.simple("xmp:Rating", &stars.to_string());
    }
    let names = [
        ("Iptc4xmpCore:Location", &layer.place.sublocation),
        ("photoshop:City", &layer.place.city),
        ("photoshop:State", &layer.place.state),
        ("photoshop:Country", &layer.place.country),
        ("Iptc4xmpCore:CountryCode", &layer.place.country_code),
    ];
    for (property, name) in names {
        if let Some(name) = name {
            packet.simple(property, name);
        }
    }
    if let Some(caption) = &layer.description {
        let caption = escaped(caption);
        let item = format!("<rdf:li xml:lang=\"x-default\">{caption}</rdf:li>");
        packet.element("dc:description", &format!("<rdf:Alt>{item}</rdf:Alt>"));
    }
    packet.0.push_str(FOOT);
    packet.0
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">
 <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">
  <rdf:Description rdf:about=\"\"
    xmlns:dc=\"http://purl.org/dc/elements/1.1/\"
    xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"
    xmlns:exif=\"http://ns.adobe.com/exif/1.0/\"
    xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\"
    xmlns:Iptc4xmpCore=\"http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/\">
";
const FOOT: &str = "  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
";

struct Packet(String);

impl Packet {
    fn simple(&mut self, property: &str, text: &str) {
        self.element(property, &escaped(text));
    }

    fn element(&mut self, property: &str, content: &str) {
        // Writing to a string does not fail.
        let _written = writeln!(self.0, "   <{property}>{content}</{property}>");
    }

    fn place(&mut self, at: Coordinates) {
        self.simple("exif:GPSVersionID", "2.3.0.0");
        self.simple("exif:GPSMapDatum", "WGS-84");
        self.simple("exif:GPSLatitude", &angle(at.latitude(), ['N', 'S']));
        self.simple("exif:GPSLongitude", &angle(at.longitude(), ['E', 'W']));
    }
}

/// A text of XML, in which a carriage return stays one.
fn escaped(text: &str) -> String {
    let is_held = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    let text: String = text.chars().filter(is_held).collect();
    escape(text).replace('\r', "&#xD;")
}

/// Degrees and minutes with the letter behind them, which is how XMP writes an angle. As many digits
/// as it takes to read the same number again; near zero there are numbers that no minutes lead to,
/// and what is read then is a neighbour, far less than an atom away.
fn angle(degrees: f64, [plus, minus]: [char; 2]) -> String {
    let letter = if degrees < 0.0 { minus } else { plus };
    let whole = degrees.abs().trunc();
    let minutes = (degrees.abs() - whole) * 60.0;
    let text = |minutes: f64, digits: usize| format!("{whole},{minutes:.digits$}{letter}");
    let is_same = |text: &String| rules::angle(text, [plus, minus]) == Some(degrees);
    let printed = (6..=15).map(|digits| text(minutes, digits));
    // A neighbour of the number of minutes may come nearer after the division.
    let up = std::iter::successors(Some(minutes), |minutes| Some(minutes.next_up())).skip(1);
    let down = std::iter::successors(Some(minutes), |minutes| Some(minutes.next_down())).skip(1);
    let near = up.zip(down).take(64).flat_map(|(up, down)| [up, down]);
    let near = near.filter(|minutes| (0.0..60.0).contains(minutes));
    printed
        .chain(near.map(|minutes| text(minutes, 17)))
        .find(is_same)
        .unwrap_or_else(|| text(minutes, 17))
}

/// The simplest fraction that is this number, which is not negative; or else the number itself.
fn fraction(number: f64) -> String {
    let (mut above, mut below) = ((1.0, number.trunc()), (0.0, 1.0));
    let mut rest = number.fract();
    while (above.1 / below.1).total_cmp(&number).is_ne() && rest > 0.0 {
        let inverse = 1.0 / rest;
        let whole = inverse.trunc();
        above = (above.1, whole * above.1 + above.0);
        below = (below.1, whole * below.1 + below.0);
        rest = inverse.fract();
        if above.1.max(below.1) > f64::from(u32::MAX) {
            return number.to_string();
        }
    }
    format!("{}/{}", above.1, below.1)
}

#[cfg(test)]
mod tests {
    use model::{CaptureTime, EmbeddedPlace, Offset, WallClock};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_written_as_the_standard_has_them() {
        assert_eq!(angle(48.51, ['N', 'S']), "48,30.600000N");
        assert_eq!(angle(-0.5, ['E', 'W']), "0,30.000000W");
        assert_eq!(fraction(103.64), "2591/25");
        assert_eq!(fraction(0.0), "0/1");
        assert_eq!(fraction(1_013_191.0 / 633.0), "1013191/633");
    }

    #[test]
    fn a_sidecar_is_told_from_other_files() {
        assert!(is_sidecar(write(&FileLayer::default()).as_bytes()));
        assert!(!is_sidecar(b"<html>"));
        assert!(!is_sidecar(b""));
    }

    #[test]
    fn nothing_says_nothing() {
        let said = read(write(&FileLayer::default()).as_bytes());
        assert_eq!(FileLayer::from(&said), FileLayer::default());
    }

    /// Text as it comes out of files: without space around it and without NULs.
    fn text() -> impl Strategy<Value = Option<String>> {
        let text = prop_oneof!["[a-zäß&<>'\"\n\r ]{0,20}", ".{0,20}"];
        text.prop_map(|text| {
            super::super::text::presentable(
                &text
                    .chars()
                    .filter(|c| !c.is_control() || matches!(c, '\n' | '\r'))
                    .collect::<String>(),
            )
        })
    }

    prop_compose! {
        fn layer()(
            description in text(),
            place in prop::option::of((-90_000_000_000..=90_000_000_000_i64, -180_000_000_000..=180_000_000_000_i64)),
            height in prop::option::of((0_u32..4_000_000, 1_u32..1_000, any::<bool>())),
            time in prop::option::of((0_i64..4_000_000_000_000_000, prop::option::of(-1_400..1_400_i32))),
            rating in prop::option::of(0..=5_i64),
            city in text(),
            country in text(),
        ) -> FileLayer {
            let boilerplate = |text: &String| !["default", "jpeg"].contains(&text.as_str());
            FileLayer {
                description: description.filter(boilerplate),
                coordinates: place.and_then(|(latitude, longitude)| {
                    Coordinates::new(latitude as f64 / 1e9, longitude as f64 / 1e9).ok()
                }),
                altitude: height.map(|(above, below, is_above)| {
                    let height = f64::from(above) / f64::from(below);
                    if is_above || !(0.1..=12_000.0).contains(&height) { height.min(999_999.0) } else { -height }
                }),
                original: time.map(|(micros, minutes)| CaptureTime {
                    wall: WallClock::from_micros(micros),
                    offset: minutes.and_then(|minutes| Offset::from_seconds(minutes * 60)),
                }),
                rating,
                place: EmbeddedPlace { city, country, ..EmbeddedPlace::default() },
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(layer in layer()) {
            let packet = write(&layer);
            let mut again = FileLayer::from(&read(packet.as_bytes()));
            let is_near = |(read, written): (Coordinates, Coordinates)| {
                (read.latitude() - written.latitude()).abs() < 1e-13
                    && (read.longitude() - written.longitude()).abs() < 1e-13
            };
            if again.coordinates.zip(layer.coordinates).is_some_and(is_near) {
                again.coordinates = layer.coordinates;
            }
            prop_assert_eq!(again, layer, "{}", packet);
        }

        #[test]
        fn a_place_comes_back_or_nearly(degrees in -180.0..=180.0_f64) {
            let read = rules::angle(&angle(degrees, ['E', 'W']), ['E', 'W']).unwrap();
            prop_assert!((read - degrees).abs() < 1e-13, "{} {}", read, degrees);
        }
    }
}
