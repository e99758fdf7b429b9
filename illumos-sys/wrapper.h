/* What of libzonecfg, libdladm and libc is bound. */
