//! Hands that do anything to anything, at the same time and without asking each other.

use std::sync::Arc;

use app::albums::{AlbumPatch, NewAlbum};
use app::faces::NewFace;
use app::{Error, Made, Result};
use model::id::{Id, Kind};
use model::{
    Asset, AssetId, Caption, Entity, MetadataPatch, Name, Patch, PersonId, PersonPatch, Rating,
    VersionKind,
};
use specimen::{Camera, ExifTime, Gps, Metadata};

use super::record::{Key, Record, Source};
use crate::harness::{Library, small, time};
use crate::people::BOX;

/// Somebody who is busy in two libraries.
pub(super) struct Hand {
    pub(super) library: Arc<Library>,
    pub(super) sources: [Source; 2],
    pub(super) random: fastrand::Rng,
}

impl Hand {
    pub(super) async fn do_things(mut self, count: usize) -> Self {
        for _ in 0..count {
            self.library.clock.advance(1);
            let done = self.do_something().await;
            assert!(done.as_ref().err().is_none_or(is_refusal), "{done:?}");
        }
        self
    }

    async fn do_something(&mut self) -> Result<()> {
        let at = self.sources[self.random.usize(..2)].clone();
        match self.random.u8(..48) {
            0..6 => self.upload(at).await,
            6..10 => self.correct(at).await,
            10..16 => self.turn(at).await,
            16..20 => self.send(at).await,
            20..22 => self.render(at).await,
            22..29 => self.collect(at).await,
            29..34 => self.know(at).await,
            34..41 => self.point(at).await,
            41..47 => self.pile(at).await,
            _ => self.hide(at).await,
        }
    }

    async fn upload(&mut self, at: Source) -> Result<()> {
        // Few enough that some come twice.
        let seed = self.random.u64(..200);
        let taken = ExifTime::new(format!("2024:05:06 07:08:{:02}", seed % 60)).subsec("10");
        let (make, model) = (Some("Acme".to_owned()), Some("Nine".to_owned()));
        let shot = Metadata {
            taken: Some(taken),
            camera: Camera { make, model, ..Camera::default() },
            gps: Some(Gps::at(60.39, 5.32)),
            ..Metadata::default()
        };
        let metadata = if seed.is_multiple_of(2) { shot } else { Metadata::default() };
        let bytes = small(metadata, seed);
        self.library.upload_into(&at.me, at.library, "shot.jpg", &bytes).await.map(drop)
    }

    /// What people say of assets.
    async fn correct(&mut self, at: Source) -> Result<()> {
        let some = self.some_assets(&at).await?;
        let mut patch = MetadataPatch::default();
        match self.random.u8(..4) {
            0 => {
                let caption = Caption::new(format!("{}", self.random.u8(..9))).unwrap();
                patch.description = Patch::Set(caption);
            }
            1 => {
                let day = self.random.u8(1..9);
                patch.original = Patch::Set(time(&format!("2024-05-{day:02}T01:02:03+02:00")));
            }
            2 => patch.rating = Patch::Set(Rating::new(self.random.i64(0..6)).unwrap()),
            _ => (patch.original, patch.coordinates) = (Patch::Clear, Patch::Clear),
        }
        if let [one] = some.as_slice() {
            return at.app.update_asset(at.me, *one, patch).await.map(drop);
        }
        let changes = some.into_iter().map(|id| (id, patch.clone())).collect();
        at.app.update_assets(at.me, changes).await
    }

    /// Into the trash, out of it, out for good.
    async fn turn(&mut self, at: Source) -> Result<()> {
        let trashed = self.an_asset(&at, |asset| asset.trashed_at.is_some()).await?;
        let some = self.some_assets(&at).await?;
        match (self.random.u8(..12), trashed) {
            (0..6, Some(one)) => at.app.restore_assets(at.me, None, vec![one.id]).await,
            (6, Some(one)) => at.app.delete_asset(at.me, one.id).await,
            (7, _) => at.app.empty_trash(at.me, None).await,
            (8, _) => at.app.delete_assets(at.me, None, some).await,
            _ => at.app.trash_assets(at.me, None, some).await,
        }
    }

