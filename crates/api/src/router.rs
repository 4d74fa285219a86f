//! Everything under one roof.

use axum::Router;

use crate::wire::{Operation, enclose, routes};
use crate::{
    Api, albums, assets, cors, events, faces, feedback, health, invitations, keys, libraries,
    media, members, openapi, people, relief, search, server, sign_in, stacks, tasks, users,
};

/// Everything that can be asked.
pub fn operations() -> Vec<Operation<Api>> {
    [
        assets::operations(),
        albums::operations(),
        people::operations(),
        faces::operations(),
        search::operations(),
        events::operations(),
        stacks::operations(),
        tasks::operations(),
        libraries::operations(),
        members::operations(),
        invitations::operations(),
        keys::operations(),
        sign_in::operations(),
        users::operations(),
        feedback::operations(),
        server::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The API, the bytes behind it, its documentation and its health. `public_url` is where clients
/// reach all that.
pub fn router(api: &Api, public_url: &str) -> Router {
    let operations = operations();
    let asked = routes(&operations, api).merge(media::routes(api)).merge(sign_in::routes(api));
    let router = api
        .measures
        .around(relief::before(asked, &operations, api))
        .merge(openapi::routes(&operations, public_url))
        .merge(health::routes(api));
    cors::open_to(enclose(router), &api.origins)
}

/// Only the health of [`router`]: for a port of its own, or a process that does nothing but work.
pub fn vitals(api: &Api) -> Router {
    enclose(health::routes(api))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_operations_has_no_mistakes() {
        assert_eq!(crate::wire::check(&operations()), Vec::<String>::new());
    }
}
