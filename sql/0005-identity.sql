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
