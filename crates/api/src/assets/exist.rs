//! `POST /api/assets/exist` (contract 3.6).

use app::assets::Fingerprints;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::LibraryId;
use model::id::LibraryKind;

use super::list::LIBRARY_ID;
use crate::models::AssetExistenceResponse;
use crate::state::Cx;
use crate::wire::{Answer, ApiError, Input, Reader};

pub(super) const ABOUT: &str = "\
Tells before an upload which files the library holds. Give exactly one group: `checksums` \
(base64 SHA-256), `checksum_sha1s` (base64 SHA-1), or `deviceId` with `deviceAssetIds`. Assets in \
the trash count.";

/// Most fingerprints per call.
const MOST: usize = 5000;

/// What to look for, and where.
pub(super) struct Check {
    library: Option<LibraryId>,
    wanted: Fingerprints,
}

impl Input for Check {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.query("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        let sha256 = r
            .field("checksums", "Base64 SHA-256 sums; a malformed one never matches.")
            .text(1024)
            .list(0..=MOST)
            .optional();
        let sha1 = r
            .field("checksum_sha1s", "Base64 SHA-1 sums; a malformed one never matches.")
            .text(1024)
            .list(0..=MOST)
            .optional();
        let device = r.field("deviceId", "A device.").text(1024).optional();
        let assets = r
            .field("deviceAssetIds", "That device's own names.")
            .text(1024)
            .list(0..=MOST)
            .optional();
        let wanted = match (sha256?, sha1?, device?, assets?) {
            (Some(sums), None, None, None) => Fingerprints::Sha256(decoded(&sums, 32)),
            (None, Some(sums), None, None) => Fingerprints::Sha1(decoded(&sums, 20)),
            (None, None, Some(id), Some(assets)) => Fingerprints::Device { id, assets },
            _ => {
                return r.refuse(
                    "give exactly one of: checksums, checksum_sha1s, deviceId with deviceAssetIds",
                );
            }
        };
        Some(Self { library: library?, wanted })
    }
}

/// The sums of this many bytes; what is malformed matches nothing and is left out.
fn decoded(sums: &[String], length: usize) -> Vec<Vec<u8>> {
    let decoded = sums.iter().filter_map(|sum| STANDARD.decode(sum).ok());
    decoded.filter(|sum| sum.len() == length).collect()
}

pub(super) async fn check(
    cx: Cx,
    input: Check,
) -> Result<Answer<AssetExistenceResponse>, ApiError> {
    let found = cx.state.app.existing_assets(cx.viewer.0, input.library, input.wanted).await?;
    Ok(Answer::ok(found.into()))
}
