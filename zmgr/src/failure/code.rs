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
        "A zone cannot boot because a link that it needs is missing, or in use by another zone or the global zone.";
    BootProtection = "zmgr::boot::protection",
        "A zone cannot boot because protection or allowed-ips of its link is set already.";
    BootTooLong = "zmgr::boot::too_long",
        "A zone cannot boot because the addresses of one of its links take more characters than can be handed over.";
    CompletionsShell = "zmgr::completions::shell",
        "There are no completions for that shell.";
    ConfigZonepath = "zmgr::config::zonepath",
        "The zonepath of config.kdl cannot be filled in.";
    ConfirmDeclined = "zmgr::confirm::declined",
        "The question was not answered with yes; nothing was changed.";
    ConfirmNotATerminal = "zmgr::confirm::not_a_terminal",
        "A confirmation is needed and there is no terminal to ask on.";
    CreateAddress = "zmgr::create::address",
        "The address that was asked for cannot be given.";
    CreateAddressTaken = "zmgr::create::address_taken",
        "The address that was asked for is in use, reserved or in quarantine.";
    CreateAddressesUnknown = "zmgr::create::addresses_unknown",
        "A zone's addresses are not known, so that no address can be said to be free.";
    CreateAnswers = "zmgr::create::answers",
        "Something on the network answers to the address already.";
    CreateExists = "zmgr::create::exists",
        "There is a zone of that name.";
    CreateInstall = "zmgr::create::install",
        "What a zone needs to be installed is not there, or cannot be handed to zoneadm(8).";
    CreateLinkName = "zmgr::create::link_name",
        "What should name a link cannot.";
    CreateLinkProperty = "zmgr::create::link_property",
        "A link property cannot have this value.";
    CreateLowerLink = "zmgr::create::lower_link",
        "The link that VNICs should be made over does not exist, or none can be made over it.";
    CreateMacAddress = "zmgr::create::mac_address",
        "The MAC address is another's.";
    CreateMtu = "zmgr::create::mtu",
        "The mtu of a net is more than that of the link below.";
    CreateNet = "zmgr::create::net",
        "The template has no net of that name.";
    CreateNetRefused = "zmgr::create::net_refused",
        "This distribution, brand or ip-type cannot do what the net says.";
    CreateNoFreeAddress = "zmgr::create::no_free_address",
        "The pool has no free address.";
    CreateRefused = "zmgr::create::refused",
        "zonecfg(8) would refuse the configuration.";
    CreateRouters = "zmgr::create::routers",
        "More than one net would give the zone a default router of one family.";
    CreateStrayDocument = "zmgr::create::stray_document",
        "There is a configuration file of that name in /etc/zones, and no zone.";
    CreateStub = "zmgr::create::stub",
        "A net names no link that its VNIC could be made over.";
    CreateTooLong = "zmgr::create::too_long",
        "The addresses of a net are too long for the property that holds them.";
    CreateVlan = "zmgr::create::vlan",
        "The link below cannot carry the VLAN.";
    CreateZonepath = "zmgr::create::zonepath",
        "The zonepath is not usable, or is another zone's.";
    DestroyNotOurs = "zmgr::destroy::not_ours",
        "The zone is not the one that zmgr made; it is left alone.";
    DocWrite = "zmgr::doc::write",
        "A page of the reference cannot be written.";
    DoctorAddressTwice = "zmgr::doctor::address_twice",
        "Two zones have one address, registered or not.";
    DoctorAnotherZone = "zmgr::doctor::another_zone",
        "The zone is not the one that its registry entry was written for.";
    DoctorBadConfiguration = "zmgr::doctor::bad_configuration",
        "The configuration of a zone cannot be read.";
    DoctorCrashedSave = "zmgr::doctor::crashed_save",
        "A process died while it saved a zone's configuration, and left a file in /etc/zones.";
    DoctorDataset = "zmgr::doctor::dataset",
        "A dataset that zmgr marked belongs to no zone any more.";
    DoctorDocument = "zmgr::doctor::document",
        "A document is invalid.";
    DoctorEntryWithoutZone = "zmgr::doctor::entry_without_zone",
        "The registry has a zone that the host does not have.";
    DoctorEtherstub = "zmgr::doctor::etherstub",
        "Nothing uses an etherstub that zmgr made.";
    DoctorFindings = "zmgr::doctor::findings",
        "Something was found that does not belong together.";
    DoctorIndexNewline = "zmgr::doctor::index_newline",
        "The zone index does not end in a newline.";
    DoctorLeftover = "zmgr::doctor::leftover",
        "A document was being written when zmgr died.";
    DoctorLinkProtection = "zmgr::doctor::link_protection",
        "A link of a zone that is down has properties set with which it cannot boot.";
    DoctorNoConfiguration = "zmgr::doctor::no_configuration",
        "The zone index has a zone without a configuration.";
    DoctorNoVnic = "zmgr::doctor::no_vnic",
        "A VNIC of a zone does not exist.";
    DoctorPublishers = "zmgr::doctor::publishers",
        "The publishers of a zone stop `pkg update` in the global zone, to which its packages are linked.";
    DoctorStaleLock = "zmgr::doctor::stale_lock",
        "A lock file is left that nobody holds.";
    DoctorStrayConfiguration = "zmgr::doctor::stray_configuration",
        "There is a configuration in /etc/zones, and no such zone in the index.";
    DoctorStuckZone = "zmgr::doctor::stuck_zone",
        "A zone is shutting_down, down or incomplete.";
    DoctorUnchecked = "zmgr::doctor::unchecked",
        "Something could not be looked at.";
    DoctorUnsafeDocument = "zmgr::doctor::unsafe_document",
        "Somebody else than root could change a document.";
    DoctorUnsafeRecord = "zmgr::doctor::unsafe_record",
        "Somebody else than root could change the zone index or a configuration.";
    DoctorUnsafeZonepath = "zmgr::doctor::unsafe_zonepath",
        "Somebody else than root could reach the files of a zone.";
    DoctorUnsettled = "zmgr::doctor::unsettled",
        "An operation was cut short or left something.";
    DoctorVnicDiffers = "zmgr::doctor::vnic_differs",
        "A VNIC is not as the registry entry of its zone says.";
    DoctorVnicWithoutZone = "zmgr::doctor::vnic_without_zone",
        "No zone and no IP interface has a VNIC.";
    DoctorZoneWithoutEntry = "zmgr::doctor::zone_without_entry",
        "The registry does not have a zone.";
    DoctorZonesService = "zmgr::doctor::zones_service",
        "The service that boots zones with the host is disabled.";
    DocumentAnnotation = "zmgr::document::annotation",
        "A value has a type annotation, which documents do not have.";
    DocumentBadName = "zmgr::document::bad_name",
        "What should be a name cannot be one.";
    DocumentBadValue = "zmgr::document::bad_value",
        "A value is of the right type and is not possible here.";
    DocumentChanged = "zmgr::document::changed",
        "Somebody else changed the document meanwhile; it is left as it is.";
    DocumentCycle = "zmgr::document::cycle",
        "Templates extend each other.";
    DocumentDuplicate = "zmgr::document::duplicate",
        "Something is there twice that may be there once.";
    DocumentExists = "zmgr::document::exists",
        "There is a document of that name.";
    DocumentFailed = "zmgr::document::failed",
        "A document cannot be read or written.";
    DocumentInUse = "zmgr::document::in_use",
        "The document is not removed, because something refers to it.";
    DocumentInvalid = "zmgr::document::invalid",
        "Several problems in documents, which follow.";
    DocumentInvalidBase = "zmgr::document::invalid_base",
        "What a template extends is invalid.";
    DocumentMissingNode = "zmgr::document::missing_node",
        "A node has to be there and is not.";
    DocumentNameMismatch = "zmgr::document::name_mismatch",
        "The name in the document is not that of its file.";
    DocumentNoDirectory = "zmgr::document::no_directory",
        "There is no configuration directory.";
    DocumentNotChanged = "zmgr::document::not_changed",
        "The document is written in a way that cannot be changed in place.";
    DocumentNotFound = "zmgr::document::not_found",
        "There is no such document, or no such node in it.";
    DocumentNotSaved = "zmgr::document::not_saved",
        "What was edited was invalid, and the document is as it was.";
    DocumentNotUtf8 = "zmgr::document::not_utf8",
        "The document is not text in UTF-8.";
    DocumentOutsideNetwork = "zmgr::document::outside_network",
        "An address of a pool is in none of its networks.";
    DocumentOverlap = "zmgr::document::overlap",
        "Two networks of a pool overlap.";
    DocumentSyntax = "zmgr::document::syntax",
        "The document is not KDL.";
    DocumentTooDeep = "zmgr::document::too_deep",
        "Blocks are nested too deep.";
    DocumentTooLarge = "zmgr::document::too_large",
        "The document is too large.";
    DocumentUnknownNode = "zmgr::document::unknown_node",
        "There is no node of that name here.";
    DocumentUnknownProperty = "zmgr::document::unknown_property",
        "There is no property of that name here.";
    DocumentUnknownReference = "zmgr::document::unknown_reference",
        "A document names another that is not there.";
    DocumentUnreadable = "zmgr::document::unreadable",
        "A document cannot be read.";
    DocumentWrongArguments = "zmgr::document::wrong_arguments",
        "A node has too few or too many values.";
    DocumentWrongType = "zmgr::document::wrong_type",
        "A value is of the wrong type.";
    EditEditor = "zmgr::edit::editor",
        "The editor cannot be started, or failed.";
    EmulationHost = "zmgr::emulation::host",
        "The emulated host cannot be opened.";
    EtherstubFailed = "zmgr::etherstub::failed",
        "What is known of an etherstub cannot be read or written.";
    ExecLost = "zmgr::exec::lost",
        "What became of a command in a zone is not known.";
    FileExists = "zmgr::file::exists",
        "A file that should be made is there.";
    FileFailed = "zmgr::file::failed",
        "A file cannot be read or written.";
    FileNoTarget = "zmgr::file::no_target",
        "A symlink leads nowhere.";
    FileNotFound = "zmgr::file::not_found",
        "A file is not there.";
    FilePermissionDenied = "zmgr::file::permission_denied",
        "A file may not be read or written by this user.";
    FileUnsafeMode = "zmgr::file::unsafe_mode",
        "A file could be changed by others, and is not trusted.";
    FileUnsafeOwner = "zmgr::file::unsafe_owner",
        "A file belongs to another user, and is not trusted.";
    HostAlreadyExists = "zmgr::host::already_exists",
        "What should be made on the host is there.";
    HostBusy = "zmgr::host::busy",
        "Something of the host is in use.";
    HostConfiguration = "zmgr::host::configuration",
        "A zone is not what its registry entry and its template say.";
    HostFailed = "zmgr::host::failed",
        "The host answered with an error.";
    HostLinkTwice = "zmgr::host::link_twice",
        "A registered zone and one that is not registered have the same VNIC.";
    HostLowerLink = "zmgr::host::lower_link",
        "No VNIC can be made over the link of a pool or uplink, or it cannot carry the VLAN.";
    HostNoBrand = "zmgr::host::no_brand",
        "The brand is not installed on this host.";
    HostNoDataset = "zmgr::host::no_dataset",
        "The host has no dataset that a zonepath could lie in.";
    HostNoLink = "zmgr::host::no_link",
        "The host has no link of that name.";
    HostNoVnic = "zmgr::host::no_vnic",
        "The host does not have a VNIC that a registry entry names.";
    HostNoZone = "zmgr::host::no_zone",
        "The host does not have a zone that is in the registry.";
    HostNotFound = "zmgr::host::not_found",
        "What should be there on the host is not.";
    HostOutOfDate = "zmgr::host::out_of_date",
        "Something of the host was changed by somebody else meanwhile.";
    HostPermissionDenied = "zmgr::host::permission_denied",
        "The host does not allow it to this user.";
    HostPlumbed = "zmgr::host::plumbed",
        "A zone's VNIC is an IP interface of the global zone.";
    HostTimedOut = "zmgr::host::timed_out",
        "A program of the host took too long.";
    HostUnsupported = "zmgr::host::unsupported",
        "The host cannot do it.";
    HostVnicDiffers = "zmgr::host::vnic_differs",
        "A VNIC is over another link or VLAN than the registry entry says, or has another MAC address.";
    ImportConflict = "zmgr::import::conflict",
        "A zone is not imported because it conflicts with what is registered.";
    ImportRefused = "zmgr::import::refused",
        "A zone cannot be imported.";
    ImportRegistered = "zmgr::import::registered",
        "The zone is registered already.";
    InterruptFailed = "zmgr::interrupt::failed",
        "Signals cannot be listened for.";
    Interrupted = "zmgr::interrupted",
        "The command was interrupted.";
    JournalFailed = "zmgr::journal::failed",
        "The journal cannot be read or written.";
    JournalNotFound = "zmgr::journal::not_found",
        "There is no such operation.";
    LinkChanged = "zmgr::link::changed",
        "A link is not the one that was recorded; it is left alone.";
    ListField = "zmgr::list::field",
        "Zones have no such field.";
    ListFilter = "zmgr::list::filter",
        "What was given is no filter.";
    LockFailed = "zmgr::lock::failed",
        "A lock cannot be taken.";
    LockHeld = "zmgr::lock::held",
        "Another zmgr holds the lock.";
    ManWrite = "zmgr::man::write",
        "A manual page cannot be written.";
    MetricsTextfile = "zmgr::metrics::textfile",
        "A monitor would not read that file, or its directory does not exist.";
    NetExists = "zmgr::net::exists",
        "The zone has a net of that name.";
    NetNotFound = "zmgr::net::not_found",
        "The zone has no net of that name.";
    NetResources = "zmgr::net::resources",
        "The net is kept as the zone's configuration has it and cannot be changed here.";
    NetVnic = "zmgr::net::vnic",
        "The link cannot be the VNIC of the net, or is not the zone's own.";
    OperationChanged = "zmgr::operation::changed",
        "The zones changed between the question and the answer; nothing was changed.";
    OperationLeft = "zmgr::operation::left",
        "Something could not be undone; the commands that do it are in the message.";
    OperationSeveral = "zmgr::operation::several",
        "Several zones failed; each reason follows.";
    OutputLost = "zmgr::output::lost",
        "Standard output cannot be written.";
    PlanWarning = "zmgr::plan::warning",
        "What should be known before it begins.";
    PoolAddressOutside = "zmgr::pool::address_outside",
        "An address of a pool is in none of its networks.";
    PoolAddressTaken = "zmgr::pool::address_taken",
        "The address cannot be kept back: somebody has it.";
    PoolAddressTwice = "zmgr::pool::address_twice",
        "An address is in a pool twice.";
    PoolAddressUnusable = "zmgr::pool::address_unusable",
        "An address of a pool is no zone's to have.";
    PoolChanged = "zmgr::pool::changed",
        "The pool has just been changed.";
    PoolEmpty = "zmgr::pool::empty",
        "A pool gives out no address.";
    PoolExhausted = "zmgr::pool::exhausted",
        "A pool has no free address.";
    PoolGatewayGivenOut = "zmgr::pool::gateway_given_out",
        "A pool gives out its own gateway.";
    PoolGatewayOutside = "zmgr::pool::gateway_outside",
        "A gateway is in none of the pool's networks.";
    PoolGatewayUnusable = "zmgr::pool::gateway_unusable",
        "A gateway cannot be one.";
    PoolNearlyFull = "zmgr::pool::nearly_full",
        "A pool is nearly full.";
    PoolNetworkUnusable = "zmgr::pool::network_unusable",
        "A network of a pool has no address to give out.";
    PoolNetworksOverlap = "zmgr::pool::networks_overlap",
        "Two networks of a pool overlap.";
    PoolNoNetwork = "zmgr::pool::no_network",
        "A pool has no network.";
    PoolNotFound = "zmgr::pool::not_found",
        "There is no such pool.";
    PoolNotReserved = "zmgr::pool::not_reserved",
        "The address is neither reserved nor in quarantine.";
    PoolOverlap = "zmgr::pool::overlap",
        "Two pools give out the same addresses.";
    PoolRangeMixed = "zmgr::pool::range_mixed",
        "A range goes from IPv4 to IPv6.";
    PoolRangeOutside = "zmgr::pool::range_outside",
        "A range is in none of the pool's networks.";
    PoolRangeReversed = "zmgr::pool::range_reversed",
        "A range ends before it begins.";
    PoolRangesOverlap = "zmgr::pool::ranges_overlap",
        "Two ranges of a pool overlap.";
    PoolReservationOutside = "zmgr::pool::reservation_outside",
        "A reservation is in none of the pool's networks.";
    Privilege = "zmgr::privilege",
        "The user may not change the host.";
    PublisherLinked = "zmgr::publisher::linked",
        "A zone whose packages are linked to the global zone's cannot have a publisher so: `pkg update` would fail in the global zone.";
    PublisherNotFound = "zmgr::publisher::not_found",
        "There is no such publisher.";
    PublisherNotSet = "zmgr::publisher::not_set",
        "`pkg set-publisher` ended well, and the publishers of the image are others.";
    PublisherUri = "zmgr::publisher::uri",
        "It is not the URI of a repository.";
    RecoverDocuments = "zmgr::recover::documents",
        "The directory of documents that the operation was begun on is gone.";
    RecoverRunning = "zmgr::recover::running",
        "The operation is running.";
    RecoverSetAside = "zmgr::recover::set_aside",
        "The journal of an operation cannot be read and was set aside; what the operation left is not known.";
    RecoverUnsettled = "zmgr::recover::unsettled",
        "An earlier operation on the zone was cut short; it is settled first.";
    ReleasedFailed = "zmgr::released::failed",
        "What says which addresses were released lately cannot be read.";
    RenameRefused = "zmgr::rename::refused",
        "Zones are not renamed.";
    TemplateNotFound = "zmgr::template::not_found",
        "There is no such template.";
    TemplateVariable = "zmgr::template::variable",
        "A string of a template cannot be filled in.";
    Usage = "zmgr::usage",
        "The command line is wrong.";
    ValidateDiffers = "zmgr::validate::differs",
        "Documents and host differ.";
    ValidateInvalid = "zmgr::validate::invalid",
        "Documents are invalid.";
    ValidateUnreadable = "zmgr::validate::unreadable",
        "What should be checked cannot be read.";
    WaitTimeout = "zmgr::wait::timeout",
        "The zones did not come into the state in time.";
    ZoneAddressOutsidePool = "zmgr::zone::address_outside_pool",
        "A zone has an address that its pool does not have.";
    ZoneAddressTwice = "zmgr::zone::address_twice",
        "Two zones, or two nets of a zone, have the same address.";
    ZoneAddressesTooLong = "zmgr::zone::addresses_too_long",
        "The addresses of a net are too long for the property that holds them.";
    ZoneBrand = "zmgr::zone::brand",
        "The zone has no brand.";
    ZoneBusy = "zmgr::zone::busy",
        "Something else works on the zone.";
    ZoneChanged = "zmgr::zone::changed",
        "The zone's configuration is not the one that was recorded; it is left alone.";
    ZoneLogin = "zmgr::zone::login",
        "A session in a zone could not be begun or did not end well.";
    ZoneMissing = "zmgr::zone::missing",
        "The zone is in the registry and not on the host.";
    ZoneNotFound = "zmgr::zone::not_found",
        "There is no such zone.";
    ZoneNotManaged = "zmgr::zone::not_managed",
        "The zone is not in the registry.";
    ZoneRoot = "zmgr::zone::root",
        "A file below the zone's root cannot be read or written.";
    ZoneState = "zmgr::zone::state",
        "The zone's state does not allow it.";
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
