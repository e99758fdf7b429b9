//! The stable codes of failures and warnings, and what each means.

/// Declares the codes: the enum, its names for programs, and the sentences of the reference come from one list.
macro_rules! codes {
    ($($variant:ident = $name:literal, $meaning:literal;)*) => {
        /// What kind of failure or warning it is. Programs rely on the names: one that has been released is never changed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $meaning] $variant,)*
        }

        impl Code {
            /// Every code, sorted by its name.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name that programs see: `zmgr::create::no_free_address`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What it means, in one sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$variant => $meaning,)*
                }
            }
        }
    };
}

codes! {
    ApplyRefused = "zmgr::apply::refused",
        "The entry of a zone says something that an existing zone cannot become.";
    BootLink = "zmgr::boot::link",
        "A zone cannot boot because a link that it needs does not exist, or is in use by another zone or the global zone.";
    BootProtection = "zmgr::boot::protection",
        "A zone cannot boot because protection or allowed-ips is already set on its link.";
    BootTooLong = "zmgr::boot::too_long",
        "A zone cannot boot because the addresses of one of its links are longer than the link property that carries them.";
    CompletionsShell = "zmgr::completions::shell",
        "zmgr has no completions for that shell.";
    ConfigZonepath = "zmgr::config::zonepath",
        "The zonepath in config.kdl has a variable that cannot be replaced.";
    ConfirmDeclined = "zmgr::confirm::declined",
        "The question was not answered yes; nothing was changed.";
    ConfirmNotATerminal = "zmgr::confirm::not_a_terminal",
        "The command needs a confirmation, and standard input is not a terminal.";
    CreateAddress = "zmgr::create::address",
        "The requested address cannot be assigned.";
    CreateAddressTaken = "zmgr::create::address_taken",
        "The requested address is in use, reserved or in quarantine.";
    CreateAddressesUnknown = "zmgr::create::addresses_unknown",
        "The addresses of a zone cannot be read, so zmgr cannot tell which addresses are free.";
    CreateAnswers = "zmgr::create::answers",
        "Another host on the network already uses the address.";
    CreateExists = "zmgr::create::exists",
        "A zone of that name exists.";
    CreateInstall = "zmgr::create::install",
        "Something that the installation of a zone needs is missing, or cannot be passed to zoneadm(8).";
    CreateLinkName = "zmgr::create::link_name",
        "The name is not a valid link name.";
    CreateLinkProperty = "zmgr::create::link_property",
        "The value is not valid for the link property.";
    CreateLowerLink = "zmgr::create::lower_link",
        "The lower link of a VNIC does not exist, or VNICs cannot be created over it.";
    CreateMacAddress = "zmgr::create::mac_address",
        "The MAC address is already in use.";
    CreateMtu = "zmgr::create::mtu",
        "The mtu of a net is larger than that of its lower link.";
    CreateNet = "zmgr::create::net",
        "The template has no net of that name.";
    CreateNetRefused = "zmgr::create::net_refused",
        "This distribution, brand or ip-type does not support a setting of the net.";
    CreateNoFreeAddress = "zmgr::create::no_free_address",
        "The pool has no free address.";
    CreateRefused = "zmgr::create::refused",
        "zonecfg(8) would refuse the configuration.";
    CreateRouters = "zmgr::create::routers",
        "More than one net would give the zone a default router of one family.";
    CreateStrayDocument = "zmgr::create::stray_document",
        "/etc/zones has a configuration of that name, but there is no such zone.";
    CreateStub = "zmgr::create::stub",
        "Neither the net nor its pool names a lower link for the VNIC.";
    CreateTooLong = "zmgr::create::too_long",
        "The addresses of a net are too long for the property that holds them.";
    CreateVlan = "zmgr::create::vlan",
        "The lower link cannot carry the VLAN.";
    CreateZonepath = "zmgr::create::zonepath",
        "The zonepath is not usable, or overlaps that of another zone.";
    DestroyNotOurs = "zmgr::destroy::not_ours",
        "The zone is not the one that zmgr created; it was not changed.";
    DocWrite = "zmgr::doc::write",
        "A page of the reference cannot be written.";
    DoctorAddressTwice = "zmgr::doctor::address_twice",
        "Two zones, registered or not, have the same address.";
    DoctorAnotherZone = "zmgr::doctor::another_zone",
        "The zone is not the one that its registry entry was written for.";
    DoctorBadConfiguration = "zmgr::doctor::bad_configuration",
        "The configuration of a zone cannot be read.";
    DoctorCrashedSave = "zmgr::doctor::crashed_save",
        "A process died while saving a zone's configuration and left a file in /etc/zones.";
    DoctorDataset = "zmgr::doctor::dataset",
        "A dataset that zmgr marked no longer belongs to a zone.";
    DoctorDocument = "zmgr::doctor::document",
        "A document is invalid.";
    DoctorEntryWithoutZone = "zmgr::doctor::entry_without_zone",
        "A zone in the registry does not exist on the host.";
    DoctorEtherstub = "zmgr::doctor::etherstub",
        "An etherstub that zmgr created is unused.";
    DoctorFindings = "zmgr::doctor::findings",
        "Problems were found on the host.";
    DoctorIndexNewline = "zmgr::doctor::index_newline",
        "The zone index does not end in a newline.";
    DoctorLeftover = "zmgr::doctor::leftover",
        "zmgr died while writing a document and left a temporary file.";
    DoctorLinkProtection = "zmgr::doctor::link_protection",
        "A link of a halted zone has properties set that keep the zone from booting.";
    DoctorNoConfiguration = "zmgr::doctor::no_configuration",
        "A zone in the zone index has no configuration.";
    DoctorNoVnic = "zmgr::doctor::no_vnic",
        "A VNIC of a zone does not exist.";
    DoctorPublishers = "zmgr::doctor::publishers",
        "`pkg update` fails in the global zone because of the publishers of a linked zone.";
    DoctorStaleLock = "zmgr::doctor::stale_lock",
        "A lock file is left over; no process holds it.";
    DoctorStrayConfiguration = "zmgr::doctor::stray_configuration",
        "A configuration in /etc/zones has no zone in the index.";
    DoctorStuckZone = "zmgr::doctor::stuck_zone",
        "A zone is shutting_down, down or incomplete.";
    DoctorUnchecked = "zmgr::doctor::unchecked",
        "Something could not be checked.";
    DoctorUnsafeDocument = "zmgr::doctor::unsafe_document",
        "Someone other than root can write to a document.";
    DoctorUnsafeRecord = "zmgr::doctor::unsafe_record",
        "Someone other than root can write to the zone index or a configuration.";
    DoctorUnsafeZonepath = "zmgr::doctor::unsafe_zonepath",
        "Someone other than root can reach the files of a zone.";
    DoctorUnsettled = "zmgr::doctor::unsettled",
        "An operation is unfinished.";
    DoctorVnicDiffers = "zmgr::doctor::vnic_differs",
        "A VNIC differs from the registry entry of its zone.";
    DoctorVnicWithoutZone = "zmgr::doctor::vnic_without_zone",
        "A VNIC belongs to no zone and no IP interface.";
    DoctorZoneWithoutEntry = "zmgr::doctor::zone_without_entry",
        "A zone is not in the registry.";
    DoctorZonesService = "zmgr::doctor::zones_service",
        "The service that boots zones with the host is disabled.";
    DocumentAnnotation = "zmgr::document::annotation",
        "A value has a type annotation; documents cannot have them.";
    DocumentBadName = "zmgr::document::bad_name",
        "The name is not valid.";
    DocumentBadValue = "zmgr::document::bad_value",
        "A value has the right type but is not allowed here.";
    DocumentChanged = "zmgr::document::changed",
        "Someone else changed the document in the meantime; it was not overwritten.";
    DocumentCycle = "zmgr::document::cycle",
        "Templates extend each other in a cycle.";
    DocumentDuplicate = "zmgr::document::duplicate",
        "Something that may occur once occurs twice.";
    DocumentExists = "zmgr::document::exists",
        "A document of that name exists.";
    DocumentFailed = "zmgr::document::failed",
        "A document cannot be read or written.";
    DocumentInUse = "zmgr::document::in_use",
        "The document was not removed, because something refers to it.";
    DocumentInvalid = "zmgr::document::invalid",
        "Documents have several problems; each is listed.";
    DocumentInvalidBase = "zmgr::document::invalid_base",
        "A template extends an invalid template.";
    DocumentMissingNode = "zmgr::document::missing_node",
        "A required node is missing.";
    DocumentNameMismatch = "zmgr::document::name_mismatch",
        "The name in the document is not the name of its file.";
    DocumentNoDirectory = "zmgr::document::no_directory",
        "The configuration directory does not exist.";
    DocumentNotChanged = "zmgr::document::not_changed",
        "The document is written in a way that zmgr cannot edit in place.";
    DocumentNotFound = "zmgr::document::not_found",
        "The document, or the node in it, does not exist.";
    DocumentNotSaved = "zmgr::document::not_saved",
        "The edited text was invalid; the document was not changed.";
    DocumentNotUtf8 = "zmgr::document::not_utf8",
        "The document is not text in UTF-8.";
    DocumentOutsideNetwork = "zmgr::document::outside_network",
        "An address of a pool is outside its networks.";
    DocumentOverlap = "zmgr::document::overlap",
        "Two networks of a pool overlap.";
    DocumentSyntax = "zmgr::document::syntax",
        "The document is not KDL.";
    DocumentTooDeep = "zmgr::document::too_deep",
        "Blocks are nested too deeply.";
    DocumentTooLarge = "zmgr::document::too_large",
        "The document is too large.";
    DocumentUnknownNode = "zmgr::document::unknown_node",
        "The document has a node that does not exist here.";
    DocumentUnknownProperty = "zmgr::document::unknown_property",
        "A node has a property that does not exist here.";
    DocumentUnknownReference = "zmgr::document::unknown_reference",
        "A document refers to another that does not exist.";
    DocumentUnreadable = "zmgr::document::unreadable",
        "A document cannot be read.";
    DocumentWrongArguments = "zmgr::document::wrong_arguments",
        "A node has too few or too many values.";
    DocumentWrongType = "zmgr::document::wrong_type",
        "A value has the wrong type.";
    EditEditor = "zmgr::edit::editor",
        "The editor cannot be started, or failed.";
    EmulationHost = "zmgr::emulation::host",
        "The emulated host cannot be opened.";
    EtherstubFailed = "zmgr::etherstub::failed",
        "The record of an etherstub cannot be read or written.";
    ExecLost = "zmgr::exec::lost",
        "The outcome of a command in a zone is unknown.";
    FileExists = "zmgr::file::exists",
        "A file that zmgr wants to create already exists.";
    FileFailed = "zmgr::file::failed",
        "A file cannot be read or written.";
    FileNoTarget = "zmgr::file::no_target",
        "The target of a symlink does not exist.";
    FileNotFound = "zmgr::file::not_found",
        "A file does not exist.";
    FilePermissionDenied = "zmgr::file::permission_denied",
        "This user may not read or write a file.";
    FileUnsafeMode = "zmgr::file::unsafe_mode",
        "A file is not trusted because other users can write to it.";
    FileUnsafeOwner = "zmgr::file::unsafe_owner",
        "A file is not trusted because it belongs to another user.";
    HostAlreadyExists = "zmgr::host::already_exists",
        "Something that zmgr wants to create on the host already exists.";
    HostBusy = "zmgr::host::busy",
        "Something on the host is in use.";
    HostConfiguration = "zmgr::host::configuration",
        "A zone differs from its registry entry and its template.";
    HostFailed = "zmgr::host::failed",
        "The host returned an error.";
    HostLinkTwice = "zmgr::host::link_twice",
        "A registered zone and an unregistered zone have the same VNIC.";
    HostLowerLink = "zmgr::host::lower_link",
        "VNICs cannot be created over the link of a pool or uplink, or the link cannot carry the VLAN.";
    HostNoBrand = "zmgr::host::no_brand",
        "The brand is not installed on this host.";
    HostNoDataset = "zmgr::host::no_dataset",
        "The host has no dataset for the zonepath.";
    HostNoLink = "zmgr::host::no_link",
        "The host has no link of that name.";
    HostNoVnic = "zmgr::host::no_vnic",
        "A VNIC that a registry entry names does not exist on the host.";
    HostNoZone = "zmgr::host::no_zone",
        "A zone in the registry does not exist on the host.";
    HostNotFound = "zmgr::host::not_found",
        "Something that zmgr expects on the host does not exist.";
    HostOutOfDate = "zmgr::host::out_of_date",
        "Someone else changed the host in the meantime.";
    HostPermissionDenied = "zmgr::host::permission_denied",
        "This user lacks the privilege on the host.";
    HostPlumbed = "zmgr::host::plumbed",
        "A zone's VNIC is an IP interface of the global zone.";
    HostTimedOut = "zmgr::host::timed_out",
        "A program on the host took too long.";
    HostUnsupported = "zmgr::host::unsupported",
        "The host does not support the operation.";
    HostVnicDiffers = "zmgr::host::vnic_differs",
        "A VNIC is over another link or VLAN than the registry entry says, or has another MAC address.";
    ImportConflict = "zmgr::import::conflict",
        "A zone was not imported because it conflicts with a registered zone.";
    ImportRefused = "zmgr::import::refused",
        "A zone cannot be imported.";
    ImportRegistered = "zmgr::import::registered",
        "The zone is already registered.";
    InterruptFailed = "zmgr::interrupt::failed",
        "zmgr cannot install its signal handlers.";
    Interrupted = "zmgr::interrupted",
        "The command was interrupted.";
    JournalFailed = "zmgr::journal::failed",
        "The journal cannot be read or written.";
    JournalNotFound = "zmgr::journal::not_found",
        "The operation does not exist.";
    LinkChanged = "zmgr::link::changed",
        "A link is not the one that was recorded; it was not changed.";
    ListField = "zmgr::list::field",
        "Zones have no such field.";
    ListFilter = "zmgr::list::filter",
        "The argument is not a filter.";
    LockFailed = "zmgr::lock::failed",
        "A lock cannot be taken.";
    LockHeld = "zmgr::lock::held",
        "Another zmgr process holds the lock.";
    ManWrite = "zmgr::man::write",
        "A manual page cannot be written.";
    MetricsTextfile = "zmgr::metrics::textfile",
        "A metrics collector would not read that file, or its directory does not exist.";
    NetExists = "zmgr::net::exists",
        "The zone has a net of that name.";
    NetNotFound = "zmgr::net::not_found",
        "The zone has no net of that name.";
    NetResources = "zmgr::net::resources",
        "zmgr keeps this net exactly as it is in the zone's configuration, and cannot change it.";
    NetVnic = "zmgr::net::vnic",
        "The link cannot be the VNIC of the net, or belongs to something else.";
    OperationChanged = "zmgr::operation::changed",
        "The zones changed between the question and the answer; nothing was changed.";
    OperationLeft = "zmgr::operation::left",
        "Something could not be undone; the message has the commands for it.";
    OperationSeveral = "zmgr::operation::several",
        "Several zones failed; each reason follows.";
    OutputLost = "zmgr::output::lost",
        "Standard output cannot be written.";
    PlanWarning = "zmgr::plan::warning",
        "A warning about what an operation will do.";
    PoolAddressOutside = "zmgr::pool::address_outside",
        "An address of a pool is outside its networks.";
    PoolAddressTaken = "zmgr::pool::address_taken",
        "The address cannot be reserved because it is in use.";
    PoolAddressTwice = "zmgr::pool::address_twice",
        "A pool has the same address twice.";
    PoolAddressUnusable = "zmgr::pool::address_unusable",
        "A pool has an address that a zone cannot use.";
    PoolChanged = "zmgr::pool::changed",
        "The pool has just been changed.";
    PoolEmpty = "zmgr::pool::empty",
        "A pool has no addresses for zones.";
    PoolExhausted = "zmgr::pool::exhausted",
        "A pool has no free address.";
    PoolGatewayGivenOut = "zmgr::pool::gateway_given_out",
        "A pool would give its gateway to a zone.";
    PoolGatewayOutside = "zmgr::pool::gateway_outside",
        "A gateway is outside the networks of its pool.";
    PoolGatewayUnusable = "zmgr::pool::gateway_unusable",
        "The address cannot be a gateway.";
    PoolNearlyFull = "zmgr::pool::nearly_full",
        "A pool is nearly full.";
    PoolNetworkUnusable = "zmgr::pool::network_unusable",
        "A network of a pool has no address that a zone can use.";
    PoolNetworksOverlap = "zmgr::pool::networks_overlap",
        "Two networks of a pool overlap.";
    PoolNoNetwork = "zmgr::pool::no_network",
        "A pool has no network.";
    PoolNotFound = "zmgr::pool::not_found",
        "The pool does not exist.";
    PoolNotReserved = "zmgr::pool::not_reserved",
        "The address is neither reserved nor in quarantine.";
    PoolOverlap = "zmgr::pool::overlap",
        "Two pools contain the same addresses.";
    PoolRangeMixed = "zmgr::pool::range_mixed",
        "A range mixes IPv4 and IPv6 addresses.";
    PoolRangeOutside = "zmgr::pool::range_outside",
        "A range is outside the networks of its pool.";
    PoolRangeReversed = "zmgr::pool::range_reversed",
        "The last address of a range is before the first.";
    PoolRangesOverlap = "zmgr::pool::ranges_overlap",
        "Two ranges of a pool overlap.";
    PoolReservationOutside = "zmgr::pool::reservation_outside",
        "A reservation is outside the networks of its pool.";
    Privilege = "zmgr::privilege",
        "The command needs privileges that this user does not have.";
    PublisherLinked = "zmgr::publisher::linked",
        "A linked zone cannot have these publisher settings, because `pkg update` would fail in the global zone.";
    PublisherNotFound = "zmgr::publisher::not_found",
        "The publisher does not exist.";
    PublisherNotSet = "zmgr::publisher::not_set",
        "`pkg set-publisher` succeeded, but the image does not have the publishers that were set.";
    PublisherUri = "zmgr::publisher::uri",
        "The text is not the URI of a repository.";
    RecoverDocuments = "zmgr::recover::documents",
        "The configuration directory that the operation used no longer exists.";
    RecoverRunning = "zmgr::recover::running",
        "The operation is running.";
    RecoverSetAside = "zmgr::recover::set_aside",
        "The journal of an operation could not be read and was set aside; what the operation left behind is unknown.";
    RecoverUnsettled = "zmgr::recover::unsettled",
        "An earlier operation on the zone is unfinished; run `zmgr recover` first.";
    ReleasedFailed = "zmgr::released::failed",
        "The record of recently released addresses cannot be read.";
    RenameRefused = "zmgr::rename::refused",
        "zmgr does not rename zones.";
    TemplateNotFound = "zmgr::template::not_found",
        "The template does not exist.";
    TemplateVariable = "zmgr::template::variable",
        "A string in a template has a variable that cannot be replaced.";
    Usage = "zmgr::usage",
        "The command line is wrong.";
    ValidateDiffers = "zmgr::validate::differs",
        "The host differs from the documents.";
    ValidateInvalid = "zmgr::validate::invalid",
        "Documents are invalid.";
    ValidateUnreadable = "zmgr::validate::unreadable",
        "Something that should be checked cannot be read.";
    WaitTimeout = "zmgr::wait::timeout",
        "The zones did not reach the state in time.";
    ZoneAddressOutsidePool = "zmgr::zone::address_outside_pool",
        "A zone has an address that is not in its pool.";
    ZoneAddressTwice = "zmgr::zone::address_twice",
        "Two zones, or two nets of a zone, have the same address.";
    ZoneAddressesTooLong = "zmgr::zone::addresses_too_long",
        "The addresses of a net are too long for the property that holds them.";
    ZoneBrand = "zmgr::zone::brand",
        "The zone has no brand.";
    ZoneBusy = "zmgr::zone::busy",
        "Another process is working on the zone.";
    ZoneChanged = "zmgr::zone::changed",
        "The zone's configuration is not the one that was recorded; it was not changed.";
    ZoneLogin = "zmgr::zone::login",
        "A session in a zone could not be started, or failed.";
    ZoneMissing = "zmgr::zone::missing",
        "The zone is in the registry but not on the host.";
    ZoneNotFound = "zmgr::zone::not_found",
        "The zone does not exist.";
    ZoneNotManaged = "zmgr::zone::not_managed",
        "The zone is not in the registry.";
    ZoneRoot = "zmgr::zone::root",
        "A file below the root of a zone cannot be read or written.";
    ZoneState = "zmgr::zone::state",
        "The zone is in the wrong state for the command.";
    ZoneVnicTwice = "zmgr::zone::vnic_twice",
        "Two zones have the same VNIC.";
    ZoneZonepathTwice = "zmgr::zone::zonepath_twice",
        "Two zones have the same zonepath.";
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_unique() {
        assert!(Code::ALL.is_sorted_by(|a, b| a.as_str() < b.as_str()));
    }

    #[test]
    fn a_variant_is_named_after_its_code() {
        for code in Code::ALL {
            let camel: String = code
                .as_str()
                .trim_start_matches("zmgr::")
                .split(['_', ':'])
                .filter(|word| !word.is_empty())
                .map(|word| word[..1].to_uppercase() + &word[1..])
                .collect();
            assert_eq!(camel, format!("{code:?}"));
        }
    }
}
