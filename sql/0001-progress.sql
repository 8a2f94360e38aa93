-- Progress that follows a person over devices: accounts, devices, what they counted, and quotas.
--
-- Words: a *day* is a civil day number (days since 1970-01-01) as the practising device's calendar
-- had it, a *month* is months since 1970-01. Totals are whole numbers: XP, minutes, sessions (of
-- breathing) and cycles (breaths). Nothing here is finer than a day (rule P1), but for the expiry of
-- a code that lives for minutes. Secrets rest as hashes (P4).
--
-- Everything hangs on an account with ON DELETE CASCADE, so erasing an account is one statement and
-- leaves nothing behind (P8).

-- The store itself: one row.
CREATE TABLE store (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    epoch  BLOB NOT NULL CHECK (length(epoch) = 8)    -- random; changes when a backup is restored
);

-- A person, of whom nothing is known.
CREATE TABLE account (
    account        INTEGER PRIMARY KEY,
    uid            BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),  -- account_id, known to its devices only (P5)
    handle         TEXT NOT NULL UNIQUE,                           -- generated pseudonym
    recovery_hash  BLOB NOT NULL UNIQUE CHECK (length(recovery_hash) = 32),
    created_day    INTEGER NOT NULL,
    used_day       INTEGER NOT NULL,        -- the day of its last use, give or take a week; accounts unused for long are purged

    -- Derived from the rows of day, month and import below, kept because every reply shows them;
    -- `breathctl check` computes them anew and compares.
    xp             INTEGER NOT NULL DEFAULT 0 CHECK (xp >= 0),
    minutes        INTEGER NOT NULL DEFAULT 0 CHECK (minutes >= 0),
    sessions       INTEGER NOT NULL DEFAULT 0 CHECK (sessions >= 0),
    cycles         INTEGER NOT NULL DEFAULT 0 CHECK (cycles >= 0),
    run_first      INTEGER,                 -- the latest run of consecutive active days: its first
    run_last       INTEGER,                 -- and its last day; null before the first active day
    longest        INTEGER NOT NULL DEFAULT 0 CHECK (longest >= 0)  -- days of the longest run
);

-- The identifiers of accounts that were merged into this one. A client needs them to recognise an
-- import that was made before the merge, since an import's source is salted with the account.
CREATE TABLE former (
    uid      BLOB NOT NULL PRIMARY KEY CHECK (length(uid) = 16),
    account  INTEGER NOT NULL REFERENCES account ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX former_account ON former (account);

-- What counts: an installation of a client, or an import (kind 0).
CREATE TABLE device (
    device       INTEGER PRIMARY KEY,
    account      INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    uid          BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),    -- device_id
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),    -- 0 import, 1 vscode, 2 web, 3 cli
    revoked      INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1)),
    created_day  INTEGER NOT NULL,
    last_day     INTEGER,                   -- the last day with practice; null before
    horizon_day  INTEGER,                   -- days up to this one were folded into months (P9); null: none yet
    pushes       BLOB NOT NULL DEFAULT x'' CHECK (length(pushes) <= 64 AND length(pushes) % 8 = 0)
                                            -- the last eight pushes taken, newest first, eight bytes each
);
CREATE INDEX device_account ON device (account);

-- Who may speak for a device. A token that was asked for waits (0) until it is first used; then it
-- is the current one (1) and the one before is stopped (2), kept to answer token_revoked.
CREATE TABLE token (
    hash    BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    device  INTEGER NOT NULL REFERENCES device ON DELETE CASCADE,
    state   INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2)
) WITHOUT ROWID;
CREATE INDEX token_device ON token (device);

-- What a device counted on a day: the largest value seen of each. Clustered by account, so that
-- a sync touches one page of it and a person's whole history lies together.
CREATE TABLE day (
    account   INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    day       INTEGER NOT NULL,
    device    INTEGER NOT NULL,
    xp        INTEGER NOT NULL CHECK (xp BETWEEN 0 AND 100000),
    minutes   INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 1440),
    sessions  INTEGER NOT NULL CHECK (sessions BETWEEN 0 AND 1440),
    cycles    INTEGER NOT NULL CHECK (cycles BETWEEN 0 AND 100000),
    PRIMARY KEY (account, day, device),
    CHECK (xp + minutes + sessions + cycles > 0)
) WITHOUT ROWID;

-- Days older than 430 days, folded: the sums of a device's month and which of its days were active.
CREATE TABLE month (
    account   INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    month     INTEGER NOT NULL,
    device    INTEGER NOT NULL,
    xp        INTEGER NOT NULL CHECK (xp >= 0),
    minutes   INTEGER NOT NULL CHECK (minutes >= 0),
    sessions  INTEGER NOT NULL CHECK (sessions >= 0),
    cycles    INTEGER NOT NULL CHECK (cycles >= 0),
    active    INTEGER NOT NULL CHECK (active BETWEEN 1 AND 2147483647),  -- bit k: day k+1 of the month
    PRIMARY KEY (account, month, device)
) WITHOUT ROWID;

-- What an import has beyond a device: where it came from, what no day can be given for, and one
-- streak that the old installation claims.
CREATE TABLE import (
    device         INTEGER PRIMARY KEY REFERENCES device ON DELETE CASCADE,
    account        INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    source         BLOB NOT NULL CHECK (length(source) = 32),    -- salted digest; the same for one old installation
    xp             INTEGER NOT NULL DEFAULT 0 CHECK (xp >= 0),   -- the rest
    minutes        INTEGER NOT NULL DEFAULT 0 CHECK (minutes >= 0),
    sessions       INTEGER NOT NULL DEFAULT 0 CHECK (sessions >= 0),
    cycles         INTEGER NOT NULL DEFAULT 0 CHECK (cycles >= 0),
    claim_days     INTEGER NOT NULL DEFAULT 0 CHECK (claim_days >= 0),
    claim_last     INTEGER,                 -- the claimed streak's last day; null: none claimed
    claim_longest  INTEGER NOT NULL DEFAULT 0 CHECK (claim_longest >= 0),
    UNIQUE (account, source)
);

-- Codes with which another device joins. Gone when used, and soon after they expire.
CREATE TABLE pairing (
    hash       BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    account    INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    expires_s  INTEGER NOT NULL            -- seconds since 1970-01-01 UTC
) WITHOUT ROWID;
CREATE INDEX pairing_account ON pairing (account);
CREATE INDEX pairing_expires ON pairing (expires_s);

-- How much of a day's allowance is used, for things that anybody may create. what: 0 accounts.
CREATE TABLE quota (
    day   INTEGER NOT NULL,
    what  INTEGER NOT NULL,
    used  INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (day, what)
) WITHOUT ROWID;
