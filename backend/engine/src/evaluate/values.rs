//! What operators make of primitive values, as the language has it.

use recording::value::{Text, Value};

/// Why something was not computed.
#[derive(Debug)]
pub(super) enum Stop {
    /// The recording does not tell; why.
    Refuse(String),
    /// It takes a whole JavaScript engine.
    Beyond,
    /// An exception: the class of the error and its message.
    Error(&'static str, String),
}

/// A result of a part of an evaluation.
pub(super) type Eval<T> = Result<T, Stop>;

/// A string value.
pub(super) fn text(text: impl AsRef<str>) -> Value {
    Value::String(text.as_ref().into())
}

/// Whether a value counts as true. Objects do.
pub(super) fn is_truthy(value: &Value) -> Eval<bool> {
    Ok(match value {
        Value::Undefined | Value::Null => false,
        Value::Boolean(value) => *value,
        Value::Number(number) => *number != 0.0 && !number.is_nan(),
        Value::String(text) => !text.is_empty(),
        Value::BigInt(digits) => &**digits != "0",
        Value::Symbol(_) | Value::Object(_) => true,
        Value::Uninitialized | Value::Unavailable => return Err(unknown()),
    })
}

/// What is said of a value that was not recorded.
pub(super) fn unknown() -> Stop {
    Stop::Refuse("it needs a value that was not recorded".to_owned())
}

/// What `typeof` says of a primitive value.
pub(super) fn type_of(value: &Value) -> Eval<&'static str> {
    Ok(match value {
        Value::Undefined => "undefined",
        Value::Null | Value::Object(_) => "object",
        Value::Boolean(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::BigInt(_) => "bigint",
        Value::Symbol(_) => "symbol",
        Value::Uninitialized | Value::Unavailable => return Err(unknown()),
    })
}

/// A primitive value as a string; objects must have been made primitive before.
pub(super) fn to_text(value: &Value) -> Eval<Text> {
    Ok(match value {
        Value::Undefined => "undefined".into(),
        Value::Null => "null".into(),
        Value::Boolean(value) => value.to_string().into(),
        Value::Number(number) => number_text(*number).into(),
        Value::String(text) => text.clone(),
        Value::BigInt(digits) => digits.clone(),
        Value::Symbol(_) => {
            let message = "Cannot convert a Symbol value to a string".to_owned();
            return Err(Stop::Error("TypeError", message));
        }
        Value::Object(_) => return Err(Stop::Beyond),
        Value::Uninitialized | Value::Unavailable => return Err(unknown()),
    })
}

/// A primitive value as a number.
pub(super) fn to_number(value: &Value) -> Eval<f64> {
    Ok(match value {
        Value::Undefined => f64::NAN,
        Value::Null => 0.0,
        Value::Boolean(value) => f64::from(u8::from(*value)),
        Value::Number(number) => *number,
        Value::String(text) => text_number(text),
        Value::BigInt(_) => {
            let message = "Cannot convert a BigInt value to a number".to_owned();
            return Err(Stop::Error("TypeError", message));
        }
        Value::Symbol(_) => {
            let message = "Cannot convert a Symbol value to a number".to_owned();
            return Err(Stop::Error("TypeError", message));
        }
        Value::Object(_) => return Err(Stop::Beyond),
        Value::Uninitialized | Value::Unavailable => return Err(unknown()),
    })
}

/// A number as the language writes it.
pub(super) fn number_text(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if number == 0.0 {
        return "0".to_owned();
    }
    let sign = if number < 0.0 { "-" } else { "" };
    // The shortest digits that mean this number, and where the point stands.
    let scientific = format!("{:e}", number.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = mantissa.replace('.', "");
    let point = exponent.parse::<i32>().unwrap_or_default() + 1;
    let n_digits = digits.len() as i32;
    let body = match point {
        1..=21 if n_digits <= point => format!("{digits}{}", "0".repeat((point - n_digits) as usize)),
        1..=21 => {
            let (whole, fraction) = digits.split_at(point as usize);
            format!("{whole}.{fraction}")
        }
        -5..=0 => format!("0.{}{digits}", "0".repeat(-point as usize)),
        _ => {
            let (first, rest) = digits.split_at(1);
            let fraction = if rest.is_empty() {
                String::new()
            } else {
                format!(".{rest}")
            };
            let sign = if point > 0 { "+" } else { "-" };
            format!("{first}{fraction}e{sign}{}", (point - 1).abs())
        }
    };
    format!("{sign}{body}")
}

/// Whether a character is white space to the language.
pub(super) fn is_space(char: char) -> bool {
    char.is_whitespace() && char != '\u{85}' || char == '\u{feff}'
}

/// A string as a number.
pub(super) fn text_number(text: &str) -> f64 {
    let text = text.trim_matches(is_space);
    if text.is_empty() {
        return 0.0;
    }
    for (prefix, radix) in [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let is_number = !digits.is_empty() && digits.chars().all(|char| char.is_digit(radix));
            return match is_number {
                true => digits
                    .chars()
                    .filter_map(|char| char.to_digit(radix))
                    .fold(0.0, |sum, digit| sum * f64::from(radix) + f64::from(digit)),
                false => f64::NAN,
            };
        }
    }
    match decimal_prefix(text) {
        n if n == text.len() => parse_decimal(text),
        _ => f64::NAN,
    }
}

/// How many bytes at the beginning of a text are a decimal number.
pub(super) fn decimal_prefix(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        bytes
            .iter()
            .skip(from)
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    if text.get(sign..).is_some_and(|rest| rest.starts_with("Infinity")) {
        return sign + "Infinity".len();
    }
    let whole = digits(sign);
    let mut end = sign + whole;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        if whole + fraction == 0 {
            return 0;
        }
        end += 1 + fraction;
    } else if whole == 0 {
        return 0;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    end
}

/// A decimal number as [`decimal_prefix`] finds it.
pub(super) fn parse_decimal(text: &str) -> f64 {
    match text {
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ => text.parse().unwrap_or(f64::NAN),
    }
}

/// A number as a 32-bit integer, as bit operators take it.
pub(super) fn to_int32(number: f64) -> i32 {
    if !number.is_finite() {
        return 0;
    }
    let modulus = number.trunc().rem_euclid(4_294_967_296.0);
    modulus as u32 as i32
}

/// A number as an index: toward zero, NaN as 0.
pub(super) fn to_integer(number: f64) -> f64 {
    if number.is_nan() {
        0.0
    } else {
        number.trunc() + 0.0
    }
}

/// A bigint as far as we compute with them.
pub(super) fn to_i128(digits: &str) -> Eval<i128> {
    parse_bigint(digits).ok_or(Stop::Beyond)
}

/// The digits of a bigint literal; None if they are too many.
fn parse_bigint(digits: &str) -> Option<i128> {
    let digits = digits.replace('_', "");
    for (prefix, radix) in [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)] {
        if let Some(digits) = digits.strip_prefix(prefix) {
            return i128::from_str_radix(digits, radix).ok();
        }
    }
    digits.parse().ok()
}

