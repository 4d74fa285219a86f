//! The order of names as people expect it: the Unicode Collation Algorithm.

use std::sync::LazyLock;

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};

/// Longest sort key in bytes. A few letters expand to many, and an index entry has its limits.
const MOST_BYTES: usize = 512;

/// The root order of CLDR, which serves a library of names from many languages.
static ROOT: LazyLock<Option<CollatorBorrowed<'static>>> = LazyLock::new(|| {
    Collator::try_new(CollatorPreferences::default(), CollatorOptions::default()).ok()
});

/// Bytes that sort as `text` does among names: letters first, then accents, then case. Texts that
/// agree in the first 512 bytes of their keys sort as equals.
pub(crate) fn sort_key(text: &str) -> Vec<u8> {
    let mut key = Vec::new();
    match &*ROOT {
        Some(root) => {
            let Ok(()) = root.write_sort_key_to(text, &mut key);
        }
        None => key.extend_from_slice(text.to_lowercase().as_bytes()),
    }
    key.truncate(MOST_BYTES);
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_stand_where_people_look_for_them() {
        let names = ["9 lives", "ase", "Åse", "Émile", "Eric", "zoe", "Zoe", "Zoë", "Ивана", "李"];
        let mut sorted = names;
        sorted.reverse();
        sorted.sort_by_key(|name| sort_key(name));
        assert_eq!(sorted, names);
    }

    proptest! {
        #[test]
        fn a_key_is_never_too_long_for_an_index(text in "\\PC{0,255}") {
            prop_assert!(sort_key(&text).len() <= MOST_BYTES);
        }
    }
}
