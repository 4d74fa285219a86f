//! What an AVCHD camera notes beside the pictures: `MDPM`, a list of tags of five bytes.

use super::super::clip::{Clip, Spot, Word};

/// The mark of these notes.
const MARK: &[u8] = b"\x17\xee\x8c\x60\xf8\x4d\x11\xd9\x8c\xd6\x08\x00\x20\x0c\x9a\x66MDPM";
const MAKERS: &[(u16, &str)] =
    &[(0x0103, "Panasonic"), (0x0108, "Sony"), (0x1011, "Canon"), (0x1104, "JVC")];

/// Reads the notes, if this part has them.
pub(super) fn read(part: &[u8], clip: &mut Clip) -> bool {
    let Some(at) = memchr::memmem::find(part, MARK) else { return false };
    let Some((&count, list)) = part[at + MARK.len()..].split_first() else { return false };
    let tags: Vec<&[u8; 5]> = list.as_chunks().0.iter().take(count.into()).collect();
    let value =
        |tag: u8| tags.iter().find(|it| it[0] == tag).map(|it| [it[1], it[2], it[3], it[4]]);
    if let (Some(day), Some(time)) = (value(0x18), value(0x19)) {
        clip.say(Word::Created, date(day, time), "H264:DateTimeOriginal");
    }
    let maker = value(0xe0).map(|maker| u16::from_be_bytes([maker[0], maker[1]]));
    if let Some((_, name)) = MAKERS.iter().find(|(number, _)| Some(*number) == maker) {
        clip.say(Word::Make, (*name).to_owned(), "H264:Make");
    }
    let fraction = |tag| {
        let [a, b, c, d] = value(tag)?;
        let below = u16::from_be_bytes([c, d]);
        (below > 0).then(|| f64::from(u16::from_be_bytes([a, b])) / f64::from(below))
    };
    let angle = |reference, first: u8, minus: u8| {
        let parts = [fraction(first)?, fraction(first + 1)?, fraction(first + 2)?];
        let sign = if value(reference)?[0] == minus { -1.0 } else { 1.0 };
        Some(sign * (parts[0] + parts[1] / 60.0 + parts[2] / 3600.0))
    };
    let (latitude, longitude) = (angle(0xb1, 0xb2, b'S'), angle(0xb5, 0xb6, b'W'));
    if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
        let is_below = value(0xb9).is_some_and(|reference| reference[0] == 1);
        let altitude = fraction(0xba).map(|height| if is_below { -height } else { height });
        let spot = Spot { latitude, longitude, altitude, tag: "H264:GPSLatitude" };
        clip.spot = clip.spot.or(Some(spot));
    }
    true
}

/// Zone, century, year, month; day, hour, minute, second: decimal digits of four bits each.
fn date([zone, century, year, month]: [u8; 4], [day, hour, minute, second]: [u8; 4]) -> String {
    let sign = if zone & 0x20 == 0 { '+' } else { '-' };
    let (hours, half) = (zone >> 1 & 0x0f, if zone & 1 == 0 { "00" } else { "30" });
    format!(
        "{century:02x}{year:02x}:{month:02x}:{day:02x} {hour:02x}:{minute:02x}:{second:02x}\
         {sign}{hours:02}:{half}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_tags_of_five_bytes() {
        let tags = [
            [0x18, 0x04, 0x20, 0x11, 0x07],
            [0x19, 0x03, 0x10, 0x19, 0x36],
            [0xe0, 0x01, 0x08, 0, 0],
            [0xb1, b'S', 0, 0, 0],
            [0xb2, 0, 33, 0, 1],
            [0xb3, 0, 30, 0, 1],
            [0xb4, 0, 0, 0, 1],
            [0xb5, b'E', 0, 0, 0],
            [0xb6, 0, 151, 0, 1],
            [0xb7, 0, 15, 0, 1],
            [0xb8, 0, 0, 0, 1],
        ];
        let mut clip = Clip::default();
        let part = [b"\x05\x99".as_slice(), MARK, &[11], &tags.concat()].concat();
        assert!(read(&part, &mut clip));
        assert_eq!(clip.word(Word::Created).unwrap().0, "2011:07:03 10:19:36+02:00");
        assert_eq!(clip.word(Word::Make).unwrap().0, "Sony");
        let spot = clip.spot().unwrap();
        assert_eq!((spot.latitude, spot.longitude), (-33.5, 151.25));
        assert!(!read(b"\x05\x99something else", &mut clip));
    }
}
