//! The server itself (contract 16).

use crate::state::Api;
use crate::wire::{Answer, ApiError, Guest, Operation, Text, Verb};

pub(crate) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::public("ping", Verb::Get, "/api/server/ping", ping)
            .tag("server")
            .about("Is anybody there?", "Needs no credential.")
            .answers(200, "`pong`."),
    ]
}

async fn ping(_: Guest<Api>, (): ()) -> Result<Answer<Text>, ApiError> {
    Ok(Answer::ok(Text("pong".to_owned())))
}
