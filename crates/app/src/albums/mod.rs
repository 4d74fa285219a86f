//! Albums: look at them, make them, change them (contract 4).

mod members;

pub(crate) use members::leave_all;
pub use members::{Added, ListLinks};
pub use store::albums::{Cover, Filter, Found, LinkFilter};

use model::{
    Action, Album, AlbumId, AssetId, Change, EventKind, Instant, LibraryId, Name, Patch, Payload,
};
use store::db::{self, Conn, Tx};
use store::{albums, events, libraries};

use crate::assets::later_than;
use crate::made::agrees;
use crate::{App, Error, Made, Page, Result, Viewer, access};

/// Which albums to list.
#[derive(Debug, Clone, Default)]
pub struct ListAlbums {
    /// Where; the only one when not named.
    pub library: Option<LibraryId>,
    /// Which.
    pub filter: Filter,
    /// From which album on, itself excluded.
    pub after: Option<AlbumId>,
    /// 1–200.
    pub limit: i64,
}

/// An album to be.
#[derive(Debug, Clone, Default)]
pub struct NewAlbum {
    /// Where; the only one when not named.
    pub library: Option<LibraryId>,
    /// `None` takes the first free one of `New Album`, `New Album 2` …
    pub name: Option<Name>,
    /// More about it.
    pub description: Option<String>,
}

/// What to change of an album.
#[derive(Debug, Clone, Default)]
pub struct AlbumPatch {
    /// `None` keeps it.
    pub name: Option<Name>,
    /// More about it.
    pub description: Patch<String>,
    /// The member to stand for it.
    pub cover: Patch<AssetId>,
}

impl App {
    /// A page of albums, newest first.
    pub async fn albums(&self, viewer: Viewer, wanted: ListAlbums) -> Result<Page<Found>> {
        self.read(move |conn| {
            let library = access::chosen_library(conn, &viewer, wanted.library, Action::Read)?.id;
            let ListAlbums { filter, after, limit, .. } = wanted;
            if let Some(id) = after
                && albums::library(conn, id)? != Some(library)
            {
                return Err(Error::no_position(id));
            }
            Ok(Page::of(albums::list(conn, library, &filter, after, limit + 1)?, limit))
        })
        .await
    }

    /// One album.
    pub async fn album(&self, viewer: Viewer, id: AlbumId) -> Result<Found> {
        self.read(move |conn| {
            library_of(conn, &viewer, id, Action::Read)?;
            found(conn, id)
        })
        .await
    }

    /// Makes an album, or gives back the one of that name when nothing else about it differs.
    pub async fn create_album(&self, viewer: Viewer, new: NewAlbum) -> Result<Made<Found>> {
        let now = self.now();
        self.write(move |tx| {
            let library = access::chosen_library(tx, &viewer, new.library, Action::Write)?.id;
            // Whoever gives a name in a library holds it, so that two never find the same one free.
            libraries::lock(tx, library)?;
            let name = match &new.name {
                Some(name) => name.clone(),
                None => Album::unnamed(albums::first_unnamed(tx, library)?),
            };
            if let Some(id) = albums::with_name(tx, library, &name)? {
                let there = found(tx, id)?;
                let is_same = agrees(new.description.as_ref(), there.album.description.as_ref());
                return if is_same { Ok(Made::Existing(there)) } else { Err(taken(&name)) };
            }
            let album = Album {
                id: AlbumId::generate(),
                library_id: library,
                name,
                description: new.description.clone(),
                cover: None,
                asset_count: 0,
                created_at: now,
                updated_at: now,
            };
            albums::insert(tx, &album)?;
            let created = Change::new(EventKind::AlbumCreated, album.id.uuid());
            events::append(tx, library, &[created], now)?;
            Ok(Made::New(Found { album, cover: None, oldest: None, newest: None }))
        })
        .await
    }

    /// Renames or describes an album, or chooses its cover, and shows it as it is then.
    pub async fn update_album(
        &self,
        viewer: Viewer,
        id: AlbumId,
        patch: AlbumPatch,
    ) -> Result<Found> {
        let now = self.now();
        self.write(move |tx| {
            let library = library_of(tx, &viewer, id, Action::Write)?;
            if patch.name.is_some() {
                libraries::lock(tx, library)?;
            }
            let before = albums::lock(tx, id)?.ok_or_else(no_album)?;
            let mut album = Album {
                name: patch.name.clone().unwrap_or_else(|| before.name.clone()),
                description: patch.description.apply(&before.description),
                cover: patch.cover.apply(&before.cover),
                ..before.clone()
            };
            if let Patch::Set(asset) = patch.cover {
                check_cover(tx, id, asset)?;
            }
            if album != before {
                album.updated_at = later_than(before.updated_at, now);
                save(tx, &album, before.cover != album.cover, now)?;
            }
            found(tx, id)
        })
        .await
    }

    /// Removes an album; its members stay in the library.
    pub async fn delete_album(&self, viewer: Viewer, id: AlbumId) -> Result<()> {
        let now = self.now();
        self.write(move |tx| {
            let library = library_of(tx, &viewer, id, Action::Delete)?;
            albums::lock_members(tx, id)?;
            albums::lock(tx, id)?.ok_or_else(no_album)?;
            albums::delete(tx, id)?;
            let deleted = Change::new(EventKind::AlbumDeleted, id.uuid());
            Ok(events::append(tx, library, &[deleted], now)?)
        })
        .await
    }
}

fn check_cover(tx: &mut Tx<'_>, id: AlbumId, asset: AssetId) -> Result<()> {
    if albums::has_live_member(tx, id, asset)? {
        return Ok(());
    }
    let reason = "the cover must be a member of the album and not in the trash";
    Err(Error::Invalid("album_cover_asset_id", reason.to_owned()))
}

fn save(tx: &mut Tx<'_>, album: &Album, has_new_cover: bool, now: Instant) -> Result<()> {
    albums::save(tx, album).map_err(|err| match err {
        db::Error::Conflict(_) => taken(&album.name),
        other => other.into(),
    })?;
    let updated = if has_new_cover {
        covered_anew(tx, album.id)?
    } else {
        Change::new(EventKind::AlbumUpdated, album.id.uuid())
    };
    Ok(events::append(tx, album.library_id, &[updated], now)?)
}

/// Another cover was chosen, or none. Readers of the feed believe this before they believe what
/// they read again, so it says what is shown and not what was chosen.
fn covered_anew(tx: &mut Tx<'_>, id: AlbumId) -> Result<Change> {
    let cover = found(tx, id)?.cover.map(|cover| cover.asset);
    Ok(Change::with(EventKind::AlbumUpdated, id.uuid(), Payload::Cover { asset: cover }))
}

/// Where the album lives, if the viewer may do `action` there.
fn library_of(conn: &mut Conn, viewer: &Viewer, id: AlbumId, action: Action) -> Result<LibraryId> {
    let library = albums::library(conn, id)?.ok_or_else(no_album)?;
    Ok(access::within(conn, viewer, library, action, no_album)?.id)
}

fn found(conn: &mut Conn, id: AlbumId) -> Result<Found> {
    albums::get(conn, id)?.ok_or_else(no_album)
}

fn no_album() -> Error {
    Error::NotFound("Album not found".to_owned())
}

fn taken(name: &Name) -> Error {
    Error::Conflict(format!("an album named \"{}\" exists and differs", name.as_str()))
}
