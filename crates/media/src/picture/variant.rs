/// The number of the recipe that turns a source into its variants. It is part of the name under
/// which a variant is stored, and is raised whenever the same source would give other bytes.
pub const RECIPE: u32 = 2;

/// The media type of every variant.
pub const MIME_TYPE: &str = "image/jpeg";

/// A size in which a picture is served (contract 2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variant {
    /// For a grid of many: longest edge 360 pixels.
    Thumbnail,
    /// For a list: longest edge 720 pixels.
    Small,
    /// For the whole screen: longest edge 1440 pixels.
    Preview,
    /// As many pixels as the source has.
    Fullsize,
}

impl Variant {
    /// The variants made of every picture in advance, largest first.
    pub const LADDER: [Self; 3] = [Self::Preview, Self::Small, Self::Thumbnail];

    /// Pixels of the longer edge; `None` for the size of the source. Smaller sources keep their size.
    pub const fn longest_edge(self) -> Option<u32> {
        match self {
            Self::Thumbnail => Some(360),
            Self::Small => Some(720),
            Self::Preview => Some(1440),
            Self::Fullsize => None,
        }
    }

    /// JPEG quality, 1–100. The full size is what people zoom into and download.
    pub(super) const fn quality(self) -> i32 {
        match self {
            Self::Thumbnail | Self::Small | Self::Preview => 80,
            Self::Fullsize => 90,
        }
    }
}
