-- Roles and databases, made once by a superuser before the first "kassactl migrate"; safe to repeat.
--   psql -d postgres -f conf/roles.sql
-- kassa_owner runs migrations; kassa_books and kassa_sandbox own the functions that write and are
-- never logged in to; kassa_server is the server (design: "Promises", 4).  A role that logs in over
-- the network gets its password from the operator: alter role kassa_server password '…'.

select format('create role %I %s', name, kind)
from (values
    ('kassa_owner',     'login'),
    ('kassa_books',     'nologin'),
    ('kassa_sandbox',   'nologin'),
    ('kassa_server',    'login'),
    ('kassa_simulator', 'login')
) as role (name, kind)
where name not in (select rolname from pg_roles)
\gexec

-- The owner hands functions over to them.
set client_min_messages = warning;
grant kassa_books, kassa_sandbox to kassa_owner;

-- Names are ordered byte by byte: an index over them stays true when the operating system, and with it the order of its
-- language, is upgraded (PostgreSQL 15, ALTER COLLATION).
select format('create database %I owner %I template template0 encoding ''UTF8'' lc_collate ''C'' lc_ctype ''C.UTF-8''',
    name, owner)
from (values
    ('kassa',           'kassa_owner'),
    ('kassa_simulator', 'kassa_simulator')
) as base (name, owner)
where name not in (select datname from pg_database)
\gexec

-- Nobody enters a database by default.
revoke all on database kassa from public;
revoke all on database kassa_simulator from public;
grant connect on database kassa to kassa_server;
