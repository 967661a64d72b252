//! How long to wait before trying to reach a server again.

/// The longest wait.
pub const CAP_MS: f64 = 10_000.0;

/// The wait before attempt `attempt` (the first is 0), in ms: somewhere between nothing and a bound that doubles, so that
/// viewers cut off together do not come back together. `random` lies within 0 and 1.
pub fn wait_ms(attempt: u32, random: f64) -> f64 {
    const FIRST_MS: f64 = 250.0;
    (FIRST_MS * f64::from(1_u32 << attempt.min(16))).min(CAP_MS) * random
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap() {
        let bounds: Vec<f64> = (0..8).map(|attempt| wait_ms(attempt, 1.0)).collect();
        assert_eq!(
            bounds,
            [250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 10_000.0, 10_000.0]
        );
        assert_eq!(wait_ms(u32::MAX, 0.5), 5_000.0);
    }
}
