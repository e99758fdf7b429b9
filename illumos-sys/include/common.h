/*
 * What zmgr uses of libzonecfg, libdladm, libkstat and libc and what every illumos distribution has alike.
 *
 * These are the project's own declarations of private interfaces (symbol version SUNWprivate_1.1), made from the layouts,
 * values and prototypes recorded in ../abi.json. Where the facts come from, in illumos-gate:
 *   usr/src/head/libzonecfg.h, usr/src/head/zone.h, usr/src/uts/common/sys/zone.h
 *   usr/src/lib/libdladm/common/libdladm.h, libdllink.h, libdlvnic.h, libdlvlan.h
 *   usr/src/uts/common/sys/dls_mgmt.h, mac.h, vnic.h, kstat.h
 * What differs between distributions is in upstream.h and extended.h.
 */
#ifndef ZMGR_ILLUMOS_COMMON_H
#define	ZMGR_ILLUMOS_COMMON_H

/* ---- types ---- */

/* Written out, so that the bindings come out alike whatever headers the machine has. */
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long uint64_t;
typedef long int64_t;
typedef unsigned long size_t;

/* An enumeration in the system's headers; an int here, because C may hand over any value. */
typedef int boolean_t;
#define	B_FALSE	0
#define	B_TRUE	1

typedef unsigned char uchar_t;
typedef unsigned int uint_t;
typedef long ssize_t;
typedef long long hrtime_t;
typedef int zoneid_t;
typedef uchar_t uuid_t[16];
typedef uint_t uid_t;
typedef uint_t gid_t;
typedef uint_t mode_t;
typedef uint_t zone_state_t;
typedef uint32_t datalink_id_t;
typedef uint64_t datalink_media_t;
typedef uint32_t vrid_t;

/* A stdio stream. It is never looked into. */
typedef struct __FILE FILE;

/* ---- sizes of buffers, in bytes, the NUL included ---- */

#define	ZONENAME_MAX	64
#define	MAXNAMELEN	256
#define	MAXPATHLEN	1024
#define	MAXUSERNAME	32
#define	MAXAUTHS	4096
#define	MAX_MNTOPT_STR	1024
#define	FSTYPSZ		16
#define	BUFSIZ		1024
#define	LIFNAMSIZ	32
#define	INET_ADDRSTRLEN	16
#define	INET6_ADDRSTRLEN	46
#define	BOOTARGS_MAX	256
#define	ZONE_FS_ALLOWED_MAX	1024
#define	ZONECFG_SECFLAGS_MAX	1024
#define	ZONE_STATE_MAXSTRLEN	14
#define	UUID_LEN	16
#define	UUID_PRINTABLE_STRING_LENGTH	37
#define	MAXLINKNAMELEN	32
#define	MAXMACADDRLEN	20
#define	DLADM_PROP_VAL_MAX	128
/* How many values a link property has at most. */
#define	DLADM_MAX_PROP_VALCNT	32

/* ---- fixed names ---- */

#define	GLOBAL_ZONENAME	"global"
#define	ZONE_CONFIG_ROOT	"/etc/zones"
#define	ZONE_INDEX_FILE	"/etc/zones/index"
#define	ZONE_DETACHED	"SUNWdetached.xml"
#define	ZONES_TMPDIR	"/var/run/zones"

/* Short names of resource controls. "physical" is one on the extended flavour only. */
#define	ALIAS_SHARES	"cpu-shares"
#define	ALIAS_CPUCAP	"cpu-cap"
#define	ALIAS_MAXLWPS	"max-lwps"
#define	ALIAS_MAXPROCS	"max-processes"
#define	ALIAS_MAXLOCKEDMEM	"locked"
#define	ALIAS_MAXSWAP	"swap"
#define	ALIAS_MAXSHMMEM	"max-shm-memory"
#define	ALIAS_MAXSHMIDS	"max-shm-ids"
#define	ALIAS_MAXMSGIDS	"max-msg-ids"
#define	ALIAS_MAXSEMIDS	"max-sem-ids"

/* ---- what libzonecfg returns ---- */

#define	Z_OK			0
#define	Z_EMPTY_DOCUMENT	1
#define	Z_WRONG_DOC_TYPE	2
#define	Z_BAD_PROPERTY		3
#define	Z_TEMP_FILE		4
#define	Z_SAVING_FILE		5
#define	Z_NO_ENTRY		6
#define	Z_BOGUS_ZONE_NAME	7
#define	Z_REQD_RESOURCE_MISSING	8
#define	Z_REQD_PROPERTY_MISSING	9
#define	Z_BAD_HANDLE		10
#define	Z_NOMEM			11
#define	Z_INVAL			12
#define	Z_ACCES			13
#define	Z_TOO_BIG		14
#define	Z_MISC_FS		15
#define	Z_NO_ZONE		16
#define	Z_NO_RESOURCE_TYPE	17
#define	Z_NO_RESOURCE_ID	18
#define	Z_NO_PROPERTY_TYPE	19
#define	Z_NO_PROPERTY_ID	20
#define	Z_BAD_ZONE_STATE	21
#define	Z_INVALID_DOCUMENT	22
#define	Z_NAME_IN_USE		23
#define	Z_NO_SUCH_ID		24
#define	Z_UPDATING_INDEX	25
#define	Z_LOCKING_FILE		26
#define	Z_UNLOCKING_FILE	27
/* errno says why. */
#define	Z_SYSTEM		28
#define	Z_INSUFFICIENT_SPEC	29
#define	Z_RESOLVED_PATH		34
#define	Z_BOGUS_ADDRESS		36
#define	Z_PRIV_PROHIBITED	37
#define	Z_PRIV_REQUIRED		38
#define	Z_PRIV_UNKNOWN		39
#define	Z_BRAND_ERROR		40
#define	Z_INCOMPATIBLE		41
#define	Z_ALIAS_DISALLOW	42
#define	Z_CLEAR_DISALLOW	43
#define	Z_POOL			44
#define	Z_POOLS_NOT_ACTIVE	45
#define	Z_POOL_ENABLE		46
#define	Z_NO_POOL		47
#define	Z_POOL_CREATE		48
#define	Z_POOL_BIND		49
#define	Z_INVALID_PROPERTY	50

