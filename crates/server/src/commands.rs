//! What can be typed.

use std::num::NonZeroUsize;

use clap::{Parser, Subcommand};

use crate::bytes::Limit;

/// A photo library server that people run themselves.
///
/// Takes in photos and videos, keeps the originals untouched, knows when and where each was taken,
/// lets people correct that, and serves it all through the photos API.
#[derive(Debug, Parser)]
#[command(name = "heliograph", version, about, long_about, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) flags: Flags,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  heliograph serve
      Serve the library in the default data folder at http://127.0.0.1:8000
  heliograph --data-dir /srv/photos --listen 0.0.0.0:8000 serve
      Serve another library to the whole network
  heliograph config
      Show every setting and where it came from
  heliograph admin create-user --email kim@example.org
      Open an account and print its key
  heliograph admin set-limit --email kim@example.org 50GB
      Cap what that account stores

Every flag can also be set in the environment (HELIOGRAPH_DATA_DIR for --data-dir) or in
heliograph.toml (data_dir); flags win over the environment, the environment over the file.";

/// What can be set; texts are read later, together with environment and file.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Flags {
    /// Settings file [default: heliograph.toml in the current folder, when it is there]
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<String>,
    /// Where everything is kept [default: the platform's data folder]
    #[arg(long, value_name = "FOLDER", global = true)]
    pub(crate) data_dir: Option<String>,
    /// What the server signs with, the same for all processes of a library [default: secrets/ in
    /// the data folder]
    #[arg(long, value_name = "FOLDER", global = true)]
    pub(crate) secrets_dir: Option<String>,
    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8000]
    #[arg(long, value_name = "ADDRESS:PORT", global = true)]
    pub(crate) listen: Option<String>,
    /// Another address and port, for /healthz, /readyz and /metrics alone; also of a process whose
    /// role is worker [default: none]
    #[arg(long, value_name = "ADDRESS:PORT", global = true)]
    pub(crate) metrics_listen: Option<String>,
    /// Where clients reach the server: the base of every URL [default: from --listen]
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) public_url: Option<String>,
    /// postgres://… or sqlite:///… [default: heliograph.db in the data folder]
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) database_url: Option<String>,
    /// file:///… or s3://… [default: objects/ in the data folder]
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) storage_url: Option<String>,
    /// MiB of pictures that are kept on this machine as well when objects are in a bucket
    /// [default: 2048]
    #[arg(long, value_name = "MIB", global = true)]
    pub(crate) storage_cache: Option<String>,
    /// Web pages that may call from a browser, with commas between; * for all [default: none]
    #[arg(long, value_name = "ORIGINS", global = true)]
    pub(crate) cors_origins: Option<String>,
    /// off, on, or CAPACITY:REFILL:UPLOAD: tokens of an account, how many come back each second,
    /// and what an upload costs [default: off; on is 400:100:20]
    #[arg(long, value_name = "RATE", global = true)]
    pub(crate) rate_limit: Option<String>,
    /// Issuer URL of the identity provider people sign in through [default: none]
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) oidc_issuer: Option<String>,
    /// What this server is called there
    #[arg(long, value_name = "ID", global = true)]
    pub(crate) oidc_client_id: Option<String>,
    /// A file with the secret that goes with it; or set `HELIOGRAPH_OIDC_CLIENT_SECRET`
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) oidc_client_secret_file: Option<String>,
    /// Where a browser may go after signing in, with commas between [default: nowhere]
    #[arg(long, value_name = "URIS", global = true)]
    pub(crate) redirect_uris: Option<String>,
    /// How long a session lasts: a number and s, m, h or d [default: 7d]
    #[arg(long, value_name = "TIME", global = true)]
    pub(crate) session_lifetime: Option<String>,
    /// all, api or worker: what this process does [default: all]
    #[arg(long, value_name = "ROLE", global = true)]
    pub(crate) role: Option<String>,
    /// What to log: error, warn, info, debug, or a filter such as info,store=debug [default: info]
    #[arg(long, value_name = "FILTER", global = true)]
    pub(crate) log: Option<String>,
    /// text or json [default: text]
    #[arg(long, value_name = "FORMAT", global = true)]
    pub(crate) log_format: Option<String>,
    /// How many assets are worked on at the same time [default: one more than cores]
    #[arg(long, value_name = "COUNT", global = true)]
    pub(crate) workers: Option<String>,
    /// How many files may be on their way in at the same time; more wait a while, and are then asked
    /// to come back [default: 64]
    #[arg(long, value_name = "COUNT", global = true)]
    pub(crate) uploads: Option<String>,
    /// MiB that decoded pictures may take, all together; their files take up to half as much again
    /// [default: 512]
    #[arg(long, value_name = "MIB", global = true)]
    pub(crate) picture_memory: Option<String>,
    /// The program that decodes videos, HEIC and AVIF, by name or path [default: ffmpeg]
    #[arg(long, value_name = "PROGRAM", global = true)]
    pub(crate) ffmpeg: Option<String>,
    /// Days that things stay in the trash before they are removed for good; 0: until somebody
    /// removes them [default: 90]
    #[arg(long, value_name = "DAYS", global = true)]
    pub(crate) trash_days: Option<String>,
    /// In how many days every original is read once and compared with what it was; 0: never
    /// [default: 30]
    #[arg(long, value_name = "DAYS", global = true)]
    pub(crate) scrub_days: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the library
    Serve,
    /// Show every setting and where it came from
    Config,
    /// Look after accounts and keys; works beside a running server
    Admin {
        #[command(subcommand)]
        command: Admin,
    },
    /// Develop one raw file; what a server starts, with nothing else within reach
    #[command(name = media::picture::DEVELOP, hide = true)]
    DevelopRaw {
        /// Pixels of the longest edge that is wanted; 0 for all there are
        edge: usize,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Open an account with a library of its own; prints its full-access API key, once
    CreateUser {
        /// Its e-mail address
        #[arg(long)]
        email: String,
    },
    /// Print another full-access API key of an account, once
    CreateKey {
        /// Whose; the owner's when left out
        #[arg(long)]
        email: Option<String>,
        /// What to call the key
        #[arg(long, default_value = "Made by admin")]
        name: String,
    },
    /// Set the password of an account, typed or read from standard input; its sessions end
    SetPassword {
        /// Whose; the owner's when left out
        #[arg(long)]
        email: Option<String>,
    },
    /// Change the e-mail address of an account, which is what it signs in with
    SetEmail {
        /// Its present address; the owner's account when left out
        #[arg(long)]
        of: Option<String>,
        /// The new one
        email: String,
    },
    /// Print a session token of an account: what a person who signed in holds, good for
    /// `session_lifetime`. API keys are managed with it
    Session {
        /// Whose; the owner's when left out
        #[arg(long)]
        email: Option<String>,
    },
    /// List the accounts and their libraries, with what they store and their limits
    Users,
    /// Cap what an account or a library stores; what is there already stays
    #[command(after_help = LIMIT_EXAMPLES)]
    SetLimit {
        /// Whose account; the owner's when left out
        #[arg(long, conflicts_with = "library")]
        email: Option<String>,
        /// This library alone, by its id
        #[arg(long, value_name = "LIBRARY_ID", value_parser = model::LibraryId::parse)]
        library: Option<model::LibraryId>,
        /// 50GB, 500MB, 1.5TB, a number of bytes, or none
        limit: Limit,
    },
    /// Compare the database with the objects: what is missing, changed, or nobody's
    #[command(after_help = CHECK_EXAMPLES)]
    Check {
        /// Read every original and compare it with its SHA-256, not only its size
        #[arg(long)]
        read_data: bool,
        /// Mend what can be mended: make missing pictures, remove what crashes left behind, and
        /// with --from put damaged originals back
        #[arg(long)]
        repair: bool,
        /// A backup that damaged originals are put back from: a folder or s3://…
        #[arg(long, value_name = "BACKUP", requires = "repair")]
        from: Option<String>,
    },
    /// Make a backup: database, originals and keys, while the server runs
    #[command(after_help = BACKUP_EXAMPLES)]
    Backup {
        /// A folder, or `s3://bucket/prefix`; for this library alone
        destination: String,
        /// Afterwards, remove all but so many of its newest snapshots, and the originals that only
        /// the others name
        #[arg(long, value_name = "COUNT")]
        keep: Option<NonZeroUsize>,
        /// Read every original that is there already, too, and copy those again that are damaged
        #[arg(long)]
        read_data: bool,
    },
    /// List the snapshots of a backup
    Snapshots {
        /// A folder, or `s3://bucket/prefix`
        backup: String,
    },
    /// Put a backup into a new library: nothing may be in it yet
    #[command(after_help = RESTORE_EXAMPLES)]
    Restore {
        /// A folder, or `s3://bucket/prefix`
        backup: String,
        /// Which of its snapshots; the newest when left out
        #[arg(long, value_name = "NAME")]
        snapshot: Option<String>,
        /// Afterwards, read everything where it is now and compare it once more
        #[arg(long)]
        verify: bool,
        /// Read the backup and compare everything; restore nothing
        #[arg(long, conflicts_with = "verify")]
        dry_run: bool,
    },
    /// Take this database and these objects as belonging together, although the server refuses
    /// to: uploads that only the objects know are removed as garbage after a day
    Adopt,
    /// Show the latest feedback, newest first
    Feedback {
        /// How many messages at most
        #[arg(long, default_value_t = 50)]
        count: u32,
    },
}

