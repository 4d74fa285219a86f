//! Films: sizes after turning, how long and how fast, when and where.

use media::Format;
use model::{FileFacts, display_size};

use crate::build::boxes::{Film, atom, full, keys, user_text, words, xmp_box};
use crate::build::streams::{avi, list, mkv, mts};
use crate::build::{riff_chunk, xmp};
use crate::facts_of;

/// 2019-07-24T08:25:57Z in seconds since 1904.
const CREATED: u32 = 3_646_801_557;

#[track_caller]
fn time(said: &FileFacts, expected: &str, tag: &str) {
    let original = said.original.as_ref().unwrap();
    assert_eq!((original.value.to_string().as_str(), original.tag), (expected, tag));
}

#[test]
fn a_movie_has_a_size_a_length_and_a_speed() {
    let said = facts_of(&Film { created: CREATED, ..Film::default() }.bytes());
    assert_eq!(said.raw_size, Some((640, 480)));
    assert_eq!((said.duration, said.frame_rate), (Some(2.5), Some(30.0)));
    assert_eq!(said.orientation, None);
    time(&said, "2019-07-24T08:25:57Z", "QuickTime:CreateDate");
    assert_eq!(said.offset_tag, Some("QuickTime:CreateDate"));
}

#[test]
fn a_movie_may_stand_on_its_side() {
    let turned = |matrix| {
        let said = facts_of(&Film { matrix, ..Film::default() }.bytes());
        (said.orientation, said.raw_size.map(|size| display_size(size, said.orientation)))
    };
    assert_eq!(turned([0, 1, -1, 0]), (Some(6), Some((480, 640))));
    assert_eq!(turned([-1, 0, 0, -1]), (Some(3), Some((640, 480))));
    assert_eq!(turned([0, -1, 1, 0]), (Some(8), Some((480, 640))));
}

/// A box with flags.
fn flagged(kind: [u8; 4], flags: u32, content: &[u32]) -> Vec<u8> {
    atom(kind, &words(&[&[flags], content].concat()))
}

/// How long a film in fragments is, and how fast, with these boxes in its `mvex` and these fragments.
fn in_fragments(said: &[Vec<u8>], fragments: &[Vec<u8>]) -> (Option<f64>, Option<f64>) {
    let head = Film { more: atom(*b"mvex", &said.concat()), ..Film::default() }.head();
    let said = facts_of(&[head, fragments.concat()].concat());
    assert_eq!(said.raw_size, Some((640, 480)));
    (said.duration, said.frame_rate)
}

/// A fragment with a piece of each track, and its pixels.
fn fragment(video: &[Vec<u8>]) -> Vec<u8> {
    let sound = [flagged(*b"tfhd", 8, &[1, 9_999]), flagged(*b"trun", 0, &[500])].concat();
    let pieces = [atom(*b"traf", &sound), atom(*b"traf", &video.concat())].concat();
    [atom(*b"moof", &pieces), atom(*b"mdat", &[7; 3_000])].concat()
}

#[test]
fn fragments_are_counted_when_nobody_says_how_long_they_are() {
    let trex = |ticks: u32| flagged(*b"trex", 0, &[2, 1, ticks, 0, 0]);
    // 30,000 ticks a second: by the movie, by the fragment, by each sample.
    let by_movie = fragment(&[flagged(*b"tfhd", 0, &[2]), flagged(*b"trun", 1, &[30, 0])]);
    let by_fragment =
        fragment(&[flagged(*b"tfhd", 0xb, &[2, 0, 0, 1, 500]), flagged(*b"trun", 0, &[60])]);
    let table = [3, 0, 0, 10_000, 7, 10_000, 7, 20_000, 7];
    let by_sample = fragment(&[flagged(*b"tfhd", 0, &[2]), flagged(*b"trun", 0x305, &table)]);
    let all = [by_movie.clone(), by_fragment, by_sample];
    assert_eq!(in_fragments(&[trex(1_000)], &all), (Some(3.333_333_333_333_333_5), Some(30.0)));
    assert_eq!(in_fragments(&[], &all[1..]), (Some(2.333_333_333_333_333_5), Some(27.0)));
    let said = flagged(*b"mehd", 0, &[1_200]);
    assert_eq!(in_fragments(&[said, trex(1_000)], &all), (Some(2.0), Some(30.0)));
    assert_eq!(in_fragments(&[], &[by_movie]), (None, None), "samples of no length");
}

