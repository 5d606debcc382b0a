// Command pulumi-language-nodejs starts Pulumi's language host 3.60, the newest that can be built from public
// modules. That host takes as flags what later ones read from Pulumi.yaml's runtime.options, and today's Pulumi
// passes no flags: this command reads them there, and becomes the host.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"gopkg.in/yaml.v3"
)

func main() {
	err := run()
	fmt.Fprintln(os.Stderr, "pulumi-language-nodejs:", err)
	os.Exit(1)
}

// run replaces this process by the host, which lies beside it with its version in its name; it returns only when that
// fails.
func run() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if self, err = filepath.EvalSymlinks(self); err != nil {
		return err
	}
	flags, err := optionFlags()
	if err != nil {
		return err
	}
	host := filepath.Join(filepath.Dir(self), "pulumi-language-nodejs-3.60")
	arguments := append([]string{host}, append(flags, os.Args[1:]...)...)
	return syscall.Exec(host, arguments, os.Environ())
}

// optionFlags gives the options of the project in the working folder or above it; none without a project. It reads
// no more of Pulumi.yaml than that: the rest is for the engine, which is newer, to check.
func optionFlags() ([]string, error) {
	path, err := workspace.DetectProjectPath()
	if errors.Is(err, workspace.ErrProjectNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var project struct {
		Runtime yaml.Node
	}
	if err := yaml.Unmarshal(content, &project); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var runtime struct {
		Options map[string]any
	}
	if project.Runtime.Kind == yaml.MappingNode { // the short form, a name alone, has no options
		if err := project.Runtime.Decode(&runtime); err != nil {
			return nil, fmt.Errorf("%s: runtime: %w", path, err)
		}
	}
	var flags []string
	for _, name := range []string{"typescript", "tsconfig", "nodeargs"} {
		if value, set := runtime.Options[name]; set {
			flags = append(flags, fmt.Sprintf("-%s=%v", name, value))
		}
	}
	return flags, nil
}
