//! An original on its way into a bucket.

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;

use object_store::MultipartUpload;
use object_store::path::Path;

use super::bucket::Bucket;
use super::network::{Network, Pending};
use crate::blobs::Result;
use crate::blobs::backend::{Form, Incoming};

/// Bytes of a part, and the most that go in one request. A bucket takes 10,000 parts: 78 GiB.
pub(super) const PART: usize = 8 << 20;
/// Parts of one upload that are on their way while the next one is gathered.
const IN_FLIGHT: usize = 2;

/// Nothing of it shows in the bucket before it is sealed.
#[derive(Debug)]
pub(super) struct NewObject {
    network: Arc<Network>,
    bucket: Arc<Bucket>,
    path: Path,
    form: Form,
    /// What is not on its way yet: a part at most.
    waiting: Vec<u8>,
    bytes: u64,
    /// Once it is more than one part.
    parts: Option<Parts>,
}

#[derive(Debug)]
struct Parts {
    upload: Box<dyn MultipartUpload>,
    in_flight: VecDeque<Pending<()>>,
}

impl NewObject {
    pub(super) fn begin(
        network: Arc<Network>,
        bucket: Arc<Bucket>,
        path: Path,
        form: Form,
    ) -> Self {
        Self { network, bucket, path, form, waiting: Vec::new(), bytes: 0, parts: None }
    }

    fn send_part(&mut self) -> Result<()> {
        let parts = match &mut self.parts {
            Some(parts) => parts,
            none => {
                let (bucket, path) = (self.bucket.clone(), self.path.clone());
                let begun = async move { bucket.begin_parts(&path).await };
                let upload = self.network.wait(begun)?;
                none.insert(Parts { upload, in_flight: VecDeque::new() })
            }
        };
        if parts.in_flight.len() == IN_FLIGHT
            && let Some(first) = parts.in_flight.pop_front()
        {
            first.wait()?;
        }
        let part = parts.upload.put_part(mem::take(&mut self.waiting).into());
        parts.in_flight.push_back(self.network.start(self.bucket.part(part)));
        Ok(())
    }
}

impl Incoming for NewObject {
    fn write(&mut self, mut chunk: &[u8]) -> Result<()> {
        self.bytes += chunk.len() as u64;
        while !chunk.is_empty() {
            if self.waiting.len() == PART {
                self.send_part()?;
            }
            let (now, later) = chunk.split_at(chunk.len().min(PART - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            chunk = later;
        }
        Ok(())
    }

    fn seal(&mut self, sha256: &[u8; 32]) -> Result<()> {
        let (bucket, path, form) = (self.bucket.clone(), self.path.clone(), self.form);
        if self.parts.is_none() {
            let (bytes, sha256) = (mem::take(&mut self.waiting).into(), *sha256);
            let sent = async move { bucket.write(&path, bytes, &sha256, form).await };
            return self.network.wait(sent);
        }
        self.send_part()?;
        if let Some(parts) = &mut self.parts {
            while let Some(part) = parts.in_flight.pop_front() {
                part.wait()?;
            }
        }
        let Some(mut parts) = self.parts.take() else { return Ok(()) };
        let bytes = self.bytes;
        self.network.wait(async move {
            let joined = bucket.join_parts(&path, &mut *parts.upload, bytes, form).await;
            if joined.is_err() {
                drop(parts.upload.abort().await);
            }
            joined
        })
    }
}

impl Drop for NewObject {
    fn drop(&mut self) {
        if let Some(Parts { mut upload, in_flight }) = self.parts.take() {
            drop(in_flight);
            // What cannot be taken back is for the rule of the bucket about unfinished uploads.
            self.network.leave(async move { drop(upload.abort().await) });
        }
    }
}
