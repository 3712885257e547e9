//! Proofs of knowing the password, one per authentication plugin.

use super::error::WireError;
use mysql_common::{crypto, scramble};
use std::panic::catch_unwind;

/// Plugins that prove without further exchange, or with the one of [`encrypted`].
pub(super) const NATIVE: &str = "mysql_native_password";
pub(super) const CACHING_SHA2: &str = "caching_sha2_password";
pub(super) const SHA256: &str = "sha256_password";
const ED25519: &str = "client_ed25519";

/// The first proof for a plugin.
pub(super) fn proof(plugin: &str, password: &str, nonce: &[u8], tls: bool) -> Result<Vec<u8>, WireError> {
    // A zero may follow the nonce, whose length belongs to the plugin.
    let nonce = &nonce[..nonce.len().min(if plugin == ED25519 { 32 } else { 20 })];
    let password = password.as_bytes();
    Ok(match plugin {
        NATIVE | "" => scramble::scramble_native(nonce, password)
            .map(Vec::from)
            .unwrap_or_default(),
        CACHING_SHA2 => scramble::scramble_sha256(nonce, password)
            .map(Vec::from)
            .unwrap_or_default(),
        SHA256 if password.is_empty() => vec![0],
        SHA256 if tls => clear(password),
        // A request for the server's public key.
        SHA256 => vec![1],
        ED25519 => scramble::create_response_for_ed25519(password, nonce).to_vec(),
        other => {
            return Err(WireError::Authentication(format!(
                "the user authenticates by {other}, which is not supported"
            )));
        }
    })
}

/// The password as plugins take it where TLS hides it.
pub(super) fn clear(password: &[u8]) -> Vec<u8> {
    let mut out = password.to_vec();
    out.push(0);
    out
}

/// The password encrypted with the server's public key, for the exchange without TLS.
pub(super) fn encrypted(password: &str, nonce: &[u8], key: &[u8]) -> Result<Vec<u8>, WireError> {
    let mut secret = clear(password.as_bytes());
    let nonce = &nonce[..nonce.len().min(20)];
    for (byte, mask) in secret.iter_mut().zip(nonce.iter().cycle()) {
        *byte ^= mask;
    }
    // The library asserts that the key is well formed; a server may send anything.
    catch_unwind(|| crypto::encrypt(&secret, key))
        .map_err(|_| WireError::Authentication("the server sent no usable public key".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_plugin_has_its_proof() {
        let nonce = b"01234567890123456789";
        for (plugin, tls, length) in [
            (NATIVE, false, 20),
            (CACHING_SHA2, false, 32),
            (SHA256, false, 1),
            (SHA256, true, 3),
            (ED25519, false, 64),
        ] {
            assert_eq!(proof(plugin, "pw", nonce, tls).unwrap().len(), length, "{plugin}");
        }
        assert_eq!(proof(NATIVE, "", nonce, false).unwrap(), b"");
        let error = proof("dialog", "pw", nonce, false).unwrap_err();
        assert!(error.to_string().contains("dialog") && !error.to_string().contains("pw"));
    }

    #[test]
    fn a_bad_key_is_no_panic() {
        assert!(encrypted("pw", b"01234567890123456789", b"rubbish").is_err());
    }
}
