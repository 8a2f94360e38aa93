-- Figures about everybody together, and about the service.
--
-- Nothing here hangs on an account: no row is anybody's, or says of anybody that there is one. What is
-- published about people is made once, when a week is closed (lib/game/closing.c), and never changed: what
-- arrives late, is withdrawn or erased afterwards moves nothing by which it could be seen. A *week* is its
-- number as in 0002, a *day* the server's, in UTC. Of the allowances in quota, 1 is that of ratings and 2 that of
-- offers.

-- How often something happened on a day, by whomever. what: 0 the sync offer was shown, 1 to 5 such a rating
-- was given, 6 an account was opened (lib/game/tally.h). Ratings go when their week is closed.
CREATE TABLE tally (
    day    INTEGER NOT NULL,
    what   INTEGER NOT NULL CHECK (what BETWEEN 0 AND 6),
    times  INTEGER NOT NULL CHECK (times > 0),
    PRIMARY KEY (day, what)
) WITHOUT ROWID;

-- Up to which week is closed: one row, none before the first.
CREATE TABLE closing (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    week  INTEGER NOT NULL
);

-- What people practised in a week, capped and rounded as it is published (P7, lib/game/community.c). A
-- closed week of fewer than five people has no row.
CREATE TABLE community (
    week      INTEGER PRIMARY KEY,
    people    INTEGER NOT NULL CHECK (people >= 5 AND people % 5 = 0),
    days      INTEGER NOT NULL CHECK (days >= 0 AND days % 10 = 0),        -- days of practice of all of them
    xp        INTEGER NOT NULL CHECK (xp >= 0 AND xp % 500 = 0),
    minutes   INTEGER NOT NULL CHECK (minutes >= 0 AND minutes % 100 = 0),
    sessions  INTEGER NOT NULL CHECK (sessions >= 0 AND sessions % 20 = 0)
);

-- Ratings in sets of five or more, as they are published. No rating is in two sets.
CREATE TABLE satisfaction (
    week     INTEGER PRIMARY KEY,                                   -- with whose closing the set was complete
    ratings  INTEGER NOT NULL CHECK (ratings >= 5 AND ratings % 5 = 0),
    tenths   INTEGER NOT NULL CHECK (tenths BETWEEN 10 AND 50)      -- their average, in tenths of a point
);

-- How often on a day `breathctl probe` looked, and how often each family was well.
CREATE TABLE uptime (
    day     INTEGER PRIMARY KEY,
    probes  INTEGER NOT NULL CHECK (probes > 0),
    up      INTEGER NOT NULL CHECK (up BETWEEN 0 AND probes)
);

-- How many requests of a day took so long, all families together: at most up_to_us microseconds, and more
-- than the next smaller bound (lib/core/metrics.c).
CREATE TABLE latency (
    day       INTEGER NOT NULL,
    up_to_us  INTEGER NOT NULL CHECK (up_to_us > 0),
    requests  INTEGER NOT NULL CHECK (requests > 0),
    PRIMARY KEY (day, up_to_us)
) WITHOUT ROWID;
