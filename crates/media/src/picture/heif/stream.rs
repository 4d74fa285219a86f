//! Items as the streams that decoders read.

use crate::bytes::Fields;

/// The codec of an item's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec<'a> {
    /// With its configuration.
    Hevc(&'a [u8]),
    Av1,
}

/// Pictures one after the other, as ffmpeg reads them.
#[derive(Debug)]
pub(super) struct Stream<'a> {
    codec: Codec<'a>,
    bytes: Vec<u8>,
    count: u64,
}

/// Where a NAL unit begins (ITU-T H.265, annex B).
const START: [u8; 4] = [0, 0, 0, 1];
/// The end of a sequence: what follows does not refer to what was before.
const END_OF_SEQUENCE: [u8; 2] = [36 << 1, 1];

impl<'a> Stream<'a> {
    pub(super) fn new(codec: Codec<'a>) -> Self {
        let mut bytes = Vec::new();
        if codec == Codec::Av1 {
            // IVF, version 0: a header of 32 bytes. Its size, rate and count are not needed.
            bytes.extend(b"DKIF\0\0\x20\0AV01");
            bytes.extend([0; 4]);
            bytes.extend([25, 0, 0, 0, 1, 0, 0, 0]);
            bytes.extend([0; 8]);
        }
        Self { codec, bytes, count: 0 }
    }

    /// One more picture. `None` when its bytes make no sense.
    pub(super) fn push(&mut self, picture: &[u8]) -> Option<()> {
        match self.codec {
            Codec::Hevc(configuration) => self.push_hevc(configuration, picture)?,
            Codec::Av1 => {
                self.bytes.extend(u32::try_from(picture.len()).ok()?.to_le_bytes());
                self.bytes.extend(self.count.to_le_bytes());
                self.bytes.extend(picture);
            }
        }
        self.count += 1;
        Some(())
    }

    /// What ffmpeg calls the container.
    pub(super) fn demuxer(&self) -> &'static str {
        match self.codec {
            Codec::Hevc(_) => "hevc",
            Codec::Av1 => "ivf",
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// From units with their length before them to units with a start code, behind the parameter
    /// sets of the configuration (ISO/IEC 14496-15, 8.3.3).
    fn push_hevc(&mut self, configuration: &[u8], picture: &[u8]) -> Option<()> {
        let mut fields = Fields(configuration);
        let head: [u8; 23] = fields.array()?;
        let length_bytes = usize::from(head[21] & 3) + 1;
        for _ in 0..head[22] {
            fields.number8()?;
            for _ in 0..fields.number16()? {
                let length = usize::from(fields.number16()?);
                self.unit(fields.bytes(length)?);
            }
        }
        let mut rest = Fields(picture);
        while let Some(length) = rest.number(length_bytes) {
            let length = usize::try_from(length).ok()?.min(rest.0.len());
            self.unit(rest.bytes(length)?);
        }
        self.unit(&END_OF_SEQUENCE);
        Some(())
    }

    fn unit(&mut self, unit: &[u8]) {
        self.bytes.extend(START);
        self.bytes.extend(unit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_get_start_codes_behind_their_parameters() {
        let mut configuration = vec![0; 21];
        configuration.extend([3, 1, 0xa0, 0, 1, 0, 2, b'V', b'P']);
        let mut stream = Stream::new(Codec::Hevc(&configuration));
        stream.push(b"\0\0\0\x01a\0\0\0\x02bc").unwrap();
        let expected = b"\0\0\0\x01VP\0\0\0\x01a\0\0\0\x01bc\0\0\0\x01\x48\x01";
        assert_eq!((stream.bytes(), stream.demuxer()), (&expected[..], "hevc"));
        assert!(Stream::new(Codec::Hevc(b"short")).push(b"").is_none());
    }

    #[test]
    fn frames_of_av1_are_numbered() {
        let mut stream = Stream::new(Codec::Av1);
        stream.push(b"one").unwrap();
        stream.push(b"two").unwrap();
        assert_eq!(stream.bytes().len(), 32 + 2 * (12 + 3));
        assert_eq!(stream.bytes()[47..], *b"\x03\0\0\0\x01\0\0\0\0\0\0\0two");
    }
}
