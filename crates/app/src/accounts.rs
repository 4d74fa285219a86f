//! Accounts: the first start, and what a person may know of their own.

use std::time::Duration;

use model::{Actions, ApiKey, ApiKeyId, Instant, Name, Preferences, Scope, User, UserId};
use store::db::{self, Tx};
use store::{jobs, keys, users};
use uuid::Uuid;

use crate::{App, Error, Result, Viewer, credentials};

/// How long the making of the owner may take, in seconds.
const FIRST_LEASE: i64 = 10;
/// How often the others look.
const WHILE_OTHERS_START: Duration = Duration::from_millis(100);

/// A new account and the one key that opens it.
#[derive(Debug)]
pub struct NewAccount {
    /// The account.
    pub user: UserId,
    /// Full access; shown this once.
    pub api_key: String,
}

impl App {
    /// The viewer's own account (contract 13).
    pub async fn me(&self, viewer: Viewer) -> Result<User> {
        self.read(move |conn| {
            users::get(conn, viewer.user)?
                .ok_or(Error::Unauthenticated("this account no longer exists"))
        })
        .await
    }

    /// At the very first start: the owner, their library and a full-access key. `save` puts the key
    /// where its owner finds it, before it opens anything: so no crash leaves an owner without key.
    /// Does nothing when there is an owner already.
    pub async fn create_owner<E: std::error::Error + Send + Sync + 'static>(
        &self,
        save: impl FnOnce(&str) -> Result<(), E> + Send,
    ) -> Result<()> {
        let me = Uuid::new_v4();
        while self.read(|conn| Ok(users::owner(conn)?)).await?.is_none() {
            if self.takes_first_start(me).await? {
                return self.make_owner(me, save).await;
            }
            tokio::time::sleep(WHILE_OTHERS_START).await;
        }
        Ok(())
    }

    /// Of several processes that start at once on an empty database, one makes the owner.
    async fn takes_first_start(&self, me: Uuid) -> Result<bool> {
        let now = self.now();
        self.write(move |tx| {
            jobs::announce(tx, &[jobs::FIRST_START], now)?;
            let taken = jobs::take(tx, jobs::FIRST_START, me, now, now.plus_seconds(FIRST_LEASE))?;
            Ok(taken.is_some() && users::owner(tx)?.is_none())
        })
        .await
    }

    async fn make_owner<E: std::error::Error + Send + Sync + 'static>(
        &self,
        me: Uuid,
        save: impl FnOnce(&str) -> Result<(), E> + Send,
    ) -> Result<()> {
        let now = self.now();
        let minted = credentials::mint()?;
        save(&minted.1).map_err(|err| Error::Unexpected(err.into()))?;
        self.write(move |tx| {
            // Who was too slow leaves it to the one who has it now, whose key is saved by now.
            if jobs::renew(tx, jobs::FIRST_START, me, now, now)? && users::owner(tx)?.is_none() {
                create(tx, None, true, &minted, now)?;
            }
            Ok(jobs::put_down(tx, jobs::FIRST_START, me, now)?)
        })
        .await
    }

    /// Another account with a library of its own (contract OP-12).
    pub async fn create_user(&self, email: String) -> Result<NewAccount> {
        let now = self.now();
        let minted = credentials::mint()?;
        let email = address(&email)?;
        self.write(move |tx| create(tx, Some(email.clone()), false, &minted, now)).await
    }

    /// Gives the account with the address `of`, or the owner, another address.
    pub async fn set_email(&self, of: Option<String>, email: String) -> Result<()> {
        let (user, email, now) = (self.account(of).await?.id, address(&email)?, self.now());
        self.write(move |tx| users::set_email(tx, user, &email, now).map_err(taken)).await
    }

    /// Another full-access key of the account with this address, or of the owner.
    pub async fn create_key_for(&self, email: Option<String>, name: &str) -> Result<String> {
        let name = Name::new(name).map_err(|err| Error::Invalid("name", err.to_string()))?;
        let user = self.account(email).await?;
        let viewer = Viewer {
            user: user.id,
            actions: Actions::ALL,
            scope: Scope::All,
            credential: crate::Credential::Session,
        };
        Ok(self.create_key(viewer, name, Actions::ALL, Scope::All).await?.token)
    }

    /// A session of the account with this address, or of the owner.
    pub async fn sign_in(&self, email: Option<String>) -> Result<String> {
        let user = self.account(email).await?;
        Ok(self.session(user.id))
    }

    pub(crate) async fn account(&self, email: Option<String>) -> Result<User> {
        self.read(move |conn| {
            let user = match &email {
                Some(email) => users::with_email(conn, &email.to_lowercase())?,
                None => users::owner(conn)?,
            };
            user.ok_or_else(|| Error::NotFound("there is no such account".to_owned()))
        })
        .await
    }
}

/// An e-mail address as it is kept and compared: in lower case.
pub(crate) fn address(text: &str) -> Result<String> {
    let email = text.trim().to_lowercase();
    let is_address = email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !email.contains(char::is_whitespace)
    });
    if !is_address || email.len() > 254 {
        return Err(Error::Invalid("email", format!("\"{email}\" is no e-mail address")));
    }
    Ok(email)
}

fn taken(err: db::Error) -> Error {
    match err {
        db::Error::Conflict(_) => Error::Conflict("this e-mail address has an account".to_owned()),
        other => other.into(),
    }
}

/// What a new account is known by.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// As [`address`] gives it.
    pub(crate) email: Option<String>,
    pub(crate) first: Option<String>,
    pub(crate) last: Option<String>,
}

fn create(
    tx: &mut Tx<'_>,
    email: Option<String>,
    is_superuser: bool,
    (key_id, token, hash): &(ApiKeyId, String, Vec<u8>),
    now: Instant,
) -> Result<NewAccount> {
    let user = open(tx, Names { email, ..Names::default() }, is_superuser, now)?;
    let key = ApiKey {
        id: *key_id,
        user_id: user.id,
        name: "First key".to_owned(),
        actions: Actions::ALL,
        scope: Scope::All,
        created_at: now,
        last_used_at: None,
        is_active: true,
    };
    keys::insert(tx, &key, hash)?;
    Ok(NewAccount { user: user.id, api_key: token.clone() })
}

/// A new account with a library of its own (contract OP-12).
pub(crate) fn open(
    tx: &mut Tx<'_>,
    names: Names,
    is_superuser: bool,
    now: Instant,
) -> Result<User> {
    let user = User {
        id: UserId::generate(),
        email: names.email,
        first_name: names.first,
        last_name: names.last,
        is_active: true,
        is_superuser,
        storage_limit_bytes: None,
        storage_used_bytes: 0,
        preferences: Preferences::default(),
        created_at: now,
        updated_at: now,
    };
    users::insert(tx, &user).map_err(taken)?;
    crate::libraries::insert_default(tx, user.id, now)?;
    Ok(user)
}
