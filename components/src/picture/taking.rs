//! Taking the picture along: copied as PNG, which is what clipboards take, or saved as the file that was recorded.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, ClipboardItem, HtmlCanvasElement, HtmlElement, Url};

use super::bitmaps::Bitmap;

/// Puts the picture on the clipboard. To be called while a press is being answered: browsers allow it only then. What is to
/// be said of the outcome.
pub(super) fn copy(bitmap: &Bitmap) -> impl Future<Output = &'static str> + use<> {
    // Where the viewer came by plain http from elsewhere there is no clipboard at all.
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    let is_there = clipboard.is_ok_and(|clipboard| clipboard.is_object());
    let written = is_there.then(|| begin_copy(bitmap));
    async move {
        let Some(written) = written else {
            return "This browser has no clipboard for this page";
        };
        let is_written = match written {
            Ok(written) => JsFuture::from(written).await.is_ok(),
            Err(_) => false,
        };
        match is_written {
            true => "Picture copied",
            false => "The browser did not let the picture be copied",
        }
    }
}

fn begin_copy(bitmap: &Bitmap) -> Result<js_sys::Promise, JsValue> {
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width(bitmap.image.width());
    canvas.set_height(bitmap.image.height());
    let context = canvas.get_context("2d")?.ok_or("no 2d context")?;
    let context: CanvasRenderingContext2d = context.unchecked_into();
    context.draw_image_with_image_bitmap(&bitmap.image, 0.0, 0.0)?;
    let png = js_sys::Promise::new(&mut |done, failed| {
        let taken = failed.clone();
        let on_blob = Closure::once_into_js(move |blob: JsValue| {
            let settle = if blob.is_null() { &taken } else { &done };
            // A promise's own functions do not throw.
            settle.call1(&JsValue::NULL, &blob).ok();
        });
        if let Err(error) = canvas.to_blob(on_blob.unchecked_ref()) {
            failed.call1(&JsValue::NULL, &error).ok();
        }
    });
    let forms = js_sys::Object::new();
    js_sys::Reflect::set(&forms, &"image/png".into(), &png)?;
    let item = ClipboardItem::new_with_record_from_str_to_blob_promise(&forms)?;
    Ok(window().navigator().clipboard().write(&js_sys::Array::of1(&item)))
}

/// Saves the file that was recorded under a name. What is to be said of the outcome.
pub(super) fn save(bitmap: &Rc<Bitmap>, name: &str) -> String {
    let name = format!("{name}.{}", bitmap.kind.extension());
    match begin_save(bitmap, &name) {
        Ok(()) => format!("Saved as {name}"),
        Err(_) => "The browser did not let the picture be saved".to_owned(),
    }
}

fn begin_save(bitmap: &Bitmap, name: &str) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(&bitmap.file)?;
    let link: HtmlElement = document().create_element("a")?.unchecked_into();
    link.set_attribute("href", &url)?;
    link.set_attribute("download", name)?;
    link.click();
    // The download has its own hold on the file by the time the page goes on.
    let revoke = move || {
        Url::revoke_object_url(&url).ok();
    };
    set_timeout(revoke, std::time::Duration::from_secs(10));
    Ok(())
}

/// Has an element fill the screen, or the screen given back. None if that was done, or what is to be said.
pub(super) async fn fill_screen(element: HtmlElement) -> Option<&'static str> {
    if document().fullscreen_element().is_some() {
        document().exit_fullscreen();
        return None;
    }
    // By name, because the promise tells why not; web-sys drops it.
    let refused = Some("The browser does not let the picture fill the screen");
    let request = js_sys::Reflect::get(&element, &"requestFullscreen".into()).ok()?;
    let Some(request) = request.dyn_ref::<js_sys::Function>() else {
        return refused;
    };
    let Ok(begun) = request.call0(&element) else {
        return refused;
    };
    match JsFuture::from(begun.unchecked_into::<js_sys::Promise>()).await {
        Ok(_) => None,
        Err(_) => refused,
    }
}
