use super::marker::{APP2, SOS};
use super::segments::{Part, parts};

const SIGNATURE: &[u8] = b"ICC_PROFILE\0";

/// The embedded ICC profile, put together from its segments (ICC.1:2022, B.4). `None` when there is
/// none or a piece is missing.
pub(in super::super) fn profile(source: &[u8]) -> Option<Vec<u8>> {
    let mut pieces: Vec<(u8, u8, &[u8])> = parts(source)
        .take_while(|part| !matches!(part, Part::Segment { marker: SOS, .. }))
        .filter_map(|part| match part {
            Part::Segment { marker: APP2, payload } => payload.strip_prefix(SIGNATURE),
            _ => None,
        })
        .filter_map(|piece| piece.split_first_chunk())
        .map(|([number, count], data)| (*number, *count, data))
        .collect();
    pieces.sort_by_key(|(number, ..)| *number);
    let whole = pieces.iter().zip(1usize..).all(|((number, count, _), due)| {
        usize::from(*number) == due && usize::from(*count) == pieces.len()
    });
    (whole && !pieces.is_empty())
        .then(|| pieces.iter().flat_map(|(.., data)| *data).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(pieces: &[(u8, u8, &str)]) -> Vec<u8> {
        let mut bytes = b"\xff\xd8\xff\xe2\0\x06MPF\0".to_vec();
        for (number, count, data) in pieces {
            bytes.extend([0xff, APP2, 0, u8::try_from(data.len()).unwrap() + 16]);
            bytes.extend(SIGNATURE);
            bytes.extend([*number, *count]);
            bytes.extend(data.as_bytes());
        }
        bytes.extend(b"\xff\xda\0\x02");
        bytes
    }

    #[test]
    fn pieces_are_joined_in_their_order() {
        assert_eq!(profile(&jpeg(&[(1, 1, "whole")])).unwrap(), b"whole");
        assert_eq!(profile(&jpeg(&[(2, 3, "b"), (3, 3, "c"), (1, 3, "a")])).unwrap(), b"abc");
    }

    #[test]
    fn an_incomplete_profile_is_none() {
        assert_eq!(profile(&jpeg(&[])), None);
        assert_eq!(profile(&jpeg(&[(1, 2, "a")])), None);
        assert_eq!(profile(&jpeg(&[(1, 2, "a"), (1, 2, "a")])), None);
        assert_eq!(profile(&jpeg(&[(0, 1, "a")])), None);
    }
}
