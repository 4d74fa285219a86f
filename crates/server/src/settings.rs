//! What can be set, and where each value came from: flag, environment, file, default, in this
//! order.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use api::Origins;
use model::RateLimit;
use store::blobs::StorageUrl;
use store::db::DatabaseUrl;

use crate::commands::Flags;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Flag,
    Environment(String),
    File(PathBuf),
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    All,
    Api,
    Worker,
}

/// Every setting, checked.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) data_dir: PathBuf,
    pub(crate) secrets_dir: PathBuf,
    pub(crate) listen: String,
    pub(crate) metrics_listen: Option<String>,
    pub(crate) public_url: Option<String>,
    pub(crate) database_url: String,
    pub(crate) storage_url: String,
    /// `None`: nothing is kept beside a bucket.
    pub(crate) storage_cache_bytes: Option<u64>,
    pub(crate) origins: Origins,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) provider: Option<oidc::Settings>,
    pub(crate) session_seconds: i64,
    pub(crate) role: Role,
    pub(crate) log: String,
    pub(crate) log_is_json: bool,
    pub(crate) workers: usize,
    pub(crate) uploads: usize,
    pub(crate) picture_bytes: u64,
    /// The program, by name or path.
    pub(crate) ffmpeg: String,
    /// `None`: things stay in the trash until somebody removes them.
    pub(crate) trash_days: Option<u32>,
    pub(crate) scrub_days: Option<u32>,
    /// Variables that are named like a setting, and are none: perhaps one is misspelt.
    pub(crate) strange: Vec<String>,
    shown: Vec<(&'static str, String, Source)>,
}

/// Finds one value after the other and remembers where it was found.
struct Finder<'a> {
    file: BTreeMap<String, toml::Value>,
    path: PathBuf,
    environment: &'a dyn Fn(&str) -> Option<String>,
    shown: Vec<(&'static str, String, Source)>,
}

impl Settings {
    /// Reads flags, environment and file.
    pub(crate) fn find(flags: &Flags) -> anyhow::Result<Self> {
        let found = Self::find_in(flags, &|name| {
            std::env::var(name).ok().filter(|value| !value.is_empty())
        });
        let variables = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        Ok(found?.beside(variables))
    }

    /// With these variables in the environment.
    fn beside(self, variables: impl Iterator<Item = String>) -> Self {
        let is_strange = |name: &String| {
            let setting = name.strip_prefix("HELIOGRAPH_").map(str::to_lowercase);
            setting.is_some_and(|setting| {
                setting != "config" && self.shown.iter().all(|(known, ..)| *known != setting)
            })
        };
        Self { strange: variables.filter(is_strange).collect(), ..self }
    }

