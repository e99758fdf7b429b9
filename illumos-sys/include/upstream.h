/*
 * The upstream flavour: illumos-gate's own layout, on OpenIndiana, Tribblix and Helios.
 * Facts: illumos-gate usr/src/head/libzonecfg.h, usr/src/uts/common/sys/zone.h.
 */
#ifndef ZMGR_ILLUMOS_UPSTREAM_H
#define	ZMGR_ILLUMOS_UPSTREAM_H

#include "common.h"

struct zone_nwiftab {
	char	zone_nwif_address[INET6_ADDRSTRLEN];
	char	zone_nwif_allowed_address[INET6_ADDRSTRLEN];
	char	zone_nwif_physical[LIFNAMSIZ];
	char	zone_nwif_defrouter[INET6_ADDRSTRLEN];
};

struct zone_devtab {
	char	zone_dev_match[MAXPATHLEN];
};

struct zone_mcaptab {
	char	zone_physmem_cap[MAXNAMELEN];
};

typedef struct zone_cmd_arg {
	uint64_t	uniqid;
	zone_cmd_t	cmd;
	uint32_t	_pad;
	char		locale[MAXPATHLEN];
	char		bootbuf[BOOTARGS_MAX];
} zone_cmd_arg_t;

int zonecfg_add_nwif(zone_dochandle_t handle, struct zone_nwiftab *net);
int zonecfg_delete_nwif(zone_dochandle_t handle, struct zone_nwiftab *net);
int zonecfg_modify_nwif(zone_dochandle_t handle, struct zone_nwiftab *from, struct zone_nwiftab *to);
int zonecfg_lookup_nwif(zone_dochandle_t handle, struct zone_nwiftab *net);
int zonecfg_getnwifent(zone_dochandle_t handle, struct zone_nwiftab *net);

int zonecfg_add_dev(zone_dochandle_t handle, struct zone_devtab *device);
int zonecfg_delete_dev(zone_dochandle_t handle, struct zone_devtab *device);
int zonecfg_modify_dev(zone_dochandle_t handle, struct zone_devtab *from, struct zone_devtab *to);
int zonecfg_lookup_dev(zone_dochandle_t handle, struct zone_devtab *device);
int zonecfg_getdevent(zone_dochandle_t handle, struct zone_devtab *device);

int zonecfg_call_zoneadmd(const char *zone, zone_cmd_arg_t *request, char *locale, boolean_t lock);

/*
 * ---- exported by this flavour alone: types and names, for dlsym ----
 */
typedef int zonecfg_lookup_mcap_fn(zone_dochandle_t handle, struct zone_mcaptab *mcap);
typedef int zonecfg_modify_mcap_fn(zone_dochandle_t handle, struct zone_mcaptab *mcap);
typedef int zonecfg_delete_mcap_fn(zone_dochandle_t handle);
typedef int zonecfg_getmcapent_fn(zone_dochandle_t handle, struct zone_mcaptab *mcap);

#define	ZONECFG_LOOKUP_MCAP_NAME	"zonecfg_lookup_mcap"
#define	ZONECFG_MODIFY_MCAP_NAME	"zonecfg_modify_mcap"
#define	ZONECFG_DELETE_MCAP_NAME	"zonecfg_delete_mcap"
#define	ZONECFG_GETMCAPENT_NAME	"zonecfg_getmcapent"

#endif	/* ZMGR_ILLUMOS_UPSTREAM_H */
