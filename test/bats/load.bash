# For the suites that need devices which push all the time: `load helper`, `load sync`, then `load load`.
# load.mjs says what they check by themselves.

# Starts them and waits until all are at it. LOAD_DEVICES and LOAD_REST_MS are those of load.mjs. Sets journal, of
# what was acknowledged.
load_start() {
	journal=$BATS_TEST_TMPDIR/journal
	: >"$journal"
	node "$BATS_TEST_DIRNAME/../fault/load.mjs" "$url" push "$journal" >"$BATS_TEST_TMPDIR/load" 2>&1 3>&- &
	load_pid=$!
	pushes_go_on 100 || {
		cat "$BATS_TEST_TMPDIR/load"
		return 1
	}
}

pushes() {
	grep -c '"push"' "$journal" || :
}

# pushes_go_on [COUNT]: waits until so many more are acknowledged (50).
pushes_go_on() {
	local end=$(($(pushes) + ${1:-50}))
	eventually has_pushed $end
}

has_pushed() { # COUNT
	[ "$(pushes)" -ge "$1" ]
}

# Ends them, and holds what the service has against the journal. What they complained of fails the test;
# what they counted is shown behind a name.
load_stop() { # NAME
	kill -TERM "$load_pid"
	wait "$load_pid" || {
		cat "$BATS_TEST_TMPDIR/load"
		return 1
	}
	sed "s/^/# $1: /" "$BATS_TEST_TMPDIR/load" >&3
	verify_journal
}

verify_journal() {
	node "$BATS_TEST_DIRNAME/../fault/load.mjs" "$url" verify "$journal"
}
