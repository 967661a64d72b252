//! Controls that know nothing of debugging: buttons, tabs, a virtual list.

pub mod badge;
pub mod button;
pub mod dialog;
pub mod empty_state;
pub mod icon;
pub mod menu;
pub mod select;
pub mod splitter;
pub mod tabs;
pub mod virtual_list;
