//! One thing a client can ask for, declared once.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use schemars::{Schema, SchemaGenerator};

use super::admission::admit;
use super::body::{Expects, Incoming, read_object, take_apart};
use super::{
    Answer, ApiError, Authenticate, Cx, Description, Guest, Input, Needs, Payload, Place,
    RequestId, Weight, describe, read,
};

/// What is done to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Read.
    Get,
    /// Create, or do.
    Post,
    /// Change.
    Patch,
    /// Remove.
    Delete,
}

impl Verb {
    /// `GET`, `POST`, `PATCH`, `DELETE`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

type Running = Pin<Box<dyn Future<Output = Response> + Send>>;
pub(super) type Run<S> = Arc<dyn Fn(S, Parts, Body) -> Running + Send + Sync>;

/// An operation over the state `S`: its route, its rules, its documentation and its handler.
///
/// Whatever the handler, a request passes the same stations in the same order: credential (401),
/// rate (429), action or session (403), path, query and body (422, everything wrong at once),
/// handler.
#[derive(Clone)]
pub struct Operation<S> {
    /// The name clients and tools know it by.
    pub id: &'static str,
    /// The verb.
    pub verb: Verb,
    /// The path with its parameters in braces. Also served with, or without, a slash at the end.
    pub path: &'static str,
    /// What the credential must be good for; `None` when there need be none.
    pub needs: Option<Needs>,
    /// A line.
    pub summary: &'static str,
    /// All a caller must know; `backticks` and blank lines are understood.
    pub about: &'static str,
    /// The group it belongs to.
    pub tag: &'static str,
    /// The successes: status and when.
    pub successes: Vec<(u16, &'static str)>,
    /// Statuses it refuses with, beyond those that follow from the declaration.
    pub failures: Vec<u16>,
    /// What it takes in path, query and JSON body.
    pub input: Description,
    /// The fields of its form, when it takes one.
    pub form: Option<Description>,
    pub(crate) payload: fn(&mut SchemaGenerator) -> Schema,
    pub(crate) media_type: &'static str,
    pub(super) run: Run<S>,
}

impl<S: Authenticate> Operation<S> {
    /// An operation that needs a credential.
    pub fn new<I, T, F, Fut>(
        id: &'static str,
        verb: Verb,
        path: &'static str,
        needs: Needs,
        handler: F,
    ) -> Self
    where
        I: Input + Send + 'static,
        T: Payload + 'static,
        F: Fn(Cx<S>, I) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Answer<T>, ApiError>> + Send + 'static,
    {
        let expects = expected_body(&describe::<I>());
        let run = move |state: S, mut parts: Parts, body: Body| -> Running {
            let handler = handler.clone();
            Box::pin(async move {
                let (viewer, stamps) = admit(&state, &parts, needs, Weight::Plain).await;
                let answer = answered(async move {
                    let viewer = viewer?;
                    let request = take_apart(&mut parts).await;
                    let object = read_object(&parts.headers, body, expects).await?;
                    let input = read(&request.with_body(object))?;
                    handler(surroundings(state, viewer, parts)?, input).await
                });
                stamps.upon(answer.await)
            })
        };
        Self::declare::<I, T>(id, verb, path, Some(needs), Arc::new(run))
    }

    /// An operation that needs no credential.
    pub fn public<I, T, F, Fut>(
        id: &'static str,
        verb: Verb,
        path: &'static str,
        handler: F,
    ) -> Self
    where
        I: Input + Send + 'static,
        T: Payload + 'static,
        F: Fn(Guest<S>, I) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Answer<T>, ApiError>> + Send + 'static,
    {
        let expects = expected_body(&describe::<I>());
        let run = move |state: S, mut parts: Parts, body: Body| -> Running {
            let handler = handler.clone();
            Box::pin(answered(async move {
                let request = take_apart(&mut parts).await;
                let object = read_object(&parts.headers, body, expects).await?;
                let input = read(&request.with_body(object))?;
                handler(surroundings(state, (), parts)?, input).await
            }))
        };
        Self::declare::<I, T>(id, verb, path, None, Arc::new(run))
    }

