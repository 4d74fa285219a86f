//! `heliograph admin backup` and `heliograph admin snapshots`.

use std::fmt::Write as _;
use std::num::NonZeroUsize;

use anyhow::{Context as _, bail};
use app::backup::{BackUp, Pruned, Snapshot, snapshots};

use crate::open::{self, Library};
use crate::settings::Settings;
use crate::{bytes, print, progress};

/// What was asked for.
pub(crate) struct How {
    pub(crate) keep: Option<NonZeroUsize>,
    pub(crate) read_data: bool,
}

/// Makes a backup, and gives what to print; an error when an original is not in it.
pub(crate) async fn run(
    library: &Library,
    settings: &Settings,
    destination: String,
    How { keep, read_data }: How,
) -> anyhow::Result<String> {
    let to = open::destination(destination, settings).await?;
    let (keys, staging) = (library.secrets.keys()?, settings.data_dir.join("tmp"));
    let backup =
        BackUp { to, staging, keys, keep, read_data, progress: Some(progress::of("originals")) };
    let made = library.app.back_up(backup).await.context("make the backup")?;
    let mut text = format!(
        "snapshot {}: {} originals, {}; {} of them new, {}",
        made.snapshot.name,
        made.snapshot.originals,
        bytes::show(made.snapshot.bytes),
        made.copied,
        bytes::show(made.copied_bytes)
    );
    match made.pruned {
        Ok(Pruned { snapshots, originals }) if snapshots + originals > 0 => {
            // Writing into a String cannot fail.
            let _ = write!(
                text,
                "\nremoved: {snapshots} of the older snapshots, {originals} originals that only \
                 they had"
            );
        }
        Ok(_) => {}
        Err(err) => {
            print::line(&text);
            return Err(err).context("the backup is made, but no older one was removed");
        }
    }
    if made.damaged.is_empty() {
        return Ok(text);
    }
    print::line(&text);
    for version in &made.damaged {
        print::line(&format!("  {version} is damaged and not in the backup"));
    }
    bail!("{} originals are not in the backup: see `heliograph admin check`", made.damaged.len())
}

/// Prints the snapshots of a backup, the newest last.
pub(crate) async fn list(backup: String) -> anyhow::Result<()> {
    let from = open::backup(backup.clone()).await?;
    let found = tokio::task::spawn_blocking(move || snapshots(&from)).await??;
    if found.whole.is_empty() && found.unreadable.is_empty() {
        bail!("there is no snapshot in {backup}");
    }
    for snapshot in &found.whole {
        print::line(&one(snapshot));
    }
    if found.unreadable.is_empty() {
        return Ok(());
    }
    for snapshot in &found.unreadable {
        print::line(&snapshot.reason);
    }
    bail!("{} snapshots cannot be used; the others can", found.unreadable.len())
}

fn one(snapshot: &Snapshot) -> String {
    let Snapshot { name, originals, damaged, .. } = snapshot;
    let lacks = if *damaged > 0 { format!(", {damaged} damaged") } else { String::new() };
    format!("{name}  {originals} originals, {}{lacks}", bytes::show(snapshot.bytes))
}
