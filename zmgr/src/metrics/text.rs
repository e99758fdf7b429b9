//! The text formats of metrics.

use std::fmt::Write as _;

use super::{Family, Kind, Number};

/// How metrics are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// The text format of Prometheus
    #[default]
    Prometheus,
    /// The text format of OpenMetrics
    Openmetrics,
    /// A JSON document
    Json,
}

/// The text of the families in a text format: every family once, its samples together, no timestamps, a newline at the end. JSON is not
/// a text format: the caller has a printer for it.
pub(crate) fn render(families: &[Family], format: Format) -> String {
    let open = format == Format::Openmetrics;
    let mut text = String::new();
    for family in families.iter().filter(|family| !family.samples.is_empty()) {
        // A counter's family has the name without _total in OpenMetrics, and only there.
        let name = match family.kind {
            Kind::Counter if open => family.name.trim_end_matches("_total"),
            _ => family.name,
        };
        let kind = match family.kind {
            Kind::Gauge => "gauge",
            Kind::Counter => "counter",
        };
        let _ = writeln!(text, "# HELP {name} {}.", escaped(family.help, open));
        let _ = writeln!(text, "# TYPE {name} {kind}");
        if let Some(unit) = family.unit.word().filter(|_| open) {
            let _ = writeln!(text, "# UNIT {name} {unit}");
        }
        for sample in &family.samples {
            text.push_str(family.name);
            for (index, (label, value)) in sample.labels.iter().enumerate() {
                let before = if index == 0 { '{' } else { ',' };
                let _ = write!(text, "{before}{label}=\"{}\"", escaped(value, true));
            }
            if !sample.labels.is_empty() {
                text.push('}');
            }
            let _ = match sample.value {
                Number::Whole(value) => writeln!(text, " {value}"),
                Number::Real(value) => writeln!(text, " {value}"),
            };
        }
    }
    if open {
        text.push_str("# EOF\n");
    }
    text
}

/// Escapes what would end the line or, if `quotes`, the value of a label.
fn escaped(text: &str, quotes: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '"' if quotes => out.push_str("\\\""),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::Unit;
    use super::*;

    fn families() -> Vec<Family> {
        let mut cpu = Family::new(
            "zmgr_zone_cpu_seconds_total",
            Kind::Counter,
            Unit::Seconds,
            "CPU time",
        );
        cpu.push([("zone", "a\"b\\c\nd"), ("mode", "user")], 1.5);
        cpu.push([("zone", "e"), ("mode", "user")], 2_u64);
        let empty = Family::new("zmgr_nothing", Kind::Gauge, Unit::None, "Nothing");
        let mut pending = Family::new(
            "zmgr_operations_pending",
            Kind::Gauge,
            Unit::None,
            "Pending",
        );
        pending.push([], 0_u64);
        vec![cpu, empty, pending]
    }

    #[test]
    fn prometheus() {
        assert_eq!(
            render(&families(), Format::Prometheus),
            "\
# HELP zmgr_zone_cpu_seconds_total CPU time.
# TYPE zmgr_zone_cpu_seconds_total counter
zmgr_zone_cpu_seconds_total{zone=\"a\\\"b\\\\c\\nd\",mode=\"user\"} 1.5
zmgr_zone_cpu_seconds_total{zone=\"e\",mode=\"user\"} 2
# HELP zmgr_operations_pending Pending.
# TYPE zmgr_operations_pending gauge
zmgr_operations_pending 0
"
        );
    }

    #[test]
    fn openmetrics() {
        let text = render(&families(), Format::Openmetrics);
        assert!(text.starts_with(
            "# HELP zmgr_zone_cpu_seconds CPU time.\n# TYPE zmgr_zone_cpu_seconds counter\n# UNIT zmgr_zone_cpu_seconds seconds\nzmgr_zone_cpu_seconds_total{"
        ));
        assert!(text.ends_with("\nzmgr_operations_pending 0\n# EOF\n"));
    }
}
