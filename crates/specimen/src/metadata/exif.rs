//! EXIF 2.32 (CIPA DC-008): which tag each field is.

use super::{
    Directory, ExifTime, Gps, Metadata,
    tiff::{Rational, Stream, Tags, Value},
};

const EXIF_POINTER: u16 = 34_665;
const GPS_POINTER: u16 = 34_853;

/// A whole EXIF block without its container's prefix, or `None` when it would say nothing.
pub(crate) fn block(metadata: &Metadata) -> Option<Vec<u8>> {
    let mut stream = Stream::new(metadata.byte_order);
    let image = image_tags(metadata, &mut stream);
    if image.is_empty() {
        return None;
    }
    let first = stream.directory(&image);
    Some(stream.finish(first))
}

/// The tags of IFD 0. The directories they point to are appended to `stream`.
pub(crate) fn image_tags(metadata: &Metadata, stream: &mut Stream) -> Tags {
    let mut image = Tags::new();
    put_text(&mut image, 270, metadata.image_description.as_ref());
    put_text(&mut image, 271, metadata.camera.make.as_ref());
    put_text(&mut image, 272, metadata.camera.model.as_ref());
    put_text(&mut image, 306, metadata.modified.as_ref().map(|time| &time.date));
    if let Some(orientation) = metadata.orientation {
        image.insert(274, Value::Short(vec![orientation]));
    }
    put_extra(&mut image, metadata, Directory::Image);

    let mut exif = exif_tags(metadata);
    put_extra(&mut exif, metadata, Directory::Exif);
    if !exif.is_empty() {
        exif.entry(36_864).or_insert_with(|| Value::Undefined(b"0232".to_vec()));
        image.insert(EXIF_POINTER, Value::Long(vec![stream.directory(&exif)]));
    }
    let mut gps = metadata.gps.as_ref().map(gps_tags).unwrap_or_default();
    put_extra(&mut gps, metadata, Directory::Gps);
    if !gps.is_empty() {
        image.insert(GPS_POINTER, Value::Long(vec![stream.directory(&gps)]));
    }
    image
}

fn exif_tags(metadata: &Metadata) -> Tags {
    let mut tags = Tags::new();
    let exposure = &metadata.exposure;
    if let Some((num, den)) = exposure.time {
        tags.insert(33_434, Value::Rational(vec![Rational { num, den }]));
    }
    if let Some(f_number) = exposure.f_number {
        tags.insert(33_437, Value::Rational(vec![hundredths(f_number)]));
    }
    if let Some(iso) = exposure.iso {
        tags.insert(34_855, Value::Short(vec![iso]));
    }
    if let Some(bias) = exposure.bias {
        tags.insert(37_380, Value::SignedRational(vec![(signed_hundredths(bias), 100)]));
    }
    if let Some(focal_length) = exposure.focal_length {
        tags.insert(37_386, Value::Rational(vec![hundredths(focal_length)]));
    }
    put_text(&mut tags, 42_036, metadata.camera.lens.as_ref());
    put_text(&mut tags, 36_867, metadata.taken.as_ref().map(|time| &time.date));
    put_text(&mut tags, 36_868, metadata.digitized.as_ref().map(|time| &time.date));
    put_companions(&mut tags, metadata.modified.as_ref(), 36_880, 37_520);
    put_companions(&mut tags, metadata.taken.as_ref(), 36_881, 37_521);
    put_companions(&mut tags, metadata.digitized.as_ref(), 36_882, 37_522);
    tags
}

fn gps_tags(gps: &Gps) -> Tags {
    let reference = |letter: &str| Value::Ascii(letter.into());
    let mut tags = Tags::from([
        (0, Value::Byte(vec![2, 3, 0, 0])),
        (1, reference(if gps.latitude < 0.0 { "S" } else { "N" })),
        (2, Value::Rational(sexagesimal(gps.latitude))),
        (3, reference(if gps.longitude < 0.0 { "W" } else { "E" })),
        (4, Value::Rational(sexagesimal(gps.longitude))),
        (18, reference("WGS-84")),
    ]);
    if let Some(altitude) = gps.altitude {
        tags.insert(5, Value::Byte(vec![u8::from(altitude < 0.0)]));
        tags.insert(6, Value::Rational(vec![hundredths(altitude.abs())]));
    }
    if let Some(status) = gps.status {
        tags.insert(9, Value::Ascii(status.into()));
    }
    if let Some((date, time)) = &gps.utc {
        tags.insert(7, Value::Rational(time.map(|num| Rational { num, den: 1 }).to_vec()));
        tags.insert(29, Value::Ascii(date.clone()));
    }
    tags
}

fn put_text(tags: &mut Tags, tag: u16, text: Option<&String>) {
    if let Some(text) = text {
        tags.insert(tag, Value::Ascii(text.clone()));
    }
}

/// The offset and the sub-seconds of a date, which stand in tags of their own.
fn put_companions(tags: &mut Tags, time: Option<&ExifTime>, offset_tag: u16, subsec_tag: u16) {
    if let Some(time) = time {
        put_text(tags, offset_tag, time.offset.as_ref());
        put_text(tags, subsec_tag, time.subsec.as_ref());
    }
}

fn put_extra(tags: &mut Tags, metadata: &Metadata, directory: Directory) {
    for raw in metadata.extra.iter().filter(|raw| raw.directory == directory) {
        tags.insert(raw.tag, raw.value.clone());
    }
}

/// Degrees, minutes and ten-thousandths of a second, rounded once so that 60 seconds never appear.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturating is right")]
fn sexagesimal(degrees: f64) -> Vec<Rational> {
    const SECOND: u32 = 10_000;
    let total = (degrees.abs() * 3600.0 * f64::from(SECOND)).round() as u64;
    let whole = |units: u64| u32::try_from(units).unwrap_or(u32::MAX);
    let minutes = total / u64::from(60 * SECOND);
    vec![
        Rational { num: whole(minutes / 60), den: 1 },
        Rational { num: whole(minutes % 60), den: 1 },
        Rational { num: whole(total % u64::from(60 * SECOND)), den: SECOND },
    ]
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturating is right")]
fn hundredths(number: f64) -> Rational {
    Rational { num: (number * 100.0).round() as u32, den: 100 }
}

#[expect(clippy::cast_possible_truncation, reason = "saturating is right")]
fn signed_hundredths(number: f64) -> i32 {
    (number * 100.0).round() as i32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_to_say_is_no_block() {
        assert_eq!(block(&Metadata::default()), None);
    }

    proptest! {
        #[test]
        fn a_place_survives_being_written_in_minutes(degrees in -180.0..=180.0_f64) {
            let parts = sexagesimal(degrees);
            let value = |part: &Rational| f64::from(part.num) / f64::from(part.den);
            prop_assert!(value(&parts[1]) < 60.0 && value(&parts[2]) < 60.0);
            let back = value(&parts[0]) + value(&parts[1]) / 60.0 + value(&parts[2]) / 3600.0;
            prop_assert!((back - degrees.abs()).abs() < 2e-8);
        }
    }
}
