// Package remote runs commands and copies files over ssh.
package remote

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/pulumi/pulumi-go-provider/infer"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// Connection says how to reach the host, if need be through another one.
type Connection struct {
	Endpoint
	Proxy *ProxyConnection `pulumi:"proxy,optional"`
}

// ProxyConnection says how to reach the host in between.
type ProxyConnection struct{ Endpoint }

// Endpoint is one ssh server and what it asks for.
type Endpoint struct {
	Host               string  `pulumi:"host"`
	Port               *int    `pulumi:"port,optional"`
	User               *string `pulumi:"user,optional"`
	Password           *string `pulumi:"password,optional"`
	PrivateKey         *string `pulumi:"privateKey,optional"`
	PrivateKeyPassword *string `pulumi:"privateKeyPassword,optional"`
	AgentSocketPath    *string `pulumi:"agentSocketPath,optional"`
	HostKey            *string `pulumi:"hostKey,optional"`
	DialErrorLimit     *int    `pulumi:"dialErrorLimit,optional"`
	PerDialTimeout     *int    `pulumi:"perDialTimeout,optional"`
}

// Annotate sets the documented defaults.
func (e *Endpoint) Annotate(a infer.Annotator) {
	a.SetDefault(&e.User, "root")
	a.SetDefault(&e.Port, 22)
	a.SetDefault(&e.DialErrorLimit, 10)
	a.SetDefault(&e.PerDialTimeout, 15)
}

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// dial connects and logs in, unless ctx ends before. The caller closes the connection.
func (c *Connection) dial(ctx context.Context) (*ssh.Client, error) {
	if c.Proxy == nil {
		return c.Endpoint.dial(ctx, (&net.Dialer{}).DialContext)
	}
	proxy, err := c.Proxy.Endpoint.dial(ctx, (&net.Dialer{}).DialContext)
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	client, err := c.Endpoint.dial(ctx, proxy.DialContext)
	if err != nil {
		_ = proxy.Close()
		return nil, err
	}
	go func() {
		_ = client.Wait()
		_ = proxy.Close()
	}()
	return client, nil
}

// dial tries until the server answers: a machine that was just made takes a while.
func (e *Endpoint) dial(ctx context.Context, dial dialFunc) (*ssh.Client, error) {
	config, err := e.config()
	if err != nil {
		return nil, err
	}
	limit := value(e.DialErrorLimit, 10)
	for failures, pause := 1, 100*time.Millisecond; ; failures, pause = failures+1, min(pause*3/2, 5*time.Second) {
		client, err := e.attempt(ctx, dial, config)
		if err == nil {
			return client, nil
		}
		if limit >= 0 && failures > limit {
			return nil, fmt.Errorf("after %d failed attempts: %w", failures-1, err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
	}
}

func (e *Endpoint) attempt(ctx context.Context, dial dialFunc, config *ssh.ClientConfig) (*ssh.Client, error) {
	if seconds := value(e.PerDialTimeout, 15); seconds > 0 {
		limited, cancel := context.WithTimeout(ctx, time.Duration(seconds)*time.Second)
		defer cancel()
		ctx = limited
	}
	address := net.JoinHostPort(e.Host, strconv.Itoa(value(e.Port, 22)))
	connection, err := dial(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	// The handshake has no time limit of its own.
	stop := context.AfterFunc(ctx, func() { _ = connection.Close() })
	defer stop()
	session, channels, requests, err := ssh.NewClientConn(connection, address, config)
	if err != nil {
		_ = connection.Close()
		return nil, err
	}
	return ssh.NewClient(session, channels, requests), nil
}

func (e *Endpoint) config() (*ssh.ClientConfig, error) {
	config := &ssh.ClientConfig{User: value(e.User, "root"), HostKeyCallback: ssh.InsecureIgnoreHostKey()}
	if e.HostKey != nil {
		key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(*e.HostKey))
		if err != nil {
			return nil, fmt.Errorf("failed to parse host key: %w", err)
		}
		// As the official plugin does: an ssh-rsa key therefore asks for the SHA-1 that today's servers refuse.
		config.HostKeyCallback, config.HostKeyAlgorithms = ssh.FixedHostKey(key), []string{key.Type()}
	}
	if e.PrivateKey != nil {
		signer, err := e.signer()
		if err != nil {
			return nil, err
		}
		config.Auth = append(config.Auth, ssh.PublicKeys(signer))
	}
	if e.Password != nil {
		answer := func(_, _ string, questions []string, _ []bool) ([]string, error) {
			answers := make([]string, len(questions))
			for i := range answers {
				answers[i] = *e.Password
			}
			return answers, nil
		}
		config.Auth = append(config.Auth, ssh.Password(*e.Password), ssh.KeyboardInteractive(answer))
	}
	if socket := value(e.AgentSocketPath, os.Getenv("SSH_AUTH_SOCK")); socket != "" {
		connection, err := net.Dial("unix", socket)
		if err != nil {
			return nil, err
		}
		config.Auth = append(config.Auth, ssh.PublicKeysCallback(agent.NewClient(connection).Signers))
	}
	return config, nil
}

func (e *Endpoint) signer() (ssh.Signer, error) {
	if e.PrivateKeyPassword != nil {
		return ssh.ParsePrivateKeyWithPassphrase([]byte(*e.PrivateKey), []byte(*e.PrivateKeyPassword))
	}
	return ssh.ParsePrivateKey([]byte(*e.PrivateKey))
}

// value is what the pointer of an optional input points to, or the fallback.
func value[T any](input *T, fallback T) T {
	if input != nil {
		return *input
	}
	return fallback
}
