#!/bin/sh
# compose-go 2.9.1, which Docker Compose 2.40 prints projects with: two keys come out in a form that it refuses to read.
#
# `docker compose config` is there to be read again, by Compose or by programs. But `memswap_limit: -1`, any amount of swap,
# is printed as the text "-1", in YAML as in JSON, and that is "invalid size" to the same reader. In JSON, and only there,
# the entries of blkio_config have the keys "Path" and "Rate", which its own schema does not allow; in YAML they are "path"
# and "rate". The figures themselves are right. Beside them thirty more keys came back as they were.
# Slipway's import takes "-1" for what it is, and has blkio_config on the list of what it cannot carry over: model/compose.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >go.mod <<'EOF'
module look
go 1.24
require github.com/compose-spec/compose-go/v2 v2.9.1
EOF
cat >main.go <<'EOF'
package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

func read(text []byte) (*types.Project, error) {
	files := types.ConfigDetails{ConfigFiles: []types.ConfigFile{{Filename: "compose.yaml", Content: text}}}
	return loader.LoadWithContext(context.Background(), files, func(options *loader.Options) {
		options.SetProjectName("look", true)
	})
}

func outcome(text []byte, err error) string {
	if err == nil {
		_, err = read(text)
	}
	if err == nil {
		return "read again"
	}
	lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
	return lines[len(lines)-1]
}

func main() {
	for _, key := range []string{
		"memswap_limit: -1",
		"memswap_limit: 128m",
		"pids_limit: -1",
		"blkio_config: {device_read_bps: [{path: /dev/sda, rate: 12mb}]}",
		"ulimits: {nofile: -1}",
	} {
		project, err := read([]byte("services:\n  app:\n    image: app\n    " + key + "\n"))
		if err != nil {
			panic(err)
		}
		yaml, yamlError := project.MarshalYAML()
		json, jsonError := project.MarshalJSON()
		fmt.Printf("%s\n  as YAML: %s\n  as JSON: %s\n", key, outcome(yaml, yamlError), outcome(json, jsonError))
	}
}
EOF
go mod tidy >/dev/null 2>&1
go run . >seen
cat seen

diff seen - <<'EOF'
memswap_limit: -1
  as YAML: 'services[app].memswap_limit' invalid size: '-1'
  as JSON: 'services[app].memswap_limit' invalid size: '-1'
memswap_limit: 128m
  as YAML: read again
  as JSON: read again
pids_limit: -1
  as YAML: read again
  as JSON: read again
blkio_config: {device_read_bps: [{path: /dev/sda, rate: 12mb}]}
  as YAML: read again
  as JSON: validating compose.yaml: services.app.blkio_config.device_read_bps.0 additional properties 'Path', 'Rate' not allowed
ulimits: {nofile: -1}
  as YAML: read again
  as JSON: read again
EOF
echo "as described"
