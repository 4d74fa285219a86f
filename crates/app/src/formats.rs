//! What this server does with which kind of file.

use media::Format;
use media::picture::Decoder;

use crate::App;
use crate::pictures::off_thread;

/// One kind of file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capability {
    /// What files of this kind are served as.
    pub mime_type: &'static str,
    /// In lower case, the usual one first.
    pub extensions: Vec<&'static str>,
    /// Whether what such a file says of itself is read.
    pub facts: bool,
    /// What makes its pictures.
    pub decoder: &'static str,
    /// Of which version; `None` while it is not installed, and no pictures are made.
    pub decoder_version: Option<String>,
}

impl App {
    /// Every kind of file that is stored, in a fixed order.
    pub async fn formats(&self) -> crate::Result<Vec<Capability>> {
        let app = self.clone();
        off_thread(move || {
            let capability = |format: Format| {
                let decoder = Decoder::of(format);
                Capability {
                    mime_type: format.mime_type(),
                    extensions: format.extensions().collect(),
                    facts: format.has_facts(),
                    decoder: decoder.name(),
                    decoder_version: app.inner.studio.version(decoder),
                }
            };
            Ok(Format::all().map(capability).collect())
        })
        .await
    }

    /// Writes to the log what decodes pictures, and what is there to keep it in its place.
    pub async fn describe_decoders(&self) {
        let app = self.clone();
        let described = off_thread(move || {
            let (ffmpeg, walls) = (app.inner.studio.version(Decoder::Ffmpeg), media::protection());
            let ffmpeg =
                ffmpeg.as_deref().unwrap_or("missing: HEIC, AVIF and videos get no pictures");
            let has = |wall: bool| if wall { "on" } else { "not in this kernel" };
            tracing::info!(
                "ffmpeg {ffmpeg}; around it: limits on, Landlock {}, seccomp {}",
                has(walls.files),
                has(walls.calls)
            );
            Ok::<_, crate::Error>(())
        });
        if let Err(err) = described.await {
            tracing::warn!("could not look at the decoders: {err:#}");
        }
    }
}
