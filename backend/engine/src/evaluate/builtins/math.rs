//! `Math`, `Number`, and methods of numbers.

use recording::value::Value;

use crate::evaluate::{
    operators::power,
    values::{
        Eval, Stop, decimal_prefix, is_space, number_text, parse_decimal, text, to_int32, to_integer,
        to_number,
    },
    walk::Walk,
};

/// `Math`'s functions.
pub(super) const METHODS: &[&str] = &[
    "abs", "acos", "asin", "atan", "atan2", "cbrt", "ceil", "clz32", "cos", "cosh", "exp", "floor", "fround",
    "hypot", "log", "log10", "log2", "max", "min", "pow", "round", "sign", "sin", "sinh", "sqrt", "tan",
    "tanh", "trunc",
];

/// `Number`'s functions.
pub(super) const NUMBER_FUNCTIONS: &[&str] = &[
    "isInteger",
    "isSafeInteger",
    "isFinite",
    "isNaN",
    "parseInt",
    "parseFloat",
];

const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

/// A value as a number.
pub(super) fn number(walk: &mut Walk<'_, '_>, value: &Value) -> Eval<f64> {
    to_number(&walk.primitive(value, false)?)
}

/// A constant of a global.
pub(super) fn constant(global: &str, name: &str) -> Option<f64> {
    use std::f64::consts;
    Some(match (global, name) {
        ("Math", "PI") => consts::PI,
        ("Math", "E") => consts::E,
        ("Math", "LN2") => consts::LN_2,
        ("Math", "LN10") => consts::LN_10,
        ("Math", "LOG2E") => consts::LOG2_E,
        ("Math", "LOG10E") => consts::LOG10_E,
        ("Math", "SQRT2") => consts::SQRT_2,
        ("Math", "SQRT1_2") => consts::FRAC_1_SQRT_2,
        ("Number", "MAX_SAFE_INTEGER") => MAX_SAFE,
        ("Number", "MIN_SAFE_INTEGER") => -MAX_SAFE,
        ("Number", "MAX_VALUE") => f64::MAX,
        ("Number", "MIN_VALUE") => 5e-324,
        ("Number", "EPSILON") => f64::EPSILON,
        ("Number", "POSITIVE_INFINITY") => f64::INFINITY,
        ("Number", "NEGATIVE_INFINITY") => f64::NEG_INFINITY,
        ("Number", "NaN") => f64::NAN,
        _ => return None,
    })
}

/// Calls a function of `Math`.
pub(super) fn call(walk: &mut Walk<'_, '_>, name: &str, given: &[Value]) -> Eval<Value> {
    let mut numbers = Vec::new();
    for value in given {
        numbers.push(number(walk, value)?);
    }
    let [x, y] = [0, 1].map(|idx| numbers.get(idx).copied().unwrap_or(f64::NAN));
    let is_any_nan = numbers.iter().any(|number| number.is_nan());
    Ok(Value::Number(match name {
        "abs" => x.abs(),
        "acos" => x.acos(),
        "asin" => x.asin(),
        "atan" => x.atan(),
        "atan2" => x.atan2(y),
        "cbrt" => x.cbrt(),
        "ceil" => x.ceil(),
        "clz32" => f64::from((to_int32(x) as u32).leading_zeros()),
        "cos" => x.cos(),
        "cosh" => x.cosh(),
        "exp" => x.exp(),
        "floor" => x.floor(),
        "fround" => f64::from(x as f32),
        "hypot" if numbers.iter().any(|number| number.is_infinite()) => f64::INFINITY,
        "hypot" => numbers.iter().map(|number| number * number).sum::<f64>().sqrt(),
        "log" => x.ln(),
        "log10" => x.log10(),
        "log2" => x.log2(),
        "max" | "min" if is_any_nan => f64::NAN,
        "max" => numbers.iter().copied().fold(f64::NEG_INFINITY, larger),
        "min" => -numbers
            .iter()
            .map(|number| -number)
            .fold(f64::NEG_INFINITY, larger),
        "pow" => power(x, y),
        // Halves go up; what is whole already stays as it is.
        "round" if x.fract() == 0.0 || !x.is_finite() => x,
        "round" => (x.floor() + f64::from(u8::from(x - x.floor() >= 0.5))).copysign(x),
        "sign" if x == 0.0 || x.is_nan() => x,
        "sign" => x.signum(),
        "sin" => x.sin(),
        "sinh" => x.sinh(),
        "sqrt" => x.sqrt(),
        "tan" => x.tan(),
        "tanh" => x.tanh(),
        "trunc" => x.trunc(),
        _ => return Err(Stop::Beyond),
    }))
}

