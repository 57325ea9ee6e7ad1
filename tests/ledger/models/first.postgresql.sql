CREATE TABLE accounts (
    id VARCHAR(26) NOT NULL, 
    version BIGINT NOT NULL, 
    name VARCHAR(200) NOT NULL, 
    folded VARCHAR(200) NOT NULL, 
    display VARCHAR(200) NOT NULL, 
    holder VARCHAR(32) NOT NULL, 
    purpose VARCHAR(40) NOT NULL, 
    password VARCHAR(256), 
    roles TEXT NOT NULL, 
    disabled BOOLEAN NOT NULL, 
    must_change BOOLEAN NOT NULL, 
    created_by VARCHAR(200) NOT NULL, 
    created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    updated_by VARCHAR(200) NOT NULL, 
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    deleted_by VARCHAR(200), 
    deleted_at TIMESTAMP WITH TIME ZONE, 
    CONSTRAINT pk_accounts PRIMARY KEY (id), 
    CONSTRAINT uq_accounts_folded UNIQUE (folded)
);

CREATE TABLE sessions (
    id VARCHAR(26) NOT NULL, 
    version BIGINT NOT NULL, 
    account_id VARCHAR(26) NOT NULL, 
    digest VARCHAR(64) NOT NULL, 
    address VARCHAR(64) NOT NULL, 
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    last_used_at TIMESTAMP WITH TIME ZONE, 
    revoked_at TIMESTAMP WITH TIME ZONE, 
    created_by VARCHAR(200) NOT NULL, 
    created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    updated_by VARCHAR(200) NOT NULL, 
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    deleted_by VARCHAR(200), 
    deleted_at TIMESTAMP WITH TIME ZONE, 
    CONSTRAINT pk_sessions PRIMARY KEY (id), 
    CONSTRAINT fk_sessions_account_id_accounts FOREIGN KEY(account_id) REFERENCES accounts (id), 
    CONSTRAINT uq_sessions_digest UNIQUE (digest)
);

CREATE INDEX ix_sessions_account_id ON sessions USING btree (account_id);

CREATE INDEX ix_sessions_expires_at ON sessions USING btree (expires_at);

CREATE TABLE tokens (
    id VARCHAR(26) NOT NULL, 
    version BIGINT NOT NULL, 
    account_id VARCHAR(26) NOT NULL, 
    digest VARCHAR(64) NOT NULL, 
    name VARCHAR(200) NOT NULL, 
    purpose VARCHAR(32) NOT NULL, 
    activities TEXT NOT NULL, 
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    last_used_at TIMESTAMP WITH TIME ZONE, 
    revoked_at TIMESTAMP WITH TIME ZONE, 
    created_by VARCHAR(200) NOT NULL, 
    created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    updated_by VARCHAR(200) NOT NULL, 
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    deleted_by VARCHAR(200), 
    deleted_at TIMESTAMP WITH TIME ZONE, 
    CONSTRAINT pk_tokens PRIMARY KEY (id), 
    CONSTRAINT fk_tokens_account_id_accounts FOREIGN KEY(account_id) REFERENCES accounts (id), 
    CONSTRAINT uq_tokens_digest UNIQUE (digest)
);

CREATE INDEX ix_tokens_account_id ON tokens USING btree (account_id);

CREATE INDEX ix_tokens_expires_at ON tokens USING btree (expires_at);

CREATE TABLE saved_views (
    id VARCHAR(26) NOT NULL, 
    version BIGINT NOT NULL, 
    owner VARCHAR(26) NOT NULL, 
    name VARCHAR(200) NOT NULL, 
    view VARCHAR(200) NOT NULL, 
    filters TEXT NOT NULL, 
    span VARCHAR(80) NOT NULL, 
    columns TEXT NOT NULL, 
    shared BOOLEAN NOT NULL, 
    created_by VARCHAR(200) NOT NULL, 
    created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    updated_by VARCHAR(200) NOT NULL, 
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    deleted_by VARCHAR(200), 
    deleted_at TIMESTAMP WITH TIME ZONE, 
    CONSTRAINT pk_saved_views PRIMARY KEY (id), 
    CONSTRAINT fk_saved_views_owner_accounts FOREIGN KEY(owner) REFERENCES accounts (id)
);

CREATE UNIQUE INDEX uq_saved_views_owner_name ON saved_views (owner, name) WHERE deleted_at IS NULL;

