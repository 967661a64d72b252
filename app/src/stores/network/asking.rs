//! What is asked of one request.

use std::sync::Arc;

use client::{CallError, Pause, Session, Streaming};
use futures::StreamExt;
use wire::{command::Empty, recording::TimeStampedPoint};

use super::Caller;
use crate::logic::{network, place};

/// A part of a body.
pub(super) struct Piece {
    pub(super) offset: u64,
    pub(super) bytes: Vec<u8>,
    pub(super) point: Option<TimeStampedPoint>,
}

/// Everything that a body's stream brings.
pub(super) async fn gather<T>(
    mut stream: Streaming<Vec<T>, Empty>,
    read: fn(T) -> (u64, String, Option<TimeStampedPoint>),
) -> Result<Vec<Piece>, CallError> {
    let mut pieces = Vec::new();
    while let Some(parts) = stream.next().await {
        pieces.extend(parts.into_iter().filter_map(|part| {
            let (offset, value, point) = read(part);
            let bytes = network::base64_bytes(&value)?;
            Some(Piece { offset, bytes, point })
        }));
    }
    stream.answer().await.map(|_| pieces)
}

/// The stack that made a request.
pub(super) async fn callers(
    session: &Session,
    trigger: &TimeStampedPoint,
) -> Result<Arc<[Caller]>, CallError> {
    let pause = session.create_pause(&trigger.point).await?;
    let frames = pause.until_ready(Pause::frames).await?;
    Ok(frames
        .iter()
        .map(|frame| Caller {
            name: place::frame_name(frame),
            location: place::preferred(&frame.location).cloned(),
        })
        .collect())
}

/// Whether it is the session that was lost, and not the question that was refused.
pub(super) fn is_lost(error: &CallError) -> bool {
    error.is_session_gone() || matches!(error, CallError::Closed { .. } | CallError::Gone)
}
