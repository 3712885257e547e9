# shellcheck shell=bash
# Bringing a tree up: folders, servers, replication.

claim_locked() {
    local dir
    dir=$(tree_dir "$1")
    mkdir "$dir" 2>/dev/null || die "there is a tree '$1' already; take it down first"
    : >"$dir/lock"
}

# server_options INDEX: the lines of --option that concern a server.
server_options() {
    local option target
    for option in "${UP_OPTIONS[@]}"; do
        if [[ $option =~ ^([0-9]+):(.*)$ ]]; then
            target=${BASH_REMATCH[1]}
            option=${BASH_REMATCH[2]}
            ((target == $1)) || continue
        fi
        printf '%s\n' "${option#--}"
    done
}

server_settings() {
    local index=$1 dir=$2 port=$3
    echo '[mysqld]'
    flavour_settings "$UP_FLAVOUR"
    replication_settings "$UP_FLAVOUR" "$UP_GTID"
    cat <<SETTINGS
datadir=$dir/data
tmpdir=$dir/tmp
socket=$dir/s
pid-file=$dir/server.pid
log-error=$dir/error.log
bind-address=$HOST
port=$port
server-id=$port
report-host=$HOST
report-port=$port
SETTINGS
    if ((UP_SEMI_SYNC)); then
        local has_replicas=0 has_master=0
        (($(replica_count "$index") == 0)) || has_replicas=1
        [[ -z ${MASTERS[index]} ]] || has_master=1
        semi_sync_settings "$UP_FLAVOUR" "$has_replicas" "$has_master" "$UP_SEMI_SYNC_COUNT" "$UP_SEMI_SYNC_TIMEOUT"
    fi
    if ((UP_READ_ONLY && index > 0)) && [[ -n ${MASTERS[index]} ]]; then
        echo 'read-only=1'
    fi
    server_options "$index"
}

bring_up_server() {
    local index=$1 dir=$2 port=$3
    # A server that starts deletes temporary tables in its folder for them, its neighbours' as well where they share it.
    mkdir "$dir" "$dir/tmp"
    cp -a --reflink=auto "$TEMPLATE" "$dir/data"
    server_settings "$index" "$dir" "$port" >"$dir/my.cnf"
    spawn_in_tree "$dir" "$UP_FLAVOUR" && wait_ready "$dir" "$UP_FLAVOUR"
}

# for_all_servers FUNCTION: run FUNCTION INDEX for every server in parallel.
for_all_servers() {
    local index failed=0
    local -a jobs=()
    for ((index = 0; index < SERVER_COUNT; index++)); do
        (
            set -e
            "$1" "$index"
        ) &
        jobs[index]=$!
    done
    for ((index = 0; index < SERVER_COUNT; index++)); do
        wait "${jobs[index]}" || failed=1
    done
    return "$failed"
}

up_server() { bring_up_server "$1" "$UP_DIR/$1" $((UP_BASE + $1)); }

