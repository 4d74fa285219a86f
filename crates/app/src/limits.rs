//! Whoever owns the server looks at accounts, and caps what they store (contract 3.5).

use model::{Library, LibraryId, User};
use store::{libraries, users};

use crate::assets::later_than;
use crate::{App, Error, Result};

/// An account and its libraries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The account.
    pub user: User,
    /// Its libraries, those in the trash included.
    pub libraries: Vec<Library>,
}

impl App {
    /// Every account, oldest first.
    pub async fn all_accounts(&self) -> Result<Vec<Account>> {
        self.read(|conn| {
            let mut all = Vec::new();
            for user in users::all(conn)? {
                let libraries = libraries::of_owner(conn, user.id)?;
                all.push(Account { user, libraries });
            }
            Ok(all)
        })
        .await
    }

    /// Caps the bytes of all libraries of the account with this address, or of the owner; `None`
    /// lifts the cap. What is there already stays, however much it is.
    pub async fn set_account_limit(&self, email: Option<String>, bytes: Option<i64>) -> Result<()> {
        let user = self.account(email).await?.id;
        let now = self.now();
        self.write(move |tx| {
            let found = users::lock(tx, user)?;
            let user =
                found.ok_or_else(|| Error::NotFound("there is no such account".to_owned()))?;
            Ok(users::set_limit(tx, user.id, bytes, later_than(user.updated_at, now))?)
        })
        .await
    }

    /// Caps the bytes of one library; `None` lifts the cap.
    pub async fn set_library_limit(&self, id: LibraryId, bytes: Option<i64>) -> Result<()> {
        let now = self.now();
        self.write(move |tx| {
            let found = libraries::lock(tx, id)?;
            let library =
                found.ok_or_else(|| Error::NotFound(format!("there is no library {id}")))?;
            Ok(libraries::set_limit(tx, id, bytes, later_than(library.updated_at, now))?)
        })
        .await
    }
}
