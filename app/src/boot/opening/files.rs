//! Files as the browser hands them over: with a handle, where it lets a page come back to a file, and without one elsewhere.

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File, FileList, HtmlInputElement};

use crate::logic::opening::FILE_ENDINGS;

#[wasm_bindgen]
extern "C" {
    /// A file that the page may come back to.
    #[derive(Clone)]
    pub(super) type FileHandle;
    #[wasm_bindgen(method, catch, js_name = getFile)]
    fn get_file(this: &FileHandle) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = queryPermission)]
    fn query_permission(this: &FileHandle) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = requestPermission)]
    fn request_permission(this: &FileHandle) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, getter)]
    fn name(this: &FileHandle) -> JsValue;
}

/// A file, and the way back to it if there is one.
#[derive(Clone)]
pub(super) struct Chosen {
    pub(super) file: File,
    pub(super) handle: Option<FileHandle>,
}

/// A file that is on its way out of an event. The event's own things are gone once it is over, so this is made at once.
pub(super) struct Handed {
    file: Option<File>,
    handle: Option<Promise>,
}

impl Handed {
    /// The first file of a drop or a paste.
    pub(super) fn of(data: &DataTransfer) -> Option<Self> {
        let items = data.items();
        let item = (0..items.length())
            .filter_map(|at| items.get(at))
            .find(|item| item.kind() == "file")?;
        let way: Option<Function> = Reflect::get(&item, &"getAsFileSystemHandle".into())
            .ok()
            .and_then(|way| way.dyn_into().ok());
        let handle = way.and_then(|way| way.call0(&item).ok()?.dyn_into().ok());
        Some(Self {
            file: item.get_as_file().ok().flatten(),
            handle,
        })
    }

    /// What was handed over.
    ///
    /// # Errors
    /// It is a folder, or cannot be read.
    pub(super) async fn take(self) -> Result<Chosen, String> {
        let handle = match self.handle {
            // Browsers refuse to give one where they would have to ask; the file itself is as good for now.
            Some(handle) => JsFuture::from(handle).await.ok().and_then(as_handle),
            None => None,
        };
        if handle.as_ref().is_some_and(is_folder) {
            return Err("That is a folder. Drop a file: a recording, a trace, events or a HAR.".to_owned());
        }
        match (self.file, handle) {
            (Some(file), handle) => Ok(Chosen { file, handle }),
            (None, Some(handle)) => of_handle(handle).await,
            (None, None) => Err("That file cannot be read. Choose it with the button.".to_owned()),
        }
    }
}

fn as_handle(value: JsValue) -> Option<FileHandle> {
    value.is_object().then(|| value.unchecked_into())
}

fn is_folder(handle: &FileHandle) -> bool {
    Reflect::get(handle, &"kind".into()).is_ok_and(|kind| kind.as_string().as_deref() == Some("directory"))
}

/// The file that a handle leads to.
///
/// # Errors
/// It is gone, or may not be read.
pub(super) async fn of_handle(handle: FileHandle) -> Result<Chosen, String> {
    let gone = |_: JsValue| {
        let name = handle.name().as_string().unwrap_or_default();
        format!("{name} is not where it was, or may not be read. Choose it again.")
    };
    let file = JsFuture::from(handle.get_file().map_err(gone)?)
        .await
        .map_err(gone)?;
    Ok(Chosen {
        file: file.unchecked_into(),
        handle: Some(handle),
    })
}

/// Whether the page may read the file now.
pub(super) async fn may_read(handle: &FileHandle) -> bool {
    is_granted(handle.query_permission()).await
}

/// Asks the person whether the page may read the file; only right after a press does the browser ask.
pub(super) async fn ask_to_read(handle: &FileHandle) -> bool {
    is_granted(handle.request_permission()).await
}

