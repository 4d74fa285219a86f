//! Sign-ins between their beginning and their end.

use model::{Instant, UserId};

use crate::db::{Conn, FromRow, Result, Row, Tx};

const COLUMNS: &str =
    "redirect_uri, challenge, issuer, nonce, verifier, user_id, code_hash, expires_at";

/// A sign-in that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Where the browser goes in the end.
    pub redirect_uri: String,
    /// The client's PKCE challenge.
    pub challenge: Option<String>,
    /// The provider; `None` when this server asks for a password itself.
    pub issuer: Option<String>,
    /// What the provider's token must repeat.
    pub nonce: Option<String>,
    /// This server's own PKCE verifier, when the client has none.
    pub verifier: Option<String>,
    /// Who gave the right password.
    pub user: Option<UserId>,
    /// The hash of the code they got for it.
    pub code_hash: Option<Vec<u8>>,
    /// When it is too late to finish.
    pub expires_at: Instant,
}

impl FromRow for Begun {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            redirect_uri: row.take()?,
            challenge: row.take()?,
            issuer: row.take()?,
            nonce: row.take()?,
            verifier: row.take()?,
            user: row.take()?,
            code_hash: row.take()?,
            expires_at: row.take()?,
        })
    }
}

/// How many sign-ins may be open. Anybody can begin one, so what they take is bounded: beyond it
/// the oldest are forgotten, and whoever was about to finish one begins again.
const MOST_OPEN: i64 = 10_000;

/// Adds a sign-in and forgets those that were never finished.
pub fn insert(tx: &mut Tx<'_>, state_hash: &[u8], begun: &Begun, now: Instant) -> Result<()> {
    forget(tx, now, MOST_OPEN)?;
    tx.execute(
        &format!(
            "insert into sign_ins ({COLUMNS}, state_hash)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        &[
            &begun.redirect_uri,
            &begun.challenge,
            &begun.issuer,
            &begun.nonce,
            &begun.verifier,
            &begun.user,
            &begun.code_hash,
            &begun.expires_at,
            &state_hash,
        ],
    )?;
    Ok(())
}

/// Forgets what is over, and the oldest so that fewer than `most` are left.
fn forget(tx: &mut Tx<'_>, now: Instant, most: i64) -> Result<()> {
    tx.execute("delete from sign_ins where expires_at <= $1", &[&now])?;
    tx.execute(
        "delete from sign_ins where expires_at <= (
             select expires_at from sign_ins order by expires_at desc limit 1 offset $1)",
        &[&(most - 1)],
    )?;
    Ok(())
}

/// The sign-in with this state, if it may still be finished.
pub fn get(conn: &mut Conn, state_hash: &[u8], now: Instant) -> Result<Option<Begun>> {
    let sql = format!("select {COLUMNS} from sign_ins where state_hash = $1 and expires_at > $2");
    conn.one(&sql, &[&state_hash, &now])
}

/// Takes the sign-in with this state away: a state is good for one time.
pub fn take(tx: &mut Tx<'_>, state_hash: &[u8], now: Instant) -> Result<Option<Begun>> {
    let sql = format!("delete from sign_ins where state_hash = $1 returning {COLUMNS}");
    let begun: Option<Begun> = tx.one(&sql, &[&state_hash])?;
    Ok(begun.filter(|begun| begun.expires_at > now))
}

/// Notes who gave the right password, once. False when the sign-in is over, or was granted before.
pub fn grant(
    tx: &mut Tx<'_>,
    state_hash: &[u8],
    user: UserId,
    code_hash: &[u8],
    now: Instant,
) -> Result<bool> {
    let changed = tx.execute(
        "update sign_ins set user_id = $2, code_hash = $3
         where state_hash = $1 and expires_at > $4 and code_hash is null",
        &[&state_hash, &user, &code_hash, &now],
    )?;
    Ok(changed == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Error;
    use crate::on_both_engines;

    const START: Instant = Instant::from_micros(0);

    fn begun(expires_at: Instant) -> Begun {
        Begun {
            redirect_uri: "app://back".to_owned(),
            challenge: None,
            issuer: None,
            nonce: None,
            verifier: None,
            user: None,
            code_hash: None,
            expires_at,
        }
    }

    on_both_engines! {
        async fn the_oldest_are_forgotten_when_too_many_are_open(db: Db) {
            let open = db.write(|tx| {
                for number in 1..=5_u8 {
                    let ends = START.plus_seconds(i64::from(number));
                    insert(tx, &[number], &begun(ends), START)?;
                }
                forget(tx, START, 3)?;
                let mut open = Vec::new();
                for number in 1..=5_u8 {
                    if get(tx, &[number], START)?.is_some() { open.push(number); }
                }
                Ok::<_, Error>(open)
            });
            assert_eq!(open.await.unwrap(), [4, 5]);
        }
    }
}
