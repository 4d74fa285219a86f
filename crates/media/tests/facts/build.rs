//! Small files with metadata, made by hand.

pub(crate) mod boxes;
pub(crate) mod streams;

/// One field of a directory.
pub(crate) enum Field {
    Ascii(&'static str),
    Bytes(Vec<u8>),
    Byte(u8),
    Short(u16),
    Long(u32),
    Rationals(Vec<(u32, u32)>),
    Signed(i32, i32),
    /// Signed numbers of four bytes, as they are stored.
    Signeds(Vec<u8>),
}

/// The directories of an EXIF block.
#[derive(Default)]
pub(crate) struct Exif {
    first: Vec<(u16, Field)>,
    second: Vec<(u16, Field)>,
    gps: Vec<(u16, Field)>,
}

impl Exif {
    pub(crate) fn main(mut self, tag: u16, field: Field) -> Self {
        self.first.push((tag, field));
        self
    }

    pub(crate) fn exif(mut self, tag: u16, field: Field) -> Self {
        self.second.push((tag, field));
        self
    }

    pub(crate) fn gps(mut self, tag: u16, field: Field) -> Self {
        self.gps.push((tag, field));
        self
    }

    /// A TIFF block, the high byte first.
    pub(crate) fn tiff(&self) -> Vec<u8> {
        let mut block = b"MM\0*\0\0\0\x08".to_vec();
        let pointers = 8 + 2 + 12 * self.first.len();
        let pointer = |tag: u16| [&tag.to_be_bytes()[..], &[0, 4, 0, 0, 0, 1, 0, 0, 0, 0]].concat();
        directory(&mut block, &self.first, &[pointer(0x8769), pointer(0x8825)].concat());
        for (index, fields) in [&self.second, &self.gps].into_iter().enumerate() {
            let here = u32::try_from(block.len()).unwrap().to_be_bytes();
            let slot = pointers + 12 * index + 8;
            block[slot..slot + 4].copy_from_slice(&here);
            directory(&mut block, fields, &[]);
        }
        block
    }

    /// A JPEG that holds nothing but this.
    pub(crate) fn jpeg(&self) -> Vec<u8> {
        jpeg(&[segment(0xe1, &[b"Exif\0\0".as_slice(), &self.tiff()].concat())])
    }
}

fn directory(block: &mut Vec<u8>, fields: &[(u16, Field)], more: &[u8]) {
    let count = fields.len() + more.len() / 12;
    let mut behind = block.len() + 2 + 12 * count + 4;
    let mut values = Vec::new();
    block.extend(u16::try_from(count).unwrap().to_be_bytes());
    for (tag, field) in fields {
        let (kind, count, value) = field.encoded();
        block.extend(tag.to_be_bytes());
        block.extend(kind.to_be_bytes());
        block.extend(u32::try_from(count).unwrap().to_be_bytes());
        if value.len() <= 4 {
            let mut slot = value.clone();
            slot.resize(4, 0);
            block.extend(slot);
        } else {
            block.extend(u32::try_from(behind).unwrap().to_be_bytes());
            behind += value.len();
            values.extend(value);
        }
    }
    block.extend(more);
    block.extend([0; 4]);
    block.extend(values);
}

impl Field {
    /// Type, count and bytes.
    fn encoded(&self) -> (u16, usize, Vec<u8>) {
        match self {
            Self::Ascii(text) => (2, text.len() + 1, [text.as_bytes(), &[0]].concat()),
            Self::Signeds(bytes) => (9, bytes.len() / 4, bytes.clone()),
            Self::Bytes(bytes) => (7, bytes.len(), bytes.clone()),
            Self::Byte(number) => (1, 1, vec![*number]),
            Self::Short(number) => (3, 1, number.to_be_bytes().to_vec()),
            Self::Long(number) => (4, 1, number.to_be_bytes().to_vec()),
            Self::Rationals(fractions) => {
                let bytes = fractions
                    .iter()
                    .flat_map(|(above, below)| [above.to_be_bytes(), below.to_be_bytes()])
                    .flatten();
                (5, fractions.len(), bytes.collect())
            }
            Self::Signed(above, below) => {
                (10, 1, [above.to_be_bytes(), below.to_be_bytes()].concat())
            }
        }
    }
}

/// A segment of a JPEG.
pub(crate) fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let size = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker, size[0], size[1]], content].concat()
}

