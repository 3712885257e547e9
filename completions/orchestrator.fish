# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_orchestrator_global_optspecs
    string join \n config= o/output= quiet verbose debug noop grab-election enable-database-update ignore-raft-setup skip-continuous-registration h/help V/version
end

function __fish_orchestrator_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_orchestrator_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_orchestrator_using_subcommand
    set -l cmd (__fish_orchestrator_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c orchestrator -n "__fish_orchestrator_needs_command" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_needs_command" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_needs_command" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -s V -l version -d 'Print version'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "discover" -d 'Read servers, and follow them to their masters and replicas'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "forget" -d 'Remove an instance from the inventory'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "forget-cluster" -d 'Remove all instances of a cluster'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "register-candidate" -d 'Say how willingly to promote an instance'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "candidate" -d 'Say which instances to promote'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "set-heuristic-domain-instance" -d 'Store a cluster\'s only writable master as the writer of its domain'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "inventory" -d 'Look after the inventory file'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "snapshot-topologies" -d 'Remember who replicates from whom'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "snapshot" -d 'Remember the topology as it is'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "clusters" -d 'List the names of all clusters'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "clusters-alias" -d 'List the names and aliases of all clusters'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "all-clusters-masters" -d 'List one writable master of each cluster'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-cluster" -d 'Print the name of an instance\'s cluster'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-cluster-alias" -d 'Print the alias of a cluster'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-cluster-domain" -d 'Print the domain of a cluster'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-cluster-master" -d 'Print the master of a cluster'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-cluster-instances" -d 'List the instances of a cluster'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-cluster-osc-replicas" -d 'List replicas fit to throttle an online schema change by'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-cluster-osc-running-replicas" -d 'List those of them that replicate'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-cluster-gh-ost-replicas" -d 'List replicas that gh-ost could work on'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "get-cluster-heuristic-lag" -d 'Print the greatest lag among the online schema change replicas'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-heuristic-domain-instance" -d 'Print the writer stored for a cluster\'s domain'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "topology" -d 'Draw a cluster as a tree'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "topology-tabulated" -d 'Draw a cluster as a tree, in seven columns'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "topology-tags" -d 'Draw a cluster as a tree, with tags'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "instances" -d 'List known instances'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "all-instances" -d 'List every known instance'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "find" -d 'List instances whose HOST:PORT matches a regular expression'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "search" -d 'List instances that a text occurs in'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-instance" -d 'Print the full name of a known instance'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "instance" -d 'Print the full name of a known instance'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-master" -d 'Print an instance\'s master'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-replicas" -d 'List an instance\'s direct replicas'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-broken-replicas" -d 'List an instance\'s replicas with a stopped thread and an error'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-downtimed-instances" -d 'List instances in downtime'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "downtimed" -d 'List instances in downtime, of all clusters or one'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-lost-in-recovery" -d 'List instances that a recovery had to leave behind'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "instance-status" -d 'Print one instance\'s state, as in a topology'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "bulk-instances" -d 'List every known instance by name'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "bulk-promotion-rules" -d 'List the registered promotion rules'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "replication-analysis" -d 'Print what is wrong with replication, a line an instance'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "explain" -d 'Explain the verdict on an instance, or all verdicts'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "watch" -d 'Keep reading servers, judging and telling, until it is stopped'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "continuous" -d 'Keep reading servers, judging and telling, until it is stopped'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "detections" -d 'List detected failures, latest first'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "blocked-recoveries" -d 'List recoveries that an earlier one holds back'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "changelog" -d 'List how the analysis of instances changed'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "recovery-steps" -d 'List what a recovery, or a run of hooks, did'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "recover" -d 'Recover a failed instance, or everything that has failed'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "recover-lite" -d 'Recover a failed instance without hooks'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "takeover" -d 'Have a living master hand over to one of its replicas'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "graceful-master-takeover" -d 'Have a living master hand over to its only replica, or to the destination'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "graceful-master-takeover-auto" -d 'Have a living master hand over to the destination, or to the best of its replicas'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "failover" -d 'Replace a cluster\'s master, dead or alive'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "force-master-failover" -d 'Replace a cluster\'s master, dead or alive, by the best of its replicas'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "force-master-takeover" -d 'Replace a cluster\'s writable master, dead or alive, by the destination'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "rejoin" -d 'Bring a former master back as a replica of its successor'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "disable-global-recoveries" -d 'Switch recoveries off for everybody who uses this inventory'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "enable-global-recoveries" -d 'Switch recoveries on again'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "check-global-recoveries" -d 'Tell whether recoveries are switched off'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "recoveries" -d ''
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "why-not" -d 'Tell why a recovery is not begun: every gate that holds, and what lifts it'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "ack-all-recoveries" -d 'Take note of all recoveries'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "ack-cluster-recoveries" -d 'Take note of a cluster\'s recoveries'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "ack-instance-recoveries" -d 'Take note of the recoveries in which an instance failed'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "get-candidate-replica" -d 'Print the replica of an instance that would take its place'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "get-candidate-slave" -d 'Print the replica of an instance that would take its place'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "internal-suggest-promoted-replacement" -d 'Print who would finally take a failed instance\'s place, once the destination was promoted'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "is-replicating" -d 'Print the instance if both its replication threads run'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "is-replication-stopped" -d 'Print the instance if both its replication threads are stopped'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "can-replicate-from" -d 'Print the destination if the instance could replicate from it'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-gtid-errant" -d 'Ask an instance, and print the GTIDs that it has and its master never had'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "locate-gtid-errant" -d 'Ask an instance, and print the binary logs that hold its errant GTIDs, one to a line'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "gtid-errant-reset-master" -d 'Rid an instance of its errant GTIDs: its binary logs are emptied, and the rest counts as executed'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "stop-replica" -d 'Stop an instance\'s replication'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "stop-slave" -d 'Stop an instance\'s replication'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "start-replica" -d 'Start an instance\'s replication, and see that it runs'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "start-slave" -d 'Start an instance\'s replication, and see that it runs'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "restart-replica" -d 'Stop and start an instance\'s replication'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "restart-slave" -d 'Stop and start an instance\'s replication'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "restart-replica-statements" -d 'Print what stops and starts an instance\'s running threads, with a statement between'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "restart-slave-statements" -d 'Print what stops and starts an instance\'s running threads, with a statement between'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "reset-replica" -d 'Make an instance forget its master, positions and relay logs'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "reset-slave" -d 'Make an instance forget its master, positions and relay logs'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "set-read-only" -d 'Make an instance refuse writes'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "set-writeable" -d 'Make an instance take writes'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "detach-replica-master-host" -d 'Break an instance\'s master\'s name, so that it replicates from nobody and remembers from whom'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "detach-replica" -d 'Break an instance\'s master\'s name, so that it replicates from nobody and remembers from whom'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "detach-slave" -d 'Break an instance\'s master\'s name, so that it replicates from nobody and remembers from whom'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "detach-slave-master-host" -d 'Break an instance\'s master\'s name, so that it replicates from nobody and remembers from whom'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "reattach-replica-master-host" -d 'Mend what detaching broke'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "reattach-replica" -d 'Mend what detaching broke'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "reattach-slave" -d 'Mend what detaching broke'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "reattach-slave-master-host" -d 'Mend what detaching broke'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "skip-query" -d 'Pass over the transaction at which a replica\'s applier failed, and start replication'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "enable-semi-sync-master" -d 'Have a server\'s commits wait for its replicas\' acknowledgement'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "enable-semi-sync-source" -d 'Have a server\'s commits wait for its replicas\' acknowledgement'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "disable-semi-sync-master" -d 'Have a server\'s commits wait for no acknowledgement'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "disable-semi-sync-source" -d 'Have a server\'s commits wait for no acknowledgement'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "enable-semi-sync-replica" -d 'Have a replica acknowledge what it receives'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "disable-semi-sync-replica" -d 'Have a replica acknowledge nothing'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "relocate" -d 'Move a replica below another master'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "relocate-below" -d 'Move a replica below another master'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "relocate-replicas" -d 'Move an instance\'s replicas below another master'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "relocate-slaves" -d 'Move an instance\'s replicas below another master'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "repoint" -d 'Point a replica at its master anew, or at another one where it stands'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "repoint-replicas" -d 'Point an instance\'s replicas at it anew, or at another one'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "repoint-slaves" -d 'Point an instance\'s replicas at it anew, or at another one'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "move-gtid" -d 'Move a replica below another master by GTID'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "move-replicas-gtid" -d 'Move an instance\'s replicas below another master by GTID'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "move-slaves-gtid" -d 'Move an instance\'s replicas below another master by GTID'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "enable-gtid" -d 'Let a replica position itself by GTID'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "disable-gtid" -d 'Let a replica position itself by file and position'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "regroup-replicas" -d 'Regroup an instance\'s replicas below one of them'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "regroup-slaves" -d 'Regroup an instance\'s replicas below one of them'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "regroup-replicas-gtid" -d 'Regroup an instance\'s replicas below one of them by GTID'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "regroup-slaves-gtid" -d 'Regroup an instance\'s replicas below one of them by GTID'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "take-siblings" -d 'Move a replica\'s siblings below it'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "enslave-siblings" -d 'Move a replica\'s siblings below it'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "move-up" -d 'Move a replica below its master\'s master'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "move-up-replicas" -d 'Move an instance\'s replicas below its master'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "move-up-slaves" -d 'Move an instance\'s replicas below its master'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "move-below" -d 'Move a replica below its sibling'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "take-master" -d 'Have a replica change places with its master, which is a replica itself'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "enslave-master" -d 'Have a replica change places with its master, which is a replica itself'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "make-co-master" -d 'Have an instance\'s master replicate from it, too'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "tag" -d 'Set a tag on an instance'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "untag" -d 'Remove a tag from an instance'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "untag-all" -d 'Remove a tag, NAME=VALUE, from every instance'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "tags" -d 'List an instance\'s tags'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "tag-value" -d 'Print the value of an instance\'s tag'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "tagged" -d 'List instances by tags'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "submit-pool-instances" -d 'Replace the members of a pool'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "cluster-pool-instances" -d 'List the members of all pools by cluster'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "which-heuristic-cluster-pool-instances" -d 'List the members of a cluster\'s pools that answer'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "pool" -d 'Keep pools of instances'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "begin-downtime" -d 'Mark an instance\'s trouble as known'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "end-downtime" -d 'End an instance\'s downtime'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "begin-maintenance" -d 'Lock an instance'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "end-maintenance" -d 'Release an instance\'s lock'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "in-maintenance" -d 'Print the instance if it is locked'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "downtime" -d 'Mark trouble as known'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "maintenance" -d 'Lock instances while changing them'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "resolve" -d 'Connect to an instance and print its canonical name'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "show-resolve-hosts" -d 'List remembered host name resolutions'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "show-unresolve-hosts" -d 'List names that replicas are told instead'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "register-hostname-unresolve" -d 'Set the name that replicas are told instead of a host\'s'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "deregister-hostname-unresolve" -d 'Remove such a name'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "reset-hostname-resolve-cache" -d 'Forget all remembered resolutions'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "redeploy-internal-db" -d 'Create or complete the inventory\'s schema'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "dump-config" -d 'Print the configuration in force as JSON, passwords masked'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "config" -d 'Look at the configuration'
complete -c orchestrator -n "__fish_orchestrator_needs_command" -f -a "api" -d 'Print a read-only answer of the web service, as JSON'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand discover" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand discover" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand discover" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand discover" -l no-crawl -d 'Read only the servers named; do not follow masters and replicas'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand discover" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand discover" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand discover" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand discover" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand discover" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand discover" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand discover" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand discover" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand discover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget-cluster" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget-cluster" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget-cluster" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget-cluster" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget-cluster" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget-cluster" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget-cluster" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget-cluster" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget-cluster" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget-cluster" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget-cluster" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget-cluster" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget-cluster" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand forget-cluster" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-candidate" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-candidate" -l promotion-rule -d 'prefer, neutral, prefer_not or must_not [default: prefer]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-candidate" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-candidate" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-candidate" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-candidate" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-candidate" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-candidate" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-candidate" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-candidate" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-candidate" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-candidate" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-candidate" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and not __fish_seen_subcommand_from add list" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and not __fish_seen_subcommand_from add list" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and not __fish_seen_subcommand_from add list" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and not __fish_seen_subcommand_from add list" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and not __fish_seen_subcommand_from add list" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and not __fish_seen_subcommand_from add list" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and not __fish_seen_subcommand_from add list" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and not __fish_seen_subcommand_from add list" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and not __fish_seen_subcommand_from add list" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and not __fish_seen_subcommand_from add list" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and not __fish_seen_subcommand_from add list" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and not __fish_seen_subcommand_from add list" -f -a "add" -d 'Say how willingly to promote an instance'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and not __fish_seen_subcommand_from add list" -f -a "list" -d 'List what was said'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from add" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from add" -l promotion-rule -d 'prefer, neutral, prefer_not or must_not [default: prefer]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from add" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from add" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from add" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from add" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from add" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from add" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from add" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from add" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from add" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from add" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from list" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from list" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from list" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from list" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from list" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from list" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from list" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from list" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from list" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand candidate; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-heuristic-domain-instance" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-heuristic-domain-instance" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-heuristic-domain-instance" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-heuristic-domain-instance" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-heuristic-domain-instance" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-heuristic-domain-instance" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-heuristic-domain-instance" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-heuristic-domain-instance" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-heuristic-domain-instance" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-heuristic-domain-instance" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-heuristic-domain-instance" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-heuristic-domain-instance" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-heuristic-domain-instance" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-heuristic-domain-instance" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and not __fish_seen_subcommand_from check" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and not __fish_seen_subcommand_from check" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and not __fish_seen_subcommand_from check" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and not __fish_seen_subcommand_from check" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and not __fish_seen_subcommand_from check" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and not __fish_seen_subcommand_from check" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and not __fish_seen_subcommand_from check" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and not __fish_seen_subcommand_from check" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and not __fish_seen_subcommand_from check" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and not __fish_seen_subcommand_from check" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and not __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and not __fish_seen_subcommand_from check" -f -a "check" -d 'Check the inventory file'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and __fish_seen_subcommand_from check" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and __fish_seen_subcommand_from check" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and __fish_seen_subcommand_from check" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and __fish_seen_subcommand_from check" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and __fish_seen_subcommand_from check" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and __fish_seen_subcommand_from check" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and __fish_seen_subcommand_from check" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and __fish_seen_subcommand_from check" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and __fish_seen_subcommand_from check" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and __fish_seen_subcommand_from check" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand inventory; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot-topologies" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot-topologies" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot-topologies" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot-topologies" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot-topologies" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot-topologies" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot-topologies" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot-topologies" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot-topologies" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot-topologies" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot-topologies" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and not __fish_seen_subcommand_from take list diff" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and not __fish_seen_subcommand_from take list diff" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and not __fish_seen_subcommand_from take list diff" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and not __fish_seen_subcommand_from take list diff" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and not __fish_seen_subcommand_from take list diff" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and not __fish_seen_subcommand_from take list diff" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and not __fish_seen_subcommand_from take list diff" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and not __fish_seen_subcommand_from take list diff" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and not __fish_seen_subcommand_from take list diff" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and not __fish_seen_subcommand_from take list diff" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and not __fish_seen_subcommand_from take list diff" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and not __fish_seen_subcommand_from take list diff" -f -a "take" -d 'Remember who replicates from whom'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and not __fish_seen_subcommand_from take list diff" -f -a "list" -d 'List the snapshots and how much they hold'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and not __fish_seen_subcommand_from take list diff" -f -a "diff" -d 'Tell what changed between two snapshots'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from take" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from take" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from take" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from take" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from take" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from take" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from take" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from take" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from take" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from take" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from take" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from list" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from list" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from list" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from list" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from list" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from list" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from list" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from list" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from list" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from diff" -l from -d 'The earlier snapshot: the last one taken until then' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from diff" -l to -d 'The later snapshot: the last one taken until then; `now` is the inventory as it is' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from diff" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from diff" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from diff" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from diff" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from diff" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from diff" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from diff" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from diff" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from diff" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from diff" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand snapshot; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters-alias" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters-alias" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters-alias" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters-alias" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters-alias" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters-alias" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters-alias" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters-alias" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters-alias" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters-alias" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand clusters-alias" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-clusters-masters" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-clusters-masters" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-clusters-masters" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-clusters-masters" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-clusters-masters" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-clusters-masters" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-clusters-masters" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-clusters-masters" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-clusters-masters" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-clusters-masters" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-clusters-masters" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-alias" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-alias" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-alias" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-alias" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-alias" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-alias" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-alias" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-alias" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-alias" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-alias" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-alias" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-alias" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-alias" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-alias" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-domain" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-domain" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-domain" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-domain" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-domain" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-domain" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-domain" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-domain" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-domain" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-domain" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-domain" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-domain" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-domain" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-domain" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-master" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-master" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-master" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-master" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-master" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-master" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-master" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-master" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-master" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-master" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-master" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-master" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-master" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-master" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-instances" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-instances" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-instances" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-instances" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-instances" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-instances" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-instances" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-instances" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-instances" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-instances" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-instances" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-instances" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-instances" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-instances" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-replicas" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-replicas" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-replicas" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-replicas" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-replicas" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-replicas" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-replicas" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-replicas" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-replicas" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-replicas" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-replicas" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-replicas" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-replicas" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-replicas" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-running-replicas" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-running-replicas" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-running-replicas" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-running-replicas" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-running-replicas" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-running-replicas" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-running-replicas" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-running-replicas" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-running-replicas" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-running-replicas" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-running-replicas" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-running-replicas" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-running-replicas" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-osc-running-replicas" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-gh-ost-replicas" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-gh-ost-replicas" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-gh-ost-replicas" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-gh-ost-replicas" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-gh-ost-replicas" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-gh-ost-replicas" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-gh-ost-replicas" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-gh-ost-replicas" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-gh-ost-replicas" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-gh-ost-replicas" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-gh-ost-replicas" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-gh-ost-replicas" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-gh-ost-replicas" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-cluster-gh-ost-replicas" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-cluster-heuristic-lag" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-cluster-heuristic-lag" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-cluster-heuristic-lag" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-cluster-heuristic-lag" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-cluster-heuristic-lag" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-cluster-heuristic-lag" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-cluster-heuristic-lag" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-cluster-heuristic-lag" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-cluster-heuristic-lag" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-cluster-heuristic-lag" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-cluster-heuristic-lag" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-cluster-heuristic-lag" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-cluster-heuristic-lag" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-cluster-heuristic-lag" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-domain-instance" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-domain-instance" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-domain-instance" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-domain-instance" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-domain-instance" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-domain-instance" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-domain-instance" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-domain-instance" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-domain-instance" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-domain-instance" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-domain-instance" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-domain-instance" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-domain-instance" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-domain-instance" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -l at -d 'As of the last snapshot taken until then' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -l tabulated -d 'In seven columns'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -l tags -d 'With each instance\'s tags'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tabulated" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tabulated" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tabulated" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tabulated" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tabulated" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tabulated" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tabulated" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tabulated" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tabulated" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tabulated" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tabulated" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tabulated" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tabulated" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tabulated" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tags" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tags" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tags" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tags" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tags" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tags" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tags" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tags" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tags" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tags" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tags" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tags" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tags" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand topology-tags" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instances" -l pattern -d 'Regular expression or text to look for' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instances" -l search -d 'Only instances whose name, version, cluster or ids hold TEXT' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instances" -l cluster -d 'Only this cluster, by name or alias' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instances" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instances" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instances" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instances" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instances" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instances" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instances" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instances" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instances" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instances" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instances" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-instances" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-instances" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-instances" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-instances" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-instances" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-instances" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-instances" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-instances" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-instances" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-instances" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand all-instances" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand find" -l pattern -d 'Regular expression or text to look for' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand find" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand find" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand find" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand find" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand find" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand find" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand find" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand find" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand find" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand find" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand find" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand search" -l pattern -d 'Regular expression or text to look for' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand search" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand search" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand search" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand search" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand search" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand search" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand search" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand search" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand search" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand search" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-instance" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-instance" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-instance" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-instance" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-instance" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-instance" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-instance" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-instance" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-instance" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-instance" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-instance" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-instance" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-master" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-master" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-master" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-master" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-master" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-master" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-master" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-master" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-master" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-master" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-master" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-master" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-replicas" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-replicas" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-replicas" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-replicas" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-replicas" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-replicas" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-replicas" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-replicas" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-replicas" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-replicas" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-replicas" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-replicas" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-broken-replicas" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-broken-replicas" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-broken-replicas" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-broken-replicas" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-broken-replicas" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-broken-replicas" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-broken-replicas" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-broken-replicas" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-broken-replicas" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-broken-replicas" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-broken-replicas" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-broken-replicas" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-downtimed-instances" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-downtimed-instances" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-downtimed-instances" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-downtimed-instances" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-downtimed-instances" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-downtimed-instances" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-downtimed-instances" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-downtimed-instances" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-downtimed-instances" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-downtimed-instances" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-downtimed-instances" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-downtimed-instances" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-downtimed-instances" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-downtimed-instances" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtimed" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtimed" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtimed" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtimed" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtimed" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtimed" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtimed" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtimed" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtimed" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtimed" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtimed" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtimed" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtimed" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtimed" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-lost-in-recovery" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-lost-in-recovery" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-lost-in-recovery" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-lost-in-recovery" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-lost-in-recovery" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-lost-in-recovery" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-lost-in-recovery" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-lost-in-recovery" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-lost-in-recovery" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-lost-in-recovery" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-lost-in-recovery" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance-status" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance-status" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance-status" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance-status" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance-status" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance-status" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance-status" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance-status" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance-status" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance-status" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance-status" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand instance-status" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-instances" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-instances" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-instances" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-instances" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-instances" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-instances" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-instances" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-instances" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-instances" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-instances" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-instances" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-promotion-rules" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-promotion-rules" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-promotion-rules" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-promotion-rules" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-promotion-rules" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-promotion-rules" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-promotion-rules" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-promotion-rules" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-promotion-rules" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-promotion-rules" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand bulk-promotion-rules" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand replication-analysis" -l cluster -d 'Only this cluster, by name or alias' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand replication-analysis" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand replication-analysis" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand replication-analysis" -l include-downtimed -d 'Also show what a downtime leaves out'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand replication-analysis" -l refresh -d 'Ask every known server first'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand replication-analysis" -l check -d 'Exit with monitoring\'s status: 0 ok, 1 warning, 2 critical, 3 unknown'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand replication-analysis" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand replication-analysis" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand replication-analysis" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand replication-analysis" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand replication-analysis" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand replication-analysis" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand replication-analysis" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand replication-analysis" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand replication-analysis" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand explain" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand explain" -l replay -d 'Judge again the verdicts stored in FILE, as `explain --output json` printed them' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand explain" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand explain" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand explain" -l rules -d 'Print the table of rules instead'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand explain" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand explain" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand explain" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand explain" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand explain" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand explain" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand explain" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand explain" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand watch" -l metrics-file -d 'Write metrics there each second, in the Prometheus text format' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand watch" -l log-format -d 'How messages are printed: text or json' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand watch" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand watch" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand watch" -l once -d 'Do everything once, servers first, and end: the form for cron'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand watch" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand watch" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand watch" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand watch" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand watch" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand watch" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand watch" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand watch" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand continuous" -l metrics-file -d 'Write metrics there each second, in the Prometheus text format' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand continuous" -l log-format -d 'How messages are printed: text or json' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand continuous" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand continuous" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand continuous" -l once -d 'Do everything once, servers first, and end: the form for cron'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand continuous" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand continuous" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand continuous" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand continuous" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand continuous" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand continuous" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand continuous" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand continuous" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand continuous" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detections" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detections" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detections" -l id -d 'Only the one with this number' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detections" -l page -d 'Only this page of 20, counted from 0' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detections" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detections" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detections" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detections" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detections" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detections" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detections" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detections" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detections" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detections" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detections" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand blocked-recoveries" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand blocked-recoveries" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand blocked-recoveries" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand blocked-recoveries" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand blocked-recoveries" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand blocked-recoveries" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand blocked-recoveries" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand blocked-recoveries" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand blocked-recoveries" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand blocked-recoveries" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand blocked-recoveries" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand blocked-recoveries" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand changelog" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand changelog" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand changelog" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand changelog" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand changelog" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand changelog" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand changelog" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand changelog" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand changelog" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand changelog" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand changelog" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand changelog" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recovery-steps" -l uid -d 'Name of a recovery or of a run of hooks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recovery-steps" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recovery-steps" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recovery-steps" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recovery-steps" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recovery-steps" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recovery-steps" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recovery-steps" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recovery-steps" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recovery-steps" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recovery-steps" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recovery-steps" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -l candidate -d 'The replica to promote: this one or none' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -l no-hooks -d 'Run no hooks'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -l resume -d 'Go on with what was left in the middle, or take it back'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover-lite" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover-lite" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover-lite" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover-lite" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover-lite" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover-lite" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover-lite" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover-lite" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover-lite" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover-lite" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover-lite" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover-lite" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recover-lite" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -l to -d 'The replica that takes over' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -l auto -d 'Choose the replica that takes over, where there are several'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -l force -d 'End client sessions that hold the old master back'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -l no-hooks -d 'Run no hooks'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand takeover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover-auto" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover-auto" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover-auto" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover-auto" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover-auto" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover-auto" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover-auto" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover-auto" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover-auto" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover-auto" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover-auto" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover-auto" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover-auto" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover-auto" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand graceful-master-takeover-auto" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -l candidate -d 'The replica to promote: this one or none' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -l no-hooks -d 'Run no hooks'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand failover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-failover" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-failover" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-failover" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-failover" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-failover" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-failover" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-failover" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-failover" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-failover" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-failover" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-failover" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-failover" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-failover" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-failover" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-failover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-takeover" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-takeover" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-takeover" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-takeover" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-takeover" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-takeover" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-takeover" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-takeover" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-takeover" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-takeover" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-takeover" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-takeover" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-takeover" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-takeover" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand force-master-takeover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand rejoin" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand rejoin" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand rejoin" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand rejoin" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand rejoin" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand rejoin" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand rejoin" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand rejoin" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand rejoin" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand rejoin" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand rejoin" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand rejoin" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand rejoin" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand rejoin" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-global-recoveries" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-global-recoveries" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-global-recoveries" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-global-recoveries" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-global-recoveries" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-global-recoveries" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-global-recoveries" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-global-recoveries" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-global-recoveries" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-global-recoveries" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-global-recoveries" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-global-recoveries" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-global-recoveries" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-global-recoveries" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-global-recoveries" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-global-recoveries" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-global-recoveries" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-global-recoveries" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-global-recoveries" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-global-recoveries" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-global-recoveries" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-global-recoveries" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand check-global-recoveries" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand check-global-recoveries" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand check-global-recoveries" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand check-global-recoveries" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand check-global-recoveries" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand check-global-recoveries" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand check-global-recoveries" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand check-global-recoveries" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand check-global-recoveries" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand check-global-recoveries" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand check-global-recoveries" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -f -a "disable" -d 'Switch recoveries off for everybody who uses this inventory'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -f -a "enable" -d 'Switch recoveries on again'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -f -a "status" -d 'Tell whether recoveries are switched off'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -f -a "list" -d 'List recoveries, latest first'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -f -a "show" -d 'Print everything that is kept of a recovery'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and not __fish_seen_subcommand_from disable enable status list show ack" -f -a "ack" -d 'Take note of a recovery, of a cluster\'s or an instance\'s, or of all'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from disable" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from disable" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from disable" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from disable" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from disable" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from disable" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from disable" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from disable" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from disable" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from disable" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from enable" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from enable" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from enable" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from enable" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from enable" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from enable" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from enable" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from enable" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from enable" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from enable" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from status" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from status" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from status" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from status" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from status" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from status" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from status" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from status" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from status" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from status" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from list" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from list" -l page -d 'Only this page of 20, counted from 0' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from list" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from list" -l unacknowledged -d 'Only those that nobody took note of yet'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from list" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from list" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from list" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from list" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from list" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from list" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from list" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from list" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from show" -l recovery -d 'Number of a recovery, or its name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from show" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from show" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from show" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from show" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from show" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from show" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from show" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from show" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from show" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from show" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -l recovery -d 'Number of a recovery, or its name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -l cluster -d 'Only this cluster, by name or alias' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -l reason -d 'Why this is done' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -l all -d 'Everything, not only a part'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand recoveries; and __fish_seen_subcommand_from ack" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand why-not" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand why-not" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand why-not" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand why-not" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand why-not" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand why-not" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand why-not" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand why-not" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand why-not" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand why-not" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand why-not" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand why-not" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-all-recoveries" -l reason -d 'Why this is done' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-all-recoveries" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-all-recoveries" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-all-recoveries" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-all-recoveries" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-all-recoveries" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-all-recoveries" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-all-recoveries" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-all-recoveries" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-all-recoveries" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-all-recoveries" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-all-recoveries" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-all-recoveries" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-cluster-recoveries" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-cluster-recoveries" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-cluster-recoveries" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-cluster-recoveries" -l reason -d 'Why this is done' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-cluster-recoveries" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-cluster-recoveries" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-cluster-recoveries" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-cluster-recoveries" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-cluster-recoveries" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-cluster-recoveries" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-cluster-recoveries" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-cluster-recoveries" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-cluster-recoveries" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-cluster-recoveries" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-cluster-recoveries" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-cluster-recoveries" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-instance-recoveries" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-instance-recoveries" -l reason -d 'Why this is done' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-instance-recoveries" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-instance-recoveries" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-instance-recoveries" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-instance-recoveries" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-instance-recoveries" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-instance-recoveries" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-instance-recoveries" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-instance-recoveries" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-instance-recoveries" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-instance-recoveries" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-instance-recoveries" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand ack-instance-recoveries" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-replica" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-replica" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-replica" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-replica" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-replica" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-replica" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-replica" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-replica" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-replica" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-replica" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-replica" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-replica" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-slave" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-slave" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-slave" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-slave" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-slave" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-slave" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-slave" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-slave" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-slave" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-slave" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-slave" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand get-candidate-slave" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand internal-suggest-promoted-replacement" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand internal-suggest-promoted-replacement" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand internal-suggest-promoted-replacement" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand internal-suggest-promoted-replacement" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand internal-suggest-promoted-replacement" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand internal-suggest-promoted-replacement" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand internal-suggest-promoted-replacement" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand internal-suggest-promoted-replacement" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand internal-suggest-promoted-replacement" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand internal-suggest-promoted-replacement" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand internal-suggest-promoted-replacement" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand internal-suggest-promoted-replacement" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand internal-suggest-promoted-replacement" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replicating" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replicating" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replicating" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replicating" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replicating" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replicating" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replicating" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replicating" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replicating" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replicating" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replicating" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replicating" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replication-stopped" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replication-stopped" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replication-stopped" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replication-stopped" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replication-stopped" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replication-stopped" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replication-stopped" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replication-stopped" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replication-stopped" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replication-stopped" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replication-stopped" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand is-replication-stopped" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand can-replicate-from" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand can-replicate-from" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand can-replicate-from" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand can-replicate-from" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand can-replicate-from" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand can-replicate-from" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand can-replicate-from" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand can-replicate-from" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand can-replicate-from" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand can-replicate-from" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand can-replicate-from" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand can-replicate-from" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand can-replicate-from" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-gtid-errant" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-gtid-errant" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-gtid-errant" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-gtid-errant" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-gtid-errant" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-gtid-errant" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-gtid-errant" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-gtid-errant" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-gtid-errant" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-gtid-errant" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-gtid-errant" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-gtid-errant" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand locate-gtid-errant" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand locate-gtid-errant" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand locate-gtid-errant" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand locate-gtid-errant" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand locate-gtid-errant" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand locate-gtid-errant" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand locate-gtid-errant" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand locate-gtid-errant" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand locate-gtid-errant" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand locate-gtid-errant" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand locate-gtid-errant" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand locate-gtid-errant" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand gtid-errant-reset-master" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand gtid-errant-reset-master" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand gtid-errant-reset-master" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand gtid-errant-reset-master" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand gtid-errant-reset-master" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand gtid-errant-reset-master" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand gtid-errant-reset-master" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand gtid-errant-reset-master" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand gtid-errant-reset-master" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand gtid-errant-reset-master" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand gtid-errant-reset-master" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand gtid-errant-reset-master" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand gtid-errant-reset-master" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand gtid-errant-reset-master" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-replica" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-replica" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-replica" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-replica" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-replica" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-replica" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-replica" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-replica" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-replica" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-replica" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-replica" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-replica" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-replica" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-replica" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-slave" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-slave" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-slave" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-slave" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-slave" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-slave" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-slave" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-slave" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-slave" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-slave" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-slave" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-slave" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-slave" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand stop-slave" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-replica" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-replica" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-replica" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-replica" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-replica" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-replica" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-replica" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-replica" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-replica" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-replica" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-replica" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-replica" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-replica" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-replica" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-slave" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-slave" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-slave" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-slave" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-slave" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-slave" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-slave" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-slave" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-slave" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-slave" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-slave" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-slave" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-slave" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand start-slave" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica-statements" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica-statements" -l statement -d 'Statement to put between' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica-statements" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica-statements" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica-statements" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica-statements" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica-statements" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica-statements" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica-statements" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica-statements" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica-statements" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica-statements" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-replica-statements" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave-statements" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave-statements" -l statement -d 'Statement to put between' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave-statements" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave-statements" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave-statements" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave-statements" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave-statements" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave-statements" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave-statements" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave-statements" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave-statements" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave-statements" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand restart-slave-statements" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-replica" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-replica" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-replica" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-replica" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-replica" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-replica" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-replica" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-replica" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-replica" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-replica" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-replica" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-replica" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-replica" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-replica" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-slave" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-slave" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-slave" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-slave" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-slave" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-slave" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-slave" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-slave" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-slave" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-slave" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-slave" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-slave" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-slave" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-slave" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-read-only" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-read-only" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-read-only" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-read-only" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-read-only" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-read-only" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-read-only" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-read-only" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-read-only" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-read-only" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-read-only" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-read-only" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-read-only" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-read-only" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-writeable" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-writeable" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-writeable" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-writeable" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-writeable" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-writeable" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-writeable" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-writeable" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-writeable" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-writeable" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-writeable" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-writeable" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-writeable" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand set-writeable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica-master-host" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica-master-host" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica-master-host" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica-master-host" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica-master-host" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica-master-host" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica-master-host" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica-master-host" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica-master-host" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica-master-host" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica-master-host" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica-master-host" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica-master-host" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica-master-host" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-replica" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave-master-host" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave-master-host" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave-master-host" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave-master-host" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave-master-host" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave-master-host" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave-master-host" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave-master-host" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave-master-host" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave-master-host" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave-master-host" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave-master-host" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave-master-host" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand detach-slave-master-host" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica-master-host" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica-master-host" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica-master-host" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica-master-host" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica-master-host" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica-master-host" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica-master-host" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica-master-host" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica-master-host" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica-master-host" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica-master-host" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica-master-host" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica-master-host" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica-master-host" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-replica" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave-master-host" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave-master-host" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave-master-host" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave-master-host" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave-master-host" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave-master-host" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave-master-host" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave-master-host" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave-master-host" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave-master-host" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave-master-host" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave-master-host" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave-master-host" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reattach-slave-master-host" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand skip-query" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand skip-query" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand skip-query" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand skip-query" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand skip-query" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand skip-query" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand skip-query" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand skip-query" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand skip-query" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand skip-query" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand skip-query" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand skip-query" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand skip-query" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand skip-query" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-master" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-master" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-master" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-master" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-master" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-master" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-master" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-master" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-master" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-master" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-master" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-master" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-master" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-master" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-source" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-source" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-source" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-source" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-source" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-source" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-source" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-source" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-source" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-source" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-source" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-source" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-source" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-source" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-master" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-master" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-master" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-master" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-master" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-master" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-master" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-master" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-master" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-master" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-master" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-master" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-master" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-master" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-source" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-source" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-source" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-source" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-source" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-source" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-source" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-source" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-source" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-source" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-source" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-source" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-source" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-source" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-replica" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-replica" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-replica" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-replica" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-replica" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-replica" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-replica" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-replica" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-replica" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-replica" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-replica" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-replica" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-replica" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-semi-sync-replica" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-replica" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-replica" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-replica" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-replica" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-replica" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-replica" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-replica" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-replica" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-replica" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-replica" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-replica" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-replica" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-replica" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-semi-sync-replica" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-below" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-below" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-below" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-below" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-below" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-below" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-below" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-below" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-below" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-below" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-below" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-below" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-below" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-below" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-below" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-below" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -l pattern -d 'Regular expression or text to look for' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-replicas" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -l pattern -d 'Regular expression or text to look for' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand relocate-slaves" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -l pattern -d 'Regular expression or text to look for' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-replicas" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -l pattern -d 'Regular expression or text to look for' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand repoint-slaves" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-gtid" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-gtid" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-gtid" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-gtid" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-gtid" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-gtid" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-gtid" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-gtid" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-gtid" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-gtid" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-gtid" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-gtid" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-gtid" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-gtid" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-gtid" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-gtid" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -l pattern -d 'Regular expression or text to look for' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-replicas-gtid" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -l pattern -d 'Regular expression or text to look for' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-slaves-gtid" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-gtid" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-gtid" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-gtid" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-gtid" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-gtid" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-gtid" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-gtid" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-gtid" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-gtid" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-gtid" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-gtid" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-gtid" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-gtid" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enable-gtid" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-gtid" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-gtid" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-gtid" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-gtid" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-gtid" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-gtid" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-gtid" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-gtid" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-gtid" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-gtid" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-gtid" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-gtid" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-gtid" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand disable-gtid" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas-gtid" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas-gtid" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas-gtid" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas-gtid" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas-gtid" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas-gtid" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas-gtid" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas-gtid" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas-gtid" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas-gtid" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas-gtid" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas-gtid" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas-gtid" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas-gtid" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-replicas-gtid" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves-gtid" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves-gtid" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves-gtid" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves-gtid" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves-gtid" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves-gtid" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves-gtid" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves-gtid" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves-gtid" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves-gtid" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves-gtid" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves-gtid" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves-gtid" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves-gtid" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand regroup-slaves-gtid" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-siblings" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-siblings" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-siblings" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-siblings" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-siblings" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-siblings" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-siblings" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-siblings" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-siblings" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-siblings" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-siblings" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-siblings" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-siblings" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-siblings" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-siblings" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-siblings" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-siblings" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-siblings" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-siblings" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-siblings" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-siblings" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-siblings" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-siblings" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-siblings" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-siblings" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-siblings" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-siblings" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-siblings" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-siblings" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-siblings" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-replicas" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-replicas" -l pattern -d 'Regular expression or text to look for' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-replicas" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-replicas" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-replicas" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-replicas" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-replicas" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-replicas" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-replicas" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-replicas" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-replicas" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-replicas" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-replicas" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-replicas" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-replicas" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-replicas" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-slaves" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-slaves" -l pattern -d 'Regular expression or text to look for' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-slaves" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-slaves" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-slaves" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-slaves" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-slaves" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-slaves" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-slaves" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-slaves" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-slaves" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-slaves" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-slaves" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-slaves" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-slaves" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-up-slaves" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-below" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-below" -s d -l destination -d 'Destination instance, HOST[:PORT]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-below" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-below" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-below" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-below" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-below" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-below" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-below" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-below" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-below" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-below" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-below" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-below" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-below" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand move-below" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-master" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-master" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-master" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-master" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-master" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-master" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-master" -l no-hooks -d 'Run no hooks'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-master" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-master" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-master" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-master" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-master" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-master" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-master" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-master" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand take-master" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-master" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-master" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-master" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-master" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-master" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-master" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-master" -l no-hooks -d 'Run no hooks'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-master" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-master" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-master" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-master" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-master" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-master" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-master" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-master" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand enslave-master" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand make-co-master" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand make-co-master" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand make-co-master" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand make-co-master" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand make-co-master" -l force -d 'Go on though transactions stay on the replica alone, or its position is taken as it is'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand make-co-master" -l dry-run -d 'Print what would be done, and change nothing'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand make-co-master" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand make-co-master" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand make-co-master" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand make-co-master" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand make-co-master" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand make-co-master" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand make-co-master" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand make-co-master" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand make-co-master" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and not __fish_seen_subcommand_from add remove list" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and not __fish_seen_subcommand_from add remove list" -l tag -d 'Tag, NAME or NAME=VALUE; or a search expression of several' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and not __fish_seen_subcommand_from add remove list" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and not __fish_seen_subcommand_from add remove list" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and not __fish_seen_subcommand_from add remove list" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and not __fish_seen_subcommand_from add remove list" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and not __fish_seen_subcommand_from add remove list" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and not __fish_seen_subcommand_from add remove list" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and not __fish_seen_subcommand_from add remove list" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and not __fish_seen_subcommand_from add remove list" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and not __fish_seen_subcommand_from add remove list" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and not __fish_seen_subcommand_from add remove list" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and not __fish_seen_subcommand_from add remove list" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and not __fish_seen_subcommand_from add remove list" -a "add" -d 'Set a tag on an instance'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and not __fish_seen_subcommand_from add remove list" -a "remove" -d 'Remove a tag from an instance'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and not __fish_seen_subcommand_from add remove list" -a "list" -d 'List an instance\'s tags, or all'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from add" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from add" -l tag -d 'Tag, NAME or NAME=VALUE; or a search expression of several' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from add" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from add" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from add" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from add" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from add" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from add" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from add" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from add" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from add" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from add" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from remove" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from remove" -l tag -d 'Tag, NAME or NAME=VALUE; or a search expression of several' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from remove" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from remove" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from remove" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from remove" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from remove" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from remove" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from remove" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from remove" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from remove" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from remove" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from list" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from list" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from list" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from list" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from list" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from list" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from list" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from list" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from list" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from list" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag" -l tag -d 'Tag, NAME or NAME=VALUE; or a search expression of several' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag-all" -l tag -d 'Tag, NAME or NAME=VALUE; or a search expression of several' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag-all" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag-all" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag-all" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag-all" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag-all" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag-all" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag-all" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag-all" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag-all" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag-all" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand untag-all" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tags" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tags" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tags" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tags" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tags" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tags" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tags" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tags" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tags" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tags" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tags" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tags" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag-value" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag-value" -l tag -d 'Tag, NAME or NAME=VALUE; or a search expression of several' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag-value" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag-value" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag-value" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag-value" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag-value" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag-value" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag-value" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag-value" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag-value" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag-value" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tag-value" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tagged" -l tag -d 'Tag, NAME or NAME=VALUE; or a search expression of several' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tagged" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tagged" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tagged" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tagged" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tagged" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tagged" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tagged" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tagged" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tagged" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tagged" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand tagged" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand submit-pool-instances" -l pool -d 'Pool name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand submit-pool-instances" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand submit-pool-instances" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand submit-pool-instances" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand submit-pool-instances" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand submit-pool-instances" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand submit-pool-instances" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand submit-pool-instances" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand submit-pool-instances" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand submit-pool-instances" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand submit-pool-instances" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand submit-pool-instances" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand submit-pool-instances" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand cluster-pool-instances" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand cluster-pool-instances" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand cluster-pool-instances" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand cluster-pool-instances" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand cluster-pool-instances" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand cluster-pool-instances" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand cluster-pool-instances" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand cluster-pool-instances" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand cluster-pool-instances" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand cluster-pool-instances" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand cluster-pool-instances" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-cluster-pool-instances" -l target -d 'Cluster name, cluster alias, or any instance of the cluster' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-cluster-pool-instances" -l alias -d 'Cluster alias or exact cluster name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-cluster-pool-instances" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-cluster-pool-instances" -l pool -d 'Pool name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-cluster-pool-instances" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-cluster-pool-instances" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-cluster-pool-instances" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-cluster-pool-instances" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-cluster-pool-instances" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-cluster-pool-instances" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-cluster-pool-instances" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-cluster-pool-instances" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-cluster-pool-instances" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-cluster-pool-instances" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand which-heuristic-cluster-pool-instances" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and not __fish_seen_subcommand_from submit list" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and not __fish_seen_subcommand_from submit list" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and not __fish_seen_subcommand_from submit list" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and not __fish_seen_subcommand_from submit list" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and not __fish_seen_subcommand_from submit list" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and not __fish_seen_subcommand_from submit list" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and not __fish_seen_subcommand_from submit list" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and not __fish_seen_subcommand_from submit list" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and not __fish_seen_subcommand_from submit list" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and not __fish_seen_subcommand_from submit list" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and not __fish_seen_subcommand_from submit list" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and not __fish_seen_subcommand_from submit list" -f -a "submit" -d 'Replace the members of a pool'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and not __fish_seen_subcommand_from submit list" -f -a "list" -d 'List the members of all pools by cluster'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from submit" -l pool -d 'Pool name' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from submit" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from submit" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from submit" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from submit" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from submit" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from submit" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from submit" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from submit" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from submit" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from submit" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from submit" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from submit" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from list" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from list" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from list" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from list" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from list" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from list" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from list" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from list" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from list" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand pool; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-downtime" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-downtime" -l reason -d 'Why this is done' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-downtime" -l duration -d 'How long, such as 90s, 30m, 3h, 6d, 4w' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-downtime" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-downtime" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-downtime" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-downtime" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-downtime" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-downtime" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-downtime" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-downtime" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-downtime" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-downtime" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-downtime" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-downtime" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-downtime" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-downtime" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-downtime" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-downtime" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-downtime" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-downtime" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-downtime" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-downtime" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-downtime" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-downtime" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-downtime" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-downtime" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-maintenance" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-maintenance" -l reason -d 'Why this is done' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-maintenance" -l duration -d 'How long, such as 90s, 30m, 3h, 6d, 4w' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-maintenance" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-maintenance" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-maintenance" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-maintenance" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-maintenance" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-maintenance" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-maintenance" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-maintenance" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-maintenance" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-maintenance" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-maintenance" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand begin-maintenance" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-maintenance" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-maintenance" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-maintenance" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-maintenance" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-maintenance" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-maintenance" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-maintenance" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-maintenance" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-maintenance" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-maintenance" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-maintenance" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand end-maintenance" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand in-maintenance" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand in-maintenance" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand in-maintenance" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand in-maintenance" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand in-maintenance" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand in-maintenance" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand in-maintenance" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand in-maintenance" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand in-maintenance" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand in-maintenance" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand in-maintenance" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand in-maintenance" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and not __fish_seen_subcommand_from begin end list" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and not __fish_seen_subcommand_from begin end list" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and not __fish_seen_subcommand_from begin end list" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and not __fish_seen_subcommand_from begin end list" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and not __fish_seen_subcommand_from begin end list" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and not __fish_seen_subcommand_from begin end list" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and not __fish_seen_subcommand_from begin end list" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and not __fish_seen_subcommand_from begin end list" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and not __fish_seen_subcommand_from begin end list" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and not __fish_seen_subcommand_from begin end list" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and not __fish_seen_subcommand_from begin end list" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and not __fish_seen_subcommand_from begin end list" -f -a "begin" -d 'Mark an instance\'s trouble as known'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and not __fish_seen_subcommand_from begin end list" -f -a "end" -d 'End an instance\'s downtime'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and not __fish_seen_subcommand_from begin end list" -f -a "list" -d 'List downtimes with reason, owner and end'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from begin" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from begin" -l reason -d 'Why this is done' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from begin" -l duration -d 'How long, such as 90s, 30m, 3h, 6d, 4w' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from begin" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from begin" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from begin" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from begin" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from begin" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from begin" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from begin" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from begin" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from begin" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from begin" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from begin" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from begin" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from end" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from end" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from end" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from end" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from end" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from end" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from end" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from end" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from end" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from end" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from end" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from end" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from list" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from list" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from list" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from list" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from list" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from list" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from list" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from list" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from list" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand downtime; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and not __fish_seen_subcommand_from begin end list" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and not __fish_seen_subcommand_from begin end list" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and not __fish_seen_subcommand_from begin end list" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and not __fish_seen_subcommand_from begin end list" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and not __fish_seen_subcommand_from begin end list" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and not __fish_seen_subcommand_from begin end list" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and not __fish_seen_subcommand_from begin end list" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and not __fish_seen_subcommand_from begin end list" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and not __fish_seen_subcommand_from begin end list" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and not __fish_seen_subcommand_from begin end list" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and not __fish_seen_subcommand_from begin end list" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and not __fish_seen_subcommand_from begin end list" -f -a "begin" -d 'Lock an instance'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and not __fish_seen_subcommand_from begin end list" -f -a "end" -d 'Release an instance\'s lock'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and not __fish_seen_subcommand_from begin end list" -f -a "list" -d 'List locks with reason, owner and end'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from begin" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from begin" -l reason -d 'Why this is done' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from begin" -l duration -d 'How long, such as 90s, 30m, 3h, 6d, 4w' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from begin" -l owner -d 'Who does this [default: the operating system\'s user]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from begin" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from begin" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from begin" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from begin" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from begin" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from begin" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from begin" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from begin" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from begin" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from begin" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from begin" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from end" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from end" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from end" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from end" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from list" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from list" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from list" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from list" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from list" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from list" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from list" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from list" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from list" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from list" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand maintenance; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand resolve" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand resolve" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand resolve" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand resolve" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand resolve" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand resolve" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand resolve" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand resolve" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand resolve" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand resolve" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand resolve" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand resolve" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-resolve-hosts" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-resolve-hosts" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-resolve-hosts" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-resolve-hosts" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-resolve-hosts" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-resolve-hosts" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-resolve-hosts" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-resolve-hosts" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-resolve-hosts" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-resolve-hosts" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-resolve-hosts" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-unresolve-hosts" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-unresolve-hosts" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-unresolve-hosts" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-unresolve-hosts" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-unresolve-hosts" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-unresolve-hosts" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-unresolve-hosts" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-unresolve-hosts" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-unresolve-hosts" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-unresolve-hosts" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand show-unresolve-hosts" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-hostname-unresolve" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-hostname-unresolve" -l hostname -d 'Host name to use instead' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-hostname-unresolve" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-hostname-unresolve" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-hostname-unresolve" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-hostname-unresolve" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-hostname-unresolve" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-hostname-unresolve" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-hostname-unresolve" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-hostname-unresolve" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-hostname-unresolve" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-hostname-unresolve" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand register-hostname-unresolve" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand deregister-hostname-unresolve" -s i -l instance -d 'Instance, HOST[:PORT]; several separated by commas or blanks' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand deregister-hostname-unresolve" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand deregister-hostname-unresolve" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand deregister-hostname-unresolve" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand deregister-hostname-unresolve" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand deregister-hostname-unresolve" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand deregister-hostname-unresolve" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand deregister-hostname-unresolve" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand deregister-hostname-unresolve" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand deregister-hostname-unresolve" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand deregister-hostname-unresolve" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand deregister-hostname-unresolve" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-hostname-resolve-cache" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-hostname-resolve-cache" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-hostname-resolve-cache" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-hostname-resolve-cache" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-hostname-resolve-cache" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-hostname-resolve-cache" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-hostname-resolve-cache" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-hostname-resolve-cache" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-hostname-resolve-cache" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-hostname-resolve-cache" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand reset-hostname-resolve-cache" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand redeploy-internal-db" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand redeploy-internal-db" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand redeploy-internal-db" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand redeploy-internal-db" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand redeploy-internal-db" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand redeploy-internal-db" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand redeploy-internal-db" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand redeploy-internal-db" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand redeploy-internal-db" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand redeploy-internal-db" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand redeploy-internal-db" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand dump-config" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand dump-config" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand dump-config" -l unmasked -d 'Print passwords and tokens too'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand dump-config" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand dump-config" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand dump-config" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand dump-config" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand dump-config" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand dump-config" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand dump-config" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand dump-config" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand dump-config" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and not __fish_seen_subcommand_from check show" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and not __fish_seen_subcommand_from check show" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and not __fish_seen_subcommand_from check show" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and not __fish_seen_subcommand_from check show" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and not __fish_seen_subcommand_from check show" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and not __fish_seen_subcommand_from check show" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and not __fish_seen_subcommand_from check show" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and not __fish_seen_subcommand_from check show" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and not __fish_seen_subcommand_from check show" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and not __fish_seen_subcommand_from check show" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and not __fish_seen_subcommand_from check show" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and not __fish_seen_subcommand_from check show" -f -a "check" -d 'Check the configuration and say everything that is wrong'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and not __fish_seen_subcommand_from check show" -f -a "show" -d 'Print the configuration in force, and where each value comes from'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from check" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from check" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from check" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from check" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from check" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from check" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from check" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from check" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from check" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from check" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from show" -l all -d 'Everything, not only a part'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from show" -l unmasked -d 'Print passwords and tokens too'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from show" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from show" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from show" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from show" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from show" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from show" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from show" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from show" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand api" -l path -d 'Path of the read-only web answers, such as clusters-info' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand api" -l config -d 'Configuration file [default: the usual places]' -r
complete -c orchestrator -n "__fish_orchestrator_using_subcommand api" -s o -l output -d 'How to print the answer' -r -f -a "text\t''
table\t''
json\t''
yaml\t''"
complete -c orchestrator -n "__fish_orchestrator_using_subcommand api" -l quiet -d 'Only errors on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand api" -l verbose -d 'Tell what is done, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand api" -l debug -d 'Tell everything, on standard error'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand api" -l noop -d 'Change nothing: refuse what would'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand api" -l grab-election -d 'For watch: take the right to act from whoever has it'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand api" -l enable-database-update -d 'Update the inventory\'s schema although the configuration says not to'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand api" -l ignore-raft-setup -d 'Run although the configuration asks for raft'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand api" -l skip-continuous-registration -d 'Do not write this process to the node tables'
complete -c orchestrator -n "__fish_orchestrator_using_subcommand api" -s h -l help -d 'Print help (see more with \'--help\')'
