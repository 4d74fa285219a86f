//! What an XMP packet says (ISO 16684-1): the properties we have a use for.
//!
//! Only properties of the picture itself are read, not those of the pictures it was made from
//! (`xmpMM:Pantry`), of its history or of regions in it: all these are nested deeper. Entities are
//! never expanded, except the five of XML itself, so a packet cannot grow.

use quick_xml::NsReader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, QName, ResolveResult};

use super::text;

mod property;

pub(super) use property::Property;

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const GOOGLE_ITEM: &str = "http://ns.google.com/photos/1.0/container/item/";
/// Deeper than any real packet goes.
const MAX_DEPTH: usize = 64;
/// More parts (tags, texts) than any real packet has.
const MAX_EVENTS: usize = 200_000;

/// What a packet says. The first of two values for one property counts.
#[derive(Debug, Default)]
pub(super) struct Xmp(Vec<(Property, String)>);

impl Xmp {
    /// A text without space around it. Never blank. Of a text in several languages the default one,
    /// or else the first.
    pub(super) fn text(&self, property: Property) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == property).map(|(_, text)| text.as_str())
    }

    /// A number, decimal or as `numerator/denominator`.
    pub(super) fn number(&self, property: Property) -> Option<f64> {
        let text = self.text(property)?;
        let value = match text.split_once('/') {
            Some((above, below)) => {
                above.trim().parse::<f64>().ok()? / below.trim().parse::<f64>().ok()?
            }
            None => text.parse().ok()?,
        };
        value.is_finite().then_some(value)
    }

    fn say(&mut self, property: Property, text: &str) {
        if self.text(property).is_none()
            && let Some(text) = text::presentable(text)
        {
            self.0.push((property, text));
        }
    }
}

/// Reads a packet until its end or the first thing that is not XML.
pub(super) fn read(packet: &[u8]) -> Xmp {
    let packet = String::from_utf8_lossy(packet);
    let packet = packet.trim_start_matches(['\u{feff}', '\0']);
    let mut reader = NsReader::from_str(packet);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_end_names = false;
    config.allow_dangling_amp = true;
    let mut walk = Walk::default();
    for _ in 0..MAX_EVENTS {
        let Ok((namespace, event)) = reader.read_resolved_event() else { break };
        match event {
            Event::Start(start) => {
                let element = Element::of(&namespace, &start, walk.place());
                walk.enter(element, &start, &reader);
            }
            Event::End(_) => walk.leave(),
            Event::Text(text) => walk.text(&text.xml10_content()),
            Event::CData(text) => walk.text(&text.xml10_content()),
            Event::GeneralRef(entity) => walk.character(&entity),
            Event::Eof => break,
            _ => {}
        }
        if walk.path.len() > MAX_DEPTH {
            break;
        }
    }
    walk.xmp
}

/// What an element is, from where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    /// `rdf:RDF`, outermost.
    Root,
    /// `rdf:Description` in the root: the picture.
    Picture,
    /// A property of the picture, of use or not.
    Property(Option<Property>),
    /// `rdf:Alt`, `rdf:Seq` or `rdf:Bag` in a property.
    Container,
    /// `rdf:li` in a container.
    Item,
    /// Anything else.
    Other,
}

impl Element {
    fn of(namespace: &ResolveResult<'_>, start: &BytesStart<'_>, place: Option<Self>) -> Self {
        let ResolveResult::Bound(Namespace(namespace)) = namespace else { return Self::Other };
        let name = start.local_name();
        let name = name.as_ref();
        let is_rdf = *namespace == RDF;
        match place {
            None | Some(Self::Other) if is_rdf && name == "RDF" => Self::Root,
            Some(Self::Root) if is_rdf && name == "Description" => Self::Picture,
            Some(Self::Picture) => Self::Property(Property::of(namespace, name)),
            Some(Self::Property(_)) if is_rdf && matches!(name, "Alt" | "Seq" | "Bag") => {
                Self::Container
            }
            Some(Self::Container) if is_rdf && name == "li" => Self::Item,
            _ => Self::Other,
        }
    }
}