    /// An operation that takes a `multipart/form-data` body with the fields of `F`. The handler
    /// reads the body itself; no byte of it is read before it is known who asks.
    pub fn form<F, I, T, H, Fut>(
        id: &'static str,
        verb: Verb,
        path: &'static str,
        needs: Needs,
        handler: H,
    ) -> Self
    where
        F: Input,
        I: Input + Send + 'static,
        T: Payload + 'static,
        H: Fn(Cx<S>, I, Incoming) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Answer<T>, ApiError>> + Send + 'static,
    {
        Self::taking_form::<F, I, T, H, Fut>(id, verb, path, needs, Weight::Plain, handler)
    }

    /// As [`Self::form`], of a form with a file that is kept: it weighs more (contract 1.10).
    pub fn upload<F, I, T, H, Fut>(
        id: &'static str,
        verb: Verb,
        path: &'static str,
        needs: Needs,
        handler: H,
    ) -> Self
    where
        F: Input,
        I: Input + Send + 'static,
        T: Payload + 'static,
        H: Fn(Cx<S>, I, Incoming) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Answer<T>, ApiError>> + Send + 'static,
    {
        Self::taking_form::<F, I, T, H, Fut>(id, verb, path, needs, Weight::Upload, handler)
    }

    fn taking_form<F, I, T, H, Fut>(
        id: &'static str,
        verb: Verb,
        path: &'static str,
        needs: Needs,
        weight: Weight,
        handler: H,
    ) -> Self
    where
        F: Input,
        I: Input + Send + 'static,
        T: Payload + 'static,
        H: Fn(Cx<S>, I, Incoming) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<Answer<T>, ApiError>> + Send + 'static,
    {
        let run = move |state: S, mut parts: Parts, body: Body| -> Running {
            let handler = handler.clone();
            Box::pin(async move {
                let (viewer, stamps) = admit(&state, &parts, needs, weight).await;
                let answer = answered(async move {
                    let viewer = viewer?;
                    let input = read(&take_apart(&mut parts).await)?;
                    handler(surroundings(state, viewer, parts)?, input, Incoming(body)).await
                });
                stamps.upon(answer.await)
            })
        };
        let operation = Self::declare::<I, T>(id, verb, path, Some(needs), Arc::new(run));
        Self { form: Some(describe::<F>()), ..operation }
    }

    fn declare<I: Input, T: Payload>(
        id: &'static str,
        verb: Verb,
        path: &'static str,
        needs: Option<Needs>,
        run: Run<S>,
    ) -> Self {
        Self {
            id,
            verb,
            path,
            needs,
            summary: "",
            about: "",
            tag: "",
            successes: Vec::new(),
            failures: Vec::new(),
            input: describe::<I>(),
            form: None,
            payload: T::schema,
            media_type: T::MEDIA_TYPE,
            run,
        }
    }
}

impl<S> Operation<S> {
    /// Says what it does: in a line, and in full.
    #[must_use]
    pub fn about(self, summary: &'static str, about: &'static str) -> Self {
        Self { summary, about, ..self }
    }

    /// Puts it into a group.
    #[must_use]
    pub fn tag(self, tag: &'static str) -> Self {
        Self { tag, ..self }
    }

    /// Adds a success.
    #[must_use]
    pub fn answers(mut self, status: u16, when: &'static str) -> Self {
        self.successes.push((status, when));
        self
    }

    /// Adds refusals. 401, 403, 422, 429 and 500 follow from the declaration.
    #[must_use]
    pub fn fails(mut self, statuses: &[u16]) -> Self {
        self.failures.extend_from_slice(statuses);
        self
    }
}

fn expected_body(input: &Description) -> Expects {
    match (input.of(Place::Body).next(), input.body_is_optional) {
        (None, _) => Expects::Nothing,
        (Some(_), false) => Expects::Json,
        (Some(_), true) => Expects::JsonOrNothing,
    }
}

fn surroundings<S: Authenticate, V>(
    state: S,
    viewer: V,
    mut parts: Parts,
) -> Result<Cx<S, V>, ApiError> {
    let request_id = parts
        .extensions
        .remove::<RequestId>()
        .ok_or_else(|| ApiError::internal("the routes are not enclosed"))?;
    Ok(Cx { state, viewer, headers: parts.headers, request_id })
}

async fn answered<T: Payload>(
    work: impl Future<Output = Result<Answer<T>, ApiError>> + Send,
) -> Response {
    work.await.map_or_else(ApiError::into_response, IntoResponse::into_response)
}
