/* Compiles where libzonecfg.h has the extended layout. */
#include <libzonecfg.h>

int zmgr_extended = sizeof (((struct zone_nwiftab *)0)->zone_nwif_attrp);
