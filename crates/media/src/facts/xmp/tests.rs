use proptest::prelude::*;

use super::*;

/// A packet around `body`, which stands where properties of the picture stand.
fn packet(attributes: &str, body: &str) -> String {
    format!(
        "<?xpacket begin='\u{feff}' id='W5M0MpCehiHzreSzNTczkc9d'?>
         <x:xmpmeta xmlns:x='adobe:ns:meta/'>
         <rdf:RDF xmlns:rdf='{RDF}'>
         <rdf:Description rdf:about=''
           xmlns:dc='http://purl.org/dc/elements/1.1/'
           xmlns:xap='http://ns.adobe.com/xap/1.0/'
           xmlns:exif='http://ns.adobe.com/exif/1.0/'
           xmlns:xmpMM='http://ns.adobe.com/xap/1.0/mm/'
           {attributes}>{body}</rdf:Description>
         </rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    )
}

fn caption(body: &str) -> Option<String> {
    read(packet("", body).as_bytes()).text(Property::DcDescription).map(str::to_owned)
}

#[test]
fn attributes_and_elements_are_alike() {
    let attribute = read(packet("xap:Rating='4'", "").as_bytes());
    assert_eq!(attribute.text(Property::XmpRating), Some("4"));
    let element = read(packet("", "<xap:Rating> -1 </xap:Rating>").as_bytes());
    assert_eq!(element.text(Property::XmpRating), Some("-1"));
}

#[test]
fn the_default_language_counts_before_the_first() {
    let both = "<dc:description><rdf:Alt>
        <rdf:li xml:lang='de-DE'>Am See</rdf:li>
        <rdf:li xml:lang='x-default'>By the lake</rdf:li></rdf:Alt></dc:description>";
    assert_eq!(caption(both).as_deref(), Some("By the lake"));
    let german = "<dc:description><rdf:Alt><rdf:li xml:lang='de'>Am See</rdf:li>
        <rdf:li xml:lang='fr'>Au lac</rdf:li></rdf:Alt></dc:description>";
    assert_eq!(caption(german).as_deref(), Some("Am See"));
    let blank = "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'> </rdf:li>
        <rdf:li xml:lang='fr'>Au lac</rdf:li></rdf:Alt></dc:description>";
    assert_eq!(caption(blank).as_deref(), Some("Au lac"));
}

#[test]
fn a_description_outside_a_list_is_one_too() {
    assert_eq!(caption("<dc:description>plain</dc:description>").as_deref(), Some("plain"));
    assert_eq!(caption("<dc:description/>"), None);
}

#[test]
fn entities_are_characters() {
    let text = "<dc:description>1 &lt; 2 &amp; &#8364;&#x21; &lol;</dc:description>";
    assert_eq!(caption(text).as_deref(), Some("1 < 2 & €!"));
    assert_eq!(caption("<dc:description><![CDATA[<b>]]></dc:description>").as_deref(), Some("<b>"));
}

#[test]
fn a_packet_cannot_grow() {
    let bomb = format!(
        "<!DOCTYPE lolz [<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;&lol;'>]>{}",
        packet("xap:Rating='&lol2;'", "<dc:description>a&lol2;b</dc:description>")
    );
    let xmp = read(bomb.as_bytes());
    assert_eq!(xmp.text(Property::DcDescription), Some("ab"));
    assert_eq!(xmp.text(Property::XmpRating), None);
}

#[test]
fn what_is_nested_is_not_of_this_picture() {
    let pantry = "<xmpMM:Pantry><rdf:Bag><rdf:li><rdf:Description>
          <dc:description><rdf:Alt><rdf:li xml:lang='x-default'>ingredient</rdf:li></rdf:Alt>
          </dc:description><xap:Rating>5</xap:Rating>
        </rdf:Description></rdf:li></rdf:Bag></xmpMM:Pantry>";
    let xmp = read(packet("", pantry).as_bytes());
    assert_eq!(xmp.text(Property::DcDescription), None);
    assert_eq!(xmp.text(Property::XmpRating), None);
}

#[test]
fn what_stands_before_damage_counts() {
    let whole = packet("xap:Rating='3'", "<dc:description>lost</dc:description>");
    let end = whole.find("lost").unwrap();
    let xmp = read(&whole.as_bytes()[..end]);
    assert_eq!(xmp.text(Property::XmpRating), Some("3"));
    assert_eq!(xmp.text(Property::DcDescription), None);
}

#[test]
fn deep_nesting_ends_the_reading() {
    let deep = "<dc:x>".repeat(100_000);
    assert_eq!(caption(&deep), None);
}

#[test]
fn numbers_may_be_fractions() {
    let number = |text: &str| {
        let body = format!("<exif:FNumber>{text}</exif:FNumber>");
        read(packet("", &body).as_bytes()).number(Property::ExifFNumber)
    };
    assert_eq!(number("28/10"), Some(2.8));
    assert_eq!(number("2.8"), Some(2.8));
    assert_eq!(number("1/0"), None);
    assert_eq!(number("0/0"), None);
    assert_eq!(number("inf"), None);
    assert_eq!(number("f/2.8"), None);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes: Vec<u8>, body in "[<>/a-z:&;'\"=! \\[\\]-]{0,200}") {
        read(&bytes);
        read(packet("", &body).as_bytes());
    }

    #[test]
    fn any_text_comes_back(text in "\\PC{1,40}") {
        let escaped = quick_xml::escape::escape(text.as_str());
        let body = format!("<dc:description>{escaped}</dc:description>");
        prop_assert_eq!(caption(&body), text::presentable(&text));
    }
}