/* ---- zone states and the kernel's view of a zone ---- */

#define	ZONE_STATE_CONFIGURED		0
#define	ZONE_STATE_INCOMPLETE		1
#define	ZONE_STATE_INSTALLED		2
#define	ZONE_STATE_READY		3
#define	ZONE_STATE_RUNNING		4
#define	ZONE_STATE_SHUTTING_DOWN	5
#define	ZONE_STATE_DOWN			6
#define	ZONE_STATE_MOUNTED		7

#define	GLOBAL_ZONEID		0
#define	MIN_ZONEID		0
#define	MIN_USERZONEID		1
#define	ALL_ZONES		(-1)
#define	ZONE_ID_UNDEFINED	(-1)

/* Attributes for zone_getattr. Ids above BRAND have other meanings elsewhere and are left out on purpose. */
#define	ZONE_ATTR_ROOT		1
#define	ZONE_ATTR_NAME		2
#define	ZONE_ATTR_STATUS	3
#define	ZONE_ATTR_PRIVSET	4
#define	ZONE_ATTR_UNIQID	5
#define	ZONE_ATTR_POOLID	6
#define	ZONE_ATTR_INITPID	7
#define	ZONE_ATTR_SLBL		8
#define	ZONE_ATTR_INITNAME	9
#define	ZONE_ATTR_BOOTARGS	10
#define	ZONE_ATTR_BRAND		11

/* What ZONE_ATTR_STATUS yields. */
typedef enum {
	ZONE_IS_UNINITIALIZED = 0,
	ZONE_IS_INITIALIZED = 1,
	ZONE_IS_READY = 2,
	ZONE_IS_BOOTING = 3,
	ZONE_IS_RUNNING = 4,
	ZONE_IS_SHUTTING_DOWN = 5,
	ZONE_IS_EMPTY = 6,
	ZONE_IS_DOWN = 7,
	ZONE_IS_DYING = 8,
	ZONE_IS_DEAD = 9
} zone_status_t;

typedef enum {
	ZS_SHARED = 0,
	ZS_EXCLUSIVE = 1
} zone_iptype_t;

/* Requests to zoneadmd. */
typedef enum {
	Z_READY = 0,
	Z_BOOT = 1,
	Z_FORCEBOOT = 2,
	Z_REBOOT = 3,
	Z_HALT = 4,
	Z_NOTE_UNINSTALLING = 5,
	Z_MOUNT = 6,
	Z_FORCEMOUNT = 7,
	Z_UNMOUNT = 8,
	Z_SHUTDOWN = 9
} zone_cmd_t;

/* What putzoneent shall do. */
#define	PZE_MODIFY	(-1)
#define	PZE_REMOVE	0
#define	PZE_ADD		1

/* ---- structures of libzonecfg; every text ends in a NUL inside its array ---- */

/* An open zone configuration. */
typedef struct zone_dochandle *zone_dochandle_t;

/* A line of the index. The library allocates it and it may be longer than this: never copied by size. */
struct zoneent {
	char		zone_name[ZONENAME_MAX];
	int		zone_state;
	char		zone_path[MAXPATHLEN];
	uuid_t		zone_uuid;
	char		zone_newname[ZONENAME_MAX];
};

typedef struct zone_fsopt {
	struct zone_fsopt	*zone_fsopt_next;
	char			zone_fsopt_opt[MAX_MNTOPT_STR];
} zone_fsopt_t;

struct zone_fstab {
	char		zone_fs_special[MAXPATHLEN];
	char		zone_fs_dir[MAXPATHLEN];
	char		zone_fs_type[FSTYPSZ];
	zone_fsopt_t	*zone_fs_options;
	char		zone_fs_raw[MAXPATHLEN];
};

struct zone_rctlvaltab {
	char			zone_rctlval_priv[MAXNAMELEN];
	char			zone_rctlval_limit[MAXNAMELEN];
	char			zone_rctlval_action[MAXNAMELEN];
	struct zone_rctlvaltab	*zone_rctlval_next;
};

struct zone_rctltab {
	char			zone_rctl_name[MAXNAMELEN];
	struct zone_rctlvaltab	*zone_rctl_valptr;
};

struct zone_attrtab {
	char	zone_attr_name[MAXNAMELEN];
	char	zone_attr_type[MAXNAMELEN];
	char	zone_attr_value[2 * BUFSIZ];
};

