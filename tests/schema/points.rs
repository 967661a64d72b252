//! Execution points are integers of any length, whatever their text looks like.

use std::{
    cmp::Ordering,
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
};

use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use wire::point::{ExecutionPoint, NotAPoint};

fn point(text: &str) -> ExecutionPoint {
    ExecutionPoint::new(text).unwrap()
}

fn hash(point: &ExecutionPoint) -> u64 {
    let mut hasher = DefaultHasher::new();
    point.hash(&mut hasher);
    hasher.finish()
}

/// Compares digit by digit after padding to one length: slow, and plainly right.
fn compare_padded(left: &str, right: &str) -> Ordering {
    let width = left.len().max(right.len());
    format!("{left:0>width$}").cmp(&format!("{right:0>width$}"))
}

proptest! {
    #[test]
    fn order_is_that_of_integers_of_any_length(left in "0{0,3}[0-9]{1,60}", right in "0{0,3}[0-9]{1,60}") {
        prop_assert_eq!(point(&left).cmp(&point(&right)), compare_padded(&left, &right));
    }

    #[test]
    fn order_is_that_of_u128(left: u128, right: u128) {
        prop_assert_eq!(ExecutionPoint::from(left).cmp(&ExecutionPoint::from(right)), left.cmp(&right));
        prop_assert_eq!(ExecutionPoint::from(left).to_u128(), Some(left));
    }

    #[test]
    fn leading_zeros_change_neither_value_nor_hash(digits in "[1-9][0-9]{0,50}", zeros in "0{1,5}") {
        let (plain, padded) = (point(&digits), point(&format!("{zeros}{digits}")));
        prop_assert_eq!(&plain, &padded);
        prop_assert_eq!(plain.cmp(&padded), Ordering::Equal);
        prop_assert_eq!(hash(&plain), hash(&padded));
        prop_assert_eq!(padded.as_str().len(), zeros.len() + digits.len());
    }

    #[test]
    fn text_is_kept(digits in "[0-9]{1,60}") {
        let json = format!("\"{digits}\"");
        let point: ExecutionPoint = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(serde_json::to_string(&point).unwrap(), json);
    }

    #[test]
    fn anything_but_digits_is_an_error(text in "[0-9]{0,5}[^0-9][0-9]{0,5}") {
        prop_assert_eq!(ExecutionPoint::new(&text).err(), Some(NotAPoint));
        let json = serde_json::to_string(&text).unwrap();
        prop_assert!(serde_json::from_str::<ExecutionPoint>(&json).is_err());
    }
}

#[test]
fn zero_is_the_beginning_however_written() {
    assert_eq!(point("000"), ExecutionPoint::beginning());
    assert_eq!(hash(&point("000")), hash(&ExecutionPoint::beginning()));
    assert!(ExecutionPoint::beginning() < point("1"));
}

#[test]
fn more_digits_than_u128_holds_still_order() {
    let (below, above) = (point(&"9".repeat(39)), point(&format!("1{}", "0".repeat(39))));
    assert!(below < above);
    assert_eq!(above.to_u128(), None);
}

#[test]
fn nothing_is_not_a_point() {
    assert_eq!(ExecutionPoint::new("").err(), Some(NotAPoint));
    assert!(serde_json::from_str::<ExecutionPoint>("\"\"").is_err());
    assert!(serde_json::from_str::<ExecutionPoint>("7").is_err());
}
