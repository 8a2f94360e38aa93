#!/usr/bin/env bats
# What everybody together practised (rule P7), and those who would like to know what one of them did.

load helper
load sync

# A week that will have been: from this Monday on. It is closed on the Wednesday after it.
monday=2031-03-03

# later OFFSET: a civil day so many days from that Monday.
later() {
	date -u -d "$monday $1 days" +%F
}

# on OFFSET: the service, begun or begun again on that day.
on() {
	today=$(later "$1")
	service_stop 2>/dev/null || :
	service_start "STATE=$BATS_TEST_TMPDIR/state" \
		"BREATH_DAY_SHIFT=$(($(day_number "$today") - EPOCHSECONDS / 86400))" "${@:2}"
}

# week_number OFFSET: the number of the week, as the database has it.
week_number() {
	echo $((($(day_number "$(later "$1")") + 3) / 7))
}

closed_up_to() { # OFFSET
	[ "$(database 'SELECT week FROM closing')" = "$(week_number "$1")" ]
}

# practise TOKEN XP OFFSET...: so much of everything on each of these days.
practise() {
	local id days=() offset
	id=$(hex 8)
	for offset in "${@:3}"; do
		days+=("$(totals "$(later "$offset")" "$2")")
	done
	api POST /sync "$(push_text "$id" "${chain[$1]:-}" "$today" "${days[@]}")" "$1"
	expect_status 200
	chain[$1]=$id
}

# people COUNT XP OFFSET...: opens so many accounts who practise alike; sets tokens.
people() {
	local i
	tokens=()
	for ((i = 0; i < $1; i++)); do
		open_account
		tokens+=("$token")
		practise "$token" "${@:2}"
	done
}

# The list as it is now, not as nginx may have it for a second: each request is another one.
community() {
	fetch /api/v1/stats/community -H "Authorization: Bearer $RANDOM"
	expect_status 200
}

expect_nothing() {
	community
	expect_json '.weeks == []'
	[ "$(database 'SELECT count(*) FROM community')" -eq 0 ]
}

# --- When a figure stands ---

@test "P7: of five people who each practised on three days there is a figure" {
	on 4
	people 5 100 0 1 3
	expect_nothing
	on 9
	eventually closed_up_to 0
	community
	expect_json '. == {closed: "2031-W10", weeks: [{week: "2031-W10", first_day: "2031-03-03", last_day: "2031-03-09",
		people: 5, days: 20, xp: 1500, minutes: 1000, sessions: 200}]}'
}

@test "P7: of four people there is none, and the store has none of them either" {
	on 4
	people 4 1000 0 1 2 3 4
	on 9
	eventually closed_up_to 0
	expect_nothing
	expect_json '.closed == "2031-W10"'
	run -0 database "SELECT week FROM community UNION ALL SELECT week FROM satisfaction"
	[ -z "$output" ]
}

@test "P7: a fifth who practised on two days only, or whose third is another week's, makes no five" {
	on 7
	people 4 100 0 1 2
	open_account
	practise "$token" 100 5 6 7
	practise "$token" 100 -1
	on 9
	eventually closed_up_to 0
	expect_nothing
}

@test "P7: a fifth with two devices on one day, or with an import, makes no five" {
	on 6
	people 4 100 0 1 2
	open_account
	local fifth=$token
	practise "$fifth" 100 0 1
	another_device "$fifth"
	practise "$token" 100 0 1
	api PUT "/sync/imports/$(hex 32)" "{\"today\":\"$today\",\"days\":$(list "$(totals "$(later 2)" 100)" "$(totals "$(later 3)" 100)")}" "$fifth"
	expect_status 200
	on 9
	eventually closed_up_to 0
	expect_nothing
}

@test "P7: who has not practised enough is in no figure of the others" {
	on 6
	people 5 100 0 1 2
	people 3 1000 0 1
	on 9
	eventually closed_up_to 0
	community
	expect_json '.weeks[0] | [.people, .days, .xp] == [5, 20, 1500]'
}

@test "a week is closed on the Wednesday after it, and none before it" {
	on 6
	people 5 100 0 1 2
	on 8
	community
	expect_json '.closed == "2031-W09" and .weeks == []'
	on 9
	eventually closed_up_to 0
	community
	expect_json '.weeks | length == 1'
	# Two weeks later those between are closed as well, each for itself.
	people 5 100 7 8 9
	on 23
	eventually closed_up_to 14
	community
	expect_json '.closed == "2031-W12" and [.weeks[].week] == ["2031-W10", "2031-W11"]'
	# A quarter of a year later it is not shown any more, and a year later not stored.
	on $((7 * 14))
	people 1 1 $((7 * 14))
	on $((7 * 14 + 2))
	eventually closed_up_to $((7 * 13))
	community
	expect_json '.weeks | map(.week) == ["2031-W11"]'
	people 1 1 $((7 * 14))
	api POST /stats/offers
	alter_database "INSERT INTO uptime VALUES ($(day_number "$today"), 1, 1); INSERT INTO latency VALUES ($(day_number "$today"), 100, 1)"
	[ "$(counts_of "$today")" = '2 1 1' ]
	on $((7 * 64))
	people 1 1 $((7 * 64))
	BREATH_DAY_SHIFT=$(($(day_number "$today") - EPOCHSECONDS / 86400)) breathctl purge
	[ "$(database 'SELECT count(*) FROM community')" -eq 0 ]
	[ "$(counts_of "$(later $((7 * 14 + 2)))")" = '2 1 1' ]
	# Counts of days go as their weeks do.
	on $((7 * 77))
	people 1 1 $((7 * 77))
	BREATH_DAY_SHIFT=$(($(day_number "$today") - EPOCHSECONDS / 86400)) breathctl purge
	[ "$(counts_of "$(later $((7 * 14 + 2)))")" = '0 0 0' ]
	[ "$(database "SELECT count(*) FROM tally WHERE day = $(day_number "$today")")" -eq 1 ]
}

