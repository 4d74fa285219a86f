//! The index at the side.

use serde_json::Value;

use super::html::{escape, joined};
use super::{Entry, Group, text};

/// The index: every operation under its group, then the models.
pub(super) fn index(document: &Value, groups: &[Group<'_>]) -> String {
    let title = escape(text(&document["info"]["title"]));
    let groups = joined(groups.iter().map(group));
    format!(
        "<aside>\n<a class=\"brand\" href=\"#top\"><span class=\"sun\" aria-hidden=\"true\"></span>\
         {title}</a>\n<input id=\"filter\" type=\"search\" placeholder=\"Filter operations\" \
         aria-label=\"Filter operations\" autocomplete=\"off\" hidden>\n\
         <nav aria-label=\"Operations\">\n{groups}\
         <section><h2><a href=\"#models\">Models</a></h2></section>\n</nav>\n</aside>\n"
    )
}

fn group(group: &Group<'_>) -> String {
    let name = escape(text(&group.tag["name"]));
    let links = joined(group.entries.iter().map(link));
    format!(
        "<section data-group>\n<h2><a href=\"#tag-{}\">{name}</a></h2>\n<ul>\n{links}</ul>\n</section>\n",
        slug(&name)
    )
}

fn link(entry: &Entry<'_>) -> String {
    format!(
        "<li data-find=\"{find}\"><a href=\"#{id}\"><span class=\"verb {verb}\">{verb}</span>\
         <span>{summary}</span></a></li>\n",
        find = find(entry),
        id = escape(entry.id),
        verb = entry.verb,
        summary = escape(text(&entry.operation["summary"])),
    )
}

/// What the filter looks into.
pub(super) fn find(Entry { verb, path, id, operation }: &Entry<'_>) -> String {
    escape(&format!("{id} {verb} {path} {}", text(&operation["summary"])))
}

/// A name as it may stand in a link: letters and digits, lower case, `-` for everything else.
pub(super) fn slug(name: &str) -> String {
    let letter = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    name.chars().map(letter).collect()
}
