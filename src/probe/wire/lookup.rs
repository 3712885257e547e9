//! Names to addresses, within a time limit.

use super::error::WireError;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Lookups that may hang at the same time; the system's resolver can't be interrupted.
const MOST_PENDING: usize = 256;

static PENDING: AtomicUsize = AtomicUsize::new(0);

/// The addresses of a host, IPv4 first; addresses written out need no lookup.
pub(super) fn addresses(host: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, WireError> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    if PENDING.fetch_add(1, Ordering::Relaxed) >= MOST_PENDING {
        PENDING.fetch_sub(1, Ordering::Relaxed);
        return Err(WireError::Lookup(format!(
            "{host}: {MOST_PENDING} name lookups hang already"
        )));
    }
    let (sender, receiver) = mpsc::sync_channel(1);
    let name = host.to_owned();
    let started = thread::Builder::new()
        .name("lookup".to_owned())
        .stack_size(256 * 1024)
        .spawn(move || {
            let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
            PENDING.fetch_sub(1, Ordering::Relaxed);
            // Nobody listens any more when the limit has passed.
            let _ = sender.send(found);
        });
    if let Err(error) = started {
        PENDING.fetch_sub(1, Ordering::Relaxed);
        return Err(WireError::NoMeans(format!(
            "{host}: no thread for the name lookup: {error}"
        )));
    }
    match receiver.recv_timeout(limit) {
        Ok(Ok(mut found)) => {
            found.sort_by_key(SocketAddr::is_ipv6);
            if found.is_empty() {
                Err(WireError::Lookup(format!("{host} has no address")))
            } else {
                Ok(found)
            }
        }
        Ok(Err(error)) => Err(WireError::Lookup(format!("{host}: {error}"))),
        Err(_) => Err(WireError::Lookup(format!(
            "{host}: no answer within {:.1} s",
            limit.as_secs_f64()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_need_no_lookup() {
        let limit = Duration::from_millis(1);
        assert_eq!(
            addresses("127.0.0.1", 1, limit).unwrap(),
            [SocketAddr::from(([127, 0, 0, 1], 1))]
        );
        assert!(addresses("::1", 1, limit).unwrap()[0].is_ipv6());
    }

    #[test]
    fn a_name_without_address_is_named() {
        let error = addresses("no-such-host.invalid", 1, Duration::from_secs(5)).unwrap_err();
        assert!(
            matches!(&error, WireError::Lookup(text) if text.contains("no-such-host.invalid")),
            "{error:?}"
        );
    }

    #[test]
    fn localhost_is_ipv4_first() {
        assert!(addresses("localhost", 1, Duration::from_secs(5)).unwrap()[0].is_ipv4());
    }
}
