//! The call stack as rows: runs of library frames folded, those who asked for it asynchronously below.

use std::collections::HashSet;

use components::stack::StackFrame;

/// A run of library frames this long is folded.
const N_FOLDED: usize = 2;

/// Where a frame is: in which part of the stack, and where in that. Part 0 is what runs; the others are who caused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FramePlace {
    /// The part.
    pub part: usize,
    /// The index of the frame, the youngest first.
    pub frame: usize,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A frame.
    Frame(FramePlace),
    /// A run of library frames.
    Fold {
        /// The first of them.
        first: FramePlace,
        /// How many.
        n_frames: usize,
        /// Whether they follow.
        is_open: bool,
    },
    /// From here on it is who caused what is above.
    Async,
}

/// The rows of a stack. `open` holds the first frame of each run that is not folded; the selected frame is always seen.
pub fn rows(parts: &[Vec<StackFrame>], open: &HashSet<FramePlace>, selected: FramePlace) -> Vec<Row> {
    let mut rows = Vec::new();
    for (part, frames) in parts.iter().enumerate() {
        if part > 0 {
            rows.push(Row::Async);
        }
        let mut at = 0;
        while at < frames.len() {
            let first = FramePlace { part, frame: at };
            let n_frames = frames
                .iter()
                .skip(at)
                .take_while(|frame| frame.is_library)
                .count();
            let holds_selected = selected.part == part && (at..at + n_frames).contains(&selected.frame);
            if n_frames < N_FOLDED || n_frames == frames.len() && part == 0 {
                let n_frames = n_frames.max(1);
                rows.extend((at..at + n_frames).map(|frame| Row::Frame(FramePlace { part, frame })));
                at += n_frames;
                continue;
            }
            let is_open = holds_selected || open.contains(&first);
            rows.push(Row::Fold {
                first,
                n_frames,
                is_open,
            });
            if is_open {
                rows.extend((at..at + n_frames).map(|frame| Row::Frame(FramePlace { part, frame })));
            }
            at += n_frames;
        }
    }
    rows
}

/// The stack as text, one frame a line, nothing folded.
pub fn text(parts: &[Vec<StackFrame>]) -> String {
    let mut text = String::new();
    for (part, frames) in parts.iter().enumerate() {
        if part > 0 {
            text.push_str("    (async)\n");
        }
        for frame in frames {
            text.push_str(&format!("    at {} ({})\n", frame.name, frame.title));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(stacks: &[&str], open: &[(usize, usize)], selected: (usize, usize)) -> String {
        let parts: Vec<Vec<StackFrame>> = stacks
            .iter()
            .map(|frames| {
                let frame = |char: char| StackFrame {
                    name: char.to_string(),
                    is_library: char.is_lowercase(),
                    ..StackFrame::default()
                };
                frames.chars().map(frame).collect()
            })
            .collect();
        let place = |(part, frame)| FramePlace { part, frame };
        let open = open.iter().copied().map(place).collect();
        rows(&parts, &open, place(selected))
            .into_iter()
            .map(|row| match row {
                Row::Frame(place) => parts[place.part][place.frame].name.clone(),
                Row::Fold {
                    n_frames, is_open, ..
                } => {
                    format!("{}{n_frames}", if is_open { '-' } else { '+' })
                }
                Row::Async => "|".to_owned(),
            })
            .collect()
    }

    #[test]
    fn runs_of_library_frames_are_folded_until_they_are_opened_or_selected() {
        assert_eq!(shown(&["AabcBdC"], &[], (0, 0)), "A+3BdC");
        assert_eq!(shown(&["AabcBdC"], &[(0, 1)], (0, 0)), "A-3abcBdC");
        assert_eq!(shown(&["AabcBdC"], &[], (0, 2)), "A-3abcBdC");
        assert_eq!(shown(&["AB", "Cde"], &[], (0, 0)), "AB|C+2");
        // A stack of nothing else is shown.
        assert_eq!(shown(&["ab"], &[], (0, 0)), "ab");
    }
}
