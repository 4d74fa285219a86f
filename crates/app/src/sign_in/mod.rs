//! How a person comes in (contract 15, OP-34).
//!
//! A client asks for a URL ([`SignIn::begin`]), a browser goes there and comes back with a code,
//! and the client changes the code for a session ([`SignIn::exchange`]). What was begun is a row
//! with a state that is good for one time, so any process may finish it.

mod guard;
mod password;
mod proof;

pub use password::Granted;

use std::sync::Arc;

use model::{Instant, User, UserId};
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
    redirect_uris: Vec<String>,
    guard: guard::Guard,
    hashing: password::Hashing,
}

/// Where a browser is to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
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
    /// The ways into `app`. A browser is sent back only to one of `redirect_uris`, to the letter.
    pub fn new(app: App, redirect_uris: Vec<String>) -> Self {
        let (guard, hashing) = (guard::Guard::default(), password::Hashing::default());
        Self { app, doors: Arc::new(Doors { redirect_uris, guard, hashing }) }
    }

    /// Begins a sign-in. `challenge` is the client's own (PKCE, S256).
    pub async fn begin(&self, redirect_uri: String, challenge: Option<String>) -> Result<Way> {
        if !self.has_passwords().await? {
            return Err(CLOSED);
        }
        if !self.doors.redirect_uris.contains(&redirect_uri) {
            return Err(Error::Unclear("this redirect_uri is not registered here".to_owned()));
        }
        let state = proof::random()?;
        let begun = Begun {
            redirect_uri,
            challenge,
            issuer: None,
            nonce: None,
            verifier: None,
            user: None,
            code_hash: None,
            expires_at: self.app.now().plus_seconds(PATIENCE),
        };
        self.keep(&state, begun).await?;
        Ok(Way::Page(state))
    }

    /// Ends a sign-in: a session for whoever it was. The state is used up, however it ends.
    pub async fn exchange(&self, returned: Return) -> Result<SignedIn> {
        let begun = self.take(returned.state.as_deref()).await?;
        if let Some(error) = returned.error {
            return Err(Error::Unclear(format!("the sign-in was given up: {error}")));
        }
        let code = returned.code.ok_or_else(|| Error::Unclear("code is missing".to_owned()))?;
        let user = granted(&begun, &code, returned.verifier.as_deref())?;
        let user = self.app.read(move |conn| Ok(users::get(conn, user)?)).await?;
        let user = user.ok_or(Error::Unauthenticated("this account no longer exists"))?;
        Ok(SignedIn { token: self.app.session(user.id), user })
    }

    /// Whether this server asks for passwords at all.
    pub async fn has_passwords(&self) -> Result<bool> {
        self.app.read(|conn| Ok(store::passwords::any(conn)?)).await
    }

    async fn keep(&self, state: &str, begun: Begun) -> Result<()> {
        let (hash, now) = (proof::hash(state), self.app.now());
        self.app.write(move |tx| Ok(sign_ins::insert(tx, &hash, &begun, now)?)).await
    }

    async fn take(&self, state: Option<&str>) -> Result<Begun> {
        let state = state.ok_or_else(|| Error::Unclear("state is missing".to_owned()))?;
        let (hash, now) = (proof::hash(state), self.app.now());
        let begun = self.app.write(move |tx| Ok(sign_ins::take(tx, &hash, now)?)).await?;
        begun.ok_or_else(over)
    }

    fn now(&self) -> Instant {
        self.app.now()
    }
}

/// Who gave the right password here, if the code and the proof are theirs.
fn granted(begun: &Begun, code: &str, verifier: Option<&str>) -> Result<UserId> {
    let wrong = || Error::Unclear("this code is not valid".to_owned());
    let (user, code_hash) = begun.user.zip(begun.code_hash.as_ref()).ok_or_else(wrong)?;
    if !bool::from(proof::hash(code).ct_eq(code_hash)) {
        return Err(wrong());
    }
    prove(begun, verifier)?;
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
