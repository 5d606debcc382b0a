#!/bin/sh
# Docker's command line 29.3.1: one field of `docker inspect --format` decides of what kind all the others are.
#
# A template is first run on Go's own structs, and where that fails, from the beginning again on the engine's JSON, in
# silence. {{.Id}} is such a failure: it is the JSON's name, the struct's field is ID, though every example has .Id. From then on
# a duration is a plain number, which has no .Seconds; and what the JSON leaves out is an error where it was nothing. So two
# templates that each print what they should fail when they are put into one, with a message about a third thing.
# Slipway's cutover reads all that it needs of a container by one template: by .ID.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >go.mod <<'EOF'
module look
go 1.24
require (
	github.com/docker/cli v29.3.1+incompatible
	github.com/moby/moby/api v1.54.0
)
EOF
cat >main.go <<'EOF'
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/docker/cli/cli/command/inspect"
	"github.com/moby/moby/api/types/container"
)

func main() {
	checked := container.InspectResponse{
		ID:     "4f2a",
		Config: &container.Config{Healthcheck: &container.HealthConfig{Timeout: 5 * time.Second}},
	}
	plain := container.InspectResponse{ID: "4f2a", Config: &container.Config{}}
	const timeout = `{{with .Config.Healthcheck}}{{.Timeout.Seconds}}{{else}}none{{end}}`
	for _, format := range []string{`{{.Id}}`, timeout, `{{.ID}} ` + timeout, `{{.Id}} ` + timeout} {
		for _, one := range []container.InspectResponse{checked, plain} {
			raw, err := json.Marshal(one)
			if err != nil {
				panic(err)
			}
			out := &bytes.Buffer{}
			get := func(string) (any, []byte, error) { return one, raw, nil }
			err = inspect.Inspect(out, []string{"it"}, format, get)
			if err != nil {
				fmt.Printf("%s: error: %v\n", format, err)
				continue
			}
			fmt.Printf("%s: %s\n", format, bytes.TrimSpace(out.Bytes()))
		}
	}
}
EOF
go mod tidy >/dev/null 2>&1
go run . >seen
cat seen

diff seen - <<'EOF'
{{.Id}}: 4f2a
{{.Id}}: 4f2a
{{with .Config.Healthcheck}}{{.Timeout.Seconds}}{{else}}none{{end}}: 5
{{with .Config.Healthcheck}}{{.Timeout.Seconds}}{{else}}none{{end}}: none
{{.ID}} {{with .Config.Healthcheck}}{{.Timeout.Seconds}}{{else}}none{{end}}: 4f2a 5
{{.ID}} {{with .Config.Healthcheck}}{{.Timeout.Seconds}}{{else}}none{{end}}: 4f2a none
{{.Id}} {{with .Config.Healthcheck}}{{.Timeout.Seconds}}{{else}}none{{end}}: error: template parsing error: template: :1:46: executing "" at <.Timeout.Seconds>: can't evaluate field Seconds in type interface {}
{{.Id}} {{with .Config.Healthcheck}}{{.Timeout.Seconds}}{{else}}none{{end}}: error: template parsing error: template: :1:22: executing "" at <.Config.Healthcheck>: map has no entry for key "Healthcheck"
EOF
echo "as described"
