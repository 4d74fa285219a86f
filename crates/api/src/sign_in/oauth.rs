//! `/api/oauth/…` (contract 15).

use app::{Return, Way};
use model::named;

use super::target;
use crate::models::{AuthUrlResponse, ExchangeResponse, LogoutEndpointResponse};
use crate::state::Api;
use crate::wire::{Answer, ApiError, Guest, Input, Operation, Reader, Verb};

/// Longest value of these operations, in characters.
const MOST: usize = 4096;

pub(crate) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::public("get_auth_url", Verb::Get, "/api/oauth/auth-url", auth_url)
            .about(
                "Begin to sign in",
                "Send a browser to the URL in the answer. It comes back to `redirect_uri` with \
                 `code` and `state`; both are for `exchange_code`, within ten minutes and once. \
                 Addresses to come back to are registered in the server's settings.",
            )
            .answers(200, "Where to send the browser.")
            .fails(&[400, 503]),
        Operation::public("exchange_code", Verb::Post, "/api/oauth/exchange", exchange)
            .about(
                "Change a code for a session",
                "The first sign-in through an identity provider makes the account. The session \
                 is sent as `Authorization: Bearer …`; when an answer carries \
                 `x-new-access-token`, that is the session to go on with.",
            )
            .answers(200, "The session, and whose it is.")
            .fails(&[400, 401, 409, 503]),
        Operation::public(
            "get_logout_endpoint",
            Verb::Get,
            "/api/oauth/logout-endpoint",
            logout_endpoint,
        )
        .about("Where to sign out", "Send the browser there after forgetting the session.")
        .answers(200, "A page.")
        .fails(&[503]),
    ]
    .into_iter()
    .map(|operation| operation.tag("sign-in"))
    .collect()
}

named! {
/// How a challenge is made of its verifier (RFC 7636).
pub enum ChallengeMethod {
    /// By SHA-256.
    S256 = "S256",
}
}

/// A sign-in to be.
struct Begin {
    redirect_uri: String,
    challenge: Option<String>,
}

impl Input for Begin {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let redirect_uri = r
            .query("redirect_uri", "Where the browser comes back to; may be an app's own scheme.")
            .text(MOST)
            .example("https://photos.example.org/signed-in")
            .required();
        let challenge = r
            .query("code_challenge", "SHA-256 of the `code_verifier`, as base64url (PKCE).")
            .text(MOST)
            .then(is_challenge)
            .example("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
            .optional();
        let method = r
            .query("code_challenge_method", "Goes with a challenge.")
            .choice::<ChallengeMethod>()
            .optional();
        let challenge = challenge?;
        if challenge.is_some() && method?.is_none() {
            return r.refuse_query("code_challenge_method", "a code_challenge needs its method");
        }
        Some(Self { redirect_uri: redirect_uri?, challenge })
    }
}

fn is_challenge(text: String) -> Result<String, &'static str> {
    let is_base64url = text.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c));
    if text.len() == 43 && is_base64url {
        Ok(text)
    } else {
        Err("a code_challenge is 43 letters, digits, - and _")
    }
}

async fn auth_url(cx: Guest<Api>, input: Begin) -> Result<Answer<AuthUrlResponse>, ApiError> {
    let Begin { redirect_uri, challenge } = input;
    let url = match cx.state.sign_in.begin(redirect_uri, challenge.clone()).await? {
        Way::Provider(url) => url,
        Way::Page(state) => {
            let page = format!("{}{}", cx.state.urls.base(), super::page::PATH);
            let mut url = target::with(&page, &[("state", &state)]);
            if let Some(challenge) = &challenge {
                let proof =
                    [("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")];
                url = target::with(&url, &proof);
            }
            url
        }
    };
    Ok(Answer::ok(AuthUrlResponse { url }))
}

impl Input for Return {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let code =
            r.field("code", "From the query the browser came back with.").text(MOST).optional();
        let state = r.field("state", "From the same query.").text(MOST).optional();
        let error =
            r.field("error", "From the same query, when there is no code.").text(MOST).optional();
        let verifier = r
            .field("code_verifier", "What the `code_challenge` was made of.")
            .text(MOST)
            .optional();
        Some(Self { code: code?, state: state?, error: error?, verifier: verifier? })
    }
}

async fn exchange(cx: Guest<Api>, input: Return) -> Result<Answer<ExchangeResponse>, ApiError> {
    Ok(Answer::ok(cx.state.sign_in.exchange(input).await?.into()))
}

async fn logout_endpoint(
    cx: Guest<Api>,
    (): (),
) -> Result<Answer<LogoutEndpointResponse>, ApiError> {
    let own = || format!("{}{}", cx.state.urls.base(), super::page::OUT);
    let logout_endpoint = cx.state.sign_in.way_out().await?.unwrap_or_else(own);
    Ok(Answer::ok(LogoutEndpointResponse { logout_endpoint }))
}