struct zone_dstab {
	char	zone_dataset_name[MAXNAMELEN];
};

struct zone_psettab {
	char	zone_ncpu_min[MAXNAMELEN];
	char	zone_ncpu_max[MAXNAMELEN];
	char	zone_importance[MAXNAMELEN];
};

struct zone_admintab {
	char	zone_admin_user[MAXUSERNAME];
	char	zone_admin_auths[MAXAUTHS];
};

struct zone_secflagstab {
	char	zone_secflags_lower[ZONECFG_SECFLAGS_MAX];
	char	zone_secflags_upper[ZONECFG_SECFLAGS_MAX];
	char	zone_secflags_default[ZONECFG_SECFLAGS_MAX];
};

struct zone_devpermtab {
	char	zone_devperm_name[MAXPATHLEN];
	uid_t	zone_devperm_uid;
	gid_t	zone_devperm_gid;
	mode_t	zone_devperm_mode;
	char	*zone_devperm_acl;
};

/* Only the place where zonecfg_valid_net_address leaves its result; the two unions are given as plain storage. */
struct lifreq {
	char		lifr_name[LIFNAMSIZ];
	uint32_t	lifr_lifru1;
	uint_t		lifr_type;
	uint64_t	lifr_lifru[42];
};

/* ---- libzonecfg: handles ---- */

zone_dochandle_t zonecfg_init_handle(void);
void zonecfg_fini_handle(zone_dochandle_t handle);
int zonecfg_check_handle(zone_dochandle_t handle);
int zonecfg_get_handle(const char *zone, zone_dochandle_t handle);
int zonecfg_get_snapshot_handle(const char *zone, zone_dochandle_t handle);
int zonecfg_get_xml_handle(const char *path, zone_dochandle_t handle);
int zonecfg_get_template_handle(const char *tmpl, const char *zone, zone_dochandle_t handle);
int zonecfg_get_attach_handle(const char *path, const char *file, const char *zone, boolean_t keep,
    zone_dochandle_t handle);

/* ---- libzonecfg: whole configurations ---- */

int zonecfg_save(zone_dochandle_t handle);
int zonecfg_verify_save(zone_dochandle_t handle, char *path);
int zonecfg_destroy(const char *zone, boolean_t force);
int zonecfg_create_snapshot(const char *zone);
int zonecfg_destroy_snapshot(const char *zone);
int zonecfg_detach_save(zone_dochandle_t handle, uint_t flags);
boolean_t zonecfg_detached(const char *zonepath);
void zonecfg_rm_detached(zone_dochandle_t handle, boolean_t forced);
char *zonecfg_strerror(int error);
int zonecfg_access(const char *zone, int mode);
void zonecfg_set_root(const char *root);
const char *zonecfg_get_root(void);
boolean_t zonecfg_in_alt_root(void);
int zonecfg_num_resources(zone_dochandle_t handle, char *resource);
int zonecfg_del_all_resources(zone_dochandle_t handle, char *resource);
int zonecfg_validate_zonename(const char *zone);

/* ---- libzonecfg: properties of the zone ---- */

int zonecfg_get_name(zone_dochandle_t handle, char *buffer, size_t length);
int zonecfg_set_name(zone_dochandle_t handle, char *name);
int zonecfg_get_zonepath(zone_dochandle_t handle, char *buffer, size_t length);
int zonecfg_set_zonepath(zone_dochandle_t handle, char *zonepath);
int zonecfg_get_brand(zone_dochandle_t handle, char *buffer, size_t length);
int zonecfg_set_brand(zone_dochandle_t handle, char *brand);
int zonecfg_get_autoboot(zone_dochandle_t handle, boolean_t *autoboot);
int zonecfg_set_autoboot(zone_dochandle_t handle, boolean_t autoboot);
int zonecfg_get_iptype(zone_dochandle_t handle, zone_iptype_t *iptype);
int zonecfg_set_iptype(zone_dochandle_t handle, zone_iptype_t iptype);
int zonecfg_get_pool(zone_dochandle_t handle, char *buffer, size_t length);
int zonecfg_set_pool(zone_dochandle_t handle, char *pool);
int zonecfg_get_bootargs(zone_dochandle_t handle, char *buffer, size_t length);
int zonecfg_set_bootargs(zone_dochandle_t handle, char *bootargs);
int zonecfg_get_sched_class(zone_dochandle_t handle, char *buffer, size_t length);
int zonecfg_set_sched(zone_dochandle_t handle, char *class);
int zonecfg_get_dflt_sched_class(zone_dochandle_t handle, char *buffer, int length);
/* The text is the caller's to free. */
int zonecfg_get_limitpriv(zone_dochandle_t handle, char **limitpriv);
int zonecfg_set_limitpriv(zone_dochandle_t handle, char *limitpriv);
int zonecfg_get_hostid(zone_dochandle_t handle, char *buffer, size_t length);
int zonecfg_set_hostid(zone_dochandle_t handle, const char *hostid);
int zonecfg_get_fs_allowed(zone_dochandle_t handle, char *buffer, size_t length);
int zonecfg_set_fs_allowed(zone_dochandle_t handle, const char *fs_allowed);

/* ---- libzonecfg: resources (net and device: see the flavours) ---- */