async fn is_granted(asked: Result<Promise, JsValue>) -> bool {
    match asked {
        Ok(asked) => JsFuture::from(asked)
            .await
            .is_ok_and(|said| said.as_string().as_deref() == Some("granted")),
        // Where nobody can be asked, trying tells.
        Err(_) => true,
    }
}

/// Has the person choose a file; None if they choose none.
///
/// # Errors
/// It cannot be read.
pub(super) async fn choose() -> Result<Option<Chosen>, String> {
    let picker: Option<Function> = Reflect::get(&window(), &"showOpenFilePicker".into())
        .ok()
        .and_then(|picker| picker.dyn_into().ok());
    let Some(picker) = picker else {
        choose_by_input();
        return Ok(None);
    };
    let asked = picker.call1(&JsValue::UNDEFINED, &kinds());
    let asked = asked.and_then(|asked| asked.dyn_into::<Promise>());
    let chosen = match asked {
        Ok(asked) => JsFuture::from(asked).await,
        Err(error) => Err(error),
    };
    match chosen.map(|chosen| chosen.unchecked_into::<Array>().get(0)) {
        Ok(handle) => match as_handle(handle) {
            Some(handle) => of_handle(handle).await.map(Some),
            None => Ok(None),
        },
        Err(error) if is_named(&error, "AbortError") => Ok(None),
        // Frames of other sites may not have the picker; the plain one is for everybody.
        Err(_) => {
            choose_by_input();
            Ok(None)
        }
    }
}

/// The plain way to choose a file: an input of the page, which tells of the choice by its own event.
fn choose_by_input() {
    if let Some(input) = document().get_element_by_id(INPUT) {
        input.unchecked_into::<HtmlInputElement>().click();
    }
}

/// The id of that input.
pub(super) const INPUT: &str = "file-input";

/// The file that was chosen by the input, which then stands ready for another choice.
pub(super) fn of_input(input: &HtmlInputElement) -> Option<Chosen> {
    let file = input.files().as_ref().and_then(|files| FileList::get(files, 0))?;
    input.set_value("");
    Some(Chosen { file, handle: None })
}

/// The files that the picker offers.
fn kinds() -> JsValue {
    let set = |object: &Object, name: &str, value: &JsValue| Reflect::set(object, &name.into(), value).ok();
    let (options, kind, accept) = (Object::new(), Object::new(), Object::new());
    set(
        &accept,
        MIME_TYPE,
        &FILE_ENDINGS
            .iter()
            .map(|end| JsValue::from_str(end))
            .collect::<Array>(),
    );
    set(
        &kind,
        "description",
        &"Recordings, and what can be imported".into(),
    );
    set(&kind, "accept", &accept);
    set(&options, "types", &Array::of1(&kind));
    set(&options, "id", &"recordings".into());
    options.into()
}

const MIME_TYPE: &str = "application/vnd.playhead.recording";

fn is_named(error: &JsValue, name: &str) -> bool {
    Reflect::get(error, &"name".into()).is_ok_and(|said| said.as_string().as_deref() == Some(name))
}

/// Takes the files that the file manager starts the viewer with, now and later.
pub(super) fn on_launch(open: impl Fn(FileHandle) + 'static) {
    let Some(queue) = Reflect::get(&window(), &"launchQueue".into())
        .ok()
        .filter(JsValue::is_object)
    else {
        return;
    };
    let consume = Closure::<dyn Fn(JsValue)>::new(move |launched: JsValue| {
        let files = Reflect::get(&launched, &"files".into()).ok();
        let first = files.and_then(|files| Some(files.dyn_into::<Array>().ok()?.get(0)));
        if let Some(handle) = first.and_then(as_handle) {
            open(handle);
        }
    });
    let set: Option<Function> = Reflect::get(&queue, &"setConsumer".into())
        .ok()
        .and_then(|set| set.dyn_into().ok());
    if let Some(set) = set {
        // It is there for as long as the page.
        set.call1(&queue, &consume.into_js_value()).ok();
    }
}
