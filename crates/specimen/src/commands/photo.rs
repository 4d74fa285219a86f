//! `specimen photo`: one photograph with the metadata asked for.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use specimen::{Camera, ExifTime, Format, Gps, Metadata, Motif, Photo, Scene};

/// Writes one photograph; the format follows from the file name.
#[derive(Args)]
#[command(after_help = "Examples:
  specimen photo --out dawn.jpg --motif lake --hour 6.2 --seed 7
  specimen photo --out lima.jpg --taken '2024:05:06 07:08:09' --offset=-05:00 \\
      --lat=-12.0464 --lon=-77.0428 --caption 'Malecón' --rating 4 --orientation 6")]
pub(crate) struct PhotoCommand {
    /// File to write: .jpg, .png, .webp, .tif or .gif.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Pixels across, as displayed.
    #[arg(long, default_value_t = 1600)]
    width: u32,
    /// Pixels down, as displayed.
    #[arg(long, default_value_t = 1200)]
    height: u32,
    /// JPEG quality, 1–100.
    #[arg(long, default_value_t = 85)]
    quality: u8,
    /// Decides all that the other options leave open.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What it shows.
    #[arg(long)]
    motif: Option<MotifName>,
    /// Time of day of its light, 0–24.
    #[arg(long)]
    hour: Option<f32>,
    #[command(flatten)]
    told: Told,
}

/// The metadata.
#[derive(Args)]
#[command(next_help_heading = "Metadata")]
struct Told {
    /// Capture time as EXIF writes it: "2024:05:06 07:08:09".
    #[arg(long, value_name = "DATE")]
    taken: Option<String>,
    /// Digits after the second of the capture time.
    #[arg(long, value_name = "DIGITS", requires = "taken")]
    subsec: Option<String>,
    /// Distance of the capture time from UTC: "+02:00".
    #[arg(long, requires = "taken", allow_hyphen_values = true)]
    offset: Option<String>,
    /// Latitude in degrees, north positive.
    #[arg(long, value_name = "DEGREES", requires = "lon", allow_hyphen_values = true)]
    lat: Option<f64>,
    /// Longitude in degrees, east positive.
    #[arg(long, value_name = "DEGREES", requires = "lat", allow_hyphen_values = true)]
    lon: Option<f64>,
    /// Altitude in metres.
    #[arg(long, value_name = "METRES", requires = "lat", allow_hyphen_values = true)]
    altitude: Option<f64>,
    /// Caption, written to XMP.
    #[arg(long)]
    caption: Option<String>,
    /// Stars, written to XMP.
    #[arg(long, allow_hyphen_values = true)]
    rating: Option<i64>,
    /// EXIF orientation, 1–8; the displayed picture stays upright.
    #[arg(long)]
    orientation: Option<u16>,
    /// Camera maker.
    #[arg(long)]
    make: Option<String>,
    /// Camera model.
    #[arg(long)]
    model: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum MotifName {
    Mountains,
    Lake,
    Sea,
    Dunes,
    Forest,
    Snow,
    City,
}

impl PhotoCommand {
    /// Paints and writes.
    pub(crate) fn run(self) -> Result<()> {
        let extension = self.out.extension().and_then(|extension| extension.to_str());
        let Some(format) = extension.and_then(Format::from_extension) else {
            bail!("{} does not end in .jpg, .png, .webp, .tif or .gif", self.out.display());
        };
        let mut scene = Scene::from_seed(self.seed);
        scene.motif = self.motif.map_or(scene.motif, Motif::from);
        scene.hour = self.hour.unwrap_or(scene.hour);
        let photo = Photo {
            width: self.width,
            height: self.height,
            scene,
            format,
            metadata: self.told.into(),
            quality: self.quality,
        };
        fs::write(&self.out, photo.bytes()?)
            .with_context(|| format!("cannot write {}", self.out.display()))
    }
}

impl From<Told> for Metadata {
    fn from(told: Told) -> Self {
        let Told { subsec, offset, altitude, .. } = told;
        Self {
            orientation: told.orientation,
            taken: told.taken.map(|date| ExifTime { date, subsec, offset }),
            gps: told
                .lat
                .zip(told.lon)
                .map(|(latitude, longitude)| Gps { altitude, ..Gps::at(latitude, longitude) }),
            xmp_description: told.caption,
            rating: told.rating,
            camera: Camera { make: told.make, model: told.model, lens: None },
            ..Self::default()
        }
    }
}

impl From<MotifName> for Motif {
    fn from(name: MotifName) -> Self {
        match name {
            MotifName::Mountains => Self::Mountains,
            MotifName::Lake => Self::Lake,
            MotifName::Sea => Self::Sea,
            MotifName::Dunes => Self::Dunes,
            MotifName::Forest => Self::Forest,
            MotifName::Snow => Self::Snow,
            MotifName::City => Self::City,
        }
    }
}
