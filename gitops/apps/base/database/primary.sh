# Run once, by the image's entrypoint, when the primary makes its database: the account that standbys read it with.
psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
\getenv password REPLICATION_PASSWORD
CREATE ROLE replication WITH REPLICATION LOGIN PASSWORD :'password';
SQL
echo "host replication replication all scram-sha-256" >> "$PGDATA/pg_hba.conf"
