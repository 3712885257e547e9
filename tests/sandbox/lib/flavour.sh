# shellcheck shell=bash
# What differs between the server flavours: programs, settings, statements.

# flavour_commands FLAVOUR: sets SERVER_CMD and CLIENT_CMD (arrays) and FLAVOUR_ROOT.
flavour_commands() {
    local flavour=$1 client_root libs
    FLAVOUR_ROOT=$CACHE_DIR/$flavour/root
    case $flavour in
        mysql9)
            libs=$FLAVOUR_ROOT/usr/lib/x86_64-linux-gnu
            SERVER_CMD=("$libs/ld-linux-x86-64.so.2" --library-path "$libs" "$FLAVOUR_ROOT/usr/sbin/mysqld")
            CLIENT_CMD=("$libs/ld-linux-x86-64.so.2" --library-path "$libs" "$FLAVOUR_ROOT/usr/bin/mysql"
                --no-defaults)
            return
            ;;
        mariadb | mysql56) ;;
        *) die "unknown flavour '$flavour'; known: ${FLAVOURS[*]}" ;;
    esac
    client_root=$CACHE_DIR/mariadb/root
    libs=$client_root/usr/lib/x86_64-linux-gnu:$client_root/lib/x86_64-linux-gnu
    local loader=$client_root/lib64/ld-linux-x86-64.so.2
    [[ -e $loader ]] || loader=$client_root/usr/lib64/ld-linux-x86-64.so.2
    CLIENT_CMD=("$loader" --library-path "$libs" "$client_root/usr/bin/mariadb" --no-defaults
        "--plugin-dir=$client_root/usr/lib/x86_64-linux-gnu/libmariadb3/plugin")
    if [[ $flavour == mariadb ]]; then
        SERVER_CMD=("$loader" --library-path "$libs" "$FLAVOUR_ROOT/usr/sbin/mariadbd")
    else
        # libaio comes with the package; the rest is every system's.
        SERVER_CMD=(env "LD_LIBRARY_PATH=$FLAVOUR_ROOT" "$FLAVOUR_ROOT/mysqld")
    fi
}

# Settings of every server of a flavour, small enough for several trees on one machine.
flavour_settings() {
    cat <<SETTINGS
skip-name-resolve
max-connections=100
key-buffer-size=1M
innodb-flush-log-at-trx-commit=2
innodb-log-buffer-size=1M
innodb-use-native-aio=0
innodb-doublewrite=0
sync-binlog=0
SETTINGS
    ((UID != 0)) || echo 'user=root'
    case $1 in
        mysql9)
            cat <<SETTINGS
lc-messages-dir=$FLAVOUR_ROOT/usr/share/mysql
character-sets-dir=$FLAVOUR_ROOT/usr/share/mysql/charsets
plugin-dir=$FLAVOUR_ROOT/usr/lib/mysql/plugin
secure-file-priv=
mysqlx=OFF
innodb-buffer-pool-size=16M
innodb-redo-log-capacity=8M
innodb-read-io-threads=1
innodb-write-io-threads=1
table-open-cache=128
table-open-cache-instances=1
table-definition-cache=400
temptable-max-ram=2M
performance-schema-digests-size=200
performance-schema-max-digest-length=256
performance-schema-events-statements-history-long-size=100
performance-schema-error-size=100
performance-schema-users-size=20
performance-schema-hosts-size=20
performance-schema-accounts-size=20
performance-schema-instrument=memory/%=OFF
SETTINGS
            ;;
        mariadb)
            cat <<SETTINGS
basedir=$FLAVOUR_ROOT/usr
lc-messages-dir=$FLAVOUR_ROOT/usr/share/mysql
character-sets-dir=$FLAVOUR_ROOT/usr/share/mysql/charsets
innodb-buffer-pool-size=8M
innodb-log-file-size=8M
aria-pagecache-buffer-size=1M
table-open-cache=128
table-definition-cache=400
query-cache-size=0
SETTINGS
            ;;
        mysql56)
            cat <<SETTINGS
lc-messages-dir=$FLAVOUR_ROOT/share
character-sets-dir=$FLAVOUR_ROOT/share/charsets
explicit-defaults-for-timestamp=1
innodb-buffer-pool-size=8M
innodb-log-file-size=4M
innodb-read-io-threads=1
innodb-write-io-threads=1
table-open-cache=128
table-definition-cache=400
query-cache-size=0
performance-schema-digests-size=200
performance-schema-events-statements-history-long-size=100
performance-schema-events-waits-history-long-size=100
performance-schema-events-stages-history-long-size=100
SETTINGS
            ;;
    esac
}

