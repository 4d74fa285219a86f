//! For whoever owns the server: accounts, keys, sessions.

use anyhow::Context as _;

use crate::commands::Admin;
use crate::settings::Settings;
use crate::{open, password, print};

/// Does what was typed. What it prints on standard output is the answer alone.
pub(crate) async fn run(settings: Settings, command: Admin) -> anyhow::Result<()> {
    // A folder misspelt must not become a library of its own.
    if !settings.data_dir.join("secrets").is_dir() {
        anyhow::bail!(
            "there is no library in {}; start it once with `heliograph serve`, or name its folder \
             with --data-dir",
            settings.data_dir.display()
        );
    }
    let library = tokio::task::spawn_blocking(move || open::library(&settings)).await??;
    open::first_start(&library).await?;
    let answer = match command {
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
    };
    if let Some(answer) = answer {
        print::line(&answer);
    }
    library.db.close().await;
    Ok(())
}
