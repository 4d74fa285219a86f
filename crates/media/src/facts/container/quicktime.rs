//! The texts of `QuickTime` and its children: user data, and keys with their values (`QuickTime` File
//! Format, "Metadata"; 3GPP TS 26.244 for `loci`; iTunes' item list).

use super::super::source::{Bytes, Fields};
use super::super::text;
use super::clip::{Clip, Spot, Word};
use super::iso6709;
use crate::bmff::Atom;

/// Longer texts are cut, in bytes.
const LONGEST_TEXT: usize = 256 << 10;
/// More keys than any real file has.
const MAX_KEYS: usize = 1_024;

/// What a field says.
#[derive(Clone, Copy)]
enum Meaning {
    Word(Word),
    /// A place as a text.
    Spot,
}

/// Apple's and Google's keys.
const KEYS: &[(&str, Meaning, &str)] = &[
    ("com.apple.quicktime.creationdate", Meaning::Word(Word::Created), "Keys:CreationDate"),
    ("com.apple.quicktime.location.ISO6709", Meaning::Spot, "Keys:GPSCoordinates"),
    ("com.apple.quicktime.make", Meaning::Word(Word::Make), "Keys:Make"),
    ("com.apple.quicktime.model", Meaning::Word(Word::Model), "Keys:Model"),
    ("com.apple.quicktime.camera.lens_model", Meaning::Word(Word::Lens), "Keys:LensModel"),
    ("com.apple.quicktime.description", Meaning::Word(Word::Description), "Keys:Description"),
    (
        "com.apple.quicktime.content.identifier",
        Meaning::Word(Word::ContentId),
        "Keys:ContentIdentifier",
    ),
    ("com.android.manufacturer", Meaning::Word(Word::Make), "Keys:AndroidMake"),
    ("com.android.model", Meaning::Word(Word::Model), "Keys:AndroidModel"),
];

/// Fields of user data and of iTunes' list, which share their names: `©` is the byte 0xa9.
const FIELDS: &[(&[u8; 4], Meaning, &str)] = &[
    (b"\xa9day", Meaning::Word(Word::Created), "UserData:ContentCreateDate"),
    (b"\xa9xyz", Meaning::Spot, "UserData:GPSCoordinates"),
    (b"\xa9mak", Meaning::Word(Word::Make), "UserData:Make"),
    (b"\xa9mod", Meaning::Word(Word::Model), "UserData:Model"),
    (b"\xa9des", Meaning::Word(Word::Description), "UserData:Description"),
    (b"desc", Meaning::Word(Word::Description), "ItemList:Description"),
];

/// Reads a `udta` box: fields, and in it perhaps a `meta` box with iTunes' list or with keys.
pub(super) fn read_user_data(bytes: &mut dyn Bytes, part: Atom, clip: &mut Clip) {
    for part in part.children(bytes) {
        match &part.kind {
            b"meta" => read_keys(bytes, part, clip),
            b"loci" => clip.spot = clip.spot.or_else(|| location(part.content(bytes, 1_024))),
            kind => {
                let known = FIELDS.iter().find(|(name, ..)| *name == kind);
                // A length and a language, then the text; more languages may follow.
                if let Some(&(_, meaning, tag)) = known.filter(|_| kind[0] == 0xa9) {
                    let mut fields = Fields(part.content(bytes, LONGEST_TEXT));
                    let len = fields.number(2).zip(fields.number(2)).map_or(0, |(len, _)| len);
                    let len = usize::try_from(len).unwrap_or_default().min(fields.0.len());
                    take(clip, meaning, &fields.0[..len], tag);
                }
            }
        }
    }
}

/// Reads a `meta` box, which on a phone of Apple's has no version: keys and values, or iTunes' list.
pub(super) fn read_keys(bytes: &mut dyn Bytes, part: Atom, clip: &mut Clip) {
    let is_plain = part.content(bytes, 8).get(4..8) == Some(b"hdlr");
    let parts = part.behind(if is_plain { 0 } else { 4 }).children(bytes);
    let find = |kind: &[u8; 4]| parts.iter().copied().find(|part| &part.kind == kind);
    let Some(list) = find(b"ilst") else { return };
    let names = find(b"keys").map(|keys| names(bytes, keys)).unwrap_or_default();
    for item in list.children(bytes).into_iter().take(MAX_KEYS) {
        let index = usize::try_from(u32::from_be_bytes(item.kind)).unwrap_or_default();
        let name = index.checked_sub(1).and_then(|index| names.get(index));
        let known = match name {
            Some(name) => {
                KEYS.iter().find(|(key, ..)| key.as_bytes() == name).map(|it| (it.1, it.2))
            }
            None => FIELDS.iter().find(|(field, ..)| **field == item.kind).map(|it| (it.1, it.2)),
        };
        let Some((meaning, tag)) = known else { continue };
        if let Some(data) = item.child(bytes, *b"data") {
            // Type and language stand before the value; what we have a use for are texts.
            take(clip, meaning, data.behind(8).content(bytes, LONGEST_TEXT), tag);
        }
    }
}

/// The names of keys, the first of which has number one.
fn names(bytes: &mut dyn Bytes, keys: Atom) -> Vec<Vec<u8>> {
    let entries = keys.behind(8).children(bytes);
    let name = |entry: Atom| entry.content(bytes, 256).to_vec();
    entries.into_iter().take(MAX_KEYS).map(name).collect()
}

fn take(clip: &mut Clip, meaning: Meaning, value: &[u8], tag: &'static str) {
    let Some(text) = text::presentable(&text::decode(value)) else { return };
    match meaning {
        Meaning::Word(word) => clip.say(word, text, tag),
        Meaning::Spot => {
            let spot = iso6709::parse(&text);
            let spot = spot.map(|(latitude, longitude, altitude)| Spot {
                latitude,
                longitude,
                altitude,
                tag,
            });
            clip.spot = clip.spot.or(spot);
        }
    }
}

/// Version, language, name, role; then longitude, latitude and height with 16 bits behind the point.
fn location(content: &[u8]) -> Option<Spot> {
    let mut fields = Fields(content);
    fields.bytes(6)?;
    if fields.0.starts_with(&[0xfe, 0xff]) || fields.0.starts_with(&[0xff, 0xfe]) {
        while fields.number(2)? != 0 {}
    } else {
        fields.text()?;
    }
    fields.bytes(1)?;
    let mut number = || Some(f64::from(fields.number32()?.cast_signed()) / 65_536.0);
    let (longitude, latitude, altitude) = (number()?, number()?, number());
    Some(Spot { latitude, longitude, altitude, tag: "UserData:LocationInformation" })
}