    fn find_in(
        flags: &Flags,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> anyhow::Result<Self> {
        let named = flags.config.clone().or_else(|| environment("HELIOGRAPH_CONFIG"));
        let path = named.as_deref().map_or_else(|| PathBuf::from("heliograph.toml"), PathBuf::from);
        let mut finder =
            Finder { file: read(&path, named.is_some())?, path, environment, shown: Vec::new() };
        let data_dir = PathBuf::from(finder.text("data_dir", flags.data_dir.as_ref(), data_dir)?);
        let listen =
            finder.text("listen", flags.listen.as_ref(), || Ok("127.0.0.1:8000".to_owned()))?;
        let public_url =
            finder.text("public_url", flags.public_url.as_ref(), || Ok(String::new()))?;
        let inside = |name: &str| Ok(data_dir.join(name).display().to_string());
        let metrics_listen =
            finder.text("metrics_listen", flags.metrics_listen.as_ref(), || Ok(String::new()))?;
        let database_url =
            finder.text("database_url", flags.database_url.as_ref(), || inside("heliograph.db"))?;
        let secrets_dir =
            finder.text("secrets_dir", flags.secrets_dir.as_ref(), || inside("secrets"))?;
        let storage_url =
            finder.text("storage_url", flags.storage_url.as_ref(), || inside("objects"))?;
        let cache =
            finder.text("storage_cache", flags.storage_cache.as_ref(), || Ok("2048".to_owned()))?;
        let origins =
            finder.text("cors_origins", flags.cors_origins.as_ref(), || Ok(String::new()))?;
        let rate = finder.text("rate_limit", flags.rate_limit.as_ref(), || Ok("off".to_owned()))?;
        let provider = finder.provider(flags)?;
        let redirects =
            finder.text("redirect_uris", flags.redirect_uris.as_ref(), || Ok(String::new()))?;
        let lifetime = finder
            .text("session_lifetime", flags.session_lifetime.as_ref(), || Ok("7d".to_owned()))?;
        let role = finder.text("role", flags.role.as_ref(), || Ok("all".to_owned()))?;
        let log = finder.text("log", flags.log.as_ref(), || Ok("info".to_owned()))?;
        let format =
            finder.text("log_format", flags.log_format.as_ref(), || Ok("text".to_owned()))?;
        let workers = finder.text("workers", flags.workers.as_ref(), || Ok(hands().to_string()))?;
        let uploads = finder.text("uploads", flags.uploads.as_ref(), || Ok("64".to_owned()))?;
        let memory = finder
            .text("picture_memory", flags.picture_memory.as_ref(), || Ok("512".to_owned()))?;
        let ffmpeg = finder.text("ffmpeg", flags.ffmpeg.as_ref(), || Ok("ffmpeg".to_owned()))?;
        let trash_days =
            finder.text("trash_days", flags.trash_days.as_ref(), || Ok("90".to_owned()))?;
        let scrub_days =
            finder.text("scrub_days", flags.scrub_days.as_ref(), || Ok("30".to_owned()))?;
        finder.refuse_unknown()?;
        let is_base = |url: &str| url.starts_with("http://") || url.starts_with("https://");
        if !public_url.is_empty() && !is_base(&public_url) {
            bail!("public_url is {public_url:?}, but has to begin with http:// or https://");
        }
        Ok(Self {
            data_dir,
            secrets_dir: secrets_dir.into(),
            listen,
            metrics_listen: Some(metrics_listen).filter(|address| !address.is_empty()),
            public_url: Some(public_url.trim_end_matches('/').to_owned())
                .filter(|url| !url.is_empty()),
            database_url,
            storage_url,
            storage_cache_bytes: Some(
                (count("storage_cache", &cache, 0..=1_048_576)? as u64) << 20,
            )
            .filter(|bytes| *bytes > 0),
            origins: Origins::parse(&origins).context("read the setting cors_origins")?,
            rate_limit: rate_limit(&rate)?,
            provider,
            redirect_uris: redirect_uris(&redirects)?,
            session_seconds: seconds("session_lifetime", &lifetime)?,
            role: match role.as_str() {
                "all" => Role::All,
                "api" => Role::Api,
                "worker" => Role::Worker,
                _ => bail!("role is {role:?}, but has to be all, api or worker"),
            },
            log,
            log_is_json: match format.as_str() {
                "text" => false,
                "json" => true,
                _ => bail!("log_format is {format:?}, but has to be text or json"),
            },
            workers: count("workers", &workers, 1..=64)?,
            uploads: count("uploads", &uploads, 1..=1024)?,
            picture_bytes: (count("picture_memory", &memory, 16..=65_536)? as u64) << 20,
            ffmpeg,
            trash_days: days("trash_days", &trash_days)?,
            scrub_days: days("scrub_days", &scrub_days)?,
            strange: Vec::new(),
            shown: finder.shown,
        })
    }

    /// Whether nobody has set it.
    pub(crate) fn is_default(&self, name: &str) -> bool {
        self.shown.iter().any(|(shown, _, source)| *shown == name && *source == Source::Default)
    }

    /// Every setting on a line of its own. Passwords in URLs are hidden.
    pub(crate) fn describe(&self) -> String {
        let mut text = String::new();
        for (name, value, source) in &self.shown {
            let value = match (*name, value.as_str()) {
                ("public_url", "") => format!("http://{}", self.listen),
                ("database_url", value) => value.parse::<DatabaseUrl>().map_or_else(
                    |_| "not shown, since it cannot be read".to_owned(),
                    |url| url.to_string(),
                ),
                ("storage_url", value) if value.parse::<StorageUrl>().is_err() => {
                    "not shown, since it cannot be read".to_owned()
                }
                (_, value) => without_account(value),
            };
            // Writing into a String cannot fail.
            let _ = writeln!(text, "{name:<23} {value}  ({source})");
        }
        for name in &self.strange {
            let _ = writeln!(text, "{name} is no setting, and is ignored");
        }
        text.trim_end().to_owned()
    }
}

impl Finder<'_> {
    fn text(
        &mut self,
        name: &'static str,
        flag: Option<&String>,
        default: impl FnOnce() -> anyhow::Result<String>,
    ) -> anyhow::Result<String> {
        let variable = format!("HELIOGRAPH_{}", name.to_uppercase());
        let in_file = self.file.remove(name);
        let (value, source) = if let Some(value) = flag {
            (value.clone(), Source::Flag)
        } else if let Some(value) = (self.environment)(&variable) {
            (value, Source::Environment(variable))
        } else if let Some(value) = in_file {
            let text = match value {
                toml::Value::String(text) => text,
                toml::Value::Integer(number) => number.to_string(),
                toml::Value::Array(several) => listed(&several)
                    .with_context(|| format!("{name} in {}", self.path.display()))?,
                other => bail!("{name} in {} cannot be {other}", self.path.display()),
            };
            (text, Source::File(self.path.clone()))
        } else {
            (default()?, Source::Default)
        };
        self.shown.push((name, value.clone(), source));
        Ok(value)
    }

