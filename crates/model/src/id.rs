//! Identifiers: a UUID, written as a prefix and 22 base-57 characters (contract 1.3).

use std::fmt;
use std::marker::PhantomData;

use uuid::Uuid;

const ALPHABET: &[u8; 57] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const DIGITS: usize = 22;

/// What an identifier names; its prefix keeps ids of different kinds apart.
pub trait Kind: 'static {
    /// The text before the 22 characters, underscore included.
    const PREFIX: &'static str;
    /// The word a person reads: "asset", "library".
    const NOUN: &'static str;
}

/// The identifier of one `K`.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

/// Why a text is no identifier of the kind that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {noun} id: expected \"{prefix}\" and 22 characters")]
pub struct IdError {
    noun: &'static str,
    prefix: &'static str,
}

impl<K: Kind> Id<K> {
    /// The id of no entity: it is never assigned. Stands for a text that could not be an id
    /// where "malformed" and "unknown" have to look the same.
    pub const NONE: Self = Self(Uuid::nil(), PhantomData);

    /// The id with this UUID.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// A new id: version 7, so ids made later sort later.
    pub fn generate() -> Self {
        Self::from_uuid(Uuid::now_v7())
    }

    /// The UUID behind the text.
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// Reads prefix and exactly 22 characters; nothing shorter, longer or above 128 bits.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        text.strip_prefix(K::PREFIX)
            .and_then(decode)
            .map(Self::from_uuid)
            .ok_or(IdError { noun: K::NOUN, prefix: K::PREFIX })
    }
}

/// 22 base-57 characters, most significant digit first.
pub fn encode(uuid: Uuid) -> String {
    // Two divisions of 128 bits instead of one per digit: they cost ten times those of 64.
    const DIGITS_AT_ONCE: usize = 10;
    const AT_ONCE: u128 = 57_u128.pow(10);
    let mut rest = uuid.as_u128();
    let mut text = [ALPHABET[0]; DIGITS];
    for places in text.rchunks_mut(DIGITS_AT_ONCE) {
        let mut piece = u64::try_from(rest % AT_ONCE).unwrap_or_default();
        rest /= AT_ONCE;
        for place in places.iter_mut().rev() {
            *place = ALPHABET[usize::try_from(piece % 57).unwrap_or_default()];
            piece /= 57;
        }
    }
    text.iter().map(|&byte| char::from(byte)).collect()
}

fn decode(text: &str) -> Option<Uuid> {
    if text.len() != DIGITS {
        return None;
    }
    text.bytes()
        .try_fold(0u128, |value, byte| {
            let digit = ALPHABET.binary_search(&byte).ok()?;
            value.checked_mul(57)?.checked_add(digit as u128)
        })
        .map(Uuid::from_u128)
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(K::PREFIX)?;
        f.write_str(&encode(self.0))
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// Derives would ask `K` to be what only the UUID has to be.
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

macro_rules! kinds {
    ($($kind:ident $alias:ident $prefix:literal $noun:literal;)*) => { $(
        #[doc = concat!("Marks ids of the kind \"", $noun, "\".")]
        pub enum $kind {}
        impl Kind for $kind {
            const PREFIX: &'static str = $prefix;
            const NOUN: &'static str = $noun;
        }
        #[doc = concat!("`", $prefix, "` and 22 characters.")]
        pub type $alias = Id<$kind>;
    )* };
}

kinds! {
    AssetKind AssetId "asset_" "asset";
    VersionKind VersionId "asset_version_" "asset version";
    AlbumKind AlbumId "album_" "album";
    AlbumAssetKind AlbumAssetId "album_asset_" "album-asset link";
    PersonKind PersonId "person_" "person";
    FaceKind FaceId "face_" "face";
    StackKind StackId "asset_stack_" "stack";
    LibraryKind LibraryId "lib_" "library";
    MembershipKind MembershipId "libmem_" "membership";
    InvitationKind InvitationId "libinv_" "invitation";
    UserKind UserId "intuser_" "user";
    ApiKeyKind ApiKeyId "apikey_" "API key";
    TaskKind TaskId "btask_" "task";
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The vectors of contract 1.3.
    const VECTORS: [(&str, &str); 10] = [
        ("00000000-0000-0000-0000-000000000000", "2222222222222222222222"),
        ("00000000-0000-0000-0000-000000000001", "2222222222222222222223"),
        ("00000000-0000-0000-0000-000000000038", "222222222222222222222z"),
        ("00000000-0000-0000-0000-000000000039", "2222222222222222222232"),
        ("12345678-1234-1234-1234-123456789abc", "5FdNqEYAMbrPaPwoYuLgD2"),
        ("3475f5d0-108e-41e8-a7ed-860bd7040e13", "BM3nUmJ6fkBqBADyz5FEiu"),
        ("550e8400-e29b-41d4-a716-446655440000", "H9cNmGXLEc8NWcZzSThA9S"),
        ("660e8400-e29b-41d4-a716-446655440001", "LB2VTcVgieV6LNawiPgXG5"),
        ("018f3a5b-7c1d-7e2f-8a3b-4c5d6e7f8091", "2HpVckAnLFLfLRwf7rjh8F"),
        ("ffffffff-ffff-ffff-ffff-ffffffffffff", "oZEq7ovRbLq6UnGMPwc8B5"),
    ];

    #[test]
    fn the_contract_vectors_round_trip() {
        for (uuid, text) in VECTORS {
            let uuid: Uuid = uuid.parse().unwrap();
            assert_eq!(encode(uuid), text);
            assert_eq!(AssetId::parse(&format!("asset_{text}")).unwrap().uuid(), uuid);
        }
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in [
            "asset_222222222222222222222",   // 21 characters
            "asset_22222222222222222222222", // 23
            "asset_0222222222222222222222",  // not in the alphabet
            "asset_O222222222222222222222",
            "asset_I222222222222222222222",
            "asset_l222222222222222222222",
            "asset_oZEq7ovRbLq6UnGMPwc8B6", // one above 128 bits
            "asset_zzzzzzzzzzzzzzzzzzzzzz",
            "asset_ééééééééééé",
            "asset_version_2222222222222222222222", // another kind with the same beginning
            "album_2222222222222222222222",
            "2222222222222222222222",
            "",
        ] {
            assert!(AssetId::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_order_is_uuid_order(a: u128, b: u128) {
            let (a, b) = (Uuid::from_u128(a), Uuid::from_u128(b));
            prop_assert_eq!(a.cmp(&b), encode(a).cmp(&encode(b)));
        }

        #[test]
        fn parse_undoes_display(value: u128) {
            let id = VersionId::from_uuid(Uuid::from_u128(value));
            prop_assert_eq!(VersionId::parse(&id.to_string()), Ok(id));
        }

        #[test]
        fn parse_never_panics(text in "\\PC{0,40}") {
            let _ = AssetId::parse(&text);
        }
    }
}
