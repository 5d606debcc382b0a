// Package output keeps what a command prints.
package output

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	p "github.com/pulumi/pulumi-go-provider"
)

// The environment variables in which a command finds what the run before it printed.
const (
	PreviousStdout = "PULUMI_COMMAND_STDOUT"
	PreviousStderr = "PULUMI_COMMAND_STDERR"
)

// A Recorder keeps what a command prints and shows whole lines to the user as they come.
type Recorder struct {
	stdout, stderr stream
	mutex          sync.Mutex
	both           bytes.Buffer // in the order it came
}

type stream struct {
	recorder *Recorder
	kept     bytes.Buffer
	begun    []byte            // a line that has not ended
	show     func(line string) // nil when the stream is not logged
}

// NewRecorder makes a recorder for one run. logging is one of the SDK's words, empty means both streams.
func NewRecorder(ctx context.Context, logging string) *Recorder {
	recorder := &Recorder{}
	recorder.stdout.recorder, recorder.stderr.recorder = recorder, recorder
	show := p.GetLogger(ctx).InfoStatus
	if logging == "" || logging == "stdoutAndStderr" || logging == "stdout" {
		recorder.stdout.show = show
	}
	if logging == "" || logging == "stdoutAndStderr" || logging == "stderr" {
		recorder.stderr.show = show
	}
	return recorder
}

// Writers are where the command's streams go.
func (r *Recorder) Writers() (stdout, stderr io.Writer) { return &r.stdout, &r.stderr }

// Finish returns the two streams without their last line feed. A failed run's error carries the command and
// everything it printed, whatever logging says: so does the official plugin's.
func (r *Recorder) Finish(command string, failure error) (stdout, stderr string, err error) {
	for _, s := range []*stream{&r.stdout, &r.stderr} {
		if s.show != nil && len(s.begun) > 0 {
			s.show(text(s.begun))
		}
	}
	if failure != nil {
		return "", "", fmt.Errorf("%w: running %q:\n%s", failure, command, text(r.both.Bytes()))
	}
	return strings.TrimSuffix(text(r.stdout.kept.Bytes()), "\n"), strings.TrimSuffix(text(r.stderr.kept.Bytes()), "\n"), nil
}

// Write is called from a goroutine per stream.
func (s *stream) Write(printed []byte) (int, error) {
	s.recorder.mutex.Lock()
	defer s.recorder.mutex.Unlock()
	s.kept.Write(printed)
	s.recorder.both.Write(printed)
	if s.show != nil {
		lines := bytes.Split(append(s.begun, printed...), []byte("\n"))
		for _, line := range lines[:len(lines)-1] {
			s.show(text(line))
		}
		s.begun = bytes.Clone(lines[len(lines)-1])
	}
	return len(printed), nil
}

// The engine's protocol refuses a string that is not UTF-8.
func text(printed []byte) string { return strings.ToValidUTF8(string(printed), "\uFFFD") }
