//! Shared helpers of the conformance, differential and browser tests.
