//! `/api/users/me` (contract 13).

use model::id::LibraryKind;
use model::{Action, FavoriteDisplay, PreferencesPatch};

use crate::models::UserResponse;
use crate::state::{Api, Cx};
use crate::wire::{Answer, ApiError, Input, Needs, Operation, Reader, Verb};

const PATH: &str = "/api/users/me";
/// Longer than any code of ISO 3166.
const MOST_CODE: usize = 16;

pub(crate) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::new("get_me", Verb::Get, PATH, Needs::Action(Action::Read), me)
            .about("Fetch the caller's account", "Also the way to test a credential.")
            .answers(200, "The account."),
        Operation::new("update_me", Verb::Patch, PATH, Needs::Action(Action::Write), update)
            .about(
                "Change the caller's account",
                "What is absent stays. `home_country`, `home_subdivision` and \
                 `face_detection_preference` can be changed only by a first-party session: 403 \
                 otherwise, and nothing changes.",
            )
            .answers(200, "The account after the change.")
            .fails(&[404, 409]),
    ]
    .into_iter()
    .map(|operation| operation.tag("users"))
    .collect()
}

async fn me(cx: Cx, (): ()) -> Result<Answer<UserResponse>, ApiError> {
    Ok(Answer::ok(cx.state.app.me(cx.viewer.0).await?.into()))
}

impl Input for PreferencesPatch {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let demo_mode = r
            .field("demo_mode_enabled", "Whether a client shows demonstration names.")
            .flag()
            .kept();
        let favorite_display = r
            .field("favorite_display_mode", "How favourites are shown; null is the default again.")
            .choice::<FavoriteDisplay>()
            .patch();
        let immich_library = r
            .field("immich_library_id", "The library of Immich clients: live, and one to write to.")
            .id::<LibraryKind>()
            .patch();
        let home_country = r
            .field("home_country", "ISO 3166-1 alpha-2; another one clears `home_subdivision`.")
            .text(MOST_CODE)
            .example("NO")
            .kept();
        let home_subdivision = r
            .field("home_subdivision", "ISO 3166-2 without the country; required for `US`.")
            .text(MOST_CODE)
            .example("46")
            .patch();
        let face_detection =
            r.field("face_detection_preference", "Whether faces are to be found.").flag().kept();
        Some(Self {
            demo_mode: demo_mode?,
            favorite_display: favorite_display?,
            face_detection: face_detection?,
            home_country: home_country?,
            home_subdivision: home_subdivision?,
            immich_library: immich_library?,
        })
    }
}

async fn update(cx: Cx, patch: PreferencesPatch) -> Result<Answer<UserResponse>, ApiError> {
    Ok(Answer::ok(cx.state.app.update_me(cx.viewer.0, patch).await?.into()))
}
