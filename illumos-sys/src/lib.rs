//! Raw declarations of what is used from libzonecfg, libdladm and libc on illumos.
#![no_std]