/// The walk through a packet: where we are and what was said so far.
#[derive(Default)]
struct Walk {
    path: Vec<Element>,
    /// The property we are in, if it is of use.
    property: Option<Property>,
    text: String,
    /// The first item of the property, until the default one turns up.
    first_item: Option<String>,
    is_default: bool,
    xmp: Xmp,
}

impl Walk {
    fn place(&self) -> Option<Element> {
        self.path.last().copied()
    }

    fn enter(&mut self, element: Element, start: &BytesStart<'_>, reader: &NsReader<&[u8]>) {
        // A root within a root would let nested properties pass for the picture's.
        let element = match element {
            Element::Root if self.path.contains(&Element::Root) => Element::Other,
            element => element,
        };
        match element {
            Element::Picture => self.attributes(start, reader),
            Element::Other => self.google_item(start, reader),
            Element::Property(property) => {
                self.property = property;
                self.text.clear();
                self.first_item = None;
            }
            Element::Item => {
                self.text.clear();
                self.is_default = start
                    .attributes()
                    .with_checks(false)
                    .filter_map(Result::ok)
                    .any(|it| it.key == QName("xml:lang") && *it.value == *"x-default");
            }
            _ => {}
        }
        self.path.push(element);
    }

    /// Simple properties may be written as attributes.
    fn attributes(&mut self, start: &BytesStart<'_>, reader: &NsReader<&[u8]>) {
        for attribute in start.attributes().with_checks(false).filter_map(Result::ok) {
            let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
            let ResolveResult::Bound(Namespace(namespace)) = namespace else { continue };
            if let Some(property) = Property::of(namespace, name.as_ref())
                && let Ok(value) = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0)
            {
                self.xmp.say(property, &value);
            }
        }
    }

    /// Google lists the pieces of a file in a structure; of use is how long a film in it is.
    fn google_item(&mut self, start: &BytesStart<'_>, reader: &NsReader<&[u8]>) {
        let (mut is_motion, mut length) = (false, None);
        for attribute in start.attributes().with_checks(false).filter_map(Result::ok) {
            let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
            match (namespace, name.as_ref()) {
                (ResolveResult::Bound(Namespace(GOOGLE_ITEM)), "Semantic") => {
                    is_motion = *attribute.value == *"MotionPhoto";
                }
                (ResolveResult::Bound(Namespace(GOOGLE_ITEM)), "Length") => {
                    length = Some(attribute.value);
                }
                _ => {}
            }
        }
        if let Some(length) = length.filter(|_| is_motion) {
            self.xmp.say(Property::ItemMotionLength, &length);
        }
    }

    fn text(&mut self, text: &str) {
        if self.property.is_some() && !matches!(self.place(), Some(Element::Other)) {
            self.text.push_str(text);
        }
    }

    fn character(&mut self, entity: &BytesRef<'_>) {
        let mut buffer = [0; 4];
        match entity.resolve_char_ref() {
            Ok(Some(character)) => self.text(character.encode_utf8(&mut buffer)),
            _ => {
                self.text(quick_xml::escape::resolve_predefined_entity(entity).unwrap_or_default());
            }
        }
    }

    fn leave(&mut self) {
        match self.path.pop() {
            Some(Element::Item) => self.leave_item(),
            Some(Element::Property(Some(property))) => {
                let said = self.first_item.take().unwrap_or_else(|| std::mem::take(&mut self.text));
                self.xmp.say(property, &said);
                self.property = None;
            }
            _ => {}
        }
    }

    fn leave_item(&mut self) {
        let item = std::mem::take(&mut self.text);
        let Some(property) = self.property else { return };
        if self.is_default {
            self.xmp.say(property, &item);
        }
        if self.first_item.as_deref().is_none_or(|first| first.trim().is_empty()) {
            self.first_item = Some(item);
        }
    }
}

#[cfg(test)]
mod tests;