int zonecfg_add_filesystem(zone_dochandle_t handle, struct zone_fstab *fs);
int zonecfg_delete_filesystem(zone_dochandle_t handle, struct zone_fstab *fs);
int zonecfg_modify_filesystem(zone_dochandle_t handle, struct zone_fstab *from, struct zone_fstab *to);
int zonecfg_lookup_filesystem(zone_dochandle_t handle, struct zone_fstab *fs);
int zonecfg_add_fs_option(struct zone_fstab *fs, char *option);
int zonecfg_remove_fs_option(struct zone_fstab *fs, char *option);
void zonecfg_free_fs_option_list(zone_fsopt_t *list);
int zonecfg_setfsent(zone_dochandle_t handle);
int zonecfg_getfsent(zone_dochandle_t handle, struct zone_fstab *fs);
int zonecfg_endfsent(zone_dochandle_t handle);

int zonecfg_setnwifent(zone_dochandle_t handle);
int zonecfg_endnwifent(zone_dochandle_t handle);
int zonecfg_setdevent(zone_dochandle_t handle);
int zonecfg_enddevent(zone_dochandle_t handle);

int zonecfg_add_attr(zone_dochandle_t handle, struct zone_attrtab *attr);
int zonecfg_delete_attr(zone_dochandle_t handle, struct zone_attrtab *attr);
int zonecfg_modify_attr(zone_dochandle_t handle, struct zone_attrtab *from, struct zone_attrtab *to);
int zonecfg_lookup_attr(zone_dochandle_t handle, struct zone_attrtab *attr);
int zonecfg_get_attr_boolean(const struct zone_attrtab *attr, boolean_t *value);
int zonecfg_get_attr_int(const struct zone_attrtab *attr, int64_t *value);
int zonecfg_get_attr_uint(const struct zone_attrtab *attr, uint64_t *value);
int zonecfg_get_attr_string(const struct zone_attrtab *attr, char *buffer, size_t length);
int zonecfg_setattrent(zone_dochandle_t handle);
int zonecfg_getattrent(zone_dochandle_t handle, struct zone_attrtab *attr);
int zonecfg_endattrent(zone_dochandle_t handle);

int zonecfg_add_ds(zone_dochandle_t handle, struct zone_dstab *dataset);
int zonecfg_delete_ds(zone_dochandle_t handle, struct zone_dstab *dataset);
int zonecfg_modify_ds(zone_dochandle_t handle, struct zone_dstab *from, struct zone_dstab *to);
int zonecfg_lookup_ds(zone_dochandle_t handle, struct zone_dstab *dataset);
int zonecfg_setdsent(zone_dochandle_t handle);
int zonecfg_getdsent(zone_dochandle_t handle, struct zone_dstab *dataset);
int zonecfg_enddsent(zone_dochandle_t handle);

int zonecfg_add_rctl(zone_dochandle_t handle, struct zone_rctltab *rctl);
int zonecfg_delete_rctl(zone_dochandle_t handle, struct zone_rctltab *rctl);
int zonecfg_modify_rctl(zone_dochandle_t handle, struct zone_rctltab *from, struct zone_rctltab *to);
int zonecfg_lookup_rctl(zone_dochandle_t handle, struct zone_rctltab *rctl);
/* Links the caller's node, which zonecfg_free_rctl_value_list frees: it must come from malloc. */
int zonecfg_add_rctl_value(struct zone_rctltab *rctl, struct zone_rctlvaltab *value);
int zonecfg_remove_rctl_value(struct zone_rctltab *rctl, struct zone_rctlvaltab *value);
void zonecfg_free_rctl_value_list(struct zone_rctlvaltab *list);
int zonecfg_setrctlent(zone_dochandle_t handle);
int zonecfg_getrctlent(zone_dochandle_t handle, struct zone_rctltab *rctl);
int zonecfg_endrctlent(zone_dochandle_t handle);
int zonecfg_get_aliased_rctl(zone_dochandle_t handle, char *alias, uint64_t *value);
int zonecfg_set_aliased_rctl(zone_dochandle_t handle, char *alias, uint64_t value);
int zonecfg_rm_aliased_rctl(zone_dochandle_t handle, char *alias);
boolean_t zonecfg_aliased_rctl_ok(zone_dochandle_t handle, char *alias);

int zonecfg_add_pset(zone_dochandle_t handle, struct zone_psettab *pset);
int zonecfg_delete_pset(zone_dochandle_t handle);
int zonecfg_modify_pset(zone_dochandle_t handle, struct zone_psettab *pset);
int zonecfg_lookup_pset(zone_dochandle_t handle, struct zone_psettab *pset);
int zonecfg_getpsetent(zone_dochandle_t handle, struct zone_psettab *pset);

int zonecfg_add_admin(zone_dochandle_t handle, struct zone_admintab *admin, char *zone);
int zonecfg_delete_admin(zone_dochandle_t handle, struct zone_admintab *admin, char *zone);
int zonecfg_modify_admin(zone_dochandle_t handle, struct zone_admintab *from, struct zone_admintab *to, char *zone);
int zonecfg_lookup_admin(zone_dochandle_t handle, struct zone_admintab *admin);
int zonecfg_delete_admins(zone_dochandle_t handle, char *zone);
int zonecfg_setadminent(zone_dochandle_t handle);
int zonecfg_getadminent(zone_dochandle_t handle, struct zone_admintab *admin);
int zonecfg_endadminent(zone_dochandle_t handle);
int zonecfg_authorize_users(zone_dochandle_t handle, char *zone);
int zonecfg_deauthorize_user(zone_dochandle_t handle, char *user, char *zone);
int zonecfg_deauthorize_users(zone_dochandle_t handle, char *zone);
int zonecfg_insert_userauths(zone_dochandle_t handle, char *user, char *zone);
int zonecfg_remove_userauths(zone_dochandle_t handle, char *user, char *zone, boolean_t deauthorize);
int zonecfg_update_userauths(zone_dochandle_t handle, char *zone);
boolean_t zonecfg_valid_auths(const char *auths, const char *zone);

