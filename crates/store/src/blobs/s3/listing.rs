//! What lies in the bucket.

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;

use futures_util::StreamExt as _;
use model::{Instant, VersionId};
use object_store::ObjectMeta;
use object_store::path::Path;

use super::bucket::{Bucket, Pages};
use super::network::Network;
use super::trouble::{ATTEMPTS, broke_off, pause, sorted};
use crate::blobs::name::{self, fan};
use crate::blobs::{Listed, ORIGINAL, Result, Stored};

/// All versions, those of one folder of the fan-out at a time: a bucket lists names in their order.
pub(super) struct Groups {
    network: Arc<Network>,
    bucket: Arc<Bucket>,
    /// Where all versions are.
    root: Path,
    /// `None` at the end.
    pages: Option<Pages>,
    page: VecDeque<object_store::Result<ObjectMeta>>,
    /// What was listed last: when a listing breaks off, the next one begins behind it.
    last: Option<Path>,
    /// How often it has broken off since.
    failures: u32,
    group: Vec<Listed>,
}

impl Groups {
    pub(super) fn new(network: Arc<Network>, bucket: Arc<Bucket>) -> Self {
        let root = bucket.versions();
        let pages = Some(bucket.list(&root, None));
        Self {
            network,
            bucket,
            root,
            pages,
            page: VecDeque::new(),
            last: None,
            failures: 0,
            group: Vec::new(),
        }
    }

    /// The next object of ours; `None` at the end.
    fn object(&mut self) -> Option<Result<(VersionId, Stored)>> {
        loop {
            match self.found() {
                Ok(Some(found)) => {
                    self.failures = 0;
                    let object = self.stored(&found);
                    self.last = Some(found.location);
                    if let Some(object) = object {
                        return Some(Ok(object));
                    }
                }
                Ok(None) => return None,
                Err(err) if broke_off(&err) && self.failures < ATTEMPTS => self.resume(),
                Err(err) => return Some(Err(err)),
            }
        }
    }

    /// Whatever is listed next.
    fn found(&mut self) -> Result<Option<ObjectMeta>> {
        while self.page.is_empty() {
            let Some(mut pages) = self.pages.take() else { return Ok(None) };
            let page = self.network.wait(async move {
                let page = pages.next().await;
                Ok(page.map(|page| (page, pages)))
            });
            if let Some((page, pages)) = page? {
                (self.page, self.pages) = (page.into(), Some(pages));
            }
        }
        self.page.pop_front().transpose().map_err(sorted)
    }

    fn resume(&mut self) {
        self.failures += 1;
        let failures = self.failures;
        // Waiting does not fail.
        drop(self.network.wait(async move {
            pause(failures).await;
            Ok(())
        }));
        self.page.clear();
        self.pages = Some(self.bucket.list(&self.root, self.last.as_ref()));
    }

    /// The object of ours that lies there, if it is one.
    fn stored(&self, found: &ObjectMeta) -> Option<(VersionId, Stored)> {
        let parts: Vec<_> = found.location.prefix_match(&self.root)?.collect();
        let [outer, inner, version, name] = parts.as_slice() else { return None };
        let (version, name) = (VersionId::parse(version.as_ref()).ok()?, name.as_ref());
        let (a, b) = fan(version);
        let is_in_place =
            outer.as_ref() == format!("{a:02x}") && inner.as_ref() == format!("{b:02x}");
        if !is_in_place || (name != ORIGINAL && name::check(name).is_err()) {
            return None;
        }
        let written_at = Instant::from_micros(found.last_modified.timestamp_micros());
        let name = name.to_owned();
        Some((version, Stored { name, bytes: found.size, written_at }))
    }
}

impl Iterator for Groups {
    type Item = Result<Vec<Listed>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.object() {
                Some(Ok((version, object))) => {
                    let is_next =
                        self.group.first().is_some_and(|first| fan(first.version) != fan(version));
                    let group = if is_next { mem::take(&mut self.group) } else { Vec::new() };
                    match self.group.last_mut() {
                        Some(last) if last.version == version => last.objects.push(object),
                        _ => self.group.push(Listed { version, objects: vec![object] }),
                    }
                    if is_next {
                        return Some(Ok(group));
                    }
                }
                Some(Err(err)) => {
                    self.pages = None;
                    self.page.clear();
                    self.group.clear();
                    return Some(Err(err));
                }
                None if self.group.is_empty() => return None,
                None => return Some(Ok(mem::take(&mut self.group))),
            }
        }
    }
}
