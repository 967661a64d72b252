//! Which columns there is room for, and the one relation of times and places in a column of bars.

use super::Column;

/// The indices of the columns that a table `width_px` wide shows; none of them before its width is known.
pub(crate) fn shown_columns(columns: &[Column], width_px: f64) -> Vec<usize> {
    (0..columns.len())
        .filter(|index| {
            columns
                .get(*index)
                .is_some_and(|column| column.from_table_px <= width_px)
        })
        .collect()
}

/// The tracks of the columns shown, for CSS.
pub(crate) fn tracks(columns: &[Column], shown: &[usize]) -> String {
    let widths: Vec<&str> = shown
        .iter()
        .filter_map(|index| columns.get(*index))
        .map(|column| column.width)
        .collect();
    widths.join(" ")
}

/// The stretch of time that a column of bars stands for, and where times stand in it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimeSpan {
    /// Where it begins, in ms.
    pub begin_ms: f64,
    /// Where it ends, in ms.
    pub end_ms: f64,
}

impl TimeSpan {
    /// The least stretch that holds all of some, with a little room at its end; nothing for none.
    pub fn around(stretches: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let mut span: Option<Self> = None;
        for (begin_ms, end_ms) in stretches {
            if !begin_ms.is_finite() || !end_ms.is_finite() {
                continue;
            }
            let so_far = span.get_or_insert(Self { begin_ms, end_ms });
            so_far.begin_ms = so_far.begin_ms.min(begin_ms);
            so_far.end_ms = so_far.end_ms.max(end_ms);
        }
        let mut span = span.unwrap_or_default();
        // So that a bar that ends last does not touch the edge, and a single moment is not a division by nothing.
        span.end_ms += ((span.end_ms - span.begin_ms) * 0.02).max(1.0);
        span
    }

    /// Where a time stands, 0 to 1; times outside stand at the ends.
    pub fn fraction(self, time_ms: f64) -> f64 {
        let length = self.end_ms - self.begin_ms;
        match length > 0.0 {
            true => ((time_ms - self.begin_ms) / length).clamp(0.0, 1.0),
            false => 0.0,
        }
    }

    /// The time that stands at a place; the inverse of [`Self::fraction`].
    pub fn time_at(self, fraction: f64) -> f64 {
        self.begin_ms + fraction.clamp(0.0, 1.0) * (self.end_ms - self.begin_ms)
    }

    /// Whether a time lies within.
    pub fn contains(self, time_ms: f64) -> bool {
        self.begin_ms <= time_ms && time_ms <= self.end_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_tables_leave_columns_out() {
        let columns = [
            Column::new("name", "Name", "1fr"),
            Column::new("size", "Size", "60px").from_px(400.0),
        ];
        assert_eq!(shown_columns(&columns, 399.0), [0]);
        assert_eq!(shown_columns(&columns, 400.0), [0, 1]);
        assert_eq!(tracks(&columns, &[0, 1]), "1fr 60px");
    }

    #[test]
    fn times_and_places_are_inverse() {
        let span = TimeSpan::around([(100.0, 200.0), (f64::NAN, 5.0), (150.0, 1100.0)]);
        assert_eq!(
            span,
            TimeSpan {
                begin_ms: 100.0,
                end_ms: 1120.0
            }
        );
        for time in [100.0, 333.0, 1120.0] {
            assert!((span.time_at(span.fraction(time)) - time).abs() < 1e-9);
        }
        for place in [0.0, 0.25, 1.0] {
            assert!((span.fraction(span.time_at(place)) - place).abs() < 1e-12);
        }
        assert_eq!([span.fraction(0.0), span.fraction(9e9)], [0.0, 1.0]);
        assert_eq!(TimeSpan::around([]).fraction(5.0), 1.0);
        assert_eq!(TimeSpan::around([(7.0, 7.0)]).fraction(7.0), 0.0);
    }
}
