-- Identity: when the way back in was last renewed.

-- The day on which the recovery code was last made or renewed. Every device shows it, so that a code that
-- somebody else renewed does not stay unseen. Of accounts that were there before, nothing later is known than
-- the day on which they were opened.
ALTER TABLE account ADD COLUMN recovery_day INTEGER NOT NULL DEFAULT 0;
UPDATE account SET recovery_day = created_day;

-- Requests that made a device, for as long as a client may repeat one because its reply was lost
-- (lib/game/retry.h). Like pairing codes they are gone soon after they expire, and are in no backup.
CREATE TABLE request (
    hash       BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),   -- of the identifier that the client drew
    bound      BLOB NOT NULL CHECK (length(bound) = 32),              -- of everything that it asked for
    account    INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    device     INTEGER REFERENCES device ON DELETE SET NULL,          -- that it made, or for which it merged; null: revoked and gone
    expires_s  INTEGER NOT NULL            -- seconds since 1970-01-01 UTC
) WITHOUT ROWID;
CREATE INDEX request_account ON request (account);
CREATE INDEX request_device ON request (device);
CREATE INDEX request_expires ON request (expires_s);

-- Revoked devices (lib/game/former.h). Of those that were revoked before, nothing is known of the day but that
-- it was not before their last practice.
ALTER TABLE device ADD COLUMN revoked_day INTEGER;      -- null: it is not revoked
UPDATE device SET revoked_day = coalesce(last_day, created_day) WHERE revoked = 1;

-- The tokens of revoked devices that are gone because they had never practised: the latest few of an account,
-- so that whoever bears one is told that it was revoked.
CREATE TABLE revoked_token (
    number   INTEGER PRIMARY KEY,           -- grows
    hash     BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    account  INTEGER NOT NULL REFERENCES account ON DELETE CASCADE
);
CREATE INDEX revoked_token_account ON revoked_token (account);
INSERT INTO revoked_token (hash, account) SELECT token.hash, device.account FROM token
    JOIN device ON device.device = token.device WHERE device.revoked = 1 AND device.last_day IS NULL;
DELETE FROM device WHERE revoked = 1 AND last_day IS NULL;

-- The identifiers of devices that were revoked long ago and joined into another one.
CREATE TABLE joined_device (
    uid      BLOB NOT NULL PRIMARY KEY CHECK (length(uid) = 16),
    device   INTEGER NOT NULL REFERENCES device ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX joined_device_device ON joined_device (device);