const LIMIT_EXAMPLES: &str = "\
Examples:
  heliograph admin set-limit --email kim@example.org 50GB
      Let all libraries of Kim together take 50,000,000,000 bytes
  heliograph admin set-limit --library lib_… 500MB
      Cap one library; its id is in `heliograph admin users`
  heliograph admin set-limit none
      Lift the cap of the owner's account";

const CHECK_EXAMPLES: &str = "\
Ends with status 1 when something is lost. Works beside a running server.

Examples:
  heliograph admin check
      Compare the names and sizes of all originals with the database
  heliograph admin check --read-data
      Also read every byte
  heliograph admin check --repair --from /backup/photos
      Put back from a backup what is missing or changed";

const BACKUP_EXAMPLES: &str = "\
Only what is new is copied: originals never change. Each run adds a snapshot of the database under
`snapshots/`; an older one may be deleted with its folder.

Examples:
  heliograph admin backup /backup/photos
  heliograph admin backup --keep 30 s3://backups/photos
  heliograph admin backup --read-data /backup/photos
      Read the whole backup as well, and copy again what is damaged there
  heliograph admin restore --dry-run /backup/photos
      See whether it could be restored";

const RESTORE_EXAMPLES: &str = "\
Either database will do: a backup made on SQLite can be restored into PostgreSQL, and the other way
round. What was interrupted can be started again.

Examples:
  heliograph --data-dir /srv/new admin restore /backup/photos
  heliograph --database-url postgres://… --storage-url s3://photos admin restore /backup/photos
  heliograph admin restore --dry-run --snapshot 20261126T071500123Z s3://backups/photos";