    /// The identity provider, when there is an issuer. A secret is no flag: others see those.
    fn provider(&mut self, flags: &Flags) -> anyhow::Result<Option<oidc::Settings>> {
        let nothing = || Ok(String::new());
        let issuer = self.text("oidc_issuer", flags.oidc_issuer.as_ref(), nothing)?;
        let client_id = self.text("oidc_client_id", flags.oidc_client_id.as_ref(), nothing)?;
        let secret = self.text("oidc_client_secret", None, nothing)?;
        if let Some((_, shown, _)) = self.shown.last_mut()
            && !secret.is_empty()
        {
            "…".clone_into(shown);
        }
        let file = flags.oidc_client_secret_file.as_ref();
        let file = self.text("oidc_client_secret_file", file, nothing)?;
        if issuer.is_empty() {
            return Ok(None);
        }
        if client_id.is_empty() {
            bail!("oidc_issuer needs oidc_client_id");
        }
        let secret = if secret.is_empty() && !file.is_empty() {
            let text = std::fs::read_to_string(&file);
            text.with_context(|| format!("read {file}, named by oidc_client_secret_file"))?
        } else {
            secret
        };
        let secret = Some(secret.trim().to_owned()).filter(|secret| !secret.is_empty());
        Ok(Some(oidc::Settings { issuer, client_id, client_secret: secret }))
    }

    /// A setting nobody knows is a mistake in writing; better said than passed over.
    fn refuse_unknown(&self) -> anyhow::Result<()> {
        match self.file.keys().next() {
            Some(name) => bail!("there is no setting {name:?}, found in {}", self.path.display()),
            None => Ok(()),
        }
    }
}

fn read(path: &Path, is_named: bool) -> anyhow::Result<BTreeMap<String, toml::Value>> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            toml::from_str(&text).with_context(|| format!("read settings in {}", path.display()))
        }
        Err(err) if err.kind() == std::io::ErrorKind::NotFound && !is_named => Ok(BTreeMap::new()),
        Err(err) => Err(err).with_context(|| format!("open {}", path.display())),
    }
}

/// A list of texts, as it is written outside the file: with commas between.
fn listed(several: &[toml::Value]) -> anyhow::Result<String> {
    let texts = several.iter().map(|one| one.as_str().context("a list holds texts only"));
    Ok(texts.collect::<anyhow::Result<Vec<_>>>()?.join(","))
}

fn rate_limit(text: &str) -> anyhow::Result<Option<RateLimit>> {
    let numbers: Vec<u32> = match text {
        "off" => return Ok(None),
        "on" => return Ok(Some(RateLimit::USUAL)),
        _ => text.split(':').map(str::parse).collect::<Result<_, _>>().unwrap_or_default(),
    };
    match numbers[..] {
        [capacity, refill_per_second, upload_cost] if numbers.iter().all(|&n| n > 0) => {
            Ok(Some(RateLimit { capacity, refill_per_second, upload_cost }))
        }
        _ => bail!(
            "rate_limit is {text:?}, but has to be off, on or three numbers such as 400:100:20"
        ),
    }
}

