# shellcheck shell=bash
# What people and programs are told about a tree.

server_uuid() {
    sed -n 's/^server-uuid *= *//p' "$1/data/auto.cnf" 2>/dev/null || true
}

# env_pairs: KEY=VALUE lines of the loaded tree.
env_pairs() {
    local i dir pid
    printf 'NAME=%s\nFLAVOUR=%s\nSPEC=%s\nGTID=%s\nSEMI_SYNC=%s\nHOST=%s\nCOUNT=%s\n' \
        "$TREE_NAME" "${TREE[flavour]}" "${TREE[spec]}" "${TREE[gtid]}" "${TREE[semi_sync]}" "$HOST" "$SERVER_COUNT"
    printf 'REPL_USER=%s\nREPL_PASSWORD=%s\nPROBE_USER=%s\nPROBE_PASSWORD=%s\nAPP_USER=%s\nAPP_PASSWORD=%s\n' \
        "$REPL_USER" "$REPL_PASSWORD" "$PROBE_USER" "$PROBE_PASSWORD" "$APP_USER" "$APP_PASSWORD"
    for ((i = 0; i < SERVER_COUNT; i++)); do
        dir=$TREE_DIR/$i
        pid=
        ! server_running "$dir" || pid=$SERVER_PID
        printf 'PORT_%s=%s\nPID_%s=%s\nSTATE_%s=%s\nUUID_%s=%s\nDATA_DIR_%s=%s\nSOCKET_%s=%s\nERROR_LOG_%s=%s\nCONFIG_%s=%s\n' \
            "$i" $((TREE[base_port] + i)) "$i" "$pid" "$i" "$(server_state "$dir")" "$i" "$(server_uuid "$dir")" \
            "$i" "$dir/data" "$i" "$dir/s" "$i" "$dir/error.log" "$i" "$dir/my.cnf"
    done
}

env_tree() {
    need_tree "$1"
    [[ -n ${TREE[base_port]:-} ]] || die "tree '$1' is not up yet"
    if [[ ${2:-} != --json ]]; then
        env_pairs
        return
    fi
    local key value separator=''
    printf '{'
    while IFS='=' read -r key value; do
        value=${value//\\/\\\\}
        value=${value//\"/\\\"}
        printf '%s\n  "%s": "%s"' "$separator" "$key" "$value"
        separator=,
    done < <(env_pairs)
    printf '\n}\n'
}

list_trees() {
    local name ready
    while read -r name; do
        load_tree "$name" || continue
        ready=starting
        [[ ! -e $TREE_DIR/ready ]] || ready=ready
        printf '%s\t%s\t%s\tgtid=%s\t%s\t%s\n' "$name" "${TREE[flavour]}" "${TREE[spec]}" "${TREE[gtid]}" \
            "${TREE[base_port]:--}" "$ready"
    done < <(tree_names)
}

# channel_lines FLAVOUR DIR: SOURCE_PORT IO SQL ERROR, one line a channel.
channel_lines() {
    timeout 10 bash "$SANDBOX_SCRIPT" sql --header "$TREE_NAME" "$2" "$(replica_status_sql "$1")" 2>/dev/null |
        awk -F '\t' '
            function pick(a, b) { return column[a] ? $column[a] : $column[b] }
            NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
            {
                error = pick("Last_IO_Error", "Last_IO_Error")
                if (error == "") error = pick("Last_SQL_Error", "Last_SQL_Error")
                printf "from=%s io=%s sql=%s %s\n", pick("Source_Port", "Master_Port"),
                    pick("Replica_IO_Running", "Slave_IO_Running"),
                    pick("Replica_SQL_Running", "Slave_SQL_Running"), error
            }'
}

query_line() {
    timeout 10 bash "$SANDBOX_SCRIPT" sql "$TREE_NAME" "$1" "$2" 2>/dev/null || true
}

status_tree() {
    local i state line
    need_tree "$1"
    for ((i = 0; i < SERVER_COUNT; i++)); do
        state=$(server_state "$TREE_DIR/$i")
        printf '%s\tport=%s\t%s' "$i" $((TREE[base_port] + i)) "$state"
        if [[ $state == running ]]; then
            printf '\tread_only=%s\tgtid=%s' "$(query_line "$i" 'SELECT @@global.read_only')" \
                "$(query_line "$i" "$(gtid_sql "${TREE[flavour]}")")"
            while read -r line; do
                printf '\t%s' "$line"
            done < <(channel_lines "${TREE[flavour]}" "$i")
        fi
        printf '\n'
    done
}