int zonecfg_add_secflags(zone_dochandle_t handle, struct zone_secflagstab *secflags);
int zonecfg_delete_secflags(zone_dochandle_t handle, struct zone_secflagstab *secflags);
int zonecfg_modify_secflags(zone_dochandle_t handle, struct zone_secflagstab *from, struct zone_secflagstab *to);
int zonecfg_lookup_secflags(zone_dochandle_t handle, struct zone_secflagstab *secflags);
int zonecfg_getsecflagsent(zone_dochandle_t handle, struct zone_secflagstab *secflags);

int zonecfg_setdevperment(zone_dochandle_t handle);
int zonecfg_getdevperment(zone_dochandle_t handle, struct zone_devpermtab *devperm);
int zonecfg_enddevperment(zone_dochandle_t handle);

/* ---- libzonecfg: what a value may be ---- */

int zonecfg_str_to_bytes(char *text, uint64_t *bytes);
boolean_t zonecfg_valid_memlimit(char *text, uint64_t *bytes);
boolean_t zonecfg_valid_alias_limit(char *alias, char *text, uint64_t *value);
boolean_t zonecfg_valid_ncpus(char *low, char *high);
boolean_t zonecfg_valid_importance(char *text);
boolean_t zonecfg_valid_fs_type(const char *type);
boolean_t zonecfg_same_net_address(char *one, char *other);
/* Writes to the address while it works, and restores it. */
int zonecfg_valid_net_address(char *address, struct lifreq *result);
boolean_t zonecfg_is_rctl(const char *name);
boolean_t zonecfg_valid_rctlname(const char *name);

/* ---- libzonecfg: the index and states ---- */

int zone_get_state(char *zone, zone_state_t *state);
int zone_set_state(char *zone, zone_state_t state);
char *zone_state_str(zone_state_t state);
int zone_get_zonepath(char *zone, char *buffer, size_t length);
int zone_get_rootpath(char *zone, char *buffer, size_t length);
int zone_get_devroot(char *zone, char *buffer, size_t length);
int zone_get_brand(char *zone, char *buffer, size_t length);
int zone_get_id(const char *text, zoneid_t *id);
int zonecfg_get_uuid(const char *zone, uchar_t *uuid);
int zonecfg_get_name_by_uuid(const uchar_t *uuid, char *buffer, size_t length);
int zonecfg_default_brand(char *buffer, size_t length);
FILE *setzoneent(void);
/* The name is the caller's to free. */
char *getzoneent(FILE *cookie);
/* The entry is the caller's to free. */
struct zoneent *getzoneent_private(FILE *cookie);
void endzoneent(FILE *cookie);
int putzoneent(struct zoneent *entry, int operation);

/* ---- libzonecfg: zoneadmd and its lock (the request itself: see the flavours) ---- */

void zonecfg_init_lock_file(const char *zone, char **environment);
int zonecfg_grab_lock_file(const char *zone, int *descriptor);
void zonecfg_release_lock_file(const char *zone, int descriptor);
boolean_t zonecfg_lock_file_held(int *descriptor);
int zonecfg_ping_zoneadmd(const char *zone);

/* ---- libzonecfg: news of states ---- */

typedef int zonecfg_notify_cb_t(const char *zone, zoneid_t id, const char *new_state, const char *old_state,
    hrtime_t when, void *argument);
void *zonecfg_notify_bind(zonecfg_notify_cb_t *callback, void *argument);
void zonecfg_notify_unbind(void *binding);
void zonecfg_notify_critical_enter(void *binding);
int zonecfg_notify_critical_exit(void *binding);
void zonecfg_notify_critical_abort(void *binding);

/* ---- libc ---- */

zoneid_t getzoneid(void);
zoneid_t getzoneidbyname(const char *name);
ssize_t getzonenamebyid(zoneid_t id, char *buffer, size_t length);
ssize_t zone_getattr(zoneid_t id, int attribute, void *value, size_t length);
int zone_list(zoneid_t *ids, uint_t *count);
/* With ALL_ZONES in *id the zone that holds the link is left there. */
int zone_check_datalink(zoneid_t *id, datalink_id_t link);
int zone_list_datalink(zoneid_t id, int *count, datalink_id_t *links);

/* ---- libdladm: numbers ---- */

#define	DATALINK_INVALID_LINKID	0
#define	DATALINK_ALL_LINKID	0
#define	DATALINK_MAX_LINKID	0xffffffff
#define	DATALINK_ANY_MEDIATYPE	0x100000000

/* Values of sys/dlpi.h. */
#define	DL_ETHER	0x4

