//! Domain Graphics: what the page looked like, at the points where it was painted.
//!
//! Every command and event here carries `sessionId`.

use crate::{command::Empty, ids::ScreenShotHash, point::ExecutionPoint, recording::TimeStamp};

message! {
    /// Which picture it is, without its pixels.
    #[derive(Eq, Hash)]
    pub struct ScreenShotDescription {
        /// Encoding of the picture.
        pub mime_type: MimeType,
        /// Its content: equal hashes mean equal pictures.
        pub hash: ScreenShotHash,
    }

    /// A picture.
    pub struct ScreenShot {
        /// Encoding of `data`.
        pub mime_type: MimeType,
        /// Its content: equal hashes mean equal pictures.
        pub hash: ScreenShotHash,
        /// The encoded picture, base64.
        pub data: String,
        /// Pixels of the picture per CSS pixel; 1 from peers that do not say.
        #[serde(default = "one")]
        pub scale: f64,
    }

    /// A point where the page was painted.
    pub struct PaintPoint {
        /// When the paint was done.
        pub point: ExecutionPoint,
        /// When the paint was done.
        pub time: TimeStamp,
        /// The same picture in each encoding on offer.
        pub screen_shots: Vec<ScreenShotDescription>,
    }
}

fn one() -> f64 {
    1.0
}

open_enum! {
    /// Encoding of a picture.
    pub enum MimeType {
        /// JPEG.
        Jpeg = "image/jpeg",
        /// PNG.
        Png = "image/png",
    }
}

commands! { Session:
    read "Graphics.findPaints" FindPaints => Empty;
    read "Graphics.getPaintContents" GetPaintContents => GetPaintContentsResult;
    read "Graphics.getDevicePixelRatio" GetDevicePixelRatio => GetDevicePixelRatioResult;
}

message! {
    /// Finds every paint of the recording; [`PaintPoints`] events bring them before the answer.
    pub struct FindPaints {}

    /// Asks for the picture painted at a point.
    pub struct GetPaintContents {
        /// A point that a [`PaintPoints`] event named.
        pub point: ExecutionPoint,
        /// Encoding to send.
        pub mime_type: MimeType,
        /// Height to scale the picture to, in pixels; absent means as it was.
        pub resize_height: Option<u32>,
    }

    /// Answer to [`GetPaintContents`].
    pub struct GetPaintContentsResult {
        /// The picture.
        pub screen: ScreenShot,
    }

    /// Asks for the page's `devicePixelRatio`.
    pub struct GetDevicePixelRatio {}

    /// Answer to [`GetDevicePixelRatio`].
    pub struct GetDevicePixelRatioResult {
        /// Pixels of a picture per CSS pixel.
        pub ratio: f64,
    }
}

events! { Session:
    "Graphics.paintPoints" PaintPoints;
}

message! {
    /// Some of the paints that [`FindPaints`] finds, in no promised order.
    pub struct PaintPoints {
        /// The paints of this batch.
        pub paints: Vec<PaintPoint>,
    }
}
