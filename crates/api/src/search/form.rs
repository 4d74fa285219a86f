//! `POST /api/search`: the same search from a form, which has room for a picture.

use app::search::{Beginning, Search};
use axum::http::{HeaderMap, header};

use super::{Narrowed, asked, found};
use crate::form::{FileForm, Sent};
use crate::models::{Page, SearchHit};
use crate::state::Cx;
use crate::wire::{Answer, ApiError, Incoming, Input, Place, Reader, read_form, read_urlencoded};

pub(super) const ABOUT: &str = "\
As the search by query, with the parameters in a form; `image` is a criterion of its own. The form \
may be `application/x-www-form-urlencoded` when it has no picture.";

const FILE: &str = "image";
/// Largest picture.
const MOST_PICTURE_BYTES: u64 = 100 << 20;

/// The fields of the form.
pub(super) struct Fields(Search);

impl Input for Fields {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let picture = r
            .form(FILE, "A picture that the hits should look like, of at most 100 MiB.")
            .file()
            .optional();
        let search = asked(r, Place::Form);
        picture?;
        search.map(Self)
    }
}

pub(super) async fn search(
    cx: Cx,
    Narrowed(include): Narrowed,
    body: Incoming,
) -> Result<Answer<Page<SearchHit>>, ApiError> {
    let (fields, picture) = if is_urlencoded(&cx.headers) {
        (read_urlencoded(body).await?, None)
    } else {
        parts(&cx, body).await?
    };
    let Fields(search) = read_form(fields)?;
    found(&cx, Search { picture, ..search }, include).await
}

type Texts = Vec<(String, String)>;

/// The texts of the form, and how its picture begins. An empty picture is none.
async fn parts(cx: &Cx, body: Incoming) -> Result<(Texts, Option<Beginning>), ApiError> {
    let mut form = FileForm::new(cx, body, FILE)?;
    let (mut sent, mut picture) = (Sent::default(), None);
    while let Some(file) = form.next_file(&mut sent).await? {
        let (beginning, length) = file.skim(Beginning::MOST_BYTES, MOST_PICTURE_BYTES).await?;
        picture = (length > 0).then_some(Beginning(beginning));
    }
    Ok((sent.fields, picture))
}

fn is_urlencoded(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = media_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
