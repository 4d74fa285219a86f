//! Every noun of a library, as far as its feed tells of it.

use std::collections::BTreeMap;

use app::albums::{self, LinkFilter, ListAlbums, ListLinks};
use app::assets::{Found, ListAssets, Parts};
use app::faces::{FaceFilter, ListFaces};
use app::people::ListPeople;
use app::stacks::ListStacks;
use app::{App, Page, Result, Viewer};
use model::id::{Id, Kind};
use model::{
    Album, AlbumAsset, Asset, AssetFilter, AssetId, Camera, Entity, Face, FileData, Instant,
    LibraryId, Metadata, Named as _, PeopleFilter, Person, PlaceNames, Stack, TrashState,
};
use uuid::Uuid;

/// One thing. Counts are 0: nothing tells of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Record {
    /// Without its metadata, which readers of both generations keep apart.
    Asset(Box<Asset>, Box<FileData>),
    Metadata(Box<Metadata>),
    Album(Album),
    Link(AlbumAsset),
    Person(Box<Person>),
    Face(Box<Face>),
    Stack(Stack),
}

/// The name of a noun, and the id: an asset and its metadata share theirs.
pub(super) type Key = (&'static str, Uuid);

pub(super) type Records = BTreeMap<Key, Record>;

pub(super) fn key(noun: Entity, id: Uuid) -> Key {
    (noun.name(), id)
}

impl Record {
    fn noun(&self) -> Entity {
        match self {
            Self::Asset(..) => Entity::Asset,
            Self::Metadata(_) => Entity::Metadata,
            Self::Album(_) => Entity::Album,
            Self::Link(_) => Entity::AlbumAsset,
            Self::Person(_) => Entity::Person,
            Self::Face(_) => Entity::Face,
            Self::Stack(_) => Entity::Stack,
        }
    }
}

/// Whose records, and who reads them.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) app: App,
    pub(super) me: Viewer,
    pub(super) library: LibraryId,
}

/// Everything there is.
pub(super) const NOUNS: [Entity; 7] = [
    Entity::Asset,
    Entity::Metadata,
    Entity::Album,
    Entity::Person,
    Entity::Face,
    Entity::AlbumAsset,
    Entity::Stack,
];

impl Source {
    /// A full listing.
    pub(super) async fn everything(&self) -> Result<Records> {
        let mut all = Records::new();
        for noun in NOUNS {
            all.extend(self.read(noun, None).await?);
        }
        Ok(all)
    }

    /// The things of a noun, or those of these ids that there are.
    pub(super) async fn read(&self, noun: Entity, ids: Option<Vec<Uuid>>) -> Result<Records> {
        let (me, library) = (self.me.clone(), Some(self.library));
        Ok(match noun {
            Entity::Asset => all_of(self.assets(typed(ids)).await?, |mut found| {
                found.asset.metadata = unsaid();
                let file = Box::new(found.file.unwrap());
                (found.asset.id.uuid(), Record::Asset(Box::new(found.asset), file))
            }),
            Entity::Metadata => all_of(self.assets(typed(ids)).await?, |found| {
                (found.asset.id.uuid(), Record::Metadata(Box::new(found.asset.metadata)))
            }),
            Entity::Album => {
                let filter = albums::Filter { ids: typed(ids), ..Default::default() };
                let wanted = ListAlbums { library, filter, limit: 200, after: None };
                all_of(self.app.albums(me, wanted).await?, |found| {
                    let album = Album { asset_count: 0, ..found.album };
                    (album.id.uuid(), Record::Album(album))
                })
            }
            Entity::AlbumAsset => {
                self.links(LinkFilter { ids: typed(ids), ..Default::default() }).await?
            }
            Entity::Person => {
                let filter = PeopleFilter { ids: typed(ids), ..PeopleFilter::default() };
                let wanted = ListPeople { library, filter, limit: 200, ..ListPeople::default() };
                all_of(self.app.people(me, wanted).await?, |found| {
                    let person = Person { asset_count: 0, ..found.person };
                    (person.id.uuid(), Record::Person(Box::new(person)))
                })
            }
            Entity::Face => {
                self.faces(FaceFilter { ids: typed(ids), ..Default::default() }).await?
            }
            Entity::Stack => {
                let ids = typed(ids);
                let wanted = ListStacks { library, ids, limit: 200, ..ListStacks::default() };
                all_of(self.app.stacks(me, wanted).await?, |found| {
                    let stack = Stack { asset_count: 0, ..found.stack };
                    (stack.id.uuid(), Record::Stack(stack))
                })
            }
            Entity::Library => Records::new(),
        })
    }

    /// What hangs on an asset and is hidden with it.
    pub(super) async fn on(&self, asset: AssetId) -> Result<Records> {
        let asset = Some(asset);
        let mut found = self.links(LinkFilter { asset, ..LinkFilter::default() }).await?;
        found.extend(self.faces(FaceFilter { asset, ..FaceFilter::default() }).await?);
        Ok(found)
    }

    async fn assets(&self, ids: Option<Vec<AssetId>>) -> Result<Page<Found>> {
        let filter = AssetFilter { ids, state: TrashState::All, ..AssetFilter::default() };
        let parts = Parts { file: true, ..Parts::default() };
        let library = Some(self.library);
        let wanted = ListAssets { library, filter, limit: 200, parts, ..ListAssets::default() };
        self.app.assets(self.me.clone(), wanted).await
    }

    async fn links(&self, filter: LinkFilter) -> Result<Records> {
        let wanted = ListLinks { library: Some(self.library), filter, limit: 200, after: None };
        let page = self.app.album_assets(self.me.clone(), wanted).await?;
        Ok(all_of(page, |link| (link.id.uuid(), Record::Link(link))))
    }

    async fn faces(&self, filter: FaceFilter) -> Result<Records> {
        let wanted = ListFaces { library: Some(self.library), filter, limit: 200, after: None };
        let page = self.app.faces(self.me.clone(), wanted).await?;
        Ok(all_of(page, |face| (face.id.uuid(), Record::Face(Box::new(face)))))
    }
}

/// What lists show: faces and links of trashed assets are hidden.
pub(super) fn shown(mut records: Records) -> Records {
    let live: Vec<AssetId> = records
        .values()
        .filter_map(|record| match record {
            Record::Asset(asset, _) if asset.trashed_at.is_none() => Some(asset.id),
            _ => None,
        })
        .collect();
    records.retain(|_, record| match record {
        Record::Link(link) => live.contains(&link.asset_id),
        Record::Face(face) => live.contains(&face.asset_id),
        _ => true,
    });
    records
}

/// What every asset says when its metadata is left out.
fn unsaid() -> Metadata {
    Metadata {
        updated_at: Instant::from_micros(0),
        description: None,
        coordinates: None,
        altitude: None,
        rating: None,
        place: PlaceNames::default(),
        timezone: None,
        camera: Camera::default(),
    }
}

fn typed<K: Kind>(ids: Option<Vec<Uuid>>) -> Option<Vec<Id<K>>> {
    ids.map(|ids| ids.into_iter().map(Id::from_uuid).collect())
}

fn all_of<T>(page: Page<T>, record: impl Fn(T) -> (Uuid, Record)) -> Records {
    assert!(!page.has_more, "the library is small enough for one page");
    page.items
        .into_iter()
        .map(record)
        .map(|(id, record)| (key(record.noun(), id), record))
        .collect()
}
