//! What a template and a registry entry say of the zone itself.

use illumos::zone::config::{
    Admin, Attr, DedicatedCpu, Device, Fs, IpType, Property, Rctl, RctlValue, SecurityFlags,
};

use super::{Repeat, Row, Spec, Writing, any, fields, one, plain, several, specs};
use crate::documents::model::{CappedMemory, Settings};
use crate::documents::syntax::tree::Node;
use crate::documents::values::Type;

const COUNT: Type = Type::Integer(0, u64::MAX);

static SETTINGS: &[Row<Settings>] = &[
    plain!(
        brand,
        text,
        Spec::new("brand", &[one("BRAND", Type::Word)], "brand \"ipkg\"", "The brand of the zone.").system("brand")
    ),
    plain!(
        zonepath,
        text,
        Spec::new(
            "zonepath",
            &[one("PATH", Type::Path)],
            "zonepath \"/zones/{zone}\"",
            "Where the zone lies. The path of `config.kdl` counts if there is none here.",
        )
        .system("zonepath")
    ),
    plain!(
        autoboot,
        flag,
        Spec::new(
            "autoboot",
            &[one("YES", Type::Boolean)],
            "autoboot #true",
            "Whether the zone boots with the host. A zone that does is also booted when it has been created.",
        )
        .default("#false")
        .system("autoboot")
    ),
    Row {
        spec: Spec::new(
            "ip-type",
            &[one("TYPE", Type::OneOf(&["exclusive", "shared"]))],
            "ip-type \"exclusive\"",
            "Whether the zone has an IP stack and links of its own, or shares those of the global zone.",
        )
        .default("\"exclusive\"")
        .system("ip-type"),
        read: |settings, reading| {
            settings.ip_type = reading.text_at(0).map(|text| match text {
                "shared" => IpType::Shared,
                _ => IpType::Exclusive,
            });
        },
        write: |settings, writing| {
            let word = settings.ip_type.map(|ip_type| match ip_type {
                IpType::Shared => "shared".to_owned(),
                IpType::Exclusive => "exclusive".to_owned(),
            });
            writing.text("ip-type", &word);
        },
    },
    plain!(
        bootargs,
        text,
        Spec::new("bootargs", &[one("ARGUMENTS", Type::Text(255))], "bootargs \"-m verbose\"", "Arguments of each boot.")
            .system("bootargs")
    ),
    plain!(
        resource_pool,
        text,
        Spec::new(
            "resource-pool",
            &[one("POOL", Type::Text(255))],
            "resource-pool \"batch\"",
            "The resource pool that the zone is bound to. `pool` names an address pool.",
        )
        .system("pool")
    ),
    plain!(
        limitpriv,
        text,
        Spec::new(
            "limitpriv",
            &[one("PRIVILEGES", Type::Text(4096))],
            "limitpriv \"default,dtrace_proc\"",
            "The privileges that processes in the zone can have.",
        )
        .system("limitpriv")
    ),
    plain!(
        scheduling_class,
        text,
        Spec::new(
            "scheduling-class",
            &[one("CLASS", Type::Text(255))],
            "scheduling-class \"FSS\"",
            "The default scheduling class of processes in the zone.",
        )
        .system("scheduling-class")
    ),
    plain!(
        hostid,
        text,
        Spec::new("hostid", &[one("ID", Type::HostId)], "hostid \"80f0c086\"", "The host id that the zone sees.")
            .system("hostid")
    ),
    plain!(
        fs_allowed,
        text,
        Spec::new(
            "fs-allowed",
            &[one("TYPES", Type::Text(1024))],
            "fs-allowed \"ufs,pcfs\"",
            "File system types that may be mounted from within the zone, separated by commas.",
        )
        .system("fs-allowed")
    ),
    plain!(
        cpu_shares,
        integer,
        Spec::new("cpu-shares", &[one("SHARES", COUNT)], "cpu-shares 20", "Shares of the fair share scheduler.")
            .system("cpu-shares")
    ),
    Row {
        spec: Spec::new(
            "capped-cpu",
            &[],
            "capped-cpu { ncpus 1.5; }",
            "How much CPU time the zone gets at most. Not with `dedicated-cpu`.",
        )
        .system("capped-cpu")
        .children(specs::<CappedCpu>),
        read: |settings, reading| {
            let mut block = CappedCpu(None);
            reading.block(&mut block);
            settings.capped_cpu = block.0;
        },
        write: |settings, writing| {
            if settings.capped_cpu.is_some() {
                writing.block(Node::new("capped-cpu"), &CappedCpu(settings.capped_cpu));
            }
        },
    },
    Row {
        spec: Spec::new(
            "dedicated-cpu",
            &[],
            "dedicated-cpu { ncpus \"1-4\"; importance 5; }",
            "CPUs that the zone has for itself. Not with `capped-cpu`, `cpu-shares` or `resource-pool`.",
        )
        .system("dedicated-cpu")
        .children(specs::<DedicatedCpu>),
        read: |settings, reading| {
            let mut block = DedicatedCpu::default();
            reading.block(&mut block);
            settings.dedicated_cpu = Some(block);
        },
        write: |settings, writing| {
            if let Some(block) = &settings.dedicated_cpu {
                writing.block(Node::new("dedicated-cpu"), block);
            }
        },
    },
    Row {
        spec: Spec::new(
            "capped-memory",
            &[],
            "capped-memory { physical \"1G\"; swap \"2G\"; locked \"512M\"; }",
            "How much memory the zone gets at most.",
        )
        .system("capped-memory")
        .children(specs::<CappedMemory>),
        read: |settings, reading| reading.block(&mut settings.capped_memory),
        write: |settings, writing| {
            if settings.capped_memory != CappedMemory::default() {
                writing.block(Node::new("capped-memory"), &settings.capped_memory);
            }
        },
    },
    plain!(
        max_lwps,
        integer,
        Spec::new("max-lwps", &[one("COUNT", Type::Integer(100, u64::MAX))], "max-lwps 1000", "Threads at most.")
            .system("max-lwps")
    ),
    plain!(
        max_processes,
        integer,
        Spec::new(
            "max-processes",
            &[one("COUNT", Type::Integer(100, u64::MAX))],
            "max-processes 500",
            "Processes at most."
        )
        .system("max-processes")
    ),
    plain!(
        max_shm_memory,
        size,
        Spec::new("max-shm-memory", &[one("SIZE", Type::Size)], "max-shm-memory \"1G\"", "Shared memory at most.")
            .system("max-shm-memory")
    ),
    plain!(
        max_shm_ids,
        integer,
        Spec::new("max-shm-ids", &[one("COUNT", COUNT)], "max-shm-ids 128", "Shared memory segments at most.")
            .system("max-shm-ids")
    ),
    plain!(
        max_msg_ids,
        integer,
        Spec::new("max-msg-ids", &[one("COUNT", COUNT)], "max-msg-ids 128", "Message queues at most.")
            .system("max-msg-ids")
    ),
    plain!(
        max_sem_ids,
        integer,
        Spec::new("max-sem-ids", &[one("COUNT", COUNT)], "max-sem-ids 128", "Semaphore sets at most.")
            .system("max-sem-ids")
    ),
    Row {
        spec: Spec::new(
            "rctl",
            &[one("NAME", Type::Text(255))],
            "rctl \"zone.max-lofi\" { value priv=\"privileged\" limit=10 action=\"deny\"; }",
            "A resource control that no other node stands for.",
        )
        .repeat(Repeat::Keyed)
        .system("rctl")
        .children(specs::<Rctl>),
        read: |settings, reading| {
            let mut block = Rctl { name: reading.key(), ..Rctl::default() };
            reading.block(&mut block);
            settings.rctl.push(block);
        },
        write: |settings, writing| {
            for rctl in &settings.rctl {
                writing.block(Node::new("rctl").with(rctl.name.clone()), rctl);
            }
        },
    },
    Row {
        spec: Spec::new(
            "fs",
            &[one("DIR", Type::Path)],
            "fs \"/data\" { special \"/export/data\"; type \"lofs\"; options \"ro\" \"nodevices\"; }",
            "A file system that is mounted at DIR in the zone.",
        )
        .repeat(Repeat::Keyed)
        .system("fs")
        .children(specs::<Fs>),
        read: |settings, reading| {
            let mut block = Fs { dir: reading.key(), ..Fs::default() };
            reading.block(&mut block);
            settings.fs.push(block);
        },
        write: |settings, writing| {
            for fs in &settings.fs {
                writing.block(Node::new("fs").with(fs.dir.clone()), fs);
            }
        },
    },
    Row {
        spec: Spec::new(
            "dataset",
            &[several("NAME", Type::Text(255))],
            "dataset \"rpool/delegated/{zone}\"",
            "ZFS datasets that are delegated to the zone.",
        )
        .repeat(Repeat::Any)
        .system("dataset"),
        read: |settings, reading| settings.dataset.extend(reading.texts()),
        write: |settings, writing| {
            for name in &settings.dataset {
                writing.push(Node::new("dataset").with(name.clone()));
            }
        },
    },
    Row {
        spec: Spec::new(
            "device",
            &[one("MATCH", Type::Text(1023))],
            "device \"/dev/zvol/rdsk/rpool/vol1\"",
            "Devices that are there in the zone, by a pattern.",
        )
        .repeat(Repeat::Keyed)
        .system("device")
        .children(specs::<Device>),
        read: |settings, reading| {
            let mut block = Device { match_: reading.key(), ..Device::default() };
            reading.block(&mut block);
            settings.device.push(block);
        },
        write: |settings, writing| {
            for device in &settings.device {
                writing.block(Node::new("device").with(device.match_.clone()), device);
            }
        },
    },
    Row {
        spec: Spec::new(
            "attr",
            &[one("NAME", Type::AttrName)],
            "attr \"comment\" type=\"string\" value=\"the web server\"",
            "An attribute of the configuration, for the brand or for people.",
        )
        .repeat(Repeat::Keyed)
        .system("attr")
        .inline()
        .children(specs::<Attr>),
        read: |settings, reading| {
            let mut block = Attr { name: reading.key(), attr_type: "string".to_owned(), ..Attr::default() };
            reading.block(&mut block);
            settings.attr.push(block);
        },
        write: |settings, writing| {
            for attr in &settings.attr {
                writing.properties(Node::new("attr").with(attr.name.clone()), attr);
            }
        },
    },
    Row {
        spec: Spec::new(
            "admin",
            &[one("USER", Type::Text(31))],
            "admin \"alice\" auths=\"login,manage\"",
            "A user of the global zone who may administer the zone.",
        )
        .repeat(Repeat::Keyed)
        .system("admin")
        .inline()
        .children(specs::<Admin>),
        read: |settings, reading| {
            let mut block = Admin { user: reading.key(), ..Admin::default() };
            reading.block(&mut block);
            settings.admin.push(block);
        },
        write: |settings, writing| {
            for admin in &settings.admin {
                writing.properties(Node::new("admin").with(admin.user.clone()), admin);
            }
        },
    },
    Row {
        spec: Spec::new(
            "security-flags",
            &[],
            "security-flags { lower \"aslr\"; default \"aslr\"; upper \"all\"; }",
            "Security flags of processes in the zone.",
        )
        .system("security-flags")
        .children(specs::<SecurityFlags>),
        read: |settings, reading| {
            let mut block = SecurityFlags::default();
            reading.block(&mut block);
            settings.security_flags = Some(block);
        },
        write: |settings, writing| {
            if let Some(block) = &settings.security_flags {
                writing.block(Node::new("security-flags"), block);
            }
        },
    },
    Row {
        spec: Spec::new(
            "install-args",
            &[any("ARGUMENT", Type::Text(4096))],
            "install-args \"-e\" \"editor/vim\"",
            "Arguments that `zoneadm install` hands to the brand.",
        ),
        read: |settings, reading| settings.install_args = reading.texts(),
        write: |settings, writing| writing.texts("install-args", &settings.install_args),
    },
    Row {
        spec: Spec::new(
            "tags",
            &[any("TAG", Type::Tag)],
            "tags \"web\" \"production\"",
            "Words to find zones by.",
        ),
        read: |settings, reading| settings.tags = reading.texts(),
        write: |settings, writing| writing.texts("tags", &settings.tags),
    },
];
fields!(Settings, SETTINGS);

