package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
)

// cancelGrace is how long a cancelled buildx may take to end by itself.
const cancelGrace = 5 * time.Second

// buildxRun is one run of buildx. Nothing secret is in its arguments: other users can read those.
type buildxRun struct {
	args   []string
	env    []string // added to this process's environment
	stdin  string
	logins []Registry
	folder string // a private one, which the caller removes
}

// do runs buildx and shows its progress as the resource's status. An error is what buildx says last: of the
// log nothing stays. When ctx ends, so do buildx and its children: the official plugin, which
// runs no program, ends all of a build too.
func (r buildxRun) do(ctx context.Context) error {
	program, err := buildxProgram()
	if err != nil {
		return err
	}
	env, err := loginEnv(r.folder, r.logins)
	if err != nil {
		return fmt.Errorf("preparing the logins for buildx: %w", err)
	}
	if host := infer.GetConfig[Config](ctx).Host; host != "" {
		env = append(env, "DOCKER_HOST="+host)
	}
	logger := p.GetLogger(ctx)
	log := &buildLog{show: logger.InfoStatus}

	cmd := exec.CommandContext(ctx, program[0], append(program[1:], r.args...)...)
	cmd.Env = slices.Concat(ownEnv(), env, r.env, []string{"BUILDX_NO_DEFAULT_ATTESTATIONS=1"})
	cmd.Stdin = strings.NewReader(r.stdin)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = cancelGrace
	err = cmd.Run()
	logger.InfoStatus("") // what was shown last would stand beside the finished resource
	for _, warning := range log.warnings() {
		logger.Warning(warning)
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		if cmd.Process != nil {
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // what is left of the group
		}
		return ctx.Err()
	}
	if failure := log.failure(); failure != "" {
		err = errors.New(failure)
	}
	return err
}

// ownEnv is this process's environment without what buildx takes from it and the official plugin does not:
// SOURCE_DATE_EPOCH, of which it would make a build argument, and its own choice of a builder.
func ownEnv() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "SOURCE_DATE_EPOCH=") || strings.HasPrefix(variable, "BUILDX_BUILDER=")
	})
}

// buildxProgram is how buildx is started here: by itself, from PATH or the user's CLI plugins, or else by docker.
func buildxProgram() ([]string, error) {
	if path, err := exec.LookPath("docker-buildx"); err == nil {
		return []string{path}, nil
	}
	if config, err := dockerConfigFolder(); err == nil {
		if path, err := exec.LookPath(filepath.Join(config, "cli-plugins", "docker-buildx")); err == nil {
			return []string{path}, nil
		}
	}
	if path, err := exec.LookPath("docker"); err == nil {
		return []string{path, "buildx"}, nil
	}
	return nil, errors.New("neither docker-buildx nor docker is on PATH; install buildx " +
		"(https://docs.docker.com/build/install-buildx/) or put the folder that holds it on PATH")
}
