//! Keys for programs (contract 14). Only a person who signed in manages them.

use model::{Actions, ApiKey, ApiKeyId, Name, Scope};
use store::{db, keys};

use crate::{App, Error, Result, Viewer, access, credentials};

/// A key and its secret, which is shown this once.
#[derive(Debug)]
pub struct NewKey {
    /// The key.
    pub key: ApiKey,
    /// `apikey_…`
    pub token: String,
}

impl App {
    /// The viewer's keys, newest first, revoked ones included.
    pub async fn keys(&self, viewer: Viewer) -> Result<Vec<ApiKey>> {
        self.read(move |conn| Ok(keys::of_user(conn, viewer.user)?)).await
    }

    /// Makes a key. Every selected library must be live and owned or joined by the viewer.
    pub async fn create_key(
        &self,
        viewer: Viewer,
        name: Name,
        actions: Actions,
        scope: Scope,
    ) -> Result<NewKey> {
        let now = self.now();
        let (id, token, hash) = credentials::mint()?;
        let key = ApiKey {
            id,
            user_id: viewer.user,
            name: name.as_str().to_owned(),
            actions,
            scope,
            created_at: now,
            last_used_at: None,
            is_active: true,
        };
        self.write(move |tx| {
            if let Scope::Selected(wanted) = &key.scope {
                let reached = access::readable_libraries(tx, &viewer)?;
                if let Some(missing) = wanted.iter().find(|id| !reached.contains(id)) {
                    return Err(Error::no_library(*missing, viewer.user));
                }
            }
            keys::insert(tx, &key, &hash)?;
            Ok(NewKey { key: key.clone(), token: token.clone() })
        })
        .await
    }

    /// Gives a key another name.
    pub async fn rename_key(&self, viewer: Viewer, id: ApiKeyId, name: Name) -> Result<ApiKey> {
        self.write(move |tx| {
            let mut key = own(tx, &viewer, id)?;
            keys::rename(tx, id, name.as_str())?;
            name.as_str().clone_into(&mut key.name);
            Ok(key)
        })
        .await
    }

    /// Makes a key useless at once; it stays listed as inactive (OP-26).
    pub async fn revoke_key(&self, viewer: Viewer, id: ApiKeyId) -> Result<()> {
        self.write(move |tx| {
            let key = own(tx, &viewer, id)?;
            if !key.is_active {
                return Err(missing());
            }
            Ok(keys::revoke(tx, id)?)
        })
        .await?;
        self.inner.known.forget(id);
        Ok(())
    }
}

fn own(conn: &mut db::Conn, viewer: &Viewer, id: ApiKeyId) -> Result<ApiKey> {
    keys::get(conn, id)?.filter(|key| key.user_id == viewer.user).ok_or_else(missing)
}

fn missing() -> Error {
    Error::NotFound("API key not found".to_owned())
}
