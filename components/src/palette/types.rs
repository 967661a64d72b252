//! What a palette offers.

use leptos::prelude::Callback;

/// One answer to what was typed.
#[derive(Clone)]
pub struct PaletteItem {
    /// What it is called.
    pub name: String,
    /// More about it, such as where it is.
    pub detail: String,
    /// Keys that do the same, each as it stands on its cap.
    pub keys: Vec<String>,
    /// Does it.
    pub on_choose: Callback<()>,
}
