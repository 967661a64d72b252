//! Answers the Record Replay Protocol from a recording. Knows no socket, thread or clock.