/// The block of `capped-cpu`.
struct CappedCpu(Option<u64>);

static CAPPED_CPU: &[Row<CappedCpu>] = &[Row {
    spec: Spec::new(
        "ncpus",
        &[one("CPUS", Type::Cpus)],
        "ncpus 1.5",
        "CPUs, down to a hundredth.",
    )
    .required()
    .system("ncpus"),
    read: |block, reading| block.0 = reading.cpus(),
    write: |block, writing| writing.cpus("ncpus", &block.0),
}];
fields!(CappedCpu, CAPPED_CPU);

static DEDICATED_CPU: &[Row<DedicatedCpu>] = &[
    Row {
        spec: Spec::new(
            "ncpus",
            &[one("CPUS", Type::CpuRange)],
            "ncpus \"1-4\"",
            "CPUs, or the least and most of them.",
        )
        .required()
        .system("ncpus"),
        read: |block, reading| block.ncpus = reading.cpu_range().unwrap_or_default(),
        write: |block, writing| writing.text("ncpus", &Some(block.ncpus.clone())),
    },
    plain!(
        importance,
        number,
        Spec::new(
            "importance",
            &[one("NUMBER", Type::Number)],
            "importance 5",
            "Who gets CPUs first when they are few."
        )
        .system("importance")
    ),
];
fields!(DedicatedCpu, DEDICATED_CPU);

