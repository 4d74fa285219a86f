//! `/api/search` (contract 7).

mod form;

use app::assets::Parts;
use app::search::Search;
use model::id::LibraryKind;
use model::{Action, AssetFilter, CaptureBounds, CaptureTime, Phrase};

use crate::assets::{INCLUDE, LIBRARY_ID, filter, include};
use crate::models::{AssetResponse, Include, Page, SearchHit, Shape};
use crate::state::{Api, Cx};
use crate::wire::{Answer, ApiError, Input, Needs, Operation, Place, Reader, Verb};

const READ: Needs = Needs::Action(Action::Read);
/// Longest question, in characters.
const MOST_ASKED: usize = 1024;

const ABOUT: &str = "\
Finds live assets by words in file name, caption, names of the place, camera and lens. All words \
must be met, the last one as the beginning of a word; case and accents do not matter. At least one \
criterion is needed: `query`, `person_ids`, a date bound, `album_id`, `ratings` or `media_type`; \
places only narrow.

A search with words ranks at most 200 assets; pages beyond are empty. A search by filters alone is \
complete, newest capture first; its deep pages cost a little more with every page before them, so \
prefer `list_assets` to read everything.";

pub(crate) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::new("search_assets", Verb::Get, "/api/search", READ, search)
            .tag("search")
            .about("Search assets", ABOUT)
            .answers(200, "A page of hits, best first.")
            .fails(&[400, 404]),
        Operation::form::<form::Fields, _, _, _, _>(
            "search_assets_by_form",
            Verb::Post,
            "/api/search",
            READ,
            form::search,
        )
        .tag("search")
        .about("Search assets, also by a picture", form::ABOUT)
        .answers(200, "A page of hits, best first.")
        .fails(&[400, 404, 503]),
    ]
}

/// The query.
struct Asked {
    search: Search,
    include: Option<Vec<Include>>,
}

impl Input for Asked {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let narrowed = Narrowed::read(r);
        let search = asked(r, Place::Query);
        Some(Self { search: search?, include: narrowed?.0 })
    }
}

/// What to send of each hit.
struct Narrowed(Option<Vec<Include>>);

impl Input for Narrowed {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        include(r, INCLUDE).map(Self)
    }
}

/// What to search for, from a query or a form.
fn asked(r: &mut Reader<'_>, place: Place) -> Option<Search> {
    let library = r.at(place, "library_id", LIBRARY_ID).id::<LibraryKind>().optional();
    let words = r
        .at(place, "query", "Words to find. Blank is no criterion.")
        .text(MOST_ASKED)
        .example("bergen harbour")
        .optional();
    let page = r.at(place, "page", "From 1.").integer(1..=i64::from(i32::MAX)).default(1);
    let limit = r.at(place, "limit", "Hits per page.").integer(1..=200).default(20);
    let threshold = r
        .at(place, "threshold", "Largest distance of hits that were found by their picture.")
        .number(0.0..=1.0)
        .deprecated()
        .optional();
    let captured = captured(r, place);
    let area = filter::area(r, place);
    let filter = filter::attributes(r, place);
    threshold?;
    Some(Search {
        library: library?,
        phrase: words?.filter(|words| !words.trim().is_empty()).map(|words| Phrase::new(&words)),
        filter: AssetFilter { captured: captured?, area: area?, ..filter? },
        page: page?,
        limit: limit?,
        picture: None,
        parts: Parts::default(),
    })
}

/// Date bounds, by the names of either client generation.
fn captured(r: &mut Reader<'_>, place: Place) -> Option<CaptureBounds> {
    let after = r
        .at(place, "captured_after", "Older name of `local_datetime_after`.")
        .datetime()
        .deprecated()
        .optional();
    let before = r
        .at(place, "captured_before", "Older name of `local_datetime_before`.")
        .datetime()
        .deprecated()
        .optional();
    let bounds = filter::captured(r, place);
    let (after, before, bounds) = (after?, before?, bounds?);
    let after = either(r, place, "captured_after", after, bounds.after());
    let before = either(r, place, "captured_before", before, bounds.before());
    match CaptureBounds::new(after?, before?) {
        Ok(bounds) => Some(bounds),
        Err(err) => r.refuse_at(place, "captured_before", err),
    }
}

#[expect(clippy::option_option, reason = "outside: was it refused; inside: was it there")]
fn either(
    r: &mut Reader<'_>,
    place: Place,
    name: &str,
    older: Option<CaptureTime>,
    newer: Option<CaptureTime>,
) -> Option<Option<CaptureTime>> {
    match (older, newer) {
        (Some(older), Some(newer)) if older != newer => {
            r.refuse_at(place, name, "its newer name has another value")
        }
        _ => Some(newer.or(older)),
    }
}

async fn search(cx: Cx, input: Asked) -> Result<Answer<Page<SearchHit>>, ApiError> {
    found(&cx, input.search, input.include).await
}

async fn found(
    cx: &Cx,
    wanted: Search,
    include: Option<Vec<Include>>,
) -> Result<Answer<Page<SearchHit>>, ApiError> {
    let shape = Shape::lean(include);
    let wanted = Search { parts: shape.parts(), ..wanted };
    let page = cx.state.app.search(cx.viewer.0.clone(), wanted).await?;
    Ok(Answer::ok(Page::of(page, |found| {
        SearchHit::by_words(AssetResponse::new(found, &shape, &cx.state.urls))
    })))
}
