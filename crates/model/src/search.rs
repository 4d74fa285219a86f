//! Search by words (contract 7): what a word is, what a person asks for, and how lists of hits
//! become one.

use std::collections::{HashMap, HashSet};

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::Position;

/// Longest word in characters; what is longer is cut.
const LONGEST: usize = 64;
/// Most different words of one question; further ones are not looked at.
const MOST_ASKED: usize = 32;

/// The different words of a text, in the order they come first.
///
/// Case and marks are dropped, and compatible forms are one (`É`, `é` and `e` are one letter).
/// Words end at everything that is neither letter nor digit, and where letters meet digits, so that
/// `IMG_0042.JPG` is `img`, `0042` and `jpg`. Scripts without blanks between words give a word per
/// character.
pub fn words(text: &str) -> Vec<String> {
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    let mut word = String::new();
    let mut length = 0;
    let mut last = Sort::Other;
    for char in folded(text).chain([' ']) {
        let sort = sort(char);
        if (sort != last || sort == Sort::Sign) && !word.is_empty() {
            if seen.insert(word.clone()) {
                found.push(word.clone());
            }
            word.clear();
            length = 0;
        }
        if sort != Sort::Other && length < LONGEST {
            word.push(char);
            length += 1;
        }
        last = sort;
    }
    found
}

fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.nfkd()
        .filter(|char| !is_combining_mark(*char))
        .flat_map(char::to_lowercase)
        .flat_map(|char| plain(char).chars().chain(plain(char).is_empty().then_some(char)))
        .filter(|char| !is_combining_mark(*char))
}

/// Letters that Unicode does not take apart, as people type who do not have them.
const fn plain(char: char) -> &'static str {
    match char {
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => "",
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Letter,
    Digit,
    /// A character that is a word.
    Sign,
    Other,
}

fn sort(char: char) -> Sort {
    match char {
        // Hiragana and Katakana, the Han characters and their extensions; not their punctuation.
        '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}'
            if char.is_alphanumeric() =>
        {
            Sort::Sign
        }
        char if char.is_numeric() => Sort::Digit,
        char if char.is_alphabetic() => Sort::Letter,
        _ => Sort::Other,
    }
}

/// What a person asks for: all these words, and one that begins like the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    whole: Vec<String>,
    beginning: Option<String>,
}

impl Phrase {
    /// The phrase of a text. One without any word finds nothing.
    pub fn new(text: &str) -> Self {
        let mut whole = words(text);
        whole.truncate(MOST_ASKED);
        let beginning = whole.pop();
        Self { whole, beginning }
    }

    /// Words to be met as they are, and the beginning of one more; `None` when there is no word.
    pub fn parts(&self) -> Option<(&[String], &str)> {
        self.beginning.as_deref().map(|beginning| (self.whole.as_slice(), beginning))
    }

    /// What is still to be found of something that has this name beside its own words: `None` when the
    /// name has nothing of what is asked for, a phrase without any word when it has all.
    pub fn beside(&self, name: &str) -> Option<Self> {
        let (named, (asked, beginning)) = (words(name), self.parts()?);
        let mut whole: Vec<String> =
            asked.iter().filter(|word| !named.contains(word)).cloned().collect();
        let is_begun = named.iter().any(|word| word.starts_with(beginning));
        if whole.len() == asked.len() && !is_begun {
            return None;
        }
        let beginning = if is_begun { whole.pop() } else { Some(beginning.to_owned()) };
        Some(Self { whole, beginning })
    }

    /// Whether a text has all that is asked for.
    pub fn matches(&self, text: &str) -> bool {
        let words = words(text);
        self.parts().is_some_and(|(whole, beginning)| {
            whole.iter().all(|asked| words.contains(asked))
                && words.iter().any(|word| word.starts_with(beginning))
        })
    }
}

/// How much the first places of a list count over the later ones: the usual constant of Reciprocal
/// Rank Fusion.
const SMOOTHING: u32 = 60;

