//! What maker notes say that EXIF has no tag for, or that older cameras wrote nowhere else.

use model::{Offset, Sourced};

use super::super::Said;
use super::super::exif::Tag;
use super::super::text;

/// The name of the lens: Canon's `LensModel` (0x0095) and Panasonic's `LensType` (0x0051) as they
/// are; for Nikon what its `Lens` (0x0084) and `LensType` (0x0083) add up to, such as
/// `18-200mm f/3.5-5.6 G VR`.
pub(super) fn lens(said: &Said) -> Option<String> {
    let named = |tag| said.exif.text(tag).as_deref().and_then(text::name);
    named(Tag::CanonLensModel).or_else(|| named(Tag::PanasonicLens)).or_else(|| nikon_lens(said))
}

fn nikon_lens(said: &Said) -> Option<String> {
    let numbers: Option<Vec<f64>> = said.exif.numbers(Tag::NikonLens)?.into_iter().collect();
    let [shortest, longest, widest, widest_at_longest] = *numbers? else { return None };
    let range = |from: f64, to: f64| {
        if from.total_cmp(&to).is_eq() { format!("{from}") } else { format!("{from}-{to}") }
    };
    if shortest <= 0.0 || widest <= 0.0 {
        return None;
    }
    let bits = said.exif.integer(Tag::NikonLensType).unwrap_or_default();
    let is_set = |bit: i64| bits >> bit & 1 == 1;
    let kinds = [(is_set(1) && !is_set(2), " D"), (is_set(2), " G"), (is_set(3), " VR")];
    let kinds: String = kinds.iter().filter(|(is_it, _)| *is_it).map(|(_, name)| *name).collect();
    let length = range(shortest, longest);
    Some(format!("{length}mm f/{}{kinds}", range(widest, widest_at_longest)))
}

/// How far the camera's clock was set from UTC: Canon's `TimeInfo` (0x0035), Nikon's `WorldTime`
/// (0x0024). Both have minutes for the zone, and apart from them whether summer time was on.
pub(super) fn offset(said: &Said) -> Option<Sourced<Offset>> {
    let canon = || Some(Sourced { value: canon_offset(said)?, tag: "Canon:TimeZone" });
    let nikon = || Some(Sourced { value: nikon_offset(said)?, tag: "Nikon:TimeZone" });
    canon().or_else(nikon)
}

/// Size, minutes, a city, then the minutes of summer time.
fn canon_offset(said: &Said) -> Option<Offset> {
    let numbers = said.exif.numbers(Tag::CanonTimeInfo)?;
    let [_size, zone, city, summer, ..] = *numbers else { return None };
    // City 0 and zone 0: the clock was never told where it is.
    let is_set = zone?.abs() > 0.0 || city?.abs() > 0.0;
    let summer = summer.filter(|minutes| (0.0..=60.0).contains(minutes)).unwrap_or(0.0);
    minutes(zone? + summer).filter(|_| is_set)
}

/// Two bytes of minutes, one of summer time, one of how dates are printed; in the order of the block.
fn nikon_offset(said: &Said) -> Option<Offset> {
    let (zone, rest) = said.exif.short_and_rest(Tag::NikonWorldTime)?;
    let summer = if rest.first() == Some(&1) { 60 } else { 0 };
    minutes(f64::from(zone) + f64::from(summer))
}

fn minutes(minutes: f64) -> Option<Offset> {
    let is_whole = minutes.fract() == 0.0 && minutes.abs() < 24.0 * 60.0;
    #[expect(clippy::cast_possible_truncation, reason = "checked to be small and whole")]
    let seconds = (minutes * 60.0) as i32;
    Offset::from_seconds(seconds).filter(|_| is_whole)
}
