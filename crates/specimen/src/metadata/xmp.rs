//! XMP packets (ISO 16684-1): RDF/XML between two processing instructions.

use super::Metadata;

const OPEN: &str = "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n";
const CLOSE: &str = "<?xpacket end=\"w\"?>";
const NAMESPACES: &str = "\
    xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n    \
    xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"\n    \
    xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\"\n    \
    xmlns:Iptc4xmpCore=\"http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/\"";

/// A whole packet, or `None` when it would say nothing.
pub(crate) fn packet(metadata: &Metadata) -> Option<String> {
    if let Some(packet) = &metadata.xmp_packet {
        return Some(packet.clone());
    }
    let rating = metadata.rating.map(|rating| rating.to_string());
    let simple: String = [
        ("xmp:Rating", rating.as_ref()),
        ("photoshop:DateCreated", metadata.xmp_taken.as_ref()),
        ("photoshop:City", metadata.city.as_ref()),
        ("photoshop:State", metadata.state.as_ref()),
        ("photoshop:Country", metadata.country.as_ref()),
        ("Iptc4xmpCore:Location", metadata.sublocation.as_ref()),
        ("Iptc4xmpCore:CountryCode", metadata.country_code.as_ref()),
    ]
    .iter()
    .filter_map(|(name, value)| {
        value.map(|value| format!("   <{name}>{}</{name}>\n", escaped(value)))
    })
    .collect();
    let description = metadata.xmp_description.as_deref().map(language_alternative);
    if simple.is_empty() && description.is_none() {
        return None;
    }
    Some(format!(
        "{OPEN}<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n \
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n  \
         <rdf:Description rdf:about=\"\"\n    {NAMESPACES}>\n\
         {simple}{}  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n{CLOSE}",
        description.unwrap_or_default()
    ))
}

fn language_alternative(text: &str) -> String {
    let text = escaped(text);
    format!(
        "   <dc:description>\n    <rdf:Alt>\n     \
         <rdf:li xml:lang=\"x-default\">{text}</rdf:li>\n    \
         </rdf:Alt>\n   </dc:description>\n"
    )
}

/// Text as XML content. Characters that XML 1.0 cannot hold become U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' => out.push(character),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_say_is_no_packet() {
        assert_eq!(packet(&Metadata::default()), None);
    }

    #[test]
    fn markup_in_a_caption_stays_text() {
        assert_eq!(escaped("<Tom & \u{1}Jerry>"), "&lt;Tom &amp; \u{FFFD}Jerry&gt;");
    }
}
