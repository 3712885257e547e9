# shellcheck shell=bash
# The notation of replication trees.

# expand_spec SPEC: prints the general notation for a named shape.
expand_spec() {
    local i out
    case $1 in
        single | master) echo '0' ;;
        two-tier) echo '0;1<0;2<0;3<1' ;;
        two-tier-wide) echo '0;1<0;2<0;3<1;4<1' ;;
        chain) echo '0;1<0;2<1' ;;
        co-masters) echo '0<1;1<0;2<0' ;;
        multi-master) echo '0;1;2<0+1' ;;
        *)
            if [[ $1 =~ ^1m([0-9]+)r$ ]]; then
                out=0
                for ((i = 1; i <= BASH_REMATCH[1]; i++)); do
                    out+=";$i<0"
                done
                echo "$out"
            elif [[ $1 =~ ^master(,replica)*$ ]]; then
                out=${1#master}
                out=${out//,replica/r}
                expand_spec "1m${#out}r"
            else
                echo "$1"
            fi
            ;;
    esac
}

# parse_spec SPEC: sets SERVER_COUNT and MASTERS, MASTERS[i] being the blank
# separated servers that server i replicates from.
parse_spec() {
    local spec entry index master
    spec=$(expand_spec "$1")
    MASTERS=()
    local -a entries seen=()
    IFS=';' read -r -a entries <<<"$spec"
    SERVER_COUNT=${#entries[@]}
    ((SERVER_COUNT > 0 && SERVER_COUNT <= 32)) || die "a tree has 1 to 32 servers"
    for entry in "${entries[@]}"; do
        entry=${entry// /}
        [[ $entry =~ ^([0-9]+)(\<([0-9]+(\+[0-9]+)*))?$ ]] ||
            die "cannot read '$entry' in tree '$1': write N, N<M, or N<M+K, separated by ';'"
        index=$((10#${BASH_REMATCH[1]}))
        [[ -z ${seen[index]:-} ]] || die "server $index is there twice in tree '$1'"
        seen[index]=1
        MASTERS[index]=${BASH_REMATCH[3]//+/ }
    done
    for ((index = 0; index < SERVER_COUNT; index++)); do
        [[ -n ${seen[index]:-} ]] || die "server $index is missing in tree '$1'"
        for master in ${MASTERS[index]}; do
            ((master < SERVER_COUNT && master != index)) ||
                die "server $index cannot replicate from $master in tree '$1'"
        done
    done
}

# replica_count INDEX: how many servers replicate from INDEX.
replica_count() {
    local i master count=0
    for ((i = 0; i < SERVER_COUNT; i++)); do
        for master in ${MASTERS[i]}; do
            ((master != $1)) || count=$((count + 1))
        done
    done
    echo "$count"
}