/// Lists of hits, best first, as one list: an asset stands the higher, the higher it stands in the
/// more lists (Reciprocal Rank Fusion). Ties go to the later key (capture time), then to the larger
/// id; the order of the lists does not matter.
pub fn fused(lists: &[Vec<Position>]) -> Vec<Position> {
    let mut places: HashMap<Position, Vec<u32>> = HashMap::new();
    for list in lists {
        for (place, &hit) in (1..).zip(list) {
            places.entry(hit).or_default().push(place);
        }
    }
    let mut hits: Vec<(f64, Position)> = places
        .into_iter()
        .map(|(hit, mut places)| {
            // Sums of fractions depend on their order.
            places.sort_unstable();
            (places.iter().map(|place| 1.0 / f64::from(SMOOTHING + place)).sum(), hit)
        })
        .collect();
    hits.sort_by(|(a, left), (b, right)| {
        b.total_cmp(a).then_with(|| (right.key, right.id).cmp(&(left.key, left.id)))
    });
    hits.into_iter().map(|(_, hit)| hit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AssetId;
    use proptest::prelude::*;
    use uuid::Uuid;

    #[test]
    fn words_of_names_and_captions() {
        for (text, expected) in [
            ("IMG_0042.JPG", vec!["img", "0042", "jpg"]),
            ("PXL20240506b", vec!["pxl", "20240506", "b"]),
            ("Anna’s  birthday, Anna!", vec!["anna", "s", "birthday"]),
            ("Île-de-France", vec!["ile", "de", "france"]),
            ("Tromsø STRASSE Straße", vec!["tromso", "strasse"]),
            ("İstanbul ﬁn ①", vec!["istanbul", "fin", "1"]),
            ("Ａｃｍｅ Å", vec!["acme", "a"]),
            ("京都タワー", vec!["京", "都", "タ", "ワ", "ー"]),
            ("\"; drop * AND (NEAR)", vec!["drop", "and", "near"]),
            (" …!? ", vec![]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn a_phrase_wants_all_words_and_a_beginning() {
        let matches = |asked: &str, text: &str| Phrase::new(asked).matches(text);
        assert!(matches("anna birth", "Anna's birthday"));
        assert!(matches("BIRTHDAY ann", "Anna's birthday"));
        assert!(!matches("ann birthday", "Anna's birthday"));
        assert!(!matches("birthday berta", "Anna's birthday"));
        assert!(!matches("!", "Anna's birthday"));
    }

    #[test]
    fn a_name_takes_its_words_off_what_is_asked_for() {
        let beside = |asked: &str, name: &str| Phrase::new(asked).beside(name);
        assert_eq!(beside("anna ferry", "Anna Berg"), Some(Phrase::new("ferry")));
        assert_eq!(beside("ferry ann", "Anna Berg"), Some(Phrase::new("ferry")));
        assert_eq!(beside("ann", "Anna Berg").and_then(|rest| rest.beginning), None);
        assert_eq!(beside("ferry", "Anna Berg"), None);
        assert_eq!(beside("ann ferry", "Anna Berg"), None, "only the last word may be begun");
    }

    fn hit(number: u8) -> Position {
        Position {
            key: i64::from(number / 4),
            id: AssetId::from_uuid(Uuid::from_u128(number.into())),
        }
    }

    fn any_list() -> impl Strategy<Value = Vec<Position>> {
        proptest::collection::vec(any::<u8>(), 0..20).prop_map(|numbers| {
            let mut seen = HashSet::new();
            numbers.into_iter().filter(|number| seen.insert(*number)).map(hit).collect()
        })
    }

    #[test]
    fn punctuation_between_signs_is_no_word() {
        assert_eq!(words("ア・ル゠カ"), ["ア", "ル", "カ"]);
    }

    proptest! {
        #[test]
        fn words_are_words_of_themselves(text in any::<String>()) {
            for word in words(&text) {
                prop_assert_eq!(words(&word), vec![word.clone()]);
                prop_assert!(word.chars().all(char::is_alphanumeric), "{}", word);
                prop_assert!(word.chars().count() <= LONGEST);
            }
        }

        #[test]
        fn a_text_is_found_by_its_own_words(text in "[a-zA-Z0-9é ø_.-]{1,40}") {
            prop_assume!(!words(&text).is_empty());
            prop_assert!(Phrase::new(&text).matches(&text));
        }

        #[test]
        fn one_list_stays_as_it_is(list in any_list()) {
            prop_assert_eq!(fused(&[list.clone(), Vec::new()]), list);
        }

        #[test]
        fn fusion_loses_nothing_and_knows_no_order_of_lists(a in any_list(), b in any_list(), c in any_list()) {
            let all: HashSet<Position> = a.iter().chain(&b).chain(&c).copied().collect();
            let one = fused(&[a.clone(), b.clone(), c.clone()]);
            prop_assert_eq!(one.len(), all.len());
            prop_assert_eq!(one.iter().copied().collect::<HashSet<_>>(), all);
            prop_assert_eq!(one, fused(&[c, a, b]));
        }

        #[test]
        fn who_stands_higher_everywhere_stands_higher(list in any_list(), other in any_list()) {
            let both: Vec<Position> = list.iter().copied().filter(|hit| other.contains(hit)).collect();
            let one = fused(&[list.clone(), both.clone()]);
            // In both lists the order is that of `list`.
            let kept: Vec<Position> = one.into_iter().filter(|hit| both.contains(hit)).collect();
            prop_assert_eq!(kept, both);
        }
    }
}
