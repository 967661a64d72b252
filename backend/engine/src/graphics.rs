//! The Graphics domain: pictures of the page, where the recorder took them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use wire::{
    command::Empty,
    error::ErrorCode,
    graphics::{
        FindPaints, GetDevicePixelRatio, GetDevicePixelRatioResult, GetPaintContents, GetPaintContentsResult,
        MimeType, PaintPoint, PaintPoints, ScreenShot, ScreenShotDescription,
    },
    ids::ScreenShotHash,
};

use crate::{
    answer::{Answer, Failure, Outbox},
    describe,
    session::Session,
};

/// Paints in one event: at about 170 bytes each under 256 KiB.
const PAINTS_PER_EVENT: usize = 1_000;

impl Session {
    pub(crate) fn find_paints(&mut self, _: FindPaints, outbox: &mut Outbox<'_>) -> Answer<Empty> {
        let rows = self.trace.reader.paints()?;
        let paints = rows.iter().map(|row| PaintPoint {
            point: describe::to_wire(row.point),
            time: row.time.as_millis(),
            screen_shots: vec![ScreenShotDescription {
                mime_type: MimeType::from(&*row.event.mime_type),
                hash: ScreenShotHash::from(&*row.event.hash),
            }],
        });
        outbox.batches(paints, PAINTS_PER_EVENT, |paints| PaintPoints { paints })?;
        Ok(Empty {})
    }

    /// The picture as it was taken: `resize_height` is a hint that this engine does not follow.
    pub(crate) fn get_paint_contents(
        &mut self,
        params: GetPaintContents,
        _: &mut Outbox<'_>,
    ) -> Answer<GetPaintContentsResult> {
        let GetPaintContents {
            point,
            mime_type,
            resize_height: _,
        } = params;
        let wanted = self.trace.point(&point)?;
        let rows = self.trace.reader.paints()?;
        let row = rows
            .binary_search_by_key(&wanted, |row| row.point)
            .ok()
            .and_then(|idx| rows.get(idx));
        let unavailable = |message| Failure::new(ErrorCode::GRAPHICS_UNAVAILABLE_AT_POINT, message);
        let row = row.ok_or_else(|| unavailable(format!("nothing was painted at point {point}")))?;
        if *row.event.mime_type != *mime_type.as_str() {
            let message = format!(
                "the paint at point {point} is {}, not {mime_type}",
                row.event.mime_type
            );
            return Err(unavailable(message));
        }
        let bytes = self.trace.reader.paint_bytes(&row.event.hash)?;
        let screen = ScreenShot {
            mime_type,
            hash: ScreenShotHash::from(&*row.event.hash),
            data: STANDARD.encode(bytes),
            scale: row.event.scale,
        };
        Ok(GetPaintContentsResult { screen })
    }

    pub(crate) fn get_device_pixel_ratio(
        &mut self,
        _: GetDevicePixelRatio,
        _: &mut Outbox<'_>,
    ) -> Answer<GetDevicePixelRatioResult> {
        Ok(GetDevicePixelRatioResult {
            ratio: self.trace.reader.head().device_pixel_ratio,
        })
    }
}
