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

@test "P7: of seven people who each practised on three days there is a figure" {
	on 4
	people 5 100 0 1 3
	people 2 15 0 1 3
	expect_nothing
	on 9
	eventually closed_up_to 0
	community
	# Five times 90 and twice 30 are 510, to the nearest 120, and seven people show 480 at most.
	expect_json '. == {closed: "2031-W10", weeks: [{week: "2031-W10", first_day: "2031-03-03", last_day: "2031-03-09",
		participation: null, minutes: 480}]}'
}

@test "P7: of six people there is none, and the store has none of them either" {
	on 4
	people 6 1000 0 1 2 3 4
	on 9
	eventually closed_up_to 0
	expect_nothing
	expect_json '.closed == "2031-W10"'
	run -0 database "SELECT week FROM community UNION ALL SELECT week FROM satisfaction"
	[ -z "$output" ]
}

@test "P7: a seventh who practised on two days only, or whose third is another week's, makes no seven" {
	on 7
	people 6 100 0 1 2
	open_account
	practise "$token" 100 5 6 7
	practise "$token" 100 -1
	on 9
	eventually closed_up_to 0
	expect_nothing
}

@test "P7: a seventh with two devices on one day, or with an import, makes no seven" {
	on 6
	people 6 100 0 1 2
	open_account
	local seventh=$token
	practise "$seventh" 100 0 1
	another_device "$seventh"
	practise "$token" 100 0 1
	api PUT "/sync/imports/$(hex 32)" "{\"today\":\"$today\",\"days\":$(list "$(totals "$(later 2)" 100)" "$(totals "$(later 3)" 100)")}" "$seventh"
	expect_status 200
	on 9
	eventually closed_up_to 0
	expect_nothing
}

@test "P7: who has not practised enough is in no figure of the others" {
	on 6
	people 7 15 0 1 2
	people 3 1000 0 1
	on 9
	eventually closed_up_to 0
	community
	# Seven times 30, to the nearest 120.
	expect_json '.weeks[0].minutes == 240'
}

@test "P7: from twenty people on, who practised lately, a band tells how many of them did in a week" {
	on 6
	people 20 100 0 1 2
	on 13
	local each
	for each in "${tokens[@]:0:8}"; do
		practise "$each" 100 7 8 9
	done
	on 16
	eventually closed_up_to 7
	community
	expect_json '.weeks | map([.participation, .minutes]) == [[3, 1440], [1, 720]]'
}

@test "a week is closed on the Wednesday after it, and none before it" {
	on 6
	people 7 100 0 1 2
	on 8
	community
	expect_json '.closed == "2031-W09" and .weeks == []'
	on 9
	eventually closed_up_to 0
	community
	expect_json '.weeks | length == 1'
	# Two weeks later those between are closed as well, each for itself.
	people 7 100 7 8 9
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
	[ "$(counts_of "$today")" = '1 1 1' ]
	on $((7 * 64))
	people 1 1 $((7 * 64))
	BREATH_DAY_SHIFT=$(($(day_number "$today") - EPOCHSECONDS / 86400)) breathctl purge
	[ "$(database 'SELECT count(*) FROM community')" -eq 0 ]
	[ "$(counts_of "$(later $((7 * 14 + 2)))")" = '1 1 1' ]
	# Counts of days go as their weeks do.
	on $((7 * 77))
	people 1 1 $((7 * 77))
	api POST /stats/offers
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
	people 7 100 0 1 3
	on 400
	eventually swept
	on 9
	eventually closed_up_to 0
	community
	expect_json '.closed == "2031-W10" and (.weeks | length) == 1'
}

