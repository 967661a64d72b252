//! Speaks the Record Replay Protocol over any transport: connection, session, pause, and the caches of a pause.
