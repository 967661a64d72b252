//! Domain Resource: files a client gives to the server, named by proof of knowing their content.

use crate::ids::{FileHash, ResourceToken};

message! {
    /// That one has a file, without sending it.
    pub struct Proof {
        /// What the server gave to hash in front of the content.
        pub token: ResourceToken,
        /// Hash of token and content together.
        pub salted_hash: FileHash,
    }
}

commands! { None:
    read "Resource.token" Token => TokenResult;
    read "Resource.exists" Exists => ExistsResult;
    read "Resource.create" Create => CreateResult;
}

message! {
    /// Asks for the token with which to prove that one has a file.
    pub struct Token {
        /// Hash of the file's content alone.
        pub hash: FileHash,
    }

    /// Answer to [`Token`].
    pub struct TokenResult {
        /// What to hash in front of the content.
        pub token: ResourceToken,
        /// When the token expires, in seconds since 1970 UTC.
        pub expiration: f64,
    }

    /// Asks whether the server has a file already.
    pub struct Exists {
        /// The file.
        pub resource: Proof,
    }

    /// Answer to [`Exists`].
    pub struct ExistsResult {
        /// Whether it has.
        pub exists: bool,
    }

    /// Sends a file. Sending it again adds nothing: files are kept by content.
    pub struct Create {
        /// Its content.
        pub content: String,
    }

    /// Answer to [`Create`].
    pub struct CreateResult {
        /// The proof to name the file by.
        pub resource: Proof,
    }
}
