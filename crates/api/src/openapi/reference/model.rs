//! The models on the page.

use serde_json::Value;

use super::html::{escape, prose};
use super::schema::{fields_table, type_of};
use super::text;

/// Writes every model of the document.
pub(super) fn write_all(html: &mut String, document: &Value) {
    html.push_str("<section class=\"group\" id=\"models\">\n<h2>Models</h2>\n");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let fields = fields_table(schema);
        let content = if fields.is_empty() { plain(schema) } else { fields };
        html.push_str(&format!(
            "<details class=\"model\">\n<summary><code>{name}</code></summary>\n\
             <div class=\"body\" id=\"model-{name}\">\n{about}{content}</div>\n</details>\n",
            name = escape(name),
            about = prose(text(&schema["description"])),
        ));
    }
    html.push_str("</section>\n");
}

/// A model without fields: a closed list of words, or a plain value.
fn plain(schema: &Value) -> String {
    let code = |word: &Value| format!("<code>{}</code>", escape(text(word)));
    match schema["enum"].as_array() {
        Some(words) => {
            let words: Vec<_> = words.iter().map(code).collect();
            format!("<p>One of {}.</p>\n", words.join(" "))
        }
        None if schema["type"] == "object" => "<p>An object without fields.</p>\n".to_owned(),
        None => format!("<p>{}</p>\n", type_of(schema)),
    }
}
