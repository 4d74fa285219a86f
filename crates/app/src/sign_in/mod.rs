//! How a person comes in (contract 15, OP-34).
//!
//! A client asks for a URL ([`SignIn::begin`]), a browser goes there and comes back with a code,
//! and the client changes the code for a session ([`SignIn::exchange`]). What was begun is a row
//! with a state that is good for one time, so any process may finish it.

mod guard;
mod password;
mod proof;
mod provider;

pub use password::Granted;

use std::sync::Arc;

use model::{Instant, User, UserId};
use oidc::Provider;
use store::sign_ins::{self, Begun};
use store::users;
use subtle::ConstantTimeEq as _;

use crate::{App, Error, Result};

/// How long a sign-in may take, in seconds.
const PATIENCE: i64 = 10 * 60;
const CLOSED: Error = Error::Unavailable("signing in is not set up on this server");

/// The ways in.
#[derive(Clone)]
pub struct SignIn {
    app: App,
    doors: Arc<Doors>,
}

struct Doors {
    provider: Option<provider::Door>,
    redirect_uris: Vec<String>,
    guard: guard::Guard,
    hashing: password::Hashing,
}

/// Where a browser is to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// To the identity provider, at this URL.
    Provider(String),
    /// To this server's own page, with this state.
    Page(String),
}

/// What came back from the browser, as the client tells it (contract 15).
#[derive(Debug, Clone, Default)]
pub struct Return {
    /// What is to be changed for a session.
    pub code: Option<String>,
    /// Which sign-in this was.
    pub state: Option<String>,
    /// What went wrong.
    pub error: Option<String>,
    /// What the challenge of the beginning was made of (PKCE).
    pub verifier: Option<String>,
}

/// Somebody who is in.
#[derive(Debug)]
pub struct SignedIn {
    /// The session.
    pub token: String,
    /// Whose it is.
    pub user: User,
}

impl SignIn {
    /// The ways into `app`: through the provider if there is one, else with passwords. A browser is
    /// sent back only to one of `redirect_uris`, to the letter.
    pub fn new(app: App, redirect_uris: Vec<String>, provider: Option<Provider>) -> Self {
        let doors = Doors {
            redirect_uris,
            provider: provider.map(provider::Door::new),
            guard: guard::Guard::default(),
            hashing: password::Hashing::default(),
        };
        Self { app, doors: Arc::new(doors) }
    }

    /// Begins a sign-in. `challenge` is the client's own (PKCE, S256).
    pub async fn begin(&self, redirect_uri: String, challenge: Option<String>) -> Result<Way> {
        if self.doors.provider.is_none() {
            self.has_passwords().await?;
        }
        if !self.doors.redirect_uris.contains(&redirect_uri) {
            return Err(Error::Unclear("this redirect_uri is not registered here".to_owned()));
        }
        let state = proof::random()?;
        let mut begun = Begun {
            redirect_uri,
            challenge,
            issuer: None,
            nonce: None,
            verifier: None,
            user: None,
            code_hash: None,
            expires_at: self.app.now().plus_seconds(PATIENCE),
        };
        let way = match &self.doors.provider {
            Some(door) => Way::Provider(through(door, &state, &mut begun).await?),
            None => Way::Page(state.clone()),
        };
        self.keep(&state, begun).await?;
        Ok(way)
    }

    /// Ends a sign-in: a session for whoever it was. The state is used up, however it ends; but for
    /// a provider that does not answer, since clients repeat then.
    pub async fn exchange(&self, returned: Return) -> Result<SignedIn> {
        let state = returned.state.ok_or_else(|| Error::Unclear("state is missing".to_owned()))?;
        let begun = self.take(&state).await?;
        if let Some(error) = returned.error {
            return Err(Error::Unclear(format!("the sign-in was given up: {error}")));
        }
        let code = returned.code.ok_or_else(|| Error::Unclear("code is missing".to_owned()))?;
        prove(&begun, returned.verifier.as_deref())?;
        let user = if begun.issuer.is_none() {
            self.holder_of(granted(&begun, &code)?).await?
        } else {
            let user = self.vouched_for(&begun, code, returned.verifier).await;
            if let Err(Error::Unavailable(_)) = user {
                self.keep(&state, begun).await?;
            }
            user?
        };
        Ok(SignedIn { token: self.app.session(user.id), user })
    }

