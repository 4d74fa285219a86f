//! Places as texts (ISO 6709, annex H): `+52.2097-000.8955+103.640/`.

/// Latitude, longitude, and perhaps a height in metres.
///
/// The number of digits before the point says whether they are degrees, degrees and minutes, or
/// degrees, minutes and seconds.
pub(super) fn parse(text: &str) -> Option<(f64, f64, Option<f64>)> {
    let mut rest = text.trim();
    let latitude = angle(signed(&mut rest)?, 2)?;
    let longitude = angle(signed(&mut rest)?, 3)?;
    let altitude = signed(&mut rest).and_then(|number| number.parse().ok());
    Some((latitude, longitude, altitude))
}

/// Takes a number with its sign off the front.
fn signed<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let digits = rest.strip_prefix(['+', '-'])?;
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
    let (number, behind) = rest.split_at_checked(end + 1)?;
    *rest = behind;
    (end > 0).then_some(number)
}

/// Degrees of a number whose degrees have `digits` digits.
fn angle(number: &str, digits: usize) -> Option<f64> {
    let sign = if number.starts_with('-') { -1.0 } else { 1.0 };
    let number = &number[1..];
    let whole = number.find('.').unwrap_or(number.len());
    let value = |text: &str| text.parse::<f64>().ok();
    let below_60 = |part: f64| Some(part).filter(|part| *part < 60.0);
    // Some write fewer digits than the standard asks for; those are degrees too.
    let degrees = match whole.saturating_sub(digits) {
        0 => value(number)?,
        2 => value(&number[..digits])? + below_60(value(&number[digits..])?)? / 60.0,
        4 => {
            let (minutes, seconds) = number[digits..].split_at(2);
            let minutes = below_60(value(minutes)?)?;
            value(&number[..digits])? + minutes / 60.0 + below_60(value(seconds)?)? / 3600.0
        }
        _ => return None,
    };
    Some(sign * degrees)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn digits_say_what_a_number_means() {
        assert_eq!(parse("+52.5-000.25+103.640/"), Some((52.5, -0.25, Some(103.64))));
        assert_eq!(parse("+51.4169-000.0806/"), Some((51.4169, -0.0806, None)));
        assert_eq!(parse("-3330+15115.6/"), Some((-33.5, 151.26, None)));
        assert_eq!(
            parse("+483036+0023030CRSWGS_84/"),
            Some((48.51, 2.508_333_333_333_333_3, None))
        );
        assert_eq!(parse("+5.5-0.25/"), Some((5.5, -0.25, None)));
    }

    #[test]
    fn other_texts_are_no_place() {
        for text in ["", "52.2-0.8", "+52.2", "+-", "+5260-00000/", "+1234567+000/", "+1.2.3+4/"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text: String, like in "[+-][0-9.]{0,9}[+-][0-9.]{0,9}.?") {
            parse(&text);
            parse(&like);
        }
    }
}
