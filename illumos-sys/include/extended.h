/*
 * The extended flavour: OmniOS (omniosorg/illumos-omnios) and SmartOS (TritonDataCenter/illumos-joyent).
 * Facts: usr/src/head/libzonecfg.h, usr/src/uts/common/sys/zone.h of these repositories.
 */
#ifndef ZMGR_ILLUMOS_EXTENDED_H
#define	ZMGR_ILLUMOS_EXTENDED_H

#include "common.h"

/*
 * A property of a net or a device. Its value has 256 bytes on OmniOS before r151042 and 1024 since then and on SmartOS: which
 * of the two follows from where zonecfg_add_res_attr writes the pointer. Lists are passed as pointers to an unknown node.
 */
struct zone_res_attrtab;

struct zone_res_attrtab_256 {
	char			zone_res_attr_name[MAXNAMELEN];
	char			zone_res_attr_value[256];
	struct zone_res_attrtab	*zone_res_attr_next;
};

struct zone_res_attrtab_1024 {
	char			zone_res_attr_name[MAXNAMELEN];
	char			zone_res_attr_value[1024];
	struct zone_res_attrtab	*zone_res_attr_next;
};

/* Adding one follows zone_nwif_attrp: it is NULL or a list. */
struct zone_nwiftab {
	char			zone_nwif_address[INET6_ADDRSTRLEN];
	char			zone_nwif_allowed_address[INET6_ADDRSTRLEN];
	char			zone_nwif_physical[LIFNAMSIZ];
	char			zone_nwif_mac[20];
	char			zone_nwif_vlan_id[11];
	char			zone_nwif_gnic[LIFNAMSIZ];
	char			zone_nwif_defrouter[INET6_ADDRSTRLEN];
	struct zone_res_attrtab	*zone_nwif_attrp;
};

/* Adding one follows zone_dev_attrp: it is NULL or a list. */
struct zone_devtab {
	char			zone_dev_match[MAXPATHLEN];
	struct zone_res_attrtab	*zone_dev_attrp;
};

typedef struct zone_cmd_arg {
	uint64_t	uniqid;
	zone_cmd_t	cmd;
	int		status;
	uint32_t	debug;
	char		locale[MAXPATHLEN];
	char		bootbuf[BOOTARGS_MAX];
	int		pad;
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
typedef int zonecfg_add_res_attr_fn(struct zone_res_attrtab **list, struct zone_res_attrtab *attr);
typedef int zonecfg_remove_res_attr_fn(struct zone_res_attrtab **list, struct zone_res_attrtab *attr);
typedef void zonecfg_free_res_attr_list_fn(struct zone_res_attrtab *list);
typedef zoneid_t zonecfg_get_did_fn(zone_dochandle_t handle);
typedef void zonecfg_set_did_fn(zone_dochandle_t handle);
typedef zoneid_t zone_get_did_fn(char *zone);
typedef int zonecfg_fix_obsolete_fn(zone_dochandle_t handle);
/* SmartOS only. */
typedef int zonecfg_set_uuid_fn(const char *zone, const char *zonepath, const char *uuid);

#define	ZONECFG_ADD_RES_ATTR_NAME	"zonecfg_add_res_attr"
#define	ZONECFG_REMOVE_RES_ATTR_NAME	"zonecfg_remove_res_attr"
#define	ZONECFG_FREE_RES_ATTR_LIST_NAME	"zonecfg_free_res_attr_list"
#define	ZONECFG_GET_DID_NAME	"zonecfg_get_did"
#define	ZONECFG_SET_DID_NAME	"zonecfg_set_did"
#define	ZONE_GET_DID_NAME	"zone_get_did"
#define	ZONECFG_FIX_OBSOLETE_NAME	"zonecfg_fix_obsolete"
/* Its presence tells SmartOS from OmniOS. */
#define	ZONECFG_SET_UUID_NAME	"zonecfg_set_uuid"

#define	ALIAS_MAXPHYSMEM	"physical"
#define	ALIAS_ZFSPRI	"zfs-io-priority"

#endif	/* ZMGR_ILLUMOS_EXTENDED_H */