# counts_of DAY: how many counts there are of it: tallies, probes, durations.
counts_of() {
	local number
	number=$(day_number "$1")
	database "SELECT (SELECT count(*) FROM tally WHERE day = $number) || ' ' ||
		(SELECT count(*) FROM uptime WHERE day = $number) || ' ' ||
		(SELECT count(*) FROM latency WHERE day = $number AND up_to_us = 100)"
}

# --- What an attacker would try ---

# The thread that closes weeks has been round once: it weighs its process afterwards.
swept() {
	fetch /api/v1/stats/service -H "Authorization: Bearer $RANDOM"
	expect_json '.memory.processes | map(.name) | index("stats")' 2>/dev/null
}

@test "by a clock that has jumped ahead no week is closed, and those that are due are closed when it is right again" {
	on 4
	people 5 100 0 1 3
	on 400
	eventually swept
	on 9
	eventually closed_up_to 0
	community
	expect_json '.closed == "2031-W10" and (.weeks | length) == 1'
}

@test "a closed week stays as it is: late practice, leaving, joining, erasing and merging change no byte" {
	on 6
	people 6 100 0 1 2
	on 9
	eventually closed_up_to 0
	community
	local before=$body stored
	stored=$(database 'SELECT * FROM community')
	[ -n "$stored" ]
	# Late: one of the six, and a seventh whom nobody had seen.
	practise "${tokens[0]}" 1000 3 4 5 6
	open_account
	practise "$token" 1000 0 1 2 3
	# Erased: two of them; merged: two others.
	api DELETE /sync/account '' "${tokens[1]}"
	api DELETE /sync/account '' "${tokens[2]}"
	pairing_code "${tokens[3]}"
	redeem "$code" "${tokens[4]}" true
	expect_status 200
	community
	[ "$body" = "$before" ]
	on 10
	BREATH_DAY_SHIFT=$(($(day_number "$today") - EPOCHSECONDS / 86400)) breathctl purge
	community
	[ "$body" = "$before" ]
	[ "$(database 'SELECT * FROM community')" = "$stored" ]
}

@test "a week of four stays one of nobody, whoever comes late" {
	on 6
	people 4 100 0 1 2
	on 9
	eventually closed_up_to 0
	people 3 100 0 1 2
	on 10
	BREATH_DAY_SHIFT=$(($(day_number "$today") - EPOCHSECONDS / 86400)) breathctl purge
	expect_nothing
}

@test "who knows what all the others did does not learn what the last one did" {
	# Four accounts of an attacker, who knows them to the last breath, and one of somebody else.
	local xp figures=()
	for xp in 20 33 47; do
		on 6 "STATE=$BATS_TEST_TMPDIR/$xp"
		people 4 100 0 1 2
		open_account
		practise "$token" $xp 0 1 2
		on 9 "STATE=$BATS_TEST_TMPDIR/$xp"
		eventually closed_up_to 0
		community
		expect_json '.weeks | length == 1'
		figures+=("$body")
	done
	[ "${figures[0]}" = "${figures[1]}" ] && [ "${figures[1]}" = "${figures[2]}" ]
}

@test "who practises without end is not seen by it" {
	local xp figures=()
	for xp in 400 1440; do
		on 6 "STATE=$BATS_TEST_TMPDIR/$xp"
		people 5 100 0 1 2
		open_account
		practise "$token" $xp 0 1 2
		on 9 "STATE=$BATS_TEST_TMPDIR/$xp"
		eventually closed_up_to 0
		community
		figures+=("$body")
	done
	[ "${figures[0]}" = "${figures[1]}" ]
}

