#!/usr/bin/env bats
# The configuration is checked at start, all of it, by every executable alike.

load helper

setup() {
	conf=$BATS_TEST_TMPDIR/breath.conf
	cat >"$conf" <<-END
		# A comment
		database   = $BATS_TEST_TMPDIR/breath.db
		socket_dir = $BATS_TEST_TMPDIR

		threads = 4
	END
}

# expect_complaint TEXT [NAME=VALUE...]: every executable refuses the configuration and says why.
expect_complaint() {
	local text=$1 command
	shift
	for command in "sync.fcgi -n -c $conf" "sync.fcgi -c $conf" "breathctl -c $conf init"; do
		# shellcheck disable=SC2086 # words
		run -1 timeout 120 env "$@" "$BUILD"/$command
		[[ $output == *"$text"* ]] || {
			echo "$command does not say: $text"
			echo "$output"
			return 1
		}
	done
	[ ! -e "$BATS_TEST_TMPDIR/breath.db" ]
	[ ! -e "$BATS_TEST_TMPDIR/sync.sock" ]
}

@test "a good configuration passes, silently, and nothing is made" {
	run -0 "$BUILD/sync.fcgi" -n -c "$conf"
	[ -z "$output" ]
	[ "$(ls "$BATS_TEST_TMPDIR")" = breath.conf ]
}

@test "an empty file and the least of lines pass" {
	printf '\n\n  # nothing\n\t\nthreads=1\n threads_ = 2' >"$conf"
	run -1 "$BUILD/sync.fcgi" -n -c "$conf"
	[[ $output == *"$conf:6: there is no key \"threads_\""* ]]
	printf '\n\n  # nothing\n\t\nthreads=1' >"$conf"
	run -0 "$BUILD/sync.fcgi" -n -c "$conf"
	: >"$conf"
	run -0 "$BUILD/sync.fcgi" -n -c "$conf"
}

@test "a key that nobody knows is a typing error" {
	echo 'thread = 5' >>"$conf"
	expect_complaint "$conf:6: there is no key \"thread\"."
}

@test "numbers are held to their range" {
	local line
	while read -r line; do
		setup
		echo "$line" >>"$conf"
		sed -i '/^threads = 4/d' "$conf"
		expect_complaint "$conf:5: ${line%% *} must be a whole number from "
	done <<-END
		threads = 257
		threads = -1
		accounts_per_day = -1
		accounts_per_day = 1000000001
		devices_per_account = 0
		devices_per_account = 10001
		imports_per_account = 0
		imports_per_account = 1001
		wrong_codes_per_10_min = 0
		wrong_codes_per_10_min = 1000001
		unused_account_days = 59
		unused_account_days = 100001
		commit_batch_max = 0
		commit_batch_max = 1025
		commit_window_ms = -1
		commit_window_ms = 1001
		day_shift = -3651
		day_shift = 3651
		threads = 99999999999999999999
	END
}

@test "numbers are whole, decimal and nothing else" {
	local value
	for value in four 4.0 4e0 0x4 '4 threads' '+4' '' "4'" ٤; do
		setup
		sed -i "s/^threads = 4/threads = $value/" "$conf"
		expect_complaint "$conf:5: threads must be a whole number from 0 to 256."
	done
}

@test "the bounds themselves are within" {
	local line
	for line in threads=0 threads=256 accounts_per_day=0 unused_account_days=60 commit_window_ms=0 \
		commit_window_ms=1000 day_shift=-3650 day_shift=3650; do
		echo "$line" >"$conf"
		run -0 "$BUILD/sync.fcgi" -n -c "$conf"
	done
}

@test "a public_url that is no origin is refused by -n and at start" {
	local value
	for value in breath.example.org https://breath.example.org/path https:// ftp://breath.example.org ''; do
		setup
		echo "public_url = $value" >>"$conf"
		expect_complaint "$conf:6: public_url must be http:// or https://, a host and, if need be, :port."
	done
	expect_complaint 'BREATH_PUBLIC_URL: public_url must be' BREATH_PUBLIC_URL=breath.example.org
}

@test "a slash behind public_url is taken off" {
	echo 'public_url = https://breath.example.org/' >>"$conf"
	run -0 "$BUILD/breathctl" -c "$conf" config
	[[ $'\n'$output$'\n' == *$'\npublic_url = https://breath.example.org\n'* ]]
}

@test "a line that is none is told" {
	echo 'threads 5' >>"$conf"
	expect_complaint "$conf:6: a line must be empty, a comment (#) or key = value."
}

@test "a key that stands twice is told" {
	echo 'threads = 5' >>"$conf"
	expect_complaint "$conf:6: threads stands twice in the file."
}

@test "a NUL in the file is told" {
	printf 'threads\0 = 5\n' >"$conf"
	expect_complaint "$conf:1: there is a NUL in this line."
}

@test "all faults are told at once" {
	printf 'threads = -1\nnonsense\ncolour = blue\n' >"$conf"
	run -1 env BREATH_DAY_SHIFT=x "$BUILD/sync.fcgi" -n -c "$conf"
	[ "${#lines[@]}" -eq 4 ]
}

@test "a file that was named must be there and readable" {
	conf=$BATS_TEST_TMPDIR/nothing.conf
	expect_complaint "$conf: cannot be opened: No such file or directory"
	mkdir "$conf"
	expect_complaint "$conf: cannot be"
}

@test "the environment overrides the file, and is checked as it is" {
	run -0 env BREATH_THREADS=5 "$BUILD/sync.fcgi" -n -c "$conf"
	expect_complaint 'BREATH_THREADS: threads must be a whole number' BREATH_THREADS=-1
	expect_complaint 'BREATH_THREADS: threads must be a whole number' BREATH_THREADS=
	env BREATH_DATABASE="$BATS_TEST_TMPDIR/other.db" "$BUILD/breathctl" -c "$conf" init
	[ -e "$BATS_TEST_TMPDIR/other.db" ]
	[ ! -e "$BATS_TEST_TMPDIR/breath.db" ]
}

@test "wrong usage of sync.fcgi is told apart from failure" {
	local words
	for words in -x -c; do
		run -2 "$BUILD/sync.fcgi" $words
		[[ $output == *'usage: sync.fcgi [-n] [-c file]'* ]]
	done
	run -2 "$BUILD/sync.fcgi" -n -c "$conf" more
}

@test "a folder for the socket that is not there is told" {
	"$BUILD/breathctl" -c "$conf" init
	sed -i "s|^socket_dir = .*|socket_dir = $BATS_TEST_TMPDIR/nowhere|" "$conf"
	run -1 timeout 120 "$BUILD/sync.fcgi" -c "$conf"
	[[ $output == *"$BATS_TEST_TMPDIR/nowhere"* ]]
}

@test "the socket and all other files are its owner's alone, whatever the umask" {
	umask 000
	"$BUILD/breathctl" -c "$conf" init
	"$BUILD/sync.fcgi" -c "$conf" 2>"$BATS_TEST_TMPDIR/log" 3>&- &
	local pid=$!
	eventually [ -S "$BATS_TEST_TMPDIR/sync.sock" ]
	[ -z "$(find "$BATS_TEST_TMPDIR" -name 'breath.db*' -perm /177)" ]
	[ -z "$(find "$BATS_TEST_TMPDIR" -name sync.sock -perm /077)" ]
	kill $pid
	wait $pid
	[ ! -e "$BATS_TEST_TMPDIR/sync.sock" ]
}