static CAPPED_MEMORY: &[Row<CappedMemory>] = &[
    plain!(
        physical,
        size,
        Spec::new(
            "physical",
            &[one("SIZE", Type::Size)],
            "physical \"1G\"",
            "Physical memory."
        )
        .system("physical")
    ),
    plain!(
        swap,
        size,
        Spec::new(
            "swap",
            &[one("SIZE", Type::Size)],
            "swap \"2G\"",
            "Swap space, what is in memory included."
        )
        .system("swap")
    ),
    plain!(
        locked,
        size,
        Spec::new(
            "locked",
            &[one("SIZE", Type::Size)],
            "locked \"512M\"",
            "Locked memory."
        )
        .system("locked")
    ),
];
fields!(CappedMemory, CAPPED_MEMORY);

static RCTL: &[Row<Rctl>] = &[Row {
    spec: Spec::new(
        "value",
        &[],
        "value priv=\"privileged\" limit=10 action=\"deny\"",
        "A value of the resource control.",
    )
    .repeat(Repeat::Any)
    .required()
    .system("value")
    .inline()
    .children(specs::<RctlValue>),
    read: |rctl, reading| {
        let mut block = RctlValue {
            priv_: "privileged".to_owned(),
            ..RctlValue::default()
        };
        reading.block(&mut block);
        rctl.value.push(block);
    },
    write: |rctl, writing| {
        for value in &rctl.value {
            writing.properties(Node::new("value"), value);
        }
    },
}];
fields!(Rctl, RCTL);

