//! The shapes, and the colours by what they mean.

/// A colour by its meaning; the theme says which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Fine lines.
    Line,
    /// Lines that carry a label.
    LineStrong,
    /// Labels.
    Label,
    /// What lies behind.
    Surface,
    /// The empty bar.
    Track,
    /// A region that is being loaded.
    Loading,
    /// A region that can be looked at.
    Loaded,
    /// A region whose points can be found.
    Indexed,
    /// The current moment.
    Accent,
    /// Mouse clicks.
    Click,
    /// Keys.
    Key,
    /// Navigations.
    Navigation,
    /// How much the mouse moved.
    Movement,
    /// Errors.
    Error,
    /// Warnings.
    Warning,
    /// Exceptions.
    Exception,
    /// Hits of print statements.
    Print,
    /// Hits of breakpoints.
    Breakpoint,
    /// Changes of watched expressions.
    Watch,
    /// Comments.
    Comment,
    /// Requests.
    Request,
    /// Paints.
    Paint,
    /// How busy the program was.
    Activity,
    /// The line along how busy it was.
    ActivityEdge,
    /// The recorded mouse pointer.
    Pointer,
    /// The line around the recorded mouse pointer.
    PointerEdge,
    /// The content of an element.
    BoxContent,
    /// The padding of an element.
    BoxPadding,
    /// The border of an element.
    BoxBorder,
    /// The margin of an element.
    BoxMargin,
}

impl Ink {
    /// How many there are.
    pub(crate) const N: usize = Self::BoxMargin as usize + 1;

    pub(crate) fn variable(self) -> &'static str {
        match self {
            Self::Line => "--ink-line",
            Self::LineStrong => "--ink-line-strong",
            Self::Label => "--ink-label",
            Self::Surface => "--ink-surface",
            Self::Track => "--ink-track",
            Self::Loading => "--ink-loading",
            Self::Loaded => "--ink-loaded",
            Self::Indexed => "--ink-indexed",
            Self::Accent => "--ink-accent",
            Self::Click => "--ink-click",
            Self::Key => "--ink-key",
            Self::Navigation => "--ink-navigation",
            Self::Movement => "--ink-movement",
            Self::Error => "--ink-error",
            Self::Warning => "--ink-warning",
            Self::Exception => "--ink-exception",
            Self::Print => "--ink-print",
            Self::Breakpoint => "--ink-breakpoint",
            Self::Watch => "--ink-watch",
            Self::Comment => "--ink-comment",
            Self::Request => "--ink-request",
            Self::Paint => "--ink-paint",
            Self::Activity => "--ink-activity",
            Self::ActivityEdge => "--ink-activity-edge",
            Self::Pointer => "--ink-pointer",
            Self::PointerEdge => "--ink-pointer-edge",
            Self::BoxContent => "--ink-box-content",
            Self::BoxPadding => "--ink-box-padding",
            Self::BoxBorder => "--ink-box-border",
            Self::BoxMargin => "--ink-box-margin",
        }
    }
}

/// Which end of a text stands at its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextAnchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// Something drawn. Lengths are CSS pixels; y grows downwards.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A filled rectangle with round corners.
    #[expect(missing_docs, reason = "named for what they are")]
    Rect {
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        radius: f64,
        ink: Ink,
    },
    /// A filled circle.
    #[expect(missing_docs, reason = "named for what they are")]
    Disc { x: f64, y: f64, radius: f64, ink: Ink },
    /// A circle's outline; `line` is its thickness, `opacity` 0 to 1.
    #[expect(missing_docs, reason = "named for what they are")]
    Ring {
        x: f64,
        y: f64,
        radius: f64,
        line: f64,
        opacity: f64,
        ink: Ink,
    },
    /// A filled polygon, outlined if `edge` is given.
    #[expect(missing_docs, reason = "named for what they are")]
    Polygon {
        points: Vec<(f64, f64)>,
        fill: Ink,
        edge: Option<Ink>,
    },
    /// A line along points; `line` is its thickness.
    #[expect(missing_docs, reason = "named for what they are")]
    Line {
        points: Vec<(f64, f64)>,
        line: f64,
        ink: Ink,
    },
    /// Slanting lines over a rectangle, `gap` apart.
    #[expect(missing_docs, reason = "named for what they are")]
    Hatch {
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        gap: f64,
        ink: Ink,
    },
    /// A line of text, in the smaller font if `is_small`; `y` is its middle.
    #[expect(missing_docs, reason = "named for what they are")]
    Text {
        x: f64,
        y: f64,
        text: String,
        anchor: TextAnchor,
        is_small: bool,
        ink: Ink,
    },
}
