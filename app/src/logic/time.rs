//! Times as people type them: `1:02.345`, `62.3`, `500 ms`, `1h 2min 3s`, `+1.5`, `12 %`, or a point of the execution.

use components::format;
use wire::point::ExecutionPoint;

/// Later moments are no times of a recording: ten years.
pub const MAX_MS: f64 = 3.2e11;
/// A whole number of so many digits is a point and not a time: as seconds it would be a third of a year.
const N_POINT_DIGITS: usize = 8;

/// What somebody has typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Typed {
    /// A time, in ms from the beginning.
    At(f64),
    /// A time so many ms after this one.
    By(f64),
    /// A share of the recording, from 0 to 1.
    Share(f64),
    /// A point of the execution.
    Point(ExecutionPoint),
}

/// Where that leads.
#[derive(Clone, Debug, PartialEq)]
pub enum Destination {
    /// A time, in ms.
    Time(f64),
    /// A point.
    Point(ExecutionPoint),
}

/// Reads what somebody has typed.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub fn read(text: &str) -> Result<Typed, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("Type a time such as 1:02.345 or 62.3, or a point such as @123.".to_owned());
    }
    if let Some(point) = point_in(text) {
        return point;
    }
    if let Some(share) = text.strip_suffix('%') {
        return match decimal(share.trim()) {
            Some(percent) if percent <= 100.0 => Ok(Typed::Share(percent / 100.0)),
            _ => Err(format!("“{text}” is not a share from 0 % to 100 %.")),
        };
    }
    if let Some(later) = text.strip_prefix('+') {
        return length_ms(later.trim()).map(Typed::By);
    }
    if let Some(earlier) = text.strip_prefix(['-', '−']) {
        return length_ms(earlier.trim()).map(|ms| Typed::By(-ms));
    }
    length_ms(text).map(Typed::At)
}

/// Where what was typed leads from a time in a recording that ends at another, both in ms.
///
/// # Errors
/// Why it leads nowhere, in a sentence.
pub fn destination(typed: Typed, now_ms: f64, end_ms: f64) -> Result<Destination, String> {
    /// The end as it is shown may be rounded up.
    const ROUNDED_MS: f64 = 1.0;
    Ok(match typed {
        Typed::At(time_ms) if end_ms > 0.0 && time_ms > end_ms + ROUNDED_MS => {
            return Err(format!("The recording ends at {}.", format::clock(end_ms)));
        }
        Typed::At(time_ms) => Destination::Time(time_ms),
        Typed::By(ms) => Destination::Time((now_ms + ms).max(0.0)),
        Typed::Share(share) => Destination::Time(end_ms * share),
        Typed::Point(point) => Destination::Point(point),
    })
}

/// A time as a clock shows it, `62.5`, `1:02.5` or `0:01:02.5`, in whole ms.
pub fn clock_ms(text: &str) -> Option<f64> {
    let parts: Vec<&str> = text.split(':').collect();
    if parts.len() > 3 {
        return None;
    }
    let mut seconds = 0.0;
    for (index, part) in parts.iter().enumerate() {
        let number = decimal(part)?;
        let is_whole = index + 1 == parts.len() || number.fract() == 0.0;
        if !is_whole || (index > 0 && number >= 60.0) {
            return None;
        }
        seconds = seconds * 60.0 + number;
    }
    Some((seconds * 1e3).round()).filter(|time| is_time(*time))
}

/// Whether a number of ms can be a time of a recording.
pub fn is_time(time_ms: f64) -> bool {
    (0.0..MAX_MS).contains(&time_ms)
}

/// A point, if that is what is meant.
fn point_in(text: &str) -> Option<Result<Typed, String>> {
    let marked = text.strip_prefix('@').or_else(|| {
        let word = text.get(.."point".len())?;
        word.eq_ignore_ascii_case("point").then(|| &text["point".len()..])
    });
    let is_long = text.len() >= N_POINT_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    let digits = marked.map(str::trim).or(is_long.then_some(text))?;
    Some(match ExecutionPoint::new(digits) {
        Ok(point) => Ok(Typed::Point(point)),
        Err(_) => Err(format!("“{digits}” is not a point: points are whole numbers.")),
    })
}

