//! What Sony's cameras write beside the movie: XML in a `meta` box of its own (`NonRealTimeMeta`).

use quick_xml::Reader;
use quick_xml::events::Event;

use super::super::source::Bytes;
use super::super::text;
use super::clip::{Clip, Word};
use crate::bmff::Atom;

/// Longer notes are cut, in bytes.
const LONGEST_NOTES: usize = 256 << 10;

/// The notes of one file.
#[derive(Debug, Default)]
pub(super) struct Notes(Vec<(Word, String, &'static str)>);

impl Notes {
    /// Adds them to what the movie itself says.
    pub(super) fn tell(self, clip: &mut Clip) {
        for (word, text, tag) in self.0 {
            clip.say(word, text, tag);
        }
    }
}

/// The notes in a `meta` box that stands beside the movie.
pub(super) fn notes(bytes: &mut dyn Bytes, part: Atom) -> Option<Notes> {
    let xml = part.behind(4).child(bytes, *b"xml ")?;
    let packet = String::from_utf8_lossy(xml.behind(4).content(bytes, LONGEST_NOTES)).into_owned();
    let mut reader = Reader::from_str(packet.trim_end_matches('\0'));
    reader.config_mut().check_end_names = false;
    let mut notes = Notes::default();
    while let Ok(event) = reader.read_event() {
        let (Event::Start(element) | Event::Empty(element)) = event else {
            if matches!(event, Event::Eof) {
                break;
            }
            continue;
        };
        let name = element.local_name();
        for attribute in element.attributes().with_checks(false).filter_map(Result::ok) {
            let (word, tag) = match (name.as_ref(), attribute.key.as_ref()) {
                ("CreationDate", "value") => (Word::Created, "XML:CreationDateValue"),
                ("Device", "manufacturer") => (Word::Make, "XML:DeviceManufacturer"),
                ("Device", "modelName") => (Word::Model, "XML:DeviceModelName"),
                ("Lens", "modelName") => (Word::Lens, "XML:LensModelName"),
                _ => continue,
            };
            if let Some(text) = text::name(&attribute.value) {
                notes.0.push((word, text, tag));
            }
        }
    }
    Some(notes)
}
