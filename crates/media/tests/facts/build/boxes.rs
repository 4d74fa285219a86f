//! HEIF, films, CR3 and JPEG XL: boxes in boxes.

/// A box.
pub(crate) fn atom(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len() + 8).unwrap().to_be_bytes();
    [&size, kind.as_slice(), content].concat()
}

/// A box with version and flags.
pub(crate) fn full(kind: [u8; 4], version: u8, content: &[u8]) -> Vec<u8> {
    atom(kind, &[&[version, 0, 0, 0], content].concat())
}

/// Numbers of four bytes.
pub(crate) fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn shorts(shorts: &[u16]) -> Vec<u8> {
    shorts.iter().flat_map(|short| short.to_be_bytes()).collect()
}

/// A HEIC of 640 × 480 pixels.
#[derive(Default)]
pub(crate) struct Heic {
    pub(crate) exif: Vec<u8>,
    pub(crate) xmp: Vec<u8>,
    /// Boxes that turn the picture, in their order.
    pub(crate) turns: Vec<Vec<u8>>,
    /// Boxes behind all others.
    pub(crate) behind: Vec<u8>,
}

impl Heic {
    /// The primary item is the second of four: the first, a thumbnail, has another size.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let item = |number: u16, kind: &[u8; 4], more: &[u8]| {
            full(*b"infe", 2, &[&shorts(&[number, 0]), kind.as_slice(), b"\0", more].concat())
        };
        let items = [
            item(1, b"hvc1", b""),
            item(2, b"grid", b""),
            item(3, b"Exif", b""),
            item(4, b"mime", b"application/rdf+xml\0"),
        ];
        let mut turned = vec![2_u8];
        turned.extend((0..self.turns.len()).map(|at| 0x80 | u8::try_from(at + 3).unwrap()));
        let count = u8::try_from(turned.len()).unwrap();
        let associations = [
            words(&[2]),
            [shorts(&[1]), vec![1, 1]].concat(),
            [shorts(&[2]), vec![count], turned].concat(),
        ];
        let properties = [
            full(*b"ispe", 0, &words(&[160, 120])),
            full(*b"ispe", 0, &words(&[640, 480])),
            self.turns.concat(),
        ];
        let exif = [words(&[6]), b"Exif\0\0".to_vec(), self.exif.clone()].concat();
        let place = |number: u16, method: u16, at: usize, len: usize| {
            let numbers = words(&[u32::try_from(at).unwrap(), u32::try_from(len).unwrap()]);
            [shorts(&[number, method, 0, 1]), numbers].concat()
        };
        // The packet lies in `idat`; EXIF in two pieces would do, but lies in the file.
        let meta = |exif_at: usize| {
            let places = [
                vec![0x44, 0],
                shorts(&[2]),
                place(3, 0, exif_at, exif.len()),
                place(4, 1, 0, self.xmp.len()),
            ];
            full(
                *b"meta",
                0,
                &[
                    full(*b"hdlr", 0, b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0"),
                    full(*b"pitm", 0, &shorts(&[2])),
                    full(*b"iloc", 1, &places.concat()),
                    full(*b"iinf", 0, &[shorts(&[4]), items.concat()].concat()),
                    full(*b"iref", 0, &atom(*b"cdsc", &shorts(&[3, 1, 2]))),
                    atom(
                        *b"iprp",
                        &[
                            atom(*b"ipco", &properties.concat()),
                            full(*b"ipma", 0, &associations.concat()),
                        ]
                        .concat(),
                    ),
                    atom(*b"idat", &self.xmp),
                ]
                .concat(),
            )
        };
        let head = atom(*b"ftyp", b"heic\0\0\0\0mif1heic");
        let exif_at = head.len() + meta(0).len() + 8;
        [head, meta(exif_at), atom(*b"mdat", &exif), self.behind.clone()].concat()
    }
}

/// A film of 640 × 480 pixels.
pub(crate) struct Film {
    /// Seconds since 1904.
    pub(crate) created: u32,
    /// The upper left numbers of the matrix.
    pub(crate) matrix: [i32; 4],
    /// Boxes in the movie, behind its tracks.
    pub(crate) more: Vec<u8>,
    pub(crate) behind: Vec<u8>,
}

impl Default for Film {
    fn default() -> Self {
        Self { created: 0, matrix: [1, 0, 0, 1], more: Vec::new(), behind: Vec::new() }
    }
}

