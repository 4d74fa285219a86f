//! Who somebody is, in the words of an identity provider (`OpenID` Connect Core 1.0).
//!
//! Speaks to one provider over HTTPS and blocks meanwhile; knows no accounts and no database. To
//! read it: [`Provider`] is all that can be asked, `wire` is how it is asked, `known` is what is
//! remembered of its answers.

mod known;
mod wire;

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use known::{Known, Metadata};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod};
use openidconnect::core::{CoreIdToken, CoreIdTokenClaims, CoreUserInfoClaims};
use openidconnect::{
    AccessToken, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, SubjectIdentifier, TokenResponse as _, UserInfoError,
};
use wire::Web;

/// The provider, and what it knows this server by.
#[derive(Clone)]
pub struct Settings {
    /// Its issuer identifier: a URL.
    pub issuer: String,
    /// What this server is called there.
    pub client_id: String,
    /// What this server proves itself with; public clients have nothing.
    pub client_secret: Option<String>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Settings({} at {}, …)", self.client_id, self.issuer)
    }
}

/// Somebody the provider has vouched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The provider.
    pub issuer: String,
    /// Their name there, for ever.
    pub subject: String,
    /// Their e-mail address, if the provider tells it.
    pub email: Option<String>,
    /// Whether the provider knows that the address is theirs.
    pub email_is_verified: bool,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
}

/// What a provider needs to begin.
#[derive(Debug, Clone, Copy)]
pub struct Beginning<'b> {
    /// Where it sends the browser back to.
    pub redirect_uri: &'b str,
    /// What it sends back along.
    pub state: &'b str,
    /// What its token repeats.
    pub nonce: &'b str,
    /// PKCE challenge, by the method S256.
    pub challenge: &'b str,
}

/// What came of it.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'e> {
    /// What the browser brought.
    pub code: &'e str,
    /// As at the beginning.
    pub redirect_uri: &'e str,
    /// As at the beginning.
    pub nonce: &'e str,
    /// What the challenge was made of.
    pub verifier: &'e str,
}

/// Why nobody was vouched for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings make no sense.
    #[error("{0}")]
    Unusable(String),
    /// The provider does not answer, or not as it should.
    #[error("the identity provider does not work: {0}")]
    Down(String),
    /// The provider does not accept the code, or its token is not good.
    #[error("the identity provider did not vouch: {0}")]
    Refused(String),
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// One provider.
pub struct Provider {
    settings: Settings,
    issuer: IssuerUrl,
    web: Web,
    known: Mutex<Known>,
}

