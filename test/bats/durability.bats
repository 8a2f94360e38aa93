#!/usr/bin/env bats
# What was acknowledged survives: `kill -9` of the executable and of nginx at random moments under load.

load helper
load sync
load load

KILLS=50

# Everything that can be said of the file by itself.
expect_whole() {
	run -0 breathctl check
	[ "${lines[-1]}" = '16 accounts, 0 findings' ]
	[ "$(database 'PRAGMA integrity_check')" = ok ]
}

# A number of milliseconds, as sleep takes it.
pause() { # LEAST MOST
	sleep "$(printf '0.%03d' $(($1 + RANDOM % ($2 - $1))))"
}

@test "of $KILLS kills at random moments under load no acknowledged push is lost, and none is kept by half" {
	random_from_seed
	service_start
	load_start
	local killed
	# They take turns; of nginx the master or a worker.
	for ((killed = 0; killed < KILLS; killed++)); do
		pause 200 600
		if ((killed % 2 == 0)); then
			kill_one sync.fcgi
		else
			kill_one nginx
		fi
		((killed % 10 < 9)) || breathctl check
	done
	load_stop "$KILLS kills"
	expect_whole

	# Enough of them hit something that was under way.
	[[ $(<"$BATS_TEST_TMPDIR/load") =~ \ ([0-9]+)\ found\ whole,\ ([0-9]+)\ found\ absent ]]
	# Which of both it was is chance.
	[ $((BASH_REMATCH[1] + BASH_REMATCH[2])) -gt 0 ]

	# And by a service that starts anew on what is left.
	service_stop
	service_start
	verify_journal
	expect_whole
}

@test "what is left when everything is killed at once is whole" {
	random_from_seed
	service_start
	load_start
	local i
	for i in 1 2 3; do
		pause 300 600
		kill_service
		# On the same port, where the devices still look for it.
		PORT=${url##*:} service_start
	done
	load_stop '3 times everything'
	expect_whole
}

is_served() { # TOKEN
	api GET /sync '' "$1" && [ "$status_code" = 200 ]
}

@test "a merge is whole or absent, however the executable dies" {
	random_from_seed
	service_start
	local i first answer first_xp
	for i in {1..12}; do
		open_account
		first=$token
		push "$first" "$(totals "$(day)" 10)"
		pairing_code "$first"
		open_account
		push "$token" "$(totals "$(day)" 5)"
		# Where it has lived long enough to be killed, the kill comes while the merge is under way.
		eventually has_lived sync.fcgi
		{
			pause 1 20
			kill_one sync.fcgi
		} &
		redeem "$code" "$token" true || :
		answer=$status_code
		wait $!
		eventually is_served "$first"
		first_xp=$(json .xp)
		api GET /sync '' "$token"
		expect_status 200
		case "$first_xp $(json .xp) $answer" in
		'15 15 '*) ;;
		'10 5 '[!2]*) ;;
		*)
			echo "answered $answer; the code's account has $first_xp XP, the caller's $(json .xp)"
			return 1
			;;
		esac
	done
	run -0 breathctl check
}
