//! Asks for a password without showing it.

use std::io::{IsTerminal as _, Read as _};

use anyhow::{Context as _, bail};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::print;

/// Longest password that is read, in bytes.
const MOST: u64 = 8192;

/// The password: typed twice at a terminal, or the first line of what is piped in.
pub(crate) fn ask() -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        let mut text = String::new();
        std::io::stdin().take(MOST).read_to_string(&mut text).context("read the password")?;
        return Ok(text.lines().next().unwrap_or_default().to_owned());
    }
    let first = hidden("Password: ")?;
    if hidden("The same again: ")? != first {
        bail!("these were two different passwords");
    }
    Ok(first)
}

fn hidden(prompt: &str) -> anyhow::Result<String> {
    let quiet = Quiet::begin()?;
    print::ask(prompt);
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("read the password")?;
    drop(quiet);
    print::error("");
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// While it lives, the terminal does not show what is typed.
struct Quiet(Termios);

impl Quiet {
    fn begin() -> anyhow::Result<Self> {
        let before = tcgetattr(std::io::stdin()).context("ask the terminal")?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        tcsetattr(std::io::stdin(), OptionalActions::Flush, &quiet)
            .context("quiet the terminal")?;
        Ok(Self(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // Nothing is left to be done when the terminal has gone.
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Flush, &self.0);
    }
}
