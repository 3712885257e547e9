/* Put before the system's library in a test's child: a wall clock that a file shifts, host names that hang, and death at
   a chosen wait for the disk. FAULT_CLOCK names a file that holds seconds to add to CLOCK_REALTIME; other clocks are left
   alone. Host names that begin with "hang" are looked up for a minute. FAULT_DIES_BEFORE_SYNC and FAULT_DIES_AFTER_SYNC
   hold which of the process's waits for the disk it does not survive, counted from 1. FAULT_SYNCS names a file to which
   a byte is added for each of them. FAULT_HOLDS names a file that is made when the process sends FAULT_HOLDS_TEXT to the
   port FAULT_HOLDS_PORT, and that it waits to be gone: before it sends, or with FAULT_HOLDS_AFTER right afterwards; with FAULT_HOLDS_DIES it dies then. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long shift(void) {
    const char *name = getenv("FAULT_CLOCK");
    char text[32] = {0};
    if (!name) return 0;
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    return length > 0 ? atol(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += shift();
    return result;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec exact;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (out) *out = exact.tv_sec;
    return exact.tv_sec;
}

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");
    if (host && strncmp(host, "hang", 4) == 0) {
        sleep(60);
        return EAI_AGAIN;
    }
    return real(host, service, hints, found);
}

static atomic_long syncs;

static void dies_at(const char *name, long sync) {
    const char *chosen = getenv(name);
    if (chosen && atol(chosen) == sync) kill(getpid(), SIGKILL);
}

static int synced(long call, int file) {
    long sync = atomic_fetch_add(&syncs, 1) + 1;
    const char *counted = getenv("FAULT_SYNCS");
    int count = counted ? open(counted, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (count >= 0) {
        if (write(count, "+", 1) < 0) abort();
        close(count);
    }
    dies_at("FAULT_DIES_BEFORE_SYNC", sync);
    int result = (int)syscall(call, file);
    dies_at("FAULT_DIES_AFTER_SYNC", sync);
    return result;
}

int fsync(int file) { return synced(SYS_fsync, file); }

int fdatasync(int file) { return synced(SYS_fdatasync, file); }

static int is_held(int peer, const void *bytes, size_t length) {
    const char *text = getenv("FAULT_HOLDS_TEXT"), *port = getenv("FAULT_HOLDS_PORT");
    struct sockaddr_in address = {0};
    socklen_t size = sizeof address;
    if (!getenv("FAULT_HOLDS") || !text || !port || !memmem(bytes, length, text, strlen(text))) return 0;
    return getpeername(peer, (struct sockaddr *)&address, &size) == 0 && ntohs(address.sin_port) == atoi(port);
}

static void hold(void) {
    static atomic_int held;
    const char *name = getenv("FAULT_HOLDS");
    if (atomic_fetch_add(&held, 1) > 0) return;
    close(open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    while (access(name, F_OK) == 0) usleep(5000);
    if (getenv("FAULT_HOLDS_DIES")) kill(getpid(), SIGKILL);
}

ssize_t send(int peer, const void *bytes, size_t length, int flags) {
    int held = is_held(peer, bytes, length), after = getenv("FAULT_HOLDS_AFTER") != NULL;
    if (held && !after) hold();
    ssize_t sent = syscall(SYS_sendto, peer, bytes, length, flags, NULL, 0);
    if (held && after) hold();
    return sent;
}
