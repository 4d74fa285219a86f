//! The document as a page for people.
//!
//! Written on the server, readable without JavaScript, complete in one file: it asks for nothing
//! else, and its content security policy allows nothing else.

mod curl;
mod html;
mod model;
mod nav;
mod operation;
mod schema;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use html::{escape, prose};
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

/// The page of an OpenAPI document made by [`document`](super::document()).
pub fn page(document: &Value) -> Page {
    let info = &document["info"];
    let (title, version) = (text(&info["title"]), text(&info["version"]));
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title} API {version}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        title = escape(title),
        version = escape(version),
    );
    let groups = groups(document);
    nav::write(&mut html, document, &groups);
    html.push_str("<main>\n<header class=\"intro\" id=\"top\">\n");
    html.push_str(&format!("<h1>{} API</h1>\n", escape(title)));
    html.push_str(&prose(text(&info["description"])));
    html.push_str(&facts(document));
    html.push_str("</header>\n");
    for (tag, entries) in &groups {
        operation::write_group(&mut html, document, tag, entries);
    }
    model::write_all(&mut html, document);
    html.push_str(&format!("</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"));
    let content_security_policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    Page { html, content_security_policy }
}

/// The operations by tag, in the order of the document's tags.
fn groups(document: &Value) -> Vec<(&Value, Vec<Entry<'_>>)> {
    let tags = document["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of_tag =
        |tag: &Value| entries(document).filter(|e| e.operation["tags"][0] == tag["name"]).collect();
    tags.iter().map(|tag| (tag, of_tag(tag))).collect()
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

fn facts(document: &Value) -> String {
    let server = escape(text(&document["servers"][0]["url"]));
    format!(
        "<dl class=\"facts\">\n<div><dt>Server</dt><dd><code>{server}</code></dd></div>\n\
         <div><dt>Credential</dt><dd><code>Authorization: Bearer …</code></dd></div>\n\
         <div><dt>Version</dt><dd><code>{}</code></dd></div>\n\
         <div><dt>For programs</dt><dd><a href=\"/openapi.json\">openapi.json</a></dd></div>\n</dl>\n",
        escape(text(&document["info"]["version"])),
    )
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn hash(source: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(source)))
}
