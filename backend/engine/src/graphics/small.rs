//! The small pictures that were made lately: strips of them are asked for again and again, by every client anew.

use std::{collections::HashMap, sync::Arc};

/// Room for them, as they are sent: about two thousand of 112 pixels' height.
const MAX_BYTES: usize = 16 << 20;

/// A picture made smaller, as it is sent.
pub(super) struct SmallPicture {
    /// Base64.
    pub(super) data: String,
    /// Its height divided by the height it had.
    pub(super) factor: f64,
}

/// Keyed by the hash of the picture and the height that was asked for; what was asked for longest ago goes once
/// [`MAX_BYTES`] are reached; never invalid, a picture with a hash does not change.
#[derive(Default)]
pub(crate) struct SmallPictures {
    all: HashMap<(Box<str>, u32), (Arc<SmallPicture>, u64)>,
    n_bytes: usize,
    n_asked: u64,
}

impl SmallPictures {
    pub(super) fn get(&mut self, hash: &str, height: u32) -> Option<Arc<SmallPicture>> {
        self.n_asked += 1;
        let (small, asked) = self.all.get_mut(&(hash.into(), height))?;
        *asked = self.n_asked;
        Some(Arc::clone(small))
    }

    pub(super) fn put(&mut self, hash: &str, height: u32, small: Arc<SmallPicture>) {
        self.n_asked += 1;
        self.n_bytes += small.data.len();
        if let Some((before, _)) = self.all.insert((hash.into(), height), (small, self.n_asked)) {
            self.n_bytes -= before.data.len();
        }
        while self.n_bytes > MAX_BYTES && self.all.len() > 1 {
            let oldest = self.all.iter().min_by_key(|(_, (_, asked))| *asked);
            let Some(key) = oldest.map(|(key, _)| key.clone()) else {
                return;
            };
            if let Some((old, _)) = self.all.remove(&key) {
                self.n_bytes -= old.data.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_longest_ago_goes() {
        let picture = |n_bytes| {
            Arc::new(SmallPicture {
                data: "x".repeat(n_bytes),
                factor: 0.5,
            })
        };
        let mut small = SmallPictures::default();
        small.put("a", 112, picture(MAX_BYTES / 2));
        small.put("b", 112, picture(MAX_BYTES / 2));
        assert!(small.get("a", 112).is_some());
        assert!(small.get("a", 40).is_none(), "another height is another picture");
        small.put("c", 112, picture(10));
        assert!(small.get("b", 112).is_none());
        assert!(small.get("a", 112).is_some());
        small.put("a", 112, picture(20));
        assert_eq!(small.n_bytes, 30);
    }
}
