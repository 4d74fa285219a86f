//! Time zones, and where the sea begins.

use model::Coordinates;
use tzf_rs::EmbeddedFinder;

/// Zones of the open sea carry the names of nautical zones, `Etc/GMT±n`.
const NAUTICAL: &str = "Etc/";

/// The polygons of all time zones. They are searched where they lie in the binary: microseconds
/// more per lookup than unpacked ones, and no memory.
pub(crate) struct Zones(EmbeddedFinder);

impl Zones {
    pub(crate) fn load() -> Self {
        Self(EmbeddedFinder::new())
    }

    /// The IANA zone of a point on land or in territorial waters; `None` at sea.
    pub(crate) fn at(&self, at: Coordinates) -> Option<&str> {
        let zone = self.0.get_tz_name(at.longitude(), at.latitude());
        (!zone.is_empty() && !zone.starts_with(NAUTICAL)).then_some(zone)
    }
}
