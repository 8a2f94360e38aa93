-- What bounds an account, and what makes its figures cheap to read however much it holds.
--
-- All of it is derived from rows of day, month and import; `breathctl check` counts it again.

-- How many rows of day and month the account has: there is a limit (days_per_account in breath.conf(5)).
ALTER TABLE account ADD COLUMN row_count INTEGER NOT NULL DEFAULT 0 CHECK (row_count >= 0);

-- The days on which the account was active, as a bitmap (lib/game/dayset.h), so that a streak needs no
-- rows. Null: count it from the rows and store it with the next change.
ALTER TABLE account ADD COLUMN active BLOB CHECK (length(active) <= 2050);

-- What a device counted in all, in days and folded months, and its first day with practice.
ALTER TABLE device ADD COLUMN xp       INTEGER NOT NULL DEFAULT 0 CHECK (xp >= 0);
ALTER TABLE device ADD COLUMN minutes  INTEGER NOT NULL DEFAULT 0 CHECK (minutes >= 0);
ALTER TABLE device ADD COLUMN sessions INTEGER NOT NULL DEFAULT 0 CHECK (sessions >= 0);
ALTER TABLE device ADD COLUMN cycles   INTEGER NOT NULL DEFAULT 0 CHECK (cycles >= 0);
ALTER TABLE device ADD COLUMN first_day INTEGER;   -- null before the first

UPDATE account SET row_count = found.count
FROM (SELECT account, count(*) AS count
      FROM (SELECT account FROM day UNION ALL SELECT account FROM month) AS part
      GROUP BY account) AS found
WHERE found.account = account.account;

UPDATE device SET xp = found.xp, minutes = found.minutes, sessions = found.sessions, cycles = found.cycles
FROM (SELECT device, sum(xp) AS xp, sum(minutes) AS minutes, sum(sessions) AS sessions, sum(cycles) AS cycles
      FROM (SELECT device, xp, minutes, sessions, cycles FROM day
            UNION ALL SELECT device, xp, minutes, sessions, cycles FROM month) AS part
      GROUP BY device) AS found
WHERE found.device = device.device;

-- The first active day of a folded month is that of its lowest bit.
WITH RECURSIVE bit (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM bit WHERE k < 30)
UPDATE device SET first_day = found.day
FROM (SELECT device, min(day) AS day
      FROM (SELECT device, day FROM day
            UNION ALL
            SELECT device, k + CAST(julianday(printf('%04d-%02d-01', 1970 + month / 12, 1 + month % 12))
                                    - 2440587.5 AS INTEGER)
            FROM month JOIN bit ON active >> k & 1) AS part
      GROUP BY device) AS found
WHERE found.device = device.device;
