#!/bin/bash
# For the benches and the soak, which source it: services with many people in them, and how to look at
# them.
#
# Each service is what `make run` starts, on a free port, in a folder of its own below $scratch, with a
# copy of one database.  All of it is gone when the script that sources this ends.
#
#	BENCH_DIR  where $scratch is made (/var/tmp): on a disk, for a memory file system has no fsync

tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
BUILD=$(cd "$tree" && cd "${BUILD:-build}" && pwd -P)
export BUILD
tools=$BUILD/test/load
scratch=$(mktemp -d "${BENCH_DIR:-/var/tmp}/breath-load-XXXXXX")

# By name: where a service answers, and what it consists of.
declare -A address_of=() runner_of=() families_of=() sync_of=() nginx_of=()
helpers=() # other children to end

fail() {
	echo "${0##*/}: $*" >&2
	exit 1
}

stop_all() {
	trap '' HUP INT TERM
	local pids=("${helpers[@]}" "${runner_of[@]}")
	if [ ${#pids[@]} -gt 0 ]; then
		kill "${pids[@]}" 2>/dev/null || :
		wait "${pids[@]}" 2>/dev/null || :
	fi
	rm -rf "$scratch"
}
trap stop_all EXIT
trap 'exit 130' HUP INT TERM

# people_make FOLDER COUNT [PUBLIC]: in a folder of $scratch a database that services begin with, and its
# ledger; PUBLIC of a hundred people are on boards.
people_make() {
	local folder=$scratch/$1
	mkdir -p "$folder"
	echo "database = $folder/breath.db" >"$folder/breath.conf"
	"$BUILD/breathctl" -c "$folder/breath.conf" init >"$folder/log" 2>&1 || fail "$(<"$folder/log")"
	"$tools/fill" "$folder/breath.db" "$folder/ledger" "${@:2}"
}

# people_copy FOLDER NAME: into the folder of that name; on the disk when it returns, so that it is not
# written there during a measurement.
people_copy() {
	mkdir -p "$scratch/$2"
	cp "$scratch/$1/breath.db" "$scratch/$1/ledger" "$scratch/$2"
	sync "$scratch/$2/breath.db"
}

# service_start NAME FOLDER [VARIABLE=VALUE...]: with a copy of the people in a folder.
service_start() {
	local name=$1 state=$scratch/$1
	people_copy "$2" "$name"
	shift 2
	# Nobody looks whether all is well: a look is a write.
	env PROBE_EVERY=0 "$@" PORT=0 ADDRESS=127.0.0.1 STATE="$state" \
		setpriv --pdeathsig TERM "$tree/conf/run" >"$state/run.log" 2>&1 &
	runner_of[$name]=$!
	until [ -s "$state/address" ]; do
		kill -0 "${runner_of[$name]}" 2>/dev/null || fail "$(<"$state/run.log")"
		sleep 0.05
	done
	address_of[$name]=$(sed 's|^http://||' "$state/address")
	nginx_of[$name]=$(<"$state/nginx.pid")
	local pid
	families_of[$name]=
	for pid in $(children_of "${runner_of[$name]}"); do
		# The kernel keeps 15 characters of a name.
		[[ $(<"/proc/$pid/comm") != *.fcg* ]] || families_of[$name]+=" $pid"
		# shellcheck disable=SC2034 # for those who source this
		[ "$(<"/proc/$pid/comm")" != sync.fcgi ] || sync_of[$name]=$pid
	done
}

# service_load NAME OPTION...: prints what load prints, or ends the script when an answer was wrong.
service_load() {
	local name=$1
	shift
	"$tools/load" -a "${address_of[$name]}" -l "$scratch/$name/ledger" "$@" ||
		fail "the load on the service \"$name\" failed"
}

# field NAME LINE: the value of NAME=VALUE in a line.
field() {
	local line=" $2 "
	line=${line#* "$1"=}
	echo "${line%% *}"
}

# Figures of SQLite's wal-index (https://sqlite.org/walformat.html, "WAL-Index Header"): how many
# transactions were committed, and how many frames of the log are in use.
commits_of() { # NAME
	echo $(($(od -An -tu4 -j8 -N4 "$scratch/$1/breath.db-shm")))
}

frames_of() { # NAME
	echo $(($(od -An -tu4 -j16 -N4 "$scratch/$1/breath.db-shm")))
}

# How often the log of pages has begun again ("WAL Header" there); of an empty one 0.
log_number_of() { # NAME
	od -An -v -tu1 -w16 -N16 "$scratch/$1/breath.db-wal" |
		awk 'NF { number = (($13 * 256 + $14) * 256 + $15) * 256 + $16 } END { print number + 0 }'
}

# all_of NAME: the process ids of nginx, its workers and all executables.
all_of() {
	echo "${nginx_of[$1]} $(children_of "${nginx_of[$1]}") ${families_of[$1]}"
}

# echo_start NAME: an echo behind the very nginx that a service is behind, at /api/v1/echo.
echo_start() {
	local state=$scratch/$1 threads=32
	setpriv --pdeathsig TERM "$tools/echo" "$state/sockets/echo.sock" $threads 2>"$state/log/echo.log" &
	helpers+=($!)
	cat >"$state/echo.conf" <<-END
		location = /api/v1/echo {
			fastcgi_pass unix:sockets/echo.sock;
		}
	END
	sed -i 's|include breath-master/site.conf;|&\n\t\tinclude echo.conf;|' "$state/nginx.conf"
	kill -HUP "${nginx_of[$1]}"
	# The old workers go once the new ones serve.
	sleep 1
}

# memory_watch NAME PID...: sets memory_kib to the most that a service needs while those processes, which
# put load on it, live.  They are waited for, and none may fail.
memory_watch() {
	local name=$1 pss pid
	memory_kib=0
	shift
	while kill -0 "$1" 2>/dev/null; do
		# shellcheck disable=SC2046 # several
		pss=$(pss_kib $(all_of "$name"))
		memory_kib=$((pss > memory_kib ? pss : memory_kib))
		sleep 0.1
	done
	for pid; do
		wait "$pid" || exit 1
	done
}

children_of() { # PID
	cat "/proc/$1/task/$1/children"
}

# Memory in KiB, each page divided among the processes that share it (PSS).  A process may end meanwhile,
# as nginx's loader of its cache does after a minute.
pss_kib() { # PID...
	local pid
	for pid; do
		cat "/proc/$pid/smaps_rollup" 2>/dev/null || :
	done | awk '$1 == "Pss:" { sum += $2 } END { print sum }'
}

descriptors_of() { # PID...
	local pid
	for pid; do
		ls "/proc/$pid/fd"
	done | wc -l
}

# Processor time in microseconds.
processor_us() { # PID...
	local pid
	for pid; do
		cat "/proc/$pid/stat"
	done | awk -v tick_us="$((1000000 / $(getconf CLK_TCK)))" \
		'{ sum += $14 + $15 } END { printf "%d\n", sum * tick_us }'
}
