//! Where the database is.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use percent_encoding::percent_decode_str;

use crate::plain_path::looks_like_an_account;

/// Where the database is. Printing it never shows a password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// The file of an SQLite database.
    Sqlite(PathBuf),
    /// `postgres://user:password@host:port/database?sslmode=…`, password included.
    ///
    /// `sslmode` means what it means to `libpq`: `disable`; `prefer` (the default: encrypted when
    /// the server can); `require` (encrypted, whoever the server is); `verify-full` (encrypted,
    /// and the certificate names the host and is signed by an authority the machine or the file
    /// of `sslrootcert` trusts). `verify-ca` checks as much as `verify-full`.
    Postgres(String),
}

/// Why a text is no database URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// There is nothing.
    #[error("the database URL is empty")]
    Empty,
    /// Neither SQLite nor PostgreSQL.
    #[error("a database URL begins with sqlite:// or postgres://, or is the path of a file")]
    Scheme,
    /// The path is not UTF-8 once `%xx` is decoded.
    #[error("the path in the database URL is not UTF-8")]
    Path,
}

impl FromStr for DatabaseUrl {
    type Err = UrlError;

    /// Reads `sqlite:///absolute/path`, `sqlite://relative/path` (both percent-decoded), a plain
    /// path (taken as it stands), `postgres://…` or `postgresql://…`.
    fn from_str(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        if rest.is_empty() {
            return Err(UrlError::Empty);
        }
        match scheme {
            // A misspelt one, with its password, is not taken for the name of a file.
            "" if looks_like_a_server(rest) => Err(UrlError::Scheme),
            "" => Ok(Self::Sqlite(rest.into())),
            "sqlite" => {
                let path = percent_decode_str(rest).decode_utf8().map_err(|_| UrlError::Path)?;
                if looks_like_a_server(&path) {
                    return Err(UrlError::Scheme);
                }
                Ok(Self::Sqlite(PathBuf::from(path.as_ref())))
            }
            "postgres" | "postgresql" => Ok(Self::Postgres(text.to_owned())),
            _ => Err(UrlError::Scheme),
        }
    }
}

/// Whether a path is more likely a misspelt URL, or what `libpq` calls a connection string.
fn looks_like_a_server(path: &str) -> bool {
    let begins = |scheme: &str| {
        let rest = path.strip_prefix(scheme);
        rest.is_some_and(|rest| rest.starts_with(':') || rest.starts_with("//"))
    };
    let is_connection_string =
        !path.starts_with(['/', '.']) && path.contains("password") && path.contains('=');
    begins("postgres")
        || begins("postgresql")
        || is_connection_string
        || looks_like_an_account(path)
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_secrets(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Leaves scheme, user, host and database; the password becomes `***`, parameters are dropped
/// because one of them may be a password too. Where it is not sure which is which, nothing stays.
fn without_secrets(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let (who, place) = rest.rsplit_once('@').unwrap_or(("", rest));
    if who.contains(['@', '/', '?']) {
        return format!("{scheme}://***");
    }
    let place = place.split('?').next().unwrap_or_default();
    let port = place.split('/').next().and_then(|host| host.rsplit_once(':'));
    let is_strange = |text: &str| text.contains([';', '#', '%', '=', '@', ' ']);
    if is_strange(place) || is_strange(who.split(':').next().unwrap_or_default()) {
        return format!("{scheme}://***");
    }
    if port
        .is_some_and(|(_, port)| !port.bytes().all(|digit| digit.is_ascii_digit() || digit == b']'))
    {
        return format!("{scheme}://***");
    }
    match who.split_once(':') {
        Some((user, _)) => format!("{scheme}://{user}:***@{place}"),
        None if who.is_empty() => format!("{scheme}://{place}"),
        None => format!("{scheme}://{who}@{place}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, UrlError>) {
        let shown = text.parse::<DatabaseUrl>().map(|url| url.to_string());
        assert_eq!(shown, expected.map(str::to_owned));
    }

    #[test]
    fn every_form_is_read() {
        check("/data/heliograph.db", Ok("sqlite:///data/heliograph.db"));
        check("here%20it is.db", Ok("sqlite://here%20it is.db"));
        check("sqlite:///my%20data/h.db", Ok("sqlite:///my data/h.db"));
        check("sqlite://h.db", Ok("sqlite://h.db"));
        check("postgres://me:secret@h/db", Ok("postgres://me:***@h/db"));
        check("postgres://h/db?sslmode=require", Ok("postgres://h/db"));
        check("postgresql://me@h:5433/db", Ok("postgresql://me@h:5433/db"));
        check("mysql://h/db", Err(UrlError::Scheme));
        check("sqlite://", Err(UrlError::Empty));
        check("", Err(UrlError::Empty));
    }

    #[test]
    fn a_password_is_never_shown() {
        for text in [
            "postgres://me:s3cret@h/db",
            "postgres://me:s3c?ret@s3cret@h/db",
            "postgres://h/db?user=me&password=s3cret",
            "postgres://me@h/db?password=s3cret@x",
            "postgres://h/db;password=s3cret",
            "postgres://me%3As3cret@h/db",
            "postgres://h/db#s3cret",
            "postgres://me:s3cret",
            "postgres:me:s3cret@h/db",
            "host=h password = 's3cret'",
            "sqlite://me:s3cret@h/x",
        ] {
            let said = match text.parse::<DatabaseUrl>() {
                Ok(url) => format!("{url} {url:?}"),
                Err(refused) => format!("{refused} {refused:?}"),
            };
            assert!(!said.contains("s3c"), "{said}");
        }
    }
}
