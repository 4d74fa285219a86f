//! `heliograph admin check`.

use std::fmt::Write as _;

use anyhow::{Context as _, bail};
use app::check::{Check, Damaged, Report};
use store::blobs::Verdict;

use crate::bytes;
use crate::open::{self, Library};
use crate::progress;

/// Checks, and gives what to print; an error when something is lost.
pub(crate) async fn run(
    library: &Library,
    read_data: bool,
    repair: bool,
    from: Option<String>,
) -> anyhow::Result<String> {
    let backup = match from {
        Some(backup) => Some(open::backup(backup).await?),
        None => None,
    };
    let progress = Some(progress::of("originals"));
    let check = Check { read_data, repair, backup, progress };
    let report = library.app.check(check).await.context("check the library")?;
    let text = describe(&report, read_data, repair);
    if report.is_clean() {
        return Ok(text);
    }
    crate::print::line(&text);
    let remedy = if repair {
        "what is left has to come from another backup"
    } else {
        "`heliograph admin check --repair --from BACKUP` puts back what a backup has"
    };
    bail!("the library is damaged: {remedy}")
}

fn describe(report: &Report, read_data: bool, repair: bool) -> String {
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = write!(text, "{} originals, {}: ", report.originals, bytes::show(report.bytes));
    let how = if read_data { "bytes" } else { "sizes" };
    let lost = report.damaged.iter().filter(|damaged| !damaged.is_mended).count();
    let _ = match (report.damaged.len(), lost) {
        (0, _) => write!(text, "all there, {how} as they should be"),
        (damaged, 0) => write!(text, "{damaged} were damaged and have been put back"),
        (damaged, lost) => write!(text, "{damaged} were damaged, {lost} still are"),
    };
    for damaged in &report.damaged {
        let _ = write!(text, "\n  {}", one(damaged));
    }
    for line in &report.database {
        let _ = write!(text, "\nthe database says: {line}");
    }
    if report.strays > 0 {
        let _ = write!(
            text,
            "\n{} objects without a row ({} removed); what is left goes a day after it was written",
            report.strays, report.removed
        );
    }
    if report.without_pictures > 0 {
        let when = if repair { "by the server" } else { "when somebody asks for them" };
        let _ = write!(text, "\n{} assets without pictures: made {when}", report.without_pictures);
    }
    text
}

fn one(damaged: &Damaged) -> String {
    let Damaged { version, asset, verdict, is_mended } = damaged;
    let what = match verdict {
        Verdict::Sound => "sound",
        Verdict::Missing => "missing",
        Verdict::Changed => "changed",
        Verdict::Unreadable => "unreadable",
    };
    let mended = if *is_mended { ", put back" } else { "" };
    format!("{version} of {asset}: {what}{mended}")
}
