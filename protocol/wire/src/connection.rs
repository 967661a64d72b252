//! Domain Connection: notice that the server is about to close the websocket.

message! {
    /// A moment in the future, told twice.
    #[derive(Copy)]
    pub struct CloseTimestamp {
        /// Seconds since 1970 UTC, by the server's clock.
        pub absolute: f64,
        /// Seconds from the sending of the message.
        pub relative: f64,
    }
}

events! { None:
    "Connection.mayDisconnect" MayDisconnect;
    "Connection.willDisconnect" WillDisconnect;
}

message! {
    /// The server will close an idle connection unless it is used. At most 30 minutes ahead.
    pub struct MayDisconnect {
        /// When; absent takes an earlier notice back.
        pub time: Option<CloseTimestamp>,
    }

    /// The server will close the connection whatever happens. A later notice may only bring it closer.
    pub struct WillDisconnect {
        /// When.
        pub time: CloseTimestamp,
    }
}
