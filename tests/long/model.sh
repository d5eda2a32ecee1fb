#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The kernel beside its model, by random operations from ever new seeds: one
# process for each processor.
set -u

OPS=${OPS:-100000}
end=$(($(date +%s) + LIMIT))
one() {
	seed=$(((SEED + $1) * 1000003))
	rounds=0
	while [ "$(date +%s)" -lt $end ]; do
		if ! OPS=$OPS SEED=$seed out/host/unit/model/lockstep > "out/long/model-$1.log" 2>&1; then
			again=$(grep -o 'OPS=[0-9]* SEED=[0-9]* out/host/unit/model/lockstep' \
				"out/long/model-$1.log" | tail -n 1)
			echo "not ok - model: the kernel and its model differ, see out/long/model-$1.log" \
				"# repeat: ${again:-OPS=$OPS SEED=$seed out/host/unit/model/lockstep}"
			return
		fi
		rounds=$((rounds + 1))
		seed=$((seed + OPS))
	done
	echo "ok - model: $((rounds * OPS)) operations in step with the kernel"
}
worker=0
while [ $worker -lt "$JOBS" ]; do
	one $worker > "out/long/model-$worker.tap" &
	worker=$((worker + 1))
done
wait
worker=0
while [ $worker -lt "$JOBS" ]; do
	cat "out/long/model-$worker.tap"
	worker=$((worker + 1))
done