    /// Into the other library.
    async fn send(&mut self, at: Source) -> Result<()> {
        let some = self.some_assets(&at).await?;
        let [one, other] = self.sources.each_ref().map(|source| source.library);
        let destination = if at.library == one { other } else { one };
        at.app.move_assets(self.library.me.clone(), at.library, destination, some).await.map(drop)
    }

    /// An edited rendering comes, or goes.
    async fn render(&mut self, at: Source) -> Result<()> {
        let Some(asset) = self.an_asset(&at, |_| true).await? else { return Ok(()) };
        if asset.kind == VersionKind::original() {
            return self.library.try_edit(at.me, asset.id, self.random.u64(..5)).await.map(drop);
        }
        at.app.delete_version(at.me, asset.id, asset.version_id).await.map(drop)
    }

    /// Albums and what is in them.
    async fn collect(&mut self, at: Source) -> Result<()> {
        let some = self.some_assets(&at).await?;
        let Some(album) = self.one(&at, Entity::Album).await?.filter(|_| self.random.u8(..8) > 0)
        else {
            let made = at.app.create_album(at.me.clone(), NewAlbum::default()).await?;
            let (Made::New(found) | Made::Existing(found)) = made;
            return at.app.add_to_album(at.me, found.album.id, some).await.map(drop);
        };
        match (self.random.u8(..12), self.a_record(&at, Entity::AlbumAsset).await?) {
            (0..4, Some(Record::Link(link))) => {
                at.app.remove_from_album(at.me, link.album_id, vec![link.asset_id]).await
            }
            (4 | 5, Some(Record::Link(link))) => {
                let patch =
                    AlbumPatch { cover: Patch::Set(link.asset_id), ..AlbumPatch::default() };
                at.app.update_album(at.me, link.album_id, patch).await.map(drop)
            }
            (6, _) => {
                let patch = AlbumPatch { name: Some(self.a_name()), ..AlbumPatch::default() };
                at.app.update_album(at.me, album, patch).await.map(drop)
            }
            (7, _) => at.app.delete_album(at.me, album).await,
            _ => at.app.add_to_album(at.me, album, some).await.map(drop),
        }
    }

    /// People.
    async fn know(&mut self, at: Source) -> Result<()> {
        let (one, two) =
            (self.one(&at, Entity::Person).await?, self.one(&at, Entity::Person).await?);
        let (Some(one), Some(two)) = (one, two) else { return meet(at).await };
        let two = Some(two).filter(|two| *two != one);
        match (self.random.u8(..9), two) {
            (0..3, _) => {
                let face = self.one(&at, Entity::Face).await?;
                let thumbnail_face_id = face.map_or(Patch::Clear, Patch::Set);
                let patch = PersonPatch { thumbnail_face_id, ..PersonPatch::default() };
                at.app.update_person(at.me, one, patch).await.map(drop)
            }
            (3, _) => {
                let is_hidden = Some(self.random.bool());
                let patch = PersonPatch { is_hidden, ..PersonPatch::default() };
                let named = PersonPatch { name: Patch::Set(self.a_name()), ..patch.clone() };
                let other = two.map(|two| (two, patch));
                let changes = std::iter::once((one, named)).chain(other).collect();
                at.app.update_people(at.me, changes).await
            }
            (4 | 5, Some(two)) => at.app.merge_people(at.me, one, vec![two]).await.map(drop),
            (6, _) => at.app.delete_person(at.me, one).await,
            _ => meet(at).await,
        }
    }

