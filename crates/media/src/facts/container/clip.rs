//! What a container of moving pictures says in fields of its own, in the words of no standard.

/// Something that some rule asks for, and that containers say as a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Word {
    /// When the recording began, on the wall clock there.
    Created,
    Make,
    Model,
    Lens,
    Description,
    /// Apple's content identifier, shared by both halves of a live photo.
    ContentId,
}

/// A pair, perhaps a height in metres, and the field they come from. None of them is checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct Spot {
    pub(in super::super) latitude: f64,
    pub(in super::super) longitude: f64,
    pub(in super::super) altitude: Option<f64>,
    pub(in super::super) tag: &'static str,
}

/// The fields of one file.
#[derive(Debug, Default)]
pub(in super::super) struct Clip {
    /// Seconds.
    pub(super) duration: Option<f64>,
    /// Frames per second, on average.
    pub(super) frame_rate: Option<f64>,
    /// Microseconds since 1970 UTC when the recording began, and the field that says so.
    pub(super) created: Option<(i64, &'static str)>,
    pub(super) spot: Option<Spot>,
    words: Vec<(Word, String, &'static str)>,
}

impl Clip {
    /// Adds what a field says; the first of two counts.
    pub(super) fn say(&mut self, word: Word, text: String, tag: &'static str) {
        if self.word(word).is_none() {
            self.words.push((word, text, tag));
        }
    }

    /// What the file says, and the field that says it.
    pub(in super::super) fn word(&self, word: Word) -> Option<(&str, &'static str)> {
        let known = self.words.iter().find(|(known, ..)| *known == word)?;
        Some((&known.1, known.2))
    }

    /// Seconds. More than zero, less than a year.
    pub(in super::super) fn duration(&self) -> Option<f64> {
        self.duration.filter(|seconds| *seconds > 0.0 && *seconds < 366.0 * 86_400.0)
    }

    /// Frames per second, to the thousandth. More than zero, fewer than a million.
    pub(in super::super) fn frame_rate(&self) -> Option<f64> {
        let rate = self.frame_rate.filter(|rate| *rate < 1e6)?;
        Some((rate * 1e3).round() / 1e3).filter(|rate| *rate > 0.0)
    }

    /// Microseconds since 1970 UTC, and the field that says so.
    pub(in super::super) fn created(&self) -> Option<(i64, &'static str)> {
        self.created
    }

    /// Where it was recorded.
    pub(in super::super) fn spot(&self) -> Option<Spot> {
        self.spot
    }
}
