//! Times, sizes and counts as people read them.

/// A time in the recording as `m:ss.mmm`, with hours in front where there are any: `1:02.345`, `1:00:02.345`.
pub fn clock(time_ms: f64) -> String {
    let total_ms = whole_ms(time_ms);
    format!("{}.{:03}", clock_seconds_of(total_ms), total_ms % 1000)
}

/// A time without its milliseconds, as on the axis of a long recording: `1:02`.
pub fn clock_seconds(time_ms: f64) -> String {
    clock_seconds_of(whole_ms(time_ms))
}

/// A time spoken: `1 minute 2.3 seconds`.
pub fn spoken(time_ms: f64) -> String {
    let tenths = whole_ms(time_ms).div_ceil(50) / 2;
    let (hours, minutes, seconds) = (tenths / 36_000, tenths / 600 % 60, tenths % 600);
    let plural = |n: u64, noun: &str| format!("{n} {noun}{}", if n == 1 { "" } else { "s" });
    let mut words = Vec::new();
    if hours > 0 {
        words.push(plural(hours, "hour"));
    }
    if minutes > 0 {
        words.push(plural(minutes, "minute"));
    }
    words.push(match seconds {
        10 => "1 second".to_owned(),
        _ if seconds % 10 == 0 => format!("{} seconds", seconds / 10),
        _ => format!("{}.{} seconds", seconds / 10, seconds % 10),
    });
    words.join(" ")
}

/// How long something took, to about two digits: `840 ms`, `12.4 s`, `3 min 20 s`.
pub fn duration(duration_ms: f64) -> String {
    let ms = whole_ms(duration_ms);
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{:.1} s", ms as f64 / 1000.0),
        60_000..3_600_000 => format!("{} min {} s", ms / 60_000, ms / 1000 % 60),
        _ => format!("{} h {} min", ms / 3_600_000, ms / 60_000 % 60),
    }
}

/// A size in bytes with a decimal prefix: `812 B`, `1.4 MB`.
pub fn bytes(n_bytes: u64) -> String {
    let mut value = n_bytes as f64;
    let mut units = ["kB", "MB", "GB", "TB"].iter();
    if value < 1000.0 {
        return format!("{n_bytes} B");
    }
    let mut unit = "";
    while value >= 999.5 {
        let Some(next) = units.next() else { break };
        value /= 1000.0;
        unit = next;
    }
    if value < 9.95 {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}

/// A count with its thousands apart: `12 345`, with a thin space.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len());
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

/// A count in a narrow place: `999`, `1.2k`, `34k`, `5.6M`.
pub fn count_short(n: u64) -> String {
    match n {
        0..1_000 => n.to_string(),
        1_000..9_950 => format!("{:.1}k", n as f64 / 1e3),
        9_950..999_500 => format!("{:.0}k", n as f64 / 1e3),
        999_500..9_950_000 => format!("{:.1}M", n as f64 / 1e6),
        _ => format!("{:.0}M", n as f64 / 1e6),
    }
}

fn whole_ms(time_ms: f64) -> u64 {
    // A cast from a float saturates: not-a-number and negative times read as 0.
    time_ms.round() as u64
}

fn clock_seconds_of(total_ms: u64) -> String {
    let seconds = total_ms / 1000;
    match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_shows_hours_only_when_there_are_any() {
        assert_eq!(clock(62_345.0), "1:02.345");
        assert_eq!(clock(3_602_345.4), "1:00:02.345");
        assert_eq!(clock(f64::NAN), "0:00.000");
        assert_eq!(clock(-5.0), "0:00.000");
        assert_eq!(clock_seconds(59_999.0), "0:59");
    }

    #[test]
    fn spoken_times_are_words() {
        assert_eq!(spoken(0.0), "0 seconds");
        assert_eq!(spoken(1_000.0), "1 second");
        assert_eq!(spoken(62_300.0), "1 minute 2.3 seconds");
        assert_eq!(spoken(7_200_000.0), "2 hours 0 seconds");
    }

    #[test]
    fn sizes_and_counts_keep_about_two_digits() {
        assert_eq!(
            [bytes(999), bytes(1_000), bytes(1_449_000), bytes(812_000_000)],
            ["999 B", "1.0 kB", "1.4 MB", "812 MB"]
        );
        assert_eq!(
            [count(1), count(1234), count(1_234_567)],
            ["1", "1\u{2009}234", "1\u{2009}234\u{2009}567"]
        );
        assert_eq!(
            [
                count_short(999),
                count_short(1_234),
                count_short(34_400),
                count_short(5_600_000)
            ],
            ["999", "1.2k", "34k", "5.6M"]
        );
        assert_eq!(
            [duration(840.0), duration(12_400.0), duration(200_000.0)],
            ["840 ms", "12.4 s", "3 min 20 s"]
        );
    }
}