static RCTL_VALUE: &[Row<RctlValue>] = &[
    Row {
        spec: Spec::new(
            "priv",
            &[one(
                "LEVEL",
                Type::OneOf(&["privileged", "system", "basic"]),
            )],
            "priv \"privileged\"",
            "The privilege level.",
        )
        .default("\"privileged\"")
        .system("priv"),
        read: |value, reading| value.priv_ = reading.key(),
        write: |value, writing| writing.text("priv", &Some(value.priv_.clone())),
    },
    Row {
        spec: Spec::new(
            "limit",
            &[one("NUMBER", Type::Number)],
            "limit 10",
            "The limit, in the control's unit.",
        )
        .required()
        .system("limit"),
        read: |value, reading| value.limit = reading.number().unwrap_or_default(),
        write: |value, writing| writing.number("limit", &Some(value.limit.clone())),
    },
    Row {
        spec: Spec::new(
            "action",
            &[one("ACTION", Type::OneOf(&["deny", "none"]))],
            "action \"deny\"",
            "What happens at the limit.",
        )
        .required()
        .system("action"),
        read: |value, reading| value.action = reading.key(),
        write: |value, writing| writing.text("action", &Some(value.action.clone())),
    },
];
fields!(RctlValue, RCTL_VALUE);

static FS: &[Row<Fs>] = &[
    Row {
        spec: Spec::new(
            "special",
            &[one("SPECIAL", Type::Text(1023))],
            "special \"/export/data\"",
            "What is mounted.",
        )
        .required()
        .system("special"),
        read: |fs, reading| fs.special = reading.key(),
        write: |fs, writing| writing.text("special", &Some(fs.special.clone())),
    },
    plain!(
        raw,
        text,
        Spec::new(
            "raw",
            &[one("DEVICE", Type::Path)],
            "raw \"/dev/rdsk/c1t0d0s0\"",
            "The device that is checked first."
        )
        .system("raw")
    ),
    Row {
        spec: Spec::new(
            "type",
            &[one("TYPE", Type::Text(15))],
            "type \"lofs\"",
            "The file system type.",
        )
        .required()
        .system("type"),
        read: |fs, reading| fs.fs_type = reading.key(),
        write: |fs, writing| writing.text("type", &Some(fs.fs_type.clone())),
    },
    Row {
        spec: Spec::new(
            "options",
            &[any("OPTION", Type::Text(255))],
            "options \"ro\" \"nodevices\"",
            "Mount options.",
        )
        .system("options"),
        read: |fs, reading| fs.options = reading.texts(),
        write: |fs, writing| writing.texts("options", &fs.options),
    },
];
fields!(Fs, FS);

