//! What a recording says of itself before anything has happened.

use recording::manifest::{FORMAT_VERSION, Head};

use crate::record::RecordOptions;

/// The head of a recording that begins now, at microseconds since 1970.
pub(crate) fn begin(options: &RecordOptions, began_at: u64) -> Head {
    Head {
        format: FORMAT_VERSION,
        recording_id: uuid::Uuid::new_v4().to_string(),
        build_id: build_id("chromium", began_at),
        url: options.url.clone(),
        recorded_at: began_at as f64 / 1000.0,
        viewport: (options.width, options.height),
        device_pixel_ratio: options.device_pixel_ratio,
    }
}

/// `linux-chromium-20261120-playhead`; `host` is what ran the program.
pub(crate) fn build_id(host: &str, epoch_micros: u64) -> String {
    let days = (epoch_micros / 86_400_000_000) as i64;
    // Civil date of a day number (Howard Hinnant's algorithm, public domain).
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
    format!(
        "{}-{host}-{year:04}{month:02}{day:02}-playhead",
        std::env::consts::OS
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn build_ids_carry_the_date() {
        assert!(build_id("chromium", 1_795_132_800_000_000).ends_with("-chromium-20261120-playhead"));
        assert!(build_id("node", 0).ends_with("-19700101-playhead"));
        assert!(build_id("node", 951_782_400_000_000).ends_with("-20000229-playhead"));
    }
}
