//! The server's greeting and the client's reply to it.

/// Capability bits of the protocol that this client knows.
pub(super) mod capability {
    pub(in super::super) const LONG_PASSWORD: u32 = 1;
    pub(in super::super) const LONG_FLAG: u32 = 1 << 2;
    pub(in super::super) const PROTOCOL_41: u32 = 1 << 9;
    pub(in super::super) const SSL: u32 = 1 << 11;
    pub(in super::super) const TRANSACTIONS: u32 = 1 << 13;
    pub(in super::super) const SECURE_CONNECTION: u32 = 1 << 15;
    pub(in super::super) const MULTI_STATEMENTS: u32 = 1 << 16;
    pub(in super::super) const MULTI_RESULTS: u32 = 1 << 17;
    pub(in super::super) const PLUGIN_AUTH: u32 = 1 << 19;
    pub(in super::super) const CONNECT_ATTRS: u32 = 1 << 20;
    pub(in super::super) const DEPRECATE_EOF: u32 = 1 << 24;
}

/// Everything wanted where the server offers it. Local files are not: no server may ask for this machine's files.
const WANTED: u32 = capability::LONG_PASSWORD
    | capability::LONG_FLAG
    | capability::PROTOCOL_41
    | capability::TRANSACTIONS
    | capability::SECURE_CONNECTION
    | capability::MULTI_STATEMENTS
    | capability::MULTI_RESULTS
    | capability::PLUGIN_AUTH
    | capability::CONNECT_ATTRS
    | capability::DEPRECATE_EOF;

/// `utf8mb4_general_ci`, known to servers since 5.5.3.
const CHARSET: u8 = 45;

/// The longest greeting taken for one; real ones have about a hundred bytes.
pub(super) const LONGEST: usize = 4096;

/// What a server says first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Greeting {
    /// Version as given by `@@version`, without the `5.5.5-` that MariaDB 10 puts before it.
    pub(super) version: String,
    pub(super) connection_id: u32,
    pub(super) capabilities: u32,
    pub(super) nonce: Vec<u8>,
    pub(super) plugin: String,
}

impl Greeting {
    /// Reads the payload of the first packet; `None` when it is no greeting of protocol version 10.
    pub(super) fn parse(payload: &[u8]) -> Option<Self> {
        let rest = payload.strip_prefix(&[10])?;
        let end = rest.iter().position(|b| *b == 0)?;
        let version = std::str::from_utf8(&rest[..end]).ok()?;
        let rest = &rest[end + 1..];
        let connection_id = u32::from_le_bytes(rest.get(..4)?.try_into().ok()?);
        let mut nonce = rest.get(4..12)?.to_vec();
        let low = u16::from_le_bytes(rest.get(13..15)?.try_into().ok()?);
        let mut capabilities = u32::from(low);
        let mut plugin = String::new();
        if let Some(more) = rest.get(15..) {
            if let Some(high) = more.get(3..5) {
                capabilities |= u32::from(u16::from_le_bytes(high.try_into().ok()?)) << 16;
            }
            let length = usize::from(more.get(5).copied().unwrap_or(0)).saturating_sub(8).max(13);
            let scramble = more.get(16..).unwrap_or(&[]);
            let scramble = &scramble[..scramble.len().min(length)];
            nonce.extend_from_slice(scramble);
            let name = more.get(16 + scramble.len()..).unwrap_or(&[]);
            let name = name.split(|b| *b == 0).next().unwrap_or(&[]);
            plugin = String::from_utf8_lossy(name).into_owned();
        }
        nonce.resize(20, 0);
        let version = version
            .strip_prefix("5.5.5-")
            .filter(|v| v.contains("Maria"))
            .unwrap_or(version)
            .to_owned();
        Some(Self {
            version,
            connection_id,
            capabilities,
            nonce,
            plugin,
        })
    }

    /// Capabilities that both sides have, with TLS if wanted.
    pub(super) fn common(&self, tls: bool) -> u32 {
        self.capabilities & (WANTED | if tls { capability::SSL } else { 0 })
    }
}

/// The request to switch to TLS, which is also the head of the reply.
pub(super) fn reply_head(capabilities: u32, max_packet: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    out.extend_from_slice(&capabilities.to_le_bytes());
    out.extend_from_slice(&u32::try_from(max_packet).unwrap_or(u32::MAX).to_le_bytes());
    out.push(CHARSET);
    out.extend_from_slice(&[0; 23]);
    out
}

/// The reply to a greeting.
pub(super) fn reply(capabilities: u32, max_packet: usize, user: &str, plugin: &str, proof: &[u8]) -> Vec<u8> {
    let mut out = reply_head(capabilities, max_packet);
    out.extend_from_slice(user.as_bytes());
    out.push(0);
    // A proof has 0, 20, 32 or 64 bytes, so its length is one byte in every form of the field.
    out.push(u8::try_from(proof.len()).unwrap_or(0));
    out.extend_from_slice(proof);
    if capabilities & capability::PLUGIN_AUTH != 0 {
        out.extend_from_slice(plugin.as_bytes());
        out.push(0);
    }
    if capabilities & capability::CONNECT_ATTRS != 0 {
        let mut attributes = Vec::new();
        for text in ["program_name", "orchestrator"] {
            attributes.push(u8::try_from(text.len()).unwrap_or(0));
            attributes.extend_from_slice(text.as_bytes());
        }
        out.push(u8::try_from(attributes.len()).unwrap_or(0));
        out.extend_from_slice(&attributes);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greeting(version: &str, plugin: &str) -> Vec<u8> {
        let mut out = vec![10];
        out.extend_from_slice(version.as_bytes());
        out.push(0);
        out.extend_from_slice(&7u32.to_le_bytes());
        out.extend_from_slice(b"12345678\0");
        out.extend_from_slice(&0xffffu16.to_le_bytes());
        out.extend_from_slice(&[33, 2, 0]);
        out.extend_from_slice(&0x000fu16.to_le_bytes());
        out.push(21);
        out.extend_from_slice(&[0; 10]);
        out.extend_from_slice(b"9abcdefghijk\0");
        out.extend_from_slice(plugin.as_bytes());
        out.push(0);
        out
    }

    #[test]
    fn reads_a_greeting() {
        let read = Greeting::parse(&greeting("8.0.33", "caching_sha2_password")).unwrap();
        assert_eq!((read.version.as_str(), read.connection_id), ("8.0.33", 7));
        assert_eq!(read.nonce, b"123456789abcdefghijk");
        assert_eq!(read.plugin, "caching_sha2_password");
        assert_eq!(read.capabilities, 0x000f_ffff);
        assert_eq!(
            Greeting::parse(&greeting("5.5.5-10.11.6-MariaDB", "")).unwrap().version,
            "10.11.6-MariaDB"
        );
        assert_eq!(Greeting::parse(&greeting("5.5.5-m3", "")).unwrap().version, "5.5.5-m3");
    }

    #[test]
    fn refuses_what_is_no_greeting_at_any_length() {
        let whole = greeting("8.0.33", "mysql_native_password");
        for length in 0..whole.len() {
            let read = Greeting::parse(&whole[..length]);
            assert!(length >= 23 || read.is_none(), "{length}");
        }
        assert_eq!(Greeting::parse(b"SSH-2.0-OpenSSH_9.2"), None);
        assert_eq!(Greeting::parse(&[10, 0xff, 0xfe, 0]), None);
    }
}
