set -eu
# The password goes into a file in memory: what is an argument, everybody on the node can read.
umask 077
{
    echo "requirepass $CACHE_PASSWORD"
    echo "masterauth $CACHE_PASSWORD"
    # A quarter is left for connections; when the rest is full, what was used longest ago goes.
    echo "maxmemory $((MEMORY_LIMIT * 3 / 4))"
    echo "maxmemory-policy allkeys-lru"
    # A cache: nothing is written to disk. A primary that restarts is empty, and its replicas with it.
    echo 'save ""'
    echo "appendonly no"
    echo "dir /tmp"
    if [ "$HOSTNAME" != cache-0 ]; then
        echo "replicaof cache-0.cache-pods 6379"
    fi
} > /tmp/valkey.conf
exec valkey-server /tmp/valkey.conf