# replicating FLAVOUR DIR COUNT: do COUNT channels receive and apply?
replicating() {
    local flavour=$1 dir=$2 count=$3 working
    working=$(client_in "$dir" "$flavour" --column-names -e "$(replica_status_sql "$flavour")" 2>/dev/null |
        awk -F '\t' '
            NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
            {
                io = column["Replica_IO_Running"] ? column["Replica_IO_Running"] : column["Slave_IO_Running"]
                sql = column["Replica_SQL_Running"] ? column["Replica_SQL_Running"] : column["Slave_SQL_Running"]
                if ($io == "Yes" && $sql == "Yes") working++
            }
            END { print working + 0 }') || return 1
    ((working == count))
}

# semi_sync_clients DIR COUNT: are COUNT replicas registered at the master?
semi_sync_clients() {
    local have
    have=$(client_in "$1" "$UP_FLAVOUR" -e "SHOW GLOBAL STATUS WHERE Variable_name IN
        ('Rpl_semi_sync_source_clients', 'Rpl_semi_sync_master_clients')" 2>/dev/null) || return 1
    ((${have##*$'\t'} >= $2))
}

replicate_server() {
    local index=$1 master channel='' dir=$UP_DIR/$1 count=0
    for master in ${MASTERS[index]}; do
        change_master_sql "$UP_FLAVOUR" "$UP_GTID" $((UP_BASE + master)) "$channel" |
            client_in "$dir" "$UP_FLAVOUR" || return 1
        count=$((count + 1))
        channel=channel$count
    done
    ((count == 0)) && return 0
    wait_for "$DEADLINE" replicating "$UP_FLAVOUR" "$dir" "$count" || {
        say "server $index does not replicate:"
        client_in "$dir" "$UP_FLAVOUR" --column-names --vertical -e "$(replica_status_sql "$UP_FLAVOUR")" >&2 || true
        return 1
    }
}

settle_server() {
    local count
    count=$(replica_count "$1")
    if ((count == 0)); then
        return 0
    fi
    wait_for "$DEADLINE" semi_sync_clients "$UP_DIR/$1" "$count"
}

show_errors() {
    local log
    for log in "$UP_DIR"/[0-9]*/error.log "$UP_DIR"/[0-9]*/output.log; do
        [[ -s $log ]] || continue
        say "$log:"
        grep -iE 'error|fatal|unknown' "$log" | tail -n 5 >&2 || true
    done
}

port_lost() {
    grep -qiE 'Address already in use|Bind on TCP/IP port' "$UP_DIR"/[0-9]*/error.log 2>/dev/null
}

# build_tree: one try with the ports of UP_BASE.
build_tree() {
    for_all_servers up_server || return 1
    for_all_servers replicate_server || return 1
    if ((UP_SEMI_SYNC)); then
        for_all_servers settle_server || return 1
    fi
}

give_up() {
    trap - EXIT INT TERM HUP
    down_tree "$UP_NAME"
}

up_tree() {
    local try
    check_name "$UP_NAME"
    parse_spec "$UP_SPEC"
    if [[ $UP_FLAVOUR == mysql56 ]] && ((UP_SEMI_SYNC)); then
        die "the mysql56 package holds no semi-sync plugins"
    fi
    ensure_template "$UP_FLAVOUR"
    UP_DIR=$(tree_dir "$UP_NAME")
    ((${#UP_DIR} + 6 <= 107)) || die "$RUN_DIR is too long a path for Unix sockets; set ORCHESTRATOR_SANDBOX_RUN"
    mkdir -p "$RUN_DIR"
    sweep_orphans
    with_lock "$RUN_DIR/.names.lock" claim_locked "$UP_NAME"
    trap give_up EXIT
    trap 'exit 130' INT TERM HUP
    tree_set "$UP_DIR" flavour "$UP_FLAVOUR"
    tree_set "$UP_DIR" spec "$(expand_spec "$UP_SPEC")"
    tree_set "$UP_DIR" gtid "$UP_GTID"
    tree_set "$UP_DIR" semi_sync "$UP_SEMI_SYNC"
    [[ -z $UP_OWNER ]] || start_watchdog "$UP_DIR" "$UP_NAME" "$UP_OWNER"
    for ((try = 1; ; try++)); do
        UP_BASE=$(reserve_ports "$UP_BASE_PORT" "$SERVER_COUNT" "$UP_NAME")
        tree_set "$UP_DIR" base_port "$UP_BASE"
        build_tree && break
        if [[ -z $UP_BASE_PORT ]] && ((try < 4)) && port_lost; then
            # Someone outside the registry was faster: other ports.
            local server
            for server in "$UP_DIR"/[0-9]*/; do
                kill_server "${server%/}"
                rm -rf "$server"
            done
            release_ports "$UP_BASE" "$SERVER_COUNT" "$UP_NAME"
            continue
        fi
        show_errors
        die "tree '$UP_NAME' does not come up"
    done
    : >"$UP_DIR/ready"
    trap - EXIT INT TERM HUP
}
