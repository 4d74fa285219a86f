//! What travels of an XMP packet: all but what is only true of the original's own file.

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::{NsReader, Writer};

/// More parts (tags, texts) than any real packet has.
const MAX_EVENTS: usize = 200_000;
const GOOGLE: &str = "http://ns.google.com/photos/1.0/";

/// The packet without those properties; `None` when it is not XML to its end.
pub(super) fn carried(packet: &[u8]) -> Option<Vec<u8>> {
    let packet = std::str::from_utf8(packet).ok()?;
    let mut reader = NsReader::from_str(packet.trim_matches(['\u{feff}', '\0']));
    let mut writer = Writer::new(Vec::with_capacity(packet.len()));
    // How deep we are, and how deep in something that stays behind.
    let (mut depth, mut dropped) = (0_usize, 0_usize);
    let mut elements = 0_usize;
    for _ in 0..MAX_EVENTS {
        let (namespace, event) = reader.read_resolved_event().ok()?;
        let stays =
            |start: &BytesStart<'_>| !is_of_the_file(&namespace, start.local_name().as_ref());
        match event {
            Event::Start(start) => {
                depth += 1;
                elements += 1;
                if dropped > 0 || !stays(&start) {
                    dropped += 1;
                } else {
                    writer.write_event(Event::Start(kept(&start, &reader)?)).ok()?;
                }
            }
            Event::Empty(start) => {
                elements += 1;
                if dropped == 0 && stays(&start) {
                    writer.write_event(Event::Empty(kept(&start, &reader)?)).ok()?;
                }
            }
            Event::End(end) => {
                depth = depth.checked_sub(1)?;
                if dropped > 0 {
                    dropped -= 1;
                } else {
                    writer.write_event(Event::End(end)).ok()?;
                }
            }
            // Nobody writes one; readers may be led to expand what it declares.
            Event::DocType(_) => return None,
            Event::Eof => return (depth == 0 && elements > 0).then(|| writer.into_inner()),
            other if dropped == 0 => writer.write_event(other).ok()?,
            _ => {}
        }
    }
    None
}

/// The element with those of its attributes that stay.
fn kept(start: &BytesStart<'_>, reader: &NsReader<&[u8]>) -> Option<BytesStart<'static>> {
    let mut copy = start.to_owned();
    copy.clear_attributes();
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
        if !is_of_the_file(&namespace, name.as_ref()) {
            copy.push_attribute(attribute);
        }
    }
    Some(copy)
}

/// Orientation, size and colours of the original's pixels, thumbnails, and what speaks of bytes
/// behind the picture: extended XMP, gain maps, motion photos.
fn is_of_the_file(namespace: &ResolveResult<'_>, name: &str) -> bool {
    let ResolveResult::Bound(Namespace(namespace)) = namespace else { return false };
    match *namespace {
        "http://ns.adobe.com/tiff/1.0/" => {
            matches!(name, "Orientation" | "ImageWidth" | "ImageLength")
        }
        "http://ns.adobe.com/exif/1.0/" => {
            matches!(name, "PixelXDimension" | "PixelYDimension" | "ColorSpace")
        }
        "http://ns.adobe.com/xap/1.0/" => name == "Thumbnails",
        "http://ns.adobe.com/xmp/note/" => name == "HasExtendedXMP",
        "http://ns.adobe.com/hdr-gain-map/1.0/" => true,
        other => match other.strip_prefix(GOOGLE) {
            Some("panorama/") | None => false,
            Some("camera/") => name != "BurstID",
            Some(_) => true,
        },
    }
}
