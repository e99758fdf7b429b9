/// Every code that a failure or a warning may have, and what it means. Sorted.
pub const DIAGNOSTICS: &[(&str, &str)] = &[
    (
        "zmgr::boot::link",
        "A zone cannot boot because a link that it needs is missing, or in use by another zone or the global zone.",
    ),
    (
        "zmgr::boot::protection",
        "A zone cannot boot because protection or allowed-ips of its link is set already.",
    ),
    (
        "zmgr::boot::too_long",
        "A zone cannot boot because the addresses of one of its links take more characters than can be handed over.",
    ),
    (
        "zmgr::completions::shell",
        "There are no completions for that shell.",
    ),
    (
        "zmgr::config::zonepath",
        "The zonepath of config.kdl cannot be filled in.",
    ),
    (
        "zmgr::confirm::declined",
        "The question was not answered with yes; nothing was changed.",
    ),
    (
        "zmgr::confirm::not_a_terminal",
        "A confirmation is needed and there is no terminal to ask on.",
    ),
    (
        "zmgr::create::address",
        "The address that was asked for cannot be given.",
    ),
    (
        "zmgr::create::address_taken",
        "The address that was asked for is in use, reserved or in quarantine.",
    ),
    (
        "zmgr::create::answers",
        "Something on the network answers to the address already.",
    ),
    ("zmgr::create::exists", "There is a zone of that name."),
    ("zmgr::create::link_name", "What should name a link cannot."),
    (
        "zmgr::create::lower_link",
        "The link that VNICs should be made over does not exist, or none can be made over it.",
    ),
    ("zmgr::create::mac_address", "The MAC address is another's."),
    (
        "zmgr::create::mtu",
        "The mtu of a net is more than that of the link below.",
    ),
    ("zmgr::create::net", "The template has no net of that name."),
    (
        "zmgr::create::net_refused",
        "This distribution, brand or ip-type cannot do what the net says.",
    ),
    (
        "zmgr::create::no_free_address",
        "The pool has no free address.",
    ),
    (
        "zmgr::create::refused",
        "zonecfg(8) would refuse the configuration.",
    ),
    (
        "zmgr::create::routers",
        "More than one net would give the zone a default router of one family.",
    ),
    (
        "zmgr::create::stray_document",
        "There is a configuration file of that name in /etc/zones, and no zone.",
    ),
    (
        "zmgr::create::stub",
        "A net names no link that its VNIC could be made over.",
    ),
    (
        "zmgr::create::too_long",
        "The addresses of a net are too long for the property that holds them.",
    ),
    (
        "zmgr::create::vlan",
        "The link below cannot carry the VLAN.",
    ),
    (
        "zmgr::create::zonepath",
        "The zonepath is not usable, or is another zone's.",
    ),
    (
        "zmgr::destroy::not_ours",
        "The zone is not the one that zmgr made; it is left alone.",
    ),
    (
        "zmgr::doc::write",
        "A page of the reference cannot be written.",
    ),
    (
        "zmgr::doctor::another_zone",
        "The zone is not the one that its registry entry was written for.",
    ),
    (
        "zmgr::doctor::bad_configuration",
        "The configuration of a zone cannot be read.",
    ),
    (
        "zmgr::doctor::crashed_save",
        "A process died while it saved a zone's configuration, and left a file in /etc/zones.",
    ),
    (
        "zmgr::doctor::dataset",
        "A dataset that zmgr marked belongs to no zone any more.",
    ),
    ("zmgr::doctor::document", "A document is invalid."),
    (
        "zmgr::doctor::entry_without_zone",
        "The registry has a zone that the host does not have.",
    ),
    (
        "zmgr::doctor::etherstub",
        "Nothing uses an etherstub that zmgr made.",
    ),
    (
        "zmgr::doctor::findings",
        "Something was found that does not belong together.",
    ),
    (
        "zmgr::doctor::index_newline",
        "The zone index does not end in a newline.",
    ),
    (
        "zmgr::doctor::leftover",
        "A document was being written when zmgr died.",
    ),
    (
        "zmgr::doctor::link_protection",
        "A link of a zone that is down has properties set with which it cannot boot.",
    ),
    (
        "zmgr::doctor::no_configuration",
        "The zone index has a zone without a configuration.",
    ),
    ("zmgr::doctor::no_vnic", "A VNIC of a zone does not exist."),
    (
        "zmgr::doctor::stale_lock",
        "A lock file is left that nobody holds.",
    ),
    (
        "zmgr::doctor::stray_configuration",
        "There is a configuration in /etc/zones, and no such zone in the index.",
    ),
    (
        "zmgr::doctor::stuck_zone",
        "A zone is shutting_down, down or incomplete.",
    ),
    (
        "zmgr::doctor::unchecked",
        "Something could not be looked at.",
    ),
    (
        "zmgr::doctor::unsafe_document",
        "Somebody else than root could change a document.",
    ),
    (
        "zmgr::doctor::unsafe_record",
        "Somebody else than root could change the zone index or a configuration.",
    ),
    (
        "zmgr::doctor::unsafe_zonepath",
        "Somebody else than root could reach the files of a zone.",
    ),
    (
        "zmgr::doctor::unsettled",
        "An operation was cut short or left something.",
    ),
    (
        "zmgr::doctor::vnic_differs",
        "A VNIC is not as the registry entry of its zone says.",
    ),
    (
        "zmgr::doctor::vnic_without_zone",
        "No zone and no IP interface has a VNIC.",
    ),
    (
        "zmgr::doctor::zone_without_entry",
        "The registry does not have a zone.",
    ),
    (
        "zmgr::doctor::zones_service",
        "The service that boots zones with the host is disabled.",
    ),
    (
        "zmgr::document::annotation",
        "A value has a type annotation, which documents do not have.",
    ),
    (
        "zmgr::document::bad_name",
        "What should be a name cannot be one.",
    ),
    (
        "zmgr::document::bad_value",
        "A value is of the right type and is not possible here.",
    ),
    (
        "zmgr::document::changed",
        "Somebody else changed the document meanwhile; it is left as it is.",
    ),
    ("zmgr::document::cycle", "Templates extend each other."),
    (
        "zmgr::document::duplicate",
        "Something is there twice that may be there once.",
    ),
    (
        "zmgr::document::exists",
        "There is a document of that name.",
    ),
    (
        "zmgr::document::failed",
        "A document cannot be read or written.",
    ),
    (
        "zmgr::document::in_use",
        "The document is not removed, because something refers to it.",
    ),
    (
        "zmgr::document::invalid",
        "Several problems in documents, which follow.",
    ),
    (
        "zmgr::document::invalid_base",
        "What a template extends is invalid.",
    ),
    (
        "zmgr::document::missing_node",
        "A node has to be there and is not.",
    ),
    (
        "zmgr::document::name_mismatch",
        "The name in the document is not that of its file.",
    ),
    (
        "zmgr::document::no_directory",
        "There is no configuration directory.",
    ),
    (
        "zmgr::document::not_changed",
        "The document is written in a way that cannot be changed in place.",
    ),
    (
        "zmgr::document::not_found",
        "There is no such document, or no such node in it.",
    ),
    (
        "zmgr::document::not_saved",
        "What was edited was invalid, and the document is as it was.",
    ),
    (
        "zmgr::document::not_utf8",
        "The document is not text in UTF-8.",
    ),
    (
        "zmgr::document::out_of_date",
        "Somebody else changed the document meanwhile; it is left as it is.",
    ),
    (
        "zmgr::document::outside_network",
        "An address of a pool is in none of its networks.",
    ),
    ("zmgr::document::overlap", "Two networks of a pool overlap."),
    ("zmgr::document::syntax", "The document is not KDL."),
    ("zmgr::document::too_deep", "Blocks are nested too deep."),
    ("zmgr::document::too_large", "The document is too large."),
    (
        "zmgr::document::unknown_node",
        "There is no node of that name here.",
    ),
    (
        "zmgr::document::unknown_property",
        "There is no property of that name here.",
    ),
    (
        "zmgr::document::unknown_reference",
        "A document names another that is not there.",
    ),
    ("zmgr::document::unreadable", "A document cannot be read."),
    (
        "zmgr::document::wrong_arguments",
        "A node has too few or too many values.",
    ),
    (
        "zmgr::document::wrong_type",
        "A value is of the wrong type.",
    ),
    (
        "zmgr::edit::editor",
        "The editor cannot be started, or failed.",
    ),
    (
        "zmgr::emulation::host",
        "The emulated host cannot be opened.",
    ),
    (
        "zmgr::etherstub::failed",
        "What is known of an etherstub cannot be read or written.",
    ),
    (
        "zmgr::exec::lost",
        "What became of a command in a zone is not known.",
    ),
    ("zmgr::file::exists", "A file that should be made is there."),
    ("zmgr::file::failed", "A file cannot be read or written."),
    ("zmgr::file::no_target", "A symlink leads nowhere."),
    ("zmgr::file::not_found", "A file is not there."),
    (
        "zmgr::file::permission_denied",
        "A file may not be read or written by this user.",
    ),
    (
        "zmgr::file::unsafe_mode",
        "A file could be changed by others, and is not trusted.",
    ),
    (
        "zmgr::file::unsafe_owner",
        "A file belongs to another user, and is not trusted.",
    ),
    (
        "zmgr::host::already_exists",
        "What should be made on the host is there.",
    ),
    ("zmgr::host::busy", "Something of the host is in use."),
    (
        "zmgr::host::configuration",
        "A zone is not what its registry entry and its template say.",
    ),
    ("zmgr::host::failed", "The host answered with an error."),
    (
        "zmgr::host::link_twice",
        "A registered zone and one that is not registered have the same VNIC.",
    ),
    (
        "zmgr::host::lower_link",
        "No VNIC can be made over the link of a pool or uplink, or it cannot carry the VLAN.",
    ),
    (
        "zmgr::host::no_brand",
        "The brand is not installed on this host.",
    ),
    (
        "zmgr::host::no_dataset",
        "The host has no dataset that a zonepath could lie in.",
    ),
    ("zmgr::host::no_link", "The host has no link of that name."),
    (
        "zmgr::host::no_vnic",
        "The host does not have a VNIC that a registry entry names.",
    ),
    (
        "zmgr::host::no_zone",
        "The host does not have a zone that is in the registry.",
    ),
    (
        "zmgr::host::not_found",
        "What should be there on the host is not.",
    ),
    (
        "zmgr::host::out_of_date",
        "Something of the host was changed by somebody else meanwhile.",
    ),
    (
        "zmgr::host::permission_denied",
        "The host does not allow it to this user.",
    ),
    (
        "zmgr::host::plumbed",
        "A zone's VNIC is an IP interface of the global zone.",
    ),
    (
        "zmgr::host::timed_out",
        "A program of the host took too long.",
    ),
    ("zmgr::host::unsupported", "The host cannot do it."),
    (
        "zmgr::import::conflict",
        "A zone is not imported because it conflicts with what is registered.",
    ),
    ("zmgr::import::refused", "A zone cannot be imported."),
    (
        "zmgr::import::registered",
        "The zone is registered already.",
    ),
    ("zmgr::interrupt::failed", "Signals cannot be listened for."),
    ("zmgr::interrupted", "The command was interrupted."),
    (
        "zmgr::journal::failed",
        "The journal cannot be read or written.",
    ),
    ("zmgr::journal::not_found", "There is no such operation."),
    (
        "zmgr::link::changed",
        "A link is not the one that was recorded; it is left alone.",
    ),
    ("zmgr::list::field", "Zones have no such field."),
    ("zmgr::list::filter", "What was given is no filter."),
    ("zmgr::lock::failed", "A lock cannot be taken."),
    ("zmgr::lock::held", "Another zmgr holds the lock."),
    ("zmgr::man::write", "A manual page cannot be written."),
    ("zmgr::net::exists", "The zone has a net of that name."),
    ("zmgr::net::not_found", "The zone has no net of that name."),
    (
        "zmgr::net::resources",
        "The net is kept as the zone's configuration has it and cannot be changed here.",
    ),
    (
        "zmgr::net::vnic",
        "The link cannot be the VNIC of the net, or is not the zone's own.",
    ),
    (
        "zmgr::operation::left",
        "Something could not be undone; the commands that do it are in the message.",
    ),
    (
        "zmgr::operation::several",
        "Several zones failed; each reason follows.",
    ),
    ("zmgr::output::lost", "Standard output cannot be written."),
    (
        "zmgr::plan::warning",
        "What should be known before it begins.",
    ),
    (
        "zmgr::pool::address_outside",
        "An address of a pool is in none of its networks.",
    ),
    (
        "zmgr::pool::address_taken",
        "The address cannot be kept back: somebody has it.",
    ),
    (
        "zmgr::pool::address_twice",
        "An address is in a pool twice.",
    ),
    (
        "zmgr::pool::address_unusable",
        "An address of a pool is no zone's to have.",
    ),
    ("zmgr::pool::changed", "The pool has just been changed."),
    ("zmgr::pool::empty", "A pool gives out no address."),
    ("zmgr::pool::exhausted", "A pool has no free address."),
    (
        "zmgr::pool::gateway_given_out",
        "A pool gives out its own gateway.",
    ),
    (
        "zmgr::pool::gateway_outside",
        "A gateway is in none of the pool's networks.",
    ),
    ("zmgr::pool::gateway_unusable", "A gateway cannot be one."),
    ("zmgr::pool::nearly_full", "A pool is nearly full."),
    (
        "zmgr::pool::network_unusable",
        "A network of a pool has no address to give out.",
    ),
    (
        "zmgr::pool::networks_overlap",
        "Two networks of a pool overlap.",
    ),
    ("zmgr::pool::no_network", "A pool has no network."),
    ("zmgr::pool::not_found", "There is no such pool."),
    (
        "zmgr::pool::not_reserved",
        "The address is neither reserved nor in quarantine.",
    ),
    (
        "zmgr::pool::overlap",
        "Two pools give out the same addresses.",
    ),
    ("zmgr::pool::range_mixed", "A range goes from IPv4 to IPv6."),
    (
        "zmgr::pool::range_outside",
        "A range is in none of the pool's networks.",
    ),
    (
        "zmgr::pool::range_reversed",
        "A range ends before it begins.",
    ),
    (
        "zmgr::pool::ranges_overlap",
        "Two ranges of a pool overlap.",
    ),
    (
        "zmgr::pool::reservation_outside",
        "A reservation is in none of the pool's networks.",
    ),
    ("zmgr::privilege", "The user may not change the host."),
    ("zmgr::publisher::not_found", "There is no such publisher."),
    ("zmgr::recover::running", "The operation is running."),
    ("zmgr::recover::settled", "The operation is settled."),
    (
        "zmgr::recover::unsettled",
        "An earlier operation on the zone was cut short; it is settled first.",
    ),
    (
        "zmgr::released::failed",
        "What says which addresses were released lately cannot be read.",
    ),
    ("zmgr::rename::refused", "Zones are not renamed."),
    ("zmgr::template::not_found", "There is no such template."),
    (
        "zmgr::template::variable",
        "A string of a template cannot be filled in.",
    ),
    ("zmgr::usage", "The command line is wrong."),
    ("zmgr::validate::differs", "Documents and host differ."),
    ("zmgr::validate::invalid", "Documents are invalid."),
    (
        "zmgr::validate::unreadable",
        "What should be checked cannot be read.",
    ),
    (
        "zmgr::wait::timeout",
        "The zones did not come into the state in time.",
    ),
    (
        "zmgr::zone::address_is_gateway",
        "A zone has the address of the gateway.",
    ),
    (
        "zmgr::zone::address_outside_pool",
        "A zone has an address that its pool does not have.",
    ),
    (
        "zmgr::zone::address_twice",
        "Two zones, or two nets of a zone, have the same address.",
    ),
    (
        "zmgr::zone::addresses_too_long",
        "The addresses of a net are too long for the property that holds them.",
    ),
    ("zmgr::zone::brand", "The zone has no brand."),
    ("zmgr::zone::busy", "Something else works on the zone."),
    (
        "zmgr::zone::changed",
        "The zone's configuration is not the one that was recorded; it is left alone.",
    ),
    (
        "zmgr::zone::login",
        "A session in a zone could not be begun or did not end well.",
    ),
    (
        "zmgr::zone::missing",
        "The zone is in the registry and not on the host.",
    ),
    ("zmgr::zone::not_found", "There is no such zone."),
    (
        "zmgr::zone::not_managed",
        "The zone is not in the registry.",
    ),
    (
        "zmgr::zone::root",
        "A file below the zone's root cannot be read or written.",
    ),
    ("zmgr::zone::state", "The zone's state does not allow it."),
    ("zmgr::zone::vnic_twice", "Two zones have the same VNIC."),
    (
        "zmgr::zone::zonepath_twice",
        "Two zones have the same zonepath.",
    ),
];
