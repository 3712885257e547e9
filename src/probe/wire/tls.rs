//! TLS towards the servers, 1.2 and later.
//!
//! With a CA configured, that CA alone is trusted: a chain must lead to it, and the host name is checked where the
//! certificate carries any name. Certificates that MySQL makes at its first start carry none, so for them the chain is
//! all there is to check, as the server's own clients do with `VERIFY_CA`. Without a CA the public ones are trusted and
//! the name must fit.

use super::error::{Stage, WireError};
use super::socket::Socket;
use crate::probe::settings::TlsSettings;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    StreamOwned,
};
use std::io;
use std::sync::Arc;
use std::time::Instant;

/// Builds the client's side of TLS from the settings, reading the files they name.
pub(in super::super) fn configure(settings: &TlsSettings) -> Result<Arc<ClientConfig>, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier {
        trust: if settings.skip_verify {
            Trust::Anybody
        } else {
            trust(&settings.ca)?
        },
        provider: Arc::clone(&provider),
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = if settings.cert.is_empty() || settings.skip_verify {
        builder.with_no_client_auth()
    } else {
        let chain = certificates(&settings.cert)?;
        let key = PrivateKeyDer::from_pem_file(&settings.key)
            .map_err(|e| format!("{}: no usable private key: {e}", settings.key))?;
        builder
            .with_client_auth_cert(chain, key)
            .map_err(|e| format!("{} does not fit {}: {e}", settings.key, settings.cert))?
    };
    // Servers need no name to choose a certificate, and keys may be names that are no DNS names.
    config.enable_sni = false;
    Ok(Arc::new(config))
}

fn trust(ca: &str) -> Result<Trust, String> {
    let mut roots = RootCertStore::empty();
    if ca.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        return Ok(Trust::Public(roots));
    }
    for certificate in certificates(ca)? {
        roots
            .add(certificate)
            .map_err(|e| format!("{ca}: no usable CA certificate: {e}"))?;
    }
    Ok(Trust::Configured(roots))
}

fn certificates(path: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let found = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(format!("{path} holds no PEM certificate")),
        Err(error) => Err(format!("{path}: {error}")),
    }
}

/// Puts TLS around a socket and finishes its handshake.
pub(super) fn wrap(
    mut socket: Socket,
    host: &str,
    config: &Arc<ClientConfig>,
) -> Result<Box<StreamOwned<ClientConnection, Socket>>, WireError> {
    let name = ServerName::try_from(host.to_owned()).or_else(|_| ServerName::try_from("invalid"));
    let name = name.map_err(|e| WireError::Tls(format!("{host}: {e}")))?;
    let mut connection = ClientConnection::new(Arc::clone(config), name).map_err(|e| WireError::Tls(e.to_string()))?;
    let began = Instant::now();
    while connection.is_handshaking() {
        connection.complete_io(&mut socket).map_err(|e| describe(&e, began))?;
    }
    Ok(Box::new(StreamOwned::new(connection, socket)))
}

fn describe(error: &io::Error, began: Instant) -> WireError {
    match error.kind() {
        io::ErrorKind::TimedOut => WireError::Silent(Stage::Handshake, began.elapsed()),
        _ => WireError::Tls(format!("TLS handshake: {error}")),
    }
}

#[derive(Debug)]
enum Trust {
    /// No check at all, as asked for.
    Anybody,
    /// Public CAs; the name must fit.
    Public(RootCertStore),
    /// The operator's CA; the name must fit where there is one.
    Configured(RootCertStore),
}

#[derive(Debug)]
struct Verifier {
    trust: Trust,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn check_chain(
        &self,
        roots: &RootCertStore,
        certificate: &ParsedCertificate<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        let algorithms = self.provider.signature_verification_algorithms.all;
        verify_server_cert_signed_by_trust_anchor(certificate, roots, intermediates, now, algorithms)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let (roots, name_needed) = match &self.trust {
            Trust::Anybody => return Ok(ServerCertVerified::assertion()),
            Trust::Public(roots) => (roots, true),
            Trust::Configured(roots) => (roots, false),
        };
        let certificate = ParsedCertificate::try_from(end_entity)?;
        self.check_chain(roots, &certificate, intermediates, now)?;
        match verify_server_name(&certificate, server_name) {
            Err(Error::InvalidCertificate(CertificateError::NotValidForNameContext { presented, .. }))
                if presented.is_empty() && !name_needed => {}
            other => other?,
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match self.trust {
            Trust::Anybody => Ok(HandshakeSignatureValid::assertion()),
            _ => verify_tls12_signature(
                message,
                certificate,
                signature,
                &self.provider.signature_verification_algorithms,
            ),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match self.trust {
            Trust::Anybody => Ok(HandshakeSignatureValid::assertion()),
            _ => verify_tls13_signature(
                message,
                certificate,
                signature,
                &self.provider.signature_verification_algorithms,
            ),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
