#!/usr/bin/env bats
# What is stored about shares: its owner can take it out, and it goes to the last byte (P8).

load helper
load sync
load shares

setup_file() {
	service_start
}

# needle ID: puts an identifier among those that are looked for, as it is written and as it rests.
needle() {
	printf 'a share\ttext\t%s\na share\tbytes\t%s\n' "$1" "$1" >>"$BATS_TEST_TMPDIR/needles"
}

# traces PATH...: fails if there is any.
traces() {
	node "$BATS_TEST_DIRNAME/find-traces.mjs" "$BATS_TEST_TMPDIR/needles" "$@"
}

@test "P8: the export has every share, and what it may have shown" {
	open_account
	local what
	api GET /sync/export '' "$token"
	expect_json '.shares == [] and .boards.shared == false and .boards.ranked == false'
	for what in streak level xp week; do
		share "$token" $what
	done
	api GET /sync/export '' "$token"
	expect_json '(.shares | map(.what) | sort) == ["level", "streak", "week", "xp"]
		and (.shares | all(.created_day == $day and keys == ["created_day", "id", "what"]))
		and .boards.shared and (.boards.ranked | not)' --arg day "$(day)"
	[ "$(json '.shares | length')" = "$(database "SELECT count(*) FROM share WHERE account =
		(SELECT account FROM account WHERE uid = $(blob "$account_id"))")" ]
}

@test "P8: shares that were withdrawn, and those of erased accounts, leave no byte in database and log" {
	local i owner
	for i in {1..40}; do
		open_account
		owner=$token
		push "$owner" "$(totals "$(day)" "$i")"
		share "$owner" xp
		needle "$id"
		echo "$owner $id" >>"$BATS_TEST_TMPDIR/owners"
		share "$owner" level
	done
	fetch "/s/$id"
	run -1 traces "$state/breath.db" "$state/breath.db-wal"
	i=0
	while read -r owner id; do
		if [ $((i++ % 2)) = 0 ]; then
			api DELETE /sync/account '' "$owner"
			expect_status 204
		else
			withdraw "$owner" "$id"
		fi
	done <"$BATS_TEST_TMPDIR/owners"
	# The last reader that stood in the way has to go first.
	within 10 traces "$state"
	# Those that stay are there.
	[ "$(database 'SELECT count(*) FROM share WHERE what = 1')" -ge 20 ]
	run -0 breathctl check
}

@test "P8: what nginx kept of a share for a second is forgotten soon" {
	open_account
	share "$token" xp
	needle "$id"
	fetch "/s/$id"
	fetch "/badge/$id.svg"
	fetch "/card/$id.png"
	run -1 traces "$state/shares"
	withdraw "$token" "$id"
	eventually traces "$state"
}
