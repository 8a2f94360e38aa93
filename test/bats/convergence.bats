#!/usr/bin/env bats
# bats file_tags=alone
#
# Thousands of worlds of devices against the real service: test/web/convergence.mjs says what
# happens in them and what must hold at the end. This suite brings the service, and an
# administrator who puts a backup back in the middle of it, as breathctl(8) tells.

load helper

# What the administrator does. The clients, which go on meanwhile, find nobody for a moment.
write_hooks() {
	cat >"$BATS_TEST_TMPDIR/snapshot" <<-END
		set -eu
		cd '$state'
		'$BUILD/breathctl' -c breath.conf backup
		mv backup/breath-*.db '$state.backup'
	END
	cat >"$BATS_TEST_TMPDIR/restore" <<-END
		set -eu
		pid=\$(cat '$state.pid')
		kill -TERM "\$pid"
		flock -w 60 '$state/lock' true
		(cd '$state' && '$BUILD/breathctl' -c breath.conf restore '$state.backup')
		rm '$state'/breath.db.replaced-*
		PORT=${url##*:} STATE='$state' BREATH_ACCOUNTS_PER_DAY=1000000 \\
			setsid '$tree/conf/run' </dev/null >>'$BATS_TEST_TMPDIR/run.log' 2>&1 3>&- &
		echo \$! >'$state.pid'
		until [ -s '$state/address' ]; do sleep 0.05; done
		echo restored >>'$BATS_TEST_TMPDIR/restores'
	END
}

@test "thousands of worlds of devices end with exactly what was practised, restored servers included" {
	service_start BREATH_ACCOUNTS_PER_DAY=1000000
	write_hooks
	node "$tree/test/web/convergence.mjs" --url "$url" --runs "${CONVERGENCE_RUNS:-2000}" \
		--snapshot "sh $BATS_TEST_TMPDIR/snapshot" --restore "sh $BATS_TEST_TMPDIR/restore" \
		>"$BATS_TEST_TMPDIR/said" 2>&1 || {
		cat "$BATS_TEST_TMPDIR/said"
		false
	}
	sed 's/^/# /' "$BATS_TEST_TMPDIR/said" >&3
	echo "# restored $(wc -l <"$BATS_TEST_TMPDIR/restores") times" >&3
	(cd "$state" && "$BUILD/breathctl" -c breath.conf check)
}

@test "a client that takes a fork for an ordinary answer is found out" {
	service_start BREATH_ACCOUNTS_PER_DAY=1000000
	run node "$tree/test/web/convergence.mjs" --url "$url" --runs 300 --seed 1 \
		--sabotage deafToForks
	[ "$status" -eq 1 ]
}
