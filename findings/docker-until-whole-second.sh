#!/bin/sh
# github.com/docker/docker 28.5.2, api/types/time, with which the docker command reads --since and --until: a time that is
# said as a duration, like 0s or 1500ms, loses its part of a second; one in digits, 1700000000.9, keeps it.
#
# `docker events --since 1700000000.2 --until 0s`, asked to print what has happened so far, therefore ends at the start of
# the second that it is asked in: what the command right before it did is missing as often as both fall into one second.
# And --since and --until of one moment, the one in digits and the other as a duration, are up to a second apart; --since
# later than --until prints nothing at all, without an error.
# Slipway's tests ask until a time in digits: tests/cutover/own-proxy.test.ts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >go.mod <<'EOF'
module look
go 1.24
require github.com/docker/docker v28.5.2+incompatible
EOF
cat >main.go <<'EOF'
package main

import (
	"fmt"
	"time"

	timetypes "github.com/docker/docker/api/types/time"
)

func main() {
	now := time.Unix(1700000000, 900000000)
	for _, text := range []string{"0s", "1500ms", "1700000000.9", "2023-11-14T22:13:20.9Z"} {
		value, err := timetypes.GetTimestamp(text, now)
		if err != nil {
			panic(err)
		}
		seconds, nanoseconds, err := timetypes.ParseTimestamps(value, 0)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s: %.1f s before now\n", text, now.Sub(time.Unix(seconds, nanoseconds)).Seconds())
	}
}
EOF
go mod tidy >/dev/null 2>&1
go run . >seen
cat seen

diff seen - <<'EOF'
0s: 0.9 s before now
1500ms: 1.9 s before now
1700000000.9: 0.0 s before now
2023-11-14T22:13:20.9Z: 0.0 s before now
EOF
echo "as described"
