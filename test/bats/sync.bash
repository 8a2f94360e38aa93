# For the suites that use the API as a client does: `load helper`, then `load sync`.
#
# What they do a thousand times costs no process of its own where bash can help it.

# The last push of each token that push() sent for.
declare -gA chain=()

# day [OFFSET]: a civil day, so many days from the server's: day, day -3, day 1.
day() {
	TZ=UTC0 printf '%(%F)T' $((EPOCHSECONDS + ${1:-0} * 86400))
}

# day_number DAY: as the database counts it, in days since 1970-01-01.
day_number() {
	echo $(($(date -u -d "$1" +%s) / 86400))
}

# hex BYTES: random lower-case hexadecimal digits, for a multiple of four bytes.
hex() {
	local i
	for ((i = 0; i < $1; i += 4)); do
		printf '%08x' "$SRANDOM"
	done
}

# uuid: a random one, of version 4.
uuid() {
	local text
	text=$(hex 16)
	printf '%s-%s-4%s-8%s-%s' "${text:0:8}" "${text:8:4}" "${text:13:3}" "${text:17:3}" "${text:20}"
}

# totals DAY XP [MINUTES SESSIONS CYCLES]: what a device counted on a day; all are XP where not given.
totals() {
	printf '{"day":"%s","xp":%s,"minutes":%s,"sessions":%s,"cycles":%s}' \
		"$1" "$2" "${3-$2}" "${4-$2}" "${5-$2}"
}

# sums XP [MINUTES SESSIONS CYCLES]: the same without a day.
sums() {
	printf '{"xp":%s,"minutes":%s,"sessions":%s,"cycles":%s}' \
		"$1" "${2-$1}" "${3-$1}" "${4-$1}"
}

# claim DAYS LAST_DAY LONGEST
claim() {
	printf '{"days":%s,"last_day":"%s","longest":%s}' "$1" "$2" "$3"
}

# list [JSON...]: the values as one.
list() {
	local IFS=,
	echo "[$*]"
}

# Opens an account.  Sets token, recovery_code, account_id, device_id and handle.
open_account() { # [KIND]
	api POST /sync/accounts "{\"device\":{\"kind\":\"${1:-cli}\"}}"
	expect_status 201
	read -r token recovery_code account_id device_id handle < <(
		json '"\(.token) \(.recovery_code) \(.account_id) \(.device_id) \(.handle)"'
	)
}

# An account with more than it may have: as many devices as there may be, each with as many days as are not folded. Sets token.
largest_account() {
	open_account cli
	alter_database "INSERT INTO device (account, uid, kind, created_day, last_day)
			WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 128)
			SELECT 1, randomblob(16), 3, 20000, $(day_number "$(day)") FROM n;
		INSERT INTO day (account, day, device, xp, minutes, sessions, cycles)
			WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 429)
			SELECT 1, $(day_number "$(day)") - i, device, 100, 10, 1, 100 FROM device CROSS JOIN n"
}

# push_text ID AFTER TODAY [TOTALS...]: the body of a push; AFTER may be empty.
push_text() {
	local after=null
	[ -z "$2" ] || after=\"$2\"
	printf '{"today":"%s","push":"%s","after":%s,"days":%s}' "$3" "$1" "$after" "$(list "${@:4}")"
}

# push TOKEN [TOTALS...]: the next push in the chain of the token's device.
push() {
	local id
	id=$(hex 8)
	api POST /sync "$(push_text "$id" "${chain[$1]:-}" "$(day 0)" "${@:2}")" "$1"
	[ "$status_code" != 200 ] || chain[$1]=$id
}

