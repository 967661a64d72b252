//! A page that shows every component of `components` alive.

use std::sync::Arc;

use components::{
    blob_image::demo::BlobImageDemo,
    box_model::demo::BoxModelDemo,
    card::demo::CardDemo,
    code_input::demo::CodeInputDemo,
    console::demo::ConsoleDemo,
    dom_tree::demo::DomTreeDemo,
    facts::demo::FactsDemo,
    film::demo::FilmStripDemo,
    json_tree::demo::JsonTreeDemo,
    nav::demo::NavDemo,
    palette::demo::PaletteDemo,
    picture::demo::PictureDemo,
    point_editor::demo::PointEditorDemo,
    preview::demo::PreviewDemo,
    primitives::{
        badge::demo::BadgeDemo,
        button::demo::ButtonDemo,
        dialog::demo::DialogDemo,
        empty_state::demo::EmptyStateDemo,
        icon::demo::IconDemo,
        menu::demo::MenuDemo,
        select::{Choice, Select, demo::SelectDemo},
        splitter::demo::SplitterDemo,
        tabs::demo::TabsDemo,
        virtual_list::demo::VirtualListDemo,
    },
    source::demo::SourceDemo,
    stack::demo::StackDemo,
    steps::demo::StepsDemo,
    style_rules::demo::StyleRulesDemo,
    table::demo::TableDemo,
    timeline::demo::TimelineDemo,
    transport::demo::TransportDemo,
    tree::demo::TreeDemo,
    writes::demo::WritesDemo,
};
use leptos::prelude::*;

/// A component's name and its demo.
type Page = (&'static str, fn() -> AnyView);

const PAGES: &[Page] = &[
    ("timeline", || view! { <TimelineDemo/> }.into_any()),
    ("transport", || view! { <TransportDemo/> }.into_any()),
    ("picture", || view! { <PictureDemo/> }.into_any()),
    ("film", || view! { <FilmStripDemo/> }.into_any()),
    ("code_input", || view! { <CodeInputDemo/> }.into_any()),
    ("console", || view! { <ConsoleDemo/> }.into_any()),
    ("nav", || view! { <NavDemo/> }.into_any()),
    ("source", || view! { <SourceDemo/> }.into_any()),
    ("stack", || view! { <StackDemo/> }.into_any()),
    ("steps", || view! { <StepsDemo/> }.into_any()),
    ("table", || view! { <TableDemo/> }.into_any()),
    ("dom_tree", || view! { <DomTreeDemo/> }.into_any()),
    ("style_rules", || view! { <StyleRulesDemo/> }.into_any()),
    ("box_model", || view! { <BoxModelDemo/> }.into_any()),
    ("facts", || view! { <FactsDemo/> }.into_any()),
    ("blob_image", || view! { <BlobImageDemo/> }.into_any()),
    ("json_tree", || view! { <JsonTreeDemo/> }.into_any()),
    ("tree", || view! { <TreeDemo/> }.into_any()),
    ("writes", || view! { <WritesDemo/> }.into_any()),
    ("preview", || view! { <PreviewDemo/> }.into_any()),
    ("card", || view! { <CardDemo/> }.into_any()),
    ("virtual_list", || view! { <VirtualListDemo/> }.into_any()),
    ("button", || view! { <ButtonDemo/> }.into_any()),
    ("badge", || view! { <BadgeDemo/> }.into_any()),
    ("select", || view! { <SelectDemo/> }.into_any()),
    ("tabs", || view! { <TabsDemo/> }.into_any()),
    ("palette", || view! { <PaletteDemo/> }.into_any()),
    ("point-editor", || view! { <PointEditorDemo/> }.into_any()),
    ("menu", || view! { <MenuDemo/> }.into_any()),
    ("dialog", || view! { <DialogDemo/> }.into_any()),
    ("splitter", || view! { <SplitterDemo/> }.into_any()),
    ("empty_state", || view! { <EmptyStateDemo/> }.into_any()),
    ("icon", || view! { <IconDemo/> }.into_any()),
];

fn main() {
    console_error_panic_hook::set_once();
    if let Err(error) = components::styles::install(&[include_str!("gallery.css")]) {
        leptos::logging::error!("the style sheets could not be installed: {error:?}");
    }
    mount_to_body(Gallery);
}

#[component]
fn Gallery() -> impl IntoView {
    let choices: Arc<[Choice]> = [
        Choice::new("system", "System"),
        Choice::new("light", "Light"),
        Choice::new("dark", "Dark"),
    ]
    .into();
    let theme = RwSignal::new("system".to_owned());
    Effect::new(move |_| {
        if let Some(root) = document().document_element() {
            // Refused only for names that are no attributes; an unknown theme is the system's.
            root.set_attribute("data-theme", &theme.get()).ok();
        }
    });
    let items = PAGES
        .iter()
        .map(|(name, demo)| {
            view! {
                <section class="gallery__item" id=*name aria-label=*name>
                    <h2>{*name}</h2>
                    <div class="gallery__stage">{demo()}</div>
                </section>
            }
        })
        .collect_view();
    view! {
        <main class="gallery">
            <div class="gallery__head">
                <h1>"Components"</h1>
                <Select label="Theme" choices=choices chosen=theme on_choose=move |to| theme.set(to)/>
            </div>
            {items}
        </main>
    }
}
