-- Figures about everybody that cannot be taken apart, and ratings of people who practise.

-- What people practised in a week, as it is published (P7, lib/game/group_week.h): each person's week is made
-- coarse before weeks are added. What was published before was rounded after adding, from which four of five
-- people could find the minutes of the fifth, so it is deleted. A week of which nothing may be told has no row.
DROP TABLE community;
CREATE TABLE community (
    week           INTEGER PRIMARY KEY,
    participation  INTEGER NOT NULL CHECK (participation BETWEEN -1 AND 3),   -- a band; -1: not told
    minutes        INTEGER NOT NULL CHECK (minutes >= 240 AND minutes % 120 = 0)
);

-- The civil year in which the account last gave a rating; null: never. Which rating it was is stored nowhere.
ALTER TABLE account ADD COLUMN rated_year INTEGER CHECK (rated_year BETWEEN 2020 AND 9999);

-- Ratings needed no account until now, so five of them could be one person's. Of the tallies, 6 counted accounts
-- of every kind beside offers that only the web makes; from now on it counts those that the web opened. What was
-- counted before cannot be told apart, so all of it is deleted.
DELETE FROM satisfaction;
DELETE FROM tally;
