//! Files beside the versions: what a library says of itself, snapshots of a backup.

use std::io::Read;

use bytes::Bytes;
use object_store::path::Path;
use sha2::{Digest as _, Sha256};

use super::S3;
use super::incoming::{NewObject, PART};
use super::reader;
use crate::blobs::backend::{Form, Incoming as _};
use crate::blobs::{Object, Result};

impl S3 {
    /// A small file replaces an earlier one in one request; a large one must be new.
    pub(super) fn put_file(&self, name: &str, bytes: &mut dyn Read) -> Result<()> {
        let path = self.bucket.beside(name);
        let mut chunk = Vec::new();
        let mut next = |chunk: &mut Vec<u8>| {
            chunk.clear();
            (&mut *bytes).take(PART as u64).read_to_end(chunk)
        };
        if next(&mut chunk)? < PART {
            let bucket = self.bucket.clone();
            return self.network.wait(async move { bucket.put(&path, chunk.into()).await });
        }
        let mut object =
            NewObject::begin(self.network.clone(), self.bucket.clone(), path, Form::New);
        let mut digest = Sha256::new();
        while !chunk.is_empty() {
            digest.update(&chunk);
            object.write(&chunk)?;
            next(&mut chunk)?;
        }
        object.seal(&digest.finalize().into())
    }

    pub(super) fn create_file(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let (bucket, path) = (self.bucket.clone(), self.bucket.beside(name));
        let (bytes, sha256) = (Bytes::copy_from_slice(bytes), Sha256::digest(bytes));
        self.network.wait(async move { bucket.write(&path, bytes, &sha256, Form::New).await })
    }

    pub(super) fn open_file(&self, name: &str) -> Result<Option<Object>> {
        reader::open(&self.network, &self.bucket, self.bucket.beside(name))
    }

    pub(super) fn remove_file(&self, name: &str) -> Result<()> {
        let (bucket, path) = (self.bucket.clone(), self.bucket.beside(name));
        self.network.wait(async move { bucket.remove_one(&path).await })
    }

    pub(super) fn remove_folder(&self, name: &str) -> Result<()> {
        let (bucket, folder) = (self.bucket.clone(), self.bucket.beside(name));
        self.network.wait(async move { bucket.remove(&folder).await })
    }

    pub(super) fn folder_names(&self, name: &str) -> Result<Vec<String>> {
        let (bucket, folder) = (self.bucket.clone(), self.bucket.beside(name));
        let found: Vec<Path> = self.network.wait(async move { bucket.folders(&folder).await })?;
        let mut names: Vec<String> =
            found.iter().filter_map(|path| Some(path.filename()?.to_owned())).collect();
        names.sort();
        Ok(names)
    }
}
