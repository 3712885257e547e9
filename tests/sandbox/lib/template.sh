# shellcheck shell=bash
# One initialised data folder per flavour, copied for each new server. It holds
# the accounts and no binary log, so a new server starts with an empty GTID set.

accounts_sql() {
    local probe='REPLICATION SLAVE, REPLICATION CLIENT, PROCESS, RELOAD'
    local application='SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX'
    case $1 in
        mysql9)
            cat <<SQL
CREATE USER 'root'@'$HOST' IDENTIFIED BY '';
GRANT ALL ON *.* TO 'root'@'$HOST' WITH GRANT OPTION;
CREATE USER '$REPL_USER'@'%' IDENTIFIED BY '$REPL_PASSWORD';
GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO '$REPL_USER'@'%';
CREATE USER '$PROBE_USER'@'%' IDENTIFIED BY '$PROBE_PASSWORD';
GRANT $probe ON *.* TO '$PROBE_USER'@'%';
GRANT SYSTEM_VARIABLES_ADMIN, REPLICATION_SLAVE_ADMIN, CONNECTION_ADMIN, BINLOG_ADMIN,
    SESSION_VARIABLES_ADMIN, PERSIST_RO_VARIABLES_ADMIN, GROUP_REPLICATION_ADMIN, REPLICATION_APPLIER
    ON *.* TO '$PROBE_USER'@'%';
GRANT SELECT ON mysql.* TO '$PROBE_USER'@'%';
GRANT SELECT ON performance_schema.* TO '$PROBE_USER'@'%';
CREATE USER '$APP_USER'@'%' IDENTIFIED BY '$APP_PASSWORD';
GRANT $application ON *.* TO '$APP_USER'@'%';
SQL
            ;;
        mariadb)
            cat <<SQL
FLUSH PRIVILEGES;
CREATE OR REPLACE USER 'root'@'$HOST';
GRANT ALL ON *.* TO 'root'@'$HOST' WITH GRANT OPTION;
CREATE USER '$REPL_USER'@'%' IDENTIFIED BY '$REPL_PASSWORD';
GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO '$REPL_USER'@'%';
CREATE USER '$PROBE_USER'@'%' IDENTIFIED BY '$PROBE_PASSWORD';
GRANT SUPER, $probe, SLAVE MONITOR, BINLOG MONITOR, BINLOG ADMIN, BINLOG REPLAY,
    CONNECTION ADMIN, READ_ONLY ADMIN, REPLICATION SLAVE ADMIN, REPLICATION MASTER ADMIN
    ON *.* TO '$PROBE_USER'@'%';
GRANT SELECT ON mysql.* TO '$PROBE_USER'@'%';
CREATE USER '$APP_USER'@'%' IDENTIFIED BY '$APP_PASSWORD';
GRANT $application ON *.* TO '$APP_USER'@'%';
SQL
            ;;
        mysql56)
            cat <<SQL
DELETE FROM mysql.user WHERE User = '' OR (User = 'root' AND Host NOT IN ('localhost', '$HOST'));
DELETE FROM mysql.db;
FLUSH PRIVILEGES;
GRANT ALL ON *.* TO 'root'@'localhost' WITH GRANT OPTION;
GRANT ALL ON *.* TO 'root'@'$HOST' WITH GRANT OPTION;
GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO '$REPL_USER'@'%' IDENTIFIED BY '$REPL_PASSWORD';
GRANT SUPER, $probe ON *.* TO '$PROBE_USER'@'%' IDENTIFIED BY '$PROBE_PASSWORD';
GRANT SELECT ON mysql.* TO '$PROBE_USER'@'%';
GRANT SELECT ON performance_schema.* TO '$PROBE_USER'@'%';
GRANT $application ON *.* TO '$APP_USER'@'%' IDENTIFIED BY '$APP_PASSWORD';
SQL
            ;;
    esac
}

mariadb_system_tables() {
    local share=$FLAVOUR_ROOT/usr/share/mysql
    # One statement a line is what bootstrap reads.
    printf '%s\n' 'CREATE DATABASE IF NOT EXISTS mysql;' 'USE mysql;' 'SET @auth_root_socket=NULL;'
    cat "$share/mysql_system_tables.sql" "$share/mysql_performance_tables.sql" \
        "$share/mysql_system_tables_data.sql"
    cat "$share/maria_add_gis_sp_bootstrap.sql" "$share/mysql_sys_schema.sql"
    # Accounts without a name would catch others' logins.
    echo "DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost');"
}

# initialise_data FLAVOUR DIR: system tables in DIR/data, with DIR/my.cnf as settings.
initialise_data() {
    local flavour=$1 dir=$2
    case $flavour in
        mysql9)
            "${SERVER_CMD[@]}" "--defaults-file=$dir/my.cnf" --initialize-insecure
            ;;
        mariadb)
            mkdir "$dir/data"
            mariadb_system_tables |
                "${SERVER_CMD[@]}" "--defaults-file=$dir/my.cnf" --bootstrap --max-allowed-packet=8M
            ;;
        mysql56)
            cp -r "$FLAVOUR_ROOT/data/mysql" "$dir/data"
            ;;
    esac
}

template_settings() {
    local flavour=$1 dir=$2
    echo '[mysqld]'
    flavour_settings "$flavour"
    cat <<SETTINGS
datadir=$dir/data
socket=$dir/s
pid-file=$dir/server.pid
log-error=$dir/error.log
skip-log-bin
skip-networking
skip-slave-start
SETTINGS
}

# template_path FLAVOUR: the name depends on all that goes into the template.
template_path() {
    local flavour=$1 sum
    sum=$({ accounts_sql "$flavour"; flavour_settings "$flavour"; declare -f initialise_data mariadb_system_tables; } | cksum)
    printf '%s/template-%s-%s' "$CACHE_DIR" "$flavour" "${sum%% *}"
}

build_template() {
    local flavour=$1 target=$2 work
    [[ -d $target ]] && return 0
    say "preparing the data folder of $flavour"
    # Short, for the path of the socket.
    work=$(mktemp -d /tmp/sandbox-template.XXXXXX)
    template_settings "$flavour" "$work" >"$work/my.cnf"
    if ! initialise_data "$flavour" "$work" >"$work/init.log" 2>&1 ||
        ! spawn_server "$work" "$flavour" ||
        ! wait_ready "$work" "$flavour" ||
        ! accounts_sql "$flavour" | client_in "$work" "$flavour" >>"$work/init.log" 2>&1 ||
        ! stop_server "$work"; then
        tail -n 20 "$work/init.log" "$work/error.log" >&2 || true
        kill_server "$work" || true
        rm -rf "$work"
        die "preparing the data folder of $flavour failed"
    fi
    rm -f "$work/data/auto.cnf" "$work"/data/mysql-bin.* "$work"/data/*.err
    rm -rf "$target.new"
    cp -a --reflink=auto "$work/data" "$target.new"
    mv "$target.new" "$target"
    rm -rf "$work"
}

# ensure_template FLAVOUR: sets TEMPLATE.
ensure_template() {
    local flavour=$1
    fetch_flavour "$flavour"
    flavour_commands "$flavour"
    TEMPLATE=$(template_path "$flavour")
    [[ -d $TEMPLATE ]] || with_lock "$CACHE_DIR/template-$flavour.lock" build_template "$flavour" "$TEMPLATE"
}
