# shellcheck shell=bash
# Paths, messages, waiting and process identity shared by the other helpers.

CACHE_DIR=${ORCHESTRATOR_SANDBOX_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/orchestrator-sandbox}
RUN_DIR=${ORCHESTRATOR_SANDBOX_RUN:-${TMPDIR:-/tmp}/orchestrator-sandbox-$UID}
# Error logs of servers that crashed by themselves.
CRASHES_DIR=${ORCHESTRATOR_SANDBOX_CRASHES:-${TMPDIR:-/tmp}/orchestrator-sandbox-crashes-$UID}
# Seconds a server may take to answer, to stop, or to begin replicating.
DEADLINE=${ORCHESTRATOR_SANDBOX_DEADLINE:-90}

HOST=127.0.0.1
REPL_USER=repl
REPL_PASSWORD=repl-pw
PROBE_USER=orc
PROBE_PASSWORD=orc-pw
APP_USER=app
APP_PASSWORD=app-pw
FLAVOURS=(mysql9 mariadb mysql56)

say() { printf 'sandbox: %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

is_number() { [[ $1 =~ ^[0-9]+$ ]]; }

is_flavour() {
    local known
    for known in "${FLAVOURS[@]}"; do
        [[ $1 == "$known" ]] && return 0
    done
    return 1
}

# A descriptor on which nothing ever arrives: `read -t` on it is the polling
# interval, without a child process for each turn.
TICK_FD=
tick() {
    if [[ -z $TICK_FD ]]; then
        exec {TICK_FD}<> <(:)
    fi
    read -r -t 0.05 -u "$TICK_FD" || true
}

# wait_for SECONDS COMMAND...: poll COMMAND until it succeeds; fails at the deadline.
wait_for() {
    local seconds=$1
    shift
    local end=$((SECONDS + seconds + 1))
    until "$@"; do
        ((SECONDS < end)) || return 1
        tick
    done
}

# with_lock FILE COMMAND...: run COMMAND while holding an exclusive lock on FILE.
# COMMAND runs in a subshell, so it hands results back through files or stdout.
with_lock() {
    local file=$1
    shift
    mkdir -p "${file%/*}"
    (
        exec {lock_fd}>"$file"
        flock "$lock_fd"
        "$@"
    )
}

# Drop every inherited descriptor above standard error, so that a process that
# outlives this script keeps no lock, pipe or terminal of its caller open.
close_inherited_fds() {
    local entry number
    for entry in "/proc/$BASHPID/fd/"*; do
        number=${entry##*/}
        if is_number "$number" && ((number > 2)); then
            eval "exec $number>&-" 2>/dev/null || true
        fi
    done
}

# process_stat PID: sets PROC_STATE (one letter) and PROC_START (ticks since boot).
process_stat() {
    local line fields
    PROC_STATE='' PROC_START=''
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
    # The command name may hold blanks: the fields begin after its closing parenthesis.
    read -r -a fields <<<"${line##*) }"
    PROC_STATE=${fields[0]}
    PROC_START=${fields[19]}
}

# same_process PID START: is that very process, not a later one of the same
# number, still running? A process that waits to be reaped counts as gone.
same_process() {
    process_stat "$1" || return 1
    [[ $PROC_START == "$2" && $PROC_STATE != [ZX] ]]
}

process_gone() { ! same_process "$1" "$2"; }

require_command() {
    command -v "$1" >/dev/null 2>&1 || die "the command '$1' is needed and not installed"
}