/// Addresses with a scheme, an app's own as well; a code must not get into a fragment.
fn redirect_uris(text: &str) -> anyhow::Result<Vec<String>> {
    let uris = text.split(',').map(str::trim).filter(|uri| !uri.is_empty());
    uris.map(|uri| {
        let is_scheme = |scheme: &str| {
            scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        };
        let is_one = uri.split_once(':').is_some_and(|(scheme, rest)| {
            is_scheme(scheme) && !rest.is_empty() && !["javascript", "data"].contains(&scheme)
        });
        if is_one && uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"#;'\"<>".contains(&byte)) {
            Ok(uri.to_owned())
        } else {
            bail!("redirect_uris has {uri:?}, which is no address such as https://photos.example.org/in")
        }
    })
    .collect()
}

/// `90s`, `30m`, `12h` or `7d`.
fn seconds(name: &str, text: &str) -> anyhow::Result<i64> {
    let units = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)];
    let found = units.iter().find_map(|&(unit, seconds)| {
        let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(seconds).filter(|total| (1..=366 * 86_400).contains(total))
    });
    found.with_context(|| format!("{name} is {text:?}, but has to be a time such as 12h or 7d"))
}

fn data_dir() -> anyhow::Result<String> {
    let folders = directories::ProjectDirs::from("", "", "heliograph")
        .context("there is no home folder: name a data folder with --data-dir")?;
    Ok(folders.data_dir().display().to_string())
}

/// One more than there are cores: while one waits for the disk, the others have them all.
fn hands() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from) + 1
}

fn count(name: &str, text: &str, range: std::ops::RangeInclusive<usize>) -> anyhow::Result<usize> {
    text.parse().ok().filter(|count| range.contains(count)).with_context(|| {
        format!("{name} is {text:?}, but has to be {} to {}", range.start(), range.end())
    })
}

/// A number of days; 0 is never.
fn days(name: &str, text: &str) -> anyhow::Result<Option<u32>> {
    let days = count(name, text, 0..=36_500)?;
    Ok(u32::try_from(days).ok().filter(|days| *days > 0))
}

