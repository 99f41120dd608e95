/**
 * The schema as a list of steps; the database's `user_version` is the number of applied steps. A released step never changes; new
 * ones are added at the end.
 * Triggers keep changes and audit entries append-only. Insert triggers are needed too: `INSERT OR REPLACE` deletes rows without
 * the delete trigger.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE store (id TEXT NOT NULL) STRICT;

  CREATE TABLE alert_change (
    sequence INTEGER PRIMARY KEY,
    alert TEXT NOT NULL,
    content TEXT NOT NULL
  ) STRICT;
  CREATE INDEX alert_change_alert ON alert_change (alert, sequence);

  CREATE TABLE alert (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    raised_at REAL NOT NULL,
    area TEXT NOT NULL,
    incident TEXT NOT NULL,
    content TEXT NOT NULL
  ) STRICT;
  CREATE INDEX alert_raised ON alert (raised_at);
  CREATE INDEX alert_incident ON alert (incident);
  CREATE INDEX alert_open ON alert (raised_at) WHERE state <> 'A';

  CREATE TABLE alert_tag (
    tag TEXT NOT NULL,
    alert TEXT NOT NULL REFERENCES alert (id),
    PRIMARY KEY (tag, alert)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time REAL NOT NULL,
    role TEXT NOT NULL,
    session TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    before TEXT,
    after TEXT,
    reason TEXT
  ) STRICT;
  CREATE INDEX audit_time ON audit (time);
  CREATE INDEX audit_action ON audit (action, time);

  CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
  CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
  CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
  CREATE TRIGGER change_no_update BEFORE UPDATE ON alert_change BEGIN SELECT RAISE(ABORT, 'alert changes are append-only'); END;
  CREATE TRIGGER change_no_delete BEFORE DELETE ON alert_change BEGIN SELECT RAISE(ABORT, 'alert changes are append-only'); END;
  CREATE TRIGGER change_no_replace BEFORE INSERT ON alert_change
    WHEN EXISTS (SELECT 1 FROM alert_change WHERE sequence = NEW.sequence)
    BEGIN SELECT RAISE(ABORT, 'alert changes are append-only'); END;

  CREATE TABLE user (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    passphrase_hash TEXT NOT NULL,
    created_at REAL NOT NULL
  ) STRICT;

  CREATE TABLE baseline (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at REAL NOT NULL,
    source TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (name, version)
  ) STRICT;
  `,
  `
  CREATE TABLE maintenance (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    place TEXT NOT NULL,
    begins REAL NOT NULL,
    ends REAL NOT NULL,
    role TEXT NOT NULL,
    reason TEXT NOT NULL
  ) STRICT;
  CREATE INDEX maintenance_ends ON maintenance (ends);
  `,
  // from here on a change may contain a difference instead of the complete alert; the index finds changes other than updates
  `
  CREATE INDEX alert_change_act ON alert_change (alert, sequence) WHERE json_extract(content, '$.kind') <> 'updated';
  `,
  `
  ALTER TABLE user ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0;
  `,
  `
  ALTER TABLE audit ADD COLUMN user TEXT;
  ALTER TABLE audit ADD COLUMN address TEXT;
  `,
  `
  CREATE TABLE minor_finding (
    id TEXT PRIMARY KEY,
    equipment TEXT NOT NULL,
    since REAL NOT NULL,
    ended_at REAL,
    bytes INTEGER NOT NULL,
    content TEXT NOT NULL
  ) STRICT;
  CREATE INDEX minor_finding_ended ON minor_finding (ended_at);
  CREATE INDEX minor_finding_equipment ON minor_finding (equipment, ended_at);
  `,
  // for reports: alerts that were open in a span, and their changes of state
  `
  CREATE INDEX alert_span ON alert (raised_at, state, json_extract(content, '$.changedAt'), id);
  CREATE INDEX audit_alert ON audit (object, id) WHERE substr(action, 1, 6) = 'alert.';
  `,
  `
  CREATE TABLE shift_note (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, time REAL NOT NULL, content TEXT NOT NULL) STRICT;
  CREATE INDEX shift_note_time ON shift_note (time);
  CREATE TABLE handover (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, outgoing TEXT NOT NULL, document TEXT NOT NULL) STRICT;
  CREATE TABLE handover_taken (handover TEXT PRIMARY KEY REFERENCES handover (id), incoming TEXT NOT NULL) STRICT;
  CREATE TRIGGER shift_note_no_update BEFORE UPDATE ON shift_note BEGIN SELECT RAISE(ABORT, 'shift records are append-only'); END;
  CREATE TRIGGER shift_note_no_delete BEFORE DELETE ON shift_note BEGIN SELECT RAISE(ABORT, 'shift records are append-only'); END;
  CREATE TRIGGER shift_note_no_replace BEFORE INSERT ON shift_note WHEN EXISTS (SELECT 1 FROM shift_note WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'shift records are append-only'); END;
  CREATE TRIGGER handover_no_update BEFORE UPDATE ON handover BEGIN SELECT RAISE(ABORT, 'shift records are append-only'); END;
  CREATE TRIGGER handover_no_delete BEFORE DELETE ON handover BEGIN SELECT RAISE(ABORT, 'shift records are append-only'); END;
  CREATE TRIGGER handover_no_replace BEFORE INSERT ON handover WHEN EXISTS (SELECT 1 FROM handover WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'shift records are append-only'); END;
  CREATE TRIGGER handover_taken_no_update BEFORE UPDATE ON handover_taken BEGIN SELECT RAISE(ABORT, 'shift records are append-only'); END;
  CREATE TRIGGER handover_taken_no_delete BEFORE DELETE ON handover_taken BEGIN SELECT RAISE(ABORT, 'shift records are append-only'); END;
  CREATE TRIGGER handover_taken_no_replace BEFORE INSERT ON handover_taken WHEN EXISTS (SELECT 1 FROM handover_taken WHERE handover = NEW.handover)
    BEGIN SELECT RAISE(ABORT, 'shift records are append-only'); END;
  `,
  `
  CREATE TABLE wall_display (name TEXT PRIMARY KEY, token_hash TEXT NOT NULL, created_at REAL NOT NULL) STRICT;
  `,
  `
  CREATE TABLE alarm_record (
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (id, version)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER alarm_record_no_update BEFORE UPDATE ON alarm_record
    BEGIN SELECT RAISE(ABORT, 'versions of alarm records are append-only'); END;
  CREATE TRIGGER alarm_record_no_delete BEFORE DELETE ON alarm_record
    BEGIN SELECT RAISE(ABORT, 'versions of alarm records are append-only'); END;
  CREATE TRIGGER alarm_record_no_replace BEFORE INSERT ON alarm_record
    WHEN EXISTS (SELECT 1 FROM alarm_record WHERE id = NEW.id AND version = NEW.version)
    BEGIN SELECT RAISE(ABORT, 'versions of alarm records are append-only'); END;
  `,
  `
  CREATE TABLE approval (id TEXT PRIMARY KEY, at REAL NOT NULL, content TEXT NOT NULL) STRICT;
  `,
  `
  CREATE TABLE annotation (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, time REAL NOT NULL, content TEXT NOT NULL) STRICT;
  CREATE INDEX annotation_time ON annotation (time);
  `,
  `
  CREATE TABLE maintenance_plan (id TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE api_token (name TEXT PRIMARY KEY, content TEXT NOT NULL, last_used_at REAL) STRICT;
  `,
  `
  ALTER TABLE user ADD COLUMN second_factor TEXT;
  `,
  `
  CREATE TABLE trend_pens (number INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, tag TEXT NOT NULL, content TEXT NOT NULL, UNIQUE (user, tag)) STRICT;
  `,
  `
  ALTER TABLE user ADD COLUMN id TEXT;
  ALTER TABLE audit ADD COLUMN person TEXT;
  CREATE TABLE session (number INTEGER PRIMARY KEY AUTOINCREMENT, secret_hash TEXT NOT NULL UNIQUE, content TEXT NOT NULL, active_at REAL NOT NULL) STRICT;
  `,
  `
  CREATE TABLE writer (id INTEGER PRIMARY KEY CHECK (id = 1), run TEXT NOT NULL, written INTEGER NOT NULL) STRICT;
  `,
  `
  ALTER TABLE maintenance ADD COLUMN approved_by TEXT;
  `,
];
