//! The slider without a browser: pixels to steps and back, and what the keys do.

/// Room at either end for half the thumb.
const INSET_PX: f64 = 7.0;

/// The one relation of steps and places on the slider. `x` is in CSS pixels from its left edge.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StepGeometry {
    /// How wide the slider is.
    pub width_px: f64,
    /// How many steps there are.
    pub n_steps: usize,
}

impl StepGeometry {
    /// Where a step stands.
    pub fn x_of(self, step: usize) -> f64 {
        match self.n_steps {
            0 | 1 => INSET_PX,
            n_steps => INSET_PX + (step.min(n_steps - 1) as f64 / (n_steps - 1) as f64) * self.inner_px(),
        }
    }

    /// The step nearest to `x`.
    pub fn step_at(self, x: f64) -> usize {
        let last = self.n_steps.saturating_sub(1);
        match self.inner_px() > 0.0 {
            true => (((x - INSET_PX) / self.inner_px()).clamp(0.0, 1.0) * last as f64).round() as usize,
            false => 0,
        }
    }

    /// Whether there is room for a mark at each step.
    pub fn has_marks(self) -> bool {
        self.n_steps > 1 && self.inner_px() / (self.n_steps - 1) as f64 >= 5.0
    }

    fn inner_px(self) -> f64 {
        (self.width_px - 2.0 * INSET_PX).max(0.0)
    }
}

/// The step that a key leads to; None for keys that mean nothing here.
pub fn step_after_key(key: &str, now: usize, n_steps: usize) -> Option<usize> {
    let last = n_steps.checked_sub(1)?;
    let page = (n_steps / 10).max(2);
    let to = match key {
        "ArrowLeft" | "ArrowDown" => now.saturating_sub(1),
        "ArrowRight" | "ArrowUp" => now + 1,
        "PageDown" => now.saturating_sub(page),
        "PageUp" => now + page,
        "Home" => 0,
        "End" => last,
        _ => return None,
    };
    Some(to.min(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_places_are_the_same_relation() {
        let geometry = StepGeometry {
            width_px: 214.0,
            n_steps: 11,
        };
        assert_eq!((geometry.x_of(0), geometry.x_of(10)), (7.0, 207.0));
        for step in 0..11 {
            assert_eq!(geometry.step_at(geometry.x_of(step)), step);
        }
        assert_eq!((geometry.step_at(-50.0), geometry.step_at(999.0)), (0, 10));
        assert!(geometry.has_marks());
        let long = StepGeometry {
            n_steps: 50_000,
            ..geometry
        };
        assert!(!long.has_marks());
        let none = StepGeometry::default();
        assert_eq!((none.step_at(5.0), none.x_of(3)), (0, 7.0));
    }

    #[test]
    fn keys_stay_within_the_frame() {
        assert_eq!(step_after_key("ArrowRight", 3, 4), Some(3));
        assert_eq!(step_after_key("ArrowLeft", 0, 4), Some(0));
        assert_eq!(step_after_key("PageUp", 0, 100), Some(10));
        assert_eq!(step_after_key("End", 0, 100), Some(99));
        assert_eq!(step_after_key("a", 0, 100), None);
        assert_eq!(step_after_key("End", 0, 0), None);
    }
}