    /// Where people sign out: at the provider, or `None` for this server's own page.
    pub async fn way_out(&self) -> Result<Option<String>> {
        match &self.doors.provider {
            Some(door) => door.way_out().await,
            None => self.has_passwords().await.map(|()| None),
        }
    }

    /// Whether this server asks for passwords at all.
    async fn has_passwords(&self) -> Result<()> {
        let any = self.app.read(|conn| Ok(store::passwords::any(conn)?)).await?;
        if any { Ok(()) } else { Err(CLOSED) }
    }

    async fn holder_of(&self, user: UserId) -> Result<User> {
        let user = self.app.read(move |conn| Ok(users::get(conn, user)?)).await?;
        user.ok_or(Error::Unauthenticated("this account no longer exists"))
    }

    async fn vouched_for(
        &self,
        begun: &Begun,
        code: String,
        verifier: Option<String>,
    ) -> Result<User> {
        let door = self.doors.provider.as_ref();
        let door = door.filter(|door| begun.issuer.as_deref() == Some(door.issuer()));
        let person = door.ok_or_else(over)?.person(begun, code, verifier).await?;
        let now = self.app.now();
        self.app.write(move |tx| provider::welcome(tx, &person, now)).await
    }

    async fn keep(&self, state: &str, begun: Begun) -> Result<()> {
        let (hash, now) = (proof::hash(state), self.app.now());
        self.app.write(move |tx| Ok(sign_ins::insert(tx, &hash, &begun, now)?)).await
    }

    async fn take(&self, state: &str) -> Result<Begun> {
        let (hash, now) = (proof::hash(state), self.app.now());
        let begun = self.app.write(move |tx| Ok(sign_ins::take(tx, &hash, now)?)).await?;
        begun.ok_or_else(over)
    }

    fn now(&self) -> Instant {
        self.app.now()
    }
}

/// Makes this a sign-in through the provider. A client without a PKCE challenge gets one of the
/// server's.
async fn through(door: &provider::Door, state: &str, begun: &mut Begun) -> Result<String> {
    begun.issuer = Some(door.issuer().to_owned());
    begun.nonce = Some(proof::random()?);
    let challenge = if let Some(challenge) = &begun.challenge {
        challenge.clone()
    } else {
        let verifier = proof::random()?;
        let challenge = proof::challenge(&verifier);
        begun.verifier = Some(verifier);
        challenge
    };
    door.url(state.to_owned(), begun, challenge).await
}

/// Who gave the right password here, if the code is theirs.
fn granted(begun: &Begun, code: &str) -> Result<UserId> {
    let wrong = || Error::Unclear("this code is not valid".to_owned());
    let (user, code_hash) = begun.user.zip(begun.code_hash.as_ref()).ok_or_else(wrong)?;
    if !bool::from(proof::hash(code).ct_eq(code_hash)) {
        return Err(wrong());
    }
    Ok(user)
}

/// Whoever ends the sign-in must be who began it.
fn prove(begun: &Begun, verifier: Option<&str>) -> Result<()> {
    let Some(challenge) = &begun.challenge else { return Ok(()) };
    let made = verifier.map(proof::challenge).unwrap_or_default();
    if bool::from(made.as_bytes().ct_eq(challenge.as_bytes())) {
        Ok(())
    } else {
        Err(Error::Unclear("code_verifier does not go with the code_challenge".to_owned()))
    }
}

fn over() -> Error {
    Error::Unclear("this sign-in is unknown, over, or was used before: begin again".to_owned())
}
