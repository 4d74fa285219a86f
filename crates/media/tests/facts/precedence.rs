//! Who is believed when EXIF, IPTC and XMP disagree.

use model::{FileFacts, Sourced};

use crate::build::{Exif, Field, iptc_segment, jpeg, segment, xmp, xmp_segment};
use crate::facts_of;

/// A JPEG with whichever of the three there are.
fn said(exif: Option<&Exif>, iptc: &[(u8, &str)], packet: Option<&str>) -> FileFacts {
    let exif = exif.map(|exif| segment(0xe1, &[b"Exif\0\0".as_slice(), &exif.tiff()].concat()));
    let iptc = (!iptc.is_empty()).then(|| iptc_segment(iptc));
    let segments: Vec<_> = [exif, iptc, packet.map(xmp_segment)].into_iter().flatten().collect();
    facts_of(&jpeg(&segments))
}

fn shown<T: ToString>(sourced: Option<Sourced<T>>) -> (String, &'static str) {
    let sourced = sourced.unwrap();
    (sourced.value.to_string(), sourced.tag)
}

#[test]
fn captions() {
    let exif = Exif::default().main(0x010e, Field::Ascii("exif"));
    let camera = Exif::default().main(0x010e, Field::Ascii("OLYMPUS DIGITAL CAMERA         "));
    let iptc = [(120, "iptc")];
    let packet = xmp(
        "",
        "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>xmp</rdf:li></rdf:Alt></dc:description>",
    );
    let caption = |exif, iptc: &[_], packet| said(exif, iptc, packet).description;
    assert_eq!(
        shown(caption(Some(&exif), &iptc, Some(&packet))),
        ("xmp".to_owned(), "XMP-dc:description")
    );
    assert_eq!(
        shown(caption(Some(&exif), &iptc, None)),
        ("iptc".to_owned(), "IPTC:Caption-Abstract")
    );
    assert_eq!(
        shown(caption(Some(&exif), &[(120, "SONY DSC")], None)),
        ("exif".to_owned(), "Exif:ImageDescription")
    );
    assert_eq!(caption(Some(&camera), &[], None), None);
}

#[test]
fn capture_times() {
    let exif = Exif::default().exif(0x9003, Field::Ascii("2001:01:01 01:01:01"));
    let broken = Exif::default().exif(0x9003, Field::Ascii("2001:13:01 01:01:01"));
    let iptc = [(55, "20020202"), (60, "020202+0200")];
    let mirror = xmp("exif:DateTimeOriginal='2003-03-03T03:03:03.5+03:00'", "");
    let created = xmp("photoshop:DateCreated='2004-04-04' xmp:CreateDate='2005-05-05'", "");
    let time = |exif, iptc: &[_], packet: &str| shown(said(exif, iptc, Some(packet)).original);
    assert_eq!(
        time(Some(&exif), &iptc, &mirror),
        ("2001-01-01T01:01:01".to_owned(), "Exif:DateTimeOriginal"),
        "the offset of another statement is not borrowed"
    );
    assert_eq!(
        time(Some(&broken), &iptc, &mirror),
        ("2003-03-03T03:03:03.500000+03:00".to_owned(), "XMP-exif:DateTimeOriginal")
    );
    assert_eq!(
        time(None, &iptc, &created),
        ("2002-02-02T02:02:02+02:00".to_owned(), "IPTC:DateCreated")
    );
    assert_eq!(
        time(None, &[], &created),
        ("2004-04-04T00:00:00".to_owned(), "XMP-photoshop:DateCreated")
    );
    let day = said(None, &iptc[..1], None).original;
    assert_eq!(shown(day), ("2002-02-02T00:00:00".to_owned(), "IPTC:DateCreated"));
    let day = time(None, &iptc[..1], &created);
    assert_eq!(day.1, "XMP-photoshop:DateCreated", "a day alone comes last");
    let only = said(None, &[], Some(&xmp("xmp:CreateDate='2005-05-05T05:05Z'", "")));
    assert_eq!(only.original, None);
    assert_eq!(only.digitized.unwrap().to_string(), "2005-05-05T05:05:00Z");
}

#[test]
fn ratings() {
    let exif = Exif::default().main(0x4746, Field::Short(2)).main(0x4749, Field::Short(99));
    let percent = Exif::default().main(0x4749, Field::Short(99));
    let stars = xmp("xmp:Rating='-1' MicrosoftPhoto:Rating='50'", "");
    let microsoft = xmp("MicrosoftPhoto:Rating='50'", "");
    let rating = |exif, packet| shown(said(exif, &[], packet).rating);
    assert_eq!(rating(Some(&exif), Some(&stars)), ("-1".to_owned(), "XMP-xmp:Rating"));
    assert_eq!(rating(Some(&exif), Some(&microsoft)), ("2".to_owned(), "Exif:Rating"));
    assert_eq!(
        rating(Some(&percent), Some(&microsoft)),
        ("3".to_owned(), "XMP-microsoft:RatingPercent")
    );
    assert_eq!(rating(Some(&percent), None), ("5".to_owned(), "Exif:RatingPercent"));
}

#[test]
fn places() {
    let named = xmp("photoshop:City='Zürich' Iptc4xmpCore:CountryCode='ch'", "");
    let iptc = [(90, "Bern"), (92, "Altstadt"), (95, "BE"), (101, "Schweiz"), (100, "CHE")];
    let place = said(None, &iptc, Some(&named)).place;
    assert_eq!(place.city.as_deref(), Some("Zürich"));
    assert_eq!(place.sublocation.as_deref(), Some("Altstadt"));
    assert_eq!(place.state.as_deref(), Some("BE"));
    assert_eq!(place.country.as_deref(), Some("Schweiz"));
    assert_eq!(place.country_code.as_deref(), Some("CH"));
    assert_eq!(said(None, &iptc, None).place.country_code, None);
}

#[test]
fn coordinates() {
    let half = Exif::default()
        .gps(1, Field::Ascii("N"))
        .gps(2, Field::Rationals(vec![(48, 1)]))
        .gps(9, Field::Ascii("V"));
    let packet = xmp("exif:GPSLatitude='12,30.0S' exif:GPSLongitude='77,15.0E'", "");
    let place = said(Some(&half), &[], Some(&packet)).coordinates.unwrap();
    assert_eq!((place.value.latitude(), place.value.longitude()), (-12.5, 77.25));
    assert_eq!(place.tag, "XMP-exif:GPSLatitude");
    let void = xmp("exif:GPSLatitude='0,0.0N' exif:GPSLongitude='0,0.0E'", "");
    assert_eq!(said(Some(&half), &[], Some(&void)).coordinates, None);
}

#[test]
fn what_only_xmp_says_counts() {
    let packet = xmp(
        "tiff:Orientation='8' tiff:Make='Canon' aux:Lens='EF50mm' exif:FNumber='18/10'
         exif:GPSAltitude='500/10' exif:GPSAltitudeRef='1' GPano:ProjectionType='equirectangular'",
        "",
    );
    let said = said(None, &[], Some(&packet));
    assert_eq!(said.orientation, Some(8));
    assert_eq!(said.make.as_deref(), Some("Canon"));
    assert_eq!(said.lens_model.as_deref(), Some("EF50mm"));
    assert_eq!(said.f_number, Some(1.8));
    assert_eq!(said.altitude, Some(-50.0));
    assert_eq!(said.projection_type.as_deref(), Some("equirectangular"));
}