@test "a closed week stays as it is: late practice, leaving, joining, erasing and merging change no byte" {
	on 6
	people 8 100 0 1 2
	on 9
	eventually closed_up_to 0
	community
	local before=$body stored
	stored=$(database 'SELECT * FROM community')
	[ -n "$stored" ]
	# Late: one of the eight, and a ninth whom nobody had seen.
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

@test "a week of six stays one of nobody, whoever comes late" {
	on 6
	people 6 100 0 1 2
	on 9
	eventually closed_up_to 0
	people 3 100 0 1 2
	on 10
	BREATH_DAY_SHIFT=$(($(day_number "$today") - EPOCHSECONDS / 86400)) breathctl purge
	expect_nothing
}

@test "who knows what all the others did learns of the last one's week whether it was long, and no more" {
	# Six accounts of an attacker, who knows them to the last breath and varies them, and one of somebody else.
	local minutes figures=()
	for minutes in 3 11 19 20 100; do
		on 6 "STATE=$BATS_TEST_TMPDIR/$minutes"
		people 3 10 0 1 2
		people 3 100 0 1 2
		open_account
		practise "$token" $minutes 0 1 2
		on 9 "STATE=$BATS_TEST_TMPDIR/$minutes"
		eventually closed_up_to 0
		community
		expect_json '.weeks | length == 1'
		figures+=("$body")
	done
	[ "${figures[0]}" = "${figures[1]}" ] && [ "${figures[1]}" = "${figures[2]}" ]
	[ "${figures[3]}" = "${figures[4]}" ]
	# It is in there: none of this holds because nothing is counted.
	[ "${figures[2]}" != "${figures[3]}" ]
}

@test "from the week before somebody joined and the week after, or left, nobody's practice follows" {
	on 6
	people 8 25 0 1 2
	# Everybody does the same again, but for one who has left and one who has joined.
	on 13
	local leaver=${tokens[7]} other
	for other in "${tokens[@]:0:7}"; do
		practise "$other" 25 7 8 9
	done
	api DELETE /sync/account '' "$leaver"
	on 20
	for other in "${tokens[@]:0:7}"; do
		practise "$other" 25 14 15 16
	done
	open_account
	practise "$token" 57 14 15 16
	on 23
	eventually closed_up_to 14
	community
	# The differences are a step or none, and neither 75 minutes nor 171.
	expect_json '.weeks | length == 3 and all(.participation == null and .minutes % 120 == 0)'
	expect_json '[.weeks[].minutes] | [.[1] - .[0], .[2] - .[1]] | all(. * . <= 14400)'
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
	people 7 100 0 1 2
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
	within 2 no_week_is_told
}

no_week_is_told() {
	api GET /stats/community && expect_json '.weeks == []'
}

# --- Ratings and offers ---

# raters COUNT: so many people who have practised on three days since they came; sets tokens. It is the third day.
raters() {
	local i each
	on 0 "${@:2}"
	tokens=()
	for ((i = 0; i < $1; i++)); do
		open_account
		tokens+=("$token")
	done
	on 2 "${@:2}"
	for each in "${tokens[@]}"; do
		practise "$each" 5 0 1 2
	done
}

rate() { # TOKEN RATING
	api POST /stats/feedback "{\"rating\":$2}" "$1"
}

ratings() {
	database 'SELECT coalesce(sum(times), 0) FROM tally WHERE what BETWEEN 1 AND 5'
}

@test "a rating is a number beside a day, and of its account the year is kept" {
	raters 2
	local before after
	before=$(database .dump)
	rate "${tokens[0]}" 4
	expect_status 204
	[ -z "$body" ]
	rate "${tokens[1]}" 4
	expect_status 204
	after=$(database .dump)
	diff <(grep -v '^INSERT INTO \(tally\|quota\|account\) ' <<<"$before") <(grep -v '^INSERT INTO \(tally\|quota\|account\) ' <<<"$after")
	# Nothing in the accounts has changed but for that.
	diff <(grep '^INSERT INTO account ' <<<"$before" | sed "s/,NULL\(,[0-9]*,X'[0-9a-f]*');\)$/,2031\1/") <(grep '^INSERT INTO account ' <<<"$after")
	[ "$(database 'SELECT what, times FROM tally')" = '4|2' ]
	# Its owner is told.
	api GET /sync/export '' "${tokens[0]}"
	expect_json '.account.rated_year == 2031'
	open_account
	api GET /sync/export '' "$token"
	expect_json '.account.rated_year == null'
}

@test "one account that rates five times has one rating, on whichever of its devices, until the next year" {
	raters 1
	local i
	rate "${tokens[0]}" 1
	expect_status 204
	for i in 2 3; do
		rate "${tokens[0]}" 1
		expect_problem 409 already_rated
	done
	another_device "${tokens[0]}"
	for i in 4 5; do
		rate "$token" 5
		expect_problem 409 already_rated
	done
	[ "$(ratings)" -eq 1 ]
	[ "$(database 'SELECT sum(used) FROM quota WHERE what = 1')" -eq 1 ]
	# 2031-12-31, and a day later.
	on 303
	rate "$token" 5
	expect_problem 409 already_rated
	on 304
	rate "$token" 5
	expect_status 204
	rate "${tokens[0]}" 5
	expect_problem 409 already_rated
	[ "$(database 'SELECT rated_year FROM account')" = 2032 ]
}

@test "one address with fresh accounts rates nothing, whatever past they write up" {
	on 2
	local i
	for ((i = 0; i < 6; i++)); do
		open_account
		case $i in
		0) ;;
		1) practise "$token" 100 2 ;;
		2) practise "$token" 100 1 2 3 ;;
		3) practise "$token" 100 -9 -8 -7 -6 -5 -4 -3 -2 -1 0 1 2 ;;
		4) api PUT "/sync/imports/$(hex 32)" "{\"today\":\"$today\",\"days\":[],\"streak\":$(claim 400 "$today" 400)}" "$token" ;;
		5) api PUT "/sync/imports/$(hex 32)" "{\"today\":\"$today\",\"days\":$(list "$(totals "$(later 0)" 9)" "$(totals "$(later 1)" 9)" "$(totals "$(later 2)" 9)")}" "$token" ;;
		esac
		rate "$token" 5
		expect_problem 409 practice_needed
	done
	[ "$(ratings)" -eq 0 ]
	[ "$(database 'SELECT count(*) FROM quota WHERE what = 1')" -eq 0 ]
	[ "$(database 'SELECT count(*) FROM account WHERE rated_year IS NOT NULL')" -eq 0 ]
}

