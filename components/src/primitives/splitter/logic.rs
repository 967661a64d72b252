//! The share of a container in front of a splitter, from a position or a key.

use super::SplitAxis;

/// Neither panel gets less than a tenth: it could not be found again.
const LEAST: f64 = 0.1;

/// The share at `position` between the edges `begin` and `end`, kept within what a panel needs.
pub(crate) fn share_at(position: f64, (begin, end): (f64, f64)) -> f64 {
    match end > begin {
        true => ((position - begin) / (end - begin)).clamp(LEAST, 1.0 - LEAST),
        false => 0.5,
    }
}

/// The share after a key, None for a key that is not the splitter's.
pub(crate) fn share_after_key(key: &str, axis: SplitAxis, share: f64) -> Option<f64> {
    let step = match (axis, key) {
        (SplitAxis::Row, "ArrowLeft") | (SplitAxis::Column, "ArrowUp") => -0.02,
        (SplitAxis::Row, "ArrowRight") | (SplitAxis::Column, "ArrowDown") => 0.02,
        (_, "Home") => -1.0,
        (_, "End") => 1.0,
        _ => return None,
    };
    Some((share + step).clamp(LEAST, 1.0 - LEAST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_become_shares_within_bounds() {
        assert_eq!(share_at(300.0, (100.0, 500.0)), 0.5);
        assert_eq!(share_at(0.0, (100.0, 500.0)), 0.1);
        assert_eq!(share_at(0.0, (0.0, 0.0)), 0.5);
    }

    #[test]
    fn only_the_keys_along_the_axis_move_it() {
        assert_eq!(share_after_key("ArrowLeft", SplitAxis::Row, 0.5), Some(0.48));
        assert_eq!(share_after_key("ArrowUp", SplitAxis::Row, 0.5), None);
        assert_eq!(share_after_key("End", SplitAxis::Column, 0.5), Some(0.9));
    }
}
