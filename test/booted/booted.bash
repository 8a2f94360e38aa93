# For the suite of the booted machine: `load booted`, after the helpers of test/bats.
#
#	WORK    the folder of the machine, which is WORK/root
#	LEADER  the process id of its first process

url=http://127.0.0.1
metrics_url=http://127.0.0.1:9017
state=$WORK/root/var/lib/breath-master
fault=$tree/test/fault

# inside COMMAND...: runs it in the machine.
inside() {
	timeout -s KILL 300 nsenter -t "$LEADER" -m -u -i -p -r -w env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C \
		DEBIAN_FRONTEND=noninteractive "$@" </dev/null 3>&-
}

# apt WORD...: what the package needs lies in apt's cache; there is no way to a mirror.
apt() {
	inside apt-get -qq --allow-downgrades -y --no-install-recommends "$@"
}

# is_active UNIT...
is_active() {
	inside systemctl --quiet is-active "$@"
}

# property UNIT NAME
property() {
	inside systemctl show --value -p "$2" "$1"
}

services() {
	inside systemctl list-units --all --plain --no-legend 'breath@*.service' | awk '{ print $1 }'
}

# What the service's own part of the journal says.
journal() {
	inside journalctl --no-pager -o cat -u "$1"
}

# Devices push from now on; load_ends says how it went.
load_begins() { # NAME
	load_journal=$BATS_TEST_TMPDIR/$1
	LOAD_REST_MS=${LOAD_REST_MS:-4} node "$fault/load.mjs" "$url" push "$load_journal" >"$load_journal.said" 2>&1 3>&- &
	load_pid=$!
	pushes_go_on
}

# Waits until fifty more pushes are acknowledged.
pushes_go_on() {
	local end=$(($(pushes) + 50))
	eventually has_pushed $end
}

pushes() {
	grep -c '"push"' "$load_journal" 2>/dev/null || :
}

has_pushed() { # COUNT
	[ "$(pushes)" -ge "$1" ]
}

# Fails where something does not hold, and says the counts; what was acknowledged is there.
load_ends() {
	local status=0
	kill -TERM "$load_pid"
	wait "$load_pid" || status=$?
	sed "s/^/# ${load_journal##*/}: /" "$load_journal.said" >&3
	[ $status -eq 0 ]
	node "$fault/load.mjs" "$url" verify "$load_journal"
}

# counted WHAT: the count of it.
counted() {
	tail -n 1 "$load_journal.said" | tr ',' '\n' | sed -n "s/^ *\([0-9]*\) $1\$/\1/p"
}
