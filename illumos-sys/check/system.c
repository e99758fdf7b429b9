/*
 * Compares the system's own headers with the layouts and values that the bindings were made with. Nothing is generated:
 * that it compiles is the result. layout.h lists the facts; `cargo xtask bindings` makes it from abi.json.
 */
#include <stddef.h>
#include <libzonecfg.h>
#include <zone.h>
#include <sys/param.h>
#if defined(__has_include)
#if __has_include(<libdladm.h>) && __has_include(<libdllink.h>) && __has_include(<libdlvlan.h>)
#include <libdladm.h>
#include <libdllink.h>
#include <libdlvlan.h>
#define	ZMGR_HAVE_DLADM
#endif
#endif

#define	SIZE(name, size) \
	_Static_assert(sizeof (struct name) == (size), "struct " #name ": its size is not " #size);
#define	AT_LEAST(name, size) \
	_Static_assert(sizeof (struct name) >= (size), "struct " #name ": it is shorter than " #size);
#define	ALIGNMENT(name, alignment) \
	_Static_assert(_Alignof (struct name) == (alignment), "struct " #name ": its alignment is not " #alignment);
#define	MEMBER(name, member, offset, size) \
	_Static_assert(offsetof(struct name, member) == (offset), \
	    "struct " #name ": the offset of " #member " is not " #offset); \
	_Static_assert(sizeof (((struct name *)0)->member) == (size), \
	    "struct " #name ": the size of " #member " is not " #size);
#define	VALUE(name, value) \
	_Static_assert((name) == (value), #name " is not " #value);

#include "layout.h"

#if defined(ZMGR_FLAVOUR_EXTENDED)
/* OmniOS before r151042 has 256 bytes for the value, later ones and SmartOS 1024. */
_Static_assert(sizeof (struct zone_res_attrtab) == 520 || sizeof (struct zone_res_attrtab) == 1288,
    "struct zone_res_attrtab: its size is neither 520 nor 1288");
#endif
