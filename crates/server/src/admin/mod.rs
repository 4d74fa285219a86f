//! For whoever owns the server: accounts, keys, sessions, limits, feedback; checks and backups.

mod backup;
mod check;
mod restore;

use anyhow::Context as _;
use app::limits::Account;
use model::{Feedback, Named as _};

use crate::commands::Admin;
use crate::settings::Settings;
use crate::{bytes, open, password, print};

/// Does what was typed. What it prints on standard output is the answer alone.
pub(crate) async fn run(settings: Settings, command: Admin) -> anyhow::Result<()> {
    let command = match command {
        // The library is not there yet, or does not matter.
        Admin::Restore { backup, snapshot, verify, dry_run } => {
            let how = restore::How { snapshot, verify, dry_run };
            return restore::run(settings, backup, how).await;
        }
        Admin::Snapshots { backup } => return backup::list(backup).await,
        other => other,
    };
    // A folder misspelt must not become a library of its own.
    if !settings.secrets_dir.is_dir() {
        anyhow::bail!(
            "there is no library in {}; start it once with `heliograph serve`, or name its folder \
             with --data-dir",
            settings.data_dir.display()
        );
    }
    let here = settings.clone();
    let library = tokio::task::spawn_blocking(move || open::library(&here)).await??;
    match command {
        Admin::Adopt => library.app.adopt().await.context("adopt the objects")?,
        _ => library.app.recognise().await?,
    }
    open::first_start(&library).await?;
    let answer = match command {
        Admin::Restore { .. } | Admin::Snapshots { .. } => None,
        Admin::Adopt => Some(
            "database and objects belong together now; `heliograph admin check` says what is missing"
                .to_owned(),
        ),
        Admin::Check { read_data, repair, from } => {
            Some(check::run(&library, read_data, repair, from).await?)
        }
        Admin::Backup { destination, keep, read_data } => {
            let how = backup::How { keep, read_data };
            Some(backup::run(&library, &settings, destination, how).await?)
        }
        Admin::SetPassword { email } => {
            let password = tokio::task::spawn_blocking(password::ask).await??;
            library.app.set_password(email, password).await.context("set the password")?;
            None
        }
        Admin::SetEmail { of, email } => {
            library.app.set_email(of, email).await.context("change the address")?;
            None
        }
        Admin::CreateUser { email } => {
            Some(library.app.create_user(email).await.context("open the account")?.api_key)
        }
        Admin::CreateKey { email, name } => {
            Some(library.app.create_key_for(email, &name).await.context("make a key")?)
        }
        Admin::Session { email } => Some(library.app.sign_in(email).await.context("sign in")?),
        Admin::Users => Some(users(&library.app.all_accounts().await.context("list accounts")?)),
        Admin::SetLimit { email, library: None, limit } => {
            library.app.set_account_limit(email, limit.0).await.context("set the limit")?;
            None
        }
        Admin::SetLimit { library: Some(id), limit, .. } => {
            library.app.set_library_limit(id, limit.0).await.context("set the limit")?;
            None
        }
        Admin::Feedback { count } => {
            let messages = library.app.feedback(count.into()).await.context("read the feedback")?;
            Some(feedback(&messages))
        }
    };
    if let Some(answer) = answer.filter(|answer| !answer.is_empty()) {
        print::line(&answer);
    }
    library.db.close().await;
    Ok(())
}

/// A line an account, and an indented one for each of its libraries.
fn users(all: &[Account]) -> String {
    let mut lines = Vec::new();
    for Account { user, libraries } in all {
        let used = stored(user.storage_used_bytes, user.storage_limit_bytes);
        let name = user.display_name().unwrap_or_else(|| "the owner".to_owned());
        lines.push(format!("{}  {name}  {used}", user.id));
        for library in libraries {
            let used = stored(library.storage_used_bytes, library.storage_limit_bytes);
            let trashed = if library.trashed_at.is_some() { "  in the trash" } else { "" };
            lines.push(format!("  {}  {}  {used}{trashed}", library.id, library.name));
        }
    }
    lines.join("\n")
}

/// A head and the message of each.
fn feedback(messages: &[Feedback]) -> String {
    let one = |feedback: &Feedback| {
        let Feedback { user_id, kind, message, task_completed, tool_names, created_at } = feedback;
        let done = match task_completed {
            Some(true) => ", got it done",
            Some(false) => ", did not get it done",
            None => "",
        };
        let tools: Vec<&str> = tool_names.iter().map(model::Name::as_str).collect();
        let tools =
            if tools.is_empty() { String::new() } else { format!(", with {}", tools.join(", ")) };
        format!(
            "{created_at}  {user_id}  {}{done}{tools}\n  {}",
            kind.name(),
            harmless(message).replace('\n', "\n  ")
        )
    };
    messages.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// What somebody else wrote, without what a terminal would obey.
fn harmless(text: &str) -> String {
    let shown = |char: char| if char.is_control() && char != '\n' { '\u{fffd}' } else { char };
    text.chars().map(shown).collect()
}

fn stored(used: i64, limit: Option<i64>) -> String {
    let show = |bytes: i64| bytes::show(bytes.max(0).unsigned_abs());
    match limit {
        Some(limit) => format!("{} of {}", show(used), show(limit)),
        None => show(used),
    }
}
