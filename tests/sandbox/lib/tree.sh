# shellcheck shell=bash
# A tree's folder, its description and its end.

tree_dir() { printf '%s/%s' "$RUN_DIR" "$1"; }

check_name() {
    [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$ ]] ||
        die "'$1' is no name for a tree: up to 40 letters, digits, dots, dashes and underscores"
}

# tree_set DIR KEY VALUE: appended; the last value of a key counts.
tree_set() { printf '%s=%s\n' "$2" "$3" >>"$1/tree"; }

# load_tree NAME: sets TREE_NAME, TREE_DIR, the array TREE, MASTERS and SERVER_COUNT.
declare -A TREE=()
load_tree() {
    local key value
    check_name "$1"
    TREE_NAME=$1
    TREE_DIR=$(tree_dir "$1")
    TREE=()
    [[ -r $TREE_DIR/tree ]] || return 1
    while IFS='=' read -r key value; do
        [[ -z $key ]] || TREE[$key]=$value
    done <"$TREE_DIR/tree"
    [[ -n ${TREE[spec]:-} ]] || return 1
    parse_spec "${TREE[spec]}"
}

need_tree() { load_tree "$1" || die "no tree '$1'"; }

tree_names() {
    local dir
    for dir in "$RUN_DIR"/*/; do
        dir=${dir%/}
        [[ ! -d $dir ]] || printf '%s\n' "${dir##*/}"
    done
}

# resolve_server N|PORT: sets INDEX and SERVER_DIR of the loaded tree.
resolve_server() {
    is_number "$1" || die "'$1' is neither a server's number nor a port"
    INDEX=$1
    if ((INDEX >= 1000)); then
        INDEX=$((INDEX - ${TREE[base_port]:-0}))
    fi
    ((INDEX >= 0 && INDEX < SERVER_COUNT)) || die "tree '$TREE_NAME' has no server $1"
    SERVER_DIR=$TREE_DIR/$INDEX
}

# A tree that is being taken down starts nothing any more: starts hold the
# tree's lock shared, the end holds it alone.
spawn_in_tree() {
    local dir=$1 flavour=$2 tree=${1%/*}
    (
        exec {tree_fd}<"$tree/lock"
        flock -s "$tree_fd"
        [[ ! -e $tree/closing ]] || exit 1
        spawn_server "$dir" "$flavour"
    )
}

owner_gone() {
    local pid start
    [[ -r $1/owner ]] || return 1
    read -r pid start <"$1/owner" || return 1
    process_gone "$pid" "$start"
}

end_watchdog() {
    local pid start
    [[ -r $1/watchdog ]] || return 0
    read -r pid start <"$1/watchdog" || return 0
    if ((pid != $$)) && same_process "$pid" "$start"; then
        kill -s KILL "$pid" 2>/dev/null || true
    fi
}

close_locked() {
    local dir=$1 name=$2 server
    : >"$dir/closing"
    end_watchdog "$dir"
    for server in "$dir"/[0-9]*/; do
        signal_server "${server%/}" KILL 2>/dev/null || true
    done
    for server in "$dir"/[0-9]*/; do
        kill_server "${server%/}" || say "server ${server%/} does not end"
        keep_crash "${server%/}" "$name" || true
    done
    if load_tree "$name" && [[ -n ${TREE[base_port]:-} ]]; then
        release_ports "${TREE[base_port]}" "$SERVER_COUNT" "$name"
    fi
    # A copy into the folder may still be under way when `up` was interrupted.
    wait_for 20 remove_folder "$dir" || say "$dir cannot be removed"
}

# keep_crash DIR NAME: a server that crashed by itself wrote why. That outlives the tree, for whoever has to find out.
keep_crash() {
    local dir=$1 kept=$CRASHES_DIR/$2-${1##*/}.log
    grep -qsE 'got signal [0-9]+ ?;' "$dir/error.log" || return 0
    mkdir -p "$CRASHES_DIR" && cp "$dir/error.log" "$kept" && say "server ${dir##*/} of '$2' crashed by itself: $kept"
}

remove_folder() { rm -rf "$1" 2>/dev/null && [[ ! -e $1 ]]; }

# down_tree NAME: kill all servers, remove all data. Fine where there is none.
down_tree() {
    local name=$1 dir
    check_name "$name"
    dir=$(tree_dir "$name")
    [[ -d $dir ]] || return 0
    (
        { exec {tree_fd}>"$dir/lock"; } 2>/dev/null || exit 0
        flock "$tree_fd"
        # Someone else took it down meanwhile, and a new one may have its name.
        [[ /proc/$BASHPID/fd/$tree_fd -ef $dir/lock ]] || exit 0
        close_locked "$dir" "$name"
    )
}

# Trees whose owner ended while their watchdog was killed as well.
sweep_orphans() {
    local name
    while read -r name; do
        if owner_gone "$(tree_dir "$name")"; then
            down_tree "$name"
        fi
    done < <(tree_names)
}

# watch_owner NAME PID START: take the tree down when its owner has ended.
watch_owner() {
    local name=$1 pid=$2 start=$3 dir mine
    dir=$(tree_dir "$name")
    while same_process "$pid" "$start"; do
        # The folder is gone, or belongs to a later tree of the same name.
        { read -r mine _ <"$dir/watchdog"; } 2>/dev/null || return 0
        [[ $mine == "$$" ]] || return 0
        tick
    done
    down_tree "$name"
}

# start_watchdog DIR NAME PID
start_watchdog() {
    local dir=$1 name=$2 owner=$3 pid
    process_stat "$owner" || die "the owner, process $owner, is not running"
    printf '%s %s\n' "$owner" "$PROC_START" >"$dir/owner"
    local owner_start=$PROC_START
    (
        close_inherited_fds
        cd /
        # The watchdog begins once its own record is there.
        wait_for 10 test -e "$dir/watchdog"
        exec setsid bash "$SANDBOX_SCRIPT" _watch "$name" "$owner" "$owner_start"
    ) </dev/null >/dev/null 2>&1 &
    pid=$!
    disown "$pid"
    process_stat "$pid" || die "the watchdog does not start"
    printf '%s %s\n' "$pid" "$PROC_START" >"$dir/watchdog.new"
    mv "$dir/watchdog.new" "$dir/watchdog"
}
