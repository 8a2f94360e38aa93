-- Identity: when the way back in was last renewed.

-- The day on which the recovery code was last made or renewed. Every device shows it, so that a code that
-- somebody else renewed does not stay unseen. Of accounts that were there before, nothing later is known than
-- the day on which they were opened.
ALTER TABLE account ADD COLUMN recovery_day INTEGER NOT NULL DEFAULT 0;
UPDATE account SET recovery_day = created_day;
