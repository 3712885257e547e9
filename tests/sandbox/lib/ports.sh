# shellcheck shell=bash
# Consecutive ports, reserved in a registry so that trees coming up in parallel
# do not take each other's. The range lies below the kernel's ephemeral ports.

PORT_FIRST=20000
PORT_LAST=31999

# load_used_ports: sets USED_PORTS to the local ports of all sockets in use. Those that only wait for late packets
# (state 06, TIME_WAIT) are in nobody's way: servers bind with SO_REUSEADDR.
declare -A USED_PORTS=()
load_used_ports() {
    local address port state
    USED_PORTS=()
    while read -r _ address _ state _; do
        port=${address##*:}
        [[ $state != 06 && $port =~ ^[0-9A-F]{4}$ ]] && USED_PORTS[$((16#$port))]=1
    done < <(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null || true)
}

# An entry whose tree is no more does not count.
port_reserved() {
    local owner=
    { read -r owner <"$RUN_DIR/.ports/$1"; } 2>/dev/null || return 1
    [[ -n $owner && -d $RUN_DIR/$owner ]]
}

port_block_free() {
    local port
    for ((port = $1; port < $1 + $2; port++)); do
        [[ -z ${USED_PORTS[$port]:-} ]] || return 1
        ! port_reserved "$port" || return 1
    done
}

take_ports() {
    local base=$1 count=$2 name=$3 port
    for ((port = base; port < base + count; port++)); do
        printf '%s\n' "$name" >"$RUN_DIR/.ports/$port"
    done
    echo "$base"
}

reserve_locked() {
    local base=$1 count=$2 name=$3 span start offset
    mkdir -p "$RUN_DIR/.ports"
    load_used_ports
    if [[ -n $base ]]; then
        port_block_free "$base" "$count" || die "a port from $base to $((base + count - 1)) is in use"
        take_ports "$base" "$count" "$name"
        return
    fi
    # A random start keeps registries of different users apart.
    span=$(((PORT_LAST - PORT_FIRST + 1 - count) / 10))
    start=$((SRANDOM % span))
    for ((offset = 0; offset < span; offset++)); do
        base=$((PORT_FIRST + (start + offset) % span * 10))
        if port_block_free "$base" "$count"; then
            take_ports "$base" "$count" "$name"
            return
        fi
    done
    die "no $count free ports in a row"
}

# reserve_ports BASE COUNT NAME: prints the first port; an empty BASE means any.
reserve_ports() {
    with_lock "$RUN_DIR/.ports.lock" reserve_locked "$@"
}

# release_ports BASE COUNT NAME
release_ports() {
    local port owner file
    for ((port = $1; port < $1 + $2; port++)); do
        file=$RUN_DIR/.ports/$port
        owner=
        { read -r owner <"$file"; } 2>/dev/null || true
        [[ $owner != "$3" ]] || rm -f "$file"
    done
}
