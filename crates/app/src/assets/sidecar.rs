//! Sidecars: what somebody wrote beside a file counts more than what is in it, and less than what
//! people say here. What is shown can be taken along as one.

use media::facts::sidecar;
use model::{Action, AssetId, FileLayer, Rating, TaskKind};
use store::{assets, events, layers, tasks};

use super::{Found, Parts, edited, later_than};
use crate::pictures::off_thread;
use crate::{App, Error, Result, Viewer, access};

impl App {
    /// Puts a sidecar to an asset, in the place of the one it had, and shows the asset as it is then.
    pub async fn attach_sidecar(
        &self,
        viewer: Viewer,
        id: AssetId,
        packet: Vec<u8>,
    ) -> Result<Found> {
        if !sidecar::is_sidecar(&packet) {
            return Err(Error::Invalid("sidecar", "this is no XMP packet".to_owned()));
        }
        let app = self.clone();
        let (said, settled) = off_thread(move || {
            let said = sidecar::read(&packet);
            let settled = said.clone().settled(|at, moment| app.geocoder().offset(at, moment));
            Ok::<_, Error>((said, settled))
        })
        .await?;
        let now = self.now();
        self.write_and_wake(move |tx| {
            let head = access::lock_asset(tx, &viewer, id, Action::Write)?;
            let mut layers = layers::get(tx, id)?.ok_or_else(Error::no_asset)?;
            let before = layers.effective();
            // What the file says of its clock counts before what the place of the sidecar would say.
            let is_repeated = layers.file.is_repeated_by(&FileLayer::from(&said));
            let facts = if is_repeated { &said } else { &settled };
            layers.sidecar = FileLayer::from(facts);
            layers::set_sidecar(tx, id, Some(facts))?;
            let shown = layers.effective();
            if shown != before {
                assets::set_effective(tx, id, &shown, later_than(head.updated_at, now))?;
                if shown.coordinates != before.coordinates {
                    tasks::enqueue(tx, head.library_id, id, TaskKind::ReverseGeocoding, now)?;
                }
            }
            let found = assets::get(tx, id, Parts::ALL)?.ok_or_else(Error::no_asset)?;
            if shown != before {
                events::append(tx, head.library_id, &edited(id), now)?;
            }
            Ok(found)
        })
        .await
    }

    /// The sidecar that says what is shown of an asset: caption, place with its names, capture time
    /// and stars. A capture time that nobody said is left out.
    pub async fn sidecar(&self, viewer: Viewer, id: AssetId) -> Result<String> {
        let asset = self.asset(viewer, id, Parts::default()).await?.asset;
        let original = asset.original();
        let shown = asset.metadata;
        let names = shown.place;
        Ok(sidecar::write(&FileLayer {
            description: shown.description,
            coordinates: shown.coordinates,
            altitude: shown.altitude,
            original,
            rating: shown.rating.map(Rating::stars),
            place: model::EmbeddedPlace {
                sublocation: names.sublocation,
                city: names.city,
                state: names.state,
                country: names.country,
                country_code: names.country_code,
            },
        }))
    }
}
