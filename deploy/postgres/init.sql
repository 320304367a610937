-- Prepares one database for the services: two roles and one schema each. Run it as a superuser inside the database that the
-- services will use. Safe to run again. Written to the level of PostgreSQL 15. It sets no passwords: whoever deploys gives them.
--
--   <service>_owner    owns the schema and its tables; migrations alone connect as this role
--   <service>_runtime  what a service connects as: may read and write rows, is held by row-level security, may change no table

create extension if not exists pg_trgm with schema public;
-- Behind row-level security Postgres uses an index only for functions that are known to tell nothing of what they compare.
-- This one raises no error about its arguments; without this, every search by similarity reads all labels of an organization.
alter function public.word_similarity_op(text, text) leakproof;
revoke create on schema public from public;

do $prepare$
declare
    service text;
    owner_role text;
    runtime_role text;
begin
    execute format('revoke all on database %I from public', current_database());

    foreach service in array array['profile', 'matching', 'sessions'] loop
        owner_role := service || '_owner';
        runtime_role := service || '_runtime';

        if not exists (select from pg_roles where rolname = owner_role) then
            execute format('create role %I', owner_role);
        end if;
        if not exists (select from pg_roles where rolname = runtime_role) then
            execute format('create role %I', runtime_role);
        end if;
        execute format('alter role %I login nosuperuser nocreatedb nocreaterole nobypassrls', owner_role);
        execute format('alter role %I login nosuperuser nocreatedb nocreaterole nobypassrls', runtime_role);

        execute format('alter role %I set search_path = %I', owner_role, service);
        execute format('alter role %I set timezone = %L', owner_role, 'UTC');
        execute format('alter role %I set search_path = %I', runtime_role, service);
        execute format('alter role %I set timezone = %L', runtime_role, 'UTC');
        -- Every statement here is short: compiling one costs more than running it, thousands of times over.
        execute format('alter role %I set jit = off', runtime_role);
        execute format('alter role %I set statement_timeout = %L', runtime_role, '5s');
        execute format('alter role %I set lock_timeout = %L', runtime_role, '1s');
        execute format('alter role %I set idle_in_transaction_session_timeout = %L', runtime_role, '10s');

        execute format(
            'grant connect, temporary on database %I to %I, %I', current_database(), owner_role, runtime_role
        );
        execute format('create schema if not exists %I authorization %I', service, owner_role);
        execute format('grant usage on schema %I to %I', service, runtime_role);

        execute format(
            'alter default privileges for role %I in schema %I grant select, insert, update, delete on tables to %I',
            owner_role, service, runtime_role
        );
        execute format(
            'alter default privileges for role %I in schema %I grant usage, select on sequences to %I',
            owner_role, service, runtime_role
        );
        execute format(
            'alter default privileges for role %I in schema %I grant execute on functions to %I',
            owner_role, service, runtime_role
        );
        execute format(
            'alter default privileges for role %I in schema %I grant usage on types to %I',
            owner_role, service, runtime_role
        );
    end loop;
end
$prepare$;