@test "a rating needs a token, and a third day of practice" {
	on 0
	api POST /stats/feedback '{"rating":4}'
	expect_problem 401 token_missing
	api POST /stats/feedback '{"rating":4}' nonsense
	expect_problem 401 token_malformed
	open_account
	practise "$token" 5 0
	on 1
	practise "$token" 5 1
	rate "$token" 4
	expect_problem 409 practice_needed
	on 2
	rate "$token" 4
	expect_problem 409 practice_needed
	practise "$token" 5 2
	rate "$token" 4
	expect_status 204
	[ "$(ratings)" -eq 1 ]
}

@test "accounts that become one keep the later year, so that merging is no second rating" {
	raters 4
	local first second
	rate "${tokens[0]}" 1
	expect_status 204
	# The one that rated goes into the other, and the other way round.
	pairing_code "${tokens[1]}"
	redeem "$code" "${tokens[0]}" true
	expect_status 200
	rate "${tokens[1]}" 1
	expect_problem 409 already_rated
	pairing_code "${tokens[0]}"
	redeem "$code" "${tokens[2]}" true
	expect_status 200
	rate "${tokens[2]}" 1
	expect_problem 409 already_rated
	[ "$(ratings)" -eq 1 ]
	# Of two years the later one.
	alter_database "UPDATE account SET rated_year = 2029 WHERE rated_year IS NULL; UPDATE account SET rated_year = 2030 WHERE rated_year = 2031"
	pairing_code "${tokens[3]}"
	redeem "$code" "${tokens[0]}" true
	expect_status 200
	[ "$(database 'SELECT rated_year FROM account')" = 2030 ]
	rate "${tokens[3]}" 1
	expect_status 204
}

@test "ratings become an average in fives, and their days are forgotten" {
	raters 11
	local i ratings=(5 5 4 1 5 5)
	for ((i = 0; i < 4; i++)); do
		rate "${tokens[i]}" "${ratings[i]}"
		expect_status 204
	done
	on 9
	eventually closed_up_to 0
	# Four wait, also those of a week that is not closed.
	[ "$(database 'SELECT count(*) FROM satisfaction')" -eq 0 ]
	for ((i = 4; i < 6; i++)); do
		rate "${tokens[i]}" "${ratings[i]}"
		expect_status 204
	done
	on 16
	eventually closed_up_to 7
	[ "$(database 'SELECT week, ratings, tenths FROM satisfaction')" = "$(week_number 7)|5|42" ]
	[ "$(ratings)" -eq 0 ]
	# The next set has none of them; of five, an average is told in steps of 0.8.
	for ((i = 6; i < 11; i++)); do
		rate "${tokens[i]}" 2
		expect_status 204
	done
	on 23
	eventually closed_up_to 14
	[ "$(database 'SELECT ratings, tenths FROM satisfaction ORDER BY week')" = $'5|42\n5|18' ]
}

@test "an offer is a number beside a day, whoever sends it" {
	service_start
	open_account
	push "$token" "$(totals "$(day)" 5)"
	local before after
	before=$(database .dump)
	api POST /stats/offers '' "$token"
	api POST /stats/offers
	expect_status 204
	after=$(database .dump)
	diff <(grep -v '^INSERT INTO \(tally\|quota\) ' <<<"$before") <(grep -v '^INSERT INTO \(tally\|quota\) ' <<<"$after")
	[ "$(database 'SELECT what, times FROM tally')" = '0|2' ]
}

@test "accounts are counted where the offer to open one is made" {
	service_start
	open_account vscode
	open_account cli
	[ -z "$(database 'SELECT * FROM tally')" ]
	open_account web
	another_device "$token" web
	pairing_code "$token"
	api POST /sync/pairings/redeem "{\"code\":\"$code\",\"device\":{\"kind\":\"web\"}}"
	expect_status 201
	[ "$(database 'SELECT what, times FROM tally')" = '6|1' ]
}

@test "a day takes so many ratings and offers and no more, and the others go on" {
	raters 4 BREATH_RATINGS_PER_DAY=3 BREATH_OFFERS_PER_DAY=2
	local i wait
	for i in 1 2 3; do
		rate "${tokens[i]}" "$i"
		expect_status 204
	done
	rate "${tokens[0]}" 1
	expect_problem 429 day_exhausted
	wait=$(header retry-after)
	[ $((86400 - $(date +%s) % 86400 - wait)) -le 2 ]
	api POST /stats/offers
	api POST /stats/offers
	expect_status 204
	api POST /stats/offers
	expect_problem 429 day_exhausted
	# What was refused was not counted, and may be sent again.
	[ "$(ratings)" -eq 3 ]
	[ "$(database 'SELECT times FROM tally WHERE what = 0')" -eq 2 ]
	[ "$(database 'SELECT count(*) FROM account WHERE rated_year IS NULL')" -eq 1 ]
	on 3 BREATH_RATINGS_PER_DAY=3
	rate "${tokens[0]}" 1
	expect_status 204
}