impl Provider {
    /// Nothing is asked yet.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        if !wire::is_safe(&settings.issuer) {
            let text = format!("the issuer {:?} has to be an https address", settings.issuer);
            return Err(Error::Unusable(text));
        }
        let issuer = IssuerUrl::new(settings.issuer.clone())
            .map_err(|err| Error::Unusable(format!("the issuer is no address: {err}")))?;
        Ok(Self { settings, issuer, web: Web::new()?, known: Mutex::default() })
    }

    /// Its issuer identifier, as it was set.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Where to send the browser.
    pub fn authorization_url(&self, beginning: &Beginning<'_>) -> Result<String, Error> {
        let client = self.client(&self.metadata()?, beginning.redirect_uri)?;
        let (state, nonce) = (beginning.state.to_owned(), beginning.nonce.to_owned());
        let (url, _, _) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .add_extra_param("code_challenge", beginning.challenge)
            .add_extra_param("code_challenge_method", "S256")
            .url();
        Ok(url.into())
    }

    /// Who came back with this code.
    pub fn redeem(&self, ending: &Ending<'_>) -> Result<Person, Error> {
        let metadata = self.metadata()?;
        let client = self.client(&metadata, ending.redirect_uri)?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(ending.code.to_owned()))
            .map_err(|err| Error::Down(err.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(ending.verifier.to_owned()))
            .request(&|request| self.web.ask(request))
            .map_err(|err| match err {
                RequestTokenError::ServerResponse(refusal) => Error::Refused(refusal.to_string()),
                RequestTokenError::Request(err) => Error::Down(err.to_string()),
                other => Error::Down(other.to_string()),
            })?;
        let token =
            tokens.id_token().ok_or_else(|| Error::Refused("there is no ID token".to_owned()))?;
        let claims = self.verified(&client, ending, token)?;
        if claims.email().is_some() || metadata.userinfo_endpoint().is_none() {
            return Ok(self.person(&Told::by_token(&claims)));
        }
        let more = self.user_info(&client, tokens.access_token(), claims.subject())?;
        Ok(self.person(&Told::by_user_info(&more)))
    }

    /// Where people sign out of the provider, if it says so.
    pub fn end_session_endpoint(&self) -> Result<Option<String>, Error> {
        let metadata = self.metadata()?;
        let endpoint = metadata.additional_metadata().end_session_endpoint.as_ref();
        Ok(endpoint.map(|endpoint| endpoint.as_str().to_owned()))
    }

    /// The claims of a token that is signed by this provider, meant for this server, not over, and
    /// made for this sign-in.
    fn verified(
        &self,
        client: &Client,
        ending: &Ending<'_>,
        token: &CoreIdToken,
    ) -> Result<CoreIdTokenClaims, Error> {
        use ClaimsVerificationError::SignatureVerification;
        let nonce = Nonce::new(ending.nonce.to_owned());
        let claims = match token.claims(&client.id_token_verifier(), &nonce) {
            // The provider may have new keys.
            Err(SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                let client = self.client(&self.newer_metadata()?, ending.redirect_uri)?;
                token.claims(&client.id_token_verifier(), &nonce).cloned()
            }
            claims => claims.cloned(),
        };
        claims.map_err(|err| Error::Refused(err.to_string()))
    }

    fn user_info(
        &self,
        client: &Client,
        token: &AccessToken,
        subject: &SubjectIdentifier,
    ) -> Result<CoreUserInfoClaims, Error> {
        client
            .user_info(token.clone(), Some(subject.clone()))
            .map_err(|err| Error::Down(err.to_string()))?
            .request(&|request| self.web.ask(request))
            .map_err(|err| match err {
                UserInfoError::ClaimsVerification(err) => Error::Refused(err.to_string()),
                other => Error::Down(other.to_string()),
            })
    }

    fn person(&self, told: &Told) -> Person {
        Person {
            issuer: self.settings.issuer.clone(),
            subject: told.subject.clone(),
            email: told.email.clone(),
            email_is_verified: told.email_is_verified,
            first_name: told.first_name.clone(),
            last_name: told.last_name.clone(),
        }
    }

    fn client(&self, metadata: &Metadata, redirect_uri: &str) -> Result<Client, Error> {
        let redirect_uri = RedirectUrl::new(redirect_uri.to_owned())
            .map_err(|err| Error::Unusable(format!("the redirect address is none: {err}")))?;
        let methods = metadata.token_endpoint_auth_methods_supported();
        let only_in_body = methods.is_some_and(|methods| {
            methods.contains(&CoreClientAuthMethod::ClientSecretPost)
                && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        let client = CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(self.settings.client_id.clone()),
            self.settings.client_secret.clone().map(ClientSecret::new),
        )
        .set_auth_type(if only_in_body { AuthType::RequestBody } else { AuthType::BasicAuth })
        .set_redirect_uri(redirect_uri);
        Ok(client)
    }

    fn metadata(&self) -> Result<Metadata, Error> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(Instant::now(), || self.discover())
    }

    fn newer_metadata(&self) -> Result<Metadata, Error> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get_newer(Instant::now(), || self.discover())
    }

    fn discover(&self) -> Result<Metadata, Error> {
        Metadata::discover(&self.issuer, &|request| self.web.ask(request))
            .map_err(|err| Error::Down(wire::chain(&err)))
    }
}

/// What a token or an answer tells of somebody.
struct Told {
    subject: String,
    email: Option<String>,
    email_is_verified: bool,
    first_name: Option<String>,
    last_name: Option<String>,
}

/// The two kinds of claims have the same methods and no common trait.
macro_rules! told {
    ($claims:expr) => {{
        let claims = $claims;
        Told {
            subject: claims.subject().to_string(),
            email: claims.email().map(|email| email.to_string()),
            email_is_verified: claims.email_verified() == Some(true),
            first_name: claims.given_name().and_then(|name| name.get(None)).map(|n| n.to_string()),
            last_name: claims.family_name().and_then(|name| name.get(None)).map(|n| n.to_string()),
        }
    }};
}

impl Told {
    fn by_token(claims: &CoreIdTokenClaims) -> Self {
        told!(claims)
    }

    fn by_user_info(claims: &CoreUserInfoClaims) -> Self {
        told!(claims)
    }
}
