//! What the document says about the server as a whole.

/// Name, version, purpose, place, and the groups of operations.
#[derive(Debug, Clone)]
pub struct About {
    /// Its name.
    pub title: &'static str,
    /// Its version.
    pub version: &'static str,
    /// What it is for; `backticks` and blank lines are understood.
    pub description: &'static str,
    /// Where it can be reached, without a slash at the end.
    pub server_url: String,
    /// The groups of operations in the order of the page: name, and what belongs there. Groups
    /// that are not named here come after them.
    pub tags: &'static [(&'static str, &'static str)],
}

const DESCRIPTION: &str = "\
A photo library that keeps originals untouched, knows when and where each picture was taken, and \
lets people correct that.

**Credentials.** Send an API key as `Authorization: Bearer apikey_…`. A key carries actions (`read`, \
`write`, `delete`, `delete_permanently`) and reaches some or all of its owner's libraries. What lies \
outside its reach is answered like something that does not exist.

**Errors.** Every refusal is a JSON object with `detail`: a text, or for 422 the list of everything \
that is wrong with the request, each with its place in `loc`. Nothing is written by a refused request.

**Pages.** Lists answer `data` and `has_more`; ask for the next page with `starting_after_id` set to \
the id of the last element and everything else unchanged.

**Dates.** ISO 8601. A capture time is what the clock on the wall showed, with its UTC offset when \
that is known and without any when it is not; it is never converted.

**Lists in a query** may be repeated (`ids=a&ids=b`), separated by commas (`ids=a,b`), or both. A blank \
value in a query or a form counts as not given.

Every answer names its request in `x-request-id`; the log knows it by that name.";

const TAGS: &[(&str, &str)] = &[
    ("assets", "Photos and videos: upload, find, correct, trash."),
    ("albums", "Named choices of assets."),
    ("people", "Who is in the pictures."),
    ("faces", "Where people are in the pictures."),
    ("search", "Assets by words and filters."),
    ("stacks", "Shots of one moment, shown as one."),
    ("events", "What changed, in order: the way to keep a copy in step."),
    ("tasks", "What the server still works on."),
    ("libraries", "Where assets live, and who may see them."),
    ("members", "Who else is in a library."),
    ("invitations", "Links that let people into a library."),
    ("users", "Accounts."),
    ("sign-in", "How people come in through a browser."),
    ("api keys", "Credentials for programs."),
    ("feedback", "What you think of all this."),
    ("server", "The server itself."),
];

impl About {
    /// What this server says about itself; `public_url` is where clients reach it.
    pub fn heliograph(public_url: &str) -> Self {
        Self {
            title: "Heliograph",
            version: env!("CARGO_PKG_VERSION"),
            description: DESCRIPTION,
            server_url: public_url.trim_end_matches('/').to_owned(),
            tags: TAGS,
        }
    }
}
