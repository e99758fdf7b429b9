/*
 * The input of `cargo xtask bindings`. Both flavours define the same names, so each has a run of its own: the macro says which.
 */
#include "common.h"
#if defined(ZMGR_FLAVOUR_UPSTREAM)
#include "upstream.h"
#elif defined(ZMGR_FLAVOUR_EXTENDED)
#include "extended.h"
#endif