#define	DLADM_OPT_ACTIVE	0x1
#define	DLADM_OPT_PERSIST	0x2
#define	DLADM_OPT_CREATE	0x4
#define	DLADM_OPT_FORCE		0x8
#define	DLADM_OPT_PREFIX	0x10
#define	DLADM_OPT_ANCHOR	0x20
#define	DLADM_OPT_VLAN		0x40
#define	DLADM_OPT_NOREFRESH	0x80
#define	DLADM_OPT_BOOT		0x100

#define	DLADM_WALK_TERMINATE	0
#define	DLADM_WALK_CONTINUE	(-1)

#define	VLAN_ID_NONE	0
#define	VLAN_ID_MIN	1
#define	VLAN_ID_MAX	4094

typedef enum {
	DATALINK_CLASS_PHYS = 0x1,
	DATALINK_CLASS_VLAN = 0x2,
	DATALINK_CLASS_AGGR = 0x4,
	DATALINK_CLASS_VNIC = 0x8,
	DATALINK_CLASS_ETHERSTUB = 0x10,
	DATALINK_CLASS_SIMNET = 0x20,
	DATALINK_CLASS_BRIDGE = 0x40,
	DATALINK_CLASS_IPTUN = 0x80,
	DATALINK_CLASS_PART = 0x100,
	DATALINK_CLASS_OVERLAY = 0x200
} datalink_class_t;

typedef enum {
	VNIC_MAC_ADDR_TYPE_UNKNOWN = -1,
	VNIC_MAC_ADDR_TYPE_FIXED = 0,
	VNIC_MAC_ADDR_TYPE_RANDOM = 1,
	VNIC_MAC_ADDR_TYPE_FACTORY = 2,
	VNIC_MAC_ADDR_TYPE_AUTO = 3,
	VNIC_MAC_ADDR_TYPE_PRIMARY = 4,
	VNIC_MAC_ADDR_TYPE_VRID = 5
} vnic_mac_addr_type_t;

/* Which value of a link property is meant. */
typedef enum {
	DLADM_PROP_VAL_CURRENT = 1,
	DLADM_PROP_VAL_DEFAULT = 2,
	DLADM_PROP_VAL_PERM = 3,
	DLADM_PROP_VAL_MODIFIABLE = 4,
	DLADM_PROP_VAL_PERSISTENT = 5
} dladm_prop_type_t;

/* What libdladm returns. From 85 on the meaning depends on the distribution: dladm_status2str has the text. */
typedef enum {
	DLADM_STATUS_OK = 0,
	DLADM_STATUS_BADARG = 1,
	DLADM_STATUS_FAILED = 2,
	DLADM_STATUS_TOOSMALL = 3,
	DLADM_STATUS_NOTSUP = 4,
	DLADM_STATUS_NOTFOUND = 5,
	DLADM_STATUS_BADVAL = 6,
	DLADM_STATUS_NOMEM = 7,
	DLADM_STATUS_EXIST = 8,
	DLADM_STATUS_LINKINVAL = 9,
	DLADM_STATUS_PROPRDONLY = 10,
	DLADM_STATUS_BADVALCNT = 11,
	DLADM_STATUS_DBNOTFOUND = 12,
	DLADM_STATUS_DENIED = 13,
	DLADM_STATUS_IOERR = 14,
	DLADM_STATUS_TEMPONLY = 15,
	DLADM_STATUS_TIMEDOUT = 16,
	DLADM_STATUS_ISCONN = 17,
	DLADM_STATUS_NOTCONN = 18,
	DLADM_STATUS_REPOSITORYINVAL = 19,
	DLADM_STATUS_MACADDRINVAL = 20,
	DLADM_STATUS_KEYINVAL = 21,
	DLADM_STATUS_INVALIDMACADDRLEN = 22,
	DLADM_STATUS_INVALIDMACADDRTYPE = 23,
	DLADM_STATUS_LINKBUSY = 24,
	DLADM_STATUS_VIDINVAL = 25,
	DLADM_STATUS_NONOTIF = 26,
	DLADM_STATUS_TRYAGAIN = 27,
	DLADM_STATUS_IPTUNTYPE = 28,
	DLADM_STATUS_IPTUNTYPEREQD = 29,
	DLADM_STATUS_BADIPTUNLADDR = 30,
	DLADM_STATUS_BADIPTUNRADDR = 31,
	DLADM_STATUS_ADDRINUSE = 32,
	DLADM_STATUS_BADTIMEVAL = 33,
	DLADM_STATUS_INVALIDMACADDR = 34,
	DLADM_STATUS_INVALIDMACADDRNIC = 35,
	DLADM_STATUS_INVALIDMACADDRINUSE = 36,
	DLADM_STATUS_MACFACTORYSLOTINVALID = 37,
	DLADM_STATUS_MACFACTORYSLOTUSED = 38,
	DLADM_STATUS_MACFACTORYSLOTALLUSED = 39,
	DLADM_STATUS_MACFACTORYNOTSUP = 40,
	DLADM_STATUS_INVALIDMACPREFIX = 41,
	DLADM_STATUS_INVALIDMACPREFIXLEN = 42,
	DLADM_STATUS_BADCPUID = 43,
	DLADM_STATUS_CPUERR = 44,
	DLADM_STATUS_CPUNOTONLINE = 45,
	DLADM_STATUS_BADRANGE = 46,
	DLADM_STATUS_TOOMANYELEMENTS = 47,
	DLADM_STATUS_DB_NOTFOUND = 48,
	DLADM_STATUS_DB_PARSE_ERR = 49,
	DLADM_STATUS_PROP_PARSE_ERR = 50,
	DLADM_STATUS_ATTR_PARSE_ERR = 51,
	DLADM_STATUS_FLOW_DB_ERR = 52,
	DLADM_STATUS_FLOW_DB_OPEN_ERR = 53,
	DLADM_STATUS_FLOW_DB_PARSE_ERR = 54,
	DLADM_STATUS_FLOWPROP_DB_PARSE_ERR = 55,
	DLADM_STATUS_FLOW_ADD_ERR = 56,
	DLADM_STATUS_FLOW_WALK_ERR = 57,
	DLADM_STATUS_FLOW_IDENTICAL = 58,
	DLADM_STATUS_FLOW_INCOMPATIBLE = 59,
	DLADM_STATUS_FLOW_EXISTS = 60,
	DLADM_STATUS_PERSIST_FLOW_EXISTS = 61,
	DLADM_STATUS_INVALID_IP = 62,
	DLADM_STATUS_INVALID_PREFIXLEN = 63,
	DLADM_STATUS_INVALID_PROTOCOL = 64,
	DLADM_STATUS_INVALID_PORT = 65,
	DLADM_STATUS_INVALID_DSF = 66,
	DLADM_STATUS_INVALID_DSFMASK = 67,
	DLADM_STATUS_INVALID_MACMARGIN = 68,
	DLADM_STATUS_NOTDEFINED = 69,
	DLADM_STATUS_BADPROP = 70,
	DLADM_STATUS_MINMAXBW = 71,
	DLADM_STATUS_NO_HWRINGS = 72,
	DLADM_STATUS_PERMONLY = 73,
	DLADM_STATUS_OPTMISSING = 74,
	DLADM_STATUS_POOLCPU = 75,
	DLADM_STATUS_INVALID_PORT_INSTANCE = 76,
	DLADM_STATUS_PORT_IS_DOWN = 77,
	DLADM_STATUS_PKEY_NOT_PRESENT = 78,
	DLADM_STATUS_PARTITION_EXISTS = 79,
	DLADM_STATUS_INVALID_PKEY = 80,
	DLADM_STATUS_NO_IB_HW_RESOURCE = 81,
	DLADM_STATUS_INVALID_PKEY_TBL_SIZE = 82,
	DLADM_STATUS_PORT_NOPROTO = 83,
	DLADM_STATUS_INVALID_MTU = 84
} dladm_status_t;

