//! Assets come into albums and leave them (contract 4).

use std::collections::HashSet;

use model::{
    Action, Album, AlbumAsset, AlbumAssetId, AlbumId, AssetId, Change, EventKind, Instant,
    LibraryId, Payload,
};
use store::db::Tx;
use store::{albums, assets, events};

use super::{LinkFilter, covered_anew, library_of, no_album};
use crate::{App, Error, Page, Result, Viewer, access};

/// What became of each asset that was to come into an album, in the order asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Added {
    /// They are in it now.
    pub added: Vec<AssetId>,
    /// They were in it already.
    pub duplicates: Vec<AssetId>,
    /// There are no such assets in the library of the album.
    pub not_found: Vec<AssetId>,
}

/// Which links to list.
#[derive(Debug, Clone, Default)]
pub struct ListLinks {
    /// Where; the only one when not named.
    pub library: Option<LibraryId>,
    /// Which.
    pub filter: LinkFilter,
    /// From which link on, itself excluded.
    pub after: Option<AlbumAssetId>,
    /// 1–200.
    pub limit: i64,
}

impl App {
    /// Puts assets into an album of their library, trashed ones too. `assets` are different ones.
    pub async fn add_to_album(
        &self,
        viewer: Viewer,
        id: AlbumId,
        assets: Vec<AssetId>,
    ) -> Result<Added> {
        let now = self.now();
        self.write(move |tx| {
            let (album, known) = lock(tx, &viewer, id, &assets)?;
            let members: HashSet<AssetId> =
                albums::members_among(tx, id, assets.clone())?.into_iter().collect();
            let mut sorted = Added::default();
            for &asset in &assets {
                if !known.contains(&asset) {
                    sorted.not_found.push(asset);
                } else if members.contains(&asset) {
                    sorted.duplicates.push(asset);
                } else {
                    sorted.added.push(asset);
                }
            }
            let links: Vec<AlbumAsset> =
                sorted.added.iter().map(|&asset| new_link(&album, asset, now)).collect();
            albums::add(tx, id, &links)?;
            let told = |link: &AlbumAsset| Change::new(EventKind::AlbumAssetAdded, link.id.uuid());
            events::append(tx, album.library_id, &links.iter().map(told).collect::<Vec<_>>(), now)?;
            Ok(sorted)
        })
        .await
    }

    /// Takes assets out of an album; those that are not in it are skipped.
    pub async fn remove_from_album(
        &self,
        viewer: Viewer,
        id: AlbumId,
        assets: Vec<AssetId>,
    ) -> Result<()> {
        let now = self.now();
        self.write(move |tx| {
            let (album, _) = lock(tx, &viewer, id, &assets)?;
            let links = albums::remove(tx, id, assets.clone())?;
            let mut changes: Vec<Change> = links.iter().map(departed).collect();
            changes.extend(bare(tx, &links, now)?);
            Ok(events::append(tx, album.library_id, &changes, now)?)
        })
        .await
    }

    /// A page of links, newest first; those of trashed assets are hidden.
    pub async fn album_assets(
        &self,
        viewer: Viewer,
        wanted: ListLinks,
    ) -> Result<Page<AlbumAsset>> {
        self.read(move |conn| {
            let library = access::chosen_library(conn, &viewer, wanted.library, Action::Read)?.id;
            let ListLinks { filter, after, limit, .. } = wanted;
            if let Some(id) = after
                && !albums::has_link(conn, library, id)?
            {
                return Err(Error::no_position(id));
            }
            Ok(Page::of(albums::links(conn, library, &filter, after, limit + 1)?, limit))
        })
        .await
    }

    /// One link; that of a trashed asset is hidden.
    pub async fn album_asset(&self, viewer: Viewer, id: AlbumAssetId) -> Result<AlbumAsset> {
        self.read(move |conn| {
            let link = albums::link(conn, id)?.ok_or_else(no_link)?;
            access::within(conn, &viewer, link.library_id, Action::Read, no_link)?;
            Ok(link)
        })
        .await
    }
}

/// The album and which of `assets` its library has, all held until the transaction ends: assets
/// first, as everybody does who changes them together with albums.
fn lock(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    id: AlbumId,
    assets: &[AssetId],
) -> Result<(Album, HashSet<AssetId>)> {
    let library = library_of(tx, viewer, id, Action::Write)?;
    let known = assets::lock_many(tx, library, assets.to_vec())?;
    let album = albums::lock(tx, id)?.ok_or_else(no_album)?;
    Ok((album, known.into_iter().map(|head| head.id).collect()))
}

/// Takes assets out of all albums, because they are about to go. They are locked, as their library
/// is. Returns what there is to tell before the assets' own end.
pub(crate) fn leave_all(
    tx: &mut Tx<'_>,
    assets: Vec<AssetId>,
    now: Instant,
) -> Result<Vec<Change>> {
    let links = albums::leave(tx, assets)?;
    let mut changes: Vec<Change> = links.iter().map(departed).collect();
    changes.extend(bare(tx, &links, now)?);
    Ok(changes)
}

/// Takes the chosen covers away that have left with `links`.
fn bare(tx: &mut Tx<'_>, links: &[AlbumAsset], now: Instant) -> Result<Vec<Change>> {
    let albums = albums::uncover(tx, links, now)?;
    albums.into_iter().map(|id| covered_anew(tx, id)).collect()
}

fn new_link(album: &Album, asset_id: AssetId, now: Instant) -> AlbumAsset {
    AlbumAsset {
        id: AlbumAssetId::generate(),
        library_id: album.library_id,
        album_id: album.id,
        asset_id,
        created_at: now,
        updated_at: now,
    }
}

fn departed(link: &AlbumAsset) -> Change {
    let payload = Payload::Link { album: link.album_id, asset: link.asset_id };
    Change::with(EventKind::AlbumAssetRemoved, link.id.uuid(), payload)
}

fn no_link() -> Error {
    Error::NotFound("Album asset not found".to_owned())
}
