//! Domain Authentication: who is asking.

use crate::command::Empty;

commands! { None:
    read "Authentication.setAccessToken" SetAccessToken => Empty;
}

message! {
    /// Says who is asking, for everything that follows on this connection. Public recordings need no token.
    pub struct SetAccessToken {
        /// A JSON web token or an API key.
        pub access_token: String,
    }
}
