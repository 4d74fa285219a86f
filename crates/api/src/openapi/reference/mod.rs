//! The document as a page for people.
//!
//! Written on the server, readable without JavaScript, complete in one file: it asks for nothing
//! else, and its content security policy allows nothing else.

mod curl;
mod html;
mod model;
mod nav;
mod operation;
mod rules;
mod schema;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
pub(crate) use html::escape;
use html::{joined, prose};
use serde_json::Value;
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("reference.css");
const SCRIPT: &str = include_str!("reference.js");

/// The page and the policy to send with it.
#[derive(Debug)]
pub struct Page {
    /// The whole page.
    pub html: String,
    /// Value of the header `content-security-policy`: this style and this script and nothing else.
    pub content_security_policy: String,
}

/// An operation of the document, and where it stands.
struct Entry<'d> {
    verb: &'d str,
    path: &'d str,
    id: &'d str,
    operation: &'d Value,
}

/// A tag of the document and the operations that carry it.
struct Group<'d> {
    tag: &'d Value,
    entries: Vec<Entry<'d>>,
}

/// The page of an OpenAPI document made by [`document`](super::document()).
pub fn page(document: &Value) -> Page {
    let groups = groups(document);
    let html = [
        "<!doctype html>\n<html lang=\"en\">\n".to_owned(),
        head(&document["info"]),
        "<body>\n".to_owned(),
        nav::index(document, &groups),
        "<main>\n".to_owned(),
        intro(document),
        joined(groups.iter().map(|group| operation::section(document, group))),
        model::section(document),
        format!("</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"),
    ];
    let content_security_policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    Page { html: html.concat(), content_security_policy }
}

fn head(info: &Value) -> String {
    format!(
        "<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{} API {}</title>\n<style>{STYLE}</style>\n</head>\n",
        escape(text(&info["title"])),
        escape(text(&info["version"])),
    )
}

/// The operations by tag, in the order of the document's tags.
fn groups(document: &Value) -> Vec<Group<'_>> {
    let tags = document["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
    let carries = |entry: &Entry<'_>, tag: &Value| entry.operation["tags"][0] == tag["name"];
    let group =
        |tag| Group { tag, entries: entries(document).filter(|e| carries(e, tag)).collect() };
    tags.iter().map(group).collect()
}

fn entries(document: &Value) -> impl Iterator<Item = Entry<'_>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, verbs)| {
        verbs.as_object().into_iter().flatten().map(move |(verb, operation)| Entry {
            verb,
            path,
            id: text(&operation["operationId"]),
            operation,
        })
    })
}

fn intro(document: &Value) -> String {
    let info = &document["info"];
    format!(
        "<header class=\"intro\" id=\"top\">\n<h1>{title} API</h1>\n{about}<dl class=\"facts\">\n\
         <div><dt>Server</dt><dd><code>{server}</code></dd></div>\n\
         <div><dt>Credential</dt><dd><code>Authorization: Bearer …</code></dd></div>\n\
         <div><dt>Version</dt><dd><code>{version}</code></dd></div>\n\
         <div><dt>For programs</dt><dd><a href=\"/openapi.json\">openapi.json</a></dd></div>\n\
         </dl>\n</header>\n",
        title = escape(text(&info["title"])),
        about = prose(text(&info["description"])),
        server = escape(text(&document["servers"][0]["url"])),
        version = escape(text(&info["version"])),
    )
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn hash(source: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(source)))
}