/// A URL without what stands before its host: there may be a password in it.
fn without_account(value: &str) -> String {
    let hidden = |(scheme, rest): (&str, &str)| {
        rest.rsplit_once('@').map(|(_, place)| format!("{scheme}://***@{place}"))
    };
    value.split_once("://").and_then(hidden).unwrap_or_else(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(flags: &Flags, environment: &[(&str, &str)]) -> anyhow::Result<Settings> {
        let environment: BTreeMap<String, String> =
            environment.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Settings::find_in(flags, &|name| environment.get(name).cloned())
    }

    #[test]
    fn a_flag_wins_over_the_environment_and_that_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        std::fs::write(&path, "listen = \"file:1\"\nrole = \"api\"\nworkers = 3\n").unwrap();
        let config = Some(path.display().to_string());
        let flags = Flags { config, listen: Some("flag:1".into()), ..Flags::default() };
        let settings =
            find(&flags, &[("HELIOGRAPH_LISTEN", "env:1"), ("HELIOGRAPH_ROLE", "worker")]).unwrap();
        assert_eq!((settings.listen.as_str(), settings.role), ("flag:1", Role::Worker));
        assert_eq!(settings.workers, 3);
        let shown = settings.describe();
        assert!(shown.contains("listen                  flag:1  (flag)"), "{shown}");
        assert!(shown.contains("(environment HELIOGRAPH_ROLE)"), "{shown}");
        assert!(shown.contains("log                     info  (default)"), "{shown}");
    }

    #[test]
    fn mistakes_are_said() {
        for (name, value) in [
            ("ROLE", "both"),
            ("WORKERS", "0"),
            ("LOG_FORMAT", "xml"),
            ("PUBLIC_URL", "photos"),
            ("STORAGE_CACHE", "2 GB"),
        ] {
            let err = find(&Flags::default(), &[(&format!("HELIOGRAPH_{name}"), value)]);
            assert!(err.unwrap_err().to_string().contains("has to be"), "{name}");
        }
        let missing = Flags { config: Some("/nowhere/x.toml".into()), ..Flags::default() };
        assert!(find(&missing, &[]).is_err());
    }

    #[test]
    fn lists_and_rates_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        std::fs::write(&path, "cors_origins = [\"https://a.example\", \"http://b:1\"]").unwrap();
        let flags = Flags { config: Some(path.display().to_string()), ..Flags::default() };
        let settings = find(&flags, &[("HELIOGRAPH_RATE_LIMIT", "5:2:3")]).unwrap();
        assert_eq!(settings.origins, Origins::parse("https://a.example,http://b:1").unwrap());
        let rate = RateLimit { capacity: 5, refill_per_second: 2, upload_cost: 3 };
        assert_eq!(settings.rate_limit, Some(rate));
        let plain = find(&flags, &[("HELIOGRAPH_REDIRECT_URIS", "app.photos:/in, http://b/?c")]);
        let plain = plain.unwrap();
        assert_eq!((plain.rate_limit, plain.session_seconds), (None, 604_800));
        assert_eq!(plain.redirect_uris, ["app.photos:/in", "http://b/?c"]);
        for (name, value) in [
            ("HELIOGRAPH_RATE_LIMIT", "5:2"),
            ("HELIOGRAPH_RATE_LIMIT", "5:0:1"),
            ("HELIOGRAPH_RATE_LIMIT", "5:2:x:1"),
            ("HELIOGRAPH_CORS_ORIGINS", "photos"),
            ("HELIOGRAPH_REDIRECT_URIS", "https://a.example/in,photos"),
            ("HELIOGRAPH_REDIRECT_URIS", "https://a.example/#in"),
            ("HELIOGRAPH_REDIRECT_URIS", "javascript:alert(1)"),
            ("HELIOGRAPH_SESSION_LIFETIME", "7"),
            ("HELIOGRAPH_SESSION_LIFETIME", "0s"),
            ("HELIOGRAPH_SESSION_LIFETIME", "-1d"),
        ] {
            assert!(find(&flags, &[(name, value)]).is_err(), "{value}");
        }
    }

    #[test]
    fn a_provider_needs_a_client_and_keeps_its_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "s3cret\n").unwrap();
        let issuer = ("HELIOGRAPH_OIDC_ISSUER", "https://id.example");
        let client = ("HELIOGRAPH_OIDC_CLIENT_ID", "photos");
        let file = path.display().to_string();
        for secret in [
            ("HELIOGRAPH_OIDC_CLIENT_SECRET", "s3cret"),
            ("HELIOGRAPH_OIDC_CLIENT_SECRET_FILE", file.as_str()),
        ] {
            let settings = find(&Flags::default(), &[issuer, client, secret]).unwrap();
            assert!(!settings.describe().contains("s3cret"));
            assert!(!format!("{settings:?}").contains("s3cret"));
            assert_eq!(settings.provider.unwrap().client_secret.as_deref(), Some("s3cret"));
        }
        let public = find(&Flags::default(), &[issuer, client]).unwrap();
        assert_eq!(public.provider.unwrap().client_secret, None);
        assert!(find(&Flags::default(), &[issuer]).is_err());
        assert!(find(&Flags::default(), &[client]).unwrap().provider.is_none());
    }

    #[test]
    fn a_variable_that_is_no_setting_is_named() {
        let names = ["HELIOGRAPH_WORKER", "HELIOGRAPH_WORKERS", "HELIOGRAPH_CONFIG", "PATH"];
        let settings = find(&Flags::default(), &[]).unwrap();
        let settings = settings.beside(names.into_iter().map(str::to_owned));
        assert_eq!(settings.strange, ["HELIOGRAPH_WORKER"]);
        assert!(settings.describe().ends_with("HELIOGRAPH_WORKER is no setting, and is ignored"));
    }

    #[test]
    fn a_password_is_never_shown() {
        for url in [
            "postgres://kim:pw@db/photos",
            "postgres://db/photos?user=kim&password=pw",
            "postgres://kim:p@pw@db/photos",
            "postgre://kim:pw@db/photos",
            "postgres:kim:pw@db/photos",
            "kim:pw@db/photos",
            "host=db user=kim password=pw",
            "postgres://kim:pw",
        ] {
            let settings = find(&Flags::default(), &[("HELIOGRAPH_DATABASE_URL", url)]);
            let shown = settings.unwrap().describe();
            assert!(!shown.contains("pw"), "{shown}");
            assert!(shown.contains("database_url"), "{shown}");
        }
        for url in ["s3://kim:pw@bucket", "s3://bucket?endpoint=https://kim:pw@s3.example.org"] {
            let shown = find(&Flags::default(), &[("HELIOGRAPH_STORAGE_URL", url)]);
            let shown = shown.unwrap().describe();
            assert!(!shown.contains("pw") && shown.contains("not shown"), "{shown}");
        }
    }
}
