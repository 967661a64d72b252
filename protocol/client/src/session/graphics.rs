//! What the page looked like.

use wire::{
    command::Empty,
    graphics::{
        FindPaints, GetDevicePixelRatio, GetDevicePixelRatioResult, GetPaintContents, GetPaintContentsResult,
        MimeType, PaintPoint, PaintPoints,
    },
    point::ExecutionPoint,
};

use crate::{Call, Session, Streaming};

impl Session {
    /// Every paint of the recording, in batches, in no promised order.
    pub fn find_paints(&self) -> Streaming<Vec<PaintPoint>, Empty> {
        self.stream()
            .on(|_event: &PaintPoints| true, |event| event.paints)
            .call_in_turn(&FindPaints {}, "")
    }

    /// The picture painted at a paint's point; `resize_height_px` scales it down.
    pub fn get_paint_contents(
        &self,
        point: &ExecutionPoint,
        mime_type: MimeType,
        resize_height_px: Option<u32>,
    ) -> Call<GetPaintContentsResult> {
        self.call(&GetPaintContents {
            point: point.clone(),
            mime_type,
            resize_height: resize_height_px,
        })
    }

    /// Pixels of a picture per CSS pixel.
    pub fn get_device_pixel_ratio(&self) -> Call<GetDevicePixelRatioResult> {
        self.call(&GetDevicePixelRatio {})
    }
}
