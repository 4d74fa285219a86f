//! Photoshop image resources: a list of numbered blocks, one of which is IPTC's.

use super::source::piece;

/// The resource that holds IPTC records.
const IPTC_RESOURCE: u16 = 0x0404;

/// The IPTC block among image resources.
pub(super) fn iptc(resources: &[u8]) -> Option<&[u8]> {
    let mut rest = resources;
    loop {
        // Signature, number, a Pascal string padded to an even length, a size, and the block.
        if !rest.starts_with(b"8BIM") {
            return None;
        }
        let number = piece::be16(rest, 4)?;
        let name = usize::from(*rest.get(6)?) + 1;
        let at = 6 + name.next_multiple_of(2);
        let size = piece::be32(rest, at)? as usize;
        let block = rest.get(at + 4..)?;
        if number == IPTC_RESOURCE {
            // A block cut short still holds its first records.
            return Some(&block[..size.min(block.len())]);
        }
        rest = block.get(size.checked_next_multiple_of(2)?..)?;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn resource(number: u16, name: &[u8], block: &[u8]) -> Vec<u8> {
        let mut bytes = b"8BIM".to_vec();
        bytes.extend(number.to_be_bytes());
        bytes.push(u8::try_from(name.len()).unwrap());
        bytes.extend(name);
        if name.len().is_multiple_of(2) {
            bytes.push(0);
        }
        bytes.extend(u32::try_from(block.len()).unwrap().to_be_bytes());
        bytes.extend(block);
        if block.len() % 2 == 1 {
            bytes.push(0);
        }
        bytes
    }

    #[test]
    fn the_block_is_found_behind_others() {
        let mut bytes = resource(0x03ed, b"", b"odd");
        bytes.extend(resource(0x0425, b"named", b"even"));
        bytes.extend(resource(IPTC_RESOURCE, b"", b"records"));
        assert_eq!(iptc(&bytes), Some(b"records".as_slice()));
        assert_eq!(iptc(&bytes[..bytes.len() - 4]), Some(b"reco".as_slice()));
    }

    #[test]
    fn other_resources_are_not_it() {
        assert_eq!(iptc(&resource(0x03ed, b"", b"odd")), None);
        assert_eq!(iptc(b"8BIM\x04\x04"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>, size: u32) {
            iptc(&bytes);
            let mut block = resource(7, b"x", &bytes);
            block[8..12].copy_from_slice(&size.to_be_bytes());
            iptc(&block);
        }
    }
}
