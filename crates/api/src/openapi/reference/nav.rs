//! The index at the side.

use serde_json::Value;

use super::html::escape;
use super::{Entry, text};

/// Writes the index: every operation under its group, then the models.
pub(super) fn write(html: &mut String, document: &Value, groups: &[(&Value, Vec<Entry<'_>>)]) {
    let title = escape(text(&document["info"]["title"]));
    html.push_str(&format!(
        "<aside>\n<a class=\"brand\" href=\"#top\"><span class=\"sun\" aria-hidden=\"true\"></span>\
         {title}</a>\n<input id=\"filter\" type=\"search\" placeholder=\"Filter operations\" \
         aria-label=\"Filter operations\" autocomplete=\"off\" hidden>\n\
         <nav aria-label=\"Operations\">\n"
    ));
    for (tag, entries) in groups {
        let name = escape(text(&tag["name"]));
        html.push_str(&format!(
            "<section data-group>\n<h2><a href=\"#tag-{}\">{name}</a></h2>\n<ul>\n",
            slug(&name)
        ));
        for Entry { verb, path, id, operation } in entries {
            let summary = escape(text(&operation["summary"]));
            html.push_str(&format!(
                "<li data-find=\"{id} {verb} {path} {find}\"><a href=\"#{id}\">\
                 <span class=\"verb {verb}\">{verb}</span><span>{summary}</span></a></li>\n",
                id = escape(id),
                path = escape(path),
                find = summary.to_lowercase(),
            ));
        }
        html.push_str("</ul>\n</section>\n");
    }
    html.push_str("<section><h2><a href=\"#models\">Models</a></h2></section>\n</nav>\n</aside>\n");
}

/// A name as it may stand in a link: letters and digits, lower case, `-` for everything else.
pub(super) fn slug(name: &str) -> String {
    let letter = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    name.chars().map(letter).collect()
}
