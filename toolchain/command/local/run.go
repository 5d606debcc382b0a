package local

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"slipway/toolchain/command/output"
)

// BaseInputs say how a command is run.
type BaseInputs struct {
	Interpreter            *[]string          `pulumi:"interpreter,optional"`
	Dir                    *string            `pulumi:"dir,optional"`
	Environment            *map[string]string `pulumi:"environment,optional"`
	Stdin                  *string            `pulumi:"stdin,optional"`
	Logging                *Logging           `pulumi:"logging,optional"`
	AssetPaths             *[]string          `pulumi:"assetPaths,optional"`
	ArchivePaths           *[]string          `pulumi:"archivePaths,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
}

// BaseOutputs are what a command left.
type BaseOutputs struct {
	Stdout  string                           `pulumi:"stdout"`
	Stderr  string                           `pulumi:"stderr"`
	Assets  *map[string]types.AssetOrArchive `pulumi:"assets,optional"`
	Archive *resource.Archive                `pulumi:"archive,optional"`
}

// Logging says which streams the user sees.
type Logging string

// Values are the words the SDK has for it.
func (Logging) Values() []infer.EnumValue[Logging] {
	return []infer.EnumValue[Logging]{
		{Name: "stdout", Value: "stdout"},
		{Name: "stderr", Value: "stderr"},
		{Name: "stdoutAndStderr", Value: "stdoutAndStderr"},
		{Name: "none", Value: "none"},
	}
}

// run runs the command until it ends or the engine cancels, which kills it. What it has started goes on, and is waited
// for as long as it holds the command's output, as by the official plugin.
func run(ctx context.Context, command string, in BaseInputs, previous BaseOutputs) (BaseOutputs, error) {
	words := append(slices.Clone(value(in.Interpreter)), command)
	if len(words) == 1 {
		words = []string{"/bin/sh", "-c", command}
	}
	process := exec.CommandContext(ctx, words[0], words[1:]...)
	process.Dir = value(in.Dir)
	process.Env = environment(in, previous)
	process.Stdin = strings.NewReader(value(in.Stdin))

	recorder := output.NewRecorder(ctx, string(value(in.Logging)))
	process.Stdout, process.Stderr = recorder.Writers()
	stdout, stderr, err := recorder.Finish(command, process.Run())
	if err != nil {
		return BaseOutputs{}, err
	}
	return withFiles(BaseOutputs{Stdout: stdout, Stderr: stderr}, in)
}

func environment(in BaseInputs, previous BaseOutputs) []string {
	variables := os.Environ()
	for name, content := range value(in.Environment) {
		variables = append(variables, name+"="+content)
	}
	if in.AddPreviousOutputInEnv != nil && !*in.AddPreviousOutputInEnv {
		return variables
	}
	if previous.Stdout != "" {
		variables = append(variables, output.PreviousStdout+"="+previous.Stdout)
	}
	if previous.Stderr != "" {
		variables = append(variables, output.PreviousStderr+"="+previous.Stderr)
	}
	return variables
}

// value is what the pointer of an optional input points to.
func value[T any](input *T) (content T) {
	if input != nil {
		content = *input
	}
	return content
}
