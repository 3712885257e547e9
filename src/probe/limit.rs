//! How many descriptors this process may have open.

use std::io;

/// More are not asked for: where the hard limit is unlimited, structures sized by the soft one would be as well.
const AT_MOST: libc::rlim_t = 1 << 20;

/// Raises the soft limit on open descriptors to the hard one, or to 1,048,576 where that is higher. A soft limit beyond
/// that stays. Returns the soft limit before and after.
///
/// # Errors
/// What the system says to reading or setting the limit.
pub fn raise_descriptor_limit() -> io::Result<(u64, u64)> {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the pointer is to a rlimit that lives through the call.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } != 0 {
        return Err(io::Error::last_os_error());
    }
    let before = limit.rlim_cur;
    let after = wanted(before, limit.rlim_max);
    if after > before {
        limit.rlim_cur = after;
        // SAFETY: the pointer is to a rlimit that lives through the call.
        if unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) } != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok((before, after))
}

fn wanted(soft: libc::rlim_t, hard: libc::rlim_t) -> libc::rlim_t {
    soft.max(hard.min(AT_MOST))
}

/// Has the system's allocator give large pieces of memory back as soon as they are free, and keep few pools of it. To be
/// called before the first connection by a process that runs on.
///
/// Every connection of the MySQL crate holds two buffers of 4 MiB, of which it touches little. glibc maps pieces of that
/// size one by one at first; but once one was given back it takes them from pools, where what was touched once stays
/// resident, whoever has it next. With a fixed limit it goes on mapping them.
pub fn keep_memory_small() {
    // SAFETY: the call takes a number and no pointers.
    unsafe {
        libc::prctl(libc::PR_SET_THP_DISABLE, 1, 0, 0, 0);
    }
    #[cfg(target_env = "gnu")]
    // SAFETY: two numbers of the allocator are set; it checks them itself.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 1 << 20);
        libc::mallopt(libc::M_ARENA_MAX, 8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_follows_the_hard_one() {
        for (soft, hard, after) in [
            (1_024, 4_096, 4_096),
            (4_096, 4_096, 4_096),
            (1_024, libc::RLIM_INFINITY, AT_MOST),
            (1_024, AT_MOST + 1, AT_MOST),
            (AT_MOST * 2, libc::RLIM_INFINITY, AT_MOST * 2),
        ] {
            assert_eq!(wanted(soft, hard), after, "{soft} {hard}");
        }
    }

    #[test]
    fn raising_again_changes_nothing() {
        let (before, after) = raise_descriptor_limit().unwrap();
        assert!(after >= before);
        assert_eq!(raise_descriptor_limit().unwrap(), (after, after));
    }
}
