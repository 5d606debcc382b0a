package main

import (
	"bytes"
	"strings"
	"sync"
)

// buildLog takes buildx's plain progress and shows it line by line, secrets that a build prints too.
type buildLog struct {
	show func(line string)

	mutex sync.Mutex
	text  bytes.Buffer
	shown int // how much of it
}

// Write takes a piece of the log.
func (l *buildLog) Write(piece []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.text.Write(piece)
	for {
		line, _, found := bytes.Cut(l.text.Bytes()[l.shown:], []byte("\n"))
		if !found {
			return len(piece), nil
		}
		l.shown += len(line) + 1
		l.show(strings.ToValidUTF8(string(line), "\uFFFD"))
	}
}

// String is all of it.
func (l *buildLog) String() string { return strings.ToValidUTF8(l.text.String(), "\uFFFD") }

// failure is what buildx says at its end of why it failed; empty where it says nothing.
func (l *buildLog) failure() string {
	text := l.String()
	at := strings.LastIndex("\n"+text, "\nERROR: ")
	if at < 0 {
		return ""
	}
	return strings.TrimPrefix(strings.TrimSpace(text[at+len("ERROR: "):]), "failed to build: ")
}

// warnings are the lines of BuildKit's warnings, which buildx lists at its end, below a line in colour.
func (l *buildLog) warnings() []string {
	_, list, _ := strings.Cut(l.String(), "found (use docker --debug to expand):\n")
	var found []string
	for _, line := range strings.Split(strings.TrimPrefix(list, "\x1b[0m"), "\n") {
		if warning, ok := strings.CutPrefix(line, " - "); ok {
			found = append(found, warning)
		}
	}
	return found
}