/// `===`
pub(super) fn is_strictly_equal(left: &Value, right: &Value) -> Eval<bool> {
    Ok(match (left, right) {
        (Value::Unavailable | Value::Uninitialized, _) | (_, Value::Unavailable | Value::Uninitialized) => {
            return Err(unknown());
        }
        // Symbols are recorded by description alone.
        (Value::Symbol(left), Value::Symbol(right)) if left == right => {
            return Err(Stop::Refuse(
                "symbols of one description cannot be told apart in a recording".to_owned(),
            ));
        }
        _ => left == right,
    })
}

/// Whether a container takes two values for the same.
pub(super) fn is_same_value_zero(left: &Value, right: &Value) -> Eval<bool> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) if left.is_nan() && right.is_nan() => Ok(true),
        _ => is_strictly_equal(left, right),
    }
}

/// `==` of primitive values.
pub(super) fn is_loosely_equal(left: &Value, right: &Value) -> Eval<bool> {
    use Value::{BigInt, Boolean, Null, Number, String, Undefined};
    Ok(match (left, right) {
        (Undefined | Null, Undefined | Null) => true,
        (Undefined | Null, _) | (_, Undefined | Null) => {
            is_strictly_equal(left, right)?;
            false
        }
        (Number(_) | String(_) | Boolean(_), Number(_) | String(_) | Boolean(_))
            if std::mem::discriminant(left) != std::mem::discriminant(right) =>
        {
            to_number(left)? == to_number(right)?
        }
        (BigInt(digits), other @ (Number(_) | String(_) | Boolean(_)))
        | (other @ (Number(_) | String(_) | Boolean(_)), BigInt(digits)) => {
            to_i128(digits)? as f64 == to_number(other)?
        }
        _ => is_strictly_equal(left, right)?,
    })
}

#[cfg(test)]
mod tests {
    use super::{number_text, text_number, to_int32};

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        for (number, text) in [
            (0.1 + 0.2, "0.30000000000000004"),
            (1e21, "1e+21"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1e-7, "1e-7"),
            (1.5e-7, "1.5e-7"),
            (0.000_001, "0.000001"),
            (-1234.5, "-1234.5"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (-0.0, "0"),
            (100.0, "100"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }

    #[test]
    fn texts_are_read_as_the_language_reads_them() {
        for (text, number) in [
            ("", 0.0),
            ("  12\n", 12.0),
            ("0x1F", 31.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("-1e3", -1000.0),
            ("-Infinity", f64::NEG_INFINITY),
        ] {
            assert_eq!(text_number(text), number, "{text}");
        }
        for text in ["1x", "inf", "nan", "1_000", ".", "-0x1", "infinity", "e5"] {
            assert!(text_number(text).is_nan(), "{text}");
        }
        assert_eq!(to_int32(4_294_967_295.0), -1);
        assert_eq!(to_int32(-1.5), -1);
        assert_eq!(to_int32(f64::NAN), 0);
    }
}
