//! The document of the page: as the rows of a tree, as selectors and markup; how its elements are styled and where they lie.

pub mod boxes;
pub mod cascade;
pub mod listeners;
pub mod markup;
pub mod rules;
pub mod tree;
