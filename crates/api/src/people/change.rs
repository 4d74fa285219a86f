//! What can be said of a person: when they are made, alone and in bulk (contract 5.2, 5.4, 5.6).

use std::collections::HashSet;

use model::id::{FaceKind, LibraryKind};
use model::{LibraryId, Name, PersonId, PersonPatch};

use super::PERSON_ID;
use crate::assets::LIBRARY_ID;
use crate::wire::{Input, Reader};

pub(super) const ABOUT: &str = "\
Only fields in the body are changed. `null` clears name, birth date and thumbnail; of the two flags \
it means: as it is. A name in use in the library, in whatever case and also by a hidden person, is \
a conflict.";

pub(super) const ABOUT_CREATE: &str = "\
A name in use gives the existing person when nothing else that was given differs, and 409 \
otherwise. Without a name there is always a new person.";

pub(super) const ABOUT_BULK: &str = "\
Each item changes one person as `update_person` does; different items may change different fields. \
All or nothing: one invalid item, one unknown id, or one name that is not free when its turn comes, \
and nothing is written. Nobody may be named twice.";

/// The body of an update.
pub(super) struct Change(pub(super) PersonPatch);

impl Input for Change {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let name = r
            .field("name", "What they are called: at most 255 characters, not blank, trimmed.")
            .text(usize::MAX)
            .then(|text: String| Name::new(&text))
            .example("Kim")
            .patch();
        let birth_date = r.field("birth_date", "When they were born.").date().patch();
        let is_favorite = r.field("is_favorite", "Whether they are shown first.").flag().optional();
        let is_hidden = r.field("is_hidden", "Whether lists leave them out.").flag().optional();
        let thumbnail = r
            .field("thumbnail_face_id", "The face that stands for them; any of the library.")
            .id::<FaceKind>()
            .patch();
        Some(Self(PersonPatch {
            name: name?,
            birth_date: birth_date?,
            is_favorite: is_favorite?,
            is_hidden: is_hidden?,
            thumbnail_face_id: thumbnail?,
        }))
    }
}

/// A person to be.
pub(super) struct Create {
    pub(super) library: Option<LibraryId>,
    pub(super) given: PersonPatch,
}

impl Input for Create {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.field("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        let Change(given) = Change::read(r)?;
        Some(Self { library: library?, given: given.without_nulls() })
    }
}

/// One person and the change.
pub(super) struct Update {
    pub(super) id: PersonId,
    pub(super) change: Change,
}

impl Input for Update {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let id = r.path("person_id", PERSON_ID).id();
        let change = Change::read(r);
        Some(Self { id, change: change? })
    }
}

/// Many people, each with their own change.
pub(super) struct BulkUpdate(pub(super) Vec<Item>);

/// One of many.
pub(super) struct Item {
    pub(super) id: PersonId,
    pub(super) change: Change,
}

impl Input for BulkUpdate {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let updates: Vec<Item> =
            r.field("updates", "The changes, made in this order.").objects(1..=200)?;
        let mut seen = HashSet::new();
        match updates.iter().position(|item| !seen.insert(item.id)) {
            Some(index) => r.refuse_item("updates", index, "id", "nobody is changed twice"),
            None => Some(Self(updates)),
        }
    }
}

impl Input for Item {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let id = r.field("id", PERSON_ID).id().required();
        let change = r.field("change", "What to change of them.").object();
        Some(Self { id: id?, change: change? })
    }
}