@test "from the week before somebody joined and the week after, or left, nobody's practice follows" {
	on 6
	people 6 90 0 1 2
	# Everybody does the same again, but for one who has left and one who has joined.
	on 13
	local leaver=${tokens[5]} other
	for other in "${tokens[@]:0:5}"; do
		practise "$other" 90 7 8 9
	done
	api DELETE /sync/account '' "$leaver"
	on 20
	for other in "${tokens[@]:0:5}"; do
		practise "$other" 90 14 15 16
	done
	open_account
	practise "$token" 57 14 15 16
	on 23
	eventually closed_up_to 14
	community
	expect_json '.weeks | map(.people) == [5, 5, 5]'
	# 6 x 270, 5 x 270 and 171 more: the differences are a step or none, and neither 270 nor 171.
	expect_json '[.weeks[].xp] | [.[1] - .[0], .[2] - .[1]] | all(. % 500 == 0 and . * . <= 250000)'
	expect_json '.weeks | all(.minutes % 100 == 0 and .sessions % 20 == 0 and .days % 10 == 0)'
}

@test "nothing is asked of it but all of it: no week, no person, no group" {
	on 9
	local query
	for query in week=2031-W10 people=1 min=1 account=1 handle=calm-oak-1234 by=day from=2031-03-03; do
		api GET "/stats/community?$query"
		expect_problem 422 unknown_member "?${query%%=*}"
	done
	open_account
	api GET /stats/community '' "$token"
	expect_status 200
}

@test "everybody reads the same, at most a second old, and less if it has not changed" {
	on 6
	people 5 100 0 1 2
	on 9
	eventually closed_up_to 0
	api GET /stats/community
	expect_json '.weeks | length == 1'
	expect_header cache-control no-cache
	local tag first=$body
	tag=$(header etag)
	alter_database 'DELETE FROM community'
	api GET /stats/community
	[ "$body" = "$first" ] || [ "$(json .weeks)" = '[]' ]
	fetch /api/v1/stats/community -H "If-None-Match: $tag"
	[ "$status_code" = 304 ] || [ "$status_code" = 200 ]
	sleep 2
	api GET /stats/community
	expect_json '.weeks == []'
}

# --- Ratings and offers ---

@test "a rating and an offer are a number beside a day, whoever sends them" {
	service_start
	open_account
	push "$token" "$(totals "$(day)" 5)"
	local before after
	before=$(database .dump)
	api POST /stats/feedback '{"rating":4}' "$token"
	expect_status 204
	[ -z "$body" ]
	api POST /stats/feedback '{"rating":4}'
	api POST /stats/feedback '{"rating":1}' nonsense
	expect_status 204
	api POST /stats/offers '' "$token"
	api POST /stats/offers
	expect_status 204
	after=$(database .dump)
	diff <(grep -v '^INSERT INTO \(tally\|quota\) ' <<<"$before") <(grep -v '^INSERT INTO \(tally\|quota\) ' <<<"$after")
	[ "$(database 'SELECT what, times FROM tally ORDER BY what')" = $'0|2\n1|1\n4|2\n6|1' ]
	[ "$(database 'SELECT count(DISTINCT day) FROM tally')" -eq 1 ]
}

@test "ratings become an average in fives, and their days are forgotten" {
	on 3
	local rating
	for rating in 5 5 4 1; do
		api POST /stats/feedback "{\"rating\":$rating}"
		expect_status 204
	done
	on 9
	eventually closed_up_to 0
	# Four wait, also those of a week that is not closed.
	[ "$(database 'SELECT count(*) FROM satisfaction')" -eq 0 ]
	api POST /stats/feedback '{"rating":5}'
	api POST /stats/feedback '{"rating":5}'
	on 16
	eventually closed_up_to 7
	[ "$(database 'SELECT week, ratings, tenths FROM satisfaction')" = "$(week_number 7)|5|42" ]
	[ "$(database 'SELECT count(*) FROM tally WHERE what BETWEEN 1 AND 5')" -eq 0 ]
	# The next set has none of them.
	for rating in 2 2 2 2 2; do
		api POST /stats/feedback "{\"rating\":$rating}"
	done
	on 23
	eventually closed_up_to 14
	[ "$(database 'SELECT ratings, tenths FROM satisfaction ORDER BY week')" = $'5|42\n5|20' ]
}

@test "a day takes so many ratings and offers and no more, and the others go on" {
	service_start BREATH_RATINGS_PER_DAY=3 BREATH_OFFERS_PER_DAY=2
	local i wait
	for i in 1 2 3; do
		api POST /stats/feedback "{\"rating\":$i}"
		expect_status 204
	done
	api POST /stats/feedback '{"rating":1}'
	expect_problem 429 day_exhausted
	wait=$(header retry-after)
	[ $((86400 - $(date +%s) % 86400 - wait)) -le 2 ]
	api POST /stats/offers
	api POST /stats/offers
	expect_status 204
	api POST /stats/offers
	expect_problem 429 day_exhausted
	# What was refused was not counted.
	[ "$(database 'SELECT sum(times) FROM tally WHERE what BETWEEN 1 AND 5')" -eq 3 ]
	[ "$(database 'SELECT times FROM tally WHERE what = 0')" -eq 2 ]
	open_account
	service_stop
	service_start BREATH_RATINGS_PER_DAY=3 BREATH_DAY_SHIFT=1
	api POST /stats/feedback '{"rating":1}'
	expect_status 204
}
