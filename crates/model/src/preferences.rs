//! What people may say about themselves (contract 13).

use crate::named::named;
use crate::{LibraryId, Patch};

named! {
/// How favourites are shown.
#[derive(Default)]
pub enum FavoriteDisplay {
    /// A heart.
    #[default]
    Favorite = "favorite",
    /// Stars.
    Rating = "rating",
}
}

/// What somebody said about themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preferences {
    /// Whether a client shows the names of people as in a demonstration.
    pub demo_mode: bool,
    /// How favourites are shown.
    pub favorite_display: FavoriteDisplay,
    /// Whether faces are to be found; `None` while they have not said.
    pub face_detection: Option<bool>,
    /// Where they live: ISO 3166-1 alpha-2.
    pub home_country: Option<String>,
    /// Where in it: the part of ISO 3166-2 after the country.
    pub home_subdivision: Option<String>,
    /// The library that Immich clients use; may have gone since it was chosen.
    pub immich_library: Option<LibraryId>,
}

/// A change of [`Preferences`]. What cannot be cleared is an `Option`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PreferencesPatch {
    /// See [`Preferences::demo_mode`].
    pub demo_mode: Option<bool>,
    /// Clearing brings the default back.
    pub favorite_display: Patch<FavoriteDisplay>,
    /// See [`Preferences::face_detection`].
    pub face_detection: Option<bool>,
    /// Another one clears the subdivision, unless that is given too.
    pub home_country: Option<String>,
    /// See [`Preferences::home_subdivision`].
    pub home_subdivision: Patch<String>,
    /// See [`Preferences::immich_library`].
    pub immich_library: Patch<LibraryId>,
}

impl PreferencesPatch {
    /// Whether only a person who signed in may change this (contract 13).
    pub fn needs_session(&self) -> bool {
        self.face_detection.is_some()
            || self.home_country.is_some()
            || self.home_subdivision.is_mentioned()
    }
}

impl Preferences {
    /// After the change.
    #[must_use]
    pub fn patched(&self, patch: &PreferencesPatch) -> Self {
        let mut new = self.clone();
        new.demo_mode = patch.demo_mode.unwrap_or(new.demo_mode);
        new.face_detection = patch.face_detection.or(new.face_detection);
        if patch.home_country.is_some() && patch.home_country != new.home_country {
            new.home_country.clone_from(&patch.home_country);
            new.home_subdivision = None;
        }
        match &patch.favorite_display {
            Patch::Keep => {}
            Patch::Clear => new.favorite_display = FavoriteDisplay::default(),
            Patch::Set(display) => new.favorite_display = *display,
        }
        new.home_subdivision = patch.home_subdivision.apply(&new.home_subdivision);
        new.immich_library = patch.immich_library.apply(&new.immich_library);
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(country: &str, subdivision: Option<&str>) -> Preferences {
        Preferences {
            home_country: Some(country.to_owned()),
            home_subdivision: subdivision.map(str::to_owned),
            ..Preferences::default()
        }
    }

    fn to(country: Option<&str>, subdivision: Patch<&str>) -> PreferencesPatch {
        let home_subdivision = match subdivision {
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
            Patch::Set(text) => Patch::Set(text.to_owned()),
        };
        PreferencesPatch {
            home_country: country.map(str::to_owned),
            home_subdivision,
            ..PreferencesPatch::default()
        }
    }

    #[test]
    fn nothing_changes_nothing() {
        let before = home("US", Some("CA"));
        let nothing = PreferencesPatch::default();
        assert_eq!(before.patched(&nothing), before);
        assert!(!nothing.needs_session());
    }

    #[test]
    fn another_country_clears_the_subdivision_unless_that_is_given_too() {
        let before = home("US", Some("CA"));
        assert_eq!(before.patched(&to(Some("NO"), Patch::Keep)), home("NO", None));
        assert_eq!(before.patched(&to(Some("NO"), Patch::Set("46"))), home("NO", Some("46")));
        assert_eq!(before.patched(&to(Some("US"), Patch::Keep)), before);
        assert_eq!(before.patched(&to(None, Patch::Set("NY"))), home("US", Some("NY")));
        assert_eq!(before.patched(&to(None, Patch::Clear)), home("US", None));
    }

    #[test]
    fn a_favourite_is_a_heart_again() {
        let stars = Preferences { favorite_display: FavoriteDisplay::Rating, ..home("NO", None) };
        let clear = PreferencesPatch { favorite_display: Patch::Clear, ..Default::default() };
        assert_eq!(stars.patched(&clear), home("NO", None));
        assert!(!clear.needs_session());
    }

    #[test]
    fn where_one_lives_and_faces_need_a_session() {
        assert!(to(Some("NO"), Patch::Keep).needs_session());
        assert!(to(None, Patch::Clear).needs_session());
        assert!(
            PreferencesPatch { face_detection: Some(false), ..Default::default() }.needs_session()
        );
    }
}
