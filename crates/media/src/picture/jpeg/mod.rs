//! JPEG: reading through libjpeg-turbo, writing, and copying without metadata.

mod bare;
mod decode;
mod encode;
mod frame;
mod profile;
mod segments;

pub(super) use bare::bare;
pub(super) use decode::decode;
pub(super) use encode::encode;
pub(super) use frame::Frame;
pub(super) use profile::profile;

/// Marker codes (ITU-T T.81, table B.1).
mod marker {
    pub(super) const SOI: u8 = 0xd8;
    pub(super) const EOI: u8 = 0xd9;
    pub(super) const SOS: u8 = 0xda;
    pub(super) const APP0: u8 = 0xe0;
    pub(super) const APP2: u8 = 0xe2;
    pub(super) const APP14: u8 = 0xee;
    pub(super) const APP15: u8 = 0xef;
    pub(super) const COM: u8 = 0xfe;
}
