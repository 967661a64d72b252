//! The boxes of an element, drawn one in the other with their numbers.

use leptos::prelude::*;

mod types;
pub use types::BoxSizes;
pub mod demo;

/// The drawing.
#[component]
pub fn BoxModelView(
    /// The numbers.
    #[prop(into)]
    sizes: Signal<BoxSizes>,
) -> impl IntoView {
    let content = move || {
        let (width, height) = sizes.get().content;
        format!("{} × {}", px(width), px(height))
    };
    let inside = view! { <div class="ph-boxes__box ph-boxes__box--content">{content}</div> }.into_any();
    let inside = level("padding", move || sizes.get().padding, inside);
    let inside = level("border", move || sizes.get().border, inside);
    let all = level("margin", move || sizes.get().margin, inside);
    view! { <div class="ph-boxes" role="img" aria-label=move || spoken(sizes.get()) data-testid="box-model">{all}</div> }
}

/// One box around what is inside of it.
fn level(
    name: &'static str,
    edges: impl Fn() -> [f64; 4] + Copy + Send + Sync + 'static,
    inside: AnyView,
) -> AnyView {
    let edge = move |at: usize| move || edges().get(at).copied().map(edge_px);
    view! {
        <div class=format!("ph-boxes__box ph-boxes__box--{name}")>
            <span class="ph-boxes__name">{name}</span>
            <span class="ph-boxes__edge">{edge(0)}</span>
            <div class="ph-boxes__middle">
                <span class="ph-boxes__edge">{edge(3)}</span>
                {inside}
                <span class="ph-boxes__edge">{edge(1)}</span>
            </div>
            <span class="ph-boxes__edge">{edge(2)}</span>
        </div>
    }
    .into_any()
}

fn edge_px(width: f64) -> String {
    match width == 0.0 {
        true => "–".to_owned(),
        false => px(width),
    }
}

/// A length with at most two digits behind the point.
pub fn px(length: f64) -> String {
    let text = format!("{:.2}", length);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

fn spoken(sizes: BoxSizes) -> String {
    let four = |name: &str, [top, right, bottom, left]: [f64; 4]| {
        format!("{name} {} {} {} {}", px(top), px(right), px(bottom), px(left))
    };
    let (width, height) = sizes.content;
    format!(
        "Content {} by {}; {}; {}; {}; top, right, bottom, left",
        px(width),
        px(height),
        four("padding", sizes.padding),
        four("border", sizes.border),
        four("margin", sizes.margin)
    )
}
