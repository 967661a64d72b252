//! Annotations: what the page's code noted for tools.

use std::collections::BTreeSet;

use recording::{event::Row, page};
use wire::{
    command::Empty,
    envelope::CallId,
    recording::Annotation,
    session::{
        Annotations, EnsureRoutineAnnotations, FindAnnotations, GetAnnotationKinds, GetAnnotationKindsResult,
        HasAnnotationKind, HasAnnotationKindResult,
    },
};

use crate::{
    answer::{Answer, Outbox},
    describe,
    live::List,
    session::Session,
};

/// Bytes of contents in one event, about; a single annotation may have more.
const BYTES_PER_EVENT: usize = 256 << 10;

impl Session {
    /// Nothing is added to a recording after it was made, so there is nothing to wait for.
    pub(crate) fn ensure_routine_annotations(
        &mut self,
        _: EnsureRoutineAnnotations,
        _: &mut Outbox<'_>,
    ) -> Answer<Empty> {
        Ok(Empty {})
    }

    pub(crate) fn find_annotations(
        &mut self,
        id: CallId,
        params: FindAnnotations,
        outbox: &mut Outbox<'_>,
    ) -> Answer<()> {
        self.begin_list(id, List::Annotations(params.kind, 0), outbox)
    }

    pub(crate) fn send_annotations(
        &self,
        kind: &str,
        n_sent: &mut usize,
        outbox: &mut Outbox<'_>,
    ) -> Answer<()> {
        let rows = self.trace.reader.annotations()?;
        let mut annotations = Vec::new();
        let mut n_bytes = 0;
        let is_wanted = |row: &&Row<page::Annotation>| is_of(row, kind) && self.trace.shows(row.point);
        for row in rows.iter().skip(*n_sent).filter(is_wanted) {
            n_bytes += row.event.contents.len() + 100;
            annotations.push(Annotation {
                point: describe::to_wire(row.point),
                time: row.time.as_millis(),
                kind: row.event.kind.to_string(),
                contents: row.event.contents.to_string(),
            });
            if n_bytes > BYTES_PER_EVENT {
                n_bytes = 0;
                outbox.event(&Annotations {
                    annotations: std::mem::take(&mut annotations),
                })?;
            }
        }
        if !annotations.is_empty() {
            outbox.event(&Annotations { annotations })?;
        }
        *n_sent = rows.len();
        Ok(())
    }

    pub(crate) fn get_annotation_kinds(
        &mut self,
        _: GetAnnotationKinds,
        _: &mut Outbox<'_>,
    ) -> Answer<GetAnnotationKindsResult> {
        let rows = self.trace.reader.annotations()?;
        let shown = rows.iter().filter(|row| self.trace.shows(row.point));
        let kinds: BTreeSet<&str> = shown.map(|row| &*row.event.kind).collect();
        Ok(GetAnnotationKindsResult {
            kinds: kinds.into_iter().map(str::to_owned).collect(),
        })
    }

    pub(crate) fn has_annotation_kind(
        &mut self,
        params: HasAnnotationKind,
        _: &mut Outbox<'_>,
    ) -> Answer<HasAnnotationKindResult> {
        let rows = self.trace.reader.annotations()?;
        let mut shown = rows.iter().filter(|row| self.trace.shows(row.point));
        let has_kind = shown.any(|row| is_of(row, &params.kind));
        Ok(HasAnnotationKindResult { has_kind })
    }
}

fn is_of(row: &Row<page::Annotation>, kind: &str) -> bool {
    *row.event.kind == *kind
}
