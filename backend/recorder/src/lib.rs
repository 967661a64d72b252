//! Records a page: rewrites its scripts, runs it in stock Chromium and writes what happened to a recording.
