//! What the blocks within the settings hold: the resources of zonecfg(8).

use illumos::zone::config::{
    Admin, Attr, DedicatedCpu, Device, Fs, Property, Rctl, RctlValue, SecurityFlags,
};

use super::{Compare, Repeat, Row, Spec, Writing, any, fields, one, plain, specs};
use crate::documents::model::CappedMemory;
use crate::documents::syntax::tree::Node;
use crate::documents::values::Type;

/// The block of `capped-cpu`.
pub(super) struct CappedCpu(pub(super) Option<u64>);

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
            "A number of CPUs, or a range.",
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
            "The importance of the zone when CPUs are scarce."
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
            "Swap space, including what is in memory."
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
            "The file system, directory or device to mount.",
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
    .system("auths")
    .compare(Compare::Words),
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
        .compare(Compare::Flags)
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
        .compare(Compare::Flags)
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
        .compare(Compare::Flags)
    ),
];
fields!(SecurityFlags, SECURITY_FLAGS);
