//! Text to HTML.

/// Text that is safe between tags and inside quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            plain => safe.push(plain),
        }
    }
    safe
}

/// Pieces of HTML, one after the other.
pub(super) fn joined(pieces: impl Iterator<Item = String>) -> String {
    pieces.fold(String::new(), |all, piece| all + &piece)
}

/// Paragraphs of [`inline`] text, with blank lines between them.
pub(super) fn prose(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
    joined(paragraphs.map(|paragraph| format!("<p>{}</p>\n", inline(paragraph))))
}

/// A line of text: `code`, **strong** and *stressed* parts are understood, nothing else is.
pub(super) fn inline(text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some((before, code, after)) = between(rest, "`") {
        html = html + &stressed(before) + "<code>" + &escape(code) + "</code>";
        rest = after;
    }
    html + &stressed(rest)
}

fn stressed(text: &str) -> String {
    paired(&paired(&escape(text), "**", "strong"), "*", "em")
}

fn paired(text: &str, mark: &str, tag: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some((before, inner, after)) = between(rest, mark) {
        if inner.is_empty() || inner.trim() != inner {
            break;
        }
        html = html + before + &format!("<{tag}>{inner}</{tag}>");
        rest = after;
    }
    html + rest
}

/// What stands before, between and after the first two `mark`s.
fn between<'t>(text: &'t str, mark: &str) -> Option<(&'t str, &'t str, &'t str)> {
    let (before, rest) = text.split_once(mark)?;
    let (inner, after) = rest.split_once(mark)?;
    Some((before, inner, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_tags_and_the_rest_stays_text() {
        assert_eq!(
            inline("a `b<c` **d** *e*"),
            "a <code>b&lt;c</code> <strong>d</strong> <em>e</em>"
        );
        assert_eq!(inline("2 * 3 * 4 and an open ` tick"), "2 * 3 * 4 and an open ` tick");
        assert_eq!(prose("one\n\ntwo"), "<p>one</p>\n<p>two</p>\n");
    }

    #[test]
    fn nothing_gets_out_of_an_attribute() {
        assert_eq!(escape("\"><script>'&"), "&quot;&gt;&lt;script&gt;&#39;&amp;");
    }
}