/// The larger number; 0 is larger than -0.
fn larger(left: f64, right: f64) -> f64 {
    match left == right && left.is_sign_negative() {
        true => right,
        false => left.max(right),
    }
}

/// Calls a function of `Number`.
pub(super) fn call_number(walk: &mut Walk<'_, '_>, name: &str, given: &[Value]) -> Eval<Value> {
    let number = match given.first() {
        Some(Value::Number(number)) => Some(*number),
        _ => None,
    };
    let is_integer = number.filter(|number| number.is_finite() && number.fract() == 0.0);
    Ok(Value::Boolean(match name {
        "isInteger" => is_integer.is_some(),
        "isSafeInteger" => is_integer.is_some_and(|number| number.abs() <= MAX_SAFE),
        "isFinite" => number.is_some_and(f64::is_finite),
        "isNaN" => number.is_some_and(f64::is_nan),
        _ => return parse(walk, name, given),
    }))
}

/// `parseInt`, `parseFloat`
pub(super) fn parse(walk: &mut Walk<'_, '_>, name: &str, given: &[Value]) -> Eval<Value> {
    let whole = walk.string_of(given.first().unwrap_or(&Value::Undefined))?;
    let trimmed = whole.trim_start_matches(is_space);
    if name == "parseFloat" {
        let prefix = trimmed.get(..decimal_prefix(trimmed)).unwrap_or_default();
        return Ok(Value::Number(if prefix.is_empty() {
            f64::NAN
        } else {
            parse_decimal(prefix)
        }));
    }
    let radix = match given.get(1) {
        Some(radix) => to_int32(number(walk, radix)?),
        None => 0,
    };
    let (sign, digits) = match trimmed.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let hex = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let (radix, digits) = match (radix, hex) {
        (0 | 16, Some(hex)) => (16, hex),
        (0, None) => (10, digits),
        _ => (radix, digits),
    };
    let Some(radix) = u32::try_from(radix).ok().filter(|radix| (2..=36).contains(radix)) else {
        return Ok(Value::Number(f64::NAN));
    };
    let end = digits
        .find(|char: char| !char.is_digit(radix))
        .unwrap_or(digits.len());
    let digits = digits.get(..end).unwrap_or_default();
    if digits.is_empty() {
        return Ok(Value::Number(f64::NAN));
    }
    let number = match radix {
        10 => parse_decimal(digits),
        _ => digits
            .chars()
            .filter_map(|char| char.to_digit(radix))
            .fold(0.0, |sum, digit| sum * f64::from(radix) + f64::from(digit)),
    };
    Ok(Value::Number(sign * number))
}

/// Calls a method of a number.
pub(super) fn call_on_number(
    walk: &mut Walk<'_, '_>,
    value: f64,
    name: &str,
    given: &[Value],
) -> Eval<Value> {
    let argument = match given.first() {
        None | Some(Value::Undefined) => None,
        Some(argument) => Some(to_integer(number(walk, argument)?)),
    };
    match (name, argument) {
        ("valueOf", _) => Ok(Value::Number(value)),
        ("toString", None) => Ok(text(number_text(value))),
        ("toString", Some(10.0)) => Ok(text(number_text(value))),
        ("toString", Some(radix))
            if (2.0..=36.0).contains(&radix) && value.fract() == 0.0 && value.abs() <= MAX_SAFE =>
        {
            Ok(text(in_radix(value, radix as u64)))
        }
        ("toFixed", digits) => {
            let digits = digits.unwrap_or(0.0);
            if !(0.0..=100.0).contains(&digits) {
                let message = "toFixed() digits argument must be between 0 and 100".to_owned();
                return Err(Stop::Error("RangeError", message));
            }
            Ok(text(match value.abs() < 1e21 {
                true => fixed(value, digits as usize),
                false => number_text(value),
            }))
        }
        _ => Err(Stop::Beyond),
    }
}

