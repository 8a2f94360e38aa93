-- Shares: links under which anybody may see one figure of an account, and nothing else of it.

-- Whoever has the identifier sees the figure, so it is random and drawn anew for each share; it is no
-- secret of its owner, who publishes it, and rests as it is.
CREATE TABLE share (
    uid          BLOB NOT NULL PRIMARY KEY CHECK (length(uid) = 16),
    account      INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,
    what         INTEGER NOT NULL CHECK (what BETWEEN 0 AND 3),  -- 0 streak, 1 level, 2 XP, 3 XP of a week
    created_day  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX share_account ON share (account);

-- What strangers may remember of an account, so that no share can be matched with a board
-- (lib/game/veil.h). Whoever has a row of earlier may have been on boards.
ALTER TABLE member ADD COLUMN shared INTEGER NOT NULL DEFAULT 0
    CHECK (shared IN (0, 1));               -- exact figures were on a share, and nothing was begun anew since
ALTER TABLE member ADD COLUMN ranked INTEGER NOT NULL DEFAULT 1
    CHECK (ranked IN (0, 1));               -- it has been on boards
