//! What a template and a registry entry say of the zone itself.

use illumos::Flavour;
use illumos::zone::config::{
    Admin, Alias, Attr, DedicatedCpu, Device, Fs, IpType, Rctl, SecurityFlags,
};

use super::resources::CappedCpu;
use super::setting::{
    Each, List, Named, OfZone, Parts, Preset, Setting, Single, alias, layers, property, put,
};
use super::{Compare, Repeat, Spec, any, fields, one, several, specs};
use crate::documents::model::{CappedMemory, Settings};
use crate::documents::syntax::tree::Node;
use crate::documents::values::Type;

const COUNT: Type = Type::Integer(0, u64::MAX);

/// A setting that fills one optional field: read and written with the methods of that name, merged by the rule.
macro_rules! plain {
    ($field:ident, $method:ident, $spec:expr, $rule:ty, $zone:expr) => {
        Setting {
            spec: $spec,
            read: |settings, reading| settings.$field = reading.$method(),
            write: |settings, writing| {
                const SPEC: Spec = $spec;
                writing.$method(SPEC.name, &settings.$field);
            },
            layers: layers!($field, $rule),
            zone: $zone,
        }
    };
}

pub(crate) static SETTINGS: &[Setting] = &[
    plain!(
        brand,
        text,
        Spec::new("brand", &[one("BRAND", Type::Word)], "brand \"ipkg\"", "The brand of the zone.").system("brand"),
        Single,
        OfZone::Configuration {
            apply: |settings, config, _| {
                if let Some(brand) = &settings.brand {
                    config.brand.clone_from(brand);
                }
            },
            observe: |found, settings| settings.brand = Some(std::mem::take(&mut found.rest.brand)),
        }
    ),
    plain!(
        zonepath,
        text,
        Spec::new(
            "zonepath",
            &[one("PATH", Type::Path)],
            "zonepath \"/zones/{zone}\"",
            "The zonepath. The default is the path in `config.kdl`.",
        )
        .system("zonepath"),
        Single,
        OfZone::Configuration {
            apply: |settings, config, _| {
                if let Some(zonepath) = &settings.zonepath {
                    config.zonepath.clone_from(zonepath);
                }
            },
            observe: |found, settings| {
                settings.zonepath = Some(std::mem::take(&mut found.rest.zonepath));
            },
        }
    ),
    plain!(
        autoboot,
        flag,
        Spec::new(
            "autoboot",
            &[one("YES", Type::Boolean)],
            "autoboot #true",
            "Whether the zone boots with the host. Such a zone is also booted after it is created.",
        )
        .default("#false")
        .system("autoboot"),
        Preset,
        OfZone::Configuration {
            apply: |settings, config, _| config.autoboot = settings.autoboot.unwrap_or(false),
            observe: |found, settings| settings.autoboot = Some(found.rest.autoboot),
        }
    ),
    Setting {
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
        layers: layers!(ip_type, Preset),
        zone: OfZone::Configuration {
            apply: |settings, config, _| {
                config.ip_type = settings.ip_type.unwrap_or(IpType::Exclusive);
            },
            observe: |found, settings| settings.ip_type = Some(found.rest.ip_type),
        },
    },
    plain!(
        bootargs,
        text,
        Spec::new("bootargs", &[one("ARGUMENTS", Type::Text(255))], "bootargs \"-m verbose\"", "Arguments of each boot.")
            .system("bootargs"),
        Single,
        property!(bootargs)
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
        .system("pool"),
        Single,
        property!(resource_pool, pool)
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
        .compare(Compare::Privileges),
        Single,
        property!(limitpriv)
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
        .system("scheduling-class"),
        Single,
        property!(scheduling_class)
    ),
    plain!(
        hostid,
        text,
        Spec::new("hostid", &[one("ID", Type::HostId)], "hostid \"80f0c086\"", "The host id that the zone sees.")
            .system("hostid"),
        Single,
        property!(hostid)
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
        .compare(Compare::Words),
        Single,
        property!(fs_allowed)
    ),
    plain!(
        cpu_shares,
        integer,
        Spec::new("cpu-shares", &[one("SHARES", COUNT)], "cpu-shares 20", "Shares of the fair share scheduler.")
            .system("cpu-shares"),
        Single,
        alias!(cpu_shares, Alias::CpuShares)
    ),
    Setting {
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
        layers: layers!(capped_cpu, Single),
        zone: alias!(capped_cpu, Alias::CpuCap),
    },
    Setting {
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
        layers: layers!(dedicated_cpu, Single),
        zone: property!(dedicated_cpu),
    },
    Setting {
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
        layers: layers!(capped_memory, Parts),
        zone: OfZone::Configuration {
            apply: |settings, config, flavour| {
                let memory = &settings.capped_memory;
                match flavour {
                    Flavour::Upstream => config.capped_memory_physical = memory.physical,
                    Flavour::Extended => put(config, Alias::Physical, memory.physical),
                }
                put(config, Alias::Swap, memory.swap);
                put(config, Alias::Locked, memory.locked);
            },
            observe: |found, settings| {
                let memory = &mut settings.capped_memory;
                memory.physical = match found.flavour {
                    Flavour::Upstream => found.rest.capped_memory_physical.take(),
                    Flavour::Extended => found.take(Alias::Physical),
                };
                memory.swap = found.take(Alias::Swap);
                memory.locked = found.take(Alias::Locked);
            },
        },
    },
    plain!(
        max_lwps,
        integer,
        Spec::new("max-lwps", &[one("COUNT", Type::Integer(100, u64::MAX))], "max-lwps 1000", "Threads at most.")
            .system("max-lwps"),
        Single,
        alias!(max_lwps, Alias::MaxLwps)
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
        .system("max-processes"),
        Single,
        alias!(max_processes, Alias::MaxProcesses)
    ),
    plain!(
        max_shm_memory,
        size,
        Spec::new("max-shm-memory", &[one("SIZE", Type::Size)], "max-shm-memory \"1G\"", "Shared memory at most.")
            .system("max-shm-memory"),
        Single,
        alias!(max_shm_memory, Alias::MaxShmMemory)
    ),
    plain!(
        max_shm_ids,
        integer,
        Spec::new("max-shm-ids", &[one("COUNT", COUNT)], "max-shm-ids 128", "Shared memory segments at most.")
            .system("max-shm-ids"),
        Single,
        alias!(max_shm_ids, Alias::MaxShmIds)
    ),
    plain!(
        max_msg_ids,
        integer,
        Spec::new("max-msg-ids", &[one("COUNT", COUNT)], "max-msg-ids 128", "Message queues at most.")
            .system("max-msg-ids"),
        Single,
        alias!(max_msg_ids, Alias::MaxMsgIds)
    ),
    plain!(
        max_sem_ids,
        integer,
        Spec::new("max-sem-ids", &[one("COUNT", COUNT)], "max-sem-ids 128", "Semaphore sets at most.")
            .system("max-sem-ids"),
        Single,
        alias!(max_sem_ids, Alias::MaxSemIds)
    ),
    Setting {
        spec: Spec::new(
            "rctl",
            &[one("NAME", Type::Text(255))],
            "rctl \"zone.max-lofi\" { value priv=\"privileged\" limit=10 action=\"deny\"; }",
            "A resource control that no other node covers.",
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
        layers: layers!(rctl, Named),
        zone: OfZone::Configuration {
            // A property above stands for a resource control of the same name.
            apply: |settings, config, _| {
                let named = std::mem::take(&mut config.rctl);
                let own = settings.rctl.iter();
                let own = own.filter(|own| named.iter().all(|named| named.name != own.name));
                config.rctl.extend(own.cloned());
                config.rctl.extend(named);
            },
            observe: |found, settings| settings.rctl = std::mem::take(&mut found.rest.rctl),
        },
    },
    Setting {
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
        layers: layers!(fs, Named),
        zone: property!(fs),
    },
    Setting {
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
        layers: layers!(dataset, Each),
        zone: property!(dataset),
    },
    Setting {
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
        layers: layers!(device, Named),
        zone: property!(device),
    },
    Setting {
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
        layers: layers!(attr, Named),
        zone: property!(attr),
    },
    Setting {
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
        layers: layers!(admin, Named),
        zone: property!(admin),
    },
    Setting {
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
        layers: layers!(security_flags, Parts),
        zone: property!(security_flags),
    },
    Setting {
        spec: Spec::new(
            "install-args",
            &[any("ARGUMENT", Type::Text(4096))],
            "install-args \"-e\" \"editor/vim\"",
            "Arguments that `zoneadm install` hands to the brand.",
        )
        .compare(Compare::InOrder),
        read: |settings, reading| settings.install_args = reading.texts(),
        write: |settings, writing| writing.texts("install-args", &settings.install_args),
        layers: layers!(install_args, List),
        zone: OfZone::Nothing,
    },
    Setting {
        spec: Spec::new(
            "tags",
            &[any("TAG", Type::Tag)],
            "tags \"web\" \"production\"",
            "Words to find zones by.",
        ),
        read: |settings, reading| settings.tags = reading.texts(),
        write: |settings, writing| writing.texts("tags", &settings.tags),
        layers: layers!(tags, Each),
        zone: OfZone::Nothing,
    },
];
fields!(Settings, SETTINGS);
