//! Coming in through an identity provider.

use std::sync::Arc;

use model::{Instant, User};
use oidc::{Beginning, Ending, Person, Provider};
use store::db::Tx;
use store::sign_ins::Begun;
use store::{identities, users};
use tokio::sync::Semaphore;

use crate::accounts::{self, Names};
use crate::{Error, Result};

/// How many wait for the provider at the same time: each takes a thread meanwhile.
const AT_ONCE: usize = 8;
const DOWN: Error = Error::Unavailable("the identity provider does not work, try again");

/// The provider, asked off the threads that answer.
pub(super) struct Door {
    provider: Arc<Provider>,
    places: Semaphore,
}

impl Door {
    pub(super) fn new(provider: Provider) -> Self {
        Self { provider: Arc::new(provider), places: Semaphore::new(AT_ONCE) }
    }

    pub(super) fn issuer(&self) -> &str {
        self.provider.issuer()
    }

    /// Where to send the browser.
    pub(super) async fn url(
        &self,
        state: String,
        begun: &Begun,
        challenge: String,
    ) -> Result<String> {
        let (redirect_uri, nonce) = (begun.redirect_uri.clone(), begun.nonce.clone());
        self.ask(move |provider| {
            provider.authorization_url(&Beginning {
                redirect_uri: &redirect_uri,
                state: &state,
                nonce: nonce.as_deref().unwrap_or_default(),
                challenge: &challenge,
            })
        })
        .await
    }

    /// Who it was.
    pub(super) async fn person(
        &self,
        begun: &Begun,
        code: String,
        verifier: Option<String>,
    ) -> Result<Person> {
        let (redirect_uri, nonce) = (begun.redirect_uri.clone(), begun.nonce.clone());
        let verifier = begun.verifier.clone().or(verifier).unwrap_or_default();
        self.ask(move |provider| {
            provider.redeem(&Ending {
                code: &code,
                redirect_uri: &redirect_uri,
                nonce: nonce.as_deref().unwrap_or_default(),
                verifier: &verifier,
            })
        })
        .await
    }

    /// Where people sign out of the provider, if it says so.
    pub(super) async fn way_out(&self) -> Result<Option<String>> {
        self.ask(Provider::end_session_endpoint).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Provider) -> Result<T, oidc::Error> + Send + 'static,
    ) -> Result<T> {
        let _place = self.places.try_acquire().map_err(|_| DOWN)?;
        let provider = self.provider.clone();
        let asked = tokio::task::spawn_blocking(move || question(&provider)).await;
        match asked.map_err(|err| Error::Unexpected(Box::new(err)))? {
            Ok(answer) => Ok(answer),
            Err(oidc::Error::Refused(why)) => {
                tracing::info!("a sign-in came to nothing: {why}");
                Err(Error::Unclear("the identity provider did not accept this code".to_owned()))
            }
            Err(err @ (oidc::Error::Down(_) | oidc::Error::Unusable(_))) => {
                tracing::warn!("a sign-in could not be checked: {err}");
                Err(DOWN)
            }
        }
    }
}

/// Whose account this is: the one of the identity; else the one with the same verified address, if
/// it has no identity yet; else a new one.
pub(super) fn welcome(tx: &mut Tx<'_>, person: &Person, now: Instant) -> Result<User> {
    if let Some(user) = known(tx, person)? {
        return Ok(user);
    }
    // Somebody may come in for the first time twice at once.
    match tx.attempt(|tx| first_time(tx, person, now)) {
        Err(err @ Error::Conflict(_)) => known(tx, person)?.ok_or(err),
        done => done,
    }
}

fn known(tx: &mut Tx<'_>, person: &Person) -> Result<Option<User>> {
    let gone = Error::Unauthenticated("this identity was deleted here");
    match identities::holder(tx, &person.issuer, &person.subject)? {
        None => Ok(None),
        Some(None) => Err(gone),
        Some(Some(user)) => users::get(tx, user)?.ok_or(gone).map(Some),
    }
}

fn first_time(tx: &mut Tx<'_>, person: &Person, now: Instant) -> Result<User> {
    let email = person.email.as_deref().and_then(|email| accounts::address(email).ok());
    let holder = match &email {
        Some(email) => users::with_email(tx, email)?,
        None => None,
    };
    let user = if let Some(user) = holder {
        // Locked, so that two identities do not get it at once.
        users::lock(tx, user.id)?;
        if !person.email_is_verified || identities::any_of(tx, user.id)? {
            return Err(conflict());
        }
        user
    } else {
        let names = Names {
            // An address that may be another's must not open what that other is given.
            email: email.filter(|_| person.email_is_verified),
            first: person.first_name.clone(),
            last: person.last_name.clone(),
        };
        accounts::open(tx, names, false, now)?
    };
    identities::insert(tx, &person.issuer, &person.subject, user.id, now).map_err(
        |err| match err {
            store::db::Error::Conflict(_) => conflict(),
            other => other.into(),
        },
    )?;
    Ok(user)
}

