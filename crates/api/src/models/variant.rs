//! Named renderings and their URLs (contract 2.4, 17.2).

use std::borrow::Cow;

use app::versions::Version;
use model::{Asset, MediaType, Named as _, VersionId, VersionKind};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::urls::{Rendering, Signer};

/// One rendering of an asset.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AssetVariant {
    /// Absolute, signed; works without a credential.
    url: String,
    /// Type that is served.
    mimetype: Cow<'static, str>,
    /// Pixels; null when unknown.
    width: Option<i64>,
}

impl AssetVariant {
    /// The picture of an asset that stands for something else.
    pub(crate) fn thumbnail(version: VersionId, size: Option<(i64, i64)>, urls: &Signer) -> Self {
        Self::picture(version, size, Rendering::Thumbnail, urls)
    }

    /// A picture whose width nobody has looked up.
    pub(crate) fn jpeg(url: String) -> Self {
        Self { url, mimetype: "image/jpeg".into(), width: None }
    }

    fn picture(
        version: VersionId,
        size: Option<(i64, i64)>,
        rendering: Rendering,
        urls: &Signer,
    ) -> Self {
        Self {
            url: urls.url(version, rendering, None),
            mimetype: "image/jpeg".into(),
            width: size.map(|size| width(size, rendering)),
        }
    }
}

/// Named renderings, in the order of their sizes.
pub(crate) type VariantUrls = Vec<(&'static str, AssetVariant)>;

/// A list of names and values as a JSON object.
pub(crate) fn as_map<S: Serializer>(
    entries: &[(&'static str, AssetVariant)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(entries.iter().map(|(name, variant)| (name, variant)))
}

/// What there is to be seen of a version.
pub(crate) struct Pictures<'a> {
    version: VersionId,
    mime_type: &'a str,
    kind: &'a VersionKind,
    size: Option<(i64, i64)>,
    media_type: MediaType,
    has_still: bool,
    file_name: &'a str,
}

impl<'a> Pictures<'a> {
    /// Of the version that is shown.
    pub(crate) fn of(asset: &'a Asset) -> Self {
        Self {
            version: asset.version_id,
            mime_type: &asset.mime_type,
            kind: &asset.kind,
            size: asset.size,
            media_type: asset.media_type,
            has_still: asset.thumbhash.is_some(),
            file_name: &asset.original_file_name,
        }
    }

    /// Of any version of an asset.
    pub(crate) fn of_version(version: &'a Version, asset: &'a Asset) -> Self {
        Self {
            version: version.id,
            mime_type: &version.mime_type,
            kind: &version.kind,
            size: version.size,
            ..Self::of(asset)
        }
    }

    /// All URLs, or the lean form: one key; a video without a still has `original` as well, because
    /// each client generation looks for another one (OP-17).
    pub(crate) fn urls(&self, all: bool, urls: &Signer) -> VariantUrls {
        use Rendering::{Fullsize, Original, Preview, Small, Thumbnail};
        let wanted: &[Rendering] = match (all, self.media_type) {
            (true, _) => &[Original, Thumbnail, Small, Preview, Fullsize],
            (false, MediaType::Video) if !self.has_still => &[Thumbnail, Original],
            (false, _) => &[Thumbnail],
        };
        let variant = |&rendering| (key(rendering, self.media_type), self.variant(rendering, urls));
        wanted.iter().map(variant).collect()
    }

    fn variant(&self, rendering: Rendering, urls: &Signer) -> AssetVariant {
        if rendering != Rendering::Original {
            return AssetVariant::picture(self.version, self.size, rendering, urls);
        }
        AssetVariant {
            url: urls.url(self.version, rendering, Some(&self.save_as())),
            mimetype: self.mime_type.to_owned().into(),
            width: self.size.map(|size| width(size, rendering)),
        }
    }

    /// The name of the upload; what was made of it has an extension that fits.
    fn save_as(&self) -> Cow<'a, str> {
        if self.kind.as_str() == VersionKind::ORIGINAL {
            return self.file_name.into();
        }
        let stem = self.file_name.rsplit_once('.').map_or(self.file_name, |(stem, _)| stem);
        let extension = if self.mime_type == "image/png" { "png" } else { "jpg" };
        format!("{stem}.{extension}").into()
    }
}

fn key(rendering: Rendering, media_type: MediaType) -> &'static str {
    match (media_type, rendering) {
        (MediaType::Video, Rendering::Thumbnail) => "thumbnail_image",
        (MediaType::Video, Rendering::Small) => "small_image",
        (MediaType::Video, Rendering::Preview) => "preview_image",
        (MediaType::Video, Rendering::Fullsize) => "fullsize_image",
        _ => rendering.name(),
    }
}

/// The width of a rendering: the longest edge is the rung's, and nothing is enlarged.
fn width((width, height): (i64, i64), rendering: Rendering) -> i64 {
    let edge = match rendering {
        Rendering::Thumbnail => 360,
        Rendering::Small => 720,
        Rendering::Preview => 1440,
        Rendering::Original | Rendering::Fullsize => return width,
    };
    let longest = width.max(height);
    if longest <= edge { width } else { ((width * edge + longest / 2) / longest).max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rung_keeps_the_shape_and_enlarges_nothing() {
        assert_eq!(width((4032, 3024), Rendering::Preview), 1440);
        assert_eq!(width((3024, 4032), Rendering::Preview), 1080);
        assert_eq!(width((100, 50), Rendering::Thumbnail), 100);
        assert_eq!(width((4032, 3024), Rendering::Original), 4032);
        assert_eq!(width((1, 100_000), Rendering::Thumbnail), 1);
    }
}
