//! TLS towards the servers, 1.2 and later.
//!
//! With a CA configured a chain must lead to it or to a public one, and the host name is checked where the certificate
//! carries any name. Certificates that MySQL makes at its first start carry none, so for them the chain is all there is
//! to check, as the server's own clients do with `VERIFY_CA`. Without a CA the name must fit.

use super::error::WireError;
use crate::probe::settings::TlsSettings;
use mysql::{ClientIdentity, SslOpts};
use std::fs::File;
use std::path::PathBuf;

/// The client's side of TLS.
#[derive(Clone, Debug)]
pub struct Tls {
    /// What to try first.
    pub(super) options: SslOpts,
    /// Whether that looks at the host's name.
    pub(super) checks_name: bool,
    /// What to try with a certificate that is good but carries no name.
    pub(super) nameless: Option<SslOpts>,
}

impl Tls {
    /// TLS by the settings. The files are read again for each connection, so that renewed ones are taken up.
    ///
    /// # Errors
    /// A text that names the file that can't be read.
    pub fn new(settings: &TlsSettings) -> Result<Self, String> {
        let mut options = SslOpts::default();
        if settings.skip_verify {
            let options = options
                .with_danger_accept_invalid_certs(true)
                .with_danger_skip_domain_validation(true);
            return Ok(Self {
                options,
                checks_name: false,
                nameless: None,
            });
        }
        if !settings.cert.is_empty() {
            let identity = ClientIdentity::new(readable(&settings.cert)?, readable(&settings.key)?);
            options = options.with_client_identity(Some(identity));
        }
        if settings.ca.is_empty() {
            return Ok(Self {
                options,
                checks_name: true,
                nameless: None,
            });
        }
        let options = options.with_root_cert_path(Some(readable(&settings.ca)?));
        let nameless = options.clone().with_danger_skip_domain_validation(true);
        Ok(Self {
            options,
            checks_name: true,
            nameless: Some(nameless),
        })
    }
}

/// Whether the certificate was good but for having no name at all.
pub(super) fn is_nameless(error: &WireError) -> bool {
    matches!(error, WireError::Tls(text) if text.contains("not valid for any names"))
}

fn readable(path: &str) -> Result<PathBuf, String> {
    File::open(path).map_err(|error| format!("{path}: {error}"))?;
    Ok(PathBuf::from(path))
}
