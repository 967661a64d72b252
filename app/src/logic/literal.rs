//! Numbers, strings and dates as JavaScript would write them.

/// A number as JavaScript writes it.
pub fn number(value: f64) -> String {
    if value == 0.0 {
        return if value.is_sign_negative() { "-0" } else { "0" }.to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    // JavaScript changes to powers of ten outside of this range.
    match value.abs() {
        1e-6..1e21 => value.to_string(),
        _ if value.is_nan() => "NaN".to_owned(),
        _ => {
            let text = format!("{value:e}");
            if text.contains("e-") {
                text
            } else {
                text.replace('e', "e+")
            }
        }
    }
}

/// A string in quotes, cut after `n_chars` characters.
pub fn quoted(text: &str, n_chars: usize) -> String {
    let mut quoted = String::with_capacity(text.len().min(n_chars) + 2);
    quoted.push('"');
    let mut chars = text.chars();
    for char in chars.by_ref().take(n_chars) {
        match char {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ => quoted.push(char),
        }
    }
    if chars.next().is_some() {
        quoted.push('…');
    }
    quoted.push('"');
    quoted
}

/// A time since 1970 in ms as `2026-11-20T20:15:00.000Z`.
pub fn date(ms: i64) -> String {
    let (days, in_day) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000));
    // Days to a civil date, after Howard Hinnant's `civil_from_days`: years begin in March, eras have 146097 days.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let (hour, minute) = (in_day / 3_600_000, in_day / 60_000 % 60);
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}.{:03}Z",
        in_day / 1000 % 60,
        in_day % 1000
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_before_1970_and_leap_days() {
        assert_eq!(date(-1), "1969-12-31T23:59:59.999Z");
        assert_eq!(date(951_782_400_000), "2000-02-29T00:00:00.000Z");
    }
}