/* ---- libdladm: structures ---- */

typedef struct dladm_handle *dladm_handle_t;

/* Link properties as the library parsed them. */
typedef struct dladm_arg_list dladm_arg_list_t;

typedef struct dladm_errlist {
	uint_t	el_count;
	uint_t	el_alloc;
	char	**el_errs;
} dladm_errlist_t;

typedef struct dladm_attr {
	/* The link's MTU in bytes. */
	uint_t	da_max_sdu;
} dladm_attr_t;

typedef struct dladm_phys_attr {
	char		dp_dev[MAXLINKNAMELEN];
	boolean_t	dp_novanity;
} dladm_phys_attr_t;

typedef struct dladm_vlan_attr {
	uint16_t	dv_vid;
	datalink_id_t	dv_linkid;
	boolean_t	dv_force;
} dladm_vlan_attr_t;

/* How long dladm_vnic_attr is here: more than any distribution's. */
#define	DLADM_VNIC_ATTR_ALLOC	32768

/*
 * A VNIC. Distributions differ in the resource properties that follow the sixty bytes named here, so the rest is
 * storage only.
 */
typedef struct dladm_vnic_attr {
	datalink_id_t		va_vnic_id;
	datalink_id_t		va_link_id;
	vnic_mac_addr_type_t	va_mac_addr_type;
	uint_t			va_mac_len;
	uchar_t			va_mac_addr[MAXMACADDRLEN];
	int			va_mac_slot;
	uint_t			va_mac_prefix_len;
	uint16_t		va_vid;
	boolean_t		va_force;
	vrid_t			va_vrid;
	int			va_af;
	uchar_t			va_resource_props[DLADM_VNIC_ATTR_ALLOC - 60];
} dladm_vnic_attr_t;

/* ---- libdladm ---- */

typedef int dladm_walkcb_t(const char *name, void *argument);
typedef int dladm_walk_datalink_id_cb_t(dladm_handle_t handle, datalink_id_t link, void *argument);

dladm_status_t dladm_open(dladm_handle_t *handle);
void dladm_close(dladm_handle_t handle);
/* The buffer has room for 2048 bytes, whatever the distribution. */
const char *dladm_status2str(dladm_status_t status, char *buffer);
const char *dladm_class2str(datalink_class_t class, char *buffer);
const char *dladm_media2str(uint32_t media, char *buffer);
boolean_t dladm_valid_linkname(const char *name);
dladm_status_t dladm_name2info(dladm_handle_t handle, const char *name, datalink_id_t *link, uint32_t *flags,
    datalink_class_t *class, uint32_t *media);
dladm_status_t dladm_datalink_id2info(dladm_handle_t handle, datalink_id_t link, uint32_t *flags,
    datalink_class_t *class, uint32_t *media, char *buffer, size_t length);
