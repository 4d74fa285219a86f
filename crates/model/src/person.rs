//! People in pictures (contract 5).

use crate::named::named;
use crate::{AlbumId, AssetId, Date, FaceId, Instant, LibraryId, Name, Patch, PersonId};

/// Somebody whom faces show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their name for ever.
    pub id: PersonId,
    /// Where they are known.
    pub library_id: LibraryId,
    /// What they are called; unique in the library, ignoring case.
    pub name: Option<Name>,
    /// When they were born.
    pub birth_date: Option<Date>,
    /// Whether they are shown first.
    pub is_favorite: bool,
    /// Whether they are left out of lists.
    pub is_hidden: bool,
    /// The face a person chose to stand for them.
    pub thumbnail_face_id: Option<FaceId>,
    /// Live assets with a face of theirs.
    pub asset_count: i64,
    /// When the record was made.
    pub created_at: Instant,
    /// Moves with every change of their own fields.
    pub updated_at: Instant,
}

/// What to change of a person; the default changes nothing. Of a new person: what is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonPatch {
    /// What they are called.
    pub name: Patch<Name>,
    /// When they were born.
    pub birth_date: Patch<Date>,
    /// Whether they are shown first.
    pub is_favorite: Option<bool>,
    /// Whether they are left out of lists.
    pub is_hidden: Option<bool>,
    /// The face that stands for them.
    pub thumbnail_face_id: Patch<FaceId>,
}

impl PersonPatch {
    /// The same for somebody new, of whom there is nothing to clear.
    #[must_use]
    pub fn without_nulls(self) -> Self {
        Self {
            name: self.name.or_keep(),
            birth_date: self.birth_date.or_keep(),
            thumbnail_face_id: self.thumbnail_face_id.or_keep(),
            ..self
        }
    }
}

impl Person {
    /// Somebody of whom nothing is known.
    pub fn unknown(library_id: LibraryId, now: Instant) -> Self {
        Self {
            id: PersonId::generate(),
            library_id,
            name: None,
            birth_date: None,
            is_favorite: false,
            is_hidden: false,
            thumbnail_face_id: None,
            asset_count: 0,
            created_at: now,
            updated_at: now,
        }
    }

    /// The person after the change.
    #[must_use]
    pub fn patched(&self, patch: &PersonPatch) -> Self {
        Self {
            name: patch.name.apply(&self.name),
            birth_date: patch.birth_date.apply(&self.birth_date),
            is_favorite: patch.is_favorite.unwrap_or(self.is_favorite),
            is_hidden: patch.is_hidden.unwrap_or(self.is_hidden),
            thumbnail_face_id: patch.thumbnail_face_id.apply(&self.thumbnail_face_id),
            ..self.clone()
        }
    }

    /// Whether this is who was asked for under their name: nothing else that was given differs.
    pub fn is_as_given(&self, patch: &PersonPatch) -> bool {
        let given = PersonPatch { name: Patch::Keep, ..patch.clone() };
        self.patched(&given) == *self
    }
}

/// Which people are meant; the default lets all of a library through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PeopleFilter {
    /// Only these; `None` does not narrow.
    pub ids: Option<Vec<PersonId>>,
    /// With a face in this asset.
    pub asset: Option<AssetId>,
    /// With a face in a member of this album.
    pub album: Option<AlbumId>,
    /// The name contains this text, ignoring case. Blank does not narrow.
    pub name: Option<String>,
    /// By whether they have a name.
    pub names: NameFilter,
    /// Leaves hidden people out.
    pub without_hidden: bool,
}

named! {
/// By whether people have a name.
#[derive(Default)]
pub enum NameFilter {
    /// With a name.
    Named = "named",
    /// Without a name.
    Unnamed = "unnamed",
    /// Both.
    #[default]
    All = "all",
}
}

named! {
/// The order of people; those without a name stand last in an order by name.
#[derive(Default)]
pub enum PeopleSort {
    /// Newest record first.
    #[default]
    Newest = "created_at_desc",
    /// Oldest record first.
    Oldest = "created_at_asc",
    /// From A.
    NameAscending = "name_asc",
    /// From Z.
    NameDescending = "name_desc",
    /// Most assets first.
    MostAssets = "asset_count_desc",
    /// Fewest assets first.
    FewestAssets = "asset_count_asc",
}
}

impl PeopleSort {
    /// Whether names decide.
    pub const fn is_by_name(self) -> bool {
        matches!(self, Self::NameAscending | Self::NameDescending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Person {
        let name = Some(Name::new("Kim").unwrap());
        Person {
            name,
            is_favorite: true,
            ..Person::unknown(LibraryId::NONE, Instant::from_micros(1))
        }
    }

    #[test]
    fn nothing_said_is_nothing_changed() {
        let person = known();
        assert_eq!(person.patched(&PersonPatch::default()), person);
    }

    #[test]
    fn null_clears_and_a_flag_has_no_null() {
        let person = known();
        let patch = PersonPatch { name: Patch::Clear, is_favorite: None, ..PersonPatch::default() };
        let after = person.patched(&patch);
        assert_eq!((after.name, after.is_favorite), (None, true));
    }

    #[test]
    fn what_was_not_given_is_not_compared() {
        let name = Patch::Set(Name::new("kim").unwrap());
        let asked = PersonPatch { name, ..PersonPatch::default() };
        assert!(known().is_as_given(&asked));
        assert!(known().is_as_given(&PersonPatch { is_favorite: Some(true), ..asked.clone() }));
        assert!(!known().is_as_given(&PersonPatch { is_hidden: Some(true), ..asked.clone() }));
        let born = Patch::Set(Date::parse("1984-05-06").unwrap());
        assert!(!known().is_as_given(&PersonPatch { birth_date: born, ..asked }));
    }
}
