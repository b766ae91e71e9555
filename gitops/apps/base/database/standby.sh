set -eu
primary=database-0.database-pods
# The primary has nothing to copy; a standby that has its copy goes on with it.
if [ "$HOSTNAME" = database-0 ] || [ -s "$PGDATA/PG_VERSION" ]; then
    exit 0
fi
until pg_isready --quiet --host="$primary"; do
    sleep 2
done
# What an interrupted copy left.
rm -rf "$PGDATA"
umask 077
# --write-recovery-conf makes it a standby: the connection, password included, is written into its own volume.
pg_basebackup --host="$primary" --username=replication --pgdata="$PGDATA" --wal-method=stream --write-recovery-conf
