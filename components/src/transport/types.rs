//! What the controls of time show and tell.

/// How exactly the program stands where the clock does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Precision {
    /// Time runs, is dragged through, or nothing is known of the program there yet.
    #[default]
    Between,
    /// The program is held at the statement nearest to the time, which ran a little before or after.
    Near {
        /// When that was, in ms.
        point_ms: f64,
    },
    /// The program is held at a statement of just this time.
    Exact,
}

/// What a person does with the controls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Act {
    /// Plays, or pauses.
    TogglePlay,
    /// Goes to the event before.
    Previous,
    /// Goes to the event after.
    Next,
    /// Moves by so many ms.
    By(f64),
    /// Plays at a speed.
    Speed(f64),
    /// Has it repeated, or not any more.
    ToggleRepeat,
    /// Copies the time that is shown.
    CopyTime,
}

/// How much of the time that ran was shown, in frames of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Frames in which time ran.
    pub n_frames: u64,
    /// Those of them that came too late, or without their picture.
    pub n_dropped: u64,
}

/// Something told in a word or two; it fades by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Counts them: the same words may be told again.
    pub turn: u32,
    /// The words; none at first.
    pub text: String,
}

/// A speed as a button shows it: `0.25×`.
pub fn speed_name(speed: f64) -> String {
    format!("{speed}×")
}