fn in_radix(value: f64, radix: u64) -> String {
    let mut left = value.abs() as u64;
    let mut digits = Vec::new();
    while left > 0 || digits.is_empty() {
        digits.push(char::from_digit((left % radix) as u32, radix as u32).unwrap_or('0'));
        left /= radix;
    }
    if value < 0.0 {
        digits.push('-');
    }
    digits.iter().rev().collect()
}

/// A number with so many digits after the point; halves go away from 0, where Rust's formatting goes to even.
fn fixed(value: f64, digits: usize) -> String {
    // No number has more than 1,074 digits after the point: this is all of it.
    let exact = format!("{:.1074}", value.abs());
    let Some((whole, fraction)) = exact.split_once('.') else {
        return exact;
    };
    let (kept, cut) = fraction.split_at(digits.min(fraction.len()));
    let mut all: Vec<u8> = whole.bytes().chain(kept.bytes()).collect();
    if cut.starts_with(|first: char| first >= '5') {
        let mut is_carried = true;
        for digit in all.iter_mut().rev() {
            match (is_carried, *digit) {
                (true, b'9') => *digit = b'0',
                (true, _) => {
                    *digit += 1;
                    is_carried = false;
                }
                (false, _) => {}
            }
        }
        if is_carried {
            all.insert(0, b'1');
        }
    }
    let point = all.len().saturating_sub(digits);
    let is_negative = value < 0.0;
    let mut shown: String = if is_negative { "-" } else { "" }.to_owned();
    shown.extend(all.iter().take(point).map(|digit| char::from(*digit)));
    if digits > 0 {
        shown.push('.');
        shown.extend(all.iter().skip(point).map(|digit| char::from(*digit)));
    }
    shown
}

/// A date as `toISOString` writes it; None for none.
pub(super) fn iso_date(millis: f64) -> Option<String> {
    const MAX_TIME: f64 = 8.64e15;
    if millis.is_nan() || millis.abs() > MAX_TIME {
        return None;
    }
    let millis = millis as i64;
    let (days, in_day) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    // Days since 1 March of year 0, in eras of 400 years.
    let from_march = days + 719_468;
    let (era, day_of_era) = (from_march.div_euclid(146_097), from_march.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let year = match year {
        0..=9999 => format!("{year:04}"),
        year => format!("{}{:06}", if year < 0 { '-' } else { '+' }, year.abs()),
    };
    let (hours, minutes, seconds) = (in_day / 3_600_000, in_day / 60_000 % 60, in_day / 1_000 % 60);
    Some(format!(
        "{year}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{:03}Z",
        in_day % 1_000
    ))
}

#[cfg(test)]
mod tests {
    use super::{fixed, iso_date};

    #[test]
    fn digits_are_cut_as_the_language_cuts_them() {
        for (value, digits, expected) in [
            (1.005, 2, "1.00"),
            (2.5, 0, "3"),
            (0.5, 0, "1"),
            (1.25, 1, "1.3"),
            (9.999, 2, "10.00"),
            (-1.5, 0, "-2"),
            (-0.0, 1, "0.0"),
            (123.456, 1, "123.5"),
        ] {
            assert_eq!(fixed(value, digits), expected);
        }
    }

    #[test]
    fn dates_are_written_in_utc() {
        assert_eq!(iso_date(0.0).as_deref(), Some("1970-01-01T00:00:00.000Z"));
        assert_eq!(
            iso_date(951_782_400_000.0).as_deref(),
            Some("2000-02-29T00:00:00.000Z")
        );
        assert_eq!(iso_date(-1.0).as_deref(), Some("1969-12-31T23:59:59.999Z"));
        assert_eq!(
            iso_date(-62_198_755_200_000.0).as_deref(),
            Some("-000001-01-01T00:00:00.000Z")
        );
        assert_eq!(iso_date(f64::NAN), None);
    }
}
