//! The server itself and the caller's account (contract 13, 16).

use model::Action;

use crate::models::UserResponse;
use crate::state::{Api, Cx};
use crate::wire::{Answer, ApiError, Guest, Needs, Operation, Text, Verb};

pub(crate) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::public("ping", Verb::Get, "/api/server/ping", ping)
            .tag("server")
            .about("Is anybody there?", "Needs no credential.")
            .answers(200, "`pong`."),
        Operation::new("get_me", Verb::Get, "/api/users/me", Needs::Action(Action::Read), me)
            .tag("users")
            .about("Fetch the caller's account", "Also the way to test a credential.")
            .answers(200, "The account."),
    ]
}

async fn ping(_: Guest<Api>, (): ()) -> Result<Answer<Text>, ApiError> {
    Ok(Answer::ok(Text("pong".to_owned())))
}

async fn me(cx: Cx, (): ()) -> Result<Answer<UserResponse>, ApiError> {
    Ok(Answer::ok(cx.state.app.me(cx.viewer.0).await?.into()))
}
