//! Whether a recording that was handed on is what it says.

use super::*;

/// That what is said to be left out is not there, and that the part that is kept begins where it is said to.
pub(super) fn check_share(reader: &Reader, problems: &mut Problems) {
    let folders = [
        (LeftOut::Sources, "texts/"),
        (LeftOut::Sources, "maps/"),
        (LeftOut::Bodies, "bodies/"),
        (LeftOut::Pictures, "paints/"),
    ];
    for (what, folder) in folders {
        let is_there = || {
            let stored = reader.stored();
            stored.iter().any(|(name, _)| name.starts_with(folder))
        };
        if reader.manifest().leaves_out(what) && is_there() {
            let told = format!("it says that {} were left out, and some are there", what.words());
            problems.add(names::MANIFEST, told);
        }
    }
    let Some(part) = reader.manifest().part() else {
        return;
    };
    let first = reader.chunks().get(part.first_chunk as usize);
    if first.is_none_or(|chunk| chunk.first_point >= part.begin || chunk.first_step != part.n_steps_before) {
        problems.add(
            names::MANIFEST,
            "the part that is kept does not begin where it says",
        );
    }
}
