//! What the host has: zones, links, datasets, addresses.