CREATE TABLE tracked_queries (
    id VARCHAR(26) NOT NULL, 
    version BIGINT NOT NULL, 
    name VARCHAR(200) NOT NULL, 
    kql TEXT NOT NULL, 
    span VARCHAR(80) NOT NULL, 
    note TEXT NOT NULL, 
    enabled BOOLEAN NOT NULL, 
    last_asked_at TIMESTAMP WITH TIME ZONE, 
    last_count BIGINT, 
    created_by VARCHAR(200) NOT NULL, 
    created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    updated_by VARCHAR(200) NOT NULL, 
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    deleted_by VARCHAR(200), 
    deleted_at TIMESTAMP WITH TIME ZONE, 
    CONSTRAINT pk_tracked_queries PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_tracked_queries_name ON tracked_queries (name) WHERE deleted_at IS NULL;

CREATE TABLE notes (
    id VARCHAR(26) NOT NULL, 
    version BIGINT NOT NULL, 
    entity VARCHAR(32) NOT NULL, 
    value TEXT NOT NULL, 
    text TEXT NOT NULL, 
    created_by VARCHAR(200) NOT NULL, 
    created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    updated_by VARCHAR(200) NOT NULL, 
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    deleted_by VARCHAR(200), 
    deleted_at TIMESTAMP WITH TIME ZONE, 
    CONSTRAINT pk_notes PRIMARY KEY (id)
);

CREATE INDEX ix_notes_value ON notes USING hash (value);

CREATE TABLE runs (
    id VARCHAR(26) NOT NULL, 
    version BIGINT NOT NULL, 
    playbook VARCHAR(200) NOT NULL, 
    playbook_digest VARCHAR(64) NOT NULL, 
    parameters TEXT NOT NULL, 
    state VARCHAR(32) NOT NULL, 
    priority INTEGER NOT NULL, 
    dedup_key VARCHAR(200), 
    trigger VARCHAR(32) NOT NULL, 
    trigger_ref VARCHAR(200) NOT NULL, 
    requested_by VARCHAR(200) NOT NULL, 
    worker VARCHAR(200), 
    attempts INTEGER NOT NULL, 
    progress_cell INTEGER NOT NULL, 
    progress_cells INTEGER NOT NULL, 
    progress_heading VARCHAR(200) NOT NULL, 
    failure_cause TEXT NOT NULL, 
    failure_next_step TEXT NOT NULL, 
    findings_digest VARCHAR(64) NOT NULL, 
    executed_digest VARCHAR(64) NOT NULL, 
    started_at TIMESTAMP WITH TIME ZONE, 
    finished_at TIMESTAMP WITH TIME ZONE, 
    heartbeat_at TIMESTAMP WITH TIME ZONE, 
    deadline_at TIMESTAMP WITH TIME ZONE, 
    created_by VARCHAR(200) NOT NULL, 
    created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    updated_by VARCHAR(200) NOT NULL, 
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    deleted_by VARCHAR(200), 
    deleted_at TIMESTAMP WITH TIME ZONE, 
    CONSTRAINT pk_runs PRIMARY KEY (id)
);

CREATE INDEX ix_runs_playbook ON runs USING btree (playbook);

CREATE INDEX ix_runs_trigger_ref ON runs USING btree (trigger_ref);

CREATE INDEX ix_runs_state_priority_id ON runs USING btree (state, priority, id);

CREATE UNIQUE INDEX uq_runs_dedup_key ON runs (dedup_key) WHERE dedup_key IS NOT NULL AND deleted_at IS NULL AND state IN ('queued', 'running');

CREATE TABLE schedules (
    id VARCHAR(26) NOT NULL, 
    version BIGINT NOT NULL, 
    name VARCHAR(200) NOT NULL, 
    playbook VARCHAR(200) NOT NULL, 
    parameters TEXT NOT NULL, 
    cron VARCHAR(200) NOT NULL, 
    time_zone VARCHAR(80) NOT NULL, 
    enabled BOOLEAN NOT NULL, 
    missed VARCHAR(32) NOT NULL, 
    last_tick_at TIMESTAMP WITH TIME ZONE, 
    next_tick_at TIMESTAMP WITH TIME ZONE, 
    created_by VARCHAR(200) NOT NULL, 
    created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    updated_by VARCHAR(200) NOT NULL, 
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    deleted_by VARCHAR(200), 
    deleted_at TIMESTAMP WITH TIME ZONE, 
    CONSTRAINT pk_schedules PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_schedules_name ON schedules (name) WHERE deleted_at IS NULL;

CREATE TABLE workers (
    id VARCHAR(26) NOT NULL, 
    version BIGINT NOT NULL, 
    boot VARCHAR(64) NOT NULL, 
    host VARCHAR(200) NOT NULL, 
    pid INTEGER NOT NULL, 
    beat_at TIMESTAMP WITH TIME ZONE, 
    created_by VARCHAR(200) NOT NULL, 
    created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    updated_by VARCHAR(200) NOT NULL, 
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
    deleted_by VARCHAR(200), 
    deleted_at TIMESTAMP WITH TIME ZONE, 
    CONSTRAINT pk_workers PRIMARY KEY (id)
);

CREATE TABLE audit (
    seq BIGINT NOT NULL, 
    ts VARCHAR(27) NOT NULL, 
    actor VARCHAR(200) NOT NULL, 
    actor_kind VARCHAR(16) NOT NULL, 
    roles TEXT NOT NULL, 
    session VARCHAR(64) NOT NULL, 
    address VARCHAR(64) NOT NULL, 
    verb VARCHAR(64) NOT NULL, 
    object_kind VARCHAR(64) NOT NULL, 
    object_id VARCHAR(500) NOT NULL, 
    before TEXT NOT NULL, 
    after TEXT NOT NULL, 
    reason TEXT NOT NULL, 
    request VARCHAR(64) NOT NULL, 
    prev_mac VARCHAR(64) NOT NULL, 
    mac VARCHAR(64) NOT NULL, 
    CONSTRAINT pk_audit PRIMARY KEY (seq)
);

CREATE INDEX ix_audit_object_kind_object_id ON audit USING btree (object_kind, object_id);

CREATE TABLE chain (
    id BIGINT NOT NULL, 
    seq BIGINT NOT NULL, 
    mac VARCHAR(64) NOT NULL, 
    key VARCHAR(16) NOT NULL, 
    CONSTRAINT pk_chain PRIMARY KEY (id)
);

CREATE TABLE outbox (
    seq BIGSERIAL NOT NULL, 
    kind VARCHAR(32) NOT NULL, 
    object_id VARCHAR(26) NOT NULL, 
    version BIGINT NOT NULL, 
    row TEXT NOT NULL, 
    at TIMESTAMP WITH TIME ZONE NOT NULL, 
    CONSTRAINT pk_outbox PRIMARY KEY (seq)
);

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit records are never changed or removed'; END $$;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse();

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

