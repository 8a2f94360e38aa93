#!/bin/bash
# For the benches, which source it: services with people in them (test/load/service.sh), figures of the
# rounds in which they are compared, and the table that is printed at the end.
#
#	BENCH_PEOPLE   accounts in the database of each service (100000)
#	BENCH_ROUNDS   (7)
#	BENCH_SECONDS  that each turn takes, a whole number (2)

# shellcheck source=test/load/service.sh
. "$(dirname "${BASH_SOURCE[0]}")/../load/service.sh"

# shellcheck disable=SC2034 # for those who source this
people=${BENCH_PEOPLE:-100000} rounds=${BENCH_ROUNDS:-7} seconds=${BENCH_SECONDS:-2}

declare -A seen=() # what was noted, by name

note() { # NAME FIGURE
	seen[$1]+=" $2"
}

per() { # A B
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", b == 0 ? 0 : a / b }'
}

nearest() { # FIGURE
	awk -v a="$1" 'BEGIN { printf "%d", a < 1 ? 1 : a + 0.5 }'
}

# The median of what was noted, the least and the greatest.
summary() { # NAME
	# shellcheck disable=SC2086 # several
	printf '%s\n' ${seen[$1]} | sort -g | awk '
		{ at[NR] = $1 }
		END { print (at[int((NR + 1) / 2)] + at[int(NR / 2) + 1]) / 2, at[1], at[NR] }'
}

# row TEXT NAME FORMAT [COMPARISON BOUND]
row() {
	local middle least greatest verdict=
	read -r middle least greatest < <(summary "$2")
	if [ $# -gt 3 ]; then
		verdict=$(awk -v a="$middle" -v b="$5" -v least="$4" 'BEGIN {
			print (least == ">=" ? a >= b : a <= b) ? "reached" : "NOT REACHED" }')
		verdict="$4 $5 $verdict"
	fi
	# shellcheck disable=SC2059 # the format is ours
	printf "%-62s $3  %-19s %s\n" "$1" "$middle" "$(printf "$3 .. $3" "$least" "$greatest" | tr -s ' ')" "$verdict"
}

# measure_service NAME OPTION...: sets rate and batch (jobs a transaction), and notes these and how much
# processor time a push took, each behind the name.
measure_service() {
	local line commits nginx_us sync_us workers pushes
	workers=$(children_of "${nginx_of[$1]}")
	commits=$(commits_of "$1")
	# shellcheck disable=SC2086 # several
	nginx_us=$(processor_us $workers)
	sync_us=$(processor_us "${sync_of[$1]}")
	line=$(service_load "$@")
	pushes=$(field pushes "$line")
	rate=$(field rate "$line")
	batch=$(per "$pushes" $(($(commits_of "$1") - commits)))
	# shellcheck disable=SC2086
	nginx_us=$(per $(($(processor_us $workers) - nginx_us)) "$pushes")
	sync_us=$(per $(($(processor_us "${sync_of[$1]}") - sync_us)) "$pushes")
	note "$1 nginx_us" "$nginx_us"
	note "$1 sync_us" "$sync_us"
	note "$1 batch" "$batch"
	note "$1 rate" "$rate"
}

# note_log FIGURE NAME CLIENTS SHARE: the log of pages that some hundred pushes leave, in KiB a push.  The
# log may begin again in the meantime; then others are counted.
note_log() {
	local pushes=500 before after began page_b=1024 header_b=24 try
	for try in 1 2 3 4 5 6; do
		began=$(log_number_of "$2")
		before=$(frames_of "$2")
		service_load "$2" -c "$3" -t 60 -n $pushes -s "$4" >"$scratch/line"
		after=$(frames_of "$2")
		if [ "$(log_number_of "$2")" = "$began" ]; then
			note "$1" "$(per $(((after - before) * (page_b + header_b))) $((pushes * 1024)))"
			return
		fi
	done
	fail "the log of pages began again $try times"
}
