//! Films in fragments: the movie has no samples, which come in pieces behind it (ISO/IEC 14496-12, 8.8).

use super::super::source::{Fields, Source};
use crate::bmff::Atom;

/// More tracks than any real file has.
const MAX_TRACKS: usize = 64;
/// More runs than stand in any real fragment.
const MAX_RUNS: usize = 256;
/// More samples than are in a fragment of a minute; their durations are read, four bytes each.
const MAX_SAMPLES: u64 = 16_384;

/// What a film in fragments says ahead of them.
#[derive(Debug, Default)]
pub(super) struct Fragments {
    /// Of the whole, in ticks of the movie. 0 where it is not said.
    pub(super) ticks: u64,
    /// Tracks, and how long their samples are unless a fragment says otherwise, in ticks of the track.
    defaults: Vec<(u32, u32)>,
}

/// Samples one after the other.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    /// In ticks of the track.
    pub(super) ticks: u64,
    pub(super) samples: u64,
}

impl Fragments {
    /// Reads a `mvex` box.
    pub(super) fn read(source: &mut Source<'_>, part: Atom) -> Self {
        let mut fragments = Self::default();
        for part in part.children(source) {
            let Some((version, _)) = part.version(source) else { continue };
            let mut fields = Fields(part.behind(4).content(source, 20));
            match &part.kind {
                b"mehd" => {
                    let width = if version == 1 { 8 } else { 4 };
                    fragments.ticks = fields.number(width).unwrap_or_default();
                }
                b"trex" if fragments.defaults.len() < MAX_TRACKS => {
                    let track = fields.number32();
                    let _description = fields.number32();
                    fragments.defaults.extend(track.zip(fields.number32()));
                }
                _ => {}
            }
        }
        fragments
    }

    /// Samples per second, if all of a track are equally long.
    pub(super) fn frame_rate(&self, track: u32, scale: u32) -> Option<f64> {
        let ticks = self.sample_ticks(track);
        (ticks > 0 && scale > 0).then(|| f64::from(scale) / f64::from(ticks))
    }

    fn sample_ticks(&self, track: u32) -> u32 {
        self.defaults.iter().find(|(known, _)| *known == track).map_or(0, |(_, ticks)| *ticks)
    }

    /// All samples of a track in the fragments among these parts of the file. Where the budget of bytes
    /// ends, so do they.
    pub(super) fn count(&self, source: &mut Source<'_>, beside: &[Atom], track: u32) -> Run {
        let mut whole = Run::default();
        for fragment in beside.iter().filter(|part| &part.kind == b"moof") {
            for part in fragment.children(source).into_iter().take(MAX_TRACKS) {
                if &part.kind == b"traf"
                    && let Some(run) = self.piece(source, part, track)
                {
                    whole.ticks = whole.ticks.saturating_add(run.ticks);
                    whole.samples += run.samples;
                }
            }
        }
        whole
    }

    /// The samples of one fragment, if they are of that track.
    fn piece(&self, source: &mut Source<'_>, part: Atom, track: u32) -> Option<Run> {
        let parts = part.children(source);
        let header = parts.iter().find(|part| &part.kind == b"tfhd")?;
        let (_, flags) = header.version(source)?;
        let mut fields = Fields(header.behind(4).content(source, 24));
        if fields.number32()? != track {
            return None;
        }
        // Where its data begins, and which description holds.
        fields.bytes(if flags & 1 == 0 { 0 } else { 8 } + if flags & 2 == 0 { 0 } else { 4 })?;
        let usual = if flags & 8 == 0 { self.sample_ticks(track) } else { fields.number32()? };
        let mut whole = Run::default();
        for part in parts.into_iter().filter(|part| &part.kind == b"trun").take(MAX_RUNS) {
            let run = run(source, part, usual)?;
            whole.ticks = whole.ticks.saturating_add(run.ticks);
            whole.samples += run.samples;
        }
        Some(whole)
    }
}

/// Reads a `trun` box; `usual` is how long its samples are unless it says so itself.
fn run(source: &mut Source<'_>, part: Atom, usual: u32) -> Option<Run> {
    let (_, flags) = part.version(source)?;
    let samples = u64::from(Fields(part.behind(4).content(source, 4)).number32()?);
    if flags & 0x100 == 0 {
        return Some(Run { ticks: samples.checked_mul(u64::from(usual))?, samples });
    }
    let samples = samples.min(MAX_SAMPLES);
    let has = |flag: u32| u64::from(flags & flag != 0);
    // Of each its duration, and behind that perhaps its size, flags and shift.
    let width = 4 * (1 + has(0x200) + has(0x400) + has(0x800));
    let table = part.behind(8 + 4 * (has(1) + has(4)));
    let mut fields = Fields(table.content(source, usize::try_from(samples * width).ok()?));
    let width = usize::try_from(width).ok()?;
    let mut run = Run::default();
    while let Some(mut sample) = fields.bytes(width).map(Fields) {
        run.ticks += u64::from(sample.number32()?);
        run.samples += 1;
    }
    Some(run)
}
