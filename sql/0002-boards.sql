-- Boards: who stands where, among those who asked to be seen.
--
-- Words: a *board* is a metric over a kind of period, by its number in lib/game/board.c; a *period* is
-- the number of a day, of a week (weeks since the Monday before 1970-01-01) or of a month, and 0 where
-- the board is for all time. A period is *open* until the one after it has ended, by the server's day.
--
-- What a board shows is derived from rows of day and month alone, so that `breathctl check` can count
-- it anew. What had been counted before there were boards counts on none: nobody knows when it came.

-- How much of a day's XP came in time for boards: while its month or the one after was the current one.
-- Always 0 for an import.
ALTER TABLE day ADD COLUMN timely_xp INTEGER NOT NULL DEFAULT 0 CHECK (timely_xp BETWEEN 0 AND xp);

-- What boards keep of folded days: XP, of which a day of all devices together has at most 600, and on
-- which days there was any (bit k: day k+1).
ALTER TABLE month ADD COLUMN board_xp INTEGER NOT NULL DEFAULT 0 CHECK (board_xp BETWEEN 0 AND xp);
ALTER TABLE month ADD COLUMN board_days INTEGER NOT NULL DEFAULT 0
    CHECK (board_days BETWEEN 0 AND 2147483647);

-- Who has ever asked to be on boards, has changed the pseudonym or is withheld; nobody else has a row.
CREATE TABLE member (
    account    INTEGER PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    place      INTEGER NOT NULL UNIQUE CHECK (place > 0), -- random, new with each pseudonym: the key of
                                            -- the standings, and the order of people with equal values
    visible    INTEGER NOT NULL CHECK (visible IN (0, 1)),  -- has asked to be on boards
    withheld   INTEGER NOT NULL DEFAULT 0 CHECK (withheld BETWEEN 0 AND 3), -- why an administrator
                                            -- keeps it off them; 0: nobody does (lib/game/member.c)
    from_day   INTEGER,                     -- the first day that counts, after a change of pseudonym; null: all

    -- Derived: the streak of days that count on boards, while the account is on them.
    run_first  INTEGER,                     -- the latest run's first
    run_last   INTEGER,                     -- and its last day; null: none
    longest    INTEGER NOT NULL DEFAULT 0 CHECK (longest >= 0)  -- days of the longest run
);

-- A value on a board, of those who are on it. Of a closed period the first 100 are kept.
CREATE TABLE standing (
    place   INTEGER NOT NULL REFERENCES member (place) ON DELETE CASCADE,
    board   INTEGER NOT NULL CHECK (board BETWEEN 0 AND 7),
    period  INTEGER NOT NULL,
    value   INTEGER NOT NULL CHECK (value > 0),     -- XP, or days
    PRIMARY KEY (place, board, period)
) WITHOUT ROWID;
CREATE INDEX standing_order ON standing (board, period, value, place);

-- How many people have a value within a bucket (lib/game/bucket.h), of open periods: ranks are
-- counted from it.
CREATE TABLE histogram (
    board   INTEGER NOT NULL,
    period  INTEGER NOT NULL,
    bucket  INTEGER NOT NULL,
    people  INTEGER NOT NULL,           -- no CHECK: a change is an upsert, which starts from what may be negative
    PRIMARY KEY (board, period, bucket)
) WITHOUT ROWID;
