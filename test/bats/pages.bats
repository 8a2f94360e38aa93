#!/usr/bin/env bats
# conf/publish-pages: a release of the pages takes the place of another in one step, and leaves what open tabs still ask for.

load helper

setup() {
	served=$BATS_TEST_TMPDIR/htdocs
	release A
	release B
	release C
}

# release NAME: a release of three files that name each other.
release() {
	local place=$BATS_TEST_TMPDIR/release-$1
	mkdir -p "$place/app"
	echo "$1" | tee "$place/index.html" "$place/favicon.svg" >"$place/app/main-$1.js"
	echo "main-$1.js" >"$place/.release"
}

publish() {
	"$tree/conf/publish-pages" "$BATS_TEST_TMPDIR/release-$1" "$served"
}

# is_whole NAME...: what is served is one of these releases, all of it.
is_whole() {
	local name
	name=$(cat "$served/index.html") || return
	[[ " $* " == *" $name "* ]] && [ "$(cat "$served/favicon.svg" "$served/app/main-$name.js")" = "$name"$'\n'"$name" ]
}

modules() {
	find "$served/app/" -type f -printf '%f\n' | sort | xargs
}

# stepwise COMMAND NAME: publishes NAME, and runs COMMAND before each step of it.
stepwise() {
	bash -c 'step=0; set -T; trap "$1" DEBUG; shift; . "$0"' "$tree/conf/publish-pages" "$1" \
		"$BATS_TEST_TMPDIR/release-$2" "$served"
}

@test "at every step of a publication one release or the other is served, whole" {
	publish A
	export served
	export -f is_whole
	export seen=$BATS_TEST_TMPDIR/seen
	stepwise 'is_whole A B || echo half >>"$seen"; cat "$served/index.html" >>"$seen"' B
	is_whole B
	[ "$(uniq "$seen" | xargs)" = 'A B' ]
	[ "$(grep -c A "$seen")" -gt 10 ]
}

@test "a publication that is killed at any step leaves a whole release, and the next one goes well" {
	local step
	for ((step = 1; step < 60; step++)); do
		publish A
		# As if the power had gone: nothing is tidied up.
		if stepwise "[ \$((++step)) -lt $step ] || kill -KILL \$BASHPID \$\$" B; then
			break
		fi
		is_whole A B
		publish C
		is_whole C
		[ "$(find "$BATS_TEST_TMPDIR" -maxdepth 1 -name 'htdocs*' | wc -l)" -le 3 ]
	done
	[ "$step" -gt 15 ] && [ "$step" -lt 60 ]
}

@test "whoever reads while others are published always finds a page and its module" {
	local count name reads=0
	publish A
	(for ((count = 0; count < 15; count++)); do
		publish B
		publish A
	done; : >"$BATS_TEST_TMPDIR/done") &
	until [ -e "$BATS_TEST_TMPDIR/done" ]; do
		name=$(<"$served/index.html")
		[ "$(<"$served/app/main-$name.js")" = "$name" ]
		reads=$((reads + 1))
	done
	wait $!
	[ $reads -gt 30 ]
}

@test "modules of the release before stay, and those of the one before that go" {
	publish A
	[ "$(modules)" = main-A.js ]
	publish B
	[ "$(modules)" = 'main-A.js main-B.js' ]
	# The same once more is no other release.
	publish B
	[ "$(modules)" = 'main-A.js main-B.js' ]
	publish C
	[ "$(modules)" = 'main-B.js main-C.js' ]
	# The way back.
	publish B
	[ "$(modules)" = 'main-B.js main-C.js' ]
	is_whole B
}

@test "a folder from before there was a link is taken over, with its modules" {
	cp -r "$BATS_TEST_TMPDIR/release-A" "$served"
	rm "$served/.release"
	publish B
	is_whole B
	[ "$(modules)" = 'main-A.js main-B.js' ]
	publish C
	[ "$(modules)" = 'main-B.js main-C.js' ]
}

@test "everybody may read what is served, however private the builder is" {
	chmod -R go= "$BATS_TEST_TMPDIR/release-A"
	(umask 077 && publish A)
	[ -z "$(find "$served/" ! -perm -o=r)" ]
}
