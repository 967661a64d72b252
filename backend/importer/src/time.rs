//! Times as other recorders write them, in milliseconds since 1970.

/// Reads a time as JSON has it (ISO 8601): `2026-12-01T00:51:36.783Z`, `…+02:00`. None if it is none.
pub(crate) fn of_iso(text: &str) -> Option<f64> {
    let (date, rest) = text.trim().split_once(['T', ' '])?;
    let mut date = date.splitn(3, '-').map(|number| number.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(0..=9999).contains(&year) {
        return None;
    }
    let zone_at = rest.find(['Z', 'z', '+', '-']);
    let (time, zone) = zone_at.map_or((rest, "Z"), |at| rest.split_at(at));
    let mut time = time.splitn(3, ':');
    let hours: i64 = time.next()?.parse().ok()?;
    let minutes: i64 = time.next()?.parse().ok()?;
    let seconds: f64 = time.next().unwrap_or("0").parse().ok()?;
    if !(0..24).contains(&hours) || !(0..60).contains(&minutes) || !(0.0..61.0).contains(&seconds) {
        return None;
    }
    let zone_minutes = zone_minutes(zone)?;
    let minutes = days_before(year, month, day) * 1440 + hours * 60 + minutes - zone_minutes;
    // Fractions of a microsecond are noise of the conversion.
    Some(minutes as f64 * 60_000.0 + (seconds * 1_000_000.0).round() / 1000.0)
}

fn zone_minutes(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return (zone.len() == 1).then_some(0),
    };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { "0" } else { minutes };
    Some(sign * (hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?))
}

/// Days from 1970 to a date (Howard Hinnant's algorithm, public domain).
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date, `20261201`, of a time in milliseconds since 1970.
pub(crate) fn date_of(millis: f64) -> String {
    let days = (millis.clamp(0.0, 253_402_300_799_000.0) / 86_400_000.0) as i64;
    // As above, the other way round.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_idx = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_idx + 2) / 5 + 1;
    let month = if month_idx < 10 {
        month_idx + 3
    } else {
        month_idx - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}{month:02}{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_zones() {
        let check = |text: &str, expected: Option<f64>| assert_eq!(of_iso(text), expected, "{text}");
        check("1970-01-01T00:00:00Z", Some(0.0));
        check("2026-12-01T00:51:36.783Z", Some(1_796_086_296_783.0));
        check("2026-12-01T02:51:36.783+02:00", Some(1_796_086_296_783.0));
        check("2026-11-30T19:51:36.783-0500", Some(1_796_086_296_783.0));
        check("2024-02-29T23:59:59.999999Z", Some(1_709_251_199_999.999));
        check("2026-12-01 00:51", Some(1_796_086_260_000.0));
        for text in [
            "",
            "now",
            "2026-13-01T00:00:00Z",
            "2026-12-01",
            "2026-12-01T25:00:00Z",
            "T",
            "2026-12-01T00:00:00X",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (millis, date) in [
            (0.0, "19700101"),
            (1_796_086_296_783.0, "20261201"),
            (951_782_400_000.0, "20000229"),
            (f64::NAN, "19700101"),
        ] {
            assert_eq!(date_of(millis), date);
        }
    }
}
