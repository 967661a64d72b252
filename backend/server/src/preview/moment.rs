//! The moment that a link of a recording names, and the picture that was to be seen then.

use std::fmt::Write;

use axum::{extract::Query, http::Uri};
use recording::{
    event::{Paint, Row},
    point::{Micros, Point},
};

use super::text::encode;

/// The fields of a query, decoded.
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a query; one that cannot be read has none.
    pub(crate) fn of(query: &str) -> Self {
        let parsed = Uri::builder()
            .path_and_query(format!("/?{query}"))
            .build()
            .ok()
            .and_then(|uri| Query::try_from_uri(&uri).ok());
        Self(parsed.map(|Query(fields)| fields).unwrap_or_default())
    }

    /// The first value of a field.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The moment that a link names.
    pub(crate) fn moment(&self) -> Moment {
        let of_ms = |ms: f64| (0.0..1e15).contains(&ms).then(|| Micros((ms * 1e3) as u64));
        Moment {
            point: self
                .get("point")
                .and_then(|point| Some(Point(point.parse().ok()?))),
            time: self
                .get("time")
                .and_then(|time| of_ms(time.parse().ok()?))
                .or_else(|| of_ms(clock_ms(self.get("t")?)?)),
        }
    }
}

/// A moment, as far as a link says it. Of both the point counts, which is exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(super) point: Option<Point>,
    pub(super) time: Option<Micros>,
}

impl Moment {
    /// As the query of a link, with more fields; empty if there is nothing to say.
    pub(crate) fn query(&self, more: &[(&str, &str)]) -> String {
        let known = [
            ("point", self.point.map(|point| point.to_string())),
            ("time", self.time.map(|time| format!("{:.0}", time.as_millis()))),
        ];
        let known = known.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let more = more.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let mut query = String::new();
        for (name, value) in known.chain(more) {
            query.push(if query.is_empty() { '?' } else { '&' });
            // Infallible: it writes into a string.
            let _ = write!(query, "{name}={}", encode(&value));
        }
        query
    }

    /// The picture that was to be seen then: the last before it, or else the first.
    pub(super) fn picture(self, paints: &[Row<Paint>]) -> Option<&Row<Paint>> {
        let n_before = match self {
            Self {
                point: Some(point), ..
            } => paints.partition_point(|paint| paint.point <= point),
            Self { time: Some(time), .. } => paints.partition_point(|paint| paint.time <= time),
            Self {
                point: None,
                time: None,
            } => paints.len(),
        };
        paints.get(n_before.saturating_sub(1))
    }
}

/// `1:02.345` or `62.3`, in ms.
fn clock_ms(text: &str) -> Option<f64> {
    let parts: Vec<&str> = text.split(':').collect();
    if parts.len() > 3 {
        return None;
    }
    let mut seconds = 0.0;
    for part in parts {
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number: f64 = part.parse().ok().filter(|_| is_number)?;
        seconds = seconds * 60.0 + number;
    }
    Some(seconds * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_name_moments_in_every_way_they_can() {
        let moment = |query: &str| Fields::of(query).moment();
        assert_eq!(moment("time=62345.5").time, Some(Micros(62_345_500)));
        assert_eq!(moment("t=1:02.5").time, Some(Micros(62_500_000)));
        assert_eq!(moment("t=1:02:03.5").time, Some(Micros(3_723_500_000)));
        assert_eq!(moment("t=2:00&point=65536").point, Some(Point(65_536)));
        for nothing in [
            "",
            "t=",
            "t=soon",
            "t=-1",
            "t=1:2:3:4",
            "time=NaN",
            "time=1e99",
            "point=x",
            "%",
            "&&=&",
        ] {
            assert_eq!(moment(nothing), Moment::default(), "{nothing}");
        }
        assert_eq!(
            moment("point=65536&time=5").query(&[("ticket", "a.b&c")]),
            "?point=65536&time=5&ticket=a.b%26c"
        );
    }
}
