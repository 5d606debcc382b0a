package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/distribution/reference"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// maxSecret is how long a build secret can be in bytes: Linux bounds one variable of the environment.
const maxSecret = 128 << 10

// Check fills in defaults and tells everything that is wrong. What is not known yet is empty here and passes.
func (Image) Check(ctx context.Context, req infer.CheckRequest) (infer.CheckResponse[ImageArgs], error) {
	args, failures, err := infer.DefaultCheck[ImageArgs](ctx, req.NewInputs)
	if err != nil || len(failures) > 0 {
		return infer.CheckResponse[ImageArgs]{Inputs: args, Failures: failures}, err
	}
	unknown := property.New(req.NewInputs).HasComputed()
	setLocations(&args, unknown)

	var found problems
	found.addLocations(args)
	found.addExports(args, unknown)
	found.addCaches(args)
	found.addSecrets(args)
	for i, tag := range args.Tags {
		if _, err := reference.Parse(tag); tag != "" && err != nil {
			found.add(fmt.Sprintf("tags[%d]", i), "%q is not an image's name: %v", tag, err)
		}
	}
	return infer.CheckResponse[ImageArgs]{Inputs: args, Failures: found}, nil
}

// setLocations makes the current folder the context, and its Dockerfile the Dockerfile, where none is given.
func setLocations(args *ImageArgs, unknown bool) {
	if args.Context == nil {
		args.Context = &BuildContext{}
		if !unknown {
			args.Context.Location = "."
		}
	}
	location := args.Context.Location
	given := args.Dockerfile != nil && (args.Dockerfile.Inline != "" || args.Dockerfile.Location != "" || unknown)
	if !given && location != "" && !remoteURL.MatchString(location) {
		args.Dockerfile = &Dockerfile{Location: filepath.Join(location, "Dockerfile")}
	}
}

// problems collects what is wrong with the inputs.
type problems []p.CheckFailure

func (found *problems) add(property, format string, values ...any) {
	*found = append(*found, p.CheckFailure{Property: property, Reason: fmt.Sprintf(format, values...)})
}

func (found *problems) addLocations(args ImageArgs) {
	location := args.Context.Location
	switch {
	case location == "-":
		found.add("context.location", "a context on standard input is not implemented by this stand-in; give a folder or a URL")
		return
	case location != "" && !remoteURL.MatchString(location) && !isFolder(location):
		found.add("context.location", "got %q; expected a folder or a URL", location)
		return
	}
	file := args.Dockerfile
	switch {
	case file == nil:
	case file.Inline != "" && file.Location != "":
		found.add("dockerfile", "got inline and location together; expected one of them")
	case file.Inline != "":
		if err := parseDockerfile(file.Inline); err != nil {
			found.add("dockerfile.inline", "%v", err)
		}
	case file.Location != "" && !remoteURL.MatchString(file.Location) && !remoteURL.MatchString(location):
		text, err := os.ReadFile(file.Location)
		if err == nil {
			err = parseDockerfile(string(text))
		}
		if err != nil {
			found.add("dockerfile.location", "%v", err)
		}
	}
}

// parseDockerfile looks for what is wrong in a Dockerfile, but not in one of another syntax: only its frontend knows.
func parseDockerfile(text string) error {
	syntax, _, _, _ := parser.DetectSyntax([]byte(text))
	if syntax == "" {
		syntax = os.Getenv("BUILDKIT_SYNTAX")
	}
	if syntax != "" && syntax != "docker/dockerfile:1" {
		return nil
	}
	parsed, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		return err
	}
	_, _, err = instructions.Parse(parsed.AST, nil)
	return err
}

func (found *problems) addExports(args ImageArgs, unknown bool) {
	if args.Push && len(args.Tags) == 0 && !unknown {
		found.add("push", "there is nothing to push to; give at least one of tags")
	}
	for i, export := range args.Exports {
		property := fmt.Sprintf("exports[%d]", i)
		value, err := export.output()
		switch {
		case err != nil:
			found.add(property, "%v", err)
		case toStandardOutput(value) && !unknown:
			found.add(property, "an export to standard output is not implemented by this stand-in; give dest")
		case pushes(value) && len(args.Tags) == 0 && value.get("name") == "" && !unknown:
			found.add(property, "there is nothing to push to; give at least one of tags, or the export's names")
		}
	}
}

func (found *problems) addCaches(args ImageArgs) {
	for i, cache := range args.CacheFrom {
		found.addCache(fmt.Sprintf("cacheFrom[%d]", i), cache, cache.Azblob != nil && cache.Azblob.SecretAccessKey != "")
	}
	for i, cache := range args.CacheTo {
		found.addCache(fmt.Sprintf("cacheTo[%d]", i), cache, cache.Azblob != nil && cache.Azblob.SecretAccessKey != "")
	}
	if _, err := cacheEnv(args); err != nil {
		found.add("cacheTo", "%v", err)
	}
}

func (found *problems) addCache(property string, cache any, azureKey bool) {
	value, err := chosen(cache)
	if err != nil {
		found.add(property, "%v", err)
	}
	if azureKey {
		found.add(property+".azblob.secretAccessKey", "not implemented by this stand-in: BuildKit takes the key only "+
			"from buildx's command line, where others can read it; set BUILDKIT_AZURE_STORAGE_SECRET_ACCESS_KEY for buildkitd")
	}
	for _, key := range []string{"secret_access_key", "session_token", "token"} {
		if value.get(key) != "" {
			found.add(property+".raw", "%s is not implemented by this stand-in: it would stand on buildx's command line, "+
				"where others can read it; leave it out and give it in the environment", key)
		}
	}
}

func (found *problems) addSecrets(args ImageArgs) {
	for name, value := range args.Secrets {
		property := fmt.Sprintf("secrets[%q]", name)
		if len(value) >= maxSecret {
			found.add(property, "got %d bytes; this stand-in takes fewer than %d", len(value), maxSecret)
		}
		if strings.ContainsRune(value, 0) {
			found.add(property, "a value with a zero byte is not implemented by this stand-in; encode it, as base64 for example")
		}
		if strings.ContainsRune(name, ',') {
			found.add(property, "got a name with a comma; expected none")
		}
	}
}
