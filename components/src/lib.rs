//! Leptos components for any debugger: they take values and report intents, and never ask for anything.
//!
//! Each folder is one component: `mod.rs` the component, `types.rs` what it takes and reports, `logic.rs` what needs no
//! browser, a style sheet, and `demo.rs`, its page in the gallery. `styles/base.css` holds the tokens and is linked by the
//! page itself; the other sheets travel with the code and are put in place by [`styles::install`].

pub mod dom;
pub mod format;
pub mod styles;

pub mod canvas;
pub mod primitives;

pub mod blob_image;
pub mod box_model;
pub mod card;
pub mod code_input;
pub mod console;
pub mod dom_tree;
pub mod facts;
pub mod film;
pub mod json_tree;
pub mod nav;
pub mod palette;
pub mod picture;
pub mod point_editor;
pub mod preview;
pub mod source;
pub mod stack;
pub mod steps;
pub mod style_rules;
pub mod table;
pub mod timeline;
pub mod transport;
pub mod tree;
pub mod writes;