    /// Faces.
    async fn point(&mut self, at: Source) -> Result<()> {
        let person: Option<PersonId> = self.one(&at, Entity::Person).await?;
        let person = person.filter(|_| self.random.u8(..4) > 0);
        match (self.random.u8(..8), self.one(&at, Entity::Face).await?) {
            (0..3, Some(face)) => {
                let person = person.map_or(Patch::Clear, Patch::Set);
                at.app.update_face(at.me, None, face, person).await.map(drop)
            }
            (3, Some(face)) => at.app.delete_face(at.me, None, face).await,
            _ => {
                let Some(asset) = self.an_asset(&at, |_| true).await? else { return Ok(()) };
                let new = NewFace { library: None, asset: asset.id, bounding_box: BOX, person };
                at.app.create_face(at.me, new).await.map(drop)
            }
        }
    }

    /// Stacks.
    async fn pile(&mut self, at: Source) -> Result<()> {
        let some = self.some_assets(&at).await?;
        let piled = self.an_asset(&at, |asset| asset.stack.is_some()).await?;
        let piled = piled.and_then(|asset| asset.stack.map(|stack| (asset.id, stack)));
        match (self.random.u8(..10), piled) {
            (0..2, Some((_, stack))) => at.app.add_to_stack(at.me, stack, some).await.map(drop),
            (2 | 3, Some((asset, stack))) => {
                at.app.remove_from_stack(at.me, stack, vec![asset]).await
            }
            (4 | 5, Some((asset, stack))) => {
                at.app.set_stack_cover(at.me, stack, asset).await.map(drop)
            }
            (6, Some((_, stack))) => at.app.delete_stack(at.me, stack).await,
            _ if some.len() > 1 => {
                let cover = some.first().copied().filter(|_| self.random.bool());
                at.app.create_stack(at.me, None, some, cover).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    /// A whole library goes into the trash and comes back.
    async fn hide(&mut self, at: Source) -> Result<()> {
        let hidden = at.app.trash_library(at.me.clone(), at.library).await;
        tokio::task::yield_now().await;
        at.app.restore_library(at.me, at.library).await?;
        hidden
    }

    fn a_name(&mut self) -> Name {
        Name::new(&format!("{}", self.random.u8(..9))).unwrap()
    }

    async fn a_record(&mut self, at: &Source, noun: Entity) -> Result<Option<Record>> {
        let all: Vec<Record> = at.read(noun, None).await?.into_values().collect();
        Ok(self.random.choice(all))
    }

    async fn one<K: Kind>(&mut self, at: &Source, noun: Entity) -> Result<Option<Id<K>>> {
        let all: Vec<Key> = at.read(noun, None).await?.into_keys().collect();
        Ok(self.random.choice(all).map(|(_, id)| Id::from_uuid(id)))
    }

    async fn an_asset(
        &mut self,
        at: &Source,
        is_wanted: impl Fn(&Asset) -> bool,
    ) -> Result<Option<Asset>> {
        let all: Vec<Asset> = at
            .read(Entity::Asset, None)
            .await?
            .into_values()
            .filter_map(|record| match record {
                Record::Asset(asset, _) => Some(*asset).filter(&is_wanted),
                _ => None,
            })
            .collect();
        Ok(self.random.choice(all))
    }

    /// Up to three.
    async fn some_assets(&mut self, at: &Source) -> Result<Vec<AssetId>> {
        let mut all: Vec<Key> = at.read(Entity::Asset, None).await?.into_keys().collect();
        self.random.shuffle(&mut all);
        all.truncate(self.random.usize(1..4));
        Ok(all.into_iter().map(|(_, id)| Id::from_uuid(id)).collect())
    }
}

async fn meet(at: Source) -> Result<()> {
    at.app.create_person(at.me, None, PersonPatch::default()).await.map(drop)
}

/// What one hand may hear because of another.
fn is_refusal(err: &Error) -> bool {
    matches!(
        err,
        Error::NotFound(_)
            | Error::Invalid(..)
            | Error::Unfit(..)
            | Error::Conflict(_)
            | Error::Overtaken(_)
    )
}
