//! Leptos components for any debugger: they take values and report intents, and never ask for anything.
