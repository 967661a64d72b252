//! The picture of the moment, for those who may read what is shown: the file that was recorded, or made smaller or anew.

use components::picture::{Bitmap, Bitmaps};
use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement};

use super::{
    failure::{Code, Failure},
    frame::Recording,
    message::Capture,
    seeing,
    state::seconds,
};

/// What a picture can be made into.
const KINDS: [&str; 3] = ["image/png", "image/jpeg", "image/webp"];

/// Takes the picture that is on the screen: `{ blob, width, height, t }`.
pub(super) async fn take(recording: Recording, wanted: &Capture) -> Result<JsValue, Failure> {
    seeing::until(recording, seeing::is_shown).await?;
    let seen = recording.with(|page| {
        untrack(|| {
            let stores = &page.stores;
            let time_ms = stores.timeline.time_ms().get();
            let paint = stores.paint(stores.paint_index(time_ms)?)?;
            let bitmaps: Bitmaps = page
                .owner
                .try_with_value(|owner| owner.with(use_context))
                .flatten()?;
            Some((time_ms, bitmaps.get(&stores.pictures.of(&paint)?.key)?))
        })
    });
    let Some((time_ms, bitmap)) = seen.flatten() else {
        let message = "There is no picture of this moment, or it has not come.";
        return Err(Failure::new(Code::NoPicture, message));
    };
    let mime_type = wanted.mime_type.as_deref().unwrap_or(bitmap.kind.mime());
    if !KINDS.contains(&mime_type) {
        let message = format!("A picture is image/png, image/jpeg or image/webp, not {mime_type}.");
        return Err(Failure::new(Code::BadRequest, message));
    }
    let (width, height) = (bitmap.image.width(), bitmap.image.height());
    let fitting = wanted.max_width.unwrap_or(width).clamp(1, width.max(1));
    let size = (
        fitting,
        (u64::from(height) * u64::from(fitting) / u64::from(width.max(1))) as u32,
    );
    let is_as_recorded = mime_type == bitmap.kind.mime() && fitting == width;
    let blob = match is_as_recorded {
        true => Ok(bitmap.file.clone().into()),
        false => match drawn(&bitmap, size, mime_type) {
            Ok(made) => JsFuture::from(made).await,
            Err(error) => Err(error),
        },
    };
    let blob: Blob = blob
        .ok()
        .and_then(|blob| blob.dyn_into().ok())
        .ok_or_else(|| Failure::new(Code::Unsupported, "This browser could not make the picture."))?;
    let taken = Object::new();
    for (name, value) in [
        ("blob", blob.into()),
        ("width", size.0.into()),
        ("height", size.1.into()),
        ("t", seconds(time_ms).into()),
    ] {
        let value: JsValue = value;
        // Refused only by frozen objects.
        Reflect::set(&taken, &name.into(), &value).ok();
    }
    Ok(taken.into())
}

/// Draws a picture anew, and makes a file of it.
fn drawn(bitmap: &Bitmap, (width, height): (u32, u32), mime_type: &str) -> Result<Promise, JsValue> {
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width(width);
    canvas.set_height(height.max(1));
    let context = canvas.get_context("2d")?.ok_or("no 2d context")?;
    let context: CanvasRenderingContext2d = context.unchecked_into();
    context.draw_image_with_image_bitmap_and_dw_and_dh(
        &bitmap.image,
        0.0,
        0.0,
        width.into(),
        height.max(1).into(),
    )?;
    Ok(Promise::new(&mut |done: Function, failed: Function| {
        let refused = failed.clone();
        let on_blob = Closure::once_into_js(move |blob: JsValue| {
            let settle = if blob.is_null() { &refused } else { &done };
            // A promise's own functions do not throw.
            settle.call1(&JsValue::NULL, &blob).ok();
        });
        if let Err(error) = canvas.to_blob_with_type(on_blob.unchecked_ref(), mime_type) {
            failed.call1(&JsValue::NULL, &error).ok();
        }
    }))
}
