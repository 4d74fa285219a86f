//! What people say about themselves (contract 13).

use model::{Action, Patch, Preferences, PreferencesPatch, User};
use store::db::Conn;
use store::users;

use crate::assets::later_than;
use crate::{App, Error, Result, Viewer, access};

/// Whether this server finds faces by itself.
pub const FACE_DETECTION_AVAILABLE: bool = false;
/// Where the subdivision decides about the law, and so has to be said.
const DIVIDED: &str = "US";

impl App {
    /// Changes the viewer's own account and shows it as it is then.
    pub async fn update_me(&self, viewer: Viewer, patch: PreferencesPatch) -> Result<User> {
        if patch.needs_session() && !viewer.is_session() {
            return Err(Error::Forbidden("this can be changed only by who signed in"));
        }
        if patch.face_detection == Some(true) && !FACE_DETECTION_AVAILABLE {
            return Err(Error::Conflict("this server does not find faces".to_owned()));
        }
        let now = self.now();
        self.write(move |tx| {
            let gone = Error::Unauthenticated("this account no longer exists");
            let mut user = users::lock(tx, viewer.user)?.ok_or(gone)?;
            let preferences = user.preferences.patched(&patch);
            if patch.home_country.is_some() || patch.home_subdivision.is_mentioned() {
                check_home(&preferences)?;
            }
            check_library(tx, &viewer, &patch)?;
            if preferences != user.preferences {
                user.preferences = preferences;
                user.updated_at = later_than(user.updated_at, now);
                users::set_preferences(tx, &user)?;
            }
            Ok(user)
        })
        .await
    }
}

fn check_home(preferences: &Preferences) -> Result<()> {
    let invalid = |field, text: &str| Err(Error::Invalid(field, text.to_owned()));
    let (country, subdivision) = (&preferences.home_country, &preferences.home_subdivision);
    match (country.as_deref(), subdivision.as_deref()) {
        (Some(country), _) if !places::is_country(country) => {
            invalid("home_country", "must be an upper-case ISO 3166-1 alpha-2 code")
        }
        (None, Some(_)) => invalid("home_subdivision", "needs a home_country"),
        (Some(DIVIDED), None) => invalid("home_subdivision", "is required for this country"),
        (Some(country), Some(part)) if !places::is_subdivision(country, part) => {
            invalid("home_subdivision", "must be the part of an ISO 3166-2 code after the country")
        }
        _ => Ok(()),
    }
}

/// A library to prefer is a live one that the viewer may write to.
fn check_library(conn: &mut Conn, viewer: &Viewer, patch: &PreferencesPatch) -> Result<()> {
    let Patch::Set(id) = patch.immich_library else { return Ok(()) };
    match access::library(conn, viewer, id, Action::Write) {
        Err(Error::Forbidden(_)) => Err(Error::no_library(id, viewer.user)),
        found => found.map(drop),
    }
}
