//! What comes with an asset when it is asked for: one query for a whole page, never one per row.

use std::collections::HashMap;

use model::{Asset, AssetId, Face, FileData, Person};

use super::{COLUMNS, FILE_COLUMNS, asset, file};
use crate::db::{Conn, FromRow, Query, Result, Row};
use crate::{faces, people};

/// Which parts to read beside the row of an asset; the default reads none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parts {
    /// The facts about the upload.
    pub file: bool,
    /// The faces in it.
    pub faces: bool,
    /// The people these faces show.
    pub people: bool,
}

/// An asset with the parts that were asked for; `None` is a part that was not.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The asset.
    pub asset: Asset,
    /// The facts about its upload.
    pub file: Option<FileData>,
    /// The faces in it, newest first.
    pub faces: Option<Vec<Face>>,
    /// Whom these faces show, each person once, hidden ones too.
    pub people: Option<Vec<Person>>,
}

impl Found {
    /// An asset that was just made: nothing is known of it but its row and its upload.
    pub const fn new(asset: Asset, file: FileData) -> Self {
        Self { asset, file: Some(file), faces: Some(Vec::new()), people: Some(Vec::new()) }
    }
}

impl Parts {
    /// Everything there is.
    pub const ALL: Self = Self { file: true, faces: true, people: true };

    /// `select` and the columns that [`Self::find`] reads.
    pub(super) fn select(self) -> Query {
        let file = if self.file { format!(", {FILE_COLUMNS}") } else { String::new() };
        Query::new(&format!("select {COLUMNS}{file}"))
    }

    /// The assets that `query` gives, and their parts.
    pub(super) fn find(self, conn: &mut Conn, query: &Query) -> Result<Vec<Found>> {
        let mut found: Vec<Found> = if self.file {
            query.all::<WithFile>(conn)?.into_iter().map(|WithFile(found)| found).collect()
        } else {
            query.all::<Bare>(conn)?.into_iter().map(|Bare(found)| found).collect()
        };
        let ids: Vec<AssetId> = found.iter().map(|found| found.asset.id).collect();
        if self.faces {
            let faces = faces::of_assets(conn, &ids)?.into_iter();
            let mut faces = grouped(faces.map(|face| (face.asset_id, face)));
            for found in &mut found {
                found.faces = Some(faces.remove(&found.asset.id).unwrap_or_default());
            }
        }
        if self.people {
            let mut people = grouped(people::on_assets(conn, &ids)?.into_iter());
            for found in &mut found {
                found.people = Some(people.remove(&found.asset.id).unwrap_or_default());
            }
        }
        Ok(found)
    }
}

fn grouped<T>(parts: impl Iterator<Item = (AssetId, T)>) -> HashMap<AssetId, Vec<T>> {
    let mut groups: HashMap<AssetId, Vec<T>> = HashMap::new();
    for (asset, part) in parts {
        groups.entry(asset).or_default().push(part);
    }
    groups
}

struct Bare(Found);

impl FromRow for Bare {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self(Found { asset: asset(row)?, file: None, faces: None, people: None }))
    }
}

struct WithFile(Found);

impl FromRow for WithFile {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let Bare(mut found) = Bare::from_row(row)?;
        found.file = Some(file(row)?);
        Ok(Self(found))
    }
}
