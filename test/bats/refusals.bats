#!/usr/bin/env bats
# What the API must refuse, by a table: data/refusals.tsv.

load helper
load sync
load shares

table=$BATS_TEST_DIRNAME/data/refusals.tsv

# An account that has something of everything, another one, and what stopped working; the table knows
# all of it by name.
setup_file() {
	service_start
	local BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR

	open_account
	export FIX_others_token=$token FIX_others_device=$device_id
	FIX_others_import=$(hex 32)
	export FIX_others_import
	import "$token" "$FIX_others_import" "$(list "$(totals "$(day)" 5)")"

	open_account
	export FIX_erased=$token
	api DELETE /sync/account '' "$token"

	open_account
	export FIX_device=$device_id FIX_device_in_capitals=${device_id^^} FIX_replaced=$token
	export FIX_recovery=$recovery_code FIX_bare_recovery=${recovery_code//-/}
	api POST /sync/token '' "$token"
	token=$(json .token)
	export FIX_token=$token
	push "$token" "$(totals "$(day -1)" 7)"
	export FIX_older_push=${chain[$FIX_token]}
	push "$token" "$(totals "$(day)" 9)"
	expect_status 200
	export FIX_newest_push=${chain[$FIX_token]}
	FIX_import=$(hex 32)
	export FIX_import
	import "$FIX_token" "$FIX_import" "$(list "$(totals "$(day -3)" 5)")" "$(sums 50)" "$(claim 2 "$(day -9)" 4)"

	another_device "$FIX_token"
	export FIX_revoked=$token FIX_revoked_device=$device_id
	api DELETE "/sync/devices/$device_id" '' "$FIX_token"
	expect_status 204

	share "$FIX_others_token" xp
	export FIX_others_share=$id
	share "$FIX_token" xp
	export FIX_share=$id FIX_share_in_capitals=${id^^}

	pairing_code "$FIX_token"
	export FIX_used=$code
	redeem "$code"
	pairing_code "$FIX_token"
	export FIX_pairing=$code
}

# refuse [SECTION]: sends the requests of a section of the table, or all of them.
refuse() {
	node "$BATS_TEST_DIRNAME/send-table.mjs" "$url" "$table" "$@"
}

# All that is stored, as text.
dump() {
	database .dump
}

@test "paths that lead nowhere are refused" { refuse Paths; }
@test "methods that a path does not take are refused" { refuse Methods; }
@test "requests without a good token are refused" { refuse Tokens; }
@test "bodies of another type are refused" { refuse 'Media types'; }
@test "bodies that are too long, or of another length than they say, are refused" { refuse Lengths; }
@test "query strings that nobody asked for are refused" { refuse 'Query strings'; }
@test "bodies that are no JSON are refused" { refuse 'No JSON'; }
@test "bodies that are no UTF-8 are refused" { refuse Encodings; }
@test "members that stand twice are refused" { refuse 'Members twice'; }
@test "bodies that are no object are refused" { refuse 'No object'; }
@test "members that nobody knows are refused by name" { refuse 'Unknown members'; }
@test "members that are missing are asked for by name" { refuse 'Missing members'; }
@test "values of another type are refused" { refuse Types; }
@test "numbers out of their range are refused" { refuse Numbers; }
@test "days that are none, or none to be counted, are refused" { refuse Days; }
@test "values of another form are refused" { refuse Values; }
@test "what is not there is not found" { refuse 'What is not there'; }
@test "what would conflict is refused" { refuse Conflicts; }
@test "what names no board, or nobody on one, is refused" { refuse Boards; }
@test "shares that are none, or not one's own, are refused" { refuse Shares; }
@test "what no page, badge or card is asked for is refused" { refuse 'Pages of shares'; }
@test "figures of anybody else, or of a range that is none, are refused" { refuse Statistics; }

# refusals_of [-v] PATTERN: how many requests of the table, one a line, go to such paths, or to others.
refusals_of() {
	grep -v -e '^#' -e '^=' -e '^$' "$table" | cut -f 2 | grep -cE "${@:1:$#-1}" -- "${!#}"
}

@test "the table names each route, and has 140 refusals of sync and 80 of boards and statistics at least" {
	local route
	[ "$(refusals_of -v '\^/api/v1/(leaderboard|stats)')" -ge 140 ]
	[ "$(refusals_of '\^/api/v1/leaderboard')" -ge 80 ]
	[ "$(refusals_of '\^/api/v1/stats')" -ge 80 ]
	while read -r route; do
		cut -f 2 "$table" | sed 's/<[^>]*>/{}/; s/?.*//' |
			awk -v "path=${route#* }" -v "method=${route% *}" \
				'$2 == path && index($1, method) { n++ } END { exit n < 3 }' || {
			echo "fewer than three refusals of $route"
			return 1
		}
	done <<-END
		GET /
		POST /
		POST /accounts
		DELETE /account
		GET /export
		GET /imports
		PUT /imports/{}
		DELETE /imports/{}
		GET /devices
		POST /devices
		DELETE /devices/{}
		POST /token
		POST /recovery-code
		POST /recover
		POST /pairings
		POST /pairings/redeem
		GET ^/api/v1/leaderboard
		GET ^/api/v1/leaderboard/me
		PUT ^/api/v1/leaderboard/me
		POST ^/api/v1/leaderboard/me/handle
		GET ^/api/v1/stats/me/shares
		POST ^/api/v1/stats/me/shares
		DELETE ^/api/v1/stats/me/shares/{}
		GET ^/s/{}
		GET ^/badge/{}.svg
		GET ^/card/{}.png
		GET ^/api/v1/stats/me
		GET ^/api/v1/stats/me/history
		GET ^/api/v1/stats/community
		POST ^/api/v1/stats/feedback
		POST ^/api/v1/stats/offers
		GET ^/api/v1/stats/service
		GET ^/api/v1/stats/metrics
		GET ^/api/v1/stats/health
		GET ^/api/v1/leaderboard/health
		GET ^/api/v1/sync/health
	END
}

closes_weeks() {
	[ -n "$(database 'SELECT week FROM closing')" ]
}

@test "all of them together change not a byte of what is stored" {
	local before after
	# A moment after its start the service closes a week by itself.
	eventually closes_weeks
	before=$(dump)
	[[ $before == *'INSERT INTO day '* && $before == *'INSERT INTO pairing '* ]]
	# How they are answered is for the tests above to say.
	run refuse
	[[ $output == *' requests, '* ]]
	after=$(dump)
	diff <(echo "$before") <(echo "$after")
}

@test "what is refused for one reason only is taken without it" {
	node "$BATS_TEST_DIRNAME/send-table.mjs" "$url" "$BATS_TEST_DIRNAME/data/acceptances.tsv"
}
