# shellcheck shell=bash
# One server process: its folder holds my.cnf, data, error.log, the socket `s`
# and `process` (pid and start time).

# spawn_server DIR FLAVOUR: start the server of DIR detached from the caller.
spawn_server() {
    local dir=$1 flavour=$2 pid
    flavour_commands "$flavour"
    rm -f "$dir/s" "$dir/s.lock" "$dir/process"
    (
        close_inherited_fds
        cd "$dir" || exit 1
        export MALLOC_ARENA_MAX=2 LC_ALL=C TZ=UTC
        exec setsid "${SERVER_CMD[@]}" "--defaults-file=$dir/my.cnf"
    ) </dev/null >>"$dir/output.log" 2>&1 &
    pid=$!
    disown "$pid"
    process_stat "$pid" || return 1
    printf '%s %s\n' "$pid" "$PROC_START" >"$dir/process.new"
    mv "$dir/process.new" "$dir/process"
}

# read_process DIR: sets SERVER_PID and SERVER_START; fails where none was started.
read_process() {
    SERVER_PID='' SERVER_START=''
    [[ -r $1/process ]] && read -r SERVER_PID SERVER_START <"$1/process"
}

server_running() { read_process "$1" && same_process "$SERVER_PID" "$SERVER_START"; }

# server_state DIR: running, paused or down.
server_state() {
    if ! server_running "$1"; then
        echo down
    elif [[ $PROC_STATE == [Tt] ]]; then
        echo paused
    else
        echo running
    fi
}

# client_in DIR FLAVOUR [ARGUMENT...]: the flavour's client on the server's socket, as root.
client_in() {
    local dir=$1 flavour=$2
    shift 2
    flavour_commands "$flavour"
    "${CLIENT_CMD[@]}" -uroot "--socket=$dir/s" --connect-timeout=10 \
        --default-character-set=utf8 --batch --skip-column-names "$@"
}

answers() {
    # A server that has ended will never answer: stop waiting.
    server_running "$1" || return 0
    [[ -S $1/s ]] && client_in "$1" "$2" -e 'SELECT 1' >/dev/null 2>&1
}

wait_ready() {
    local dir=$1 flavour=$2
    wait_for "$DEADLINE" answers "$dir" "$flavour" && server_running "$dir"
}

signal_server() {
    local dir=$1 signal=$2
    server_running "$dir" || return 1
    kill -s "$signal" "$SERVER_PID"
}

await_end() {
    wait_for "$2" process_gone "$SERVER_PID" "$SERVER_START"
}

kill_server() {
    signal_server "$1" KILL 2>/dev/null || return 0
    await_end "$1" "$DEADLINE"
}

stop_server() {
    signal_server "$1" CONT || return 0
    signal_server "$1" TERM || return 0
    await_end "$1" "$DEADLINE"
}

is_state() { [[ $(server_state "$1") == "$2" ]]; }

pause_server() {
    signal_server "$1" STOP || return 1
    wait_for 10 is_state "$1" paused
}

resume_server() {
    signal_server "$1" CONT || return 1
    wait_for 10 is_state "$1" running
}
