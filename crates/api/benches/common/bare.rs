//! What no server can do without: the statement of a page and the JSON of its values.
//!
//! Times stay numbers, ids and hashes become hexadecimal text; nothing is derived, checked, signed
//! or put into a type of its own.

use std::path::Path;

use anyhow::Result;
use model::AssetId;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, Row, Statement, params};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// What a list of assets shows.
const COLUMNS: &str = "id, library_id, version_id, media_type, mime_type, original_file_name,
    wall, wall_offset, capture_source, created_at, updated_at, trashed_at, width, height, duration,
    thumbhash, file_size_bytes, metadata_updated_at, description, latitude, longitude, altitude,
    rating, place_name, sublocation, city, state, country, country_code, timezone, digitized,
    digitized_offset, modified, modified_offset, make, model, lens_model, f_number, focal_length,
    exposure_time, exposure_bias, iso, fps, orientation, raw_width, raw_height, projection_type,
    live_photo_cid, auto_stack_id";

/// A connection that reads, with as much cache as one of the store's.
pub(crate) fn open(database: &Path) -> Result<Connection> {
    let conn = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    conn.execute_batch("pragma cache_size = -8192; pragma mmap_size = 0")?;
    Ok(conn)
}

/// Where a page begins: wall clock and id.
pub(crate) type Position = (i64, Vec<u8>);

/// Prepared statements.
pub(crate) struct Pages<'c> {
    library: Vec<u8>,
    columns: Vec<String>,
    position: Statement<'c>,
    page: Statement<'c>,
}

impl<'c> Pages<'c> {
    pub(crate) fn new(conn: &'c Connection) -> Result<Self> {
        let page = conn.prepare(&format!(
            "select {COLUMNS} from assets
             where library_id = ?1 and trashed_at is null and (wall, id) < (?2, ?3)
             order by wall desc, id desc limit 201"
        ))?;
        Ok(Self {
            library: conn.query_row("select id from libraries", [], |row| row.get(0))?,
            columns: page.column_names().map(str::to_owned).collect(),
            position: conn.prepare("select wall, id from assets where id = ?1")?,
            page,
        })
    }

    pub(crate) fn position(&mut self, after: AssetId) -> Result<Position> {
        let id = after.uuid();
        Ok(self.position.query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// The JSON of up to 200 assets; the one beyond tells whether there are more.
    pub(crate) fn page(&mut self, (wall, id): Position) -> Result<Vec<u8>> {
        let names = &self.columns;
        let rows =
            self.page.query_map(params![self.library, wall, id], |row| Asset::read(names, row))?;
        let mut assets = rows.collect::<rusqlite::Result<Vec<Asset<'_>>>>()?;
        assets.truncate(200);
        Ok(serde_json::to_vec(&assets)?)
    }
}

struct Asset<'n> {
    names: &'n [String],
    values: Vec<Value>,
}

impl<'n> Asset<'n> {
    fn read(names: &'n [String], row: &Row<'_>) -> rusqlite::Result<Self> {
        let values = (0..names.len()).map(|column| row.get(column)).collect::<Result<_, _>>()?;
        Ok(Self { names, values })
    }
}

impl Serialize for Asset<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.names.len()))?;
        for (name, value) in self.names.iter().zip(&self.values) {
            match value {
                Value::Null => map.serialize_entry(name, &())?,
                Value::Integer(number) => map.serialize_entry(name, number)?,
                Value::Real(number) => map.serialize_entry(name, number)?,
                Value::Text(text) => map.serialize_entry(name, text)?,
                Value::Blob(bytes) => map.serialize_entry(name, &hexadecimal(bytes))?,
            }
        }
        map.end()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