# import TOKEN SOURCE DAYS [REST [CLAIM]]: DAYS a list of totals; REST and CLAIM may be empty.
import() {
	local rest=${4:+,\"rest\":$4} claim=${5:+,\"streak\":$5}
	api PUT "/sync/imports/$2" "{\"today\":\"$(day 0)\",\"days\":$3$rest$claim}" "$1"
}

state_of() { # TOKEN [TODAY]
	api GET "/sync${2:+?today=$2}" '' "$1"
	expect_status 200
}

# reads_ms COUNT: prints in how many milliseconds the state of $token is read so often.
reads_ms() {
	local turn began=${EPOCHREALTIME/[.,]/}
	for ((turn = 0; turn < $1; turn++)); do
		state_of "$token"
	done
	echo $(((${EPOCHREALTIME/[.,]/} - began) / 1000))
}

# Redeems a pairing code.  With a token it may merge: MERGE is true or false.
redeem() { # CODE [TOKEN [MERGE]]
	api POST /sync/pairings/redeem \
		"{\"code\":\"$1\",\"device\":{\"kind\":\"cli\"}${3:+,\"merge\":$3}}" "${2:-}"
}

recover() { # RECOVERY_CODE [TOKEN [MERGE]]
	api POST /sync/recover \
		"{\"recovery_code\":\"$1\",\"device\":{\"kind\":\"cli\"}${3:+,\"merge\":$3}}" "${2:-}"
}

# pairing_code TOKEN: sets code.
pairing_code() {
	api POST /sync/pairings '' "$1"
	expect_status 201
	code=$(json .code)
}

# another_device TOKEN [KIND]: sets token and device_id to those of one more device.
another_device() {
	api POST /sync/devices "{\"device\":{\"kind\":\"${2:-cli}\"}}" "$1"
	expect_status 201
	read -r token device_id < <(json '"\(.token) \(.device_id)"')
}

# expect_sums XP [MINUTES SESSIONS CYCLES]: of the last state.
expect_sums() {
	expect_json '{xp, minutes, sessions, cycles} == $sums' --argjson sums "$(sums "$@")"
}

# expect_streak CURRENT LONGEST: of the last state.
expect_streak() {
	expect_json "(.streak | [.current, .longest]) == [$1, $2]"
}

# expect_problem STATUS CODE [POINTER]
expect_problem() {
	expect_status "$1" "$2"
	expect_header content-type application/problem+json
	[ $# -lt 3 ] || expect_json '.pointer == $pointer' --arg pointer "$3"
}

# blob ID: an identifier, or a source, as the database spells it in SQL.
blob() {
	echo "x'${1//-/}'"
}

# database SQL: what the service's database says, without ever writing or checkpointing.
database() {
	sqlite3 -cmd '.timeout 5000' -cmd 'PRAGMA query_only = 1' "$state/breath.db" "$1"
}

# alter_database SQL: writes behind the service's back what it would need time, or a fault, to get.
alter_database() {
	sqlite3 -cmd '.timeout 5000' -cmd 'PRAGMA wal_autocheckpoint = 0' "$state/breath.db" "$1" >/dev/null
}

# breathctl COMMAND...: on the database of the service, running or stopped.
breathctl() {
	BREATH_DATABASE=$state/breath.db "$BUILD/breathctl" -c /dev/null "$@"
}

# children_of PID: none where there is no such process any more.
children_of() {
	local pids
	read -ra pids 2>/dev/null <"/proc/$1/task/$1/children" || :
	printf '%s\n' ${pids[@]+"${pids[@]}"}
}

# pids_of NAME: the process ids of the service's nginx, master first, or of one of its executables.
pids_of() {
	local pid name
	for pid in $(children_of "$service_pid"); do
		if { read -r name <"/proc/$pid/comm"; } 2>/dev/null && [ "$name" = "${1:0:15}" ]; then
			echo "$pid"
			children_of "$pid"
		fi
	done
}

# lived_s PID: for how many whole seconds a process has lived, of those that a service has.
lived_s() {
	local stat up
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return
	read -r up _ </proc/uptime
	# Behind the name, which may hold anything, stand the state and 18 more before the start, in hundredths.
	read -ra stat <<<"${stat##*) }"
	echo $(((${up/./} - stat[19]) / 100))
}

# has_lived NAME: has some process of that name lived for a second? What dies sooner over and over conf/run gives up.
has_lived() {
	local pid
	for pid in $(pids_of "$1"); do
		[ "$(lived_s "$pid" || echo 0)" -lt 1 ] || return 0
	done
	return 1
}

# kill_one NAME: kills, at random, one of the processes of that name that have lived for a second, and waits for one.
kill_one() {
	eventually has_lived "$1"
	local pid
	for pid in $(pids_of "$1" | shuf --random-source=<(yes "$RANDOM")); do
		if [ "$(lived_s "$pid" || echo 0)" -ge 1 ] && kill -KILL "$pid"; then
			return
		fi
	done
	return 1
}

# kill_service: kills all processes of the service at once, as a power cut does, and waits until none is left.
kill_service() {
	# The supervisor is stopped first, so that it starts none of them again, and killed last: a child that loses it
	# gets SIGTERM and closes the database in good order.
	kill -STOP "$service_pid"
	# shellcheck disable=SC2046 # several
	kill -KILL $(pids_of nginx) $(pids_of sync.fcgi) $(pids_of stats.fcgi) $(pids_of leaderboard.fcgi)
	kill -KILL "$service_pid"
	flock -w 60 "$state/lock" true
	rm -f "$state.pid" "$state/address"
}

# columns: each column of each table, as TABLE.COLUMN.
columns() {
	database "SELECT tables.name || '.' || columns.name FROM sqlite_master AS tables,
		pragma_table_info(tables.name) AS columns WHERE tables.type = 'table' ORDER BY 1"
}