impl Film {
    /// The whole file: the pixels come first.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        [
            atom(*b"ftyp", b"qt  \0\0\0\0qt  "),
            atom(*b"wide", b""),
            atom(*b"mdat", &[7; 1_000]),
            self.movie(),
            self.behind.clone(),
        ]
        .concat()
    }

    /// 75 frames in two and a half seconds, a sound track first.
    pub(crate) fn movie(&self) -> Vec<u8> {
        self.movie_of(1_500, 75_000, 75)
    }

    /// The head of a film in fragments, which says nothing of how long it is.
    pub(crate) fn head(&self) -> Vec<u8> {
        [atom(*b"ftyp", b"iso5\0\0\0\0iso5"), self.movie_of(0, 0, 0)].concat()
    }

    fn movie_of(&self, ticks: u32, track_ticks: u32, samples: u32) -> Vec<u8> {
        let [a, b, c, d] = self.matrix.map(|number| (number * 0x1_0000).cast_unsigned());
        let matrix = words(&[a, b, 0, c, d, 0, 0, 0, 0x4000_0000]);
        let header = [
            words(&[self.created, self.created, 600, ticks, 0x1_0000, 0x0100_0000, 0, 0]),
            words(&[0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]),
            words(&[0, 0, 0, 0, 0, 0, 3]),
        ];
        let track = |number: u32, handler: &[u8; 4], side: [u32; 2]| {
            let head = [
                words(&[self.created, self.created, number, 0, ticks, 0, 0, 0, 0]),
                matrix.clone(),
                words(&side.map(|side| side << 16)),
            ];
            let media = [
                full(*b"mdhd", 0, &words(&[self.created, self.created, 30_000, track_ticks, 0])),
                full(*b"hdlr", 0, &[b"mhlr", handler.as_slice(), &[0; 13]].concat()),
                atom(
                    *b"minf",
                    &atom(
                        *b"stbl",
                        &[
                            full(*b"stts", 0, &words(&[1, samples, 1_000])),
                            full(*b"stsz", 0, &words(&[1, samples])),
                        ]
                        .concat(),
                    ),
                ),
            ];
            let head = atom(*b"tkhd", &[&[0, 0, 0, 7], head.concat().as_slice()].concat());
            atom(*b"trak", &[head, atom(*b"mdia", &media.concat())].concat())
        };
        let movie = [
            full(*b"mvhd", 0, &header.concat()),
            track(1, b"soun", [0, 0]),
            track(2, b"vide", [640, 480]),
            self.more.clone(),
        ];
        atom(*b"moov", &movie.concat())
    }
}

/// A `meta` box as Apple's phones write it: keys with texts.
pub(crate) fn keys(pairs: &[(&str, &str)]) -> Vec<u8> {
    let count = u32::try_from(pairs.len()).unwrap();
    let names = pairs.iter().flat_map(|(name, _)| atom(*b"mdta", name.as_bytes()));
    let values = pairs.iter().enumerate().flat_map(|(at, (_, value))| {
        let data = atom(*b"data", &[words(&[1, 0]), value.as_bytes().to_vec()].concat());
        atom(u32::try_from(at + 1).unwrap().to_be_bytes(), &data)
    });
    let names = [words(&[count]), names.collect()].concat();
    let values: Vec<u8> = values.collect();
    let handler = full(*b"hdlr", 0, b"\0\0\0\0mdta\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    atom(*b"meta", &[handler, full(*b"keys", 0, &names), atom(*b"ilst", &values)].concat())
}

/// A field of user data whose name begins with `©`.
pub(crate) fn user_text(name: [u8; 3], text: &str) -> Vec<u8> {
    let kind = [0xa9, name[0], name[1], name[2]];
    let len = u16::try_from(text.len()).unwrap();
    atom(kind, &[shorts(&[len, 0x15c7]), text.as_bytes().to_vec()].concat())
}

/// Adobe's box for a packet.
pub(crate) fn xmp_box(packet: &str) -> Vec<u8> {
    let id = b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac";
    atom(*b"uuid", &[id.as_slice(), packet.as_bytes()].concat())
}

/// A Canon raw out of its blocks.
pub(crate) fn cr3(blocks: &[(&[u8; 4], Vec<u8>)], packet: &str) -> Vec<u8> {
    let id = b"\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48";
    let blocks: Vec<u8> = blocks.iter().flat_map(|(kind, block)| atom(**kind, block)).collect();
    let notes = atom(*b"uuid", &[id.as_slice(), &blocks].concat());
    [atom(*b"ftyp", b"crx \0\0\0\x01crx isom"), atom(*b"moov", &notes), xmp_box(packet)].concat()
}

/// A JPEG XL of 480 × 240 pixels in boxes, one of which may be packed.
pub(crate) fn jxl(boxes: &[Vec<u8>]) -> Vec<u8> {
    let head = b"\0\0\0\x0cJXL \x0d\x0a\x87\x0a".to_vec();
    // Small, eight times thirty, twice as wide, all default.
    let stream = [0xff, 0x0a, 0b1111_1011, 0b0000_0011];
    [head, atom(*b"ftyp", b"jxl \0\0\0\0jxl "), boxes.concat(), atom(*b"jxlc", &stream)].concat()
}
