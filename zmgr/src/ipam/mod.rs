//! Pools and addresses: pure interval arithmetic, no enumeration of a range, no host.
