# SPDX-License-Identifier: GPL-2.0-or-later
# kills.sh - `index` killed at random moments; sourced after lib.sh.
#
# The test sets kills, how many there are to be, and span, the milliseconds within which the first
# comes.  SEED repeats a run of the test.
seed=${SEED:-$(date +%s)}
echo "SEED=$seed"
runs=0 # of `index`
died=0 # of these

random() # 0 … $1-1, in $number
{
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	number=$((seed / 65536 % $1))
}

# Kills a run of `index`; fails if it ended before.  The span follows the time that a run takes, so that
# few do.
kill_index()
{
	runs=$((runs + 1))
	[ $runs -lt $((kills * 10 + 50)) ] || die "only $died of $runs runs could be killed"
	"$XS" -q index 2>/dev/null &
	pid=$!
	random $span
	sleep "$(printf '%d.%03d' $((number / 1000)) $((number % 1000)))"
	if kill -9 $pid 2>/dev/null; then
		died=$((died + 1))
		span=$((span * 11 / 10 + 1))
		wait $pid 2>/dev/null
		return 0
	fi
	span=$((number * 9 / 10 + 20))
	wait $pid 2>/dev/null
	return 1
}