dladm_status_t dladm_walk(dladm_walkcb_t *callback, dladm_handle_t handle, void *argument, datalink_class_t class,
    datalink_media_t media, uint32_t flags);
dladm_status_t dladm_walk_datalink_id(dladm_walk_datalink_id_cb_t *callback, dladm_handle_t handle, void *argument,
    datalink_class_t class, datalink_media_t media, uint32_t flags);
dladm_status_t dladm_info(dladm_handle_t handle, datalink_id_t link, dladm_attr_t *attr);
dladm_status_t dladm_phys_info(dladm_handle_t handle, datalink_id_t link, dladm_phys_attr_t *attr, uint32_t flags);
dladm_status_t dladm_vlan_info(dladm_handle_t handle, datalink_id_t link, dladm_vlan_attr_t *attr, uint32_t flags);
/* Known with these fifteen arguments only where libdladm does not export dladm_vnic_modify. */
dladm_status_t dladm_vnic_create(dladm_handle_t handle, const char *name, datalink_id_t over,
    vnic_mac_addr_type_t mac_type, uchar_t *mac, uint_t mac_length, int *mac_slot, uint_t mac_prefix_length,
    uint16_t vid, vrid_t vrid, int af, datalink_id_t *link, dladm_arg_list_t *properties, dladm_errlist_t *errors,
    uint32_t flags);
dladm_status_t dladm_vnic_delete(dladm_handle_t handle, datalink_id_t link, uint32_t flags);
dladm_status_t dladm_vnic_info(dladm_handle_t handle, datalink_id_t link, dladm_vnic_attr_t *attr, uint32_t flags);
dladm_status_t dladm_vnic_up(dladm_handle_t handle, datalink_id_t link, uint32_t flags);
dladm_status_t dladm_vnic_str2macaddrtype(const char *text, vnic_mac_addr_type_t *mac_type);
dladm_status_t dladm_set_linkprop(dladm_handle_t handle, datalink_id_t link, const char *property, char **values,
    uint_t count, uint_t flags);
dladm_status_t dladm_get_linkprop(dladm_handle_t handle, datalink_id_t link, dladm_prop_type_t type,
    const char *property, char **values, uint_t *count);
/* Cuts the text up where it stands; the list points into a copy. */
dladm_status_t dladm_parse_link_props(char *text, dladm_arg_list_t **list, boolean_t names_only);
void dladm_free_props(dladm_arg_list_t *list);
void dladm_errlist_init(dladm_errlist_t *list);
void dladm_errlist_reset(dladm_errlist_t *list);
dladm_status_t dladm_errlist_append(dladm_errlist_t *list, const char *text);

/* ---- libdladm: found by name at run time, because its presence says that dladm_vnic_create is another one ---- */

#define	DLADM_VNIC_MODIFY_NAME	"dladm_vnic_modify"

/* ---- libkstat (usr/src/uts/common/sys/kstat.h, usr/src/lib/libkstat/common/kstat.h) ---- */

#define	KSTAT_STRLEN	31

#define	KSTAT_TYPE_NAMED	1

#define	KSTAT_DATA_CHAR	0
#define	KSTAT_DATA_INT32	1
#define	KSTAT_DATA_UINT32	2
#define	KSTAT_DATA_INT64	3
#define	KSTAT_DATA_UINT64	4
#define	KSTAT_DATA_STRING	9

#define	KSTAT_FLAG_INVALID	0x20

typedef int kid_t;

/* The four pointers at the end are the kernel's own. */
typedef struct kstat {
	hrtime_t	ks_crtime;
	struct kstat	*ks_next;
	kid_t		ks_kid;
	char		ks_module[KSTAT_STRLEN];
	uchar_t		ks_resv;
	int		ks_instance;
	char		ks_name[KSTAT_STRLEN];
	uchar_t		ks_type;
	char		ks_class[KSTAT_STRLEN];
	uchar_t		ks_flags;
	void		*ks_data;
	uint_t		ks_ndata;
	size_t		ks_data_size;
	hrtime_t	ks_snaptime;
	void		*ks_update;
	void		*ks_private;
	void		*ks_snapshot;
	void		*ks_lock;
} kstat_t;

/* The value is one of several types, which data_type names: see kstat_string and the numbers at its start. */
typedef struct kstat_named {
	char		name[KSTAT_STRLEN];
	uchar_t		data_type;
	uint64_t	value[2];
} kstat_named_t;

/* The value of KSTAT_DATA_STRING: it points behind the named values, may be NULL, and len counts the NUL. */
typedef struct kstat_string {
	char		*addr;
	uint32_t	len;
} kstat_string_t;

typedef struct kstat_ctl {
	kid_t		kc_chain_id;
	kstat_t		*kc_chain;
	int		kc_kd;
} kstat_ctl_t;

/* NULL and errno. */
kstat_ctl_t *kstat_open(void);
int kstat_close(kstat_ctl_t *control);
/* -1 and errno; ENXIO where the kstat is gone. */
kid_t kstat_read(kstat_ctl_t *control, kstat_t *kstat, void *data);
/* 0 where nothing changed. Whatever is gone from the chain is freed. */
kid_t kstat_chain_update(kstat_ctl_t *control);

#endif	/* ZMGR_ILLUMOS_COMMON_H */
