//! IPTC datasets (IIM 4.2) and the Photoshop resource they travel in.

use super::Metadata;

/// Record 1, dataset 90: what follows is UTF-8.
const UTF8: &[u8] = b"\x1b%G";
const IPTC_RESOURCE: u16 = 0x0404;

/// The datasets one after the other, or `None` when they would say nothing.
pub(crate) fn datasets(metadata: &Metadata) -> Option<Vec<u8>> {
    let texts = [
        (90, &metadata.city),
        (92, &metadata.sublocation),
        (95, &metadata.state),
        (101, &metadata.country),
        (120, &metadata.iptc_caption),
    ];
    if texts.iter().all(|(_, text)| text.is_none()) {
        return None;
    }
    let mut bytes = Vec::new();
    dataset(&mut bytes, 1, 90, UTF8);
    dataset(&mut bytes, 2, 0, &[0, 4]);
    for (number, text) in texts {
        if let Some(text) = text {
            dataset(&mut bytes, 2, number, text.as_bytes());
        }
    }
    Some(bytes)
}

/// The datasets as Photoshop image resource blocks, for JPEG's APP13.
pub(crate) fn resources(metadata: &Metadata) -> Option<Vec<u8>> {
    let datasets = datasets(metadata)?;
    let mut bytes = b"8BIM".to_vec();
    bytes.extend_from_slice(&IPTC_RESOURCE.to_be_bytes());
    // An empty name, padded to an even length.
    bytes.extend_from_slice(&[0, 0]);
    bytes.extend_from_slice(&u32::try_from(datasets.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend_from_slice(&datasets);
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    Some(bytes)
}

fn dataset(bytes: &mut Vec<u8>, record: u8, number: u8, value: &[u8]) {
    bytes.extend_from_slice(&[0x1C, record, number]);
    match u16::try_from(value.len()) {
        Ok(length) if length < 0x8000 => bytes.extend_from_slice(&length.to_be_bytes()),
        // The extended form: how many bytes the length takes, then the length.
        _ => {
            bytes.extend_from_slice(&[0x80, 4]);
            bytes.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes());
        }
    }
    bytes.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caption_is_one_dataset_behind_its_character_set() {
        let metadata = Metadata { iptc_caption: Some("é".into()), ..Metadata::default() };
        let expected = b"\x1C\x01\x5A\0\x03\x1b%G\x1C\x02\0\0\x02\0\x04\x1C\x02\x78\0\x02\xC3\xA9";
        assert_eq!(datasets(&metadata).as_deref(), Some(&expected[..]));
    }

    #[test]
    fn long_values_take_the_extended_form() {
        let mut bytes = Vec::new();
        dataset(&mut bytes, 2, 120, &vec![b'a'; 0x8000]);
        assert_eq!(bytes[..9], [0x1C, 2, 120, 0x80, 4, 0, 0, 0x80, 0]);
    }
}
