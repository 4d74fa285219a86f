//! The properties we have a use for, by namespace and name.

/// A property that some rule asks for, in the notation `schema` + `name`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Property {
    DcDescription,
    XmpRating,
    XmpCreateDate,
    XmpModifyDate,
    MicrosoftRating,
    PhotoshopDateCreated,
    PhotoshopCity,
    PhotoshopState,
    PhotoshopCountry,
    IptcLocation,
    IptcCountryCode,
    ExifDateTimeOriginal,
    ExifDateTimeDigitized,
    ExifGpsLatitude,
    ExifGpsLongitude,
    ExifGpsAltitude,
    ExifGpsAltitudeRef,
    ExifGpsStatus,
    ExifFNumber,
    ExifFocalLength,
    ExifExposureTime,
    ExifExposureBias,
    TiffMake,
    TiffModel,
    TiffOrientation,
    ExifExLensModel,
    AuxLens,
    PanoProjectionType,
    CameraBurstId,
    CameraMotionPhoto,
    CameraMotionOffset,
    CameraMicroVideo,
    CameraMicroVideoOffset,
    /// `Item:Length` of the item whose `Item:Semantic` is `MotionPhoto`.
    ItemMotionLength,
}

impl Property {
    pub(super) fn of(namespace: &str, name: &str) -> Option<Self> {
        match namespace {
            "http://purl.org/dc/elements/1.1/" => {
                (name == "description").then_some(Self::DcDescription)
            }
            "http://ns.adobe.com/xap/1.0/" => match name {
                "Rating" => Some(Self::XmpRating),
                "CreateDate" => Some(Self::XmpCreateDate),
                "ModifyDate" => Some(Self::XmpModifyDate),
                _ => None,
            },
            "http://ns.microsoft.com/photo/1.0" | "http://ns.microsoft.com/photo/1.0/" => {
                (name == "Rating").then_some(Self::MicrosoftRating)
            }
            "http://ns.adobe.com/photoshop/1.0/" => match name {
                "DateCreated" => Some(Self::PhotoshopDateCreated),
                "City" => Some(Self::PhotoshopCity),
                "State" => Some(Self::PhotoshopState),
                "Country" => Some(Self::PhotoshopCountry),
                _ => None,
            },
            "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" => match name {
                "Location" => Some(Self::IptcLocation),
                "CountryCode" => Some(Self::IptcCountryCode),
                _ => None,
            },
            "http://ns.adobe.com/exif/1.0/" => Self::of_exif(name),
            "http://ns.adobe.com/tiff/1.0/" => match name {
                "Make" => Some(Self::TiffMake),
                "Model" => Some(Self::TiffModel),
                "Orientation" => Some(Self::TiffOrientation),
                _ => None,
            },
            "http://cipa.jp/exif/1.0/" => (name == "LensModel").then_some(Self::ExifExLensModel),
            "http://ns.adobe.com/exif/1.0/aux/" => (name == "Lens").then_some(Self::AuxLens),
            "http://ns.google.com/photos/1.0/panorama/" => {
                (name == "ProjectionType").then_some(Self::PanoProjectionType)
            }
            "http://ns.google.com/photos/1.0/camera/" => match name {
                "BurstID" => Some(Self::CameraBurstId),
                "MotionPhoto" => Some(Self::CameraMotionPhoto),
                "MotionPhotoOffset" => Some(Self::CameraMotionOffset),
                "MicroVideo" => Some(Self::CameraMicroVideo),
                "MicroVideoOffset" => Some(Self::CameraMicroVideoOffset),
                _ => None,
            },
            _ => None,
        }
    }

    fn of_exif(name: &str) -> Option<Self> {
        Some(match name {
            "DateTimeOriginal" => Self::ExifDateTimeOriginal,
            "DateTimeDigitized" => Self::ExifDateTimeDigitized,
            "GPSLatitude" => Self::ExifGpsLatitude,
            "GPSLongitude" => Self::ExifGpsLongitude,
            "GPSAltitude" => Self::ExifGpsAltitude,
            "GPSAltitudeRef" => Self::ExifGpsAltitudeRef,
            "GPSStatus" => Self::ExifGpsStatus,
            "FNumber" => Self::ExifFNumber,
            "FocalLength" => Self::ExifFocalLength,
            "ExposureTime" => Self::ExifExposureTime,
            "ExposureBiasValue" => Self::ExifExposureBias,
            _ => return None,
        })
    }
}
