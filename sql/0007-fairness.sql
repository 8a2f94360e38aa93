-- Fairness: nobody alone uses up what everybody may do in a day.

-- How often each slot came on a day, for things of which there is a daily allowance (quota, lib/game/quota.h). A slot is
-- eight bits of a hash of a network address, made by nginx; no address ever gets here. what: as in quota. Rows go
-- with their day.
CREATE TABLE quota_slot (
    day   INTEGER NOT NULL,
    what  INTEGER NOT NULL,
    slot  INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 255),
    used  INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (day, what, slot)
) WITHOUT ROWID;
