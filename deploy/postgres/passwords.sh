#!/usr/bin/env bash
# Gives every role of init.sql its password, from the secret files <role>_password. Safe to run again: that is how passwords change.
set -euo pipefail

for role in {profile,matching,sessions}_{owner,runtime}; do
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
        --set role="$role" --set password="$(<"/run/secrets/${role}_password")" \
        <<<"alter role :\"role\" password :'password';"
done
