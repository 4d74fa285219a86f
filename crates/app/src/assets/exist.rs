//! Which of these files are here already (contract 3.6)?

use model::{Action, LibraryId};
use store::assets;

use super::{Fingerprints, Lite};
use crate::{App, Result, Viewer, access};

impl App {
    /// The assets of a library, live or trashed, that match; what does not match is left out.
    pub async fn existing_assets(
        &self,
        viewer: Viewer,
        library: Option<LibraryId>,
        wanted: Fingerprints,
    ) -> Result<Vec<Lite>> {
        self.read(move |conn| {
            let library = access::chosen_library(conn, &viewer, library, Action::Read)?.id;
            Ok(assets::existing(conn, library, wanted)?)
        })
        .await
    }
}
