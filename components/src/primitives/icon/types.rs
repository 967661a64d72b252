//! The names and the shapes of the icons.

macro_rules! icons {
    ($($name:ident $drawing:ident $path:literal,)*) => {
        /// An icon by what it shows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each is named for what it shows")]
        pub enum Icon { $($name,)* }

        impl Icon {
            /// Every icon, for the gallery.
            pub const ALL: &[Icon] = &[$(Icon::$name,)*];

            /// The outline on a grid of 16 by 16.
            pub fn path(self) -> &'static str {
                match self { $(Icon::$name => $path,)* }
            }

            /// Whether the outline is filled and not stroked.
            pub fn is_filled(self) -> bool {
                match self { $(Icon::$name => icons!(@ $drawing),)* }
            }
        }
    };
    (@ fill) => { true };
    (@ line) => { false };
}

icons! {
    Play fill "M5 3.2v9.6c0 .6.7 1 1.2.7l7.2-4.8c.5-.3.5-1 0-1.4L6.2 2.5C5.7 2.2 5 2.6 5 3.2Z",
    Pause fill "M4 3.5c0-.3.2-.5.5-.5h2c.3 0 .5.2.5.5v9c0 .3-.2.5-.5.5h-2a.5.5 0 0 1-.5-.5v-9ZM9 3.5c0-.3.2-.5.5-.5h2c.3 0 .5.2.5.5v9c0 .3-.2.5-.5.5h-2a.5.5 0 0 1-.5-.5v-9Z",
    Previous line "M10.5 3.5 6 8l4.5 4.5M4 3.5v9",
    Next line "M5.5 3.5 10 8l-4.5 4.5M12 3.5v9",
    StepOver line "M2.5 8.5a5.5 5.5 0 0 1 10.6-2M13.5 3v3.7H9.8M8 12.5h.01M7.25 12.5a.75.75 0 1 0 1.5 0 .75.75 0 0 0-1.5 0",
    StepBack line "M13.5 8.5a5.5 5.5 0 0 0-10.6-2M2.5 3v3.7h3.7M7.25 12.5a.75.75 0 1 0 1.5 0 .75.75 0 0 0-1.5 0",
    StepIn line "M8 2v7M5 6.2l3 3 3-3M7.25 13a.75.75 0 1 0 1.5 0 .75.75 0 0 0-1.5 0",
    StepOut line "M8 9.2v-7M5 5l3-3 3 3M7.25 13a.75.75 0 1 0 1.5 0 .75.75 0 0 0-1.5 0",
    ChevronRight line "m6 3.5 4.5 4.5L6 12.5",
    ChevronDown line "M3.5 6 8 10.5 12.5 6",
    ArrowLeft line "M13 8H3M7 3.5 2.5 8 7 12.5",
    ArrowUp line "M8 13V3M3.5 7 8 2.5 12.5 7",
    ArrowDown line "M8 3v10M3.5 9 8 13.5 12.5 9",
    Search line "M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10ZM10.7 10.7 14 14",
    Close line "m4 4 8 8M12 4l-8 8",
    Error line "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 5v3.6M8 11h.01",
    Warning line "M7.1 2.9 1.7 12.3c-.4.7.1 1.5.9 1.5h10.8c.8 0 1.3-.8.9-1.5L8.9 2.9a1 1 0 0 0-1.8 0ZM8 6.5v3M8 11.7h.01",
    Info line "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.5V11M8 5h.01",
    Log line "M3 5.5h10M3 8.5h10M3 11.5h6",
    Code line "m5.5 4.5-4 3.5 4 3.5M10.5 4.5l4 3.5-4 3.5",
    Stack line "m8 2 6 3-6 3-6-3 6-3ZM2 8l6 3 6-3M2 11l6 3 6-3",
    Tree line "M3 2.5v9.5h3M3 6h3M8.5 4.5h5M8.5 8h0M8.5 6h5M8.5 12h5",
    Keyboard line "M2.5 4h11c.6 0 1 .4 1 1v6c0 .6-.4 1-1 1h-11a1 1 0 0 1-1-1V5c0-.6.4-1 1-1ZM4 6.5h.01M6.5 6.5h.01M9 6.5h.01M11.5 6.5h.01M5 9.5h6",
    Mouse line "M8 2a3.5 3.5 0 0 1 3.5 3.5v5a3.5 3.5 0 0 1-7 0v-5A3.5 3.5 0 0 1 8 2ZM8 4.5v2",
    Link line "M6.8 9.2a2.7 2.7 0 0 0 3.9 0l2-2a2.8 2.8 0 0 0-3.9-3.9l-.6.6M9.2 6.8a2.7 2.7 0 0 0-3.9 0l-2 2a2.8 2.8 0 0 0 3.9 3.9l.6-.6",
    Check line "m3 8.5 3.2 3L13 4.5",
    Sun line "M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M12.6 3.4l-.7.7M4.1 11.9l-.7.7",
    Film line "M2.5 3h11c.3 0 .5.2.5.5v9c0 .3-.2.5-.5.5h-11a.5.5 0 0 1-.5-.5v-9c0-.3.2-.5.5-.5ZM5 3v10M11 3v10M2 8h12",
    Folder line "M1.8 4c0-.5.4-.9.9-.9h3.2l1.6 1.7h5.8c.5 0 .9.4.9.9v6.4c0 .5-.4.9-.9.9H2.7a.9.9 0 0 1-.9-.9V4Z",
    Sidebar line "M2.5 3h11c.3 0 .5.2.5.5v9c0 .3-.2.5-.5.5h-11a.5.5 0 0 1-.5-.5v-9c0-.3.2-.5.5-.5ZM6 3v10",
    Braces line "M6 2.5c-1.6 0-2 .6-2 2v1.7c0 1-.4 1.6-1.4 1.8 1 .2 1.4.8 1.4 1.8v1.7c0 1.4.4 2 2 2M10 2.5c1.6 0 2 .6 2 2v1.7c0 1 .4 1.6 1.4 1.8-1 .2-1.4.8-1.4 1.8v1.7c0 1.4-.4 2-2 2",
    File line "M9.5 1.8H4.3c-.4 0-.8.4-.8.8v10.8c0 .4.4.8.8.8h7.4c.4 0 .8-.4.8-.8V4.8l-3-3ZM9.2 2v3h3",
    Copy line "M6 5.5h7.5V14H6zM3.5 10.5h-1V2H10v1.5",
    Filter line "M2.5 4h11M4.5 8h7M6.5 12h3",
    More fill "M3.5 9.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4ZM8 9.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4ZM12.5 9.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4Z",
    Settings line "M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M10 6a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM6 13a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Z",
    Pick line "M6.5 13.5h-3A1.5 1.5 0 0 1 2 12V3.5C2 2.7 2.7 2 3.5 2H12c.8 0 1.5.7 1.5 1.5v3M7 7l6.8 2.4-3 1.4-1.4 3L7 7Z",
    Focus line "M2 6V3.5C2 2.7 2.7 2 3.5 2H6M10 2h2.5c.8 0 1.5.7 1.5 1.5V6M14 10v2.5c0 .8-.7 1.5-1.5 1.5H10M6 14H3.5A1.5 1.5 0 0 1 2 12.5V10M8 6v4",
    Resume line "M4 3.5v9M7 3.8v8.4L13.5 8 7 3.8Z",
    Repeat line "M3 7.8V7a2.5 2.5 0 0 1 2.5-2.5h7M10 2l2.5 2.5L10 7M13 8.2V9a2.5 2.5 0 0 1-2.5 2.5h-7M6 14l-2.5-2.5L6 9",
    FullScreen line "M9.5 2.5h4v4M13.5 2.5 9.3 6.7M6.5 13.5h-4v-4M2.5 13.5l4.2-4.2",
    Save line "M8 2v8M4.8 7 8 10.2 11.2 7M2.5 13.5h11",
    Rewind line "M12 3.5v9M9 3.8v8.4L2.5 8 9 3.8Z",
    ZoomIn line "M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10ZM10.7 10.7 14 14M7 4.8v4.4M4.8 7h4.4",
    ZoomOut line "M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10ZM10.7 10.7 14 14M4.8 7h4.4",
    Range line "M3 3v10M13 3v10M3 8h10M5.5 5.8 3.3 8l2.2 2.2M10.5 5.8 12.7 8l-2.2 2.2",
    Comment line "M2.5 3h11c.3 0 .5.2.5.5v6.5c0 .3-.2.5-.5.5H8l-3.2 3v-3H2.5a.5.5 0 0 1-.5-.5V3.5c0-.3.2-.5.5-.5Z",
    Share line "M8 10V2M4.8 5 8 1.8 11.2 5M4.5 7.5H3v6.7h10V7.5h-1.5",
    Tracks line "M2 4h4M9 4h5M2 8h8M12.5 8H14M2 12h2M7 12h7",
}