# replication_settings FLAVOUR GTID(on|off)
replication_settings() {
    cat <<SETTINGS
log-bin=mysql-bin
log-bin-index=mysql-bin.index
relay-log=relay-bin
relay-log-index=relay-bin.index
relay-log-recovery=1
binlog-format=ROW
SETTINGS
    case $1 in
        mysql9)
            cat <<SETTINGS
log-replica-updates=1
replica-net-timeout=10
gtid-mode=${2^^}
enforce-gtid-consistency=${2^^}
SETTINGS
            ;;
        mariadb)
            cat <<SETTINGS
log-slave-updates=1
slave-net-timeout=10
master-retry-count=100000
SETTINGS
            ;;
        mysql56)
            cat <<SETTINGS
log-slave-updates=1
slave-net-timeout=10
master-info-repository=TABLE
relay-log-info-repository=TABLE
gtid-mode=${2^^}
SETTINGS
            [[ $2 == off ]] || echo 'enforce-gtid-consistency=1'
            ;;
    esac
}

# semi_sync_settings FLAVOUR HAS_REPLICAS HAS_MASTER WAIT_COUNT TIMEOUT_MS
# The master's side is on only where there are replicas: elsewhere every commit,
# those applied from a master among them, would wait for nobody's answer.
semi_sync_settings() {
    case $1 in
        mysql9)
            cat <<SETTINGS
plugin-load-add=semisync_source.so
plugin-load-add=semisync_replica.so
rpl-semi-sync-source-enabled=$2
rpl-semi-sync-replica-enabled=$3
rpl-semi-sync-source-wait-for-replica-count=$4
rpl-semi-sync-source-timeout=$5
SETTINGS
            ;;
        mariadb)
            cat <<SETTINGS
rpl-semi-sync-master-enabled=$2
rpl-semi-sync-slave-enabled=$3
rpl-semi-sync-master-wait-point=AFTER_SYNC
rpl-semi-sync-master-timeout=$5
SETTINGS
            ;;
    esac
}

# change_master_sql FLAVOUR GTID SOURCE_PORT CHANNEL: point a new server at its
# master and start it. An empty channel is the default one.
change_master_sql() {
    local flavour=$1 gtid=$2 port=$3 channel=$4
    if [[ $flavour == mysql9 ]]; then
        local position="SOURCE_LOG_FILE='mysql-bin.000001', SOURCE_LOG_POS=4"
        [[ $gtid == off ]] || position='SOURCE_AUTO_POSITION=1'
        local for_channel=${channel:+FOR CHANNEL \'$channel\'}
        cat <<SQL
CHANGE REPLICATION SOURCE TO SOURCE_HOST='$HOST', SOURCE_PORT=$port,
    SOURCE_USER='$REPL_USER', SOURCE_PASSWORD='$REPL_PASSWORD', GET_SOURCE_PUBLIC_KEY=1,
    SOURCE_CONNECT_RETRY=1, SOURCE_RETRY_COUNT=100000, SOURCE_HEARTBEAT_PERIOD=2, $position $for_channel;
START REPLICA $for_channel;
SQL
        return
    fi
    local position="MASTER_LOG_FILE='mysql-bin.000001', MASTER_LOG_POS=4" named='' retry=''
    if [[ $flavour == mariadb ]]; then
        [[ $gtid == off ]] || position='MASTER_USE_GTID=slave_pos'
        named=${channel:+\'$channel\'}
    else
        [[ $gtid == off ]] || position='MASTER_AUTO_POSITION=1'
        retry='MASTER_RETRY_COUNT=100000,'
        [[ -z $channel ]] || die "mysql56 replicates from one master only"
    fi
    cat <<SQL
CHANGE MASTER $named TO MASTER_HOST='$HOST', MASTER_PORT=$port,
    MASTER_USER='$REPL_USER', MASTER_PASSWORD='$REPL_PASSWORD',
    MASTER_CONNECT_RETRY=1, $retry MASTER_HEARTBEAT_PERIOD=2, $position;
START SLAVE $named;
SQL
}

replica_status_sql() {
    case $1 in
        mysql9) echo 'SHOW REPLICA STATUS' ;;
        mariadb) echo 'SHOW ALL SLAVES STATUS' ;;
        *) echo 'SHOW SLAVE STATUS' ;;
    esac
}

gtid_sql() {
    case $1 in
        mariadb) echo 'SELECT @@global.gtid_binlog_pos' ;;
        *) printf '%s\n' "SELECT REPLACE(@@global.gtid_executed, CHAR(10), '')" ;;
    esac
}
