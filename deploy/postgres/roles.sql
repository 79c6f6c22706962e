-- At the first start: a database whose owner only migrates it, and a role for the app that can't change a table's shape.
\set owner_password `cat /run/secrets/owner_password`
\set backend_password `cat /run/secrets/backend_password`
CREATE ROLE tcm_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE tcm_backend LOGIN PASSWORD :'backend_password';
CREATE DATABASE telegram_chat_manager OWNER tcm_owner;
REVOKE ALL ON DATABASE telegram_chat_manager FROM PUBLIC;
GRANT CONNECT ON DATABASE telegram_chat_manager TO tcm_backend;
\connect telegram_chat_manager
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO tcm_owner;
GRANT USAGE ON SCHEMA public TO tcm_backend;
ALTER DEFAULT PRIVILEGES FOR ROLE tcm_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tcm_backend;
ALTER DEFAULT PRIVILEGES FOR ROLE tcm_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO tcm_backend;