/// A JPEG of 640 × 480 pixels that ends where the pixels would begin.
pub(crate) fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
    let frame = segment(0xc0, &[8, 0x01, 0xe0, 0x02, 0x80, 1, 1, 0x11, 0]);
    [&[0xff, 0xd8], segments.concat().as_slice(), &frame, &segment(0xda, &[0; 6])].concat()
}

/// An XMP segment of a JPEG.
pub(crate) fn xmp_segment(packet: &str) -> Vec<u8> {
    segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()].concat())
}

/// An XMP packet with these attributes and elements of the picture.
pub(crate) fn xmp(attributes: &str, elements: &str) -> String {
    format!(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'>
         <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
         <rdf:Description rdf:about=''
           xmlns:dc='http://purl.org/dc/elements/1.1/'
           xmlns:xmp='http://ns.adobe.com/xap/1.0/'
           xmlns:exif='http://ns.adobe.com/exif/1.0/'
           xmlns:tiff='http://ns.adobe.com/tiff/1.0/'
           xmlns:aux='http://ns.adobe.com/exif/1.0/aux/'
           xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/'
           xmlns:Iptc4xmpCore='http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/'
           xmlns:MicrosoftPhoto='http://ns.microsoft.com/photo/1.0/'
           xmlns:GPano='http://ns.google.com/photos/1.0/panorama/'
           {attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
}

/// IPTC records of the application record, in Photoshop's wrapping, as a segment of a JPEG.
pub(crate) fn iptc_segment(data_sets: &[(u8, &str)]) -> Vec<u8> {
    let records = iptc(data_sets);
    let size = u32::try_from(records.len()).unwrap().to_be_bytes();
    let resource = [b"8BIM\x04\x04\0\0".as_slice(), &size, &records].concat();
    segment(0xed, &[b"Photoshop 3.0\0".as_slice(), &resource].concat())
}

/// IPTC records of the application record.
pub(crate) fn iptc(data_sets: &[(u8, &str)]) -> Vec<u8> {
    let record = |(number, text): &(u8, &str)| {
        let size = u16::try_from(text.len()).unwrap().to_be_bytes();
        [&[0x1c, 2, *number, size[0], size[1]], text.as_bytes()].concat()
    };
    data_sets.iter().flat_map(record).collect()
}

/// A PNG of 640 × 480 pixels with these chunks before and behind pixels that are none.
pub(crate) fn png(before: &[Vec<u8>], behind: &[Vec<u8>]) -> Vec<u8> {
    let header = [640_u32.to_be_bytes(), 480_u32.to_be_bytes(), [8, 2, 0, 0]].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        png_chunk(*b"IHDR", &[header, vec![0]].concat()),
        before.concat(),
        png_chunk(*b"IDAT", &[0; 9_000]),
        behind.concat(),
        png_chunk(*b"IEND", &[]),
    ]
    .concat()
}

/// A chunk whose checksum is wrong; readers of metadata need not look.
pub(crate) fn png_chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&size, kind.as_slice(), content, &[0; 4]].concat()
}

/// A WebP of 640 × 480 pixels with these chunks behind its canvas.
pub(crate) fn webp(chunks: &[Vec<u8>]) -> Vec<u8> {
    let canvas = riff_chunk(*b"VP8X", &[0, 0, 0, 0, 0x7f, 0x02, 0, 0xdf, 0x01, 0]);
    let content = [b"WEBP".to_vec(), canvas, chunks.concat()].concat();
    riff_chunk(*b"RIFF", &content)
}

/// A chunk, padded to an even length.
pub(crate) fn riff_chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len()).unwrap().to_le_bytes();
    [kind.as_slice(), &size, content, &[0][..content.len() % 2]].concat()
}

/// A GIF of 640 × 480 pixels with a palette of two colours and these extensions.
pub(crate) fn gif(extensions: &[Vec<u8>]) -> Vec<u8> {
    let header = [b"GIF89a\x80\x02\xe0\x01\x80\0\0".as_slice(), &[0; 6]].concat();
    [header, extensions.concat(), vec![0x2c, 0, 0, 0, 0]].concat()
}
