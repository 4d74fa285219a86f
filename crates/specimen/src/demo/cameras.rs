//! Cameras a family might have owned, with a lens and the range of its settings.

/// A camera and what it writes of itself.
pub(super) struct Body {
    pub(super) make: &'static str,
    pub(super) model: &'static str,
    pub(super) lens: Option<&'static str>,
    /// What the maker writes into `ImageDescription` when nobody else has.
    pub(super) boilerplate: Option<&'static str>,
    pub(super) f_number: f64,
    pub(super) focal_length: f64,
    pub(super) big_endian: bool,
}

const fn body(
    make: &'static str,
    model: &'static str,
    lens: Option<&'static str>,
    f_number: f64,
    focal_length: f64,
) -> Body {
    Body { make, model, lens, boilerplate: None, f_number, focal_length, big_endian: false }
}

const fn big_endian(mut body: Body) -> Body {
    body.big_endian = true;
    body
}

const fn says(mut body: Body, boilerplate: &'static str) -> Body {
    body.boilerplate = Some(boilerplate);
    body
}

pub(super) const BODIES: [Body; 10] = [
    body("Canon", "Canon EOS R6", Some("RF24-105mm F4 L IS USM"), 8.0, 35.0),
    body("NIKON CORPORATION", "NIKON D750", Some("24.0-120.0 mm f/4.0"), 5.6, 50.0),
    big_endian(body(
        "Apple",
        "iPhone 13 Pro",
        Some("iPhone 13 Pro back triple camera 5.7mm f/1.5"),
        1.5,
        5.7,
    )),
    big_endian(body("Google", "Pixel 7", Some("Pixel 7 back camera 6.81mm f/1.85"), 1.85, 6.81)),
    body("SONY", "ILCE-7M3", Some("FE 24-70mm F2.8 GM"), 4.0, 24.0),
    body("FUJIFILM", "X-T4", Some("XF16-55mmF2.8 R LM WR"), 7.1, 16.0),
    says(body("OLYMPUS CORPORATION", "E-M10MarkII", None, 6.3, 14.0), "OLYMPUS DIGITAL CAMERA"),
    says(body("SONY", "DSC-HX60V", None, 3.5, 4.3), "SONY DSC"),
    body("Panasonic", "DC-G9", Some("LUMIX G VARIO 12-60mm"), 5.6, 12.0),
    body("samsung", "SM-G991B", None, 1.8, 5.4),
];
