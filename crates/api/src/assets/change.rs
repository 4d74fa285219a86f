//! What a person may correct of an asset (contract 3.1, 3.2): one body, alone and in bulk.

use model::{AssetId, Caption, MetadataPatch, Rating, pair};

use super::{ASSET_ID, INCLUDE_LESS, include};
use crate::models::Include;
use crate::wire::{Input, Reader};

pub(super) const ABOUT: &str = "\
Corrects caption, place, capture time or stars of one asset. Only fields in the body are changed. \
`null` takes a correction away, and the value embedded in the file shows through again; without \
one, `local_datetime` falls back to the upload timestamp and the other fields become null. The \
stored file is never touched.

`latitude` and `longitude` are set together or cleared together. Whenever they are in the body, \
place names are looked up again in the background; names of the old place vanish at once.

For many assets, prefer `bulk_update_assets`.";

pub(super) const ABOUT_BULK: &str = "\
Each item changes one asset as `update_asset` does; different items may change different fields. \
All or nothing: one invalid item or one unknown id, and nothing is written. An asset named twice \
is changed twice, in order. Items may lie in several libraries.";

/// The body of an update.
pub(super) struct Change {
    pub(super) patch: MetadataPatch,
}

impl Input for Change {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let description = r
            .field(
                "description",
                "Caption. Null brings back the one in the file, an empty text hides it.",
            )
            .text(Caption::MAX_CHARS)
            .then(Caption::new)
            .example("Sunrise over the fjord")
            .patch();
        let latitude = r
            .field("latitude", "Decimal degrees, north positive. Always with `longitude`.")
            .number(-90.0..=90.0)
            .example(60.3913)
            .patch();
        let longitude = r
            .field("longitude", "Decimal degrees, east positive. Always with `latitude`.")
            .number(-180.0..=180.0)
            .example(5.3221)
            .patch();
        let original = r
            .field(
                "original_datetime",
                "When it was taken. With a UTC offset both are kept; without one the offset is \
                 unknown. Never converted.",
            )
            .datetime()
            .example("2024-05-06T07:08:09-07:00")
            .patch();
        let rating = r
            .field("rating", "Stars. 0 means explicitly unrated and hides a rating in the file.")
            .integer(0..=5)
            .then(Rating::new)
            .example(4)
            .patch();
        let (description, original, rating) = (description?, original?, rating?);
        // Rules between fields come after the fields themselves (contract 3.1).
        match pair(latitude?, longitude?) {
            Ok(coordinates) => {
                Some(Self { patch: MetadataPatch { description, coordinates, original, rating } })
            }
            Err(err) => r.refuse(err),
        }
    }
}

/// One asset and its change.
pub(super) struct Update {
    pub(super) id: AssetId,
    pub(super) include: Option<Vec<Include>>,
    pub(super) change: Change,
}

impl Input for Update {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let id = r.path("asset_id", ASSET_ID).id();
        let include = include(r, INCLUDE_LESS);
        let change = Change::read(r);
        Some(Self { id, include: include?, change: change? })
    }
}

/// Many assets, each with its own change.
pub(super) struct BulkUpdate {
    pub(super) updates: Vec<Item>,
}

/// One of many.
pub(super) struct Item {
    pub(super) id: AssetId,
    pub(super) change: Change,
}

impl Input for BulkUpdate {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let updates = r.field("updates", "The changes, applied in this order.").objects(1..=200);
        Some(Self { updates: updates? })
    }
}

impl Input for Item {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let id = r.field("id", "The asset.").id().required();
        let change = r.field("change", "What to change of it.").object();
        Some(Self { id: id?, change: change? })
    }
}
