//! The caption.
//!
//! The first of these that is neither blank nor boilerplate:
//!
//! 1. XMP `dc:description`, default language first: what today's programs write.
//! 2. IPTC Caption/Abstract (2:120): what older programs wrote.
//! 3. EXIF `ImageDescription` (0x010E): what cameras write, mostly their own name.
//! 4. A text of the container: PNG `Description`, GIF comment, `QuickTime` `description`.
//!
//! EXIF `UserComment` is not asked: apps keep machine data in it. Windows' `XPComment` and `XPTitle`
//! are not asked either: Windows writes the same text to the places above.
//! What is longer than a caption may be is cut.

use model::{Caption, Sourced};

use super::super::Said;
use super::super::container::clip::Word;
use super::super::exif::Tag;
use super::super::iptc::DataSet;
use super::super::xmp::Property;

/// What cameras and programs write when nobody said anything, in upper case.
const BOILERPLATE: &[&str] = &[
    "(NONE)",
    "<KENOX S860  / SAMSUNG S860>",
    "CREATED WITH GIMP",
    "CREATED WITH THE GIMP",
    "DEFAULT",
    "DIGITAL CAMERA",
    "DIGITAL STILL CAMERA",
    "EXIF_JPEG_PICTURE",
    "JPEG",
    "KONICA MINOLTA DIGITAL CAMERA",
    "KODAK DIGITAL STILL CAMERA",
    "MAGINON DIGITAL CAMERA",
    "MINOLTA DIGITAL CAMERA",
    "NO DESCRIPTION",
    "OLYMPUS DIGITAL CAMERA",
    "OLYMPUS CAMERA",
    "PENTAX DIGITAL CAMERA",
    "SAMSUNG DIGITAL CAMERA",
    "SCREENSHOT",
    "SONY DSC",
    "UNTITLED",
    "UNTITLED IMAGE",
    "UNTITLED-1",
    "USER COMMENTS",
];

/// How boilerplate begins that goes on with a number or a path, in upper case.
const BOILERPLATE_STARTS: &[&str] = &["<MENU", "C:\\DCIM\\", "DCIM\\", "DCIM/"];

pub(super) fn caption(said: &Said) -> Option<Sourced<String>> {
    let owned = |text: &str| text.to_owned();
    None.or(sourced(said.xmp.text(Property::DcDescription).map(owned), "XMP-dc:description"))
        .or_else(|| sourced(said.iptc.text(DataSet::Caption).map(owned), "IPTC:Caption-Abstract"))
        .or_else(|| sourced(said.exif.text(Tag::ImageDescription), "Exif:ImageDescription"))
        .or_else(|| {
            let (text, tag) = said.clip.word(Word::Description)?;
            sourced(Some(text.to_owned()), tag)
        })
        .or_else(|| {
            let comment = said.comment.as_ref()?;
            sourced(Some(comment.text.clone()), comment.tag)
        })
}

fn sourced(text: Option<String>, tag: &'static str) -> Option<Sourced<String>> {
    let mut text = text.filter(|text| !is_boilerplate(text))?;
    if let Some((end, _)) = text.char_indices().nth(Caption::MAX_CHARS) {
        text.truncate(end);
    }
    Some(Sourced { value: text, tag })
}

fn is_boilerplate(text: &str) -> bool {
    let starts = |start: &&str| {
        text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
    };
    BOILERPLATE.iter().any(|known| known.eq_ignore_ascii_case(text))
        || BOILERPLATE_STARTS.iter().any(starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cameras_have_nothing_to_say() {
        for text in [
            "OLYMPUS DIGITAL CAMERA",
            "Sony DSC",
            "<MENU 00123>",
            "DCIM\\100MEDIA\\DJI_0001.JPG",
            "Exif_JPEG_PICTURE",
            "default",
        ] {
            assert_eq!(sourced(Some(text.to_owned()), "t"), None, "{text}");
        }
    }

    #[test]
    fn people_may_mention_a_camera() {
        for text in ["My OLYMPUS DIGITAL CAMERA", "Default settings of the dam", "<3", "é"] {
            assert!(sourced(Some(text.to_owned()), "t").is_some(), "{text}");
        }
    }

    #[test]
    fn a_caption_is_cut_at_a_character() {
        let long = "é".repeat(Caption::MAX_CHARS + 1);
        let cut = sourced(Some(long), "t").unwrap().value;
        assert_eq!(cut.chars().count(), Caption::MAX_CHARS);
        assert!(Caption::new(cut).is_ok());
    }
}
