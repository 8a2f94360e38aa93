#!/usr/bin/env bats
# Rule P10: what is stored. A table or a column more has a line more here, with what it may be there for.

load helper
load sync

setup_file() {
	service_start
}

@test "P10: what is stored is what is listed here, each for a reason" {
	# TABLE.COLUMN, then why it may be: what an observer of the allowed fields could have noted once a day.
	diff <(columns) <(awk '{ print $1 }' <<-END | sort
		store.one              there is one store
		store.epoch            random; which life of the store this is
		account.account        a number of the store's own, told to nobody
		account.uid            the random identifier
		account.handle         the generated pseudonym
		account.recovery_hash  the hash of a random secret
		account.created_day    the day of the first sync
		account.used_day       the day of the last one, give or take a week
		account.recovery_day   the day on which the recovery code was last renewed
		account.xp             the sum of what was synced
		account.minutes        likewise
		account.sessions       likewise
		account.cycles         likewise
		account.run_first      the streak, which follows from the days
		account.run_last       likewise
		account.longest        likewise
		account.rated_year     the year in which its owner last gave a rating
		account.row_count       how many rows of day and month it has
		account.active         on which days it was active, which follows from the days
		former.uid             a random identifier of earlier
		former.account         whose
		device.device          a number of the store's own
		device.account         whose
		device.uid             the random identifier of a device
		device.kind            which of our clients: one of three, or an import
		device.revoked         its owner said so
		device.revoked_day     the day on which its owner said so
		device.created_day     the day of its first sync
		device.last_day        the last day of practice
		device.horizon_day     up to which its days are folded
		device.first_day       the first day of practice
		device.xp              the sum of its days
		device.minutes         likewise
		device.sessions        likewise
		device.cycles          likewise
		device.pushes          random numbers of the last eight uploads
		token.hash             the hash of a random secret
		token.device           whose
		token.state            waiting, current or stopped
		day.account            whose
		day.day                a day
		day.device             of which device
		day.xp                 what was synced of that day
		day.minutes            likewise
		day.sessions           likewise
		day.cycles             likewise
		day.timely_xp          how much of it was synced by the end of the month after
		month.account          whose
		month.month            a month
		month.device           of which device
		month.xp               sums of days that were synced
		month.minutes          likewise
		month.sessions         likewise
		month.cycles           likewise
		month.active           which of its days were active
		month.board_xp         sums of days that count on boards
		month.board_days       which of its days count on boards
		member.account         whose
		member.place           random, new with each pseudonym
		member.visible         its owner asked to be on boards
		member.withheld        one of three reasons of an administrator, or none
		member.from_day        a day after which its pseudonym was not changed
		member.run_first       the streak on boards, which follows from the days
		member.run_last        likewise
		member.longest         likewise
		member.shared          exact figures of it were on a share
		member.ranked          it has been on boards
		share.uid              random, and made to be shown
		share.account          whose
		share.what             one of four figures
		share.created_day      the day on which it was made
		standing.place         whose, by a random number
		standing.board         one of eight boards
		standing.period        a day, week or month
		standing.value         a sum of days that count on boards
		histogram.board        one of eight boards
		histogram.period       a day, week or month
		histogram.bucket       a range of sums
		histogram.people       how many people have one
		import.device          a number of the store's own
		import.account         whose
		import.source          a slow salted digest, the same for one old installation
		import.xp              what was synced without a day
		import.minutes         likewise
		import.sessions        likewise
		import.cycles          likewise
		import.claim_days      the streak that was synced
		import.claim_last      its last day
		import.claim_longest   the longest streak that was synced
		pairing.hash           the hash of a random secret, for ten minutes
		pairing.account        whose
		pairing.expires_s      until when; deleted after it
		revoked_token.number   in which order
		revoked_token.hash     the hash of a random secret
		revoked_token.account  whose
		joined_device.uid      the random identifier of a device of long ago
		joined_device.device   which one has its totals
		request.hash           the hash of a random secret, for ten minutes
		request.bound          the hash of what was asked for, with random codes in it
		request.account        whose
		request.device         that it made
		request.expires_s      until when; deleted after it
		quota.day              a day
		quota.what             of what there is a limit
		quota.used             how much of it is used up, by everybody
		quota_slot.day         a day, until the next
		quota_slot.what        of what there is a limit
		quota_slot.slot        eight bits of a hash of a network, which millions of networks have
		quota_slot.used        how much of it is used up, by everybody there
		tally.day              a day
		tally.what             an offer, a rating, an account opened in a browser
		tally.times            how often that was, by whomever
		closing.one            there is one newest closed week
		closing.week           which
		community.week         a week
		community.participation  how many of those who practise did so in it, in four bands
		community.minutes      what all of them did, a person as 0, 30 or 90
		satisfaction.week      a week
		satisfaction.ratings   how many ratings there were, in fives from five on
		satisfaction.tenths    their average
		uptime.day             a day
		uptime.probes          how often the service was looked at
		uptime.up              how often it was well
		latency.day            a day
		latency.up_to_us       a duration
		latency.requests       how many requests took so long, from whomever
	END
	)
}
