package remote

import (
	"context"
	"fmt"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"slipway/toolchain/command/output"
)

// Command is command:remote:Command: a command on a host for each step of a resource's life.
type Command struct{}

// CommandInputs are what the program says. Any change of them, the connection's too, runs the command again.
type CommandInputs struct {
	Connection             *Connection        `pulumi:"connection" provider:"secret"`
	Environment            *map[string]string `pulumi:"environment,optional"`
	Stdin                  *string            `pulumi:"stdin,optional"`
	Logging                *Logging           `pulumi:"logging,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
	Triggers               *[]any             `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Create                 *string            `pulumi:"create,optional"`
	Update                 *string            `pulumi:"update,optional"`
	Delete                 *string            `pulumi:"delete,optional"`
}

// CommandOutputs are what the state keeps.
type CommandOutputs struct {
	CommandInputs
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
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

// Create runs `create`, if there is one; a preview runs nothing.
func (*Command) Create(
	ctx context.Context, req infer.CreateRequest[CommandInputs],
) (infer.CreateResponse[CommandOutputs], error) {
	state := CommandOutputs{CommandInputs: req.Inputs}
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err == nil && !req.DryRun && req.Inputs.Create != nil {
		err = state.run(ctx, *req.Inputs.Create)
	}
	return infer.CreateResponse[CommandOutputs]{ID: id, Output: state}, err
}

// Update runs `update`, or else `create` again; the old state stays when it fails.
func (*Command) Update(
	ctx context.Context, req infer.UpdateRequest[CommandInputs, CommandOutputs],
) (infer.UpdateResponse[CommandOutputs], error) {
	state := CommandOutputs{CommandInputs: req.Inputs, Stdout: req.State.Stdout, Stderr: req.State.Stderr}
	command := req.Inputs.Update
	if command == nil {
		command = req.Inputs.Create
	}
	var err error
	if !req.DryRun && command != nil {
		err = state.run(ctx, *command)
	}
	return infer.UpdateResponse[CommandOutputs]{Output: state}, err
}

// Delete runs `delete` with the inputs in the state, so over the connection of the last update.
func (*Command) Delete(ctx context.Context, req infer.DeleteRequest[CommandOutputs]) (infer.DeleteResponse, error) {
	var err error
	if req.State.Delete != nil {
		err = req.State.run(ctx, *req.State.Delete)
	}
	return infer.DeleteResponse{}, err
}

// run runs the command to its end, whatever the engine cancels meanwhile, and puts what it printed in place of what the
// run before it did.
func (c *CommandOutputs) run(ctx context.Context, command string) error {
	client, err := c.Connection.dial(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	for name, content := range value(c.Environment, nil) {
		if err := session.Setenv(name, content); err != nil {
			return fmt.Errorf("could not set environment variable %q: %w", name, err)
		}
	}
	if value(c.AddPreviousOutputInEnv, true) {
		previous := map[string]string{output.PreviousStdout: c.Stdout, output.PreviousStderr: c.Stderr}
		for name, content := range previous {
			if content != "" && session.Setenv(name, content) != nil {
				p.GetLogger(ctx).Warningf("Unable to set '%s'. This only works if your SSH server is configured to accept "+
					"these variables via AcceptEnv.", name)
			}
		}
	}
	session.Stdin = strings.NewReader(value(c.Stdin, ""))

	recorder := output.NewRecorder(ctx, string(value(c.Logging, "")))
	session.Stdout, session.Stderr = recorder.Writers()
	c.Stdout, c.Stderr, err = recorder.Finish(command, session.Run(command))
	return err
}