fn conflict() -> Error {
    Error::Conflict("this e-mail address belongs to another account here".to_owned())
}

#[cfg(test)]
mod tests {
    use store::db::Db;
    use store::{libraries, on_both_engines};

    use super::*;

    const NOW: Instant = Instant::from_micros(1_700_000_000_000_000);

    fn person(subject: &str, email: Option<&str>, email_is_verified: bool) -> Person {
        Person {
            issuer: "https://id.example".to_owned(),
            subject: subject.to_owned(),
            email: email.map(str::to_owned),
            email_is_verified,
            first_name: Some("Kim".to_owned()),
            last_name: None,
        }
    }

    async fn comes(db: &Db, person: Person) -> Result<User> {
        db.write(move |tx| welcome(tx, &person, NOW)).await
    }

    async fn account(db: &Db, email: &str) -> User {
        let email = Some(email.to_owned());
        let open = move |tx: &mut Tx<'_>| {
            accounts::open(tx, Names { email: email.clone(), ..Names::default() }, false, NOW)
        };
        db.write(open).await.unwrap()
    }

    on_both_engines! {
        async fn the_first_time_makes_an_account_with_a_library(db: Db) {
            let user = comes(&db, person("1", Some("Kim@Example.org"), true)).await.unwrap();
            assert_eq!((user.email.as_deref(), user.first_name.as_deref()), (Some("kim@example.org"), Some("Kim")));
            let owned = db.read(move |conn| Ok::<_, Error>(libraries::of_owner(conn, user.id)?)).await.unwrap();
            assert_eq!(owned.len(), 1);
            let renamed = person("1", Some("other@example.org"), true);
            assert_eq!(comes(&db, renamed).await.unwrap().id, user.id, "the subject decides");
            let elsewhere = Person { issuer: "https://other.example".to_owned(), ..person("1", None, false) };
            assert_ne!(comes(&db, elsewhere).await.unwrap().id, user.id);
        }

        async fn a_verified_address_opens_an_account_without_an_identity(db: Db) {
            let kim = account(&db, "kim@example.org").await;
            let refused = comes(&db, person("1", Some("kim@example.org"), false)).await;
            assert!(matches!(refused, Err(Error::Conflict(_))));
            assert_eq!(comes(&db, person("1", Some("KIM@example.org"), true)).await.unwrap().id, kim.id);
            let second = comes(&db, person("2", Some("kim@example.org"), true)).await;
            assert!(matches!(second, Err(Error::Conflict(_))));
            assert_eq!(comes(&db, person("1", None, false)).await.unwrap().id, kim.id);
        }

        async fn an_address_that_nobody_vouches_for_is_not_kept(db: Db) {
            let user = comes(&db, person("1", Some("kim@example.org"), false)).await.unwrap();
            assert_eq!(user.email, None);
            assert_eq!(comes(&db, person("2", Some("nonsense"), true)).await.unwrap().email, None);
        }

        async fn nobody_comes_back_to_an_account_that_is_gone(db: Db) {
            let kim = comes(&db, person("1", Some("kim@example.org"), true)).await.unwrap();
            let gone = move |tx: &mut Tx<'_>| {
                tx.execute("delete from libraries where owner_id = $1", &[&kim.id])?;
                tx.execute("delete from users where id = $1", &[&kim.id])?;
                Ok::<_, Error>(())
            };
            db.write(gone).await.unwrap();
            for _ in 0..2 {
                let refused = comes(&db, person("1", Some("kim@example.org"), true)).await;
                assert!(matches!(refused, Err(Error::Unauthenticated(_))), "{refused:?}");
            }
            comes(&db, person("2", Some("kim@example.org"), true)).await.unwrap();
        }

        async fn two_at_once_are_one(db: Db) {
            let (one, other) = tokio::join!(
                comes(&db, person("1", Some("kim@example.org"), true)),
                comes(&db, person("1", Some("kim@example.org"), true))
            );
            assert_eq!(one.unwrap().id, other.unwrap().id);
        }
    }
}