/// A length of time as a clock shows it or with units.
fn length_ms(text: &str) -> Result<f64, String> {
    let has_units = text.chars().any(char::is_alphabetic);
    let read = if has_units {
        with_units(text)
    } else {
        clock_ms(text)
    };
    read.ok_or_else(|| match too_much(text) {
        Some(part) => format!("“{part}” is too much: minutes and seconds behind a colon go up to 59."),
        None => format!("“{text}” is not a time such as 1:02.345, 62.3 or 500 ms."),
    })
}

/// `1h 2min 3.5s`: each unit once, the greater first.
fn with_units(text: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 5] = [("h", 3.6e6), ("min", 6e4), ("m", 6e4), ("s", 1e3), ("ms", 1.0)];
    let (mut rest, mut total_ms, mut least) = (text.trim(), 0.0, f64::INFINITY);
    while !rest.is_empty() {
        let (number, behind) = rest.split_at(rest.find(char::is_alphabetic)?);
        let behind_unit = behind.find(|char: char| !char.is_alphabetic());
        let (unit, behind) = behind.split_at(behind_unit.unwrap_or(behind.len()));
        let unit = unit.to_ascii_lowercase();
        let (_, unit_ms) = UNITS.iter().find(|(name, _)| *name == unit)?;
        if *unit_ms >= least {
            return None;
        }
        total_ms += decimal(number.trim())? * unit_ms;
        (least, rest) = (*unit_ms, behind.trim());
    }
    Some(total_ms.round()).filter(|time| is_time(*time))
}

/// The part of a clock's time that goes beyond 59.
fn too_much(text: &str) -> Option<&str> {
    let mut parts = text.split(':');
    parts.next()?;
    parts.find(|part| decimal(part).is_some_and(|number| number >= 60.0))
}

