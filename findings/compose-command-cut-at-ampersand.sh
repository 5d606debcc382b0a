#!/bin/sh
# compose-go 2.9.1, which reads files for Docker Compose 2.40: a command written as one string ends at the first & ; | < or >.
#
# Such a string is split into arguments without a shell, so nobody expects these to mean anything; quotes and backslashes
# do. But the splitter it uses, go-shellwords, takes them for the end of the command, and what stands behind one is
# dropped, in silence: a URL with two parameters keeps one, nginx is told "daemon off" without its semicolon, and "a>b"
# becomes "a". ( and ) are an error; # and $( ) are kept. The same with entrypoint. In YAML's list form all is kept.
# Slipway imports what Compose would run.
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

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

func main() {
	for _, command := range []string{
		`fetch http://host/?page=1&size=2`,
		`nginx -g daemon off;`,
		`filter a>b now`,
		`split | x`,
		`paint #fff now`,
		`say $(date) now`,
		`fetch "http://host/?page=1&size=2"`,
		`[fetch, "http://host/?page=1&size=2"]`,
	} {
		text := "name: look\nservices:\n  app:\n    image: app\n    command: " + command + "\n"
		if command[0] != '[' {
			text = "name: look\nservices:\n  app:\n    image: app\n    command: |-\n      " + command + "\n"
		}
		files := types.ConfigDetails{ConfigFiles: []types.ConfigFile{{Filename: "compose.yaml", Content: []byte(text)}}}
		project, err := loader.LoadWithContext(context.Background(), files, func(options *loader.Options) {
			options.SkipInterpolation = true
		})
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s: %q\n", command, []string(project.Services["app"].Command))
	}
}
EOF
go mod tidy >/dev/null 2>&1
go run . >seen
cat seen

diff seen - <<'EOF'
fetch http://host/?page=1&size=2: ["fetch" "http://host/?page=1"]
nginx -g daemon off;: ["nginx" "-g" "daemon" "off"]
filter a>b now: ["filter" "a"]
split | x: ["split"]
paint #fff now: ["paint" "#fff" "now"]
say $(date) now: ["say" "$(date)" "now"]
fetch "http://host/?page=1&size=2": ["fetch" "http://host/?page=1&size=2"]
[fetch, "http://host/?page=1&size=2"]: ["fetch" "http://host/?page=1&size=2"]
EOF
echo "as described"
