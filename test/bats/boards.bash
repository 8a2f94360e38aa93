# For the suites that look at boards: `load helper`, `load sync`, then `load boards`.

# The path of one board in one period, as lists and `me` take it.
xp_week='?metric=xp&period=week'

# show TOKEN true|false: joins the boards, or leaves them.
show() {
	api PUT /leaderboard/me "{\"visible\":$2}" "$1"
}

# member XP...: opens an account that is on boards with so much today; sets what open_account sets.
member() {
	open_account
	show "$token" true
	expect_status 200
	[ $# = 0 ] || push "$token" "$(totals "$(day)" "$1")"
}

# board [QUERY]: the list as it is now, not as nginx may have it for a second: each request is another one.
board() {
	fetch "/api/v1/leaderboard${1:-$xp_week}" -H "Authorization: Bearer $RANDOM"
	expect_status 200
}

# me TOKEN [QUERY]
me() {
	api GET "/leaderboard/me${2:-$xp_week}" '' "$1"
}

# The value that a board shows beside a pseudonym; 0 where it is not on it.
value_of() { # HANDLE [QUERY]
	board "${2:-$xp_week}"
	json "[.entries[] | select(.handle == \"$1\").value] | add // 0"
}

# expect_value VALUE HANDLE [QUERY]
expect_value() {
	local got
	got=$(value_of "${@:2}")
	[ "$got" = "$1" ] || {
		echo "the board ${3:-$xp_week} shows $got, not $1" >&2
		return 1
	}
}

# restart_on DAY_SHIFT: the same service, so many days later.
restart_on() {
	service_stop
	service_start "STATE=$state" "BREATH_DAY_SHIFT=$1"
}

# purge_on DAY_SHIFT: the same service, so many days later, which has folded what is old by then.  Somebody
# is there whose calendar says that the server's is right, and who asks for no board.
purge_on() {
	local token recovery_code account_id device_id handle
	restart_on "$1"
	open_account
	api POST /sync "$(push_text "$(hex 8)" '' "$(day "$1")" "$(totals "$(day "$1")" 1)")" "$token"
	expect_status 200
	BREATH_DAY_SHIFT=$1 breathctl purge
}

# expect_clean: breathctl finds everything as it counts it, boards too.
expect_clean() { # [DAY_SHIFT]
	run env "BREATH_DAY_SHIFT=${1:-0}" "BREATH_DATABASE=$state/breath.db" "$BUILD/breathctl" -c /dev/null check
	[ "$status" = 0 ] || {
		echo "$output" >&2
		return 1
	}
}

# public_total TOTAL: does the list that everybody reads have so many?
public_total() {
	api GET /leaderboard && expect_json ".total == $1" 2>/dev/null
}