#[test]
fn fragments_that_make_no_sense_say_nothing() {
    let piece = |run: Vec<u8>| fragment(&[flagged(*b"tfhd", 0, &[2]), run]);
    for run in [
        flagged(*b"trun", 0x100, &[u32::MAX]),
        flagged(*b"trun", 0x100, &[]),
        flagged(*b"trun", 0x00ff_ffff, &[u32::MAX, 0, 0, 0]),
        atom(*b"trun", b""),
    ] {
        assert_eq!(in_fragments(&[], &[piece(run)]), (None, None));
    }
    let many = piece(flagged(*b"trun", 0, &[u32::MAX])).repeat(3);
    let trex = flagged(*b"trex", 0, &[2, 1, u32::MAX, 0, 0]);
    assert_eq!(in_fragments(&[trex], &[many]).0, None, "longer than a year");
}

#[test]
fn keys_count_before_the_header() {
    let more = keys(&[
        ("com.apple.quicktime.make", "Apple"),
        ("com.apple.quicktime.unknown", "nothing"),
        ("com.apple.quicktime.model", "iPhone 6"),
        ("com.apple.quicktime.location.ISO6709", "+32.0929+034.8620+028.516/"),
        ("com.apple.quicktime.creationdate", "2019-07-24T11:25:40+0300"),
        ("com.apple.quicktime.content.identifier", "E905E6C6"),
        ("com.apple.quicktime.description", "By the sea"),
    ]);
    let said = facts_of(&Film { created: CREATED, more, ..Film::default() }.bytes());
    time(&said, "2019-07-24T11:25:40+03:00", "Keys:CreationDate");
    let place = said.coordinates.unwrap();
    assert_eq!((place.value.latitude(), place.value.longitude()), (32.0929, 34.862));
    assert_eq!((place.tag, said.altitude), ("Keys:GPSCoordinates", Some(28.516)));
    assert_eq!((said.make.as_deref(), said.model.as_deref()), (Some("Apple"), Some("iPhone 6")));
    assert_eq!(said.live_photo_cid.as_deref(), Some("E905E6C6"));
    assert_eq!(said.description.unwrap().value, "By the sea");
}

#[test]
fn user_data_is_read() {
    let fields = [user_text(*b"xyz", "+51.4169-000.0806/"), user_text(*b"mod", "A Phone")].concat();
    let said = facts_of(&Film { more: atom(*b"udta", &fields), ..Film::default() }.bytes());
    let place = said.coordinates.unwrap();
    assert_eq!((place.value.latitude(), place.value.longitude()), (51.4169, -0.0806));
    assert_eq!((said.model.as_deref(), said.altitude), (Some("A Phone"), None));
    let nowhere = user_text(*b"xyz", "+00.0000+000.0000/");
    let said = facts_of(&Film { more: atom(*b"udta", &nowhere), ..Film::default() }.bytes());
    assert_eq!(said.coordinates, None);
}

#[test]
fn third_generation_phones_have_numbers() {
    let fixed = |quarters: i32| (quarters * 0x4000).to_be_bytes();
    let content =
        [[0x15, 0xc7].as_slice(), b"Home\0\0", &fixed(-1), &fixed(206), &fixed(80), b"earth\0\0"]
            .concat();
    let more = atom(*b"udta", &full(*b"loci", 0, &content));
    let said = facts_of(&Film { more, ..Film::default() }.bytes());
    let place = said.coordinates.unwrap().value;
    assert_eq!((place.latitude(), place.longitude(), said.altitude), (51.5, -0.25, Some(20.0)));
}

#[test]
fn sony_writes_beside_the_movie() {
    let notes = "<?xml version='1.0'?><NonRealTimeMeta xmlns='urn:schemas-professionalDisc'>
        <CreationDate value='2026-04-26T18:25:15+09:00'/>
        <Device manufacturer='Sony' modelName='ILCE-7M4' serialNo='1'/></NonRealTimeMeta>";
    let handler = full(*b"hdlr", 0, b"\0\0\0\0nrtm\0\0\0\0\0\0\0\0\0\0\0\0\0");
    let meta = full(*b"meta", 0, &[handler, full(*b"xml ", 0, notes.as_bytes())].concat());
    let said = facts_of(&Film { created: CREATED, behind: meta, ..Film::default() }.bytes());
    time(&said, "2026-04-26T18:25:15+09:00", "XML:CreationDateValue");
    assert_eq!((said.make.as_deref(), said.model.as_deref()), (Some("Sony"), Some("ILCE-7M4")));
}

