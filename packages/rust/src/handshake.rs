//! Cookie, negotiation and handshake line of go-plugin.

/// The same text as go-plugin's.
pub(crate) const COOKIE_TEXT: &str = "This binary is a plugin. These are not meant to be executed directly.
Please execute the program that consumes these plugins, which will
load any plugins automatically
";

/// A variable of the environment; an empty one counts as absent.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The highest common major. Without one it is the lowest of the plugin: the host then reports the mismatch.
///
/// Entries of PLUGIN_PROTOCOL_VERSIONS that are no numbers are left out, as go-plugin does.
pub(crate) fn choose_major(own: &[u32], offered: Option<&str>) -> u32 {
    let offered: Vec<u32> = offered.unwrap_or("").split(',').filter_map(|entry| entry.trim().parse().ok()).collect();
    let common = own.iter().filter(|major| offered.contains(major)).max();
    *common.or(own.iter().min()).expect("Plugin::serve checks that there is a major")
}

/// The line that tells a host where the plugin listens. No certificate, and no multiplexing.
pub(crate) fn format_line(major: u32, network: &str, address: &str) -> String {
    format!("1|{major}|{network}|{address}|grpc|\n")
}

/// Why a plugin that a host asks for TLS does not start: it must not serve without.
pub(crate) fn refuse_tls(client_certificate: &str) -> String {
    if !client_certificate.contains("-----BEGIN CERTIFICATE-----") {
        return "expected a certificate in PLUGIN_CLIENT_CERT, got none: correct it, or turn AutoMTLS off in the host".into();
    }
    "the host asks for TLS (PLUGIN_CLIENT_CERT), which plugins in Rust do not do yet, neither with P-256 nor with P-521: \
     turn AutoMTLS off in the host"
        .into()
}

#[cfg(test)]
mod tests {
    use super::choose_major;

    #[test]
    fn takes_the_highest_common_major_else_the_lowest() {
        assert_eq!(choose_major(&[1, 2], Some("2,10,1")), 2);
        assert_eq!(choose_major(&[2, 10], Some("2,10")), 10);
        assert_eq!(choose_major(&[2, 1], Some("x,,-1,99999999999")), 1);
        assert_eq!(choose_major(&[2], None), 2);
    }
}
