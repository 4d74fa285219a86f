//! The server itself (contract 16).

use model::Action;

use crate::models::FormatResponse;
use crate::state::{Api, Cx};
use crate::wire::{Answer, ApiError, Guest, Needs, Operation, Text, Verb};

const READ: Needs = Needs::Action(Action::Read);

pub(crate) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::public("ping", Verb::Get, "/api/server/ping", ping)
            .tag("server")
            .about("Is anybody there?", "Needs no credential.")
            .answers(200, "`pong`."),
        Operation::new("list_formats", Verb::Get, "/api/server/formats", READ, formats)
            .tag("server")
            .about(
                "What is done with which kind of file",
                "Every kind that can be uploaded. All are stored and served; `facts` and `picture` \
                 say what else.",
            )
            .answers(200, "The kinds of file, in a fixed order."),
    ]
}

async fn ping(_: Guest<Api>, (): ()) -> Result<Answer<Text>, ApiError> {
    Ok(Answer::ok(Text("pong".to_owned())))
}

async fn formats(cx: Cx, (): ()) -> Result<Answer<Vec<FormatResponse>>, ApiError> {
    let formats = cx.state.app.formats().await?;
    Ok(Answer::ok(formats.into_iter().map(FormatResponse::from).collect()))
}