/// A number without sign or exponent, with a point or a comma. The general reading of numbers is not worth its size in the
/// viewer's first file: this is exact to the ms, and to the microsecond for a day.
pub fn decimal(text: &str) -> Option<f64> {
    /// Numbers up to this many digits are exact.
    const N_DIGITS: usize = 15;
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = are_digits(whole) && are_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    if !is_number || whole.len() > N_DIGITS {
        return None;
    }
    let number = |digits: &str| {
        digits
            .bytes()
            .fold(0.0, |number, digit| number * 10.0 + f64::from(digit - b'0'))
    };
    let fraction = fraction.get(..N_DIGITS).unwrap_or(fraction);
    let unit = fraction.bytes().fold(1.0, |unit, _| unit * 10.0);
    Some(number(whole) + number(fraction) / unit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn point(text: &str) -> Typed {
        Typed::Point(ExecutionPoint::new(text).unwrap())
    }

    #[test]
    fn times_are_read_as_clocks_show_them() {
        assert_eq!(clock_ms("62.5"), Some(62_500.0));
        assert_eq!(clock_ms("1:02.5"), Some(62_500.0));
        assert_eq!(clock_ms("1:00:00"), Some(3_600_000.0));
        assert_eq!(clock_ms("0.125"), Some(125.0));
        assert_eq!(clock_ms(".5"), Some(500.0));
        assert_eq!(clock_ms("7,"), Some(7_000.0));
        for bad in [
            "", "1:", "1:99", "-1", "1e3", "1:2:3:4", "NaN", "1.5:00", ".", "1.2.3",
        ] {
            assert_eq!(clock_ms(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_people_type_is_understood() {
        for (text, typed) in [
            ("1:02.345", Typed::At(62_345.0)),
            (" 62.3 ", Typed::At(62_300.0)),
            ("62,3", Typed::At(62_300.0)),
            ("1:02:03.5", Typed::At(3_723_500.0)),
            ("0", Typed::At(0.0)),
            ("500ms", Typed::At(500.0)),
            ("500 ms", Typed::At(500.0)),
            ("1.5s", Typed::At(1_500.0)),
            ("1h 2min 3.5 s", Typed::At(3_723_500.0)),
            ("2m30s", Typed::At(150_000.0)),
            ("12%", Typed::Share(0.12)),
            ("12.5 %", Typed::Share(0.125)),
            ("+1.5", Typed::By(1_500.0)),
            ("-0.2", Typed::By(-200.0)),
            ("−0.2", Typed::By(-200.0)),
            ("- 500ms", Typed::By(-500.0)),
            ("+1:00", Typed::By(60_000.0)),
            ("@7", point("7")),
            ("@ 65536", point("65536")),
            ("point 123", point("123")),
            ("12345678", point("12345678")),
            ("1234567", Typed::At(1_234_567_000.0)),
            (
                "123456789012345678901234567890",
                point("123456789012345678901234567890"),
            ),
        ] {
            assert_eq!(read(text), Ok(typed), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |text: &str| read(text).unwrap_err();
        assert_eq!(
            wrong("  "),
            "Type a time such as 1:02.345 or 62.3, or a point such as @123."
        );
        assert_eq!(
            wrong("1:75"),
            "“75” is too much: minutes and seconds behind a colon go up to 59."
        );
        assert_eq!(
            wrong("soon"),
            "“soon” is not a time such as 1:02.345, 62.3 or 500 ms."
        );
        assert_eq!(
            wrong("3s 2s"),
            "“3s 2s” is not a time such as 1:02.345, 62.3 or 500 ms."
        );
        assert_eq!(wrong("120%"), "“120%” is not a share from 0 % to 100 %.");
        assert_eq!(wrong("@1.5"), "“1.5” is not a point: points are whole numbers.");
        assert_eq!(
            wrong("--1"),
            "“-1” is not a time such as 1:02.345, 62.3 or 500 ms."
        );
    }

    #[test]
    fn it_leads_into_the_recording_or_is_refused() {
        let to = |text: &str| destination(read(text).unwrap(), 5_000.0, 9_000.4);
        assert_eq!(to("9.001"), Ok(Destination::Time(9_001.0)));
        assert_eq!(to("10"), Err("The recording ends at 0:09.000.".to_owned()));
        assert_eq!(to("-7"), Ok(Destination::Time(0.0)));
        assert_eq!(to("+1.5"), Ok(Destination::Time(6_500.0)));
        assert_eq!(to("50%"), Ok(Destination::Time(4_500.2)));
        assert_eq!(destination(Typed::At(7.0), 0.0, 0.0), Ok(Destination::Time(7.0)));
    }

    proptest! {
        #[test]
        fn a_shown_time_leads_back_to_itself(ms in 0u64..320_000_000_000) {
            let time_ms = ms as f64;
            let shown = format::clock(time_ms);
            prop_assert_eq!(read(&shown), Ok(Typed::At(time_ms)));
            prop_assert_eq!(format::clock(clock_ms(&shown).unwrap()), shown);
        }

        #[test]
        fn times_between_are_shown_and_read_to_the_millisecond(time_ms in 0.0..3.1e11f64) {
            prop_assert_eq!(read(&format::clock(time_ms)), Ok(Typed::At(time_ms.round())));
        }

        #[test]
        fn nothing_that_is_typed_breaks_it(text in "[-+@%0-9:., hmspoint−é]{0,14}|\\PC{0,8}") {
            if let Ok(typed) = read(&text) {
                let leads = destination(typed, 500.0, 1_000.0);
                if let Ok(Destination::Time(time_ms)) = leads {
                    prop_assert!(time_ms.is_finite() && time_ms >= 0.0);
                }
            }
        }
    }
}