#[test]
fn a_packet_of_xmp_is_read_wherever_it_is() {
    let packet = xmp("xmp:Rating='4'", "");
    let beside = Film { behind: xmp_box(&packet), ..Film::default() };
    let inside =
        Film { more: atom(*b"udta", &atom(*b"XMP_", packet.as_bytes())), ..Film::default() };
    for film in [beside, inside] {
        assert_eq!(facts_of(&film.bytes()).rating.unwrap().value, 4);
    }
}

#[test]
fn matroska_has_elements() {
    let said = facts_of(&mkv(585_649_557_000_000_000, &[("LOCATION", "+52.5+013.25/")]));
    assert_eq!(said.raw_size, Some((640, 480)));
    assert_eq!((said.duration, said.frame_rate), (Some(2.5), Some(30.0)));
    time(&said, "2019-07-24T08:25:57Z", "Matroska:DateTimeOriginal");
    let place = said.coordinates.unwrap().value;
    assert_eq!((place.latitude(), place.longitude()), (52.5, 13.25));
    let tagged = mkv(
        585_649_557_000_000_000,
        &[
            ("COM.APPLE.QUICKTIME.CREATIONDATE", "2019-07-24T11:25:40+0300"),
            ("COM.APPLE.QUICKTIME.MODEL", "iPhone 6"),
        ],
    );
    let said = facts_of(&tagged);
    time(&said, "2019-07-24T11:25:40+03:00", "Matroska:CreationDate");
    assert_eq!(said.model.as_deref(), Some("iPhone 6"));
}

#[test]
fn avi_has_chunks() {
    let date = riff_chunk(*b"IDIT", b"Mon Mar 10 15:04:43 2003\n\0");
    let camera = list(*b"exif", &riff_chunk(*b"emdl", b"A Camera\0"));
    let said =
        facts_of(&avi(&[date, camera, riff_chunk(*b"_PMX", xmp("xmp:Rating='4'", "").as_bytes())]));
    assert_eq!(said.raw_size, Some((640, 480)));
    assert_eq!((said.duration, said.frame_rate), (Some(2.5025), Some(29.97)));
    time(&said, "2003-03-10T15:04:43", "RIFF:DateTimeOriginal");
    assert_eq!((said.model.as_deref(), said.rating.unwrap().value), (Some("A Camera"), 4));
}

#[test]
fn transport_streams_have_notes_and_clocks() {
    let mark = b"\x17\xee\x8c\x60\xf8\x4d\x11\xd9\x8c\xd6\x08\x00\x20\x0c\x9a\x66MDPM";
    let tags = [0x18, 0x04, 0x20, 0x11, 0x07, 0x19, 0x03, 0x10, 0x19, 0x36];
    let stream = [b"\0\0\x01\x06\x05\x20".as_slice(), mark, &[2], &tags, b"\0\0\x01\x09"].concat();
    let said = facts_of(&mts(&stream, 7));
    assert_eq!(said.duration, Some(2.0));
    time(&said, "2011-07-03T10:19:36+02:00", "H264:DateTimeOriginal");
}

#[test]
fn the_pixels_of_a_film_are_not_read() {
    /// Counts what is read.
    struct Counting(std::io::Cursor<Vec<u8>>, usize);
    impl std::io::Read for Counting {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.0.read(buffer)?;
            self.1 += count;
            Ok(count)
        }
    }
    impl std::io::Seek for Counting {
        fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
            self.0.seek(to)
        }
    }
    let mut film = atom(*b"ftyp", b"qt  \0\0\0\0qt  ");
    film.extend(atom(*b"mdat", &vec![7; 8 << 20]));
    film.extend(Film::default().movie());
    let mut counted = Counting(std::io::Cursor::new(film), 0);
    let said = media::facts::read(&mut counted, Format::Mov);
    assert_eq!(said.duration, Some(2.5));
    assert!(counted.1 < 64 << 10, "{} bytes", counted.1);
}
