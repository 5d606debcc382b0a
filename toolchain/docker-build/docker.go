package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/docker/cli/cli/command"
	"github.com/docker/cli/cli/flags"
	"github.com/pulumi/pulumi-go-provider/infer"
)

// dockerCLI is Docker's command line as a library, on the user's configuration.
func dockerCLI(host string) (*command.DockerCli, error) {
	docker, err := command.NewDockerCli(command.WithDefaultContextStoreConfig(), command.WithCombinedStreams(io.Discard))
	if err != nil {
		return nil, err
	}
	options := flags.NewClientOptions()
	if host != "" {
		options.Hosts = append(options.Hosts, host)
	}
	return docker, docker.Initialize(options)
}

// needBuildKit fails where Docker is told to build without BuildKit. Unless DOCKER_BUILDKIT or an alias in Docker's
// configuration says so, it asks the engine of the user's Docker context, for each image and in previews too; one that
// does not answer is taken to have BuildKit.
func needBuildKit(ctx context.Context) error {
	docker, err := dockerCLI(infer.GetConfig[Config](ctx).Host)
	if err != nil {
		return err
	}
	enabled, err := docker.BuildKitEnabled()
	if err != nil {
		return fmt.Errorf("checking buildkit compatibility: %w", err)
	}
	if !enabled {
		return errors.New("buildkit is not supported on this host")
	}
	return nil
}