static DEVICE: &[Row<Device>] = &[Row {
    spec: Spec::new(
        "property",
        &[one("NAME", Type::Text(255)), one("VALUE", Type::Text(255))],
        "property \"model\" \"virtio-blk\"",
        "OmniOS and SmartOS: a property of the device.",
    )
    .repeat(Repeat::Keyed)
    .system("property"),
    read: |device, reading| {
        let value = reading.text_at(1).unwrap_or_default().to_owned();
        device.property.push(Property {
            name: reading.key(),
            value,
        });
    },
    write: |device, writing: &mut Writing| {
        for property in &device.property {
            writing.push(
                Node::new("property")
                    .with(property.name.clone())
                    .with(property.value.clone()),
            );
        }
    },
}];
fields!(Device, DEVICE);

static ATTR: &[Row<Attr>] = &[
    Row {
        spec: Spec::new(
            "type",
            &[one(
                "TYPE",
                Type::OneOf(&["string", "boolean", "int", "uint"]),
            )],
            "type \"string\"",
            "The type of the value.",
        )
        .default("\"string\"")
        .system("type"),
        read: |attr, reading| attr.attr_type = reading.key(),
        write: |attr, writing| writing.text("type", &Some(attr.attr_type.clone())),
    },
    Row {
        spec: Spec::new(
            "value",
            &[one("VALUE", Type::Text(2047))],
            "value \"the web server\"",
            "The value.",
        )
        .required()
        .system("value"),
        read: |attr, reading| attr.value = reading.key(),
        write: |attr, writing| writing.text("value", &Some(attr.value.clone())),
    },
];
fields!(Attr, ATTR);

static ADMIN: &[Row<Admin>] = &[Row {
    spec: Spec::new(
        "auths",
        &[one("AUTHS", Type::Text(255))],
        "auths \"login,manage\"",
        "What the user may do: `login`, `manage`, `clonefrom`, separated by commas.",
    )
    .required()
    .system("auths"),
    read: |admin, reading| admin.auths = reading.key(),
    write: |admin, writing| writing.text("auths", &Some(admin.auths.clone())),
}];
fields!(Admin, ADMIN);

static SECURITY_FLAGS: &[Row<SecurityFlags>] = &[
    plain!(
        lower,
        text,
        Spec::new(
            "lower",
            &[one("FLAGS", Type::Text(1023))],
            "lower \"aslr\"",
            "Flags that processes always have."
        )
        .system("lower")
    ),
    plain!(
        default,
        text,
        Spec::new(
            "default",
            &[one("FLAGS", Type::Text(1023))],
            "default \"aslr\"",
            "Flags that processes get."
        )
        .system("default")
    ),
    plain!(
        upper,
        text,
        Spec::new(
            "upper",
            &[one("FLAGS", Type::Text(1023))],
            "upper \"all\"",
            "Flags that processes can have."
        )
        .system("upper")
    ),
];
fields!(SecurityFlags, SECURITY_FLAGS);
