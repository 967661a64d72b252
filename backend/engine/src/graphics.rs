//! The Graphics domain: pictures of the page, where the recorder took them, as they were taken or made smaller. Pauses
//! ask here as well: nothing is painted anew, they get the latest paint.

mod resize;
mod small;

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use recording::{
    event::{Paint, Row},
    point::Point,
};
use wire::{
    dom::RepaintGraphicsResult,
    envelope::CallId,
    error::ErrorCode,
    graphics::{
        FindPaints, GetDevicePixelRatio, GetDevicePixelRatioResult, GetPaintContents, GetPaintContentsResult,
        MimeType, PaintPoint, PaintPoints, ScreenShot, ScreenShotDescription,
    },
    ids::{PauseId, ScreenShotHash},
};

use self::small::SmallPicture;
pub(crate) use self::small::SmallPictures;
use crate::{
    answer::{Answer, Failure, Outbox},
    describe,
    live::List,
    session::Session,
    trace::Trace,
};

/// Paints in one event: at about 170 bytes each under 256 KiB.
const PAINTS_PER_EVENT: usize = 1_000;

impl Session {
    pub(crate) fn find_paints(&mut self, id: CallId, _: FindPaints, outbox: &mut Outbox<'_>) -> Answer<()> {
        self.begin_list(id, List::Paints(0), outbox)
    }

    pub(crate) fn send_paints(&self, n_sent: &mut usize, outbox: &mut Outbox<'_>) -> Answer<()> {
        let rows = self.trace.reader.paints()?;
        let first = self.trace.first_paint_shown(&rows).max(*n_sent);
        let last = self.trace.last_shown();
        let shown = rows.iter().skip(first).filter(|row| row.point <= last);
        let paints = shown.map(|row| PaintPoint {
            point: describe::to_wire(row.point),
            time: row.time.as_millis(),
            screen_shots: vec![description(&row.event)],
        });
        outbox.batches(paints, PAINTS_PER_EVENT, |paints| PaintPoints { paints })?;
        *n_sent = rows.len();
        Ok(())
    }

    /// The picture as it was taken or, if that is higher than asked, scaled down to the height. A scaled picture has a
    /// hash of its own.
    pub(crate) fn get_paint_contents(
        &mut self,
        params: GetPaintContents,
        _: &mut Outbox<'_>,
    ) -> Answer<GetPaintContentsResult> {
        let GetPaintContents {
            point,
            mime_type,
            resize_height,
        } = params;
        let wanted = self.trace.parsed_point(&point)?;
        let rows = self.trace.reader.paints()?;
        let row_idx = rows.binary_search_by_key(&wanted, |row| row.point).ok();
        if row_idx.is_none_or(|row_idx| row_idx != self.trace.first_paint_shown(&rows)) {
            self.trace.within_bounds(wanted)?;
        }
        let row = row_idx.and_then(|row_idx| rows.get(row_idx));
        let row = row.ok_or_else(|| unavailable(format!("nothing was painted at point {point}")))?;
        if *row.event.mime_type != *mime_type.as_str() {
            let message = format!(
                "the paint at point {point} is {}, not {mime_type}",
                row.event.mime_type
            );
            return Err(unavailable(message));
        }
        let Some(height) = resize_height else {
            let screen = screen_shot(&self.trace, &row.event)?;
            return Ok(GetPaintContentsResult { screen });
        };
        if height == 0 {
            return Err(Failure::command("resizeHeight: a picture has no height of 0"));
        }
        if row.event.height <= height && row.event.height > 0 {
            let screen = screen_shot(&self.trace, &row.event)?;
            return Ok(GetPaintContentsResult { screen });
        }
        let kept = self.trace.small_pictures().get(&row.event.hash, height);
        let small = match kept {
            Some(small) => Some(small),
            None => {
                let bytes = self.trace.reader.paint_bytes(&row.event.hash)?;
                let resized = resize::to_height(&bytes, &row.event.mime_type, height).map_err(|reason| {
                    unavailable(format!("the paint at point {point} cannot be scaled: {reason}"))
                })?;
                resized.map(|resized| {
                    let small = Arc::new(SmallPicture {
                        data: STANDARD.encode(&resized.bytes),
                        factor: resized.factor,
                    });
                    self.trace
                        .small_pictures()
                        .put(&row.event.hash, height, Arc::clone(&small));
                    small
                })
            }
        };
        let screen = match small {
            None => screen_shot(&self.trace, &row.event)?,
            Some(small) => ScreenShot {
                mime_type,
                hash: ScreenShotHash::from(format!("{}-{height}", row.event.hash)),
                data: small.data.clone(),
                scale: row.event.scale * small.factor,
            },
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

    /// The latest paint at or before a pause, without its picture if this command sent it before in this session.
    pub(crate) fn repaint_graphics(
        &mut self,
        pause_id: &PauseId,
        outbox: &mut Outbox<'_>,
    ) -> Answer<RepaintGraphicsResult> {
        let point = self.in_pause(pause_id, outbox, |scene| Ok(scene.point()))?;
        let rows = self.trace.reader.paints()?;
        let Some(row) = latest(&rows, point) else {
            let message = match rows.is_empty() {
                true => "this recording has no pictures",
                false => "the page was not painted yet",
            };
            return Err(unavailable(message.to_owned()));
        };
        let description = description(&row.event);
        let screen_shot = match self.repainted.contains(&description.hash) {
            true => None,
            false => Some(screen_shot(&self.trace, &row.event)?),
        };
        self.repainted.insert(description.hash.clone());
        Ok(RepaintGraphicsResult {
            description,
            screen_shot,
        })
    }
}

/// The last row at or before a point.
fn latest(rows: &[Row<Paint>], point: Point) -> Option<&Row<Paint>> {
    let n_before = rows.partition_point(|row| row.point <= point);
    rows.get(n_before.checked_sub(1)?)
}

fn description(paint: &Paint) -> ScreenShotDescription {
    ScreenShotDescription {
        mime_type: MimeType::from(&*paint.mime_type),
        hash: ScreenShotHash::from(&*paint.hash),
    }
}

fn screen_shot(trace: &Trace, paint: &Paint) -> Answer<ScreenShot> {
    let ScreenShotDescription { mime_type, hash } = description(paint);
    let bytes = trace.reader.paint_bytes(&paint.hash)?;
    Ok(ScreenShot {
        mime_type,
        hash,
        data: STANDARD.encode(bytes),
        scale: paint.scale,
    })
}

fn unavailable(message: String) -> Failure {
    Failure::new(ErrorCode::GRAPHICS_UNAVAILABLE_AT_POINT, message)
}
